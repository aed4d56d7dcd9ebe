/* A decision with its whole story, for people or as JSON. Pure. */
#ifndef CERTAUTHZ_CTL_REPORT_H
#define CERTAUTHZ_CTL_REPORT_H

#include "ctl/question.h"
#include "decision/decision.h"

/* In colour where the question says so. */
void cz_report_text(struct buffer *out, const struct question *question,
                    const struct decision *decision);
/* One object; its members are described in certauthzctl(1). */
void cz_report_json(struct buffer *out, const struct question *question,
                    const struct decision *decision);

/*
 * Calls `visit` with each check in the order in which it was made: those of the request, those of
 * the certificate, then whose it is and what he may do.
 */
void cz_report_checks(const struct decision *decision,
                      void (*visit)(void *context, const struct trace_entry *entry), void *context);
/* Calls `visit` with each claim, exactly as the reply carries it; with none where it was refused.
 * False when out of memory. */
bool cz_report_claims(const struct decision *decision, int64_t now,
                      void (*visit)(void *context, struct bytes name, struct bytes value),
                      void *context);

/* What the log said and what is decided now, side by side. */
struct comparison {
    const char *name;
    struct bytes then, now; /* borrowed from the question and the decision */
};
#define CZ_COMPARISONS 5
/* verdict, reason, rule, client and credential. */
void cz_report_compare(const struct question *question, const struct decision *decision,
                       struct comparison comparisons[CZ_COMPARISONS]);

#endif
