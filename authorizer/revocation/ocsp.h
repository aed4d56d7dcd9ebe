/*
 * OCSP messages as plain values (RFC 6960): requests written, responses read by a bounded reader.
 * Pure; nothing here tells whether a signature is good.
 */
#ifndef CERTAUTHZ_REVOCATION_OCSP_H
#define CERTAUTHZ_REVOCATION_OCSP_H

#include "base/buffer.h"
#include "certificate/certificate.h"
#include "revocation/crl.h"
#include "revocation/holdings.h"

#define CZ_OCSP_GET_MAX 255                   /* bytes of the encoded request, RFC 5019 section 5 */
#define CZ_OCSP_RESPONSE_SIZE_MAX (64u << 10) /* bytes */
#define CZ_OCSP_CERTIFICATES_MAX 8            /* that a response may carry */
#define CZ_OCSP_NONCE_SIZE 32                 /* octets that we send, RFC 8954 2.1 */
#define CZ_OCSP_KEY_HASH_SIZE 20              /* SHA-1, RFC 6960 4.2.1 */

/* RFC 6960 4.2.1 */
enum ocsp_response_status {
    OCSP_SUCCESSFUL = 0,
    OCSP_MALFORMED_REQUEST = 1,
    OCSP_INTERNAL_ERROR = 2,
    OCSP_TRY_LATER = 3,
    OCSP_SIG_REQUIRED = 5,
    OCSP_UNAUTHORIZED = 6,
};

struct ocsp_response {
    struct bytes der;                 /* borrowed, and all that follows is borrowed from it */
    enum ocsp_response_status status; /* the rest is there only where it is OCSP_SUCCESSFUL */
    struct bytes tbs;
    struct bytes responder_name;     /* content of the Name; empty where it is told by its key */
    struct bytes responder_key_hash; /* SHA-1; the other */
    int64_t produced_at;
    struct bytes single_responses; /* in a row */
    struct bytes nonce;            /* the octets that were sent (RFC 8954 2.1); empty: none */
    struct bytes unknown_critical; /* OID content of the first critical extension not known */
    gnutls_sign_algorithm_t signature_algorithm;
    struct bytes signature;
    struct bytes certificates[CZ_OCSP_CERTIFICATES_MAX]; /* DER */
    size_t certificate_count;
};

enum ocsp_certificate_status { OCSP_UNKNOWN = 0, OCSP_GOOD, OCSP_REVOKED };

struct ocsp_single_response {
    struct bytes hash_algorithm; /* OID content */
    struct bytes issuer_name_hash, issuer_key_hash;
    struct bytes serial; /* as struct certificate has it; empty: one that none can have, negative or
                            longer than 20 octets */
    enum ocsp_certificate_status status;
    int64_t revoked_at;
    enum crl_reason reason;
    int64_t this_update;
    bool has_next_update;
    int64_t next_update;
    struct bytes unknown_critical;
};

/* False, with *detail (static text), where it is malformed in any byte. Strict: one
 * OCSPResponse that fills `der` completely, of the basic type, every part of it read but for the
 * certificates, of which it only tells where each begins and ends. */
bool cz_ocsp_response_parse(struct bytes der, struct ocsp_response *response, const char **detail);
/* Takes the next of response->single_responses. False where there is none, or where it is
 * malformed, which cz_ocsp_response_parse has ruled out. */
bool cz_ocsp_next(struct bytes *list, struct ocsp_single_response *single);
/* The single response about the certificate, among all that there are; false where there is none.
 * CertIDs are compared by their own hash (SHA-1, SHA-256, SHA-384, SHA-512). Where there are
 * several the one that says "revoked" is given, else one that says "unknown"; of those the newest.
 */
bool cz_ocsp_find(const struct ocsp_response *response, const struct certificate *certificate,
                  const struct certificate *issuer, struct ocsp_single_response *single);

/* What responses are kept under: SHA-256 of the issuer's name, its key, and the serial. False where
 * SHA-256 is not to be had. */
bool cz_ocsp_key(const struct certificate *certificate, const struct certificate *issuer,
                 uint8_t key[CZ_OCSP_KEY_SIZE]);
/* One request for one certificate, CertID by SHA-1 (RFC 5019) or SHA-256; the nonce, where it is
 * not empty, in requestExtensions (RFC 8954). False where the hash is not to be had or the buffer
 * has failed. */
bool cz_ocsp_request_write(struct buffer *out, const struct certificate *certificate,
                           const struct certificate *issuer, bool sha256, struct bytes nonce);
/* By which the responder at `url` is asked with GET (RFC 5019 section 5): the URL, a slash, and the
 * request in base64 with its three special characters escaped. Appends nothing where that is longer
 * than CZ_OCSP_GET_MAX. */
void cz_ocsp_get_url(struct buffer *out, const char *url, struct bytes request);
/* The http and https URLs of the certificate's authority information access for OCSP, at most
 * `limit`; returns how many: none where it is malformed. Borrowed from the certificate. */
size_t cz_ocsp_urls(const struct certificate *certificate, struct bytes *urls, size_t limit);

#endif
