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
    uint64_t arc = 0;
    bool at_start = true;
    for (size_t i = 0; i < oid.len; i++) {
        arc = arc << 7 | (oid.data[i] & 0x7f);
        if ((at_start && oid.data[i] == 0x80) || arc > UINT32_MAX)
            return false;
        at_start = (oid.data[i] & 0x80) == 0;
        if (at_start)
            arc = 0;
    }
    return oid.len > 0 && at_start;
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

static void put_arc(uint8_t *out, size_t *len, uint64_t arc) {
    uint8_t septets[10];
    size_t count = 0;
    do {
        septets[count++] = arc & 0x7f;
        arc >>= 7;
    } while (arc != 0);
    while (count-- > 0)
        out[(*len)++] = (uint8_t)(septets[count] | (count > 0 ? 0x80 : 0));
}

static bool read_arc(const char **text, uint64_t *arc) {
    const char *at = *text;
    if (*at < '0' || *at > '9' || (at[0] == '0' && at[1] >= '0' && at[1] <= '9'))
        return false;
    for (*arc = 0; *at >= '0' && *at <= '9'; at++) {
        *arc = *arc * 10 + (uint64_t)(*at - '0');
        if (*arc > UINT32_MAX)
            return false;
    }
    *text = at;
    return true;
}

bool cz_oid_parse(const char *text, struct buffer *out) {
    uint8_t encoded[CZ_OID_SIZE_MAX];
    size_t len = 0;
    uint64_t first, arc;
    if (!read_arc(&text, &first) || *text++ != '.' || !read_arc(&text, &arc) || first > 2 ||
        (first < 2 && arc > 39))
        return false;
    put_arc(encoded, &len, first * 40 + arc);
    while (*text == '.') {
        text++;
        if (len > CZ_OID_SIZE_MAX - 10 || !read_arc(&text, &arc))
            return false;
        put_arc(encoded, &len, arc);
    }
    if (*text != '\0')
        return false;
    cz_buffer_append(out, encoded, len);
    return true;
}
