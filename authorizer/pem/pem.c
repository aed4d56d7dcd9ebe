#include "pem/pem.h"

#include "base/cleanup.h"
#include "base/text.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
#define BEGIN_CRL "-----BEGIN X509 CRL-----"
#define END_CRL "-----END X509 CRL-----"
#define LINE_BYTES 48 /* that make a line of 64 characters */

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

/* Each base64 character's value and one more; 0: none (RFC 4648 section 4). */
static const uint8_t sextets[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

/*
 * Strict: whole groups of four, padding only at the end, and no bits set that it hides, so that
 * one certificate has but one text. Blanks may stand anywhere. Decoded here and not by GnuTLS,
 * whose decoder took 2.5 of the 38 microseconds that a first-seen RSA certificate cost.
 */
static bool decode_base64(struct bytes body, uint8_t *out, size_t *out_len) {
    uint32_t group = 0;
    unsigned count = 0, padding = 0;
    *out_len = 0;
    for (size_t i = 0; i < body.len; i++) {
        uint8_t c = body.data[i];
        unsigned value = sextets[c];
        if (value == 0 && is_blank(c))
            continue;
        bool pad = c == '=' && count >= 2;
        if ((value == 0 && !pad) || (value != 0 && padding > 0))
            return false;
        padding += pad;
        group = group << 6 | (pad ? 0 : value - 1);
        if (++count < 4)
            continue;
        out[(*out_len)++] = (uint8_t)(group >> 16);
        out[(*out_len)++] = (uint8_t)(group >> 8);
        out[(*out_len)++] = (uint8_t)group;
        *out_len -= padding;
        if (padding > 0 && (group & (padding == 2 ? 0xffffu : 0xffu)) != 0)
            return false;
        group = 0;
        count = 0;
    }
    return count == 0 && *out_len > 0;
}

static enum pem_status decode_body(struct bytes body, struct buffer *der, const char **detail) {
    size_t len;
    char *end = cz_buffer_reserve(der, body.len / 4 * 3 + 3);
    *detail = "its text is not base64";
    if (end == NULL)
        return PEM_NO_MEMORY;
    if (!decode_base64(body, (uint8_t *)end, &len))
        return PEM_MALFORMED;
    end[len] = '\0';
    der->len += len;
    return PEM_OK;
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

struct label {
    const char *begin, *end, *cut_off;
};

static enum pem_status next(struct bytes *rest, const struct label *label, struct buffer *der,
                            const char **detail) {
    size_t begin = find(*rest, label->begin);
    if (begin == rest->len) {
        *rest = (struct bytes){0};
        return PEM_OK;
    }
    struct bytes text = after(*rest, begin + strlen(label->begin));
    size_t body = find(text, label->end);
    if (body == text.len) {
        *detail = label->cut_off;
        return PEM_MALFORMED;
    }
    *rest = after(text, body + strlen(label->end));
    return decode_body((struct bytes){.data = text.data, .len = body}, der, detail);
}

enum pem_status cz_pem_next(struct bytes *rest, struct buffer *der, const char **detail) {
    static const struct label label = {
        .begin = BEGIN, .end = END, .cut_off = "it is cut off: " END " is missing"};
    return next(rest, &label, der, detail);
}

enum pem_status cz_pem_next_crl(struct bytes *rest, struct buffer *der, const char **detail) {
    static const struct label label = {
        .begin = BEGIN_CRL, .end = END_CRL, .cut_off = "it is cut off: " END_CRL " is missing"};
    return next(rest, &label, der, detail);
}

void cz_pem_append(struct buffer *out, struct bytes der) {
    cz_buffer_puts(out, BEGIN "\n");
    while (der.len > 0) {
        size_t len = der.len < LINE_BYTES ? der.len : LINE_BYTES;
        cz_base64(out, (struct bytes){.data = der.data, .len = len});
        cz_buffer_putc(out, '\n');
        der.data += len;
        der.len -= len;
    }
    cz_buffer_puts(out, END "\n");
}
