#include "validate/strength.h"

#include <gnutls/crypto.h>

static gnutls_sec_param_t level_of(enum certificate_strength strength) {
    switch (strength) {
    case STRENGTH_NONE:
        return GNUTLS_SEC_PARAM_UNKNOWN;
    case STRENGTH_LOW:
        return GNUTLS_SEC_PARAM_LOW;
    case STRENGTH_MEDIUM:
        return GNUTLS_SEC_PARAM_MEDIUM;
    case STRENGTH_HIGH:
        break;
    }
    return GNUTLS_SEC_PARAM_HIGH;
}

bool cz_key_is_strong(const struct public_key *key, enum certificate_strength strength) {
    if (key->algorithm == GNUTLS_PK_UNKNOWN)
        return false;
    if (strength == STRENGTH_NONE)
        return true;
    return key->bits > 0 &&
           gnutls_pk_bits_to_sec_param(key->algorithm, key->bits) >= level_of(strength);
}

/* The collision resistance of a hash is half its length, and a broken hash has none. */
bool cz_signature_is_strong(gnutls_sign_algorithm_t algorithm, enum certificate_strength strength) {
    if (algorithm == GNUTLS_SIGN_UNKNOWN)
        return false;
    gnutls_digest_algorithm_t hash = gnutls_sign_get_hash_algorithm(algorithm);
    bool secure = gnutls_sign_is_secure2(algorithm, GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) != 0;
    if (strength == STRENGTH_NONE)
        return secure || hash == GNUTLS_DIG_SHA1;
    /* GnuTLS knows no length of SHAKE256; Ed448 takes 114 octets of it (RFC 8032 5.2) */
    unsigned octets = hash == GNUTLS_DIG_SHAKE_256 ? 114 : (unsigned)gnutls_hash_get_len(hash);
    return secure && octets * 8 / 2 >= gnutls_sec_param_to_symmetric_bits(level_of(strength));
}

bool cz_is_weak(const struct public_key *key, gnutls_sign_algorithm_t signature) {
    switch (key->algorithm) {
    case GNUTLS_PK_RSA:
    case GNUTLS_PK_RSA_PSS:
    case GNUTLS_PK_DSA:
        if (key->bits < 2048)
            return true;
        break;
    case GNUTLS_PK_ECDSA:
    case GNUTLS_PK_EDDSA_ED25519:
    case GNUTLS_PK_EDDSA_ED448:
        if (key->bits < 256)
            return true;
        break;
    default:
        return true;
    }
    return signature == GNUTLS_SIGN_UNKNOWN ||
           gnutls_sign_is_secure2(signature, GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) == 0;
}
