/*
 * The value of a variable as a case file writes it, and the facts about certificates that it
 * may name. Nothing here uses our own decoder: GnuTLS tells what is so, that ours may be wrong.
 */
#ifndef CERTAUTHZ_TESTS_CASES_VALUE_H
#define CERTAUTHZ_TESTS_CASES_VALUE_H

#include "base/buffer.h"
#include "base/error.h"

/*
 * Appends to `value` (empty before) what `text` stands for, see tests/cases/README: the text
 * itself, "…" with escapes, or @FILE|FILTER|… with FILE in the folder `pki`.
 */
bool value_read(const char *text, const char *pki, struct buffer *value, struct error *error);

/* Appends `text` with each ${FACT:FILE} replaced by what is so of that certificate. */
bool value_expand(const char *text, const char *pki, struct buffer *out, struct error *error);

#endif
