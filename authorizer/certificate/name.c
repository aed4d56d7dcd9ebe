#include "certificate/name.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/der.h"
#include "certificate/oid.h"

#define RDN_ATTRIBUTES_MAX 16 /* more in one RDN is compared in the encoding's order */

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

bool cz_name_value_utf8(struct buffer *out, const struct name_attribute *attribute) {
    struct bytes value = attribute->value;
    size_t before = out->len;
    bool readable = false;
    switch (attribute->value_tag) {
    case DER_UTF8_STRING:
        readable = cz_utf8_valid(value);
        break;
    case DER_PRINTABLE_STRING:
    case DER_NUMERIC_STRING:
    case DER_IA5_STRING:
    case DER_TELETEX_STRING: /* beyond ASCII its meaning differs from writer to writer */
        readable = is_ascii(value);
        break;
    case DER_BMP_STRING:
    case DER_UNIVERSAL_STRING:
        readable = wide_to_utf8(out, value, attribute->value_tag == DER_BMP_STRING ? 2 : 4);
        if (!readable && !out->failed && out->len > before) {
            out->len = before;
            out->data[before] = '\0';
        }
        return readable;
    default:
        break;
    }
    if (readable)
        cz_buffer_bytes(out, value);
    return readable;
}

bool cz_name_find(struct bytes name, struct bytes type, struct name_attribute *attribute) {
    struct name_walk walk = cz_name_walk(name);
    while (cz_name_next(&walk, attribute))
        if (cz_bytes_equal(attribute->type, type))
            return true;
    return false;
}

/* RFC 4518 2.2 has TAB, the line ends and FORM FEED stand for a blank. */
static bool is_blank(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Appends with ASCII letters folded and blanks trimmed and made single. */
static void append_folded(struct buffer *out, struct bytes text) {
    bool blank_pending = false, any = false;
    char *end = cz_buffer_reserve(out, text.len);
    if (end == NULL)
        return;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (is_blank(c)) {
            blank_pending = any;
            continue;
        }
        if (blank_pending)
            end[len++] = ' ';
        blank_pending = false;
        any = true;
        end[len++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    end[len] = '\0';
    out->len += len;
}

static void append_length(struct buffer *out, size_t len) {
    uint8_t bytes[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                        (uint8_t)len};
    cz_buffer_append(out, bytes, sizeof bytes);
}

/* type and value, each with its length before it so that no two differ alike; 's' marks a
 * value compared as characters, 'r' one compared as it was encoded. */
static void append_canonical(struct buffer *out, const struct name_attribute *attribute) {
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    append_length(out, attribute->type.len);
    cz_buffer_bytes(out, attribute->type);
    struct bytes text = attribute->value;
    bool readable = true;
    bool direct = (attribute->value_tag == DER_PRINTABLE_STRING && is_ascii(text)) ||
                  (attribute->value_tag == DER_UTF8_STRING && cz_utf8_valid(text));
    if (!direct) {
        readable = cz_name_value_utf8(&value, attribute);
        text = readable ? cz_buffer_view(&value) : attribute->whole_value;
    }
    cz_buffer_putc(out, readable ? 's' : 'r');
    size_t length_at = out->len;
    append_length(out, 0);
    if (readable)
        append_folded(out, text);
    else
        cz_buffer_bytes(out, text);
    if (value.failed)
        cz_buffer_fail(out);
    if (out->failed)
        return;
    size_t len = out->len - length_at - 4;
    for (size_t i = 0; i < 4; i++)
        out->data[length_at + i] = (char)(len >> (24 - 8 * i));
}

static int compare_spans(struct bytes a, struct bytes b) {
    int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* An RDN is a set: writes its attributes in the order of their canonical bytes. */
static void append_sorted(struct buffer *out, const struct name_attribute *attributes,
                          size_t count) {
    if (count == 1) {
        append_canonical(out, &attributes[0]);
        return;
    }
    CZ_CLEANUP(cz_buffer_release) struct buffer scratch = {0};
    size_t starts[RDN_ATTRIBUTES_MAX + 1];
    size_t order[RDN_ATTRIBUTES_MAX];
    for (size_t i = 0; i < count; i++) {
        starts[i] = scratch.len;
        append_canonical(&scratch, &attributes[i]);
    }
    starts[count] = scratch.len;
    if (scratch.failed) {
        cz_buffer_fail(out);
        return;
    }
    const uint8_t *base = (const uint8_t *)scratch.data;
#define SPAN(i) ((struct bytes){.data = base + starts[i], .len = starts[(i) + 1] - starts[i]})
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        while (at > 0 && compare_spans(SPAN(order[at - 1]), SPAN(i)) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    for (size_t i = 0; i < count; i++)
        cz_buffer_bytes(out, SPAN(order[i]));
#undef SPAN
}

void cz_name_canonical(struct buffer *out, struct bytes name) {
    struct name_attribute rdn[RDN_ATTRIBUTES_MAX];
    size_t count = 0;
    struct name_walk walk = cz_name_walk(name);
    struct name_attribute attribute;
    bool more = cz_name_next(&walk, &attribute);
    for (size_t previous = SIZE_MAX; more;) {
        size_t index = attribute.rdn;
        count = 0;
        while (more && attribute.rdn == index && count < RDN_ATTRIBUTES_MAX) {
            rdn[count++] = attribute;
            more = cz_name_next(&walk, &attribute);
        }
        /* '+': more of the same RDN, so that none reads like two */
        cz_buffer_putc(out, index == previous ? '+' : '/');
        append_sorted(out, rdn, count);
        previous = index;
    }
}

struct attribute_name {
    struct bytes type;
    const char *name;
};

/* RFC 4514 section 3 and the descriptors of RFC 4519; others are written as dotted OIDs. */
static const struct attribute_name attribute_names[] = {
    {CZ_BYTES("\x55\x04\x03"), "CN"},
    {CZ_BYTES("\x55\x04\x0b"), "OU"},
    {CZ_BYTES("\x55\x04\x0a"), "O"},
    {CZ_BYTES("\x55\x04\x06"), "C"},
    {CZ_BYTES("\x55\x04\x07"), "L"},
    {CZ_BYTES("\x55\x04\x08"), "ST"},
    {CZ_BYTES("\x55\x04\x09"), "STREET"},
    {CZ_BYTES("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"), "DC"},
    {CZ_BYTES("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"), "UID"},
    {CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"), "emailAddress"},
    {CZ_BYTES("\x55\x04\x05"), "serialNumber"},
    {CZ_BYTES("\x55\x04\x04"), "SN"},
    {CZ_BYTES("\x55\x04\x2a"), "GN"},
    {CZ_BYTES("\x55\x04\x0c"), "title"},
    {CZ_BYTES("\x55\x04\x0d"), "description"},
    {CZ_BYTES("\x55\x04\x11"), "postalCode"},
    {CZ_BYTES("\x55\x04\x61"), "organizationIdentifier"},
};

static const char *attribute_name(struct bytes type) {
    for (size_t i = 0; i < CZ_COUNT(attribute_names); i++)
        if (cz_bytes_equal(attribute_names[i].type, type))
            return attribute_names[i].name;
    return NULL;
}

/* RFC 4514 2.4; controls are legal unescaped there, but would break lines. */
static void append_escaped(struct buffer *out, struct bytes value) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.data[i];
        bool c1_control = c == 0xc2 && i + 1 < value.len && value.data[i + 1] < 0xa0;
        if (c < 0x20 || c == 0x7f || c1_control) {
            for (size_t j = 0; j < (c1_control ? 2u : 1u); j++) {
                uint8_t byte = value.data[i + j];
                char hex[3] = {'\\', digits[byte >> 4], digits[byte & 15]};
                cz_buffer_append(out, hex, sizeof hex);
            }
            i += c1_control;
            continue;
        }
        bool edge_blank = c == ' ' && (i == 0 || i + 1 == value.len);
        if (edge_blank || (c == '#' && i == 0) || (c < 0x80 && strchr("\"+,;<>\\", c) != NULL))
            cz_buffer_putc(out, '\\');
        cz_buffer_putc(out, (char)c);
    }
}

static void append_attribute(struct buffer *out, const struct name_attribute *attribute) {
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    const char *name = attribute_name(attribute->type);
    if (name != NULL)
        cz_buffer_puts(out, name);
    else
        cz_oid_append(out, attribute->type);
    cz_buffer_putc(out, '=');
    if (name != NULL && cz_name_value_utf8(&value, attribute)) {
        append_escaped(out, cz_buffer_view(&value));
    } else {
        cz_buffer_putc(out, '#');
        cz_buffer_hex(out, attribute->whole_value);
    }
    if (value.failed)
        cz_buffer_fail(out);
}

void cz_name_append(struct buffer *out, struct bytes name) {
    struct bytes rdns[CZ_NAME_RDNS_MAX];
    size_t count = 0;
    while (count < CZ_NAME_RDNS_MAX && cz_der_take(&name, DER_SET, &rdns[count]))
        count++;
    for (size_t i = count; i-- > 0;) {
        struct name_walk walk = {.rdn = rdns[i], .index = 1};
        struct name_attribute attribute;
        for (bool first = true; walk.rdn.len > 0 && cz_name_next(&walk, &attribute);
             first = false) {
            if (!first)
                cz_buffer_putc(out, '+');
            append_attribute(out, &attribute);
        }
        if (i > 0)
            cz_buffer_putc(out, ',');
    }
}
