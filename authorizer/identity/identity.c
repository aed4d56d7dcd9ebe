#include "identity/identity.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/der.h"
#include "certificate/name.h"
#include "certificate/oid.h"

#include <gnutls/crypto.h>

#include <arpa/inet.h>

enum encoding {
    ENCODE_SINGLE, /* stands alone: inner blanks may stay */
    ENCODE_LISTED, /* blanks separate values */
    ENCODE_URI,    /* listed, and its percent signs begin escapes already */
};

static bool must_encode(struct bytes text, size_t at, enum encoding encoding) {
    uint8_t c = text.data[at];
    if (c < 0x20 || c == 0x7f)
        return true;
    if (c == ' ')
        return encoding != ENCODE_SINGLE || at == 0 || at + 1 == text.len;
    if (c == '%')
        return encoding != ENCODE_URI;
    /* C1 controls are two bytes in UTF-8, both encoded */
    bool c1_lead = c == 0xc2 && at + 1 < text.len && text.data[at + 1] < 0xa0;
    bool c1_rest = at > 0 && c < 0xa0 && text.data[at - 1] == 0xc2;
    return c1_lead || (c >= 0x80 && c1_rest);
}

static void put_encoded(struct buffer *out, struct bytes text, enum encoding encoding) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (!must_encode(text, i, encoding)) {
            cz_buffer_putc(out, (char)c);
            continue;
        }
        char escape[3] = {'%', digits[c >> 4], digits[c & 15]};
        cz_buffer_append(out, escape, sizeof escape);
    }
}

static void put_attribute(struct buffer *out, const struct name_attribute *attribute,
                          enum encoding encoding) {
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    if (cz_name_value_utf8(&value, attribute))
        put_encoded(out, cz_buffer_view(&value), encoding);
    if (value.failed)
        cz_buffer_fail(out);
}

static const struct general_name *first_name(const struct certificate *certificate,
                                             enum general_name_type type) {
    for (size_t i = 0; i < certificate->name_count; i++)
        if (certificate->names[i].type == type)
            return &certificate->names[i];
    return NULL;
}

/* ASP.NET's order: CN, OU, O, E, the first attribute, the first SAN email. */
static void put_name(struct buffer *out, const struct certificate *certificate) {
    static const struct bytes preferred[] = {OID_COMMON_NAME, OID_ORGANIZATIONAL_UNIT,
                                             OID_ORGANIZATION, OID_EMAIL_ADDRESS};
    size_t before = out->len;
    struct name_attribute attribute;
    for (size_t i = 0; i < CZ_COUNT(preferred) && out->len == before && !out->failed; i++)
        if (cz_name_find(certificate->subject, preferred[i], &attribute))
            put_attribute(out, &attribute, ENCODE_SINGLE);
    struct name_walk walk = cz_name_walk(certificate->subject);
    while (out->len == before && !out->failed && cz_name_next(&walk, &attribute))
        put_attribute(out, &attribute, ENCODE_SINGLE);
    const struct general_name *email = first_name(certificate, GENERAL_NAME_EMAIL);
    if (out->len == before && email != NULL)
        put_encoded(out, email->value, ENCODE_SINGLE);
}

static void put_ip(struct buffer *out, struct bytes address) {
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(address.len == 4 ? AF_INET : AF_INET6, address.data, text, sizeof text) != NULL)
        cz_buffer_puts(out, text);
}

static void put_upn(struct buffer *out, struct bytes whole) {
    struct bytes text;
    if (cz_der_take(&whole, DER_UTF8_STRING, &text))
        put_encoded(out, text, ENCODE_LISTED);
}

static void put_general_name(struct buffer *out, const struct general_name *name) {
    switch (name->type) {
    case GENERAL_NAME_IP:
        put_ip(out, name->value);
        break;
    case GENERAL_NAME_OTHER:
        put_upn(out, name->value);
        break;
    default:
        put_encoded(out, name->value, name->type == GENERAL_NAME_URI ? ENCODE_URI : ENCODE_LISTED);
        break;
    }
}

static void put_names(struct buffer *out, const struct certificate *certificate,
                      enum general_name_type type) {
    size_t before = out->len;
    for (size_t i = 0; i < certificate->name_count; i++) {
        const struct general_name *name = &certificate->names[i];
        if (name->type != type ||
            (type == GENERAL_NAME_OTHER && !cz_bytes_equal(name->other_type, OID_UPN)))
            continue;
        if (out->len > before)
            cz_buffer_putc(out, ' ');
        put_general_name(out, name);
    }
}

/* The first rfc822Name, and with it all others; else the subject's e-mail address. */
static void put_email(struct buffer *out, const struct certificate *certificate) {
    struct name_attribute attribute;
    if (first_name(certificate, GENERAL_NAME_EMAIL) != NULL)
        put_names(out, certificate, GENERAL_NAME_EMAIL);
    else if (cz_name_find(certificate->subject, OID_EMAIL_ADDRESS, &attribute))
        put_attribute(out, &attribute, ENCODE_LISTED);
}

static void put_digest(struct buffer *out, gnutls_digest_algorithm_t algorithm, struct bytes data) {
    uint8_t digest[64];
    if (gnutls_hash_fast(algorithm, data.data, data.len, digest) < 0)
        cz_buffer_fail(out);
    else
        cz_buffer_hex(out, (struct bytes){.data = digest, .len = gnutls_hash_get_len(algorithm)});
}

static void put_base64url(struct buffer *out, const uint8_t *digest, size_t len) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i < 3 ? len - i : 3;
        uint32_t group = (uint32_t)digest[i] << 16;
        group |= left > 1 ? (uint32_t)digest[i + 1] << 8 : 0;
        group |= left > 2 ? digest[i + 2] : 0;
        for (size_t j = 0; j <= left; j++)
            cz_buffer_putc(out, alphabet[group >> (18 - 6 * j) & 63]);
    }
}

static void put_user(struct buffer *out, const struct certificate *certificate) {
    size_t before = out->len;
    cz_name_append(out, certificate->subject);
    if (out->failed || (out->len > before && out->len - before <= CZ_IDENTITY_USER_MAX))
        return;
    out->len = before;
    cz_buffer_puts(out, "sha256:");
    cz_buffer_hex(out, (struct bytes){.data = certificate->sha256, .len = CZ_SHA256_SIZE});
}

static void put_field(struct buffer *out, const struct certificate *certificate,
                      enum identity_field field) {
    switch (field) {
    case IDENTITY_USER:
        put_user(out, certificate);
        break;
    case IDENTITY_SUBJECT:
        cz_name_append(out, certificate->subject);
        break;
    case IDENTITY_ISSUER:
        cz_name_append(out, certificate->issuer);
        break;
    case IDENTITY_SERIAL:
        cz_buffer_hex(out, certificate->serial);
        break;
    case IDENTITY_NAME:
        put_name(out, certificate);
        break;
    case IDENTITY_EMAIL:
        put_email(out, certificate);
        break;
    case IDENTITY_UPN:
        put_names(out, certificate, GENERAL_NAME_OTHER);
        break;
    case IDENTITY_DNS:
        put_names(out, certificate, GENERAL_NAME_DNS);
        break;
    case IDENTITY_URI:
        put_names(out, certificate, GENERAL_NAME_URI);
        break;
    case IDENTITY_IP:
        put_names(out, certificate, GENERAL_NAME_IP);
        break;
    case IDENTITY_SHA1:
        put_digest(out, GNUTLS_DIG_SHA1, certificate->der);
        break;
    case IDENTITY_SHA256:
        cz_buffer_hex(out, (struct bytes){.data = certificate->sha256, .len = CZ_SHA256_SIZE});
        break;
    case IDENTITY_SPKI_SHA256:
        put_digest(out, GNUTLS_DIG_SHA256, certificate->spki);
        break;
    case IDENTITY_X5T_S256:
        put_base64url(out, certificate->sha256, CZ_SHA256_SIZE);
        break;
    case IDENTITY_NOT_BEFORE:
        cz_time_append(out, certificate->not_before);
        break;
    case IDENTITY_NOT_AFTER:
        cz_time_append(out, certificate->not_after);
        break;
    case IDENTITY_COUNT:
        break;
    }
}

bool cz_identity_read(const struct certificate *certificate, struct identity *identity) {
    *identity = (struct identity){0};
    cz_buffer_reserve(&identity->text, 2048);
    for (enum identity_field field = 0; field < IDENTITY_COUNT; field++) {
        identity->starts[field] = identity->text.len;
        put_field(&identity->text, certificate, field);
    }
    identity->starts[IDENTITY_COUNT] = identity->text.len;
    return !identity->text.failed;
}

struct bytes cz_identity_field(const struct identity *identity, enum identity_field field) {
    return (struct bytes){.data = (const uint8_t *)identity->text.data + identity->starts[field],
                          .len = identity->starts[field + 1] - identity->starts[field]};
}

void cz_identity_release(struct identity *identity) {
    cz_buffer_release(&identity->text);
}
