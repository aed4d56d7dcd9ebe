/*
 * The exact bytes of the reply. Web servers take a vague reply for approval, so every reply is
 * complete: `Status: NNN Reason` first, and a blank line that ends the headers.
 */
#ifndef CERTAUTHZ_RESPONSE_RESPONSE_H
#define CERTAUTHZ_RESPONSE_RESPONSE_H

#include "base/buffer.h"
#include "decision/decision.h"

/*
 * Appends the reply to `out`, which must be empty. Granted: 200 with the claims and no body.
 * Else: the reason's status with a body in text/plain, text/html or application/problem+json,
 * whichever `accept` (the header's value, may be empty) prefers, holding the reason's sentence,
 * its slug and `id`; and no claim. `id` has only letters, digits and hyphens.
 * When memory runs out the reply is cz_response_failure().
 */
void cz_response_render(struct buffer *out, const struct decision *decision, struct bytes accept,
                        const char *id, int64_t now);

/* A complete reply with status 500 for when nothing else can be made; static. */
const char *cz_response_failure(void);

#endif
