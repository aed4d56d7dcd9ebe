/*
 * Any variables of a web server, as text: a line NAME=VALUE each; in a value a vertical TAB is a
 * line feed, and @good@, @middle@, @below@, @expired@, @forged@ and @self@ are certificates made
 * when the program starts. Each request is decided with nothing configured, with a small
 * configuration, and with the same behind a proxy, the last two with and without a memory.
 */
#include "fuzz.h"

#include "../unit/json.h"
#include "../unit/support.h"

#include "authorize/authorize.h"
#include "base/cleanup.h"
#include "log/line.h"
#include "response/claim_sources.h"
#include "response/response.h"

#define VARIABLES_MAX 64

static char *get[] = {(char *)(uintptr_t) "GET", (char *)(uintptr_t) "HEAD"};
#define NAMED(text) .name = (char *)(uintptr_t)text, .path = (char *)(uintptr_t)text
static struct rule rules[] = {
    {NAMED("/public/"), .need = NEED_NONE},
    {NAMED("/optional/"), .need = NEED_OPTIONAL},
    {NAMED("/secure/"), .methods = get, .method_count = 2, .need = NEED_REQUIRED},
};
static struct trust no_trust, trust;
static struct policy nobody = {.requirements = {.allow_chained = true, .use = USE_ANY},
                               .trust = &no_trust};
static struct policy policy = {
    .requirements = {.allow_chained = true, .check_validity = true, .max_path_length = 2},
    .trust = &trust,
    .rules = {.items = rules, .count = CZ_COUNT(rules)},
};
static const struct snapshot nothing = {.policies = &nobody, .policy_count = 1};
static struct address_range proxy;
static const struct snapshot small = {.policies = &policy, .policy_count = 1};

static const struct snapshot fronted = {
    .policies = &policy,
    .policy_count = 1,
    .forwarding = {.variables = {.certificate = (char *)(uintptr_t) "HTTP_X_CERT",
                                 .chain = (char *)(uintptr_t) "HTTP_X_CHAIN"},
                   .format = FORWARDED_PEM,
                   .none = (char *)(uintptr_t) "-",
                   .proxies = &proxy,
                   .proxy_count = 1},
};

/* An intermediate, too, is a certificate that the anchor vouches for; that it may stand for a
 * client is for its usages to forbid. */
static struct token {
    const char *name;
    struct forge forge;
    bool acceptable;
    struct bytes der, pem;
} tokens[] = {
    {"@good@", {.subject = "good", .issuer = "root", .signer = 1}, true, {0}, {0}},
    {"@below@", {.subject = "below", .issuer = "middle", .signer = 2}, true, {0}, {0}},
    {"@middle@",
     {.subject = "middle", .issuer = "root", .key = 2, .signer = 1, .ca = true},
     false,
     {0},
     {0}},
    {"@expired@",
     {.subject = "x", .issuer = "root", .signer = 1, .not_after = NOW - 1},
     false,
     {0},
     {0}},
    {"@forged@", {.subject = "x", .issuer = "root", .signer = 3}, false, {0}, {0}},
    {"@self@", {.subject = "s", .issuer = "s", .key = 4, .signer = 4}, false, {0}, {0}},
};

static struct memory *memory;
static struct claim_plan everything;

/* Every claim that has a name of its own, those of the dialects too. */
static void plan_everything(void) {
    size_t count;
    const struct claim_source *sources = cz_claim_sources(&count);
    everything.items = calloc(count, sizeof *everything.items);
    REQUIRE(everything.items != NULL);
    for (size_t i = 0; i < count; i++) {
        struct planned_claim *claim = &everything.items[everything.count++];
        claim->source = &sources[i];
        cz_buffer_bytes(&claim->line, sources[i].line);
        cz_buffer_bytes(&claim->argument, sources[i].argument);
    }
}

static void prepare(void) {
    const struct forge root = {
        .subject = "root", .issuer = "root", .key = 1, .signer = 1, .ca = true};
    cz_pool_add(&trust.anchors, forge_certificate(&root));
    cz_rules_index(&policy.rules);
    cz_address_range_parse("192.0.2.0/24", &proxy);
    memory = cz_memory_new(64, 300);
    plan_everything();
    for (size_t i = 0; i < CZ_COUNT(tokens); i++) {
        tokens[i].der = forge_der(&tokens[i].forge);
        tokens[i].pem = support_pem(tokens[i].der);
    }
}

/* One line of the input as a C string that the caller frees. */
static char *variable_of(struct bytes line) {
    struct buffer out = {0};
    cz_buffer_append(&out, "", 0);
    while (line.len > 0) {
        const struct token *token = NULL;
        for (size_t i = 0; i < CZ_COUNT(tokens) && line.data[0] == '@'; i++)
            if (line.len >= strlen(tokens[i].name) &&
                memcmp(line.data, tokens[i].name, strlen(tokens[i].name)) == 0)
                token = &tokens[i];
        if (token != NULL)
            cz_buffer_bytes(&out, token->pem);
        else if (line.data[0] != '\0')
            cz_buffer_putc(&out, line.data[0] == '\v' ? '\n' : (char)line.data[0]);
        size_t used = token != NULL ? strlen(token->name) : 1;
        line.data += used;
        line.len -= used;
    }
    return out.data;
}

static void free_variables(char ***variables) {
    for (size_t i = 0; (*variables)[i] != NULL; i++)
        free((*variables)[i]);
}

static void split(struct bytes input, char **variables) {
    size_t count = 0;
    while (input.len > 0 && count < VARIABLES_MAX) {
        const uint8_t *end = memchr(input.data, '\n', input.len);
        size_t len = end != NULL ? (size_t)(end - input.data) : input.len;
        char *variable = variable_of((struct bytes){.data = input.data, .len = len});
        if (variable != NULL)
            variables[count++] = variable;
        input.data += end != NULL ? len + 1 : len;
        input.len -= end != NULL ? len + 1 : len;
    }
    variables[count] = NULL;
}

static void check_reply(const struct decision *decision, const struct request *request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    cz_response_render(&reply, decision, request->accept, "id", NOW);
    struct bytes view = cz_buffer_view(&reply);
    const uint8_t *end = memmem(view.data, view.len, "\r\n\r\n", 4);
    REQUIRE(end != NULL && memcmp(view.data, "Status: ", 8) == 0);
    struct bytes headers = {.data = view.data, .len = (size_t)(end - view.data) + 2};
    REQUIRE(fuzz_headers_are_sound(headers));
    bool status_200 = memcmp(view.data, "Status: 200 OK\r\n", 16) == 0;
    bool claims = memmem(view.data, view.len, "Variable-", 9) != NULL;
    size_t body = view.len - headers.len - 2;
    REQUIRE(status_200 == (decision->verdict == VERDICT_GRANTED));
    REQUIRE(status_200 == claims && status_200 == (body == 0));
    REQUIRE(memmem(headers.data + 8, headers.len - 8, "Status: ", 8) == NULL || status_200);
}

/* Whatever claims are sent, and what is logged. */
static void check_answer(const struct decision *decision, const struct request *request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    struct policy planned = {.claims = &everything};
    struct decision with_everything = *decision;
    with_everything.policy = &planned;
    check_reply(decision, request);
    check_reply(&with_everything, request);
    cz_log_line(&line, &(struct log_event){
                           .decision = decision, .request = request, .id = "id", .now = NOW});
    REQUIRE(json_is_line(cz_buffer_view(&line)));
}

/* Who may be granted what, said once more in other words. */
static void check_grant(const struct decision *decision, const struct request *request) {
    REQUIRE(decision->verdict == VERDICT_REFUSED || decision->verdict == VERDICT_GRANTED);
    if (decision->verdict != VERDICT_GRANTED)
        return;
    const struct rule *rule = decision->rule;
    REQUIRE(rule != NULL && request->repeated == NULL && !request->too_large);
    REQUIRE(strncmp(cz_buffer_text(&decision->path), rule->path, strlen(rule->path) - 1) == 0);
    bool forwarded = decision->forwarding == FORWARDING_HEEDED;
    REQUIRE(!forwarded || (!request->forwarded.repeated && request->forwarded.certificate.len > 0));
    if (decision->anonymous) {
        REQUIRE(!forwarded && (rule->need == NEED_NONE ||
                               (rule->need == NEED_OPTIONAL && request->certificate.len == 0)));
        return;
    }
    REQUIRE(rule->need != NEED_NONE && (forwarded || request->certificate.len > 0));
    bool acceptable = false;
    for (size_t i = 0; i < CZ_COUNT(tokens); i++)
        acceptable |= tokens[i].acceptable &&
                      cz_bytes_equal(tokens[i].der, decision->assessment->certificate->der);
    REQUIRE(acceptable);
}

static void decide(const struct snapshot *snapshot, struct memory *remembered,
                   const struct request *request, struct decision *decision) {
    cz_authorize(snapshot, remembered, CZ_NO_HOLDINGS, request, NOW, decision);
    check_grant(decision, request);
    check_answer(decision, request);
}

static void decide_twice(const struct snapshot *snapshot, const struct request *request) {
    CZ_CLEANUP(cz_decision_release) struct decision fresh;
    CZ_CLEANUP(cz_decision_release) struct decision remembered;
    decide(snapshot, NULL, request, &fresh);
    decide(snapshot, memory, request, &remembered);
    REQUIRE(fresh.verdict == remembered.verdict && fresh.reason == remembered.reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (memory == NULL)
        prepare();
    char *array[VARIABLES_MAX + 1];
    CZ_CLEANUP(free_variables) char **variables = array;
    struct request request;
    split((struct bytes){.data = data, .len = size}, variables);
    cz_request_read(&request, (const char *const *)variables);
    CZ_CLEANUP(cz_decision_release) struct decision refused;
    decide(&nothing, NULL, &request, &refused);
    REQUIRE(refused.verdict == VERDICT_REFUSED);
    decide_twice(&small, &request);
    cz_request_read_forwarded(&request, &fronted.forwarding.variables,
                              (const char *const *)variables);
    decide_twice(&fronted, &request);
    return 0;
}
