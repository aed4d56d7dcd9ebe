/*
 * Paths of URLs, decoded and as they are written.
 */
#ifndef GATE_URL_H
#define GATE_URL_H

#include "base/buffer.h"

/* Percent-encodes a path (RFC 3986 section 3.3): slashes stay. */
void gate_url_encode(struct buffer *out, struct bytes path);

/*
 * NULL where the decoded path has one reading alone: absolute, in UTF-8, without empty or dot
 * segments, controls and backslashes; it may end with a slash. Else static text that says what is
 * wrong.
 */
const char *gate_url_problem(struct bytes path);

#endif
