/* What a refused client is told: the reason's sentence, its slug, and the id of the log line. */
#ifndef CERTAUTHZ_RESPONSE_DENIAL_H
#define CERTAUTHZ_RESPONSE_DENIAL_H

#include "base/buffer.h"
#include "reason/reason.h"

/* Appends the headers after Status, the blank line, and the body. */
void cz_denial_append(struct buffer *out, const struct reason_info *reason, struct bytes accept,
                      const char *id);

#endif
