/*
 * Is a certificate of a validated path revoked (RFC 5280 section 6.3, RFC 6960 section 3.2)? Pure
 * functions of the path, the CRLs and OCSP responses at hand, the trust and the time; where those
 * come from is not known here, and what a status leads to is for others to say.
 *
 * Which of the two is asked first is the settings' order; the other, where the order names it, is
 * asked where the first does not know, and of what both tell instead the cause that comes nearer to
 * an answer is kept.
 *
 * A list counts only with a good and strong signature of its issuer. A newer list replaces the
 * older ones of the same key; those of different keys, as a CA has when it was given a new one, are
 * all heard, and one that says "revoked" is enough. A serial on a list that is stale is revoked all
 * the same, and a serial that is on none is good only where fresh lists cover all reasons. What
 * counts of OCSP: see ocsp_check.h.
 */
#ifndef CERTAUTHZ_REVOCATION_CHECK_H
#define CERTAUTHZ_REVOCATION_CHECK_H

#include "revocation/crl_issuer.h"
#include "revocation/holdings.h"
#include "revocation/settings.h"

/* So that the work for one path stays bounded: CRLs that cover one certificate, CRLs looked at in
 * earnest, and issuers of CRLs whose own status hangs on the next one's CRL. */
#define CZ_CRLS_OF_ONE_MAX 32
#define CZ_CRL_STEPS_MAX 256
#define CZ_CRL_ISSUER_LEVELS 3

/* All borrowed. */
struct revocation_check {
    const struct revocation_holdings *holdings;
    const struct revocation_settings *settings; /* extent, order and tolerances */
    const struct trust *trust;
    struct certificate *const *sent; /* by the client; keys imported */
    size_t sent_count;
    const struct requirements *requirements; /* strength, validity and lenient_dates */
    struct signature_checks *signatures;     /* over certificates, of this request */
    int64_t now;
};

/* Who says so. */
enum revocation_witness { REVOCATION_BY_NOBODY = 0, REVOCATION_BY_CRL, REVOCATION_BY_OCSP };

/* The zero value is "unknown". */
struct revocation {
    enum revocation_status status;
    enum revocation_cause cause; /* where it is unknown */
    const char *detail;          /* static text that says more, or NULL */
    /* Where it is revoked: what the entry says. */
    enum crl_reason reason;
    int64_t revoked_at;
    bool stale;                 /* by a list that is not fresh */
    const struct crl *crl;      /* the list that says so, or that the cause is told of; or NULL */
    enum revocation_witness by; /* of the list or response that says so, or that the cause is told
                                   of, like the next two */
    int64_t this_update, next_update; /* INT64_MAX: it names none */
    /* With the same CRLs the answer would be the same from … to …, both inclusive; but an unknown
     * one may become known before, where the certificate of a CRL's issuer becomes valid. */
    int64_t valid_from, valid_until;
};

struct path_revocation {
    enum revocation_status status; /* revoked where one is; else unknown where one is; else good */
    size_t depth;                  /* of the certificate that decides, the nearest to the anchor */
    int64_t valid_from, valid_until;
    bool asked_ocsp; /* a response was looked for, about one of them or about a signer */
    size_t last;     /* `of` holds those of depth 0 to last - 1 */
    struct revocation of[CZ_PATH_MAX];
};

/* The certificates of `path` that the extent names, from the anchor down. A path of one is a
 * self-signed certificate that is trusted itself: there is nothing to check, and it is good. */
void cz_revocation_check(const struct revocation_check *check, const struct path *path,
                         struct path_revocation *result);

#endif
