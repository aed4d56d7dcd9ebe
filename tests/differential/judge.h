/* The three judges of one signed plan, each asked the same. */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_JUDGE_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_JUDGE_H

#include "plan.h"

struct verdict {
    bool accepted;
    int code;        /* ours: enum reason; GnuTLS: the status bits; OpenSSL: X509_V_ERR_… */
    bool unreadable; /* a certificate of the path could not be decoded */
    const char
        *detail;    /* ours: of the check that failed, or why one could not be read; never NULL */
    char text[256]; /* for people */
};

/* The whole pipeline: cz_assess on PEM. */
void judge_ours(const struct plan *plan, struct verdict *verdict);

/*
 * The others do not search as we do: each linear chain from the end to an anchor, as the plan's
 * entities lead, is judged on its own, and one that is accepted is enough. Where all are refused
 * the verdict is that of the first.
 */
void judge_gnutls(const struct plan *plan, struct verdict *verdict);
void judge_openssl(const struct plan *plan, struct verdict *verdict);

/* The time that GnuTLS is told; to be called once, before the first verdict. */
void judge_prepare(void);

/* Calls `visit` with each chain, without the anchor: indices into the plan's certificates. True
 * as soon as it is. */
bool judge_chains(const struct plan *plan,
                  bool (*visit)(void *context, const size_t *chain, size_t count), void *context);

#endif
