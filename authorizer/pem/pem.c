#include "pem/pem.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "pem/encodings.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
#define BEGIN_CRL "-----BEGIN X509 CRL-----"
#define END_CRL "-----END X509 CRL-----"
#define LINE_BYTES 48 /* that make a line of 64 characters */

static bool starts_with(struct bytes text, const char *prefix) {
    size_t len = strlen(prefix);
    return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

static enum pem_status decode_body(struct bytes body, struct buffer *der, const char **detail) {
    *detail = "its text is not base64";
    if (!cz_base64_decode(body, true, der))
        return PEM_MALFORMED;
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
    text = cz_trim_blanks(text);
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
    struct bytes trailing = cz_trim_blanks(after(text, body + sizeof END - 1));
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
    if (!cz_percent_decode(text, &decoded)) {
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
