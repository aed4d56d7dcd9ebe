/*
 * What the unit tests share: DER built by hand, certificates made and signed on the spot, and
 * the certificates that tests/pki/make-pki made for this run. Everything handed out lives until
 * the program ends. What cannot be done ends the program with TAP's `Bail out!`.
 */
#ifndef CERTAUTHZ_TESTS_UNIT_SUPPORT_H
#define CERTAUTHZ_TESTS_UNIT_SUPPORT_H

#include "base/buffer.h"
#include "base/bytes.h"
#include "certificate/certificate.h"
#include "certificate/der.h"
#include "certificate/oid.h"

#define NOW INT64_C(1893456000)         /* 2030-01-01T00:00:00Z */
#define VALID_FROM INT64_C(1609459200)  /* 2021-01-01T00:00:00Z, as make-pki's clients */
#define VALID_UNTIL INT64_C(2335219200) /* 2044-01-01T00:00:00Z */
#define DAY INT64_C(86400)

_Noreturn void support_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A copy that is kept until the program ends. */
struct bytes support_keep(const void *data, size_t len);
struct bytes support_join(const struct bytes *parts, size_t count);
/* `len` times the byte. */
struct bytes support_fill(uint8_t byte, size_t len);
/* The same as a C string, formatted. */
const char *support_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What the file holds, until the next call; "" where it cannot be read. */
const char *support_content(const char *path);

#define PARTS(...)                                                                                 \
    (const struct bytes[]){__VA_ARGS__},                                                           \
        sizeof((const struct bytes[]){__VA_ARGS__}) / sizeof(struct bytes)
#define JOIN(...) support_join(PARTS(__VA_ARGS__))

/* One DER element with the parts as its content: DER(DER_SEQUENCE, DER(DER_OID, OID_RSA)). */
struct bytes support_der(uint8_t tag, const struct bytes *parts, size_t count);
#define DER(tag, ...) support_der(tag, PARTS(__VA_ARGS__))
#define TEXT(literal) CZ_BYTES(literal)

/* SET { SEQUENCE { type, string of this tag } } and Names of them. */
struct bytes support_rdn(struct bytes type, uint8_t tag, struct bytes value);
/* The Name with a single common name (UTF8String), whole; NULL: the empty Name. */
struct bytes support_name(const char *common_name);
/* SEQUENCE { oid, [critical], OCTET STRING { value } } */
struct bytes support_extension(struct bytes oid, bool critical, struct bytes value);

/* --- certificates made on the spot --- */

/* Keys are told apart by number and made when first asked for; P-256 below these. */
enum {
    FORGE_KEYS = 96,
    FORGE_RSA = 96,
    FORGE_RSA_1024,
    FORGE_ED448,
    FORGE_ED25519,
    FORGE_ALL_KEYS
};

enum forge_part {
    PART_VERSION,
    PART_SERIAL,
    PART_ALGORITHM,
    PART_ISSUER,
    PART_VALIDITY,
    PART_SUBJECT,
    PART_SPKI,
    PART_EXTENSIONS,
    PART_OUTER_ALGORITHM,
    PART_SIGNATURE,
    PART_INSIDE_TRAILING, /* behind the signature, inside the outer SEQUENCE */
    PART_COUNT
};

/* The zero value, with names given, is a valid client certificate signed by key 0. */
struct forge {
    const char *subject, *issuer;  /* common names; NULL subject: an empty Name */
    unsigned key, signer;          /* numbers of keys */
    int64_t not_before, not_after; /* 0: VALID_FROM, VALID_UNTIL */
    bool ca;               /* basic constraints, and keyCertSign unless key_usage says else */
    int path_length;       /* 0: none; else the limit plus one */
    const char *key_usage; /* the BIT STRING's content in two or three hex pairs, or NULL */
    bool use_omitted;      /* no extended key usage (a CA has none anyhow) */
    const char *subject_key, *authority_key; /* key identifiers, or NULL */
    const struct bytes *more;                /* whole Extensions, ended by an empty one; or NULL */
    bool sha1;                               /* an RSA signature with SHA-1 */
    bool pss;                                /* RSASSA-PSS with SHA-256 */
    bool bad_signature;
    struct bytes
        parts[PART_COUNT]; /* data not NULL: stands there instead; of no length: left out */
};

/* The whole SubjectPublicKeyInfo of a key. */
struct bytes forge_spki(unsigned key);
struct bytes forge_der(const struct forge *forge);
/* Parsed, with its key imported. */
struct certificate *forge_certificate(const struct forge *forge);
/* Its text as OpenSSL writes it, with a NUL behind it that does not count. */
struct bytes support_pem(struct bytes der);

/* --- CRLs made on the spot --- */

struct forge_entry {
    struct bytes serial;       /* the INTEGER's content; ended by an entry without one */
    int reason;                /* 0: no reason code; else the code plus one */
    const char *issuer;        /* its certificateIssuer's common name, or NULL */
    const struct bytes *more;  /* whole Extensions, ended by an empty one; or NULL */
    const struct bytes *whole; /* stands there instead of all that, or NULL */
};
#define REASON(code) ((code) + 1)
#define ENTRY(octets, ...)                                                                         \
    { .serial = octets, __VA_ARGS__ }
#define LAST_ENTRY                                                                                 \
    { .reason = 0 }

enum list_part {
    LIST_VERSION,
    LIST_ALGORITHM,
    LIST_ISSUER,
    LIST_THIS_UPDATE,
    LIST_NEXT_UPDATE,
    LIST_ENTRIES,
    LIST_EXTENSIONS,
    LIST_OUTER_ALGORITHM,
    LIST_SIGNATURE,
    LIST_INSIDE_TRAILING, /* behind the signature, inside the outer SEQUENCE */
    LIST_PART_COUNT
};

/* The zero value, with an issuer's name, is a fresh complete list without entries by key 0. */
struct forge_list {
    const char *issuer;
    unsigned signer;
    int64_t this_update, next_update;  /* 0: a day before NOW, a day after it */
    const struct forge_entry *entries; /* or NULL */
    int number;                        /* 0: 1; negative: none */
    int base; /* 0: none; else it is a delta CRL to the base of that number */
    struct bytes
        point; /* the content of the issuingDistributionPoint's SEQUENCE; data NULL: none */
    const char *authority_key;           /* key identifier, or NULL */
    const struct bytes *more;            /* whole Extensions, ended by an empty one; or NULL */
    bool sha1, pss, bad_signature;       /* RSA with SHA-1, RSASSA-PSS with SHA-256 */
    struct bytes parts[LIST_PART_COUNT]; /* as of struct forge */
};

struct bytes forge_crl(const struct forge_list *list);

/* --- OCSP responses made on the spot --- */

enum forge_verdict { SAYS_GOOD = 0, SAYS_REVOKED, SAYS_UNKNOWN };

/* What is said of one certificate. */
struct forge_status {
    const char *issuer; /* its issuer's common name; ended by one without */
    unsigned issuer_key;
    struct bytes serial; /* the INTEGER's content */
    enum forge_verdict verdict;
    int reason;                       /* as of struct forge_entry */
    int64_t this_update, next_update; /* 0: a day before NOW, a day after it; next negative: none */
    size_t hash;               /* of the CertID: 0 SHA-1, 1 SHA-256, 2 SHA-384, 3 SHA-512, 4 MD5 */
    const struct bytes *more;  /* whole Extensions, ended by an empty one; or NULL */
    const struct bytes *whole; /* stands there instead of all that, or NULL */
};

enum response_part {
    RESPONSE_STATUS,
    RESPONSE_BYTES,
    RESPONSE_TYPE,
    RESPONSE_DATA,
    RESPONSE_VERSION,
    RESPONSE_RESPONDER,
    RESPONSE_PRODUCED,
    RESPONSE_SINGLES,
    RESPONSE_EXTENSIONS,
    RESPONSE_ALGORITHM,
    RESPONSE_SIGNATURE,
    RESPONSE_CERTIFICATES,
    RESPONSE_PART_COUNT
};

/* The zero value, with a responder and statuses, is a fresh response signed by key 0. */
struct forge_response {
    const char *responder; /* common name; NULL: told by the signer's key */
    unsigned signer;
    const struct forge_status *statuses;
    int64_t produced_at;                     /* 0: a day before NOW */
    const struct bytes *certificates;        /* carried, ended by an empty one; or NULL */
    struct bytes nonce;                      /* data NULL: none */
    const struct bytes *more;                /* whole Extensions, ended by an empty one; or NULL */
    bool sha1, pss, bad_signature;           /* as of struct forge_list */
    struct bytes parts[RESPONSE_PART_COUNT]; /* as of struct forge */
};

struct bytes forge_ocsp(const struct forge_response *response);
/* A SingleResponse; and always a GeneralizedTime. */
struct bytes forge_single(const struct forge_status *status);
struct bytes forge_generalized_time(int64_t seconds);

/* What all are made of: the content of the AlgorithmIdentifier and the signature, as a BIT
 * STRING, by the signer and kind of `forge`; and a Time in its proper form. */
struct bytes forge_algorithm(const struct forge *forge);
struct bytes forge_signature(const struct forge *forge, struct bytes tbs);
struct bytes forge_time(int64_t seconds);

/* --- the PKI of this run --- */

/* The content of tests/pki/out/NAME, with a NUL behind it that does not count. */
struct bytes support_pki(const char *name);
const char *support_pki_path(const char *name);
/* Of NAME.pem; parsed, with its key imported. The caller frees it. */
struct certificate *support_pki_certificate(const char *name);

#endif
