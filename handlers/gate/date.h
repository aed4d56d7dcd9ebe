/*
 * Dates of HTTP (RFC 9110 section 5.6.7), in seconds since 1970.
 */
#ifndef GATE_DATE_H
#define GATE_DATE_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

/* Appends an IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT */
void gate_date_append(struct buffer *out, int64_t seconds);

/* Reads an IMF-fixdate. The two obsolete forms, which browsers have not sent for decades, count as
 * no date: then the request is answered as if the header were not there. */
bool gate_date_parse(const char *text, int64_t *seconds);

#endif
