#include "revocation/ocsp_id.h"

#include "base/cleanup.h"
#include "certificate/der_write.h"
#include "certificate/oid.h"

#include <gnutls/crypto.h>

const struct ocsp_hash cz_ocsp_hashes[CZ_OCSP_HASHES] = {
    {OID_SHA1, GNUTLS_DIG_SHA1, 20},
    {OID_SHA256, GNUTLS_DIG_SHA256, 32},
    {OID_SHA384, GNUTLS_DIG_SHA384, 48},
    {OID_SHA512, GNUTLS_DIG_SHA512, 64},
};

static bool hash_parts(gnutls_digest_algorithm_t digest, const struct bytes *parts, size_t count,
                       uint8_t *out) {
    gnutls_hash_hd_t state;
    bool good = true;
    if (gnutls_hash_init(&state, digest) < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        good &= parts[i].len == 0 || gnutls_hash(state, parts[i].data, parts[i].len) >= 0;
    gnutls_hash_deinit(state, out);
    return good;
}

/* The octets of a SubjectPublicKeyInfo's BIT STRING, without their count of unused bits. */
static struct bytes key_octets(const struct certificate *certificate) {
    struct bytes rest = certificate->spki, info, algorithm, bits = {0};
    if (!cz_der_take(&rest, DER_SEQUENCE, &info) || !cz_der_take(&info, DER_SEQUENCE, &algorithm) ||
        !cz_der_take(&info, DER_BIT_STRING, &bits) || bits.len == 0)
        return (struct bytes){0};
    return (struct bytes){.data = bits.data + 1, .len = bits.len - 1};
}

bool cz_ocsp_key_hash(const struct certificate *certificate, uint8_t out[CZ_OCSP_HASH_SIZE_MAX]) {
    struct bytes key = key_octets(certificate);
    return hash_parts(GNUTLS_DIG_SHA1, &key, 1, out);
}

bool cz_ocsp_issuer_hash(const struct ocsp_hash *hash, const struct certificate *certificate,
                         const struct certificate *issuer, struct ocsp_issuer_hashes *hashes) {
    uint8_t header[CZ_DER_HEADER_SIZE_MAX];
    const struct bytes name[] = {
        {.data = header, .len = cz_der_header(header, DER_SEQUENCE, certificate->issuer.len)},
        certificate->issuer};
    struct bytes key = key_octets(issuer);
    return hash_parts(hash->digest, name, CZ_COUNT(name), hashes->name) &&
           hash_parts(hash->digest, &key, 1, hashes->key);
}

/* Name and key tell by themselves where they end. */
bool cz_ocsp_key(const struct certificate *certificate, const struct certificate *issuer,
                 uint8_t key[CZ_OCSP_KEY_SIZE]) {
    uint8_t header[CZ_DER_HEADER_SIZE_MAX];
    const struct bytes parts[] = {
        {.data = header, .len = cz_der_header(header, DER_SEQUENCE, certificate->issuer.len)},
        certificate->issuer,
        issuer->spki,
        certificate->serial};
    return hash_parts(GNUTLS_DIG_SHA256, parts, CZ_COUNT(parts), key);
}
