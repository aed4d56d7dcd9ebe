/*
 * A growing byte buffer. A failed allocation, or growth past the limit, marks the
 * buffer as failed and drops its content; every later append is then ignored. So a
 * writer appends without checking and asks once, at the end, whether all of it is
 * there. Always NUL-terminated when it is not failed and something was appended.
 */
#ifndef CERTAUTHZ_BASE_BUFFER_H
#define CERTAUTHZ_BASE_BUFFER_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

#define CZ_BUFFER_LIMIT (16u << 20) /* bytes; nothing that we build comes near it */

struct buffer {
    char *data; /* owned */
    size_t len;
    size_t capacity;
    size_t limit; /* bytes with the NUL; 0: CZ_BUFFER_LIMIT. Lost when it is released */
    bool failed;
};

void cz_buffer_append(struct buffer *buffer, const void *data, size_t len);
void cz_buffer_bytes(struct buffer *buffer, struct bytes bytes);
void cz_buffer_puts(struct buffer *buffer, const char *text);
void cz_buffer_putc(struct buffer *buffer, char c);
void cz_buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Lower-case hexadecimal. */
void cz_buffer_hex(struct buffer *buffer, struct bytes bytes);
/* A decimal number without printf: claims and log lines are made on every request. */
void cz_buffer_decimal(struct buffer *buffer, int64_t number);
/* Marks it failed, where something that belongs into it could not be made. */
void cz_buffer_fail(struct buffer *buffer);
/* The limit that holds for it. */
size_t cz_buffer_limit(const struct buffer *buffer);
/* Room for `len` more bytes at the end, or NULL when failed. The caller adds to len. */
char *cz_buffer_reserve(struct buffer *buffer, size_t len);
/* Takes back what was appended beyond `len`, which is no more than there is. */
void cz_buffer_truncate(struct buffer *buffer, size_t len);
/* Empties the buffer and keeps its memory. Clears a failure. */
void cz_buffer_clear(struct buffer *buffer);
/* Never NULL: the empty string when nothing was appended or the buffer failed. */
const char *cz_buffer_text(const struct buffer *buffer);
struct bytes cz_buffer_view(const struct buffer *buffer);
void cz_buffer_release(struct buffer *buffer);

#endif
