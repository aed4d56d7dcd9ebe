#include "certificate/oid.h"

/* Takes one base-128 arc off `rest`. */
static bool next_arc(struct bytes *rest, uint64_t *arc) {
    *arc = 0;
    for (size_t i = 0; i < rest->len; i++) {
        uint8_t byte = rest->data[i];
        if (i == 0 && byte == 0x80)
            return false;
        *arc = *arc << 7 | (byte & 0x7f);
        if (*arc > UINT32_MAX)
            return false;
        if ((byte & 0x80) == 0) {
            rest->data += i + 1;
            rest->len -= i + 1;
            return true;
        }
    }
    return false;
}

bool cz_oid_valid(struct bytes oid) {
    uint64_t arc;
    if (oid.len == 0)
        return false;
    while (oid.len > 0)
        if (!next_arc(&oid, &arc))
            return false;
    return true;
}

void cz_oid_append(struct buffer *out, struct bytes oid) {
    if (!cz_oid_valid(oid))
        return;
    uint64_t arc = 0;
    next_arc(&oid, &arc);
    uint64_t first = arc < 80 ? arc / 40 : 2;
    cz_buffer_decimal(out, (int64_t)first);
    cz_buffer_putc(out, '.');
    cz_buffer_decimal(out, (int64_t)(arc - first * 40));
    while (oid.len > 0 && next_arc(&oid, &arc)) {
        cz_buffer_putc(out, '.');
        cz_buffer_decimal(out, (int64_t)arc);
    }
}
