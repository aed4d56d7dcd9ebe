/*
 * Whole numbers as they are written. libconfig 1.5 takes what fits no int modulo 2^32, so that
 * 4294967297 reads as 1 and no look at the value can tell; therefore the text is looked at.
 */
#ifndef CERTAUTHZ_CONFIG_NUMBERS_H
#define CERTAUTHZ_CONFIG_NUMBERS_H

#include "base/error.h"

/* False, with file and line in `error`, where the file, or one that it includes, holds a number
 * that fits no int and is not marked with an L; and where an included file cannot be read. The
 * file itself, where it cannot be read, is left to libconfig. */
bool cz_numbers_check(const char *file, const char *include_folder, struct error *error);

#endif
