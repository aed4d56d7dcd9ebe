/*
 * A certificate as plain values (RFC 5280 section 4). They are read by our own bounded
 * reader, because GnuTLS's getters search and encode again on every call; then GnuTLS decodes
 * the same bytes whole and so judges its ASN.1. Both have to be content.
 *
 * Everything in struct certificate is borrowed from its own copy of the DER and lives as
 * long as the certificate does.
 */
#ifndef CERTAUTHZ_CERTIFICATE_CERTIFICATE_H
#define CERTAUTHZ_CERTIFICATE_CERTIFICATE_H

#include "base/buffer.h"
#include "base/bytes.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#define CZ_SHA256_SIZE 32
#define CZ_CERTIFICATE_EXTENSIONS_MAX 64
#define CZ_SERIAL_SIZE_MAX 20       /* octets, RFC 5280 4.1.2.2 */
#define CZ_RSA_BITS_MAX 16384       /* larger ones only cost time */
#define CZ_RSA_EXPONENT_BITS_MAX 64 /* the same */

struct extension {
    struct bytes oid;
    bool critical;
    struct bytes value; /* the content of the extnValue's OCTET STRING */
};

/* RFC 5280 4.2.1.6; the numbers are the context tags. */
enum general_name_type {
    GENERAL_NAME_OTHER = 0,
    GENERAL_NAME_EMAIL = 1,
    GENERAL_NAME_DNS = 2,
    GENERAL_NAME_X400 = 3,
    GENERAL_NAME_DIRECTORY = 4,
    GENERAL_NAME_EDI = 5,
    GENERAL_NAME_URI = 6,
    GENERAL_NAME_IP = 7,
    GENERAL_NAME_REGISTERED_ID = 8,
};

struct general_name {
    enum general_name_type type;
    struct bytes other_type; /* GENERAL_NAME_OTHER: its OID */
    struct bytes value;      /* for OTHER the whole inner element, else the content */
};

/* RFC 5280 4.2.1.3, as the bits of the BIT STRING's first two octets. */
enum key_usage {
    KEY_USAGE_DIGITAL_SIGNATURE = 0x8000,
    KEY_USAGE_KEY_AGREEMENT = 0x0800,
    KEY_USAGE_KEY_CERT_SIGN = 0x0400,
    KEY_USAGE_CRL_SIGN = 0x0200,
};

struct public_key {
    gnutls_pk_algorithm_t algorithm; /* GNUTLS_PK_UNKNOWN where we do not know it */
    unsigned bits;                   /* 0 where they cannot be told (an unnamed curve) */
};

struct certificate {
    struct bytes der; /* owned */

    int version; /* 1, 2 or 3 */
    struct bytes tbs;
    struct bytes serial;           /* without a leading zero for the sign */
    struct bytes issuer;           /* content of the Name's SEQUENCE */
    struct bytes subject;          /* may be empty where a subject alternative name stands in */
    struct bytes issuer_canonical; /* see cz_name_canonical */
    struct bytes subject_canonical;
    bool self_issued; /* subject and issuer are equal names (RFC 5280 6.1) */
    bool self_named;  /* they are even the same bytes: of the type self-signed */
    int64_t not_before;
    int64_t not_after;           /* inclusive, RFC 5280 4.1.2.5 */
    bool early_generalized_time; /* a date before 2050 is written as GeneralizedTime */
    struct bytes spki;
    struct public_key public_key;
    gnutls_sign_algorithm_t signature_algorithm; /* GNUTLS_SIGN_UNKNOWN where not known */
    struct bytes signature;

    struct extension extensions[CZ_CERTIFICATE_EXTENSIONS_MAX];
    size_t extension_count;

    bool has_basic_constraints, is_ca;
    int path_length; /* -1: no limit */
    bool has_key_usage;
    unsigned key_usage;          /* enum key_usage, or-ed */
    bool has_extended_key_usage; /* the purposes: cz_certificate_has_purpose */
    struct bytes extended_key_usage;
    struct general_name *names; /* subject alternative names; owned */
    size_t name_count;
    struct bytes subject_key_identifier;   /* empty: none */
    struct bytes authority_key_identifier; /* its keyIdentifier; empty: none */

    uint8_t sha256[CZ_SHA256_SIZE]; /* of the DER */

    struct buffer canonical; /* owned: what the two canonical names point into */
    gnutls_pubkey_t key;     /* owned; NULL until cz_certificate_import_key */
};

enum certificate_status {
    CERTIFICATE_OK = 0,
    CERTIFICATE_MALFORMED,
    CERTIFICATE_NO_MEMORY,
};

/*
 * Reads one certificate that fills `der` completely. On CERTIFICATE_OK the caller owns
 * *certificate; otherwise it is NULL and *detail (static text) says what is wrong.
 * `der` is copied.
 */
enum certificate_status cz_certificate_parse(struct bytes der, struct certificate **certificate,
                                             const char **detail);
void cz_certificate_free(struct certificate *certificate);
void cz_certificate_release(struct certificate **certificate);

/* Makes the public key ready to verify with: needed before it may stand as an issuer.
 * False where GnuTLS does not take the key. Not to be called on a shared certificate. */
bool cz_certificate_import_key(struct certificate *certificate);

/*
 * The same for a DSA key without parameters, which are the issuer's (RFC 3279 2.3.2). False where
 * this is no such key, or the issuer has none to give. That the issuer signed the certificate is
 * for the caller to know.
 */
bool cz_certificate_inherit_key(struct certificate *certificate, const struct certificate *issuer);

/* NULL where there is none. */
const struct extension *cz_certificate_extension(const struct certificate *certificate,
                                                 struct bytes oid);
/* True where the extended key usage is present and holds this purpose. */
bool cz_certificate_has_purpose(const struct certificate *certificate, struct bytes oid);

#endif
