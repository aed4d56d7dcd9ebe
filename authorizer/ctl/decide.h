/* The decision on a question, by the stages that decide requests. */
#ifndef CERTAUTHZ_CTL_DECIDE_H
#define CERTAUTHZ_CTL_DECIDE_H

#include "authorize/snapshot.h"
#include "ctl/question.h"
#include "decision/decision.h"

/*
 * Fills `decision`, which the caller releases before the snapshot. Where the question's address is
 * one of forwarded.proxies, its certificate and chain are taken as forwarded, whatever the format
 * is, and the proxy's connection as without one; unless the question has the header itself. False,
 * with a decision that refuses, when out of memory.
 */
bool cz_question_decide(const struct snapshot *snapshot, const struct revocation_holdings *holdings,
                        const struct question *question, struct decision *decision,
                        struct error *error);

#endif
