/* The pipeline: from the server's variables to the decision, each stage's refusal in turn. */
#include "../tap.h"
#include "support.h"

#include "authorize/authorize.h"
#include "base/cleanup.h"

#define RULE(text, method_list, methods_in_it, needed)                                             \
    {                                                                                              \
        .name = (char *)(uintptr_t)text, .path = (char *)(uintptr_t)text, .methods = method_list,  \
        .method_count = methods_in_it, .need = needed                                              \
    }

static char *get[] = {(char *)(uintptr_t) "GET"};
static struct rule items[] = {
    RULE("/public/", NULL, 0, NEED_NONE),
    RULE("/optional/", NULL, 0, NEED_OPTIONAL),
    RULE("/secure/", get, 1, NEED_REQUIRED),
};

/* The anchors, intermediates and rules of all tests here; the PEMs that @name@ stands for. */
static struct trust trust;
static struct policy policy = {
    .requirements = {.allow_chained = true, .check_validity = true, .max_path_length = 8},
    .revocation = {.mode = REVOCATION_NONE},
    .trust = &trust,
    .rules = {.items = items, .count = CZ_COUNT(items)},
};
static struct snapshot snapshot = {.policies = &policy, .policy_count = 1};

enum { ROOT_KEY = 1, MIDDLE_KEY, LOST_KEY };

static struct {
    const char *name;
    struct forge forge;
    const char *pem;
} pems[] = {
    {"@good@", {.subject = "good", .issuer = "root", .signer = ROOT_KEY}, NULL},
    {"@expired@",
     {.subject = "x", .issuer = "root", .signer = ROOT_KEY, .not_after = NOW - 1},
     NULL},
    {"@sha1@", {.subject = "x", .issuer = "rsa", .signer = FORGE_RSA, .sha1 = true}, NULL},
    {"@below@", {.subject = "b", .issuer = "middle", .signer = MIDDLE_KEY}, NULL},
    {"@middle@",
     {.subject = "middle", .issuer = "root", .key = MIDDLE_KEY, .signer = ROOT_KEY, .ca = true},
     NULL},
    {"@old-middle@",
     {.subject = "middle",
      .issuer = "root",
      .key = MIDDLE_KEY,
      .signer = ROOT_KEY,
      .ca = true,
      .not_after = NOW - 1},
     NULL},
    {"@no-ca@",
     {.subject = "middle", .issuer = "root", .key = MIDDLE_KEY, .signer = ROOT_KEY},
     NULL},
    {"@impostor@",
     {.subject = "root", .issuer = "root", .key = LOST_KEY, .signer = LOST_KEY, .ca = true},
     NULL},
    {"@forged@", {.subject = "x", .issuer = "root", .signer = LOST_KEY}, NULL},
    {"@impostor-middle@",
     {.subject = "middle", .issuer = "root", .key = LOST_KEY, .signer = ROOT_KEY, .ca = true},
     NULL},
    {"@old-stranger@",
     {.subject = "x", .issuer = "nobody", .signer = LOST_KEY, .not_after = NOW - 1},
     NULL},
    {"@stranger@", {.subject = "x", .issuer = "nobody", .signer = LOST_KEY}, NULL},
    {"@self@", {.subject = "s", .issuer = "s", .key = 9, .signer = 9}, NULL},
    {"@changed@",
     {.subject = "x", .issuer = "root", .signer = ROOT_KEY, .bad_signature = true},
     NULL},
};

static const char *expanded(const char *variable) {
    for (size_t i = 0; i < CZ_COUNT(pems); i++) {
        const char *at = strstr(variable, pems[i].name);
        if (at != NULL)
            return support_text("%.*s%s", (int)(at - variable), variable, pems[i].pem);
    }
    return variable;
}

static void prepare(void) {
    const struct forge root = {
        .subject = "Root", .issuer = "Root", .key = ROOT_KEY, .signer = ROOT_KEY, .ca = true};
    const struct forge rsa = {
        .subject = "rsa", .issuer = "rsa", .key = FORGE_RSA, .signer = FORGE_RSA, .ca = true};
    cz_pool_add(&trust.anchors, forge_certificate(&root));
    cz_pool_add(&trust.anchors, forge_certificate(&rsa));
    cz_pool_sort(&trust.anchors);
    if (!cz_rules_index(&policy.rules))
        support_die("out of memory");
    for (size_t i = 0; i < CZ_COUNT(pems); i++)
        pems[i].pem = (const char *)support_pem(forge_der(&pems[i].forge)).data;
}

struct request_case {
    const char *name;
    const char *variables[8];
    const char *verdict; /* "granted", "anonymous", or the reason's slug */
    enum check check;    /* of the failed entry in either trace */
};

#define SECURE "REQUEST_METHOD=GET", "REQUEST_URI=/secure/x"
#define OPTIONAL "REQUEST_METHOD=GET", "REQUEST_URI=/optional/"
#define PUBLIC "REQUEST_METHOD=PUT", "REQUEST_URI=/public/"
#define RESPONDER "FCGI_ROLE=RESPONDER"
#define CERT "SSL_CLIENT_CERT="
#define CHAIN "SSL_CLIENT_CERT_CHAIN_"

#include "authorize-cases.h"

static void read_request(struct request *request, const struct request_case *c) {
    const char *variables[CZ_COUNT(c->variables) + 1] = {NULL};
    for (size_t i = 0; i < CZ_COUNT(c->variables) && c->variables[i] != NULL; i++)
        variables[i] = expanded(c->variables[i]);
    cz_request_read(request, variables);
}

static const struct trace_entry *failure_in(const struct trace *trace) {
    for (size_t i = trace->count; i-- > 0;)
        if (trace->entries[i].outcome == OUTCOME_FAILED)
            return &trace->entries[i];
    return NULL;
}

static void check(const struct request_case *c) {
    struct request request;
    CZ_CLEANUP(cz_decision_release) struct decision decision;
    memset(&decision, 0xa5, sizeof decision);
    read_request(&request, c);
    cz_authorize(&snapshot, NULL, CZ_NO_HOLDINGS, &request, NOW, &decision);
    bool granted = decision.verdict == VERDICT_GRANTED;
    tap_is(granted && decision.anonymous ? "anonymous" : cz_reason_info(decision.reason)->slug,
           c->verdict, c->name);
    tap_ok(granted == (decision.reason == REASON_GRANTED) && !decision.remembered,
           "the verdict agrees with its reason");
    if (granted)
        return;
    const struct trace_entry *failure = failure_in(&decision.trace);
    if (failure == NULL && decision.assessment != NULL)
        failure = failure_in(&decision.assessment->validation.trace);
    tap_ok(failure != NULL && failure->check == c->check && failure->reason == decision.reason &&
               failure->detail != NULL,
           "the trace has the check %s, and not %s", cz_check_name(c->check),
           failure != NULL ? cz_check_name(failure->check) : "none");
}

static void test_memory(void) {
    CZ_CLEANUP(cz_memory_release) struct memory *memory = cz_memory_new(64, 300);
    static const struct {
        const char *uri, *pem;
        int64_t now;
        const char *verdict;
        bool remembered;
    } steps[] = {
        {"/secure/x", "@good@", NOW, "granted", false},
        {"/secure/x", "@good@", NOW + 1, "granted", true},
        {"/optional/", "@good@", NOW + 1, "granted", true},
        {"/nowhere", "@good@", NOW + 1, "no-rule", false}, /* rules are for each request */
        {"/secure/x", "@good@", NOW + 299, "granted", true},
        {"/secure/x", "@good@", NOW + 300, "granted", false},
        {"/secure/x", "@good@", VALID_UNTIL - 1, "granted", false},
        {"/secure/x", "@good@", VALID_UNTIL, "granted", true},
        {"/secure/x", "@good@", VALID_UNTIL + 1, "expired", false},
        {"/secure/x", "@expired@", NOW, "expired", false},
        {"/secure/x", "@expired@", NOW, "expired", false},
        {"/secure/x", "@expired@", NOW - 1, "granted", false},
        {"/secure/x", "@expired@", NOW - 1, "granted", true},
        {"/secure/x", "@expired@", NOW, "expired", false},
    };
    for (size_t i = 0; i < CZ_COUNT(steps); i++) {
        struct request request;
        CZ_CLEANUP(cz_decision_release) struct decision decision;
        const char *variables[] = {"REQUEST_METHOD=GET",
                                   support_text("REQUEST_URI=%s", steps[i].uri),
                                   expanded(support_text(CERT "%s", steps[i].pem)), NULL};
        cz_request_read(&request, variables);
        cz_authorize(&snapshot, memory, CZ_NO_HOLDINGS, &request, steps[i].now, &decision);
        tap_ok(strcmp(cz_reason_info(decision.reason)->slug, steps[i].verdict) == 0 &&
                   decision.remembered == steps[i].remembered,
               "step %zu: %s, %s", i, cz_reason_info(decision.reason)->slug,
               decision.remembered ? "remembered" : "judged");
    }
}

static const char *slug_for(const struct snapshot *used, const char *const *variables) {
    struct request request;
    CZ_CLEANUP(cz_decision_release) struct decision decision;
    cz_request_read(&request, variables);
    cz_authorize(used, NULL, CZ_NO_HOLDINGS, &request, NOW, &decision);
    return cz_reason_info(decision.reason)->slug;
}

static void test_size(void) {
    char *large = (char *)support_fill('x', CZ_REQUEST_SIZE_MAX).data;
    memcpy(large, "X=", 2);
    const char *const variables[] = {SECURE, expanded(CERT "@good@"), large, NULL};
    tap_is(slug_for(&snapshot, variables), "request-too-large", "more than 256 KiB of variables");
    const char *const pem[] = {SECURE, support_text(CERT "-"), NULL};
    tap_is(slug_for(&snapshot, pem), "malformed-certificate", "a hyphen for a certificate");
    char *long_pem = (char *)support_fill('-', 130 * 1024).data;
    memcpy(long_pem, CERT, strlen(CERT));
    const char *const too_long[] = {SECURE, long_pem, NULL};
    tap_is(slug_for(&snapshot, too_long), "request-too-large", "a certificate of 130 KiB");
}

static void test_self_signed(void) {
    struct pin pin;
    const struct forge forge = {.subject = "s", .issuer = "s", .key = 9, .signer = 9};
    struct bytes der = forge_der(&forge);
    const char *detail;
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = NULL;
    if (cz_certificate_parse(der, &certificate, &detail) != CERTIFICATE_OK)
        support_die("%s", detail);
    memcpy(pin.sha256, certificate->sha256, sizeof pin.sha256);
    const struct trust pins = {.pins = &pin, .pin_count = 1};
    struct policy pinning = {
        .requirements = {.allow_self_signed = true, .check_validity = true},
        .revocation = {.mode = REVOCATION_NONE},
        .trust = &pins,
        .rules = policy.rules,
    };
    const struct snapshot pinned = {.policies = &pinning, .policy_count = 1};
    const char *const own[] = {SECURE, support_text(CERT "%s", (const char *)support_pem(der).data),
                               NULL};
    const char *const other[] = {SECURE, expanded(CERT "@self@"), NULL};
    tap_is(slug_for(&pinned, own), "granted", "a pinned self-signed certificate");
    tap_is(slug_for(&pinned, other), "self-signed-not-trusted", "another of the same name and key");
}

/* More impostors of the right name than may be tried. */
static void test_crowd(void) {
    struct trust crowd = {0};
    struct policy crowding = policy;
    const struct snapshot crowded = {.policies = &crowding, .policy_count = 1};
    crowding.trust = &crowd;
    for (unsigned i = 0; i < CZ_SIGNATURE_CHECKS_MAX + 6; i++)
        cz_pool_add(&crowd.anchors,
                    forge_certificate(&(struct forge){
                        .subject = "root", .issuer = "root", .key = 10 + i, .ca = true}));
    cz_pool_sort(&crowd.anchors);
    const char *const variables[] = {SECURE, expanded(CERT "@good@"), NULL};
    tap_is(slug_for(&crowded, variables), "path-search-limit", "a crowd of impostors");
    cz_trust_release(&crowd);
}

int main(void) {
    prepare();
    for (size_t i = 0; i < CZ_COUNT(request_cases); i++)
        check(&request_cases[i]);
    test_memory();
    test_size();
    test_self_signed();
    test_crowd();
    cz_trust_release(&trust);
    return tap_done();
}
