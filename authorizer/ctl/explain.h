/* `certauthzctl explain`: why would this certificate get this answer for this request? */
#ifndef CERTAUTHZ_CTL_EXPLAIN_H
#define CERTAUTHZ_CTL_EXPLAIN_H

#include "base/error.h"
#include "config/setup.h"
#include "decision/decision.h"

struct explain_question {
    const char *certificate_file; /* PEM or DER; NULL: none is presented */
    const char *chain_file;       /* PEM: what the client sent along; NULL: nothing */
    const char *method;
    const char *uri; /* as a client would send it */
    int64_t now;
};

/* Asks the engine that certauthz runs. False where a file cannot be read; a certificate that
 * cannot be parsed is an answer. The caller releases `decision` when true, before `setup`. */
bool cz_explain(const struct setup *setup, const struct explain_question *question,
                struct decision *decision, struct error *error);

#endif
