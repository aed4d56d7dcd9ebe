#include "identity/identity.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/name.h"
#include "certificate/oid.h"
#include "identity/values.h"

#include <gnutls/crypto.h>

/* ASP.NET's order: CN, OU, O, E, the first attribute, the first SAN email. */
static void put_name(struct buffer *out, const struct certificate *certificate) {
    static const struct bytes preferred[] = {OID_COMMON_NAME, OID_ORGANIZATIONAL_UNIT,
                                             OID_ORGANIZATION, OID_EMAIL_ADDRESS};
    size_t before = out->len;
    struct name_attribute attribute;
    for (size_t i = 0; i < CZ_COUNT(preferred) && out->len == before && !out->failed; i++)
        cz_value_first_attribute(out, certificate, preferred[i], VALUE_SINGLE);
    struct name_walk walk = cz_name_walk(certificate->subject);
    while (out->len == before && !out->failed && cz_name_next(&walk, &attribute))
        cz_value_attribute(out, &attribute, VALUE_SINGLE);
    if (out->len == before)
        cz_value_first_name(out, certificate, GENERAL_NAME_EMAIL);
}

/* The first rfc822Name, and with it all others; else the subject's e-mail address. */
static void put_email(struct buffer *out, const struct certificate *certificate) {
    if (cz_next_name(certificate, GENERAL_NAME_EMAIL, NULL) != NULL)
        cz_values_names(out, certificate, GENERAL_NAME_EMAIL);
    else
        cz_value_first_attribute(out, certificate, OID_EMAIL_ADDRESS, VALUE_LISTED);
}

static void put_digest(struct buffer *out, gnutls_digest_algorithm_t algorithm, struct bytes data) {
    uint8_t digest[64];
    if (gnutls_hash_fast(algorithm, data.data, data.len, digest) < 0)
        cz_buffer_fail(out);
    else
        cz_buffer_hex(out, (struct bytes){.data = digest, .len = gnutls_hash_get_len(algorithm)});
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
        cz_values_names(out, certificate, GENERAL_NAME_OTHER);
        break;
    case IDENTITY_DNS:
        cz_values_names(out, certificate, GENERAL_NAME_DNS);
        break;
    case IDENTITY_URI:
        cz_values_names(out, certificate, GENERAL_NAME_URI);
        break;
    case IDENTITY_IP:
        cz_values_names(out, certificate, GENERAL_NAME_IP);
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
        cz_base64url(out, (struct bytes){.data = certificate->sha256, .len = CZ_SHA256_SIZE});
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
