/*
 * Which claims a policy sends, under which names, and whence their values: a value, made while
 * loading. How values are made and written is response/claims.h.
 */
#ifndef CERTAUTHZ_POLICY_CLAIM_PLAN_H
#define CERTAUTHZ_POLICY_CLAIM_PLAN_H

#include "base/buffer.h"

struct claim_source; /* response/claim_sources.h */

struct planned_claim {
    struct buffer line;                /* owned; what its line begins with: "Variable-NAME: " */
    const struct claim_source *source; /* static */
    struct buffer argument;            /* owned; for the source, may be empty */
};

struct claim_plan {
    struct planned_claim *items; /* owned; in the order of sending, no name twice */
    size_t count;
};

/* The name in a line's beginning; borrowed from it. */
struct bytes cz_claim_line_name(struct bytes line);
void cz_claim_plan_release(struct claim_plan *plan);

#endif
