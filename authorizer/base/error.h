/*
 * A failure of the program (not a verdict on a certificate): a message for people
 * that says what happened, where, and where possible what to do. Functions that can
 * fail so return false and fill the error that the caller handed in. The first
 * message set is kept; later ones are dropped, since the first names the cause.
 */
#ifndef CERTAUTHZ_BASE_ERROR_H
#define CERTAUTHZ_BASE_ERROR_H

#include <stdbool.h>

struct error {
    char message[1024]; /* empty: no error */
};

/* Always returns false, so that a failing function can end with `return cz_error_set(…)`. */
bool cz_error_set(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
