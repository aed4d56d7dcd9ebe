#include "trust/trust.h"

#include "certificate/signature.h"

#include <stdlib.h>

static bool complete_from(struct certificate *certificate, struct certificate_range issuers) {
    for (size_t i = 0; i < issuers.count; i++) {
        const struct certificate *issuer = issuers.items[i];
        struct signature_checks checks;
        checks.count = 0;
        if (cz_bytes_equal(issuer->subject_canonical, certificate->issuer_canonical) &&
            cz_signature_check(&checks, certificate, issuer) == SIGNATURE_GOOD &&
            cz_certificate_inherit_key(certificate, issuer))
            return true;
    }
    return false;
}

static bool lacks_key(const struct certificate *certificate) {
    return certificate->key == NULL && certificate->public_key.algorithm == GNUTLS_PK_DSA;
}

/* An issuer may itself inherit, so rounds are made until one changes nothing. */
void cz_trust_complete_keys(const struct trust *trust, struct certificate *const *certificates,
                            size_t count) {
    struct certificate_range own = {.items = certificates, .count = count};
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            struct certificate *one = certificates[i];
            changed |=
                lacks_key(one) &&
                (complete_from(one, cz_pool_find(&trust->anchors, one->issuer_canonical)) ||
                 complete_from(one, cz_pool_find(&trust->intermediates, one->issuer_canonical)) ||
                 complete_from(one, own));
        }
    }
}

bool cz_trust_is_pinned(const struct trust *trust, const struct certificate *certificate) {
    for (size_t i = 0; i < trust->pin_count; i++)
        if (memcmp(trust->pins[i].sha256, certificate->sha256, CZ_SHA256_SIZE) == 0)
            return true;
    return false;
}

void cz_trust_release(struct trust *trust) {
    cz_pool_release(&trust->anchors);
    cz_pool_release(&trust->intermediates);
    free(trust->pins);
    *trust = (struct trust){0};
}
