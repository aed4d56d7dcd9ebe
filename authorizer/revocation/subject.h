/*
 * What the check of a path shares with its two witnesses, the CRLs and the OCSP responses at hand.
 * Part of cz_revocation_check.
 */
#ifndef CERTAUTHZ_REVOCATION_SUBJECT_H
#define CERTAUTHZ_REVOCATION_SUBJECT_H

#include "revocation/check.h"
#include "revocation/ocsp_check.h"

/* What is used up and kept over all certificates of one path. */
struct revocation_work {
    const struct revocation_check *check;
    struct crl_signatures signatures; /* over CRLs and OCSP responses */
    struct ocsp_responders responders;
    unsigned steps;
    bool asked_ocsp;
};

/* One certificate at work. */
struct revocation_subject {
    struct revocation_work *work;
    const struct path *path;
    size_t depth;
    unsigned level; /* 0: the client's path; else the path of a CRL's or response's signer, of whose
                       own signer, and so on */
    struct revocation *out;
};

/* By the CRLs at hand (RFC 5280 6.3.3); by the OCSP response at hand (RFC 6960 3.2). Each leaves
 * what the other has told where it does not know. */
void cz_subject_ask_crls(struct revocation_subject *subject);
void cz_subject_ask_ocsp(struct revocation_subject *subject);

/* Is the certificate at `depth` of a signer's path good, by whatever the order names, or by CRLs
 * alone? Never revoked, never unknown, and not on the deny list. */
bool cz_subject_signer_is_good(struct revocation_subject *subject, const struct path *path,
                               size_t depth, bool by_crls_alone);

/* Why it is unknown, where this comes nearer to an answer than what was noted before. */
void cz_subject_note(struct revocation_subject *subject, const struct revocation *found);
void cz_subject_narrow(struct revocation_subject *subject, int64_t from, int64_t until);

#endif
