/*
 * DER built by hand and certificates signed on the spot, from parts that may each be what no
 * sound CA would write. Everything handed out lives until forge_reset.
 */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_FORGE_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_FORGE_H

#include "base/bytes.h"
#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/oid.h"

#include <stdint.h>

_Noreturn void forge_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- a generator of numbers that depends on its seed alone --- */

void random_seed(uint64_t seed);
uint64_t random_next(void);
/* 0 … limit - 1 */
unsigned random_below(unsigned limit);
bool random_chance(unsigned percent);

/* --- DER --- */

struct bytes forge_keep(const void *data, size_t len);
struct bytes forge_join(const struct bytes *parts, size_t count);
struct bytes forge_der(uint8_t tag, const struct bytes *parts, size_t count);
struct bytes forge_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Frees all that was handed out. */
void forge_reset(void);

#define PARTS(...)                                                                                 \
    (const struct bytes[]){__VA_ARGS__},                                                           \
        sizeof((const struct bytes[]){__VA_ARGS__}) / sizeof(struct bytes)
#define JOIN(...) forge_join(PARTS(__VA_ARGS__))
#define DER(tag, ...) forge_der(tag, PARTS(__VA_ARGS__))
#define TEXT(literal) CZ_BYTES(literal)
#define NOTHING ((struct bytes){0})

/* INTEGER of a small non-negative value */
struct bytes forge_integer(unsigned value);
/* The form of RFC 5280 4.1.2.5, or GeneralizedTime whatever the year. */
struct bytes forge_time(int64_t seconds, bool generalized);

/* --- keys, made when first asked for and kept for the whole run --- */

enum forge_key {
    KEY_EC = 0, /* eight P-256 keys from here */
    KEY_ED = 8, /* four Ed25519 keys */
    KEY_RSA = 12,
    KEY_RSA_OTHER,
    KEY_P384,
    KEY_RSA_1024,
    KEY_COUNT
};

struct bytes forge_spki(unsigned key);
/* The same for a key that only RSASSA-PSS may be made with (RFC 4055 1.2). */
struct bytes forge_spki_pss(unsigned key);
/* What the key identifier extensions call it. */
struct bytes forge_key_identifier(unsigned key);
void forge_release_keys(void);

enum forge_hash { HASH_USUAL = 0, HASH_SHA1, HASH_SHA512, HASH_PSS };

/* The whole AlgorithmIdentifier, and the BIT STRING's content without its first octet. */
struct bytes forge_algorithm(unsigned key, enum forge_hash hash);
struct bytes forge_signature(unsigned key, enum forge_hash hash, struct bytes tbs);

#endif
