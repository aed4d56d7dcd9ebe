#include "certificate/name.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/name_types.h"
#include "certificate/oid.h"

/* One way to write names. */
struct spelling {
    const char *before_rdn, *between_rdns, *between_attributes, *before_oid;
    bool last_first;
    bool unknown_in_hex; /* the value of a type without a name, too (RFC 4514 2.4) */
    const char *(*type_name)(const struct name_type *type);
    void (*value)(struct buffer *out, struct bytes text);
};

static void append_hex_pair(struct buffer *out, const char *prefix, uint8_t byte) {
    static const char digits[] = "0123456789ABCDEF";
    const char pair[2] = {digits[byte >> 4], digits[byte & 15]};
    cz_buffer_puts(out, prefix);
    cz_buffer_append(out, pair, sizeof pair);
}

/* The length of the control character at `at`, 0 where there is none. They are legal unescaped in
 * RFC 4514, but would break lines. */
static size_t control_length(struct bytes text, size_t at) {
    uint8_t c = text.data[at];
    if (c < 0x20 || c == 0x7f)
        return 1;
    return c == 0xc2 && at + 1 < text.len && text.data[at + 1] < 0xa0 ? 2 : 0;
}

/* Writes the control character at *at and goes to its last byte; false where there is none. */
static bool append_control(struct buffer *out, const char *prefix, struct bytes text, size_t *at) {
    size_t len = control_length(text, *at);
    for (size_t i = 0; i < len; i++)
        append_hex_pair(out, prefix, text.data[*at + i]);
    *at += len > 0 ? len - 1 : 0;
    return len > 0;
}

/* RFC 4514 2.4 */
static void append_escaped(struct buffer *out, struct bytes text) {
    for (size_t i = 0; i < text.len; i++) {
        if (append_control(out, "\\", text, &i))
            continue;
        uint8_t c = text.data[i];
        bool edge_blank = c == ' ' && (i == 0 || i + 1 == text.len);
        if (edge_blank || (c == '#' && i == 0) || (c < 0x80 && strchr("\"+,;<>\\", c) != NULL))
            cz_buffer_putc(out, '\\');
        cz_buffer_putc(out, (char)c);
    }
}

static bool is_dotnet_blank(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool needs_quotes(struct bytes text) {
    if (text.len == 0 || is_dotnet_blank(text.data[0]) || is_dotnet_blank(text.data[text.len - 1]))
        return true;
    for (size_t i = 0; i < text.len; i++)
        if (memchr(",+=\"\n<>#;", text.data[i], 9) != NULL)
            return true;
    return false;
}

static void append_quoted(struct buffer *out, struct bytes text) {
    bool quotes = needs_quotes(text);
    if (quotes)
        cz_buffer_putc(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (append_control(out, "\\", text, &i))
            continue;
        if (text.data[i] == '"')
            cz_buffer_putc(out, '"');
        cz_buffer_putc(out, (char)text.data[i]);
    }
    if (quotes)
        cz_buffer_putc(out, '"');
}

static void append_slashed(struct buffer *out, struct bytes text, bool ascii) {
    bool has_equals = text.len > 0 && memchr(text.data, '=', text.len) != NULL;
    const char *special = has_equals ? "/+\\,;" : "/+\\";
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (append_control(out, "\\x", text, &i))
            continue;
        if (ascii && c >= 0x80) {
            append_hex_pair(out, "\\x", c);
            continue;
        }
        if ((c == '#' && i == 0) || (c < 0x80 && strchr(special, c) != NULL))
            cz_buffer_putc(out, '\\');
        cz_buffer_putc(out, (char)c);
    }
}

static void append_slashed_ascii(struct buffer *out, struct bytes text) {
    append_slashed(out, text, true);
}

static void append_slashed_utf8(struct buffer *out, struct bytes text) {
    append_slashed(out, text, false);
}

static const char *rfc_name(const struct name_type *type) {
    return type->name;
}

static const char *dotnet_name(const struct name_type *type) {
    return type->dotnet;
}

static const char *openssl_name(const struct name_type *type) {
    return type->openssl != NULL ? type->openssl : type->name;
}

static void append_attribute(struct buffer *out, const struct name_attribute *attribute,
                             const struct spelling *spelling) {
    CZ_CLEANUP(cz_buffer_release) struct buffer scratch = {0};
    struct bytes text;
    const struct name_type *type = cz_name_type_find(attribute->type);
    const char *name = type != NULL ? spelling->type_name(type) : NULL;
    if (name != NULL) {
        cz_buffer_puts(out, name);
    } else {
        cz_buffer_puts(out, spelling->before_oid);
        cz_oid_append(out, attribute->type);
    }
    cz_buffer_putc(out, '=');
    if ((name != NULL || !spelling->unknown_in_hex) &&
        cz_name_value_text(attribute, &scratch, &text)) {
        spelling->value(out, text);
    } else {
        cz_buffer_putc(out, '#');
        cz_buffer_hex(out, attribute->whole_value);
    }
    if (scratch.failed)
        cz_buffer_fail(out);
}

static void append_name(struct buffer *out, struct bytes name, const struct spelling *spelling) {
    struct bytes rdns[CZ_NAME_RDNS_MAX];
    size_t count = 0;
    while (count < CZ_NAME_RDNS_MAX && cz_der_take(&name, DER_SET, &rdns[count]))
        count++;
    for (size_t i = 0; i < count; i++) {
        struct name_walk walk = {.rdn = rdns[spelling->last_first ? count - 1 - i : i], .index = 1};
        struct name_attribute attribute;
        cz_buffer_puts(out, i > 0 ? spelling->between_rdns : "");
        cz_buffer_puts(out, spelling->before_rdn);
        for (bool first = true; walk.rdn.len > 0 && cz_name_next(&walk, &attribute);
             first = false) {
            cz_buffer_puts(out, first ? "" : spelling->between_attributes);
            append_attribute(out, &attribute, spelling);
        }
    }
}

void cz_name_append(struct buffer *out, struct bytes name) {
    static const struct spelling rfc4514 = {.before_rdn = "",
                                            .between_rdns = ",",
                                            .between_attributes = "+",
                                            .before_oid = "",
                                            .last_first = true,
                                            .unknown_in_hex = true,
                                            .type_name = rfc_name,
                                            .value = append_escaped};
    append_name(out, name, &rfc4514);
}

void cz_name_append_dotnet(struct buffer *out, struct bytes name) {
    static const struct spelling dotnet = {.before_rdn = "",
                                           .between_rdns = ", ",
                                           .between_attributes = " + ",
                                           .before_oid = "OID.",
                                           .last_first = true,
                                           .type_name = dotnet_name,
                                           .value = append_quoted};
    append_name(out, name, &dotnet);
}

static const struct spelling slash_form = {.before_rdn = "/",
                                           .between_rdns = "",
                                           .between_attributes = "+",
                                           .before_oid = "",
                                           .type_name = openssl_name};

void cz_name_append_openssl(struct buffer *out, struct bytes name) {
    struct spelling openssl = slash_form;
    openssl.value = append_slashed_ascii;
    append_name(out, name, &openssl);
}

void cz_name_append_slash(struct buffer *out, struct bytes name) {
    struct spelling slash = slash_form;
    slash.value = append_slashed_utf8;
    append_name(out, name, &slash);
}
