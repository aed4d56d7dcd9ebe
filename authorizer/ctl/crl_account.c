#include "ctl/crl_account.h"

#include "base/cleanup.h"
#include "certificate/name.h"
#include "certificate/signature.h"
#include "revocation/scope.h"

static enum crl_freshness freshness_of(const struct crl *crl, int64_t now) {
    if (now < crl->this_update)
        return CRL_AHEAD;
    if (!crl->has_next_update)
        return CRL_ENDLESS;
    return now >= crl->next_update ? CRL_STALE : CRL_FRESH;
}

void cz_crl_account(const struct crl *crl, int64_t now, struct crl_account *account) {
    struct crl_walk walk = cz_crl_walk(crl);
    struct crl_entry entry;
    *account = (struct crl_account){.crl = crl,
                                    .now = now,
                                    .freshness = freshness_of(crl, now),
                                    .objection = cz_scope_objection(crl, false)};
    while (cz_crl_next(&walk, &entry))
        account->reasons[entry.reason]++;
}

/* --- who signed it ------------------------------------------------------------------------- */

static enum crl_signed judge(const struct crl *crl, const struct certificate *signer) {
    if (!cz_bytes_equal(signer->subject_canonical, crl->issuer_canonical))
        return CRL_NO_SIGNER;
    if (!cz_signature_verify(signer, crl->signature_algorithm, crl->tbs, crl->signature))
        return CRL_BADLY_SIGNED;
    bool may_sign = !signer->has_key_usage || (signer->key_usage & KEY_USAGE_CRL_SIGN) != 0;
    return may_sign ? CRL_SIGNED : CRL_MAY_NOT_BE_SIGNED;
}

void cz_crl_account_verify(struct crl_account *account, struct certificate *const *signers,
                           size_t count) {
    static const unsigned worth[] = {[CRL_NOT_VERIFIED] = 0,
                                     [CRL_NO_SIGNER] = 1,
                                     [CRL_BADLY_SIGNED] = 2,
                                     [CRL_MAY_NOT_BE_SIGNED] = 3,
                                     [CRL_SIGNED] = 4};
    if (account->is_signed == CRL_NOT_VERIFIED)
        account->is_signed = CRL_NO_SIGNER;
    for (size_t i = 0; i < count && account->is_signed != CRL_SIGNED; i++) {
        enum crl_signed is_signed = judge(account->crl, signers[i]);
        if (worth[is_signed] <= worth[account->is_signed])
            continue;
        account->is_signed = is_signed;
        account->signer = signers[i];
    }
}

/* --- who is on it -------------------------------------------------------------------------- */

/* False when out of memory. */
static bool is_issuer(const struct crl *crl, const struct crl_entry *entry,
                      struct bytes issuer_canonical, bool *is) {
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    *is = cz_bytes_equal(crl->issuer_canonical, issuer_canonical);
    if (entry->certificate_issuer.len == 0)
        return true;
    cz_name_canonical(&name, entry->certificate_issuer);
    *is = !name.failed && cz_bytes_equal(cz_buffer_view(&name), issuer_canonical);
    return !name.failed;
}

/* `issuer` NULL: any. The first one that does not take the certificate off the list counts, as
 * when certauthz asks. */
static bool look_up(struct crl_account *account, const struct bytes *issuer) {
    struct crl_walk walk = cz_crl_walk(account->crl);
    struct crl_entry entry;
    account->standing = CRL_NOT_ON_IT;
    while (cz_crl_next(&walk, &entry)) {
        bool is = cz_bytes_equal(entry.serial, account->serial);
        if (!is)
            continue;
        if (issuer != NULL && !is_issuer(account->crl, &entry, *issuer, &is))
            return false;
        bool better = account->standing == CRL_NOT_ON_IT ||
                      account->entry.reason == CRL_REASON_REMOVE_FROM_CRL;
        if (!is || !better)
            continue;
        account->standing = CRL_ON_IT;
        account->entry = entry;
    }
    return true;
}

void cz_crl_account_serial(struct crl_account *account, struct bytes serial) {
    account->serial = serial;
    look_up(account, NULL);
}

bool cz_crl_account_certificate(struct crl_account *account,
                                const struct certificate *certificate) {
    unsigned reasons;
    account->serial = certificate->serial;
    enum scope_result scope = cz_scope_check(account->crl, certificate, &reasons);
    if (scope == SCOPE_FAILED || !look_up(account, &certificate->issuer_canonical))
        return false;
    if (scope == SCOPE_OUTSIDE && account->standing == CRL_NOT_ON_IT)
        account->standing = CRL_OF_OTHERS;
    return true;
}

bool cz_crl_account_is_good(const struct crl_account *account) {
    bool is_revoked =
        account->standing == CRL_ON_IT && account->entry.reason != CRL_REASON_REMOVE_FROM_CRL;
    bool is_signed = account->is_signed == CRL_NOT_VERIFIED || account->is_signed == CRL_SIGNED;
    return account->freshness == CRL_FRESH && account->objection == NULL && is_signed &&
           !is_revoked && account->standing != CRL_OF_OTHERS;
}
