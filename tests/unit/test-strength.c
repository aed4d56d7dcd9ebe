/* Keys and signatures against the levels of certificates.strength. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "validate/strength.h"

static const enum certificate_strength levels[] = {STRENGTH_NONE, STRENGTH_LOW, STRENGTH_MEDIUM,
                                                   STRENGTH_HIGH};

struct key_case {
    gnutls_pk_algorithm_t algorithm;
    unsigned bits;
    bool strong[4]; /* none, low, medium, high */
};

static const struct key_case keys[] = {
    {GNUTLS_PK_RSA, 512, {true, false, false, false}},
    {GNUTLS_PK_RSA, 1023, {true, false, false, false}},
    {GNUTLS_PK_RSA, 1024, {true, true, false, false}},
    {GNUTLS_PK_RSA, 2047, {true, true, false, false}},
    {GNUTLS_PK_RSA, 2048, {true, true, true, false}},
    {GNUTLS_PK_RSA, 3071, {true, true, true, false}},
    {GNUTLS_PK_RSA, 3072, {true, true, true, true}},
    {GNUTLS_PK_RSA, 16384, {true, true, true, true}},
    {GNUTLS_PK_RSA_PSS, 2048, {true, true, true, false}},
    {GNUTLS_PK_DSA, 2048, {true, true, true, false}},
    {GNUTLS_PK_DSA, 0, {true, false, false, false}},
    {GNUTLS_PK_ECDSA, 192, {true, true, false, false}},
    {GNUTLS_PK_ECDSA, 224, {true, true, true, false}},
    {GNUTLS_PK_ECDSA, 256, {true, true, true, true}},
    {GNUTLS_PK_ECDSA, 521, {true, true, true, true}},
    {GNUTLS_PK_ECDSA, 0, {true, false, false, false}},
    {GNUTLS_PK_EDDSA_ED25519, 256, {true, true, true, true}},
    {GNUTLS_PK_EDDSA_ED448, 448, {true, true, true, true}},
    {GNUTLS_PK_UNKNOWN, 4096, {false, false, false, false}},
};

struct signature_case {
    gnutls_sign_algorithm_t algorithm;
    bool strong[4];
};

static const struct signature_case signatures[] = {
    {GNUTLS_SIGN_UNKNOWN, {false, false, false, false}},
    {GNUTLS_SIGN_RSA_MD2, {false, false, false, false}},
    {GNUTLS_SIGN_RSA_MD5, {false, false, false, false}},
    {GNUTLS_SIGN_RSA_RMD160, {false, false, false, false}},
    {GNUTLS_SIGN_RSA_SHA1, {true, false, false, false}},
    {GNUTLS_SIGN_ECDSA_SHA1, {true, false, false, false}},
    {GNUTLS_SIGN_DSA_SHA1, {true, false, false, false}},
    {GNUTLS_SIGN_RSA_SHA224, {true, true, true, false}},
    {GNUTLS_SIGN_ECDSA_SHA224, {true, true, true, false}},
    {GNUTLS_SIGN_RSA_SHA256, {true, true, true, true}},
    {GNUTLS_SIGN_RSA_PSS_SHA256, {true, true, true, true}},
    {GNUTLS_SIGN_ECDSA_SHA256, {true, true, true, true}},
    {GNUTLS_SIGN_ECDSA_SHA512, {true, true, true, true}},
    {GNUTLS_SIGN_EDDSA_ED25519, {true, true, true, true}},
    {GNUTLS_SIGN_EDDSA_ED448, {true, true, true, true}},
};

int main(void) {
    for (size_t level = 0; level < CZ_COUNT(levels); level++) {
        for (size_t i = 0; i < CZ_COUNT(keys); i++) {
            struct public_key key = {.algorithm = keys[i].algorithm, .bits = keys[i].bits};
            tap_ok(cz_key_is_strong(&key, levels[level]) == keys[i].strong[level],
                   "%s of %u bits at level %zu is %s", gnutls_pk_get_name(keys[i].algorithm),
                   keys[i].bits, level, keys[i].strong[level] ? "strong" : "weak");
        }
        for (size_t i = 0; i < CZ_COUNT(signatures); i++) {
            const char *name = gnutls_sign_get_name(signatures[i].algorithm);
            tap_ok(cz_signature_is_strong(signatures[i].algorithm, levels[level]) ==
                       signatures[i].strong[level],
                   "%s at level %zu is %s", name != NULL ? name : "an unknown algorithm", level,
                   signatures[i].strong[level] ? "strong" : "weak");
        }
    }
    /* a value outside of the enumeration demands the most */
    struct public_key rsa = {.algorithm = GNUTLS_PK_RSA, .bits = 2048};
    tap_ok(!cz_key_is_strong(&rsa, (enum certificate_strength)77),
           "an unknown level is the highest");
    return tap_done();
}
