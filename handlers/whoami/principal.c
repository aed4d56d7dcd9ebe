#include "principal.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "dn.h"

#include <string.h>

#define XMLSOAP "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
#define MICROSOFT "http://schemas.microsoft.com/ws/2008/06/identity/claims/"

enum form {
    AS_IT_IS = 0,
    UPPER_CASE, /* hexadecimal, as .NET writes it */
    FIRST       /* of several values */
};

struct mapping {
    const char *type; /* what the other system calls it */
    enum claim claim;
    enum form form;
    const char *const *fallback; /* attribute types of the subject, or NULL */
};

static const char *const common_name[] = {"CN", "2.5.4.3", NULL};
static const char *const email[] = {"E", "EMAIL", "emailAddress", "1.2.840.113549.1.9.1", NULL};

static const struct mapping aspnet[] = {
    {"issuer", CLAIM_CERT_ISSUER, AS_IT_IS, NULL},
    {XMLSOAP "thumbprint", CLAIM_CERT_SHA1, UPPER_CASE, NULL},
    {XMLSOAP "x500distinguishedname", CLAIM_CERT_SUBJECT, AS_IT_IS, NULL},
    {MICROSOFT "serialnumber", CLAIM_CERT_SERIAL, UPPER_CASE, NULL},
    {XMLSOAP "dns", CLAIM_CERT_DNS, FIRST, common_name},
    {XMLSOAP "name", CLAIM_CERT_NAME, AS_IT_IS, NULL},
    {XMLSOAP "emailaddress", CLAIM_CERT_EMAIL, FIRST, email},
    {XMLSOAP "upn", CLAIM_CERT_UPN, FIRST, NULL},
    {XMLSOAP "uri", CLAIM_CERT_URI, FIRST, NULL},
};

static const struct mapping kestrun[] = {
    {"nameidentifier", CLAIM_CERT_SUBJECT, AS_IT_IS, NULL},
    {"name", CLAIM_CERT_SUBJECT, AS_IT_IS, NULL},
    {"thumbprint", CLAIM_CERT_SHA1, UPPER_CASE, NULL},
    {"issuer", CLAIM_CERT_ISSUER, AS_IT_IS, NULL},
    {"serialnumber", CLAIM_CERT_SERIAL, UPPER_CASE, NULL},
};

static const struct mapping confirmation[] = {
    {"x5t#S256", CLAIM_CERT_X5T_S256, AS_IT_IS, NULL},
};

static void upper_case(struct buffer *value) {
    for (size_t i = 0; i < value->len; i++)
        if (value->data[i] >= 'a' && value->data[i] <= 'z')
            value->data[i] = (char)(value->data[i] - 'a' + 'A');
}

static void map_value(const struct mapping *mapping, const struct claims *claims,
                      struct buffer *value) {
    const char *text = claims->values[mapping->claim];
    if (mapping->form == FIRST) {
        whoami_next_value(&text, value);
    } else {
        cz_buffer_clear(value);
        cz_buffer_puts(value, text);
    }
    if (mapping->form == UPPER_CASE)
        upper_case(value);
    if (value->len == 0 && mapping->fallback != NULL)
        whoami_dn_find(claims->values[CLAIM_CERT_SUBJECT], mapping->fallback, value);
}

static void write_object(struct buffer *out, const struct claims *claims,
                         const struct mapping *mappings, size_t count) {
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    cz_buffer_putc(out, '{');
    for (size_t i = 0; whoami_authenticated(claims) && i < count; i++) {
        map_value(&mappings[i], claims, &value);
        if (value.len > 0)
            cz_json_member(out, mappings[i].type, cz_buffer_view(&value));
    }
    cz_buffer_putc(out, '}');
}

void whoami_principal_aspnet(struct buffer *out, const struct claims *claims) {
    write_object(out, claims, aspnet, CZ_COUNT(aspnet));
}

void whoami_principal_kestrun(struct buffer *out, const struct claims *claims) {
    write_object(out, claims, kestrun, CZ_COUNT(kestrun));
}

void whoami_principal_confirmation(struct buffer *out, const struct claims *claims) {
    write_object(out, claims, confirmation, CZ_COUNT(confirmation));
}
