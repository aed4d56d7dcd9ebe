/* Lists of numbers that rise: the sets of terms, roles and clients. */
#ifndef CERTAUTHZ_BASE_NUMBERS_H
#define CERTAUTHZ_BASE_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void cz_numbers_sort(uint32_t *numbers, size_t count);
/* By halves: the numbers must rise. */
bool cz_numbers_hold(const uint32_t *numbers, size_t count, uint32_t number);

#endif
