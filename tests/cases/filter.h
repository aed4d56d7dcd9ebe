/* What web servers and attackers do to the text of a certificate: crlf, tabs, truncate, … */
#ifndef CERTAUTHZ_TESTS_CASES_FILTER_H
#define CERTAUTHZ_TESTS_CASES_FILTER_H

#include "base/buffer.h"
#include "base/error.h"

/* Replaces the text by what the filter makes of it. `filter` is NAME or NAME=NUMBER. */
bool filter_apply(const char *filter, struct buffer *text, struct error *error);

#endif
