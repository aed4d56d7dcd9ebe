/*
 * Everything that decisions rest on, as one value: made and checked completely, then never
 * changed, and shared by all threads.
 */
#ifndef CERTAUTHZ_AUTHORIZE_SNAPSHOT_H
#define CERTAUTHZ_AUTHORIZE_SNAPSHOT_H

#include "policy/rules.h"
#include "trust/trust.h"
#include "validate/requirements.h"

struct snapshot {
    struct requirements requirements;
    struct trust trust;
    struct rules rules;
};

static inline void cz_snapshot_release(struct snapshot *snapshot) {
    cz_requirements_release(&snapshot->requirements);
    cz_trust_release(&snapshot->trust);
    cz_rules_release(&snapshot->rules);
}

#endif
