/*
 * How OCSP names a certificate (RFC 6960 4.1.1, CertID): by hashes of its issuer's name and key,
 * and by its serial number.
 */
#ifndef CERTAUTHZ_REVOCATION_OCSP_ID_H
#define CERTAUTHZ_REVOCATION_OCSP_ID_H

#include "certificate/certificate.h"
#include "revocation/ocsp.h"

#define CZ_OCSP_HASHES 4 /* SHA-1, SHA-256, SHA-384, SHA-512 */
#define CZ_OCSP_HASH_SIZE_MAX 64

struct ocsp_hash {
    struct bytes oid;
    gnutls_digest_algorithm_t digest;
    size_t size; /* octets */
};

extern const struct ocsp_hash cz_ocsp_hashes[CZ_OCSP_HASHES];

struct ocsp_issuer_hashes {
    uint8_t name[CZ_OCSP_HASH_SIZE_MAX], key[CZ_OCSP_HASH_SIZE_MAX]; /* `size` octets of each */
};

/* The hash of the name that the certificate gives its issuer, and of the issuer's key: the octets
 * of the BIT STRING. False where the hash is not to be had. */
bool cz_ocsp_issuer_hash(const struct ocsp_hash *hash, const struct certificate *certificate,
                         const struct certificate *issuer, struct ocsp_issuer_hashes *hashes);

/* SHA-1 of the certificate's own key: how a responder may name itself (RFC 6960 4.2.1, KeyHash). */
bool cz_ocsp_key_hash(const struct certificate *certificate, uint8_t out[CZ_OCSP_HASH_SIZE_MAX]);

#endif
