#include "lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ENTRY_SIZE 49

void die(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

double now_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

void start_random(uint64_t seed) {
    state ^= seed;
}

uint64_t next_random(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

void fill_serial(uint8_t serial[SERIAL_SIZE]) {
    for (size_t i = 0; i < SERIAL_SIZE; i++)
        serial[i] = (uint8_t)(next_random() >> 32);
    serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40);
}

/* --- a signed list --- */

static size_t header_size(size_t len) {
    return len < 0x80 ? 2 : len <= 0xff ? 3 : len <= 0xffff ? 4 : len <= 0xffffff ? 5 : 6;
}

static uint8_t *put_header(uint8_t *at, uint8_t tag, size_t len) {
    size_t octets = header_size(len) - 2;
    *at++ = tag;
    *at++ = (uint8_t)(octets == 0 ? len : 0x80 | octets);
    for (size_t i = octets; i-- > 0;)
        *at++ = (uint8_t)(len >> (8 * i));
    return at;
}

static uint8_t *put(uint8_t *at, const void *data, size_t len) {
    memcpy(at, data, len);
    return at + len;
}

#define PUT(at, literal) put(at, literal, sizeof(literal) - 1)

static uint8_t *put_entries(uint8_t *at, const struct list *list) {
    for (size_t i = 0; i < list->count; i++) {
        at = PUT(at, "\x30\x2f\x02\x10");
        at = put(at, list->serials + i * SERIAL_SIZE, SERIAL_SIZE);
        at = PUT(at, "\x17\x0d"
                     "260101000000Z"
                     "\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01\x01");
    }
    return at;
}

static const char algorithm[] = "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
/* The issuer's name stands between the two. */
static const char head[] = "\x02\x01\x01"
                           "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
static const char times[] = "\x17\x0d"
                            "260101000000Z\x17\x0d"
                            "460101000000Z";
static const char tail[] = "\xa0\x0e\x30\x0c\x30\x0a\x06\x03\x55\x1d\x14\x04\x03\x02\x01\x01";

/* Signs the list, which has 8 octets of room before it, and puts the whole where it belongs. */
static void sign(struct list *list, uint8_t *tbs, size_t tbs_len, gnutls_privkey_t key) {
    gnutls_datum_t data = {.data = tbs, .size = (unsigned)tbs_len}, signature = {0};
    if (gnutls_privkey_sign_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &signature) < 0)
        die("cannot sign");
    size_t bits = signature.size + 1;
    size_t len = tbs_len + sizeof algorithm - 1 + header_size(bits) + bits;
    uint8_t *begin = tbs - header_size(len);
    put_header(begin, 0x30, len);
    uint8_t *at = put(tbs + tbs_len, algorithm, sizeof algorithm - 1);
    at = put_header(at, 0x03, bits);
    *at++ = 0;
    at = put(at, signature.data, signature.size);
    list->len = (size_t)(at - begin);
    memmove(list->der, begin, list->len);
    gnutls_free(signature.data);
}

void make_list(struct list *list, size_t count, gnutls_privkey_t key, struct bytes name) {
    *list = (struct list){.count = count};
    size_t entries = count * ENTRY_SIZE;
    size_t inner = sizeof head - 1 + name.len + sizeof times - 1 + header_size(entries) + entries +
                   sizeof tail - 1;
    list->serials = malloc(count * SERIAL_SIZE);
    list->der = malloc(inner + 256);
    if (list->serials == NULL || list->der == NULL || gnutls_pubkey_init(&list->issuer.key) < 0 ||
        gnutls_pubkey_import_privkey(list->issuer.key, key, 0, 0) < 0)
        die("out of memory");
    for (size_t i = 0; i < count; i++)
        fill_serial(list->serials + i * SERIAL_SIZE);
    uint8_t *tbs = list->der + 8;
    uint8_t *at = put_header(tbs, 0x30, inner);
    at = put(PUT(at, head), name.data, name.len);
    at = put_header(PUT(at, times), 0x30, entries);
    at = PUT(put_entries(at, list), tail);
    sign(list, tbs, (size_t)(at - tbs), key);
}

void release_list(struct list *list) {
    gnutls_pubkey_deinit(list->issuer.key);
    free(list->serials);
    free(list->der);
}

const uint8_t *question(const struct list *list, size_t i, uint8_t scratch[SERIAL_SIZE]) {
    if (i % 2 == 0)
        return list->serials + next_random() % list->count * SERIAL_SIZE;
    fill_serial(scratch);
    return scratch;
}

gnutls_privkey_t make_key(void) {
    gnutls_privkey_t key;
    if (gnutls_privkey_init(&key) < 0 ||
        gnutls_privkey_generate(key, GNUTLS_PK_ECDSA,
                                GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) < 0)
        die("cannot make a key");
    return key;
}
