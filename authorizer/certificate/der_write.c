#include "certificate/der_write.h"

size_t cz_der_header(uint8_t header[CZ_DER_HEADER_SIZE_MAX], uint8_t tag, size_t len) {
    size_t octets = 0, at = 0;
    for (size_t rest = len; len >= 0x80 && rest > 0; rest >>= 8)
        octets++;
    header[at++] = tag;
    header[at++] = (uint8_t)(octets > 0 ? 0x80 | octets : len);
    while (octets > 0)
        header[at++] = (uint8_t)(len >> 8 * --octets);
    return at;
}

void cz_der_put(struct buffer *out, uint8_t tag, struct bytes content) {
    uint8_t header[CZ_DER_HEADER_SIZE_MAX];
    cz_buffer_append(out, header, cz_der_header(header, tag, content.len));
    cz_buffer_bytes(out, content);
}

void cz_der_put_positive(struct buffer *out, struct bytes magnitude) {
    size_t start = out->len;
    if (magnitude.len == 0 || (magnitude.data[0] & 0x80) != 0)
        cz_buffer_putc(out, '\0');
    cz_buffer_bytes(out, magnitude);
    cz_der_wrap(out, start, DER_INTEGER);
}

void cz_der_wrap(struct buffer *out, size_t start, uint8_t tag) {
    if (out->failed)
        return;
    uint8_t header[CZ_DER_HEADER_SIZE_MAX];
    size_t len = out->len - start, size = cz_der_header(header, tag, len);
    if (cz_buffer_reserve(out, size) == NULL)
        return;
    char *content = out->data + start;
    memmove(content + size, content, len);
    memcpy(content, header, size);
    out->len += size;
    out->data[out->len] = '\0';
}
