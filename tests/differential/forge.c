#include "forge.h"

#include "base/buffer.h"
#include "base/calendar.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdarg.h>
#include <stdio.h>

void forge_die(const char *format, ...) {
    va_list arguments;
    printf("Bail out! ");
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    exit(1);
}

/* splitmix64 */
static uint64_t random_state;

void random_seed(uint64_t seed) {
    random_state = seed;
}

uint64_t random_next(void) {
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

unsigned random_below(unsigned limit) {
    return (unsigned)(random_next() % limit);
}

bool random_chance(unsigned percent) {
    return random_below(100) < percent;
}

/* --- DER --- */

/* One allocation for each result, so that AddressSanitizer sees every overrun. */
static struct kept {
    struct kept *next;
    uint8_t data[];
} * all_kept;

static uint8_t *allocate(size_t len) {
    struct kept *kept = malloc(sizeof *kept + len + 1);
    if (kept == NULL)
        forge_die("out of memory");
    kept->next = all_kept;
    all_kept = kept;
    kept->data[len] = 0;
    return kept->data;
}

void forge_reset(void) {
    while (all_kept != NULL) {
        struct kept *next = all_kept->next;
        free(all_kept);
        all_kept = next;
    }
}

struct bytes forge_keep(const void *data, size_t len) {
    uint8_t *copy = allocate(len);
    if (len > 0)
        memcpy(copy, data, len);
    return (struct bytes){.data = copy, .len = len};
}

struct bytes forge_join(const struct bytes *parts, size_t count) {
    size_t len = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    uint8_t *data = allocate(len);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0)
            memcpy(data + at, parts[i].data, parts[i].len);
        at += parts[i].len;
    }
    return (struct bytes){.data = data, .len = len};
}

struct bytes forge_der(uint8_t tag, const struct bytes *parts, size_t count) {
    struct bytes content = forge_join(parts, count);
    uint8_t header[4] = {tag};
    size_t len = 2;
    if (content.len < 0x80) {
        header[1] = (uint8_t)content.len;
    } else if (content.len < 0x100) {
        header[1] = 0x81;
        header[len++] = (uint8_t)content.len;
    } else {
        header[1] = 0x82;
        header[len++] = (uint8_t)(content.len >> 8);
        header[len++] = (uint8_t)content.len;
    }
    return JOIN({.data = header, .len = len}, content);
}

struct bytes forge_text(const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return forge_keep(text, strlen(text));
}

struct bytes forge_integer(unsigned value) {
    uint8_t bytes[5] = {0, (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                        (uint8_t)value};
    size_t at = 0;
    while (at < 4 && bytes[at] == 0 && bytes[at + 1] < 0x80)
        at++;
    return DER(DER_INTEGER, {.data = bytes + at, .len = sizeof bytes - at});
}

struct bytes forge_time(int64_t seconds, bool generalized) {
    struct civil_time t = cz_civil_from_seconds(seconds);
    bool utc = !generalized && t.year >= 1950 && t.year < 2050;
    struct bytes text = utc ? forge_text("%02d", t.year % 100) : forge_text("%04d", t.year);
    return DER(utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, text,
               forge_text("%02d%02d%02d%02d%02dZ", t.month, t.day, t.hour, t.minute, t.second));
}

/* --- keys --- */

static gnutls_privkey_t keys[KEY_COUNT];

static gnutls_privkey_t key_of(unsigned key) {
    gnutls_pk_algorithm_t algorithm = GNUTLS_PK_ECDSA;
    unsigned bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
    if (keys[key] != NULL)
        return keys[key];
    if (key >= KEY_ED && key < KEY_RSA) {
        algorithm = GNUTLS_PK_EDDSA_ED25519;
        bits = 0;
    } else if (key == KEY_P384) {
        bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1);
    } else if (key >= KEY_RSA) {
        algorithm = GNUTLS_PK_RSA;
        bits = key == KEY_RSA_1024 ? 1024 : 2048;
    }
    if (gnutls_privkey_init(&keys[key]) < 0 ||
        gnutls_privkey_generate(keys[key], algorithm, bits, 0) < 0)
        forge_die("gnutls_privkey_generate");
    return keys[key];
}

void forge_release_keys(void) {
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys[i] != NULL)
            gnutls_privkey_deinit(keys[i]);
}

struct bytes forge_spki(unsigned key) {
    gnutls_pubkey_t public = NULL;
    gnutls_datum_t der = {0};
    if (gnutls_pubkey_init(&public) < 0 ||
        gnutls_pubkey_import_privkey(public, key_of(key), 0, 0) < 0 ||
        gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, &der) < 0)
        forge_die("gnutls_pubkey_export2");
    struct bytes kept = forge_keep(der.data, der.size);
    gnutls_free(der.data);
    gnutls_pubkey_deinit(public);
    return kept;
}

struct bytes forge_spki_pss(unsigned key) {
    struct bytes spki = forge_spki(key), content = NOTHING, algorithm;
    if (!cz_der_take(&spki, DER_SEQUENCE, &content) ||
        !cz_der_take(&content, DER_SEQUENCE, &algorithm))
        forge_die("the public key cannot be read");
    return DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_OID, OID_RSA_PSS)), content);
}

struct bytes forge_key_identifier(unsigned key) {
    return forge_text("key %02u", key);
}

/* RFC 4055 3.1: SHA-256, MGF1 with SHA-256, a salt of 32 octets. */
static struct bytes pss_parameters(void) {
    struct bytes sha256 = DER(DER_SEQUENCE, DER(DER_OID, OID_SHA256), TEXT("\x05\x00"));
    return DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(0), sha256),
               DER(DER_CONTEXT_CONSTRUCTED(1), DER(DER_SEQUENCE, DER(DER_OID, OID_MGF1), sha256)),
               DER(DER_CONTEXT_CONSTRUCTED(2), forge_integer(32)));
}

struct bytes forge_algorithm(unsigned key, enum forge_hash hash) {
    if (key >= KEY_ED && key < KEY_RSA)
        return DER(DER_SEQUENCE, DER(DER_OID, OID_ED25519));
    if (key < KEY_ED || key == KEY_P384)
        return DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2a\x86\x48\xce\x3d\x04"),
                                     hash == HASH_SHA1     ? TEXT("\x01")
                                     : hash == HASH_SHA512 ? TEXT("\x03\x04")
                                                           : TEXT("\x03\x02")));
    if (hash == HASH_PSS)
        return DER(DER_SEQUENCE, DER(DER_OID, OID_RSA_PSS), pss_parameters());
    return DER(DER_SEQUENCE,
               DER(DER_OID, TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01"),
                   hash == HASH_SHA1     ? TEXT("\x05")
                   : hash == HASH_SHA512 ? TEXT("\x0d")
                                         : TEXT("\x0b")),
               TEXT("\x05\x00"));
}

struct bytes forge_signature(unsigned key, enum forge_hash hash, struct bytes tbs) {
    static const gnutls_sign_algorithm_t with_ec[] = {
        GNUTLS_SIGN_ECDSA_SHA256, GNUTLS_SIGN_ECDSA_SHA1, GNUTLS_SIGN_ECDSA_SHA512,
        GNUTLS_SIGN_ECDSA_SHA256};
    static const gnutls_sign_algorithm_t with_rsa[] = {GNUTLS_SIGN_RSA_SHA256, GNUTLS_SIGN_RSA_SHA1,
                                                       GNUTLS_SIGN_RSA_SHA512,
                                                       GNUTLS_SIGN_RSA_PSS_SHA256};
    gnutls_sign_algorithm_t algorithm = key < KEY_ED || key == KEY_P384 ? with_ec[hash]
                                        : key >= KEY_RSA                ? with_rsa[hash]
                                                                        : GNUTLS_SIGN_EDDSA_ED25519;
    gnutls_datum_t data = {.data = (unsigned char *)tbs.data, .size = (unsigned)tbs.len};
    gnutls_datum_t signature = {0};
    int result = gnutls_privkey_sign_data2(key_of(key), algorithm, 0, &data, &signature);
    if (result < 0)
        forge_die("gnutls_privkey_sign_data2: %s", gnutls_strerror(result));
    struct bytes kept = forge_keep(signature.data, signature.size);
    gnutls_free(signature.data);
    return kept;
}
