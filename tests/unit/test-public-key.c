/* Public keys described without importing them, and the algorithms of signatures. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/public_key.h"

#define NONE TEXT("")
#define BITS(...) DER(DER_BIT_STRING, TEXT("\0"), __VA_ARGS__)
#define SPKI(oid, parameters, bits)                                                                \
    DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_OID, oid), parameters), bits)
#define EC(curve) SPKI(OID_EC, DER(DER_OID, TEXT(curve)), BITS(TEXT("\x04point")))
#define NUMBER(value) DER(DER_INTEGER, value)
#define F4 TEXT("\x01\x00\x01")

/* A positive number of this many bits, in the content of an INTEGER. */
static struct bytes number(size_t bits) {
    size_t len = bits / 8 + 1;
    uint8_t *data = (uint8_t *)support_fill(0xff, len).data;
    data[0] = (uint8_t)((1u << bits % 8) - 1);
    return (struct bytes){.data = data[0] == 0 && (data[1] & 0x80) == 0 ? data + 1 : data,
                          .len = len};
}

static struct bytes rsa(struct bytes modulus, struct bytes exponent) {
    return SPKI(OID_RSA, DER(DER_NULL, NONE),
                BITS(DER(DER_SEQUENCE, NUMBER(modulus), NUMBER(exponent))));
}

static struct bytes dsa(struct bytes prime) {
    return SPKI(OID_DSA, DER(DER_SEQUENCE, NUMBER(prime), NUMBER(number(256)), NUMBER(F4)),
                BITS(NUMBER(number(2048))));
}

struct key_case {
    const char *name;
    struct bytes spki;
    gnutls_pk_algorithm_t algorithm;
    unsigned bits;
};

static void test_kinds(void) {
    struct bytes point = BITS(TEXT("\x04point"));
    const struct key_case cases[] = {
        {"RSA of 2048 bits", rsa(number(2048), F4), GNUTLS_PK_RSA, 2048},
        {"RSA of 2047 bits", rsa(number(2047), F4), GNUTLS_PK_RSA, 2047},
        {"RSA of 16384 bits", rsa(number(16384), F4), GNUTLS_PK_RSA, 16384},
        {"RSA with exponent 3", rsa(number(1024), TEXT("\x03")), GNUTLS_PK_RSA, 1024},
        {"RSA with an exponent of 64 bits", rsa(number(2048), number(64)), GNUTLS_PK_RSA, 2048},
        {"RSASSA-PSS",
         SPKI(OID_RSA_PSS, NONE, BITS(DER(DER_SEQUENCE, NUMBER(number(3072)), NUMBER(F4)))),
         GNUTLS_PK_RSA_PSS, 3072},
        {"DSA", dsa(number(2048)), GNUTLS_PK_DSA, 2048},
        {"DSA without parameters", SPKI(OID_DSA, NONE, BITS(NUMBER(F4))), GNUTLS_PK_DSA, 0},
        {"P-192", EC("\x2a\x86\x48\xce\x3d\x03\x01\x01"), GNUTLS_PK_ECDSA, 192},
        {"P-224", EC("\x2b\x81\x04\x00\x21"), GNUTLS_PK_ECDSA, 224},
        {"P-256", EC("\x2a\x86\x48\xce\x3d\x03\x01\x07"), GNUTLS_PK_ECDSA, 256},
        {"P-384", EC("\x2b\x81\x04\x00\x22"), GNUTLS_PK_ECDSA, 384},
        {"P-521", EC("\x2b\x81\x04\x00\x23"), GNUTLS_PK_ECDSA, 521},
        {"a curve without a known name", EC("\x2b\x81\x04\x00\x0a"), GNUTLS_PK_ECDSA, 0},
        {"a curve of explicit parameters", SPKI(OID_EC, DER(DER_SEQUENCE, NUMBER(F4)), point),
         GNUTLS_PK_ECDSA, 0},
        {"Ed25519", SPKI(OID_ED25519, NONE, point), GNUTLS_PK_EDDSA_ED25519, 256},
        {"Ed448", SPKI(OID_ED448, NONE, point), GNUTLS_PK_EDDSA_ED448, 448},
        {"an unknown kind", SPKI(TEXT("\x2a\x03"), NONE, point), GNUTLS_PK_UNKNOWN, 0},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct public_key key = {.bits = 7};
        const char *detail = "";
        bool good = cz_public_key_describe(cases[i].spki, &key, &detail);
        tap_ok(good && key.algorithm == cases[i].algorithm && key.bits == cases[i].bits,
               "%s is described as %d, %u bits (%s)", cases[i].name, key.algorithm, key.bits,
               good ? "" : detail);
    }
}

struct bad_case {
    const char *name;
    struct bytes spki;
    const char *detail;
};

static void check_refused(const struct bad_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct public_key key;
        const char *detail = "";
        if (tap_ok(!cz_public_key_describe(cases[i].spki, &key, &detail), "%s is refused",
                   cases[i].name))
            tap_is(detail, cases[i].detail, "with this detail");
    }
}

static void test_refused_rsa(void) {
    static const char large[] = "the RSA public key is too large";
    static const char odd[] = "the RSA public exponent is 1 or even";
    static const char bad[] = "the RSA public key is malformed";
    struct bytes two = DER(DER_SEQUENCE, NUMBER(number(2048)), NUMBER(F4));
    struct bytes null = DER(DER_NULL, NONE);
    const struct bad_case cases[] = {
        {"a modulus of 16385 bits", rsa(number(16385), F4), large},
        {"an exponent of 65 bits", rsa(number(2048), number(65)), large},
        {"an exponent as long as the modulus", rsa(number(2048), number(2048)), large},
        {"exponent 1", rsa(number(2048), TEXT("\x01")), odd},
        {"exponent 0", rsa(number(2048), TEXT("\x00")), odd},
        {"exponent 2", rsa(number(2048), TEXT("\x02")), odd},
        {"an even exponent", rsa(number(2048), TEXT("\x01\x00\x00")), odd},
        {"a negative exponent", rsa(number(2048), TEXT("\xff")), bad},
        {"a negative modulus", rsa(support_fill(0x80, 256), F4), bad},
        {"a modulus that is not minimal", rsa(TEXT("\x00\x01"), F4), bad},
        {"an empty modulus", rsa(NONE, F4), bad},
        {"three numbers",
         SPKI(OID_RSA, null, BITS(DER(DER_SEQUENCE, NUMBER(F4), NUMBER(F4), NUMBER(F4)))), bad},
        {"one number", SPKI(OID_RSA, null, BITS(DER(DER_SEQUENCE, NUMBER(F4)))), bad},
        {"something behind the numbers", SPKI(OID_RSA, null, BITS(two, null)), bad},
        {"no SEQUENCE", SPKI(OID_RSA, null, BITS(NUMBER(F4))), bad},
        {"RSASSA-PSS of exponent 1",
         SPKI(OID_RSA_PSS, NONE,
              BITS(DER(DER_SEQUENCE, NUMBER(number(2048)), NUMBER(TEXT("\x01"))))),
         odd},
    };
    check_refused(cases, CZ_COUNT(cases));
}

static void test_refused(void) {
    static const char bad[] = "the public key is malformed";
    struct bytes algorithm = DER(DER_SEQUENCE, DER(DER_OID, OID_ED25519));
    struct bytes point = BITS(TEXT("x"));
    const struct bad_case cases[] = {
        {"nothing", NONE, bad},
        {"no key", DER(DER_SEQUENCE, algorithm), bad},
        {"an empty key", DER(DER_SEQUENCE, algorithm, DER(DER_BIT_STRING, TEXT("\0"))), bad},
        {"unused bits", DER(DER_SEQUENCE, algorithm, DER(DER_BIT_STRING, TEXT("\x01x"))), bad},
        {"no algorithm", DER(DER_SEQUENCE, point), bad},
        {"an algorithm without an OID", DER(DER_SEQUENCE, DER(DER_SEQUENCE, NONE), point), bad},
        {"something behind the key", DER(DER_SEQUENCE, algorithm, point, point), bad},
        {"something behind it all", JOIN(DER(DER_SEQUENCE, algorithm, point), point), bad},
        {"a DSA prime of 16385 bits", dsa(number(16385)), "the DSA public key is too large"},
        {"DSA parameters of another type", SPKI(OID_DSA, DER(DER_NULL, NONE), point),
         "the DSA parameters are malformed"},
    };
    check_refused(cases, CZ_COUNT(cases));
}

static void test_signatures(void) {
    static const struct {
        struct bytes oid;
        gnutls_sign_algorithm_t algorithm;
    } cases[] = {
        {TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), GNUTLS_SIGN_RSA_SHA256},
        {TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"), GNUTLS_SIGN_RSA_SHA384},
        {TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"), GNUTLS_SIGN_RSA_SHA512},
        {TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e"), GNUTLS_SIGN_RSA_SHA224},
        {TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"), GNUTLS_SIGN_RSA_SHA1},
        {TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04"), GNUTLS_SIGN_RSA_MD5},
        {TEXT("\x2a\x86\x48\xce\x3d\x04\x01"), GNUTLS_SIGN_ECDSA_SHA1},
        {TEXT("\x2a\x86\x48\xce\x3d\x04\x03\x01"), GNUTLS_SIGN_ECDSA_SHA224},
        {TEXT("\x2a\x86\x48\xce\x3d\x04\x03\x02"), GNUTLS_SIGN_ECDSA_SHA256},
        {TEXT("\x2a\x86\x48\xce\x3d\x04\x03\x03"), GNUTLS_SIGN_ECDSA_SHA384},
        {TEXT("\x2a\x86\x48\xce\x3d\x04\x03\x04"), GNUTLS_SIGN_ECDSA_SHA512},
        {TEXT("\x2a\x86\x48\xce\x38\x04\x03"), GNUTLS_SIGN_DSA_SHA1},
        {TEXT("\x60\x86\x48\x01\x65\x03\x04\x03\x01"), GNUTLS_SIGN_DSA_SHA224},
        {TEXT("\x60\x86\x48\x01\x65\x03\x04\x03\x02"), GNUTLS_SIGN_DSA_SHA256},
        {TEXT("\x2b\x65\x70"), GNUTLS_SIGN_EDDSA_ED25519},
        {TEXT("\x2b\x65\x71"), GNUTLS_SIGN_EDDSA_ED448},
        {OID_RSA_PSS, GNUTLS_SIGN_UNKNOWN}, /* it depends on parameters */
        {OID_RSA, GNUTLS_SIGN_UNKNOWN},
        {NONE, GNUTLS_SIGN_UNKNOWN},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        gnutls_sign_algorithm_t found = cz_signature_algorithm(cases[i].oid);
        tap_ok(found == cases[i].algorithm, "a signature's OID is %s", gnutls_sign_get_name(found));
        const char *dotted = gnutls_sign_get_oid(cases[i].algorithm);
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        cz_oid_append(&text, cases[i].oid);
        if (cases[i].algorithm != GNUTLS_SIGN_UNKNOWN)
            tap_is(cz_buffer_text(&text), dotted, "as GnuTLS says");
    }
}

/* The content of an AlgorithmIdentifier of RSASSA-PSS. */
static struct bytes pss(struct bytes hash, struct bytes mask, struct bytes mask_hash,
                        struct bytes salt, struct bytes more) {
    return JOIN(DER(DER_OID, OID_RSA_PSS),
                DER(DER_SEQUENCE,
                    DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_SEQUENCE, DER(DER_OID, hash))),
                    DER(DER_CONTEXT_CONSTRUCTED(1),
                        DER(DER_SEQUENCE, DER(DER_OID, mask),
                            DER(DER_SEQUENCE, DER(DER_OID, mask_hash), DER(DER_NULL, NONE)))),
                    DER(DER_CONTEXT_CONSTRUCTED(2), DER(DER_INTEGER, salt)), more));
}

static void test_identifiers(void) {
    struct bytes sha256 = TEXT("\x60\x86\x48\x01\x65\x03\x04\x02\x01");
    struct bytes sha384 = TEXT("\x60\x86\x48\x01\x65\x03\x04\x02\x02");
    struct bytes sha512 = TEXT("\x60\x86\x48\x01\x65\x03\x04\x02\x03");
    struct bytes rsa_sha256 = DER(DER_OID, TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"));
    struct bytes null = DER(DER_NULL, NONE), salt32 = TEXT("\x20");
    const struct {
        const char *name;
        struct bytes algorithm;
        gnutls_sign_algorithm_t expected;
    } cases[] = {
        {"RSA with NULL", JOIN(rsa_sha256, null), GNUTLS_SIGN_RSA_SHA256},
        {"RSA without parameters", rsa_sha256, GNUTLS_SIGN_RSA_SHA256},
        {"RSA with others", JOIN(rsa_sha256, DER(DER_SEQUENCE, NONE)), GNUTLS_SIGN_UNKNOWN},
        {"NULL twice", JOIN(rsa_sha256, null, null), GNUTLS_SIGN_UNKNOWN},
        {"Ed25519", DER(DER_OID, OID_ED25519), GNUTLS_SIGN_EDDSA_ED25519},
        {"no OID", null, GNUTLS_SIGN_UNKNOWN},
        {"nothing", NONE, GNUTLS_SIGN_UNKNOWN},
        {"PSS with SHA-256", pss(sha256, OID_MGF1, sha256, salt32, NONE),
         GNUTLS_SIGN_RSA_PSS_SHA256},
        {"PSS with SHA-384", pss(sha384, OID_MGF1, sha384, TEXT("\x30"), NONE),
         GNUTLS_SIGN_RSA_PSS_SHA384},
        {"PSS with SHA-512", pss(sha512, OID_MGF1, sha512, TEXT("\x40"), NONE),
         GNUTLS_SIGN_RSA_PSS_SHA512},
        {"PSS with two hashes", pss(sha256, OID_MGF1, sha384, salt32, NONE), GNUTLS_SIGN_UNKNOWN},
        {"PSS with another mask", pss(sha256, OID_RSA, sha256, salt32, NONE), GNUTLS_SIGN_UNKNOWN},
        {"PSS with a short salt", pss(sha256, OID_MGF1, sha256, TEXT("\x14"), NONE),
         GNUTLS_SIGN_UNKNOWN},
        {"PSS with a hash that is none", pss(OID_RSA, OID_MGF1, OID_RSA, salt32, NONE),
         GNUTLS_SIGN_UNKNOWN},
        {"PSS with a trailer",
         pss(sha256, OID_MGF1, sha256, salt32,
             DER(DER_CONTEXT_CONSTRUCTED(3), DER(DER_INTEGER, TEXT("\x01")))),
         GNUTLS_SIGN_UNKNOWN},
        {"PSS with its defaults", JOIN(DER(DER_OID, OID_RSA_PSS), DER(DER_SEQUENCE, NONE)),
         GNUTLS_SIGN_UNKNOWN},
        {"PSS without parameters", DER(DER_OID, OID_RSA_PSS), GNUTLS_SIGN_UNKNOWN},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_is_int(cz_signature_algorithm_of(cases[i].algorithm), cases[i].expected, cases[i].name);
}

int main(void) {
    test_kinds();
    test_refused_rsa();
    test_refused();
    test_signatures();
    test_identifiers();
    return tap_done();
}
