#include "response/claim_sources.h"

#include "base/cleanup.h"
#include "certificate/oid.h"
#include "identity/values.h"
#include "response/dialects.h"
#include "revocation/trace.h"

#define SECONDS_PER_DAY 86400

static void put_state(struct buffer *out, const struct claim_facts *facts,
                      const struct claim_source *source, struct bytes argument) {
    (void)source, (void)argument;
    cz_buffer_puts(out, facts->decision->anonymous ? "anonymous" : "granted");
}

static void put_rule(struct buffer *out, const struct claim_facts *facts,
                     const struct claim_source *source, struct bytes argument) {
    (void)source, (void)argument;
    cz_buffer_puts(out, facts->decision->rule->name);
}

static void put_policy_name(struct buffer *out, const struct claim_facts *facts,
                            const struct claim_source *source, struct bytes argument) {
    const struct policy *policy = facts->decision->policy;
    (void)source, (void)argument;
    if (policy != NULL && policy->name != NULL)
        cz_buffer_puts(out, policy->name);
}

/* What rules that are only reported would have done: NAME reason, separated by commas. */
static void put_report(struct buffer *out, const struct claim_facts *facts,
                       const struct claim_source *source, struct bytes argument) {
    const struct rule_outcomes *outcomes = &facts->decision->report_only;
    (void)source, (void)argument;
    for (size_t i = 0; i < outcomes->count; i++) {
        const struct rule_outcome *outcome = &outcomes->items[i];
        cz_buffer_puts(out, i > 0 ? ", " : "");
        cz_buffer_puts(out, outcome->rule->name);
        cz_buffer_putc(out, ' ');
        cz_buffer_puts(out, cz_outcome_slug(outcome));
    }
}

/* What revocation.on lets pass with a warning: revocation-stale and so on. */
static void put_warning(struct buffer *out, const struct claim_facts *facts,
                        const struct claim_source *source, struct bytes argument) {
    const struct certificate_revocation *warning = cz_decision_warning(facts->decision);
    (void)source, (void)argument;
    if (warning != NULL)
        cz_buffer_puts(out, cz_reason_info(cz_revocation_reason(warning->event))->slug);
}

/* The argument as it is. */
static void put_argument(struct buffer *out, const struct claim_facts *facts,
                         const struct claim_source *source, struct bytes argument) {
    (void)facts, (void)source;
    cz_buffer_bytes(out, argument);
}

static void put_field(struct buffer *out, const struct claim_facts *facts,
                      const struct claim_source *source, struct bytes argument) {
    (void)argument;
    cz_buffer_bytes(out, cz_identity_field(&facts->decision->assessment->identity, source->field));
}

static void put_client_id(struct buffer *out, const struct claim_facts *facts,
                          const struct claim_source *source, struct bytes argument) {
    const struct client *client = facts->decision->identification.client;
    (void)source, (void)argument;
    if (client != NULL)
        cz_buffer_puts(out, client->id);
}

/* The client's id, or, of somebody unknown, what the certificate says. */
static void put_user(struct buffer *out, const struct claim_facts *facts,
                     const struct claim_source *source, struct bytes argument) {
    if (facts->decision->identification.client != NULL)
        put_client_id(out, facts, source, argument);
    else
        put_field(out, facts, source, argument);
}

static void put_roles(struct buffer *out, const struct claim_facts *facts,
                      const struct claim_source *source, struct bytes argument) {
    const struct client *client = facts->decision->identification.client;
    (void)source, (void)argument;
    for (size_t i = 0; client != NULL && i < client->role_count; i++) {
        cz_buffer_puts(out, i > 0 ? " " : "");
        cz_buffer_puts(out, facts->decision->policy->clients->roles.names[client->roles[i]]);
    }
}

static void put_scopes(struct buffer *out, const struct claim_facts *facts,
                       const struct claim_source *source, struct bytes argument) {
    const struct client *client = facts->decision->identification.client;
    (void)source, (void)argument;
    for (size_t i = 0; client != NULL && i < client->scope_count; i++) {
        cz_buffer_puts(out, i > 0 ? " " : "");
        cz_buffer_puts(out, client->scopes[i]);
    }
}

static void put_client_claim(struct buffer *out, const struct claim_facts *facts,
                             const struct claim_source *source, struct bytes argument) {
    const struct client *client = facts->decision->identification.client;
    (void)source;
    for (size_t i = 0; client != NULL && i < client->claim_count; i++)
        if (cz_bytes_equal(cz_bytes_of(client->claims[i].name), argument))
            cz_buffer_puts(out, client->claims[i].value);
}

/* Whole days until notAfter, rounded down. */
static void put_days_left(struct buffer *out, const struct claim_facts *facts,
                          const struct claim_source *source, struct bytes argument) {
    int64_t left = facts->decision->assessment->certificate->not_after - facts->now;
    (void)source, (void)argument;
    cz_buffer_decimal(out, left >= 0 ? left / SECONDS_PER_DAY
                                     : -((-left + SECONDS_PER_DAY - 1) / SECONDS_PER_DAY));
}

/* The policies under which the path is acceptable; anyPolicy where every one is. */
static void put_policies(struct buffer *out, const struct claim_facts *facts,
                         const struct claim_source *source, struct bytes argument) {
    const struct policies_found *policies = &facts->decision->assessment->validation.policies;
    (void)source, (void)argument;
    for (size_t i = 0; i < policies->count; i++) {
        cz_buffer_puts(out, i > 0 ? " " : "");
        cz_oid_append(out, policies->oids[i]);
    }
    if (policies->count == 0 && policies->any)
        cz_oid_append(out, OID_ANY_POLICY);
}

static void put_attribute(struct buffer *out, const struct claim_facts *facts,
                          const struct claim_source *source, struct bytes argument) {
    (void)source;
    cz_values_attribute(out, facts->decision->assessment->certificate, argument);
}

static void put_extension(struct buffer *out, const struct claim_facts *facts,
                          const struct claim_source *source, struct bytes argument) {
    (void)source;
    cz_value_extension(out, facts->decision->assessment->certificate, argument);
}

static void put_spiffe(struct buffer *out, const struct claim_facts *facts,
                       const struct claim_source *source, struct bytes argument) {
    (void)source, (void)argument;
    cz_value_spiffe(out, facts->decision->assessment->certificate);
}

#define CLAIM(claim) .name = (claim), .line = CZ_BYTES("Variable-" claim ": ")
#define FIELD(claim, identity_field) CLAIM(claim), .put = put_field, .field = (identity_field)
#define ASPNET(claim) CLAIM(claim), .dialect = DIALECT_ASPNET
#define KESTRUN(claim) CLAIM(claim), .dialect = DIALECT_KESTRUN
#define XFCC(claim) CLAIM(claim), .dialect = DIALECT_XFCC
#define RFC9440(claim) CLAIM(claim), .dialect = DIALECT_RFC9440

static const struct claim_source claims[] = {
    {CLAIM("CERTAUTHZ"), .put = put_state, .always = true, .anonymous = true},
    {CLAIM("CERTAUTHZ_RULE"), .put = put_rule, .anonymous = true},
    {CLAIM("CERTAUTHZ_POLICY"), .put = put_policy_name, .anonymous = true},
    {CLAIM("CERTAUTHZ_REPORT"), .put = put_report, .anonymous = true},
    {CLAIM("CERTAUTHZ_WARNING"), .put = put_warning},
    {CLAIM("CERTAUTHZ_TRUNCATED"), .put = NULL, .always = true, .anonymous = true},
    {CLAIM("AUTH_TYPE"), .put = put_argument, .argument = CZ_BYTES("Certificate")},
    {CLAIM("REMOTE_USER"), .put = put_user, .field = IDENTITY_USER},
    {CLAIM("CERTAUTHZ_CLIENT"), .put = put_client_id},
    {CLAIM("CERTAUTHZ_ROLES"), .put = put_roles},
    {CLAIM("CERTAUTHZ_SCOPES"), .put = put_scopes},
    {FIELD("CERT_SUBJECT", IDENTITY_SUBJECT)},
    {FIELD("CERT_ISSUER", IDENTITY_ISSUER)},
    {FIELD("CERT_SERIAL", IDENTITY_SERIAL)},
    {FIELD("CERT_NAME", IDENTITY_NAME)},
    {FIELD("CERT_SHA1", IDENTITY_SHA1)},
    {FIELD("CERT_SHA256", IDENTITY_SHA256)},
    {FIELD("CERT_SPKI_SHA256", IDENTITY_SPKI_SHA256)},
    {FIELD("CERT_X5T_S256", IDENTITY_X5T_S256)},
    {FIELD("CERT_NOT_BEFORE", IDENTITY_NOT_BEFORE)},
    {FIELD("CERT_NOT_AFTER", IDENTITY_NOT_AFTER)},
    {FIELD("CERT_EMAIL", IDENTITY_EMAIL)},
    {FIELD("CERT_UPN", IDENTITY_UPN)},
    {FIELD("CERT_DNS", IDENTITY_DNS)},
    {FIELD("CERT_URI", IDENTITY_URI)},
    {FIELD("CERT_IP", IDENTITY_IP)},
    {CLAIM("CERT_DAYS_LEFT"), .put = put_days_left},
    {CLAIM("CERT_POLICIES"), .put = put_policies},
    {ASPNET("ASPNET_ISSUER"), .put = cz_put_dotnet_issuer},
    {ASPNET("ASPNET_THUMBPRINT"), .put = cz_put_dotnet_thumbprint},
    {ASPNET("ASPNET_X500DISTINGUISHEDNAME"), .put = cz_put_dotnet_subject},
    {ASPNET("ASPNET_SERIALNUMBER"), .put = cz_put_dotnet_serial},
    {ASPNET("ASPNET_DNS"), .put = cz_put_dotnet_dns},
    {ASPNET("ASPNET_NAME"), .put = put_field, .field = IDENTITY_NAME},
    {ASPNET("ASPNET_EMAIL"), .put = cz_put_dotnet_email},
    {ASPNET("ASPNET_UPN"), .put = cz_put_dotnet_upn},
    {ASPNET("ASPNET_URI"), .put = cz_put_dotnet_uri},
    {KESTRUN("KESTRUN_NAMEIDENTIFIER"), .put = cz_put_dotnet_subject},
    {KESTRUN("KESTRUN_NAME"), .put = cz_put_dotnet_subject},
    {KESTRUN("KESTRUN_THUMBPRINT"), .put = cz_put_dotnet_thumbprint},
    {KESTRUN("KESTRUN_ISSUER"), .put = cz_put_dotnet_issuer},
    {KESTRUN("KESTRUN_SERIALNUMBER"), .put = cz_put_dotnet_serial},
    {XFCC("X_FORWARDED_CLIENT_CERT"), .put = cz_put_xfcc},
    {RFC9440("CLIENT_CERT"), .put = cz_put_client_cert},
    /* RFC 9440 2.3 forbids it to stand alone. */
    {RFC9440("CLIENT_CERT_CHAIN"), .put = cz_put_client_cert_chain, .follows = true},
};

static const struct claim_source certificate_values[] = {
    {.name = "subject", .put = put_field, .field = IDENTITY_SUBJECT},
    {.name = "issuer", .put = put_field, .field = IDENTITY_ISSUER},
    {.name = "serial", .put = put_field, .field = IDENTITY_SERIAL},
    {.name = "sha256", .put = put_field, .field = IDENTITY_SHA256},
    {.name = "sha1", .put = put_field, .field = IDENTITY_SHA1},
    {.name = "spki_sha256", .put = put_field, .field = IDENTITY_SPKI_SHA256},
    {.name = "dns", .put = put_field, .field = IDENTITY_DNS},
    {.name = "email", .put = put_field, .field = IDENTITY_EMAIL},
    {.name = "uri", .put = put_field, .field = IDENTITY_URI},
    {.name = "upn", .put = put_field, .field = IDENTITY_UPN},
    {.name = "ip", .put = put_field, .field = IDENTITY_IP},
    {.name = "spiffe", .put = put_spiffe},
    {.name = "cn", .put = put_attribute, .argument = OID_COMMON_NAME},
    {.name = "ou", .put = put_attribute, .argument = OID_ORGANIZATIONAL_UNIT},
    {.name = "o", .put = put_attribute, .argument = OID_ORGANIZATION},
    {.name = "policy", .put = put_policies},
};

const struct claim_source cz_constant_source = {
    .name = "constant", .put = put_argument, .anonymous = true};
const struct claim_source cz_client_claim_source = {.name = "client", .put = put_client_claim};
const struct claim_source cz_client_id_source = {.name = "client", .put = put_client_id};
const struct claim_source cz_attribute_source = {.name = "attribute", .put = put_attribute};
const struct claim_source cz_extension_source = {.name = "extension", .put = put_extension};

const struct claim_source *cz_claim_sources(size_t *count) {
    *count = CZ_COUNT(claims);
    return claims;
}

const struct claim_source *cz_certificate_source(const char *name) {
    for (size_t i = 0; i < CZ_COUNT(certificate_values); i++)
        if (strcmp(certificate_values[i].name, name) == 0)
            return &certificate_values[i];
    return NULL;
}

void cz_name_certificate_sources(struct buffer *out) {
    for (size_t i = 0; i < CZ_COUNT(certificate_values); i++) {
        cz_buffer_puts(out, i > 0 ? ", " : "");
        cz_buffer_puts(out, certificate_values[i].name);
    }
}

const char *cz_dialect_name(enum claim_dialect dialect) {
    static const char *const names[DIALECT_COUNT] = {
        [DIALECT_ASPNET] = "aspnet",
        [DIALECT_KESTRUN] = "kestrun",
        [DIALECT_XFCC] = "xfcc",
        [DIALECT_RFC9440] = "rfc9440",
    };
    return names[dialect];
}
