/*
 * A borrowed run of bytes. It owns nothing: whoever makes one says what it points
 * into and so how long it lives.
 */
#ifndef CERTAUTHZ_BASE_BYTES_H
#define CERTAUTHZ_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const uint8_t *data; /* may be NULL when len is 0 */
    size_t len;
};

static inline bool cz_bytes_equal(struct bytes a, struct bytes b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline struct bytes cz_bytes_of(const char *text) {
    return (struct bytes){.data = (const uint8_t *)text, .len = strlen(text)};
}

/* FNV-1a: for tables whose keys come from the configuration, where nobody can choose them to
 * collide. */
static inline uint64_t cz_hash(struct bytes bytes) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ bytes.data[i]) * 0x100000001b3u;
    return hash ^ hash >> 32;
}

/* The bytes of a string literal or of a char/uint8_t array that is not a pointer. */
#define CZ_BYTES(literal)                                                                          \
    ((struct bytes){.data = (const uint8_t *)(literal), .len = sizeof(literal) - 1})

#endif
