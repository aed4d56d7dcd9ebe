#include "identity/values.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/oid.h"
#include "selector/term.h"

#include <arpa/inet.h>

static bool must_encode(struct bytes text, size_t at, enum value_encoding encoding) {
    uint8_t c = text.data[at];
    if (c < 0x20 || c == 0x7f)
        return true;
    if (c == ' ')
        return encoding != VALUE_SINGLE || at == 0 || at + 1 == text.len;
    if (c == '%')
        return encoding != VALUE_URI;
    /* C1 controls are two bytes in UTF-8, both encoded */
    bool c1_lead = c == 0xc2 && at + 1 < text.len && text.data[at + 1] < 0xa0;
    bool c1_rest = at > 0 && c < 0xa0 && text.data[at - 1] == 0xc2;
    return c1_lead || (c >= 0x80 && c1_rest);
}

static void put_escape(struct buffer *out, uint8_t c) {
    static const char digits[] = "0123456789ABCDEF";
    char escape[3] = {'%', digits[c >> 4], digits[c & 15]};
    cz_buffer_append(out, escape, sizeof escape);
}

void cz_value_append(struct buffer *out, struct bytes text, enum value_encoding encoding) {
    for (size_t i = 0; i < text.len; i++)
        if (must_encode(text, i, encoding))
            put_escape(out, text.data[i]);
        else
            cz_buffer_putc(out, (char)text.data[i]);
}

/* Where `readable`, the string; else what stands for it. */
static void put_string_or_der(struct buffer *out, bool readable, struct bytes text,
                              struct bytes der) {
    if (!readable) {
        cz_buffer_putc(out, '#');
        cz_buffer_hex(out, der);
        return;
    }
    if (text.len > 0 && text.data[0] == '#') {
        put_escape(out, '#');
        text.data++;
        text.len--;
    }
    cz_value_append(out, text, VALUE_LISTED);
}

void cz_value_attribute(struct buffer *out, const struct name_attribute *attribute,
                        enum value_encoding encoding) {
    CZ_CLEANUP(cz_buffer_release) struct buffer scratch = {0};
    struct bytes text;
    if (cz_name_value_text(attribute, &scratch, &text))
        cz_value_append(out, text, encoding);
    if (scratch.failed)
        cz_buffer_fail(out);
}

void cz_value_first_attribute(struct buffer *out, const struct certificate *certificate,
                              struct bytes type, enum value_encoding encoding) {
    struct name_attribute attribute;
    if (cz_name_find(certificate->subject, type, &attribute))
        cz_value_attribute(out, &attribute, encoding);
}

void cz_values_attribute(struct buffer *out, const struct certificate *certificate,
                         struct bytes type) {
    size_t before = out->len;
    struct name_attribute attribute;
    struct name_walk walk = cz_name_walk(certificate->subject);
    while (cz_name_next(&walk, &attribute)) {
        CZ_CLEANUP(cz_buffer_release) struct buffer scratch = {0};
        struct bytes text = {0};
        if (!cz_bytes_equal(attribute.type, type))
            continue;
        bool readable = cz_name_value_text(&attribute, &scratch, &text);
        if (scratch.failed)
            cz_buffer_fail(out);
        if (readable && text.len == 0)
            continue;
        if (out->len > before)
            cz_buffer_putc(out, ' ');
        put_string_or_der(out, readable, text, attribute.whole_value);
    }
}

void cz_value_extension(struct buffer *out, const struct certificate *certificate,
                        struct bytes oid) {
    CZ_CLEANUP(cz_buffer_release) struct buffer scratch = {0};
    const struct extension *extension = cz_certificate_extension(certificate, oid);
    struct der_element element;
    struct bytes text = {0};
    if (extension == NULL)
        return;
    struct bytes rest = extension->value;
    bool readable = cz_der_next(&rest, &element) && rest.len == 0 &&
                    cz_name_value_text(&(struct name_attribute){.value_tag = element.tag,
                                                                .value = element.content},
                                       &scratch, &text);
    if (scratch.failed)
        cz_buffer_fail(out);
    put_string_or_der(out, readable, text, extension->value);
}

const struct general_name *cz_next_name(const struct certificate *certificate,
                                        enum general_name_type type,
                                        const struct general_name *previous) {
    size_t i = previous != NULL ? (size_t)(previous - certificate->names) + 1 : 0;
    for (; i < certificate->name_count; i++) {
        const struct general_name *name = &certificate->names[i];
        if (name->type == type &&
            (type != GENERAL_NAME_OTHER || cz_bytes_equal(name->other_type, OID_UPN)))
            return name;
    }
    return NULL;
}

static void put_ip(struct buffer *out, struct bytes address) {
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(address.len == 4 ? AF_INET : AF_INET6, address.data, text, sizeof text) != NULL)
        cz_buffer_puts(out, text);
}

static void put_upn(struct buffer *out, struct bytes whole, enum value_encoding encoding) {
    struct bytes text;
    if (cz_der_take(&whole, DER_UTF8_STRING, &text))
        cz_value_append(out, text, encoding);
}

static void put_name(struct buffer *out, const struct general_name *name,
                     enum value_encoding encoding) {
    switch (name->type) {
    case GENERAL_NAME_IP:
        put_ip(out, name->value);
        break;
    case GENERAL_NAME_OTHER:
        put_upn(out, name->value, encoding);
        break;
    default:
        cz_value_append(out, name->value, name->type == GENERAL_NAME_URI ? VALUE_URI : encoding);
        break;
    }
}

void cz_values_names(struct buffer *out, const struct certificate *certificate,
                     enum general_name_type type) {
    size_t before = out->len;
    const struct general_name *name = NULL;
    while ((name = cz_next_name(certificate, type, name)) != NULL) {
        if (out->len > before)
            cz_buffer_putc(out, ' ');
        put_name(out, name, VALUE_LISTED);
    }
}

void cz_value_first_name(struct buffer *out, const struct certificate *certificate,
                         enum general_name_type type) {
    const struct general_name *name = cz_next_name(certificate, type, NULL);
    if (name != NULL)
        put_name(out, name, VALUE_SINGLE);
}

void cz_value_spiffe(struct buffer *out, const struct certificate *certificate) {
    const struct general_name *only = cz_next_name(certificate, GENERAL_NAME_URI, NULL);
    size_t domain_length;
    if (only != NULL && cz_next_name(certificate, GENERAL_NAME_URI, only) == NULL &&
        cz_spiffe_valid(only->value, &domain_length))
        cz_buffer_bytes(out, only->value);
}
