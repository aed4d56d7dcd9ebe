/* Certificates made on the spot: every part can be what no sound CA would write. */
#include "support.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"

#include <gnutls/x509.h>
#include <stdlib.h>

static gnutls_privkey_t keys[FORGE_ALL_KEYS];

static void release_keys(void) {
    for (size_t i = 0; i < CZ_COUNT(keys); i++)
        if (keys[i] != NULL)
            gnutls_privkey_deinit(keys[i]);
}

static gnutls_privkey_t key_of(unsigned number) {
    static bool registered;
    if (!registered)
        registered = atexit(release_keys) == 0;
    if (number >= FORGE_ALL_KEYS)
        support_die("there is no key %u", number);
    if (keys[number] != NULL)
        return keys[number];
    gnutls_pk_algorithm_t algorithm = number == FORGE_RSA || number == FORGE_RSA_1024
                                          ? GNUTLS_PK_RSA
                                      : number == FORGE_ED448   ? GNUTLS_PK_EDDSA_ED448
                                      : number == FORGE_ED25519 ? GNUTLS_PK_EDDSA_ED25519
                                                                : GNUTLS_PK_ECDSA;
    unsigned bits = number == FORGE_RSA        ? 2048
                    : number == FORGE_RSA_1024 ? 1024
                                               : GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
    if (number == FORGE_ED448 || number == FORGE_ED25519)
        bits = 0;
    if (gnutls_privkey_init(&keys[number]) < 0 ||
        gnutls_privkey_generate(keys[number], algorithm, bits, 0) < 0)
        support_die("gnutls_privkey_generate");
    return keys[number];
}

struct bytes forge_spki(unsigned key) {
    gnutls_pubkey_t public;
    gnutls_datum_t der = {0};
    if (gnutls_pubkey_init(&public) < 0 ||
        gnutls_pubkey_import_privkey(public, key_of(key), 0, 0) < 0 ||
        gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, &der) < 0)
        support_die("gnutls_pubkey_export2");
    struct bytes kept = support_keep(der.data, der.size);
    gnutls_free(der.data);
    gnutls_pubkey_deinit(public);
    return kept;
}

struct kind {
    gnutls_sign_algorithm_t sign;
    struct bytes algorithm; /* content of the AlgorithmIdentifier */
};

/* RFC 4055 3.1: SHA-256 for both uses, a salt of 32 octets */
static struct bytes pss_algorithm(void) {
    struct bytes hash =
        DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x60\x86\x48\x01\x65\x03\x04\x02\x01")),
            DER(DER_NULL, TEXT("")));
    return JOIN(
        DER(DER_OID, OID_RSA_PSS),
        DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(0), hash),
            DER(DER_CONTEXT_CONSTRUCTED(1), DER(DER_SEQUENCE, DER(DER_OID, OID_MGF1), hash)),
            DER(DER_CONTEXT_CONSTRUCTED(2), DER(DER_INTEGER, TEXT("\x20")))));
}

static struct kind kind_of(const struct forge *forge) {
    struct bytes null = DER(DER_NULL, TEXT(""));
    switch (forge->signer) {
    case FORGE_RSA:
    case FORGE_RSA_1024:
        if (forge->pss)
            return (struct kind){GNUTLS_SIGN_RSA_PSS_SHA256, pss_algorithm()};
        if (forge->sha1)
            return (struct kind){
                GNUTLS_SIGN_RSA_SHA1,
                JOIN(DER(DER_OID, TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05")), null)};
        return (struct kind){
            GNUTLS_SIGN_RSA_SHA256,
            JOIN(DER(DER_OID, TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")), null)};
    case FORGE_ED448:
        return (struct kind){GNUTLS_SIGN_EDDSA_ED448, DER(DER_OID, OID_ED448)};
    case FORGE_ED25519:
        return (struct kind){GNUTLS_SIGN_EDDSA_ED25519, DER(DER_OID, OID_ED25519)};
    default:
        return (struct kind){GNUTLS_SIGN_ECDSA_SHA256,
                             DER(DER_OID, TEXT("\x2a\x86\x48\xce\x3d\x04\x03\x02"))};
    }
}

struct bytes forge_time(int64_t seconds) {
    struct civil_time t = cz_civil_from_seconds(seconds);
    bool utc = t.year >= 1950 && t.year < 2050;
    const char *text =
        support_text(utc ? "%02d%02d%02d%02d%02d%02dZ" : "%04d%02d%02d%02d%02d%02dZ",
                     utc ? t.year % 100 : t.year, t.month, t.day, t.hour, t.minute, t.second);
    return DER(utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, cz_bytes_of(text));
}

static struct bytes unhex(const char *text) {
    struct bytes out = support_fill(0, strlen(text) / 2);
    for (size_t i = 0; i < out.len; i++)
        ((uint8_t *)out.data)[i] = (uint8_t)(cz_hex_digit((uint8_t)text[2 * i]) << 4 |
                                             cz_hex_digit((uint8_t)text[2 * i + 1]));
    return out;
}

static struct bytes basic_constraints(const struct forge *forge) {
    uint8_t limit = (uint8_t)(forge->path_length - 1);
    return support_extension(
        OID_BASIC_CONSTRAINTS, true,
        DER(DER_SEQUENCE, DER(DER_BOOLEAN, TEXT("\xff")),
            forge->path_length > 0 ? DER(DER_INTEGER, {.data = &limit, .len = 1}) : TEXT("")));
}

static struct bytes extensions_of(const struct forge *forge) {
    const char *usage = forge->key_usage != NULL ? forge->key_usage : forge->ca ? "0106" : "0780";
    struct bytes none = TEXT("");
    struct bytes more = none;
    for (const struct bytes *item = forge->more; item != NULL && item->data != NULL; item++)
        more = JOIN(more, *item);
    return DER(
        DER_CONTEXT_CONSTRUCTED(3),
        DER(DER_SEQUENCE, forge->ca ? basic_constraints(forge) : none,
            *usage != '\0'
                ? support_extension(OID_KEY_USAGE, true, DER(DER_BIT_STRING, unhex(usage)))
                : none,
            forge->ca || forge->use_omitted
                ? none
                : support_extension(OID_EXTENDED_KEY_USAGE, false,
                                    DER(DER_SEQUENCE, DER(DER_OID, OID_CLIENT_AUTH))),
            forge->subject_key != NULL
                ? support_extension(OID_SUBJECT_KEY_IDENTIFIER, false,
                                    DER(DER_OCTET_STRING, cz_bytes_of(forge->subject_key)))
                : none,
            forge->authority_key != NULL
                ? support_extension(
                      OID_AUTHORITY_KEY_IDENTIFIER, false,
                      DER(DER_SEQUENCE, DER(DER_CONTEXT(0), cz_bytes_of(forge->authority_key))))
                : none,
            more));
}

struct bytes forge_algorithm(const struct forge *forge) {
    return kind_of(forge).algorithm;
}

struct bytes forge_signature(const struct forge *forge, struct bytes tbs) {
    gnutls_datum_t data = {.data = (unsigned char *)tbs.data, .size = (unsigned)tbs.len};
    gnutls_datum_t signature = {0};
    int result =
        gnutls_privkey_sign_data2(key_of(forge->signer), kind_of(forge).sign, 0, &data, &signature);
    if (result < 0)
        support_die("gnutls_privkey_sign_data2: %s", gnutls_strerror(result));
    if (forge->bad_signature)
        signature.data[signature.size / 2] ^= 1;
    struct bytes kept = support_keep(signature.data, signature.size);
    gnutls_free(signature.data);
    return DER(DER_BIT_STRING, TEXT("\0"), kept);
}

static struct bytes part(const struct forge *forge, enum forge_part number, struct bytes usual) {
    return forge->parts[number].data != NULL ? forge->parts[number] : usual;
}

struct bytes forge_der(const struct forge *forge) {
    static unsigned serial;
    const char *number = support_text("%08x", ++serial | 0x40000000u);
    struct bytes algorithm = DER(DER_SEQUENCE, forge_algorithm(forge));
    struct bytes validity =
        DER(DER_SEQUENCE, forge_time(forge->not_before != 0 ? forge->not_before : VALID_FROM),
            forge_time(forge->not_after != 0 ? forge->not_after : VALID_UNTIL));
    struct bytes tbs = DER(
        DER_SEQUENCE,
        part(forge, PART_VERSION, DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_INTEGER, TEXT("\x02")))),
        part(forge, PART_SERIAL, DER(DER_INTEGER, unhex(number))),
        part(forge, PART_ALGORITHM, algorithm),
        part(forge, PART_ISSUER, support_name(forge->issuer)), part(forge, PART_VALIDITY, validity),
        part(forge, PART_SUBJECT, support_name(forge->subject)),
        part(forge, PART_SPKI, forge_spki(forge->key)),
        part(forge, PART_EXTENSIONS, extensions_of(forge)));
    return DER(DER_SEQUENCE, tbs, part(forge, PART_OUTER_ALGORITHM, algorithm),
               part(forge, PART_SIGNATURE, forge_signature(forge, tbs)),
               part(forge, PART_INSIDE_TRAILING, TEXT("")));
}

struct certificate *forge_certificate(const struct forge *forge) {
    struct certificate *certificate = NULL;
    const char *detail = "";
    if (cz_certificate_parse(forge_der(forge), &certificate, &detail) != CERTIFICATE_OK ||
        !cz_certificate_import_key(certificate))
        support_die("%s: %s", forge->subject != NULL ? forge->subject : "(empty)", detail);
    return certificate;
}
