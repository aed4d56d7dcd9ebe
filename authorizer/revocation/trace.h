/* What a verdict on revocation adds to the trace, and the reason that it gives. */
#ifndef CERTAUTHZ_REVOCATION_TRACE_H
#define CERTAUTHZ_REVOCATION_TRACE_H

#include "reason/trace.h"
#include "revocation/verdict.h"

/* REASON_REVOKED, REASON_REVOCATION_UNKNOWN and so on. */
enum reason cz_revocation_reason(enum revocation_event event);

/* A line for each certificate, from the anchor down, the one that denies being the last. Returns
 * the reason for refusing, or REASON_UNDECIDED where there is none. */
enum reason cz_revocation_trace(struct trace *trace, const struct revocation_verdict *verdict);

#endif
