/* What there is to say about a CRL, and about one certificate on it. Pure. */
#ifndef CERTAUTHZ_CTL_CRL_ACCOUNT_H
#define CERTAUTHZ_CTL_CRL_ACCOUNT_H

#include "certificate/certificate.h"
#include "revocation/crl.h"

#define CZ_CRL_REASON_COUNT (CRL_REASON_OTHER + 1)

enum crl_freshness {
    CRL_FRESH = 0,
    CRL_AHEAD,   /* its thisUpdate has not come yet */
    CRL_STALE,   /* its nextUpdate has come */
    CRL_ENDLESS, /* it names no nextUpdate */
};

enum crl_signed {
    CRL_NOT_VERIFIED = 0, /* nobody was named who may have signed it */
    CRL_SIGNED,
    CRL_NO_SIGNER, /* none of those who were has its issuer's name */
    CRL_BADLY_SIGNED,
    CRL_MAY_NOT_BE_SIGNED, /* the key verifies it, and its key usage holds no cRLSign */
};

enum crl_standing {
    CRL_NOT_ASKED = 0,
    CRL_NOT_ON_IT,
    CRL_ON_IT,
    CRL_OF_OTHERS, /* it does not speak of such a certificate */
};

struct crl_account {
    const struct crl *crl; /* borrowed */
    int64_t now;
    enum crl_freshness freshness;
    const char *objection; /* static text: why nothing may be concluded from it; or NULL */
    size_t reasons[CZ_CRL_REASON_COUNT]; /* entries of each */
    enum crl_signed is_signed;
    const struct certificate *signer; /* borrowed; NULL: none was found */
    enum crl_standing standing;
    struct bytes serial;    /* that was asked about; borrowed */
    struct crl_entry entry; /* CRL_ON_IT */
};

/* All but what the functions below find out; with one walk over the entries. */
void cz_crl_account(const struct crl *crl, int64_t now, struct crl_account *account);
/* Whether one of these signed it, of whom the keys are imported. To be called for each list of
 * them; the best answer is kept. */
void cz_crl_account_verify(struct crl_account *account, struct certificate *const *signers,
                           size_t count);
/* The entry of this serial, whoever issued the certificate. */
void cz_crl_account_serial(struct crl_account *account, struct bytes serial);
/* The entry of this certificate. False when out of memory. */
bool cz_crl_account_certificate(struct crl_account *account, const struct certificate *certificate);
/* True where it is in force, usable, not badly signed as far as that was asked, and does not name
 * the certificate that was. */
bool cz_crl_account_is_good(const struct crl_account *account);

/* Lines for people, and one object with a newline for programs. */
void cz_put_crl_text(struct buffer *out, const struct crl_account *account);
void cz_put_crl_json(struct buffer *out, const struct crl_account *account);

#endif
