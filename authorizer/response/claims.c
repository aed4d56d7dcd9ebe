#include "response/claims.h"

#include "base/cleanup.h"
#include "certificate/oid.h"

#include <stdlib.h>

#define SECONDS_PER_DAY 86400

struct certificate_claim {
    const char *name;
    enum identity_field field;
};

static const struct certificate_claim certificate_claims[] = {
    {"CERT_SUBJECT", IDENTITY_SUBJECT},
    {"CERT_ISSUER", IDENTITY_ISSUER},
    {"CERT_SERIAL", IDENTITY_SERIAL},
    {"CERT_NAME", IDENTITY_NAME},
    {"CERT_SHA1", IDENTITY_SHA1},
    {"CERT_SHA256", IDENTITY_SHA256},
    {"CERT_SPKI_SHA256", IDENTITY_SPKI_SHA256},
    {"CERT_X5T_S256", IDENTITY_X5T_S256},
    {"CERT_NOT_BEFORE", IDENTITY_NOT_BEFORE},
    {"CERT_NOT_AFTER", IDENTITY_NOT_AFTER},
    {"CERT_EMAIL", IDENTITY_EMAIL},
    {"CERT_UPN", IDENTITY_UPN},
    {"CERT_DNS", IDENTITY_DNS},
    {"CERT_URI", IDENTITY_URI},
    {"CERT_IP", IDENTITY_IP},
};

struct claims {
    struct buffer *out;
    size_t start;
    struct buffer left_out; /* names, separated by blanks */
};

/* What would end the line, or a C string. Values are made without; this keeps it so. */
static bool breaks_line(struct bytes value) {
    return memchr(value.data, '\n', value.len) != NULL ||
           memchr(value.data, '\r', value.len) != NULL ||
           memchr(value.data, '\0', value.len) != NULL;
}

static void add(struct claims *claims, const char *name, struct bytes value) {
    if (value.len == 0)
        return;
    size_t line = strlen("Variable-: \r\n") + strlen(name) + value.len;
    if (line > CZ_CLAIM_LINE_MAX || claims->out->len - claims->start + line > CZ_CLAIMS_SIZE_MAX ||
        breaks_line(value)) {
        if (claims->left_out.len > 0)
            cz_buffer_putc(&claims->left_out, ' ');
        cz_buffer_puts(&claims->left_out, name);
        return;
    }
    cz_buffer_append(claims->out, "Variable-", strlen("Variable-"));
    cz_buffer_puts(claims->out, name);
    cz_buffer_append(claims->out, ": ", 2);
    cz_buffer_bytes(claims->out, value);
    cz_buffer_append(claims->out, "\r\n", 2);
}

/* Whole days until notAfter, rounded down. */
static void add_days_left(struct claims *claims, const struct certificate *certificate,
                          int64_t now) {
    CZ_CLEANUP(cz_buffer_release) struct buffer days = {0};
    int64_t left = certificate->not_after - now;
    cz_buffer_decimal(&days, left >= 0 ? left / SECONDS_PER_DAY
                                       : -((-left + SECONDS_PER_DAY - 1) / SECONDS_PER_DAY));
    add(claims, "CERT_DAYS_LEFT", cz_buffer_view(&days));
    if (days.failed)
        cz_buffer_fail(claims->out);
}

/* The policies under which the path is acceptable; anyPolicy where every one is. */
static void add_policies(struct claims *claims, const struct policies_found *policies) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    for (size_t i = 0; i < policies->count; i++) {
        if (i > 0)
            cz_buffer_putc(&text, ' ');
        cz_oid_append(&text, policies->oids[i]);
    }
    if (policies->count == 0 && policies->any)
        cz_oid_append(&text, OID_ANY_POLICY);
    if (text.failed)
        cz_buffer_fail(claims->out);
    add(claims, "CERT_POLICIES", cz_buffer_view(&text));
}

static void add_words(struct claims *claims, const char *name, char *const *words, size_t count) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            cz_buffer_putc(&text, ' ');
        cz_buffer_puts(&text, words[i]);
    }
    if (text.failed)
        cz_buffer_fail(claims->out);
    add(claims, name, cz_buffer_view(&text));
}

static void add_roles(struct claims *claims, const struct client *client,
                      const struct name_table *names) {
    CZ_CLEANUP(cz_free_ptr) char **words = calloc(client->role_count + 1, sizeof *words);
    if (words == NULL) {
        cz_buffer_fail(claims->out);
        return;
    }
    for (size_t i = 0; i < client->role_count; i++)
        words[i] = names->names[client->roles[i]];
    add_words(claims, "CERTAUTHZ_ROLES", words, client->role_count);
}

/* The client's id, or, of somebody unknown, what the certificate says. */
static void add_user(struct claims *claims, const struct decision *decision) {
    const struct client *client = decision->identification.client;
    if (client == NULL) {
        add(claims, "REMOTE_USER",
            cz_identity_field(&decision->assessment->identity, IDENTITY_USER));
        return;
    }
    add(claims, "REMOTE_USER", cz_bytes_of(client->id));
    add(claims, "CERTAUTHZ_CLIENT", cz_bytes_of(client->id));
    add_roles(claims, client, &decision->policy->clients->roles);
    add_words(claims, "CERTAUTHZ_SCOPES", client->scopes, client->scope_count);
    for (size_t i = 0; i < client->claim_count; i++)
        add(claims, client->claims[i].name, cz_bytes_of(client->claims[i].value));
}

/* What rules that are only reported would have done: NAME reason, separated by commas. */
static void add_report(struct claims *claims, const struct rule_outcomes *outcomes) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    for (size_t i = 0; i < outcomes->count; i++) {
        const struct rule_outcome *outcome = &outcomes->items[i];
        cz_buffer_printf(&text, "%s%s %s", i > 0 ? ", " : "", outcome->rule->name,
                         cz_outcome_slug(outcome));
    }
    if (text.failed)
        cz_buffer_fail(claims->out);
    add(claims, "CERTAUTHZ_REPORT", cz_buffer_view(&text));
}

static void add_certificate(struct claims *claims, const struct decision *decision, int64_t now) {
    const struct assessment *assessment = decision->assessment;
    add(claims, "AUTH_TYPE", CZ_BYTES("Certificate"));
    add_user(claims, decision);
    for (size_t i = 0; i < CZ_COUNT(certificate_claims); i++)
        add(claims, certificate_claims[i].name,
            cz_identity_field(&assessment->identity, certificate_claims[i].field));
    add_days_left(claims, assessment->certificate, now);
    add_policies(claims, &assessment->validation.policies);
}

void cz_claims_append(struct buffer *out, const struct decision *decision, int64_t now) {
    struct claims claims = {.out = out, .start = out->len};
    add(&claims, "CERTAUTHZ", cz_bytes_of(decision->anonymous ? "anonymous" : "granted"));
    add(&claims, "CERTAUTHZ_RULE", cz_bytes_of(decision->rule->name));
    if (decision->policy != NULL && decision->policy->name != NULL)
        add(&claims, "CERTAUTHZ_POLICY", cz_bytes_of(decision->policy->name));
    add_report(&claims, &decision->report_only);
    if (!decision->anonymous)
        add_certificate(&claims, decision, now);
    if (claims.left_out.len > 0) {
        cz_buffer_puts(out, "Variable-CERTAUTHZ_TRUNCATED: ");
        cz_buffer_bytes(out, cz_buffer_view(&claims.left_out));
        cz_buffer_puts(out, "\r\n");
    }
    if (claims.left_out.failed)
        cz_buffer_fail(out);
    cz_buffer_release(&claims.left_out);
}
