/*
 * The decision on one request: grant or refuse, why, and how that was found out.
 */
#ifndef CERTAUTHZ_DECISION_DECISION_H
#define CERTAUTHZ_DECISION_DECISION_H

#include "decision/assessment.h"
#include "policy/rules.h"
#include "reason/trace.h"

enum verdict {
    VERDICT_UNDECIDED = 0, /* refuses */
    VERDICT_REFUSED,
    VERDICT_GRANTED,
};

struct decision {
    enum verdict verdict;
    enum reason reason;
    bool anonymous;                /* granted without a certificate having been looked at */
    bool remembered;               /* the assessment was made for an earlier request */
    const struct rule *rule;       /* borrowed from the snapshot; NULL where none matched */
    struct assessment *assessment; /* owned reference; NULL where no certificate was judged */
    struct buffer path;            /* owned; normalised, empty where it could not be */
    struct trace trace; /* of the request; that of the certificate is in the assessment */
};

/* What the stages before found, for cz_decide. */
struct evidence {
    enum reason refusal; /* REASON_UNDECIDED unless a stage refused */
    const struct rule *rule;
    bool certificate_presented;
    const struct validation *validation; /* NULL where no certificate was judged */
};

/* An undecided decision, which refuses. */
void cz_decision_init(struct decision *decision);

/*
 * Fills verdict, reason and anonymous. The only function that grants:
 *   rule needs none                                    -> granted, anonymous
 *   rule's need is optional, no certificate presented  -> granted, anonymous
 *   rule needs one, or it is optional, and it is valid -> granted
 *   everything else                                    -> refused
 */
void cz_decide(struct decision *decision, const struct evidence *evidence);

const char *cz_verdict_name(enum verdict verdict);
void cz_decision_release(struct decision *decision);

#endif
