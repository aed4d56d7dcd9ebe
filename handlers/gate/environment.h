/*
 * The variables that certauthz is asked with, and those that a program behind the gate gets
 * (RFC 3875 section 4.1).
 */
#ifndef GATE_ENVIRONMENT_H
#define GATE_ENVIRONMENT_H

#include "call.h"

struct gate_environment {
    char **items; /* owned, and each of them; ended by NULL */
    size_t count, capacity;
    bool failed; /* out of memory; then it is not to be used */
};

/* The call's, with its path in place of what the client wrote: what is decided on is what is
 * served. FCGI_ROLE and CERTAUTHZ_..., which have certauthz go by other paths and policies, are
 * left out. */
void gate_environment_ask(struct gate_environment *environment, const struct gate_call *call);

/*
 * The call's, as if the server had started the program itself: SCRIPT_NAME, SCRIPT_FILENAME,
 * PATH_INFO and PATH_TRANSLATED are the program's, whose file is the call's without the last `rest`
 * bytes, and nothing is left of the redirect. The claims (see approval.h) replace what has their
 * names; what looks like a claim and is none is taken out. `for_php` sets REDIRECT_STATUS, without
 * which php-cgi refuses to run.
 */
void gate_environment_run(struct gate_environment *environment, const struct gate_call *call,
                          size_t rest, struct bytes claims, bool for_php);

void gate_environment_release(struct gate_environment *environment);

#endif
