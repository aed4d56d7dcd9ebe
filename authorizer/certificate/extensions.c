#include "certificate/extensions.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/der.h"
#include "certificate/name.h"
#include "certificate/oid.h"

#include <stdlib.h>

static bool read_basic_constraints(struct certificate *certificate, struct bytes value) {
    struct bytes sequence, field;
    if (!cz_der_take(&value, DER_SEQUENCE, &sequence) || value.len != 0)
        return false;
    certificate->has_basic_constraints = true;
    if (cz_der_take_optional(&sequence, DER_BOOLEAN, &field) &&
        !cz_der_boolean(field, &certificate->is_ca))
        return false; /* an encoded FALSE, though not DER, is common and harmless */
    if (cz_der_take_optional(&sequence, DER_INTEGER, &field) &&
        !cz_der_small_integer(field, &certificate->path_length))
        return false;
    return sequence.len == 0;
}

static bool read_key_usage(struct certificate *certificate, struct bytes value) {
    struct bytes bits;
    if (!cz_der_take(&value, DER_BIT_STRING, &bits) || value.len != 0 || bits.len < 2 ||
        bits.len > 3 || bits.data[0] > 7)
        return false;
    /* X.690 11.2.1: unused bits are zero; read as usages they would be more than was granted */
    if ((bits.data[bits.len - 1] & ((1u << bits.data[0]) - 1)) != 0)
        return false;
    certificate->has_key_usage = true;
    certificate->key_usage = (unsigned)bits.data[1] << 8 | (bits.len > 2 ? bits.data[2] : 0u);
    return certificate->key_usage != 0;
}

static bool read_extended_key_usage(struct certificate *certificate, struct bytes value) {
    struct bytes purposes, purpose;
    if (!cz_der_take(&value, DER_SEQUENCE, &purposes) || value.len != 0 || purposes.len == 0)
        return false;
    certificate->has_extended_key_usage = true;
    certificate->extended_key_usage = purposes;
    while (purposes.len > 0)
        if (!cz_der_take(&purposes, DER_OID, &purpose) || !cz_oid_valid(purpose))
            return false;
    return true;
}

static bool read_subject_key_identifier(struct certificate *certificate, struct bytes value) {
    return cz_der_take(&value, DER_OCTET_STRING, &certificate->subject_key_identifier) &&
           value.len == 0;
}

static bool read_authority_key_identifier(struct certificate *certificate, struct bytes value) {
    struct bytes sequence;
    if (!cz_der_take(&value, DER_SEQUENCE, &sequence) || value.len != 0)
        return false;
    struct bytes issuer, serial;
    cz_der_take_optional(&sequence, DER_CONTEXT(0), &certificate->authority_key_identifier);
    cz_der_take_optional(&sequence, DER_CONTEXT_CONSTRUCTED(1), &issuer);
    cz_der_take_optional(&sequence, DER_CONTEXT(2), &serial);
    return sequence.len == 0;
}

static bool is_printable_ascii(struct bytes text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return false;
    return true;
}

static bool read_other_name(struct general_name *name, struct bytes content) {
    struct bytes wrapped;
    struct der_element inner;
    if (!cz_der_take(&content, DER_OID, &name->other_type) || !cz_oid_valid(name->other_type) ||
        !cz_der_take(&content, DER_CONTEXT_CONSTRUCTED(0), &wrapped) || content.len != 0 ||
        !cz_der_next(&wrapped, &inner) || wrapped.len != 0)
        return false;
    name->value = inner.whole;
    if (!cz_bytes_equal(name->other_type, OID_UPN))
        return true;
    return inner.tag == DER_UTF8_STRING && cz_utf8_valid(inner.content) &&
           !cz_text_has_control(inner.content);
}

static bool read_directory_name(struct general_name *name, struct bytes content) {
    return cz_der_take(&content, DER_SEQUENCE, &name->value) && content.len == 0 &&
           cz_name_valid(name->value);
}

/* The rules for what stands inside are those of RFC 5280 4.2.1.6. */
bool cz_general_name_read(struct general_name *name, const struct der_element *element) {
    unsigned number = element->tag & 0x1f;
    bool constructed = number == GENERAL_NAME_OTHER || number == GENERAL_NAME_X400 ||
                       number == GENERAL_NAME_DIRECTORY || number == GENERAL_NAME_EDI;
    if (number > GENERAL_NAME_REGISTERED_ID ||
        element->tag != (constructed ? DER_CONTEXT_CONSTRUCTED(number) : DER_CONTEXT(number)))
        return false;
    *name =
        (struct general_name){.type = (enum general_name_type)number, .value = element->content};
    switch (name->type) {
    case GENERAL_NAME_OTHER:
        return read_other_name(name, element->content);
    case GENERAL_NAME_DIRECTORY:
        return read_directory_name(name, element->content);
    case GENERAL_NAME_EMAIL:
    case GENERAL_NAME_DNS:
        return name->value.len > 0 && is_printable_ascii(name->value);
    case GENERAL_NAME_URI: /* no blank: RFC 3986 has none, and our claims encode it */
        return name->value.len > 0 && is_printable_ascii(name->value) &&
               memchr(name->value.data, ' ', name->value.len) == NULL;
    case GENERAL_NAME_IP:
        return name->value.len == 4 || name->value.len == 16;
    case GENERAL_NAME_REGISTERED_ID:
        return cz_oid_valid(name->value);
    case GENERAL_NAME_X400:
    case GENERAL_NAME_EDI:
        return true;
    }
    return false;
}

static enum certificate_status read_alternative_names(struct certificate *certificate,
                                                      struct bytes value, const char **detail) {
    struct bytes sequence;
    struct der_element element;
    size_t count = 0;
    *detail = "the subject alternative name is malformed";
    if (!cz_der_take(&value, DER_SEQUENCE, &sequence) || value.len != 0 || sequence.len == 0)
        return CERTIFICATE_MALFORMED;
    for (struct bytes rest = sequence; rest.len > 0; count++)
        if (!cz_der_next(&rest, &element))
            return CERTIFICATE_MALFORMED;
    certificate->names = calloc(count, sizeof *certificate->names);
    if (certificate->names == NULL)
        return CERTIFICATE_NO_MEMORY;
    certificate->name_count = count;
    for (size_t i = 0; i < count; i++)
        if (!cz_der_next(&sequence, &element) ||
            !cz_general_name_read(&certificate->names[i], &element))
            return CERTIFICATE_MALFORMED;
    return CERTIFICATE_OK;
}

/* Nothing hangs on these names, so they are not kept. */
static bool are_general_names(struct bytes value) {
    struct bytes sequence;
    struct der_element element;
    struct general_name name;
    if (!cz_der_take(&value, DER_SEQUENCE, &sequence) || value.len != 0 || sequence.len == 0)
        return false;
    while (sequence.len > 0)
        if (!cz_der_next(&sequence, &element) || !cz_general_name_read(&name, &element))
            return false;
    return true;
}

struct reader {
    struct bytes oid;
    bool (*read)(struct certificate *certificate, struct bytes value);
    const char *detail;
};

static const struct reader readers[] = {
    {OID_BASIC_CONSTRAINTS, read_basic_constraints, "the basic constraints are malformed"},
    {OID_KEY_USAGE, read_key_usage, "the key usage is malformed"},
    {OID_EXTENDED_KEY_USAGE, read_extended_key_usage, "the extended key usage is malformed"},
    {OID_SUBJECT_KEY_IDENTIFIER, read_subject_key_identifier,
     "the subject key identifier is malformed"},
    {OID_AUTHORITY_KEY_IDENTIFIER, read_authority_key_identifier,
     "the authority key identifier is malformed"},
};

static enum certificate_status read_known(struct certificate *certificate,
                                          const struct extension *extension, const char **detail) {
    if (cz_bytes_equal(extension->oid, OID_SUBJECT_ALT_NAME))
        return read_alternative_names(certificate, extension->value, detail);
    /* where it is not critical nobody reads it */
    if (extension->critical && cz_bytes_equal(extension->oid, OID_ISSUER_ALT_NAME)) {
        *detail = "the issuer alternative name is malformed";
        return are_general_names(extension->value) ? CERTIFICATE_OK : CERTIFICATE_MALFORMED;
    }
    for (size_t i = 0; i < CZ_COUNT(readers); i++) {
        if (!cz_bytes_equal(extension->oid, readers[i].oid))
            continue;
        *detail = readers[i].detail;
        return readers[i].read(certificate, extension->value) ? CERTIFICATE_OK
                                                              : CERTIFICATE_MALFORMED;
    }
    return CERTIFICATE_OK;
}

bool cz_extension_next(struct bytes *list, struct extension *extension) {
    struct bytes sequence, critical;
    *extension = (struct extension){0};
    if (!cz_der_take(list, DER_SEQUENCE, &sequence) ||
        !cz_der_take(&sequence, DER_OID, &extension->oid) || !cz_oid_valid(extension->oid))
        return false;
    if (cz_der_take_optional(&sequence, DER_BOOLEAN, &critical) &&
        !cz_der_boolean(critical, &extension->critical))
        return false;
    return cz_der_take(&sequence, DER_OCTET_STRING, &extension->value) && sequence.len == 0;
}

enum certificate_status cz_extensions_read(struct certificate *certificate, struct bytes list,
                                           const char **detail) {
    while (list.len > 0) {
        struct extension extension;
        if (certificate->extension_count == CZ_CERTIFICATE_EXTENSIONS_MAX) {
            *detail = "more than 64 extensions";
            return CERTIFICATE_MALFORMED;
        }
        if (!cz_extension_next(&list, &extension)) {
            *detail = "an extension is malformed";
            return CERTIFICATE_MALFORMED;
        }
        if (cz_certificate_extension(certificate, extension.oid) != NULL) {
            *detail = "an extension is there twice (RFC 5280 4.2)";
            return CERTIFICATE_MALFORMED;
        }
        certificate->extensions[certificate->extension_count++] = extension;
        enum certificate_status status = read_known(certificate, &extension, detail);
        if (status != CERTIFICATE_OK)
            return status;
    }
    return CERTIFICATE_OK;
}
