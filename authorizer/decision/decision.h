/*
 * The decision on one request: grant or refuse, why, and how that was found out.
 */
#ifndef CERTAUTHZ_DECISION_DECISION_H
#define CERTAUTHZ_DECISION_DECISION_H

#include "decision/assessment.h"
#include "policy/fit.h"
#include "policy/policy.h"
#include "reason/trace.h"

enum verdict {
    VERDICT_UNDECIDED = 0, /* refuses */
    VERDICT_REFUSED,
    VERDICT_GRANTED,
};

/* What a rule that was judged came to; REASON_UNDECIDED where it would have granted. */
struct rule_outcome {
    const struct rule *rule; /* borrowed from the snapshot */
    enum reason reason;
    const char *detail; /* static text, or NULL */
};

#define CZ_OUTCOMES_MAX 16

struct rule_outcomes {
    size_t count;
    bool truncated; /* there were more; nothing but the telling is lost */
    struct rule_outcome items[CZ_OUTCOMES_MAX];
};

/* What became of a certificate in a proxy's header. */
enum forwarding_outcome {
    FORWARDING_NONE = 0, /* there was none, or nobody asked for it */
    FORWARDING_IGNORED,  /* it came from somebody who is no proxy of ours */
    FORWARDING_HEEDED,   /* it is what was presented, whatever came of that */
};

struct decision {
    enum verdict verdict;
    enum reason reason;
    bool anonymous;  /* granted without a certificate having been looked at */
    bool remembered; /* the assessment was made for an earlier request */
    enum forwarding_outcome forwarding;
    const struct policy *policy;      /* borrowed from the snapshot; NULL where it is not known */
    const struct rule *rule;          /* the same; NULL where none decided */
    struct rule_outcomes passed_over; /* allows that left the request to the next rule */
    struct rule_outcomes report_only; /* rules that are only told about */
    struct identification identification; /* whose certificate it is; borrowed the same way */
    struct assessment *assessment; /* owned reference; NULL where no certificate was judged */
    struct buffer path;            /* owned; normalised, empty where it could not be */
    struct trace trace; /* of the request; that of the certificate is in the assessment */
};

/* What the stages before found, for cz_decide. */
struct evidence {
    enum reason refusal;     /* REASON_UNDECIDED unless a stage refused */
    const struct rule *rule; /* the one that decides */
    bool certificate_presented;
    const struct validation *validation; /* NULL where no certificate was judged */
    bool fits;                           /* the holder of the certificate fits the rule */
};

/* An undecided decision, which refuses. */
void cz_decision_init(struct decision *decision);

/*
 * Fills verdict, reason and anonymous. The only function that grants, and only by a rule that
 * allows and is in force:
 *   it needs none                                                 -> granted, anonymous
 *   its need is optional, no certificate presented                -> granted, anonymous
 *   it needs one, or it is optional; it is valid; its holder fits -> granted
 *   everything else                                               -> refused
 */
void cz_decide(struct decision *decision, const struct evidence *evidence);

/* Notes the outcome, or that there was no room for it. */
void cz_outcomes_add(struct rule_outcomes *outcomes, const struct rule *rule, struct fit fit);

/* The reason's slug, "granted" where the rule would have. */
const char *cz_outcome_slug(const struct rule_outcome *outcome);

/* What it was granted in spite of, with a warning; NULL where there is no such thing. */
const struct certificate_revocation *cz_decision_warning(const struct decision *decision);

const char *cz_verdict_name(enum verdict verdict);
void cz_decision_release(struct decision *decision);

#endif
