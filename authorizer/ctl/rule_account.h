/* What became of each rule of the policy in one decision. Pure. */
#ifndef CERTAUTHZ_CTL_RULE_ACCOUNT_H
#define CERTAUTHZ_CTL_RULE_ACCOUNT_H

#include "decision/decision.h"
#include "request/request.h"

enum rule_state {
    STATE_OTHER_PATH = 0, /* these four: it does not cover the request */
    STATE_OTHER_HOST,
    STATE_OTHER_METHOD,
    STATE_OTHER_ADDRESS,
    STATE_DECIDES,
    STATE_PASSED_ON,   /* an allow that left the request to the next */
    STATE_REPORTED,    /* judged, and only told about */
    STATE_SPARES,      /* a deny that is for others */
    STATE_NOT_REACHED, /* another decided before */
    STATE_NOT_KEPT,    /* judged, but more were than CZ_OUTCOMES_MAX */
};

struct rule_account {
    enum rule_state state;
    const struct rule_outcome *outcome; /* of those passed on and reported; else NULL */
};

/* False where the request was refused before its rules were looked at. */
bool cz_rules_were_asked(const struct decision *decision);
/* Of a rule of the decision's policy; only where its rules were asked. */
struct rule_account cz_rule_account(const struct decision *decision, const struct request *request,
                                    const struct rule *rule);
/* For people and JSON: other-path, decides, … Never NULL. */
const char *cz_rule_state_name(enum rule_state state);

#endif
