/*
 * The claims: the variables that a granted request carries to the handlers behind the server.
 */
#ifndef CERTAUTHZ_RESPONSE_CLAIMS_H
#define CERTAUTHZ_RESPONSE_CLAIMS_H

#include "base/buffer.h"
#include "decision/decision.h"

/* Measured limits: mod_fcgid takes lines up to 8,175 bytes, lighttpd 65,000 bytes of headers and
 * the same for all of a responder's parameters, which the request's own share. */
#define CZ_CLAIM_LINE_MAX 8000
#define CZ_CLAIMS_SIZE_MAX 32000

/*
 * Appends a line `Variable-NAME: value` for each claim that the granted decision has a value
 * for: those of its policy's plan, without one all of certauthz's own, and what the client
 * carries. A claim that does not fit is left out whole, and named in CERTAUTHZ_TRUNCATED. Nothing
 * of a certificate or client stands in an anonymous grant.
 */
void cz_claims_append(struct buffer *out, const struct decision *decision, int64_t now);

#endif
