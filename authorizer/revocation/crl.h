/*
 * A certificate revocation list as plain values (RFC 5280 section 5), by a reader of our own:
 * GnuTLS's takes 70 seconds for 100,000 entries with reason codes. The whole list is judged once,
 * in time linear in its size and without memory for its entries; a list with any malformed byte
 * is refused whole.
 *
 * Everything in struct crl but the canonical name is borrowed from the DER that it was read from,
 * which has to outlive it. Nothing here tells whether the signature is good.
 */
#ifndef CERTAUTHZ_REVOCATION_CRL_H
#define CERTAUTHZ_REVOCATION_CRL_H

#include "base/buffer.h"
#include "revocation/distribution_point.h"

#include <gnutls/gnutls.h>

#define CZ_CRL_SIZE_MAX (1u << 30)     /* bytes: some twenty million entries */
#define CZ_CRL_EXTENSIONS_MAX 64       /* of the list itself */
#define CZ_CRL_NUMBER_SIZE_MAX 20      /* octets, RFC 5280 5.2.3 */
#define CZ_CRL_ENTRY_EXTENSIONS_MAX 16 /* of one entry */

/* RFC 5280 5.3.1 */
enum crl_reason {
    CRL_REASON_UNSPECIFIED = 0, /* or none was given */
    CRL_REASON_KEY_COMPROMISE = 1,
    CRL_REASON_CA_COMPROMISE = 2,
    CRL_REASON_AFFILIATION_CHANGED = 3,
    CRL_REASON_SUPERSEDED = 4,
    CRL_REASON_CESSATION_OF_OPERATION = 5,
    CRL_REASON_CERTIFICATE_HOLD = 6,
    CRL_REASON_REMOVE_FROM_CRL = 8, /* of a delta CRL: revoked no longer */
    CRL_REASON_PRIVILEGE_WITHDRAWN = 9,
    CRL_REASON_AA_COMPROMISE = 10,
    CRL_REASON_OTHER = 11, /* a number that RFC 5280 does not know: revoked all the same */
};

/* "keyCompromise" and so on; never NULL. */
const char *cz_crl_reason_name(enum crl_reason reason);
/* `value` is one CRLReason and nothing else (RFC 5280 5.3.1). False where it is malformed. */
bool cz_crl_reason_read(struct bytes value, enum crl_reason *reason);

struct crl_entry {
    size_t offset;       /* of the entry in the list's DER */
    struct bytes serial; /* without a leading zero for the sign, as struct certificate has it */
    bool matchable;      /* neither negative nor longer than 20 octets; a certificate with such a
                            serial is refused before it gets here, so that such an entry, which real
                            lists hold, is kept and never looked up */
    int64_t revoked_at;
    enum crl_reason reason;
    struct bytes certificate_issuer; /* content of the Name, of this entry or carried on from one
                                        before (RFC 5280 5.3.3); empty: the list's issuer */
    struct bytes hold_instruction;   /* OID content; empty: none */
    bool has_invalidity_date;
    int64_t invalidity_date;
    struct bytes unknown_critical; /* OID content of the first one; empty: none */
};

/* What the entries say taken together: all that is not known without a look at each. */
struct crl_totals {
    size_t entry_count;
    size_t unmatchable_count;
    bool names_issuers;    /* one has a certificateIssuer */
    bool unknown_critical; /* one has a critical extension that is not processed (RFC 5280 5.3) */
};

struct crl {
    struct bytes der;

    int version; /* 1 or 2 */
    struct bytes tbs;
    struct bytes issuer;           /* content of the Name's SEQUENCE */
    struct bytes issuer_canonical; /* see cz_name_canonical; lives as long as this structure */
    int64_t this_update;
    bool has_next_update; /* without one a list never counts as fresh */
    int64_t next_update;
    bool early_generalized_time; /* one of the two, before 2050, is written as GeneralizedTime */
    gnutls_sign_algorithm_t signature_algorithm; /* GNUTLS_SIGN_UNKNOWN where not known */
    struct bytes signature;

    struct bytes entries; /* in a row */
    struct crl_totals totals;

    bool has_number, is_delta;
    struct bytes number, delta_base;         /* magnitudes of up to CZ_CRL_NUMBER_SIZE_MAX */
    struct bytes authority_key_identifier;   /* the extension's value; empty: none */
    struct bytes issuing_distribution_point; /* the same */
    struct issuing_point point;              /* what it says */
    struct bytes freshest_crl;               /* the extension's value; empty: none */
    struct bytes unknown_critical;           /* OID content of the first critical extension that is
                                                not processed; empty: none (RFC 5280 5.2) */

    struct buffer canonical; /* owned */
};

enum crl_status { CRL_OK = 0, CRL_MALFORMED, CRL_NO_MEMORY };

/*
 * Reads one CertificateList that fills `der` completely. On CRL_OK the caller releases *crl;
 * otherwise it is empty and *detail (static text) says what is wrong.
 */
enum crl_status cz_crl_parse(struct bytes der, struct crl *crl, const char **detail);
/* The same of a list that was read before and kept, with its totals, where nobody could change it:
 * no entry is looked at, so that a process that opens a store does not walk through it. */
enum crl_status cz_crl_reopen(struct bytes der, const struct crl_totals *totals, struct crl *crl,
                              const char **detail);
void cz_crl_release(struct crl *crl);

/* A walk over the entries in the order of the list, without allocation. */
struct crl_walk {
    const struct crl *crl;
    struct bytes rest;
    struct bytes certificate_issuer; /* carried on */
};

struct crl_walk cz_crl_walk(const struct crl *crl);
/* False at the end, and at a malformed entry (then something is left in `rest`), which
 * cz_crl_parse has ruled out. */
bool cz_crl_next(struct crl_walk *walk, struct crl_entry *entry);
/* The entry at an offset that a walk gave; its certificateIssuer only where it has one of its own.
 * False where none stands there. */
bool cz_crl_entry_at(const struct crl *crl, size_t offset, struct crl_entry *entry);

/* -1, 0 or 1: two magnitudes as numbers. */
int cz_crl_compare_numbers(struct bytes a, struct bytes b);

#endif
