/*
 * A policy: which certificates count, whose they are, and what they may do. A configuration has
 * one without a name and any number with one; the web server says which holds for a request.
 */
#ifndef CERTAUTHZ_POLICY_POLICY_H
#define CERTAUTHZ_POLICY_POLICY_H

#include "identity/clients.h"
#include "policy/claim_plan.h"
#include "policy/rules.h"
#include "revocation/settings.h"
#include "trust/trust.h"
#include "validate/requirements.h"

struct policy {
    char *name;      /* owned; NULL: the one that holds where none is named */
    uint32_t number; /* its index: verdicts of one policy do not count for another */
    struct requirements requirements;
    struct revocation_settings revocation; /* owned */
    const struct trust *trust;             /* borrowed from the snapshot: policies may share it */
    const struct clients *clients;         /* the same; NULL where no clients are configured */
    const struct claim_plan *claims;       /* the same; NULL: all of certauthz's own */
    struct rules rules;
};

void cz_policy_release(struct policy *policy);

#endif
