#include "claims.h"

#include "base/cleanup.h"
#include "base/variables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct claim_info table[CLAIM_COUNT] = {
    [CLAIM_REMOTE_USER] = {.variable = "REMOTE_USER",
                           .label = "User",
                           .group = GROUP_AUTHORIZATION},
    [CLAIM_AUTH_TYPE] = {.variable = "AUTH_TYPE",
                         .label = "Authenticated by",
                         .group = GROUP_AUTHORIZATION},
    [CLAIM_CERTAUTHZ] = {.variable = "CERTAUTHZ",
                         .label = "Decision",
                         .group = GROUP_AUTHORIZATION},
    [CLAIM_CERTAUTHZ_RULE] = {.variable = "CERTAUTHZ_RULE",
                              .label = "Rule",
                              .group = GROUP_AUTHORIZATION},
    [CLAIM_CERTAUTHZ_CLIENT] = {.variable = "CERTAUTHZ_CLIENT",
                                .label = "Client",
                                .group = GROUP_AUTHORIZATION},
    [CLAIM_CERTAUTHZ_ROLES] = {.variable = "CERTAUTHZ_ROLES",
                               .label = "Roles",
                               .group = GROUP_AUTHORIZATION,
                               .many = true},
    [CLAIM_CERTAUTHZ_WARNING] = {.variable = "CERTAUTHZ_WARNING",
                                 .label = "Warning",
                                 .group = GROUP_AUTHORIZATION},
    [CLAIM_CERTAUTHZ_TRUNCATED] = {.variable = "CERTAUTHZ_TRUNCATED",
                                   .label = "Left out",
                                   .group = GROUP_AUTHORIZATION},
    [CLAIM_CERT_SUBJECT] = {.variable = "CERT_SUBJECT",
                            .label = "Subject",
                            .group = GROUP_CERTIFICATE},
    [CLAIM_CERT_ISSUER] = {.variable = "CERT_ISSUER",
                           .label = "Issuer",
                           .group = GROUP_CERTIFICATE},
    [CLAIM_CERT_SERIAL] = {.variable = "CERT_SERIAL",
                           .label = "Serial number",
                           .group = GROUP_CERTIFICATE,
                           .code = true},
    [CLAIM_CERT_NOT_BEFORE] = {.variable = "CERT_NOT_BEFORE",
                               .label = "Valid from",
                               .group = GROUP_CERTIFICATE},
    [CLAIM_CERT_NOT_AFTER] = {.variable = "CERT_NOT_AFTER",
                              .label = "Valid until",
                              .group = GROUP_CERTIFICATE},
    [CLAIM_CERT_DAYS_LEFT] = {.variable = "CERT_DAYS_LEFT",
                              .label = "Days left",
                              .group = GROUP_CERTIFICATE},
    [CLAIM_CERT_POLICIES] = {.variable = "CERT_POLICIES",
                             .label = "Policies",
                             .group = GROUP_CERTIFICATE,
                             .many = true,
                             .code = true},
    [CLAIM_CERT_NAME] = {.variable = "CERT_NAME", .label = "Name", .group = GROUP_NAMES},
    [CLAIM_CERT_EMAIL] = {.variable = "CERT_EMAIL",
                          .label = "E-mail",
                          .group = GROUP_NAMES,
                          .many = true},
    [CLAIM_CERT_UPN] = {.variable = "CERT_UPN",
                        .label = "Principal name",
                        .group = GROUP_NAMES,
                        .many = true},
    [CLAIM_CERT_DNS] = {.variable = "CERT_DNS",
                        .label = "Host names",
                        .group = GROUP_NAMES,
                        .many = true},
    [CLAIM_CERT_URI] = {.variable = "CERT_URI",
                        .label = "URIs",
                        .group = GROUP_NAMES,
                        .many = true},
    [CLAIM_CERT_IP] = {.variable = "CERT_IP",
                       .label = "IP addresses",
                       .group = GROUP_NAMES,
                       .many = true},
    [CLAIM_CERT_SHA1] = {.variable = "CERT_SHA1",
                         .label = "SHA-1",
                         .group = GROUP_FINGERPRINTS,
                         .code = true},
    [CLAIM_CERT_SHA256] = {.variable = "CERT_SHA256",
                           .label = "SHA-256",
                           .group = GROUP_FINGERPRINTS,
                           .code = true},
    [CLAIM_CERT_SPKI_SHA256] = {.variable = "CERT_SPKI_SHA256",
                                .label = "SHA-256 of the public key",
                                .group = GROUP_FINGERPRINTS,
                                .code = true},
    [CLAIM_CERT_X5T_S256] = {.variable = "CERT_X5T_S256",
                             .label = "x5t#S256",
                             .group = GROUP_FINGERPRINTS,
                             .code = true},
};

const struct claim_info *whoami_claim_info(enum claim claim) {
    return &table[claim];
}

void whoami_claims_read(struct claims *claims, char *const *variables) {
    for (size_t i = 0; i < CLAIM_COUNT; i++)
        claims->values[i] = cz_variable(variables, table[i].variable);
}

bool whoami_authenticated(const struct claims *claims) {
    return strcmp(claims->values[CLAIM_CERTAUTHZ], "granted") == 0 &&
           claims->values[CLAIM_REMOTE_USER][0] != '\0';
}

bool whoami_days_left(const struct claims *claims, long *days) {
    const char *text = claims->values[CLAIM_CERT_DAYS_LEFT];
    char *end = NULL;
    errno = 0;
    *days = strtol(text, &end, 10);
    return end != text && *end == '\0' && errno == 0;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool whoami_next_value(const char **rest, struct buffer *value) {
    cz_buffer_clear(value);
    const char *at = *rest + strspn(*rest, " ");
    if (*at == '\0')
        return false;
    while (*at != '\0' && *at != ' ') {
        int high = *at == '%' ? hex_digit(at[1]) : -1;
        int low = high >= 0 ? hex_digit(at[2]) : -1;
        if (low >= 0)
            cz_buffer_putc(value, (char)(high << 4 | low));
        else
            cz_buffer_putc(value, *at);
        at += low >= 0 ? 3 : 1;
    }
    *rest = at;
    return true;
}
