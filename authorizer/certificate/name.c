#include "certificate/name.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/der.h"
#include "certificate/oid.h"

struct name_walk cz_name_walk(struct bytes name) {
    return (struct name_walk){.rdns = name};
}

bool cz_name_next(struct name_walk *walk, struct name_attribute *attribute) {
    if (walk->rdn.len == 0) {
        if (walk->rdns.len == 0)
            return false;
        if (!cz_der_take(&walk->rdns, DER_SET, &walk->rdn) || walk->rdn.len == 0) {
            walk->malformed = true;
            return false;
        }
        walk->index++;
    }
    struct bytes pair, type;
    struct der_element value;
    if (!cz_der_take(&walk->rdn, DER_SEQUENCE, &pair) || !cz_der_take(&pair, DER_OID, &type) ||
        !cz_oid_valid(type) || !cz_der_next(&pair, &value) || pair.len != 0) {
        walk->malformed = true;
        return false;
    }
    *attribute = (struct name_attribute){.type = type,
                                         .value_tag = value.tag,
                                         .value = value.content,
                                         .whole_value = value.whole,
                                         .rdn = walk->index - 1};
    return true;
}

bool cz_name_valid(struct bytes name) {
    struct name_walk walk = cz_name_walk(name);
    struct name_attribute attribute;
    while (walk.index <= CZ_NAME_RDNS_MAX && cz_name_next(&walk, &attribute))
        ;
    return !walk.malformed && walk.index <= CZ_NAME_RDNS_MAX;
}

static void put_utf8(struct buffer *out, uint32_t code) {
    char text[4];
    size_t len = 0;
    if (code < 0x80) {
        text[len++] = (char)code;
    } else if (code < 0x800) {
        text[len++] = (char)(0xc0 | code >> 6);
        text[len++] = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        text[len++] = (char)(0xe0 | code >> 12);
        text[len++] = (char)(0x80 | (code >> 6 & 0x3f));
        text[len++] = (char)(0x80 | (code & 0x3f));
    } else {
        text[len++] = (char)(0xf0 | code >> 18);
        text[len++] = (char)(0x80 | (code >> 12 & 0x3f));
        text[len++] = (char)(0x80 | (code >> 6 & 0x3f));
        text[len++] = (char)(0x80 | (code & 0x3f));
    }
    cz_buffer_append(out, text, len);
}

/* BMPString and UniversalString: big-endian code points of `width` bytes. */
static bool wide_to_utf8(struct buffer *out, struct bytes value, size_t width) {
    if (value.len % width != 0)
        return false;
    for (size_t i = 0; i < value.len; i += width) {
        uint32_t code = 0;
        for (size_t j = 0; j < width; j++)
            code = code << 8 | value.data[i + j];
        if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            return false;
        put_utf8(out, code);
    }
    return true;
}

static bool is_ascii(struct bytes value) {
    for (size_t i = 0; i < value.len; i++)
        if (value.data[i] >= 0x80)
            return false;
    return true;
}

bool cz_name_value_text(const struct name_attribute *attribute, struct buffer *scratch,
                        struct bytes *text) {
    *text = attribute->value;
    switch (attribute->value_tag) {
    case DER_UTF8_STRING:
        return cz_utf8_valid(attribute->value);
    case DER_PRINTABLE_STRING:
    case DER_NUMERIC_STRING:
    case DER_IA5_STRING:
    case DER_TELETEX_STRING: /* beyond ASCII its meaning differs from writer to writer */
        return is_ascii(attribute->value);
    case DER_BMP_STRING:
    case DER_UNIVERSAL_STRING:
        if (!wide_to_utf8(scratch, attribute->value,
                          attribute->value_tag == DER_BMP_STRING ? 2 : 4))
            return false;
        *text = cz_buffer_view(scratch);
        return true;
    default:
        return false;
    }
}

bool cz_name_value_utf8(struct buffer *out, const struct name_attribute *attribute) {
    CZ_CLEANUP(cz_buffer_release) struct buffer scratch = {0};
    struct bytes text;
    bool readable = cz_name_value_text(attribute, &scratch, &text);
    if (scratch.failed)
        cz_buffer_fail(out);
    else if (readable)
        cz_buffer_bytes(out, text);
    return readable;
}

bool cz_name_find(struct bytes name, struct bytes type, struct name_attribute *attribute) {
    struct name_walk walk = cz_name_walk(name);
    while (cz_name_next(&walk, attribute))
        if (cz_bytes_equal(attribute->type, type))
            return true;
    return false;
}
