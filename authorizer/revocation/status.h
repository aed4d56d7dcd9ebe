/* What can be known of a certificate's revocation, and why it is not known. */
#ifndef CERTAUTHZ_REVOCATION_STATUS_H
#define CERTAUTHZ_REVOCATION_STATUS_H

enum revocation_status { REVOCATION_UNKNOWN = 0, REVOCATION_GOOD, REVOCATION_REVOKED };

/* Of several causes the one that stands last here is told: it came nearest to an answer. */
enum revocation_cause {
    REVOCATION_NO_CRL = 0,        /* none covers the certificate, or not for all reasons */
    REVOCATION_NO_RESPONSE,       /* the same of OCSP, where that alone counts */
    REVOCATION_RESPONSE_ERROR,    /* the OCSP responder tells of an error, tryLater say */
    REVOCATION_WRONG_CERTIFICATE, /* the OCSP response is about others */
    REVOCATION_UNUSABLE,          /* what it holds forbids to use it */
    REVOCATION_NO_ISSUER,         /* no certificate of its signer's name is at hand */
    REVOCATION_BAD_SIGNATURE,     /* there is one, and its key does not verify the signature */
    REVOCATION_RESPONDER_NOT_AUTHORIZED, /* it does, and its certificate may not sign responses */
    REVOCATION_ISSUER_NOT_TRUSTED,       /* no good path leads from it to the same anchor */
    REVOCATION_ISSUER_MAY_NOT_SIGN,      /* the key usage holds no cRLSign */
    REVOCATION_WEAK_SIGNATURE,
    REVOCATION_STALE,         /* nextUpdate has passed or is missing, or thisUpdate lies ahead */
    REVOCATION_NOT_KNOWN,     /* the OCSP responder says that it does not know the certificate */
    REVOCATION_LOOKUP_FAILED, /* the entries could not be read */
    REVOCATION_LIMIT,         /* given up at a limit */
    REVOCATION_NO_MEMORY,
    REVOCATION_CAUSE_COUNT
};

/* "good" and so on; never NULL. */
const char *cz_revocation_status_name(enum revocation_status status);
/* "no-crl" and so on, and one sentence for people; never NULL. */
const char *cz_revocation_cause_name(enum revocation_cause cause);
const char *cz_revocation_cause_text(enum revocation_cause cause);

#endif
