/*
 * Who signed a CRL, and may they (RFC 5280 6.3.3 (f) to (h))? The issuer of a CRL need not stand on
 * the path of the certificate that is asked about: it may be the same CA with another key, or
 * another authority. Its certificate is then looked for among the intermediates and what the
 * client sent, and has to lead to the same trust anchor.
 */
#ifndef CERTAUTHZ_REVOCATION_CRL_ISSUER_H
#define CERTAUTHZ_REVOCATION_CRL_ISSUER_H

#include "certificate/signature.h"
#include "path/path.h"
#include "revocation/crl_index.h"
#include "revocation/status.h"
#include "trust/trust.h"
#include "validate/requirements.h"

#define CZ_CRL_SIGNATURES_MAX 64 /* verified over CRLs for one path */

/* A CRL that is at hand, and how to look into it. All borrowed. */
struct crl_candidate {
    const struct crl *crl;
    struct crl_lookup lookup;
    /* The SubjectPublicKeyInfo of the key that verified this CRL's signature when it was taken in,
     * so that 50 MB are not hashed for each request; empty: not verified yet. */
    struct bytes verified_spki;
};

/* What has been verified over CRLs, kept for one path: see certificate/signature.h. */
struct crl_signatures {
    size_t count;
    struct {
        const struct crl *crl;
        const struct certificate *signer;
        bool good;
    } done[CZ_CRL_SIGNATURES_MAX];
};

enum signature_result cz_crl_signature_check(struct crl_signatures *signatures,
                                             const struct crl_candidate *candidate,
                                             const struct certificate *signer);

/* Counts a signature that something else has to verify, and of which nothing is kept; false where
 * none may be verified any more. */
bool cz_crl_signatures_spend(struct crl_signatures *signatures);

/* What is demanded of a path to whoever signed a CRL or OCSP response: what is demanded of every
 * path, and nothing of what is demanded of a client's certificate. */
struct requirements cz_signer_requirements(const struct requirements *wanted);

struct crl_issuer_search {
    const struct path *path; /* the certificate asked about is the one at `depth` */
    size_t depth;
    const struct trust *trust;       /* its keys imported */
    struct certificate *const *sent; /* the same */
    size_t sent_count;
    const struct requirements *requirements;
    struct signature_checks *signatures; /* over certificates */
    struct crl_signatures *crl_signatures;
    int64_t now;
    /* Asked of the path of an issuer that does not stand on `path`: are its certificates good? */
    bool (*is_good)(void *context, const struct path *path);
    void *context;
};

struct crl_issuer {
    const struct certificate *certificate;
    int64_t valid_from, valid_until; /* of what it took to trust it beside `path` */
};

/* False, with *cause set, where there is none; then the times of *issuer are those between which
 * none of the certificates that were found begins or ceases to be valid. */
bool cz_crl_issuer_find(const struct crl_issuer_search *search,
                        const struct crl_candidate *candidate, struct crl_issuer *issuer,
                        enum revocation_cause *cause);

#endif
