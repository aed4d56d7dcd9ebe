/*
 * Memory that runs out at a chosen allocation. For programs linked with
 * -Wl,--wrap= for malloc, calloc, realloc, strdup and strndup, so that our own allocations fail and
 * those of libraries do not.
 */
#ifndef CERTAUTHZ_TESTS_UNIT_FAULTS_H
#define CERTAUTHZ_TESTS_UNIT_FAULTS_H

#include <stdbool.h>

/* From now on the allocation after `nth` others fails, and with `keep` all that follow. */
void faults_begin(long nth, bool keep);
/* No more of them; true where one has failed. */
bool faults_end(void);

#endif
