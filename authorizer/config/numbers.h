/*
 * Whole numbers as they are written. libconfig 1.5 takes what fits no int modulo 2^32, so that
 * 4294967297 reads as 1 and no look at the value can tell; therefore the text is looked at.
 */
#ifndef CERTAUTHZ_CONFIG_NUMBERS_H
#define CERTAUTHZ_CONFIG_NUMBERS_H

#include "base/error.h"
#include "config/source.h"

/* False, with file and line in `error`, where the text holds a number that fits no int and is not
 * marked with an L. */
bool cz_numbers_check(const struct source *source, struct error *error);

#endif
