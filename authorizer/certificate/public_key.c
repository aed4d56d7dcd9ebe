#include "certificate/public_key.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/oid.h"

struct curve {
    struct bytes oid;
    unsigned bits;
};

/* RFC 5480 2.1.1.1: the curves that GnuTLS verifies with. */
static const struct curve curves[] = {
    {CZ_BYTES("\x2a\x86\x48\xce\x3d\x03\x01\x01"), 192}, /* secp192r1 */
    {CZ_BYTES("\x2b\x81\x04\x00\x21"), 224},             /* secp224r1 */
    {CZ_BYTES("\x2a\x86\x48\xce\x3d\x03\x01\x07"), 256}, /* secp256r1 */
    {CZ_BYTES("\x2b\x81\x04\x00\x22"), 384},             /* secp384r1 */
    {CZ_BYTES("\x2b\x81\x04\x00\x23"), 521},             /* secp521r1 */
};

static unsigned bit_length(struct bytes magnitude) {
    while (magnitude.len > 0 && magnitude.data[0] == 0) {
        magnitude.data++;
        magnitude.len--;
    }
    if (magnitude.len == 0 || magnitude.len > 1u << 20)
        return magnitude.len == 0 ? 0 : UINT32_MAX;
    unsigned bits = (unsigned)(magnitude.len - 1) * 8;
    for (unsigned top = magnitude.data[0]; top != 0; top >>= 1)
        bits++;
    return bits;
}

static bool describe_rsa(struct bytes key, struct public_key *out, const char **detail) {
    struct bytes sequence, modulus, exponent;
    *detail = "the RSA public key is malformed";
    if (!cz_der_take(&key, DER_SEQUENCE, &sequence) || key.len != 0 ||
        !cz_der_take(&sequence, DER_INTEGER, &modulus) ||
        !cz_der_take(&sequence, DER_INTEGER, &exponent) || sequence.len != 0 ||
        !cz_der_positive_integer(modulus, &modulus) ||
        !cz_der_positive_integer(exponent, &exponent))
        return false;
    *detail = "the RSA public key is too large";
    out->bits = bit_length(modulus);
    if (out->bits > CZ_RSA_BITS_MAX || bit_length(exponent) > CZ_RSA_EXPONENT_BITS_MAX)
        return false;
    *detail = "the RSA public exponent is 1 or even";
    return bit_length(exponent) > 1 && (exponent.data[exponent.len - 1] & 1) != 0;
}

static bool describe_dsa(struct bytes parameters, struct public_key *out, const char **detail) {
    struct bytes sequence, prime;
    if (parameters.len == 0)
        return true; /* inherited from the issuer (RFC 3279 2.3.2): the size stays unknown */
    *detail = "the DSA parameters are malformed";
    if (!cz_der_take(&parameters, DER_SEQUENCE, &sequence) ||
        !cz_der_take(&sequence, DER_INTEGER, &prime) || !cz_der_positive_integer(prime, &prime))
        return false;
    out->bits = bit_length(prime);
    *detail = "the DSA public key is too large";
    return out->bits <= CZ_RSA_BITS_MAX;
}

static void describe_ec(struct bytes parameters, struct public_key *out) {
    struct bytes curve;
    if (!cz_der_take(&parameters, DER_OID, &curve))
        return;
    for (size_t i = 0; i < CZ_COUNT(curves); i++)
        if (cz_bytes_equal(curves[i].oid, curve))
            out->bits = curves[i].bits;
}

struct key_kind {
    struct bytes oid;
    gnutls_pk_algorithm_t algorithm;
    unsigned bits; /* of kinds that have but one size */
};

static const struct key_kind kinds[] = {
    {OID_RSA, GNUTLS_PK_RSA, 0},
    {OID_RSA_PSS, GNUTLS_PK_RSA_PSS, 0},
    {OID_DSA, GNUTLS_PK_DSA, 0},
    {OID_EC, GNUTLS_PK_ECDSA, 0},
    {OID_ED25519, GNUTLS_PK_EDDSA_ED25519, 256},
    {OID_ED448, GNUTLS_PK_EDDSA_ED448, 448},
};

bool cz_public_key_describe(struct bytes spki, struct public_key *key, const char **detail) {
    struct bytes sequence, algorithm, oid, bits;
    *key = (struct public_key){.algorithm = GNUTLS_PK_UNKNOWN};
    *detail = "the public key is malformed";
    if (!cz_der_take(&spki, DER_SEQUENCE, &sequence) || spki.len != 0 ||
        !cz_der_take(&sequence, DER_SEQUENCE, &algorithm) ||
        !cz_der_take(&algorithm, DER_OID, &oid) || !cz_der_take(&sequence, DER_BIT_STRING, &bits) ||
        sequence.len != 0 || bits.len < 2 || bits.data[0] != 0)
        return false;
    bits.data++;
    bits.len--;
    for (size_t i = 0; i < CZ_COUNT(kinds); i++)
        if (cz_bytes_equal(kinds[i].oid, oid))
            *key = (struct public_key){.algorithm = kinds[i].algorithm, .bits = kinds[i].bits};
    if (key->algorithm == GNUTLS_PK_RSA || key->algorithm == GNUTLS_PK_RSA_PSS)
        return describe_rsa(bits, key, detail);
    if (key->algorithm == GNUTLS_PK_DSA)
        return describe_dsa(algorithm, key, detail);
    if (key->algorithm == GNUTLS_PK_ECDSA)
        describe_ec(algorithm, key);
    return true;
}

struct signature_kind {
    struct bytes oid;
    gnutls_sign_algorithm_t algorithm;
};

/* RFC 3279, RFC 4055, RFC 5758, RFC 8410 */
static const struct signature_kind signatures[] = {
    {CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), GNUTLS_SIGN_RSA_SHA256},
    {CZ_BYTES("\x2a\x86\x48\xce\x3d\x04\x03\x02"), GNUTLS_SIGN_ECDSA_SHA256},
    {CZ_BYTES("\x2b\x65\x70"), GNUTLS_SIGN_EDDSA_ED25519},
    {CZ_BYTES("\x2a\x86\x48\xce\x3d\x04\x03\x03"), GNUTLS_SIGN_ECDSA_SHA384},
    {CZ_BYTES("\x2a\x86\x48\xce\x3d\x04\x03\x04"), GNUTLS_SIGN_ECDSA_SHA512},
    {CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"), GNUTLS_SIGN_RSA_SHA384},
    {CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"), GNUTLS_SIGN_RSA_SHA512},
    {CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e"), GNUTLS_SIGN_RSA_SHA224},
    {CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"), GNUTLS_SIGN_RSA_SHA1},
    {CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04"), GNUTLS_SIGN_RSA_MD5},
    {CZ_BYTES("\x2b\x65\x71"), GNUTLS_SIGN_EDDSA_ED448},
    {CZ_BYTES("\x2a\x86\x48\xce\x3d\x04\x03\x01"), GNUTLS_SIGN_ECDSA_SHA224},
    {CZ_BYTES("\x2a\x86\x48\xce\x3d\x04\x01"), GNUTLS_SIGN_ECDSA_SHA1},
    {CZ_BYTES("\x2a\x86\x48\xce\x38\x04\x03"), GNUTLS_SIGN_DSA_SHA1},
    {CZ_BYTES("\x60\x86\x48\x01\x65\x03\x04\x03\x01"), GNUTLS_SIGN_DSA_SHA224},
    {CZ_BYTES("\x60\x86\x48\x01\x65\x03\x04\x03\x02"), GNUTLS_SIGN_DSA_SHA256},
};

gnutls_sign_algorithm_t cz_signature_algorithm(struct bytes oid) {
    for (size_t i = 0; i < CZ_COUNT(signatures); i++)
        if (cz_bytes_equal(signatures[i].oid, oid))
            return signatures[i].algorithm;
    return GNUTLS_SIGN_UNKNOWN;
}

struct pss_kind {
    struct bytes hash;
    int salt;
    gnutls_sign_algorithm_t algorithm;
};

/* RFC 4055 2.1 */
static const struct pss_kind pss_kinds[] = {
    {CZ_BYTES("\x60\x86\x48\x01\x65\x03\x04\x02\x01"), 32, GNUTLS_SIGN_RSA_PSS_SHA256},
    {CZ_BYTES("\x60\x86\x48\x01\x65\x03\x04\x02\x02"), 48, GNUTLS_SIGN_RSA_PSS_SHA384},
    {CZ_BYTES("\x60\x86\x48\x01\x65\x03\x04\x02\x03"), 64, GNUTLS_SIGN_RSA_PSS_SHA512},
};

static bool is_null_or_absent(struct bytes parameters) {
    struct bytes null;
    cz_der_take_optional(&parameters, DER_NULL, &null);
    return parameters.len == 0;
}

/* `wrapped` holds an AlgorithmIdentifier of a hash. */
static bool take_hash(struct bytes wrapped, struct bytes *hash) {
    struct bytes algorithm;
    return cz_der_take(&wrapped, DER_SEQUENCE, &algorithm) && wrapped.len == 0 &&
           cz_der_take(&algorithm, DER_OID, hash) && is_null_or_absent(algorithm);
}

static bool take_mask_hash(struct bytes wrapped, struct bytes *hash) {
    struct bytes algorithm, oid;
    return cz_der_take(&wrapped, DER_SEQUENCE, &algorithm) && wrapped.len == 0 &&
           cz_der_take(&algorithm, DER_OID, &oid) && cz_bytes_equal(oid, OID_MGF1) &&
           take_hash(algorithm, hash);
}

static gnutls_sign_algorithm_t pss_algorithm(struct bytes parameters) {
    struct bytes fields, wrapped, hash, mask_hash, number;
    int salt;
    if (!cz_der_take(&parameters, DER_SEQUENCE, &fields) || parameters.len != 0 ||
        !cz_der_take(&fields, DER_CONTEXT_CONSTRUCTED(0), &wrapped) || !take_hash(wrapped, &hash) ||
        !cz_der_take(&fields, DER_CONTEXT_CONSTRUCTED(1), &wrapped) ||
        !take_mask_hash(wrapped, &mask_hash) || !cz_bytes_equal(hash, mask_hash) ||
        !cz_der_take(&fields, DER_CONTEXT_CONSTRUCTED(2), &wrapped) ||
        !cz_der_take(&wrapped, DER_INTEGER, &number) || wrapped.len != 0 ||
        !cz_der_small_integer(number, &salt) || fields.len != 0)
        return GNUTLS_SIGN_UNKNOWN;
    for (size_t i = 0; i < CZ_COUNT(pss_kinds); i++)
        if (cz_bytes_equal(pss_kinds[i].hash, hash) && pss_kinds[i].salt == salt)
            return pss_kinds[i].algorithm;
    return GNUTLS_SIGN_UNKNOWN;
}

gnutls_sign_algorithm_t cz_signature_algorithm_of(struct bytes algorithm) {
    struct bytes oid;
    if (!cz_der_take(&algorithm, DER_OID, &oid))
        return GNUTLS_SIGN_UNKNOWN;
    if (cz_bytes_equal(oid, OID_RSA_PSS))
        return pss_algorithm(algorithm);
    return is_null_or_absent(algorithm) ? cz_signature_algorithm(oid) : GNUTLS_SIGN_UNKNOWN;
}
