#include "pem/pem.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <gnutls/gnutls.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

static bool is_blank(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct bytes trim(struct bytes text) {
    while (text.len > 0 && is_blank(text.data[0])) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && is_blank(text.data[text.len - 1]))
        text.len--;
    return text;
}

static bool percent_decode(struct bytes text, struct buffer *out) {
    char *end = cz_buffer_reserve(out, text.len);
    if (end == NULL)
        return true; /* the caller looks at the buffer's failure */
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '%') {
            end[len++] = (char)text.data[i];
            continue;
        }
        if (text.len - i < 3 || cz_hex_digit(text.data[i + 1]) < 0 ||
            cz_hex_digit(text.data[i + 2]) < 0)
            return false;
        end[len++] = (char)(cz_hex_digit(text.data[i + 1]) << 4 | cz_hex_digit(text.data[i + 2]));
        i += 2;
    }
    out->len += len;
    return true;
}

static bool starts_with(struct bytes text, const char *prefix) {
    size_t len = strlen(prefix);
    return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

static bool is_base64(uint8_t c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
}

/* The base64 characters alone; anything but them and blanks is refused here, so that the
 * decoder sees only what it is meant to see. */
static bool compact(struct bytes body, struct buffer *out) {
    char *end = cz_buffer_reserve(out, body.len);
    if (end == NULL)
        return true;
    size_t len = 0;
    for (size_t i = 0; i < body.len; i++) {
        if (is_base64(body.data[i]))
            end[len++] = (char)body.data[i];
        else if (!is_blank(body.data[i]))
            return false;
    }
    out->len += len;
    return len > 0 && len % 4 == 0;
}

static enum pem_status decode_body(struct bytes body, struct buffer *der, const char **detail) {
    CZ_CLEANUP(cz_buffer_release) struct buffer base64 = {0};
    *detail = "its text is not base64";
    if (!compact(body, &base64))
        return PEM_MALFORMED;
    if (base64.failed)
        return PEM_NO_MEMORY;
    gnutls_datum_t in = {.data = (unsigned char *)base64.data, .size = (unsigned)base64.len};
    gnutls_datum_t out = {0};
    int result = gnutls_base64_decode2(&in, &out);
    if (result == GNUTLS_E_MEMORY_ERROR)
        return PEM_NO_MEMORY;
    if (result < 0)
        return PEM_MALFORMED;
    cz_buffer_append(der, out.data, out.size);
    gnutls_free(out.data);
    return der->failed ? PEM_NO_MEMORY : PEM_OK;
}

/* The length of the text up to `marker`, or the whole length where it is not there. */
static size_t find(struct bytes text, const char *marker) {
    const void *at = text.len > 0 ? memmem(text.data, text.len, marker, strlen(marker)) : NULL;
    return at != NULL ? (size_t)((const uint8_t *)at - text.data) : text.len;
}

static struct bytes after(struct bytes text, size_t len) {
    return (struct bytes){.data = text.data + len, .len = text.len - len};
}

static enum pem_status decode_plain(struct bytes text, struct buffer *der, const char **detail) {
    text = trim(text);
    if (!starts_with(text, BEGIN)) {
        *detail = "it does not begin with " BEGIN;
        return PEM_MALFORMED;
    }
    text = after(text, sizeof BEGIN - 1);
    size_t body = find(text, END);
    if (body == text.len) {
        *detail = "it is cut off: " END " is missing";
        return PEM_MALFORMED;
    }
    struct bytes trailing = trim(after(text, body + sizeof END - 1));
    if (trailing.len > 0) {
        *detail = starts_with(trailing, BEGIN) ? "more than one certificate"
                                               : "something stands after the certificate";
        return PEM_MALFORMED;
    }
    return decode_body((struct bytes){.data = text.data, .len = body}, der, detail);
}

enum pem_status cz_pem_decode(struct bytes text, struct buffer *der, const char **detail) {
    if (text.len > CZ_PEM_SIZE_MAX) {
        *detail = "the certificate is larger than 128 KiB";
        return PEM_TOO_LARGE;
    }
    if (text.len == 0 || memchr(text.data, '%', text.len) == NULL)
        return decode_plain(text, der, detail);
    CZ_CLEANUP(cz_buffer_release) struct buffer decoded = {0};
    if (!percent_decode(text, &decoded)) {
        *detail = "a broken percent escape";
        return PEM_MALFORMED;
    }
    if (decoded.failed)
        return PEM_NO_MEMORY;
    return decode_plain(cz_buffer_view(&decoded), der, detail);
}

enum pem_status cz_pem_next(struct bytes *rest, struct buffer *der, const char **detail) {
    size_t begin = find(*rest, BEGIN);
    if (begin == rest->len) {
        *rest = (struct bytes){0};
        return PEM_OK;
    }
    struct bytes text = after(*rest, begin + sizeof BEGIN - 1);
    size_t body = find(text, END);
    if (body == text.len) {
        *detail = "it is cut off: " END " is missing";
        return PEM_MALFORMED;
    }
    *rest = after(text, body + sizeof END - 1);
    return decode_body((struct bytes){.data = text.data, .len = body}, der, detail);
}
