#include "authorize/snapshot.h"

#include <stdlib.h>

const struct policy *cz_snapshot_policy(const struct snapshot *snapshot, struct bytes name) {
    if (name.len == 0)
        return snapshot->policy_count > 0 ? &snapshot->policies[0] : NULL;
    for (size_t i = 1; i < snapshot->policy_count; i++)
        if (cz_bytes_equal(cz_bytes_of(snapshot->policies[i].name), name))
            return &snapshot->policies[i];
    return NULL;
}

void cz_snapshot_release(struct snapshot *snapshot) {
    for (size_t i = 0; i < snapshot->policy_count; i++)
        cz_policy_release(&snapshot->policies[i]);
    for (size_t i = 0; i < snapshot->trust_count; i++)
        cz_trust_release(&snapshot->trusts[i]);
    for (size_t i = 0; i < snapshot->client_set_count; i++)
        cz_clients_release(&snapshot->client_sets[i]);
    for (size_t i = 0; i < snapshot->claim_plan_count; i++)
        cz_claim_plan_release(&snapshot->claim_plans[i]);
    cz_pool_release(&snapshot->responders);
    cz_forwarding_release(&snapshot->forwarding);
    free(snapshot->policies);
    free(snapshot->trusts);
    free(snapshot->client_sets);
    free(snapshot->claim_plans);
    cz_vocabulary_release(&snapshot->vocabulary);
    *snapshot = (struct snapshot){0};
}
