/*
 * Which rule decides, and whether whoever asks fits it.
 *
 * Every deny that covers the request and fits its holder refuses, wherever it stands. Of the allows
 * the first that covers the request decides; where its holder does not fit, the request is
 * refused, unless that rule passes such requests on to the next. So no wider rule further down
 * opens what a narrower one has closed.
 */
#ifndef CERTAUTHZ_AUTHORIZE_JUDGE_H
#define CERTAUTHZ_AUTHORIZE_JUDGE_H

#include "authorize/memory.h"
#include "authorize/snapshot.h"
#include "decision/decision.h"

/* One request on its way through the rules. */
struct inquiry {
    const struct snapshot *snapshot;
    const struct policy *policy;
    struct memory *memory; /* may be NULL */
    const struct revocation_holdings *holdings;
    const struct request *request;
    struct resource resource;
    int64_t now;
    struct decision *decision; /* its trace, outcomes, identification, assessment and what became
                                  of a forwarded certificate are filled */

    /* Found out when a rule first asks; zero until then. */
    bool asked;
    struct presented presented; /* owned */
    struct holder holder;
};

/* Fills `evidence` for cz_decide. */
void cz_judge(struct inquiry *inquiry, struct evidence *evidence);

#endif
