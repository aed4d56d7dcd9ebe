/*
 * The pipeline: one request to one decision. Reads no clock, no file, no environment.
 */
#ifndef CERTAUTHZ_AUTHORIZE_AUTHORIZE_H
#define CERTAUTHZ_AUTHORIZE_AUTHORIZE_H

#include "authorize/memory.h"
#include "authorize/snapshot.h"
#include "decision/decision.h"

/*
 * Fills `decision`, which the caller releases (before the snapshot). `memory` may be NULL: then
 * nothing is remembered. `holdings` are what is known of revocation, borrowed until it returns.
 * `now` is in seconds since 1970. Never fails: what goes wrong inside is a
 * refusal with REASON_INTERNAL_ERROR.
 */
void cz_authorize(const struct snapshot *snapshot, struct memory *memory,
                  const struct revocation_holdings *holdings, const struct request *request,
                  int64_t now, struct decision *decision);

#endif
