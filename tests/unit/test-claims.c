/* The claims: their budget, and that no value can make a line of its own. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "response/claim_sources.h"
#include "response/claims.h"

#include <stdlib.h>

static struct rule rule;

/* A granted decision whose identity fields are of these lengths. */
static struct decision sized(const size_t lengths[IDENTITY_COUNT]) {
    struct decision decision;
    cz_decision_init(&decision);
    decision.verdict = VERDICT_GRANTED;
    decision.reason = REASON_GRANTED;
    decision.rule = &rule;
    decision.assessment = cz_assessment_new();
    decision.assessment->certificate =
        forge_certificate(&(struct forge){.subject = "x", .issuer = "y"});
    struct identity *identity = &decision.assessment->identity;
    for (size_t i = 0; i < IDENTITY_COUNT; i++) {
        identity->starts[i] = identity->text.len;
        cz_buffer_bytes(&identity->text, support_fill('v', lengths[i]));
    }
    identity->starts[IDENTITY_COUNT] = identity->text.len;
    return decision;
}

static const char *claims_of(const struct decision *decision, int64_t now) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_claims_append(&out, decision, now);
    return (const char *)support_keep(out.data, out.len).data;
}

static bool has(const char *claims, const char *line) {
    return strstr(claims, support_text("%s\r\n", line)) != NULL;
}

static void test_line_limit(void) {
    size_t fits = CZ_CLAIM_LINE_MAX - strlen("Variable-CERT_SUBJECT: \r\n");
    for (size_t extra = 0; extra < 2; extra++) {
        size_t lengths[IDENTITY_COUNT] = {[IDENTITY_SUBJECT] = fits + extra, [IDENTITY_NAME] = 1};
        CZ_CLEANUP(cz_decision_release) struct decision decision = sized(lengths);
        const char *claims = claims_of(&decision, NOW);
        tap_ok((strstr(claims, "Variable-CERT_SUBJECT: v") != NULL) == (extra == 0),
               "a line of %zu bytes is %s", CZ_CLAIM_LINE_MAX + extra,
               extra ? "left out" : "there");
        tap_ok(has(claims, "Variable-CERTAUTHZ_TRUNCATED: CERT_SUBJECT") == (extra == 1),
               "and named %s", extra ? "as left out" : "nowhere");
        tap_ok(has(claims, "Variable-CERT_NAME: v"), "the others are there");
    }
}

static void test_whole_limit(void) {
    size_t lengths[IDENTITY_COUNT] = {
        [IDENTITY_SUBJECT] = 7900, [IDENTITY_ISSUER] = 7900, [IDENTITY_EMAIL] = 7900,
        [IDENTITY_UPN] = 7900,     [IDENTITY_DNS] = 7900,    [IDENTITY_URI] = 10};
    CZ_CLEANUP(cz_decision_release) struct decision decision = sized(lengths);
    const char *claims = claims_of(&decision, NOW);
    const char *truncated = strstr(claims, "Variable-CERTAUTHZ_TRUNCATED: ");
    tap_is(truncated, "Variable-CERTAUTHZ_TRUNCATED: CERT_DNS\r\n",
           "past 32000 bytes a claim is left out");
    tap_ok(truncated != NULL && truncated - claims <= CZ_CLAIMS_SIZE_MAX, "and the rest fits");
    tap_ok(strstr(claims, "Variable-CERT_UPN: v") != NULL &&
               has(claims, "Variable-CERT_URI: vvvvvvvvvv"),
           "what still fits behind it is there");
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_buffer_bytes(&out, support_fill('x', CZ_CLAIMS_SIZE_MAX));
    lengths[IDENTITY_DNS] = 0;
    CZ_CLEANUP(cz_decision_release) struct decision other = sized(lengths);
    cz_claims_append(&out, &other, NOW);
    tap_ok(strstr(cz_buffer_text(&out), "TRUNCATED") == NULL, "what stands before does not count");
    size_t all[IDENTITY_COUNT];
    for (size_t i = 0; i < IDENTITY_COUNT; i++)
        all[i] = CZ_CLAIM_LINE_MAX;
    CZ_CLEANUP(cz_decision_release) struct decision none = sized(all);
    tap_ok(has(claims_of(&none, NOW),
               "Variable-CERTAUTHZ_TRUNCATED: REMOTE_USER CERT_SUBJECT CERT_ISSUER CERT_SERIAL "
               "CERT_NAME CERT_SHA1 CERT_SHA256 CERT_SPKI_SHA256 CERT_X5T_S256 CERT_NOT_BEFORE "
               "CERT_NOT_AFTER CERT_EMAIL CERT_UPN CERT_DNS CERT_URI CERT_IP"),
           "every claim may be left out");
}

/* --- by plan --------------------------------------------------------------------------- */

/* A plan of the claims of these names, the last one NULL, each written as NAME or NEW=NAME. */
static struct claim_plan plan_of(const char *const *names) {
    struct claim_plan plan = {0};
    size_t count;
    const struct claim_source *sources = cz_claim_sources(&count);
    plan.items = calloc(count, sizeof *plan.items);
    for (; *names != NULL; names++) {
        struct planned_claim *claim = &plan.items[plan.count++];
        const char *own = strchr(*names, '=') != NULL ? strchr(*names, '=') + 1 : *names;
        cz_buffer_printf(&claim->line, "Variable-%.*s: ", (int)strcspn(*names, "="), *names);
        claim->source = strcmp(own, "constant") == 0 ? &cz_constant_source : NULL;
        for (size_t i = 0; i < count; i++)
            if (strcmp(sources[i].name, own) == 0)
                claim->source = &sources[i];
        cz_buffer_bytes(&claim->argument, claim->source != NULL && claim->source->argument.len > 0
                                              ? claim->source->argument
                                              : TEXT("argument"));
    }
    return plan;
}

static void test_plan(void) {
    static const char *const names[] = {
        "CERTAUTHZ", "CERTAUTHZ_TRUNCATED", "AUTH_TYPE", "WHO=REMOTE_USER",
        "CERT_DNS",  "X=constant",          NULL};
    size_t lengths[IDENTITY_COUNT] = {[IDENTITY_USER] = 2, [IDENTITY_NAME] = 3};
    CZ_CLEANUP(cz_decision_release) struct decision decision = sized(lengths);
    CZ_CLEANUP(cz_claim_plan_release) struct claim_plan plan = plan_of(names);
    const struct policy policy = {.claims = &plan};
    decision.policy = &policy;
    tap_is(claims_of(&decision, NOW),
           "Variable-CERTAUTHZ: granted\r\n"
           "Variable-AUTH_TYPE: Certificate\r\n"
           "Variable-WHO: vv\r\n"
           "Variable-X: argument\r\n",
           "the claims of a plan, under its names and no others");
    decision.anonymous = true;
    tap_is(claims_of(&decision, NOW),
           "Variable-CERTAUTHZ: anonymous\r\n"
           "Variable-X: argument\r\n",
           "those of an anonymous grant");
}

static void test_client(void) {
    struct client_claim carried[] = {{(char *)(uintptr_t) "TEAM", (char *)(uintptr_t) "red"},
                                     {(char *)(uintptr_t) "SITE", (char *)(uintptr_t) "a\nb"}};
    uint32_t roles[] = {1, 0};
    char *names[] = {(char *)(uintptr_t) "reader", (char *)(uintptr_t) "writer"};
    struct clients clients = {.roles = {.names = names, .count = 2}};
    struct client client = {.id = (char *)(uintptr_t) "build",
                            .roles = roles,
                            .role_count = 2,
                            .scopes = names,
                            .scope_count = 2,
                            .claims = carried,
                            .claim_count = 2};
    const struct policy policy = {.name = (char *)(uintptr_t) "p", .clients = &clients};
    size_t lengths[IDENTITY_COUNT] = {[IDENTITY_USER] = 2};
    CZ_CLEANUP(cz_decision_release) struct decision decision = sized(lengths);
    decision.policy = &policy;
    decision.identification.client = &client;
    decision.report_only.items[0] = (struct rule_outcome){.rule = &rule};
    decision.report_only.items[1] =
        (struct rule_outcome){.rule = &rule, .reason = REASON_NO_CERTIFICATE};
    decision.report_only.count = 2;
    tap_is(claims_of(&decision, VALID_UNTIL),
           "Variable-CERTAUTHZ: granted\r\n"
           "Variable-CERTAUTHZ_RULE: rule\r\n"
           "Variable-CERTAUTHZ_POLICY: p\r\n"
           "Variable-CERTAUTHZ_REPORT: rule granted, rule no-certificate\r\n"
           "Variable-AUTH_TYPE: Certificate\r\n"
           "Variable-REMOTE_USER: build\r\n"
           "Variable-CERTAUTHZ_CLIENT: build\r\n"
           "Variable-CERTAUTHZ_ROLES: writer reader\r\n"
           "Variable-CERTAUTHZ_SCOPES: reader writer\r\n"
           "Variable-CERT_DAYS_LEFT: 0\r\n"
           "Variable-TEAM: red\r\n"
           "Variable-CERTAUTHZ_TRUNCATED: SITE\r\n",
           "what is told of a client, what it carries last");
    decision.anonymous = true;
    tap_ok(strstr(claims_of(&decision, NOW), "build") == NULL &&
               strstr(claims_of(&decision, NOW), "TEAM") == NULL,
           "nothing of it in an anonymous grant");
}

/* RFC 9440 2.3: Client-Cert-Chain never without Client-Cert. */
static void test_chain_follows(void) {
    static const char *const names[] = {"CERTAUTHZ", "CC=CLIENT_CERT", "CLIENT_CERT_CHAIN",
                                        "CERT_NAME", NULL};
    const struct bytes more[] = {
        support_extension(TEXT("\x2a\x03\x04"), false, support_fill('x', 6000)), {NULL, 0}};
    struct certificate *root = forge_certificate(&(struct forge){.subject = "r", .issuer = "r"});
    size_t lengths[IDENTITY_COUNT] = {[IDENTITY_NAME] = 1};
    CZ_CLEANUP(cz_claim_plan_release) struct claim_plan plan = plan_of(names);
    const struct policy policy = {.claims = &plan};
    for (int large = 0; large < 2; large++) {
        CZ_CLEANUP(cz_decision_release) struct decision decision = sized(lengths);
        cz_certificate_free(decision.assessment->certificate);
        decision.assessment->certificate = forge_certificate(
            &(struct forge){.subject = "x", .issuer = "r", .more = large ? more : NULL});
        decision.assessment->validation.path =
            (struct path){.certificates = {decision.assessment->certificate, root}, .count = 2};
        decision.policy = &policy;
        const char *claims = claims_of(&decision, NOW);
        tap_ok((strstr(claims, "Variable-CC: :") != NULL) == !large &&
                   (strstr(claims, "Variable-CLIENT_CERT_CHAIN: :") != NULL) == !large,
               "both are there or neither is");
        tap_ok(has(claims, "Variable-CERTAUTHZ_TRUNCATED: CC CLIENT_CERT_CHAIN") == large,
               "and they are named by the names that they would have had");
        tap_ok(has(claims, "Variable-CERT_NAME: v"), "the next one stands");
    }
    cz_certificate_free(root);
}

/* Every claim that there is, of hostile certificates too, makes one line. */
static void plan_everything(struct claim_plan *plan) {
    size_t count;
    const struct claim_source *sources = cz_claim_sources(&count);
    const char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = sources[i].name;
    *plan = plan_of(names);
    free(names);
}

static void test_days_left(void) {
    static const struct {
        int64_t after; /* seconds from now to notAfter */
        const char *days;
    } cases[] = {{0, "0"},   {DAY - 1, "0"}, {DAY, "1"},      {30 * DAY + 5, "30"},
                 {-1, "-1"}, {-DAY, "-1"},   {-DAY - 1, "-2"}};
    size_t lengths[IDENTITY_COUNT] = {0};
    CZ_CLEANUP(cz_decision_release) struct decision decision = sized(lengths);
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_ok(has(claims_of(&decision, VALID_UNTIL - cases[i].after),
                   support_text("Variable-CERT_DAYS_LEFT: %s", cases[i].days)),
               "%s days are left", cases[i].days);
    tap_ok(strstr(claims_of(&decision, NOW), ": \r\n") == NULL, "no claim is empty");
}

/* `Variable-NAME: value`, each name once, no control inside. */
static bool well_formed(const char *claims) {
    const char *names[64];
    size_t count = 0;
    while (*claims != '\0') {
        const char *end = strstr(claims, "\r\n");
        size_t name = strspn(claims + 9, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        if (end == NULL || strncmp(claims, "Variable-", 9) != 0 || name == 0 ||
            strncmp(claims + 9 + name, ": ", 2) != 0 || count == CZ_COUNT(names))
            return false;
        names[count++] = support_text("%.*s", (int)name, claims + 9);
        for (size_t i = 0; i + 1 < count; i++)
            if (strcmp(names[i], names[count - 1]) == 0)
                return false;
        for (const char *c = claims + 11 + name; c < end; c++)
            if ((unsigned char)*c < 0x20 || *c == 0x7f)
                return false;
        claims = end + 2;
    }
    return count > 0;
}

#define EVIL "a\r\nStatus: 200 OK\r\nVariable-CERTAUTHZ: granted\r\n\r\n\0\n b \x7f\xc2\x85"

static void test_hostile_certificate(void) {
    struct bytes upn = DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_OID, OID_UPN),
                           DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_UTF8_STRING, TEXT("u: v"))));
    const struct bytes more[] = {
        support_extension(OID_SUBJECT_ALT_NAME, false,
                          DER(DER_SEQUENCE, upn, DER(DER_CONTEXT(2), TEXT("a: b, c")),
                              DER(DER_CONTEXT(6), TEXT("urn:%0d%0aStatus:%20200")))),
        {NULL, 0}};
    struct forge forge = {.subject = "x", .issuer = "y", .more = more};
    forge.parts[PART_SUBJECT] = forge.parts[PART_ISSUER] =
        DER(DER_SEQUENCE, support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, TEXT(EVIL)),
            support_rdn(OID_EMAIL_ADDRESS, DER_IA5_STRING, TEXT("a\n@x")),
            support_rdn(TEXT("\x2a\x03"), DER_UTF8_STRING, TEXT(EVIL)));
    size_t lengths[IDENTITY_COUNT] = {0};
    CZ_CLEANUP(cz_decision_release) struct decision decision = sized(lengths);
    cz_certificate_free(decision.assessment->certificate);
    cz_identity_release(&decision.assessment->identity);
    decision.assessment->certificate = forge_certificate(&forge);
    cz_identity_read(decision.assessment->certificate, &decision.assessment->identity);
    CZ_CLEANUP(cz_claim_plan_release) struct claim_plan plan;
    plan_everything(&plan);
    const struct policy policy = {.claims = &plan};
    decision.policy = &policy;
    tap_ok(well_formed(claims_of(&decision, NOW)), "not in any dialect either");
    decision.policy = NULL;
    const char *claims = claims_of(&decision, NOW);
    tap_ok(well_formed(claims), "a hostile certificate makes no line of its own");
    tap_ok(strstr(claims, "Variable-CERT_NAME: a%0D%0AStatus: 200 OK") != NULL,
           "its controls are encoded");
    tap_ok(strstr(claims, "Variable-CERT_SUBJECT: 1.2.3=#0c") != NULL, "its subject is there");
}

static void test_hostile_rule(void) {
    static const char *const names[] = {"a\r\nStatus: 200", "a\nb", "a\rb"};
    size_t lengths[IDENTITY_COUNT] = {0};
    for (size_t i = 0; i < CZ_COUNT(names); i++) {
        CZ_CLEANUP(cz_decision_release) struct decision decision = sized(lengths);
        rule.name = (char *)(uintptr_t)names[i];
        const char *claims = claims_of(&decision, NOW);
        tap_ok(well_formed(claims) && has(claims, "Variable-CERTAUTHZ_TRUNCATED: CERTAUTHZ_RULE"),
               "a rule's hostile name is left out, and told of");
        rule.name = (char *)(uintptr_t) "rule";
    }
}

int main(void) {
    rule.name = (char *)(uintptr_t) "rule";
    test_line_limit();
    test_whole_limit();
    test_plan();
    test_client();
    test_chain_follows();
    test_days_left();
    test_hostile_certificate();
    test_hostile_rule();
    return tap_done();
}
