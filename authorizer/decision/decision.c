#include "decision/decision.h"

void cz_decision_init(struct decision *decision) {
    decision->verdict = VERDICT_UNDECIDED;
    decision->reason = REASON_UNDECIDED;
    decision->anonymous = false;
    decision->remembered = false;
    decision->forwarding = FORWARDING_NONE;
    decision->policy = NULL;
    decision->rule = NULL;
    decision->passed_over.count = 0;
    decision->passed_over.truncated = false;
    decision->report_only.count = 0;
    decision->report_only.truncated = false;
    decision->identification = (struct identification){0};
    decision->assessment = NULL;
    decision->path = (struct buffer){0};
    decision->trace.count = 0;
    decision->trace.truncated = false;
}

/* A stage that refuses cannot grant, whatever it gave as its reason. */
static enum reason refusal(enum reason reason) {
    return reason == REASON_GRANTED ? REASON_INTERNAL_ERROR : reason;
}

/* Why this request is refused, or REASON_GRANTED where nothing speaks against it. */
static enum reason find_reason(const struct evidence *evidence, bool *anonymous) {
    if (evidence->refusal != REASON_UNDECIDED)
        return refusal(evidence->refusal);
    if (evidence->rule == NULL)
        return REASON_NO_RULE;
    if (evidence->rule->action != ACTION_ALLOW || evidence->rule->report_only)
        return REASON_INTERNAL_ERROR;
    enum certificate_need need = evidence->rule->need;
    if (need == NEED_NONE || (need == NEED_OPTIONAL && !evidence->certificate_presented)) {
        *anonymous = true;
        return REASON_GRANTED;
    }
    if (!evidence->certificate_presented)
        return REASON_NO_CERTIFICATE;
    if (evidence->validation == NULL)
        return REASON_INTERNAL_ERROR;
    if (!evidence->validation->valid)
        return refusal(evidence->validation->reason);
    return evidence->fits ? REASON_GRANTED : REASON_CLIENT_NOT_ALLOWED;
}

void cz_decide(struct decision *decision, const struct evidence *evidence) {
    decision->anonymous = false;
    decision->reason = find_reason(evidence, &decision->anonymous);
    decision->rule = evidence->rule;
    decision->verdict = decision->reason == REASON_GRANTED ? VERDICT_GRANTED : VERDICT_REFUSED;
}

void cz_outcomes_add(struct rule_outcomes *outcomes, const struct rule *rule, struct fit fit) {
    if (outcomes->count == CZ_OUTCOMES_MAX) {
        outcomes->truncated = true;
        return;
    }
    outcomes->items[outcomes->count++] =
        (struct rule_outcome){.rule = rule, .reason = fit.reason, .detail = fit.detail};
}

const char *cz_outcome_slug(const struct rule_outcome *outcome) {
    return outcome->reason == REASON_UNDECIDED ? "granted" : cz_reason_info(outcome->reason)->slug;
}

const struct certificate_revocation *cz_decision_warning(const struct decision *decision) {
    return decision->verdict == VERDICT_GRANTED && decision->assessment != NULL
               ? cz_revocation_warning(&decision->assessment->revocation)
               : NULL;
}

const char *cz_verdict_name(enum verdict verdict) {
    switch (verdict) {
    case VERDICT_GRANTED:
        return "granted";
    case VERDICT_REFUSED:
        return "refused";
    case VERDICT_UNDECIDED:
        break;
    }
    return "undecided";
}

void cz_decision_release(struct decision *decision) {
    cz_assessment_release(&decision->assessment);
    cz_buffer_release(&decision->path);
}
