/*
 * Everything that decisions rest on, as one value: made and checked completely, then never
 * changed, and shared by all threads.
 */
#ifndef CERTAUTHZ_AUTHORIZE_SNAPSHOT_H
#define CERTAUTHZ_AUTHORIZE_SNAPSHOT_H

#include "authorize/forwarding.h"
#include "policy/policy.h"

struct snapshot {
    struct vocabulary vocabulary;
    struct policy *policies; /* owned; [0] is the one without a name */
    size_t policy_count;
    struct trust *trusts; /* owned; what the policies borrow */
    size_t trust_count;
    struct clients *client_sets; /* owned; the same */
    size_t client_set_count;
    struct claim_plan *claim_plans; /* owned; the same */
    size_t claim_plan_count;
    struct certificate_pool responders; /* owned; the same: who may sign OCSP responses besides */
    struct forwarding forwarding;       /* owned */
};

/* An empty name is the policy without one; NULL where there is none of this name. */
const struct policy *cz_snapshot_policy(const struct snapshot *snapshot, struct bytes name);
void cz_snapshot_release(struct snapshot *snapshot);

#endif
