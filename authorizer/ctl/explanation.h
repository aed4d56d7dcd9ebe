/* The answer to a question, by the engine that certauthz runs. No I/O: what a process has in force
 * can answer for itself. */
#ifndef CERTAUTHZ_CTL_EXPLANATION_H
#define CERTAUTHZ_CTL_EXPLANATION_H

#include "config/setup.h"
#include "ctl/question.h"
#include "decision/decision.h"

/* Appends the report in the form that the question wants; *granted says what it came to. Nothing
 * is remembered, and no earlier verdict is used. False when out of memory. */
bool cz_explain_answer(const struct setup *setup, const struct revocation_holdings *holdings,
                       const struct question *question, struct buffer *report, bool *granted,
                       struct error *error);

/* The same for a question as cz_question_write writes it. False too, with what is wrong in `error`,
 * where it cannot be read. */
bool cz_explain_question(const struct setup *setup, const struct revocation_holdings *holdings,
                         struct bytes question, struct buffer *report, bool *granted,
                         struct error *error);

#endif
