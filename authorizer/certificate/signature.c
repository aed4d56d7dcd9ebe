#include "certificate/signature.h"

#include <gnutls/x509.h>

bool cz_signature_verify(const struct certificate *issuer, gnutls_sign_algorithm_t algorithm,
                         struct bytes data, struct bytes signature) {
    if (issuer->key == NULL || algorithm == GNUTLS_SIGN_UNKNOWN)
        return false;
    gnutls_datum_t signed_data = {.data = (unsigned char *)data.data, .size = (unsigned)data.len};
    gnutls_datum_t value = {.data = (unsigned char *)signature.data,
                            .size = (unsigned)signature.len};
    return gnutls_pubkey_verify_data2(issuer->key, algorithm, GNUTLS_VERIFY_ALLOW_BROKEN,
                                      &signed_data, &value) >= 0;
}

/* CAs that certify each other have many certificates for few keys. A DSA key may have inherited
 * its parameters (RFC 3279 2.3.2), of which its own octets tell nothing. */
bool cz_signature_same_key(const struct certificate *a, const struct certificate *b) {
    return a == b || (a->public_key.algorithm != GNUTLS_PK_DSA &&
                      (a->key != NULL) == (b->key != NULL) && cz_bytes_equal(a->spki, b->spki));
}

enum signature_result cz_signature_check(struct signature_checks *checks,
                                         const struct certificate *certificate,
                                         const struct certificate *issuer) {
    for (size_t i = 0; i < checks->count; i++)
        if (checks->done[i].certificate == certificate &&
            cz_signature_same_key(checks->done[i].issuer, issuer))
            return checks->done[i].good ? SIGNATURE_GOOD : SIGNATURE_BAD;
    if (checks->count == CZ_SIGNATURE_CHECKS_MAX)
        return SIGNATURE_LIMIT;
    bool good = cz_signature_verify(issuer, certificate->signature_algorithm, certificate->tbs,
                                    certificate->signature);
    size_t at = checks->count++;
    checks->done[at].certificate = certificate;
    checks->done[at].issuer = issuer;
    checks->done[at].good = good;
    return good ? SIGNATURE_GOOD : SIGNATURE_BAD;
}
