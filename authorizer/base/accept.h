/*
 * Content negotiation by the Accept header (RFC 9110 section 12.5.1).
 */
#ifndef CERTAUTHZ_BASE_ACCEPT_H
#define CERTAUTHZ_BASE_ACCEPT_H

#include <stddef.h>

/*
 * The index of the media type among `offers` that `accept` prefers. The offers are
 * plain `type/subtype` in our own order of preference; there is at least one. For each
 * offer the most specific range that matches it counts. Between equal qualities the one
 * that the client named more closely wins (a type over a wildcard), then the
 * earlier offer. A header that is NULL, empty, or accepts none of the offers gives 0: a
 * reply in a form that was not asked for is better than none. Ranges that are not
 * well-formed are ignored.
 */
size_t cz_accept_choose(const char *accept, const char *const *offers, size_t count);

#endif
