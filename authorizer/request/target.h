/*
 * The path that rules match, made from the request target once. Web servers decode and
 * collapse a path before they look for the file, so matching the raw one can be bypassed;
 * what could be read in two ways is refused.
 */
#ifndef CERTAUTHZ_REQUEST_TARGET_H
#define CERTAUTHZ_REQUEST_TARGET_H

#include "base/buffer.h"
#include "base/bytes.h"

/*
 * `target` is in origin-form or absolute-form (RFC 9112 3.2). Appends the path: the query cut
 * off, percent-decoded once, `//`, `.` and `..` collapsed; it begins with a slash, and ends
 * with one exactly if what was asked for is a folder. NULL on success, else static text that
 * says what makes it ambiguous: an encoded slash, a backslash, a control character, a broken
 * escape, malformed UTF-8, `..` above the root, dots with path parameters, path parameters in place
 * of a folder's name, a fragment, or no path at all.
 */
const char *cz_target_path(struct bytes target, struct buffer *path);

/*
 * `decoded` is a path that the web server has decoded and normalised itself. Nothing is decoded in
 * it again: "%2e" are three characters. Appends it as it is. NULL on success, else static text
 * that says what a server does not leave in such a path, or what takes it out of its folder all
 * the same: `.`, `..` or nothing between two slashes, a segment that ends with `..`, a backslash,
 * a control character, malformed UTF-8, dots with path parameters, or no path at all.
 */
const char *cz_target_literal(struct bytes decoded, struct buffer *path);

/*
 * Appends a path that one of these has made as it is to servers behind ours, Tomcat among them, for
 * which path parameters (RFC 3986 3.3: what follows a `;` in a segment) are no part of it. A
 * segment of which nothing is left goes with them.
 */
void cz_target_without_parameters(struct bytes path, struct buffer *out);

#endif
