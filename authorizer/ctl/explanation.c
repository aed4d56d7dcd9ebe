#include "ctl/explanation.h"

#include "base/cleanup.h"
#include "ctl/decide.h"
#include "ctl/report.h"

bool cz_explain_answer(const struct setup *setup, const struct revocation_holdings *holdings,
                       const struct question *question, struct buffer *report, bool *granted,
                       struct error *error) {
    CZ_CLEANUP(cz_decision_release) struct decision decision;
    if (!cz_question_decide(&setup->snapshot, holdings, question, &decision, error))
        return false;
    (question->json ? cz_report_json : cz_report_text)(report, question, &decision);
    *granted = decision.verdict == VERDICT_GRANTED;
    return !report->failed || cz_error_set(error, "out of memory");
}

bool cz_explain_question(const struct setup *setup, const struct revocation_holdings *holdings,
                         struct bytes question, struct buffer *report, bool *granted,
                         struct error *error) {
    CZ_CLEANUP(cz_question_release) struct question read;
    *granted = false;
    return cz_question_read(question, &read, error) &&
           cz_explain_answer(setup, holdings, &read, report, granted, error);
}
