/* The whole truth table of a decision, written down apart from the code. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "decision/decision.h"

static const enum certificate_need needs[] = {NEED_REQUIRED, NEED_OPTIONAL, NEED_NONE,
                                              (enum certificate_need)77};

/* What was found out about the certificate. */
enum finding { NOT_JUDGED, FOUND_VALID, FOUND_EXPIRED, FOUND_UNDECIDED, FOUND_ABSURD, FINDINGS };

static const struct validation *validation_of(enum finding finding) {
    static struct validation validations[FINDINGS];
    struct validation *validation = &validations[finding];
    validation->valid = finding == FOUND_VALID;
    validation->reason = finding == FOUND_EXPIRED  ? REASON_EXPIRED
                         : finding == FOUND_ABSURD ? REASON_GRANTED
                                                   : REASON_UNDECIDED;
    return finding == NOT_JUDGED ? NULL : validation;
}

struct expected {
    enum verdict verdict;
    enum reason reason;
    bool anonymous;
};

#define REFUSE(why) ((struct expected){VERDICT_REFUSED, why, false})
#define GRANT(without) ((struct expected){VERDICT_GRANTED, REASON_GRANTED, without})

/* The contract of cz_decide, line by line. */
static struct expected expect(enum reason refusal, const struct rule *rule, bool presented,
                              enum finding finding) {
    if (refusal == REASON_GRANTED)
        return REFUSE(REASON_INTERNAL_ERROR); /* no stage may grant */
    if (refusal != REASON_UNDECIDED)
        return REFUSE(refusal);
    if (rule == NULL)
        return REFUSE(REASON_NO_RULE);
    if (rule->need == NEED_NONE)
        return GRANT(true);
    if (!presented)
        return rule->need == NEED_OPTIONAL ? GRANT(true) : REFUSE(REASON_NO_CERTIFICATE);
    switch (finding) {
    case FOUND_VALID:
        return GRANT(false);
    case FOUND_EXPIRED:
        return REFUSE(REASON_EXPIRED);
    case FOUND_UNDECIDED:
        return REFUSE(REASON_UNDECIDED);
    default:
        return REFUSE(REASON_INTERNAL_ERROR);
    }
}

static void check(enum reason refusal, const struct rule *rule, bool presented,
                  enum finding finding) {
    struct evidence evidence = {.refusal = refusal,
                                .rule = rule,
                                .certificate_presented = presented,
                                .validation = validation_of(finding),
                                .fits = true};
    struct decision decision;
    cz_decision_init(&decision);
    decision.anonymous = true;
    cz_decide(&decision, &evidence);
    struct expected expected = expect(refusal, rule, presented, finding);
    tap_ok(decision.verdict == expected.verdict && decision.reason == expected.reason &&
               decision.anonymous == expected.anonymous && decision.rule == rule,
           "refusal %s, need %s, %s, finding %d: %s for %s%s", cz_reason_info(refusal)->slug,
           rule != NULL ? cz_need_name(rule->need) : "(no rule)",
           presented ? "presented" : "not presented", finding, cz_verdict_name(expected.verdict),
           cz_reason_info(expected.reason)->slug, expected.anonymous ? ", anonymous" : "");
    cz_decision_release(&decision);
}

static void test_truth_table(void) {
    static const enum reason refusals[] = {REASON_UNDECIDED, REASON_GRANTED, REASON_NO_RULE,
                                           REASON_AMBIGUOUS_PATH, REASON_INTERNAL_ERROR};
    for (size_t r = 0; r < CZ_COUNT(refusals); r++)
        for (size_t n = 0; n <= CZ_COUNT(needs); n++) {
            struct rule rule = {.need = n < CZ_COUNT(needs) ? needs[n] : NEED_NONE};
            for (int presented = 0; presented < 2; presented++)
                for (enum finding f = 0; f < FINDINGS; f++)
                    check(refusals[r], n < CZ_COUNT(needs) ? &rule : NULL, presented, f);
        }
}

static void test_zero(void) {
    struct decision decision = {0};
    tap_ok(decision.verdict == VERDICT_UNDECIDED && decision.verdict != VERDICT_GRANTED,
           "the zero value is undecided");
    tap_ok(cz_reason_info(decision.reason)->status != 200, "and its status is not 200");
    memset(&decision, 0xa5, sizeof decision);
    cz_decision_init(&decision);
    tap_ok(decision.verdict == VERDICT_UNDECIDED && decision.reason == REASON_UNDECIDED &&
               !decision.anonymous && !decision.remembered && decision.rule == NULL &&
               decision.assessment == NULL && decision.path.data == NULL &&
               decision.trace.count == 0 && !decision.trace.truncated,
           "so is a fresh one");
    struct evidence nothing = {0};
    cz_decide(&decision, &nothing);
    tap_ok(decision.verdict == VERDICT_REFUSED, "no evidence at all refuses");
    cz_decision_release(&decision);
    cz_decision_release(&decision);
    tap_is(cz_verdict_name(VERDICT_GRANTED), "granted", "granted");
    tap_is(cz_verdict_name(VERDICT_REFUSED), "refused", "refused");
    tap_is(cz_verdict_name(VERDICT_UNDECIDED), "undecided", "undecided");
    tap_is(cz_verdict_name((enum verdict)9), "undecided", "anything else is undecided");
}

static void test_assessment(void) {
    struct assessment *assessment = cz_assessment_new();
    tap_ok(!assessment->validation.valid && assessment->validation.reason == REASON_UNDECIDED &&
               assessment->certificate == NULL && assessment->sent_count == 0,
           "a fresh assessment is not valid");
    assessment->certificate = forge_certificate(&(struct forge){.subject = "x", .issuer = "y"});
    assessment->sent[0] = forge_certificate(&(struct forge){.subject = "x", .issuer = "y"});
    assessment->sent_count = 1;
    assessment->validation.valid_from = 10;
    assessment->validation.valid_until = 20;
    tap_ok(!cz_assessment_holds(assessment, 9) && cz_assessment_holds(assessment, 10) &&
               cz_assessment_holds(assessment, 20) && !cz_assessment_holds(assessment, 21),
           "it holds between its times, both inclusive");
    struct assessment *other = cz_assessment_ref(assessment), *kept = assessment;
    cz_assessment_release(&assessment);
    tap_ok(assessment == NULL && other == kept && other->validation.valid_from == 10,
           "a second reference keeps it");
    struct decision decision;
    cz_decision_init(&decision);
    decision.assessment = other;
    cz_buffer_puts(&decision.path, "/x");
    cz_decision_release(&decision);
    tap_ok(decision.assessment == NULL && decision.path.data == NULL,
           "a released decision holds nothing");
    cz_assessment_release(&assessment);
}

int main(void) {
    test_truth_table();
    test_zero();
    test_assessment();
    return tap_done();
}
