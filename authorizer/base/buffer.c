#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cz_buffer_fail(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){.failed = true, .limit = buffer->limit};
}

size_t cz_buffer_limit(const struct buffer *buffer) {
    return buffer->limit > 0 ? buffer->limit : CZ_BUFFER_LIMIT;
}

char *cz_buffer_reserve(struct buffer *buffer, size_t len) {
    if (buffer->failed)
        return NULL;
    if (len >= cz_buffer_limit(buffer) - buffer->len) {
        cz_buffer_fail(buffer);
        return NULL;
    }
    size_t needed = buffer->len + len + 1;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity : 256;
        while (capacity < needed)
            capacity *= 2;
        char *data = realloc(buffer->data, capacity);
        if (data == NULL) {
            cz_buffer_fail(buffer);
            return NULL;
        }
        buffer->data = data;
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->len;
}

void cz_buffer_append(struct buffer *buffer, const void *data, size_t len) {
    char *end = cz_buffer_reserve(buffer, len);
    if (end == NULL)
        return;
    if (len > 0)
        memcpy(end, data, len);
    end[len] = '\0';
    buffer->len += len;
}

void cz_buffer_bytes(struct buffer *buffer, struct bytes bytes) {
    cz_buffer_append(buffer, bytes.data, bytes.len);
}

void cz_buffer_puts(struct buffer *buffer, const char *text) {
    cz_buffer_append(buffer, text, strlen(text));
}

void cz_buffer_putc(struct buffer *buffer, char c) {
    cz_buffer_append(buffer, &c, 1);
}

void cz_buffer_printf(struct buffer *buffer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *end = len < 0 ? NULL : cz_buffer_reserve(buffer, (size_t)len);
    if (end != NULL) {
        vsnprintf(end, (size_t)len + 1, format, again);
        buffer->len += (size_t)len;
    } else if (!buffer->failed) {
        cz_buffer_fail(buffer);
    }
    va_end(again);
}

void cz_buffer_hex(struct buffer *buffer, struct bytes bytes) {
    static const char digits[] = "0123456789abcdef";
    if (bytes.len > cz_buffer_limit(buffer) / 2) {
        cz_buffer_fail(buffer);
        return;
    }
    char *end = cz_buffer_reserve(buffer, bytes.len * 2);
    if (end == NULL)
        return;
    for (size_t i = 0; i < bytes.len; i++) {
        end[2 * i] = digits[bytes.data[i] >> 4];
        end[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    end[bytes.len * 2] = '\0';
    buffer->len += bytes.len * 2;
}

void cz_buffer_decimal(struct buffer *buffer, int64_t number) {
    char digits[21];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0)
        digits[--at] = '-';
    cz_buffer_append(buffer, digits + at, sizeof digits - at);
}

void cz_buffer_truncate(struct buffer *buffer, size_t len) {
    if (buffer->data == NULL || len > buffer->len)
        return;
    buffer->len = len;
    buffer->data[len] = '\0';
}

void cz_buffer_clear(struct buffer *buffer) {
    buffer->len = 0;
    buffer->failed = false;
    if (buffer->data != NULL)
        buffer->data[0] = '\0';
}

const char *cz_buffer_text(const struct buffer *buffer) {
    return buffer->data != NULL ? buffer->data : "";
}

struct bytes cz_buffer_view(const struct buffer *buffer) {
    return (struct bytes){.data = (const uint8_t *)buffer->data, .len = buffer->len};
}

void cz_buffer_release(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){0};
}
