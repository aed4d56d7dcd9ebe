#include "certificate/signature.h"

#include <gnutls/x509.h>

static bool verify(const struct certificate *certificate, const struct certificate *issuer) {
    if (issuer->key == NULL || certificate->signature_algorithm == GNUTLS_SIGN_UNKNOWN)
        return false;
    gnutls_datum_t tbs = {.data = (unsigned char *)certificate->tbs.data,
                          .size = (unsigned)certificate->tbs.len};
    gnutls_datum_t signature = {.data = (unsigned char *)certificate->signature.data,
                                .size = (unsigned)certificate->signature.len};
    return gnutls_pubkey_verify_data2(issuer->key, certificate->signature_algorithm,
                                      GNUTLS_VERIFY_ALLOW_BROKEN, &tbs, &signature) >= 0;
}

/* CAs that certify each other have many certificates for few keys. A DSA key may have inherited
 * its parameters (RFC 3279 2.3.2), of which its own octets tell nothing. */
static bool have_one_key(const struct certificate *a, const struct certificate *b) {
    return a == b || (a->public_key.algorithm != GNUTLS_PK_DSA &&
                      (a->key != NULL) == (b->key != NULL) && cz_bytes_equal(a->spki, b->spki));
}

enum signature_result cz_signature_check(struct signature_checks *checks,
                                         const struct certificate *certificate,
                                         const struct certificate *issuer) {
    for (size_t i = 0; i < checks->count; i++)
        if (checks->done[i].certificate == certificate &&
            have_one_key(checks->done[i].issuer, issuer))
            return checks->done[i].good ? SIGNATURE_GOOD : SIGNATURE_BAD;
    if (checks->count == CZ_SIGNATURE_CHECKS_MAX)
        return SIGNATURE_LIMIT;
    bool good = verify(certificate, issuer);
    size_t at = checks->count++;
    checks->done[at].certificate = certificate;
    checks->done[at].issuer = issuer;
    checks->done[at].good = good;
    return good ? SIGNATURE_GOOD : SIGNATURE_BAD;
}
