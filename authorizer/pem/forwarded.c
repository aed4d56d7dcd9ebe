#include "pem/forwarded.h"

#include "base/cleanup.h"
#include "pem/encodings.h"
#include "pem/xfcc.h"

static enum pem_status status_of(bool good, const struct buffer *der) {
    if (!good)
        return PEM_MALFORMED;
    return der->failed ? PEM_NO_MEMORY : PEM_OK;
}

static enum pem_status decode_base64(struct bytes value, struct buffer *der, const char **detail) {
    *detail = "it is not base64";
    return status_of(cz_base64_decode(value, false, der), der);
}

static enum pem_status decode_hex(struct bytes value, struct buffer *der, const char **detail) {
    *detail = "it is not hexadecimal";
    return status_of(cz_hex_decode(value, der), der);
}

static bool is_escaped(struct bytes value) {
    return value.len > 0 && memchr(value.data, '%', value.len) != NULL;
}

static enum pem_status decode_pem(struct bytes value, struct buffer *der, const char **detail) {
    *detail = "it is percent-encoded; is forwarded.format \"pem-escaped\"?";
    return is_escaped(value) ? PEM_MALFORMED : cz_pem_decode(value, der, detail);
}

static enum pem_status decode_escaped(struct bytes value, struct buffer *der, const char **detail) {
    *detail = "it is not percent-encoded; is forwarded.format \"pem\"?";
    return is_escaped(value) ? cz_pem_decode(value, der, detail) : PEM_MALFORMED;
}

static enum pem_status decode_rfc9440(struct bytes value, struct buffer *der, const char **detail) {
    *detail = "it is no byte sequence of RFC 9440, :base64:";
    if (value.len < 2 || value.data[0] != ':' || value.data[value.len - 1] != ':')
        return PEM_MALFORMED;
    struct bytes base64 = {.data = value.data + 1, .len = value.len - 2};
    return status_of(cz_base64_decode(base64, false, der), der);
}

static enum pem_status decode_xfcc(struct bytes value, struct buffer *der, const char **detail) {
    struct xfcc_element element;
    *detail = cz_xfcc_last(value, &element);
    if (*detail != NULL)
        return PEM_MALFORMED;
    *detail = "its last element has no Cert";
    return element.certificate.len > 0 ? cz_pem_decode(element.certificate, der, detail)
                                       : PEM_MALFORMED;
}

static void decode_pems(struct bytes rest, struct buffer *der) {
    size_t before;
    const char *detail;
    do
        before = der->len;
    while (cz_pem_next(&rest, der, &detail) == PEM_OK && der->len > before);
}

static void decode_escaped_pems(struct bytes value, struct buffer *der) {
    CZ_CLEANUP(cz_buffer_release) struct buffer decoded = {0};
    if (cz_percent_decode(value, &decoded))
        decode_pems(cz_buffer_view(&decoded), der);
}

static void decode_base64_chain(struct bytes value, struct buffer *der) {
    cz_base64_decode(value, false, der);
}

static void decode_hex_chain(struct bytes value, struct buffer *der) {
    cz_hex_decode(value, der);
}

/* A list of RFC 8941 section 3.1; base64 has no comma. */
static void decode_rfc9440_chain(struct bytes rest, struct buffer *der) {
    const char *detail;
    while (rest.len > 0) {
        const uint8_t *comma = memchr(rest.data, ',', rest.len);
        struct bytes item = {.data = rest.data,
                             .len = comma != NULL ? (size_t)(comma - rest.data) : rest.len};
        if (decode_rfc9440(cz_trim_blanks(item), der, &detail) != PEM_OK)
            return;
        size_t used = item.len + (comma != NULL);
        rest = (struct bytes){.data = rest.data + used, .len = rest.len - used};
    }
}

static void decode_xfcc_chain(struct bytes value, struct buffer *der) {
    struct xfcc_element element;
    if (cz_xfcc_last(value, &element) == NULL)
        decode_escaped_pems(element.chain, der);
}

static const struct {
    enum pem_status (*decode)(struct bytes value, struct buffer *der, const char **detail);
    void (*decode_chain)(struct bytes value, struct buffer *der);
} formats[FORWARDED_FORMATS] = {
    [FORWARDED_BASE64] = {decode_base64, decode_base64_chain},
    [FORWARDED_HEX] = {decode_hex, decode_hex_chain},
    [FORWARDED_PEM] = {decode_pem, decode_pems},
    [FORWARDED_PEM_ESCAPED] = {decode_escaped, decode_escaped_pems},
    [FORWARDED_RFC9440] = {decode_rfc9440, decode_rfc9440_chain},
    [FORWARDED_XFCC] = {decode_xfcc, decode_xfcc_chain},
};

enum pem_status cz_forwarded_decode(enum forwarded_format format, struct bytes value,
                                    struct buffer *der, const char **detail) {
    *detail = "the header is larger than 128 KiB";
    return value.len <= CZ_PEM_SIZE_MAX ? formats[format].decode(value, der, detail)
                                        : PEM_TOO_LARGE;
}

void cz_forwarded_decode_chain(enum forwarded_format format, struct bytes value,
                               struct buffer *der) {
    if (value.len <= CZ_PEM_SIZE_MAX)
        formats[format].decode_chain(value, der);
}
