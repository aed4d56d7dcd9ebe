#include "response/dialects.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/name.h"
#include "certificate/oid.h"
#include "identity/values.h"

static const struct certificate *certificate_of(const struct claim_facts *facts) {
    return facts->decision->assessment->certificate;
}

static struct bytes field_of(const struct claim_facts *facts, enum identity_field field) {
    return cz_identity_field(&facts->decision->assessment->identity, field);
}

/* --- .NET ------------------------------------------------------------------------------ */

void cz_put_dotnet_subject(struct buffer *out, const struct claim_facts *facts,
                           const struct claim_source *source, struct bytes argument) {
    (void)source, (void)argument;
    cz_name_append_dotnet(out, certificate_of(facts)->subject);
}

void cz_put_dotnet_issuer(struct buffer *out, const struct claim_facts *facts,
                          const struct claim_source *source, struct bytes argument) {
    (void)source, (void)argument;
    cz_name_append_dotnet(out, certificate_of(facts)->issuer);
}

static void put_capitals(struct buffer *out, struct bytes hexadecimal) {
    for (size_t i = 0; i < hexadecimal.len; i++) {
        char c = (char)hexadecimal.data[i];
        cz_buffer_putc(out, c >= 'a' && c <= 'f' ? (char)(c - 'a' + 'A') : c);
    }
}

void cz_put_dotnet_thumbprint(struct buffer *out, const struct claim_facts *facts,
                              const struct claim_source *source, struct bytes argument) {
    (void)source, (void)argument;
    put_capitals(out, field_of(facts, IDENTITY_SHA1));
}

/* With the zero byte that stands before a first bit in the encoding. */
void cz_put_dotnet_serial(struct buffer *out, const struct claim_facts *facts,
                          const struct claim_source *source, struct bytes argument) {
    struct bytes serial = certificate_of(facts)->serial;
    (void)source, (void)argument;
    if (serial.len > 0 && (serial.data[0] & 0x80) != 0)
        cz_buffer_puts(out, "00");
    put_capitals(out, field_of(facts, IDENTITY_SERIAL));
}

void cz_put_dotnet_dns(struct buffer *out, const struct claim_facts *facts,
                       const struct claim_source *source, struct bytes argument) {
    const struct certificate *certificate = certificate_of(facts);
    (void)source, (void)argument;
    if (cz_next_name(certificate, GENERAL_NAME_DNS, NULL) != NULL)
        cz_value_first_name(out, certificate, GENERAL_NAME_DNS);
    else
        cz_value_first_attribute(out, certificate, OID_COMMON_NAME, VALUE_SINGLE);
}

void cz_put_dotnet_email(struct buffer *out, const struct claim_facts *facts,
                         const struct claim_source *source, struct bytes argument) {
    const struct certificate *certificate = certificate_of(facts);
    (void)source, (void)argument;
    if (cz_next_name(certificate, GENERAL_NAME_EMAIL, NULL) != NULL)
        cz_value_first_name(out, certificate, GENERAL_NAME_EMAIL);
    else
        cz_value_first_attribute(out, certificate, OID_EMAIL_ADDRESS, VALUE_SINGLE);
}

void cz_put_dotnet_upn(struct buffer *out, const struct claim_facts *facts,
                       const struct claim_source *source, struct bytes argument) {
    (void)source, (void)argument;
    cz_value_first_name(out, certificate_of(facts), GENERAL_NAME_OTHER);
}

void cz_put_dotnet_uri(struct buffer *out, const struct claim_facts *facts,
                       const struct claim_source *source, struct bytes argument) {
    (void)source, (void)argument;
    cz_value_first_name(out, certificate_of(facts), GENERAL_NAME_URI);
}

/* --- Envoy ----------------------------------------------------------------------------- */

/*
 * In quotes. RFC 4514 has put a backslash before every quote already, which is what Envoy wants.
 * Its other way to write a backslash is taken, \5C: after \\ some readers would take the quote that
 * ends the value for a part of it.
 */
static void put_quoted_name(struct buffer *out, struct bytes text) {
    cz_buffer_putc(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        bool escapes = text.data[i] == '\\' && i + 1 < text.len;
        cz_buffer_putc(out, (char)text.data[i]);
        if (!escapes)
            continue;
        i++;
        if (text.data[i] == '\\')
            cz_buffer_puts(out, "5C");
        else
            cz_buffer_putc(out, (char)text.data[i]);
    }
    cz_buffer_putc(out, '"');
}

/* In quotes where the value holds what has a meaning, each quote behind a backslash, as Envoy's
 * documentation says; a backslash of its own, which belongs in neither URI nor host, is encoded. */
static void put_pair(struct buffer *out, const char *key, const struct general_name *name,
                     enum value_encoding encoding) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_value_append(&text, name->value, encoding);
    if (text.failed)
        cz_buffer_fail(out);
    bool quoted = strcspn(cz_buffer_text(&text), ",;=\"") < text.len;
    cz_buffer_puts(out, key);
    cz_buffer_puts(out, quoted ? "\"" : "");
    for (const char *c = cz_buffer_text(&text); *c != '\0'; c++)
        if (*c == '\\')
            cz_buffer_puts(out, "%5C");
        else
            cz_buffer_append(out, *c == '"' ? "\\\"" : c, *c == '"' ? 2 : 1);
    cz_buffer_puts(out, quoted ? "\"" : "");
}

/* Without By, which names the proxy by its own certificate: we never see the server's. Subject and
 * URI are there even where they are empty, as Envoy writes them. */
void cz_put_xfcc(struct buffer *out, const struct claim_facts *facts,
                 const struct claim_source *source, struct bytes argument) {
    const struct certificate *certificate = certificate_of(facts);
    const struct general_name *name = cz_next_name(certificate, GENERAL_NAME_URI, NULL);
    (void)source, (void)argument;
    cz_buffer_puts(out, "Hash=");
    cz_buffer_bytes(out, field_of(facts, IDENTITY_SHA256));
    cz_buffer_puts(out, ";Subject=");
    put_quoted_name(out, field_of(facts, IDENTITY_SUBJECT));
    if (name == NULL)
        cz_buffer_puts(out, ";URI=");
    for (; name != NULL; name = cz_next_name(certificate, GENERAL_NAME_URI, name))
        put_pair(out, ";URI=", name, VALUE_URI);
    while ((name = cz_next_name(certificate, GENERAL_NAME_DNS, name)) != NULL)
        put_pair(out, ";DNS=", name, VALUE_LISTED);
}

/* --- RFC 9440 -------------------------------------------------------------------------- */

/* A Byte Sequence (RFC 8941 3.3.5). */
static void put_byte_sequence(struct buffer *out, struct bytes der) {
    cz_buffer_putc(out, ':');
    cz_base64(out, der);
    cz_buffer_putc(out, ':');
}

void cz_put_client_cert(struct buffer *out, const struct claim_facts *facts,
                        const struct claim_source *source, struct bytes argument) {
    (void)source, (void)argument;
    put_byte_sequence(out, certificate_of(facts)->der);
}

/* With the anchor: it may be left out only where the application is known to have it. */
void cz_put_client_cert_chain(struct buffer *out, const struct claim_facts *facts,
                              const struct claim_source *source, struct bytes argument) {
    const struct path *path = &facts->decision->assessment->validation.path;
    (void)source, (void)argument;
    for (size_t i = 1; i < path->count; i++) {
        if (i > 1)
            cz_buffer_puts(out, ", ");
        put_byte_sequence(out, path->certificates[i]->der);
    }
}
