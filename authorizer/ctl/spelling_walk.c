#include "ctl/spelling_walk.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/der.h"
#include "certificate/oid.h"
#include "ctl/spelling.h"
#include "identity/identity.h"

#include <arpa/inet.h>

static struct spelling *add(struct spelling_list *list, const char *name) {
    static struct spelling nowhere;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? list->capacity * 2 : 32;
        struct spelling *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL) {
            list->failed = true;
            nowhere = (struct spelling){.count = CZ_SPELLINGS_MAX};
            return &nowhere;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count] = (struct spelling){.name = name};
    return &list->items[list->count++];
}

/* A string of libconfig. */
static void put_string(struct buffer *out, struct bytes value) {
    cz_buffer_putc(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] == '"' || value.data[i] == '\\')
            cz_buffer_putc(out, '\\');
        cz_buffer_putc(out, (char)value.data[i]);
    }
    cz_buffer_putc(out, '"');
}

static void put_setting(struct buffer *out, const char *name, struct bytes value) {
    cz_buffer_puts(out, name);
    cz_buffer_puts(out, " = ");
    put_string(out, value);
    cz_buffer_putc(out, ';');
}

static const char *problem_of(struct bytes value) {
    if (value.len == 0)
        return "it is empty";
    if (!cz_utf8_valid(value) || cz_text_has_control(value))
        return "it holds control characters or no UTF-8; use another selector";
    return NULL;
}

/* One more spelling of the newest. */
static void spell(struct spelling_list *list, struct spelling *spelling, const char *name,
                  struct bytes value) {
    if (spelling->count == CZ_SPELLINGS_MAX)
        return;
    const char *problem = problem_of(value);
    if (problem != NULL) {
        spelling->problem = spelling->count == 0 ? problem : NULL;
        return;
    }
    struct buffer *text = &spelling->texts[spelling->count++];
    put_setting(text, name, value);
    list->failed |= text->failed;
}

static void add_text(struct spelling_list *list, const char *name, struct bytes value) {
    spell(list, add(list, name), name, value);
}

/* In the form of RFC 4514; where that could be read in two ways, in others. */
static void add_name(struct spelling_list *list, const char *name, struct bytes value) {
    static void (*const writers[])(struct buffer * out, struct bytes name) = {
        cz_name_append, cz_name_append_slash, cz_name_append_dotnet};
    struct spelling *spelling = add(list, name);
    if (value.len == 0)
        spelling->problem = "it is empty";
    for (size_t i = 0; value.len > 0 && i < CZ_COUNT(writers); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        writers[i](&text, value);
        spell(list, spelling, name, cz_buffer_view(&text));
        list->failed |= text.failed;
    }
}

/* Serial numbers are an issuer's own, so both go into one group. */
static void add_serial(struct spelling_list *list, const struct certificate *certificate) {
    static void (*const writers[])(struct buffer * out, struct bytes name) = {
        cz_name_append, cz_name_append_slash, cz_name_append_dotnet};
    struct spelling *spelling = add(list, "issuer and serial");
    for (size_t i = 0; i < CZ_COUNT(writers) && spelling->count < CZ_SPELLINGS_MAX; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer issuer = {0};
        CZ_CLEANUP(cz_buffer_release) struct buffer serial = {0};
        struct buffer *text = &spelling->texts[spelling->count++];
        writers[i](&issuer, certificate->issuer);
        cz_buffer_hex(&serial, certificate->serial);
        put_setting(text, "issuer", cz_buffer_view(&issuer));
        cz_buffer_putc(text, ' ');
        put_setting(text, "serial", cz_buffer_view(&serial));
        list->failed |= issuer.failed || serial.failed || text->failed;
    }
}

static void add_digests(struct spelling_list *list, const struct certificate *certificate) {
    struct identity identity;
    list->failed |= !cz_identity_read(certificate, &identity);
    if (!list->failed) {
        add_text(list, "sha256", cz_identity_field(&identity, IDENTITY_SHA256));
        add_text(list, "spki_sha256", cz_identity_field(&identity, IDENTITY_SPKI_SHA256));
    }
    cz_identity_release(&identity);
}

static void put_der(struct buffer *out, uint8_t tag, struct bytes content) {
    cz_buffer_putc(out, (char)tag);
    if (content.len < 0x80) {
        cz_buffer_putc(out, (char)content.len);
    } else {
        cz_buffer_putc(out, (char)0x84);
        for (int shift = 24; shift >= 0; shift -= 8)
            cz_buffer_putc(out, (char)(content.len >> shift & 0xff));
    }
    cz_buffer_bytes(out, content);
}

/* The attribute as a name of its own, for the writer of names. */
static void add_attribute(struct spelling_list *list, const struct name_attribute *attribute) {
    CZ_CLEANUP(cz_buffer_release) struct buffer pair = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer sequence = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    put_der(&pair, DER_OID, attribute->type);
    cz_buffer_bytes(&pair, attribute->whole_value);
    put_der(&sequence, DER_SEQUENCE, cz_buffer_view(&pair));
    put_der(&name, DER_SET, cz_buffer_view(&sequence));
    list->failed |= pair.failed || sequence.failed || name.failed;
    if (list->failed)
        return;
    cz_name_append(&text, cz_buffer_view(&name));
    add_text(list, "attribute", cz_buffer_view(&text));
    list->failed |= text.failed;
}

static void add_attributes(struct spelling_list *list, const struct certificate *certificate) {
    static const struct {
        const char *name;
        struct bytes type;
    } named[] = {{"cn", OID_COMMON_NAME}, {"ou", OID_ORGANIZATIONAL_UNIT}, {"o", OID_ORGANIZATION}};
    struct name_walk walk = cz_name_walk(certificate->subject);
    struct name_attribute attribute;
    while (cz_name_next(&walk, &attribute)) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        size_t i = 0;
        while (i < CZ_COUNT(named) && !cz_bytes_equal(named[i].type, attribute.type))
            i++;
        if (i < CZ_COUNT(named) && cz_name_value_utf8(&text, &attribute))
            add_text(list, named[i].name, cz_buffer_view(&text));
        else
            add_attribute(list, &attribute);
        list->failed |= text.failed;
    }
}

static void add_ip(struct spelling_list *list, struct bytes address) {
    char text[INET6_ADDRSTRLEN];
    int family = address.len == 4 ? AF_INET : AF_INET6;
    if ((address.len == 4 || address.len == 16) &&
        inet_ntop(family, address.data, text, sizeof text) != NULL)
        add_text(list, "ip", cz_bytes_of(text));
    else
        add(list, "ip")->problem = "it is no address";
}

static void add_upn(struct spelling_list *list, const struct general_name *name) {
    struct bytes rest = name->value, text;
    if (cz_bytes_equal(name->other_type, OID_UPN) && cz_der_take(&rest, DER_UTF8_STRING, &text))
        add_text(list, "upn", text);
}

static void add_general_name(struct spelling_list *list, const struct general_name *name,
                             size_t uri_count) {
    size_t domain;
    switch (name->type) {
    case GENERAL_NAME_DNS:
        add_text(list, "dns", name->value);
        break;
    case GENERAL_NAME_EMAIL:
        add_text(list, "email", name->value);
        break;
    case GENERAL_NAME_URI:
        add_text(list, "uri", name->value);
        if (uri_count == 1 && cz_spiffe_valid(name->value, &domain))
            add_text(list, "spiffe", name->value);
        break;
    case GENERAL_NAME_IP:
        add_ip(list, name->value);
        break;
    case GENERAL_NAME_OTHER:
        add_upn(list, name);
        break;
    default:
        break;
    }
}

static void add_general_names(struct spelling_list *list, const struct certificate *certificate) {
    size_t uri_count = 0;
    for (size_t i = 0; i < certificate->name_count; i++)
        uri_count += certificate->names[i].type == GENERAL_NAME_URI;
    for (size_t i = 0; i < certificate->name_count; i++)
        add_general_name(list, &certificate->names[i], uri_count);
}

static void add_policies(struct spelling_list *list, const struct policies_found *policies) {
    for (size_t i = 0; i < policies->count; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        cz_oid_append(&text, policies->oids[i]);
        add_text(list, "policy", cz_buffer_view(&text));
        list->failed |= text.failed;
    }
}

static void add_extension(struct spelling_list *list, const struct extension *extension) {
    struct spelling *spelling = add(list, "extension");
    if (extension->value.len > CZ_EXTENSION_SHOWN_MAX || spelling->count > 0) {
        spelling->problem = "its value is longer than 512 bytes, and left out here";
        return;
    }
    struct buffer *text = &spelling->texts[spelling->count++];
    cz_buffer_puts(text, "extension = { oid = \"");
    cz_oid_append(text, extension->oid);
    cz_buffer_puts(text, "\"; der = \"");
    cz_buffer_hex(text, extension->value);
    cz_buffer_puts(text, "\"; };");
    list->failed |= text->failed;
}

void cz_spelling_walk(struct spelling_list *list, const struct certificate *certificate,
                      const struct policies_found *policies) {
    add_name(list, "subject", certificate->subject);
    add_name(list, "issuer", certificate->issuer);
    add_serial(list, certificate);
    add_digests(list, certificate);
    add_attributes(list, certificate);
    add_general_names(list, certificate);
    add_policies(list, policies);
    for (size_t i = 0; i < certificate->extension_count; i++)
        add_extension(list, &certificate->extensions[i]);
}

void cz_spelling_list_release(struct spelling_list *list) {
    for (size_t i = 0; i < list->count; i++)
        for (size_t j = 0; j < CZ_SPELLINGS_MAX; j++) {
            cz_buffer_release(&list->items[i].texts[j]);
            cz_condition_release(&list->items[i].conditions[j]);
        }
    free(list->items);
    *list = (struct spelling_list){0};
}
