/*
 * Everything that was found out about one presented certificate, independent of which resource
 * was asked for: whether it is valid, why not, between which times that holds, and who it names.
 * Immutable once made, and shared: a remembered one serves many requests at once.
 */
#ifndef CERTAUTHZ_DECISION_ASSESSMENT_H
#define CERTAUTHZ_DECISION_ASSESSMENT_H

#include "identity/clients.h"
#include "identity/identity.h"
#include "request/request.h"
#include "revocation/verdict.h"
#include "validate/validate.h"

#include <stdatomic.h>

struct assessment {
    atomic_uint references;
    struct certificate *certificate;                /* owned; NULL where it could not be read */
    struct certificate *sent[CZ_REQUEST_CHAIN_MAX]; /* owned: what the client sent along */
    size_t sent_count;
    struct validation validation;         /* its path points into this and into the trust */
    struct revocation_verdict revocation; /* of that path */
    char denied_because[CZ_DENY_REASON_SIZE_MAX +
                        1];            /* what the deny list says, where that is why */
    struct identity identity;          /* empty where there is no certificate */
    struct term_set terms;             /* of the configuration's; empty where it is not valid */
    struct credential_set credentials; /* whose it is, active or not; the same */
};

/* With one reference, the caller's; NULL when out of memory. */
struct assessment *cz_assessment_new(void);
struct assessment *cz_assessment_ref(struct assessment *assessment);
/* Drops the variable's reference, the last one frees. */
void cz_assessment_release(struct assessment **assessment);

/* False where the verdict, made at another time, does not hold at `now`. */
bool cz_assessment_holds(const struct assessment *assessment, int64_t now);

#endif
