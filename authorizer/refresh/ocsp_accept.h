/* Whether what a responder sent is worth keeping: nothing is that would not count with the
 * authorizer. */
#ifndef CERTAUTHZ_REFRESH_OCSP_ACCEPT_H
#define CERTAUTHZ_REFRESH_OCSP_ACCEPT_H

#include "authorize/snapshot.h"
#include "revocation/ocsp_check.h"

struct ocsp_expectation {
    const struct snapshot *snapshot; /* whose policies demand it */
    const struct certificate *certificate, *issuer;
    struct bytes nonce; /* that was sent; empty: none */
    bool has_before;    /* what is kept already is from `before` */
    int64_t before;
    int64_t now;
};

/* SOURCE_GOOD: worth keeping; `answer` says what it says. Else `error` says what is wrong. */
enum source_state cz_ocsp_accept(const struct ocsp_expectation *expected, struct bytes response,
                                 struct ocsp_answer *answer, struct error *error);

#endif
