/*
 * What is at hand about revocation at one moment: borrowed from whoever keeps it (store/), and not
 * changed while it is borrowed. The stages of a decision see this and no file.
 */
#ifndef CERTAUTHZ_REVOCATION_HOLDINGS_H
#define CERTAUTHZ_REVOCATION_HOLDINGS_H

#include "revocation/crl_issuer.h"
#include "revocation/deny_list.h"

/* How it went with one source, when it was tried last. The zero value is "never tried". */
enum source_state {
    SOURCE_UNTRIED = 0,
    SOURCE_GOOD,
    SOURCE_UNREACHABLE,   /* nothing came, or too much, or too late, or nothing that can be read */
    SOURCE_BAD_SIGNATURE, /* what came is not signed by whom it would have to be */
    SOURCE_STATE_COUNT
};

#define CZ_OCSP_KEY_SIZE 32

/* An OCSP response at hand. */
struct ocsp_holding {
    enum source_state state; /* of the last try, whether or not there is a response from before */
    struct bytes response;   /* DER of the OCSPResponse; empty: none */
    int64_t fetched;         /* when it came, seconds since 1970 */
};

/* Zero initialised it holds nothing, tells of nothing, and denies nobody. */
struct revocation_holdings {
    /* Differs, within one process, from that of every other content but for OCSP responses; 0: of
     * nothing. Remembered verdicts count for the same number only. */
    uint64_t number;
    uint64_t ocsp_number; /* the same of OCSP responses, for the verdicts that heed them */
    const struct crl_candidate *crls;
    size_t crl_count;
    /* How it went with a URL that certificates name as their distribution point. */
    enum source_state (*point)(const void *context, struct bytes url);
    /* Of the certificate that the key stands for: see cz_ocsp_key. False where it was never asked
     * for; what *holding points to lives as long as the holdings are borrowed. */
    bool (*ocsp)(const void *context, const uint8_t key[CZ_OCSP_KEY_SIZE],
                 struct ocsp_holding *holding);
    const void *context;            /* of the two above; they may be NULL */
    enum source_state configured;   /* the worst of the sources that the configuration names and
                                       that have never given anything; SOURCE_GOOD: none such */
    const struct deny_list *denied; /* NULL: nobody */
    bool deny_list_unreadable;      /* there is one, and who is on it cannot be known */
};

/* For whoever has no store. */
#define CZ_NO_HOLDINGS (&(const struct revocation_holdings){.number = 0})

#endif
