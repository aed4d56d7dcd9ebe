/*
 * Memory that runs out at every place in turn: a refusal may become another, but nothing is ever
 * granted that would not have been, and the reply is always a whole one.
 */
#include "../tap.h"
#include "faults.h"
#include "json.h"
#include "support.h"

#include "authorize/authorize.h"
#include "base/cleanup.h"
#include "config/claims.h"
#include "config/portions.h"
#include "config/setup.h"
#include "config/tree.h"
#include "log/line.h"
#include "response/response.h"

static struct rule rule = {.name = (char *)(uintptr_t) "r", .path = (char *)(uintptr_t) "/"};
static struct trust trust;
static struct policy policy = {
    .requirements = {.allow_chained = true, .check_validity = true, .max_path_length = 8},
    .trust = &trust,
    .rules = {.items = &rule, .count = 1},
};
static struct snapshot snapshot = {.policies = &policy, .policy_count = 1};

struct outcome_of {
    enum verdict verdict;
    enum reason reason;
    size_t reply_len, line_len;
    char reply[8192];
    char line[4096];
};

/* One request, with the nth allocation failing; false where it was not reached. */
static bool run(const char *const *variables, struct memory *memory, long nth, bool keep,
                struct outcome_of *outcome) {
    struct request request;
    struct decision decision;
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    faults_begin(nth, keep);
    cz_request_read(&request, variables);
    cz_request_read_forwarded(&request, &snapshot.forwarding.variables, variables);
    cz_authorize(&snapshot, memory, CZ_NO_HOLDINGS, &request, NOW, &decision);
    cz_response_render(&reply, &decision, request.accept, "id", NOW);
    cz_log_line(&line, &(struct log_event){
                           .decision = &decision, .request = &request, .id = "id", .now = NOW});
    bool failed_once = faults_end();
    outcome->verdict = decision.verdict;
    outcome->reason = decision.reason;
    outcome->reply_len = reply.failed ? 0 : reply.len;
    outcome->line_len = line.failed ? 0 : line.len;
    snprintf(outcome->reply, sizeof outcome->reply, "%s", cz_buffer_text(&reply));
    snprintf(outcome->line, sizeof outcome->line, "%s", cz_buffer_text(&line));
    cz_decision_release(&decision);
    return failed_once;
}

/* What came out with a failure inside, against what comes out without. */
static bool is_safe(const struct outcome_of *outcome, const struct outcome_of *sound) {
    bool same = outcome->reason == sound->reason && outcome->verdict == sound->verdict;
    bool refused = outcome->verdict == VERDICT_REFUSED && outcome->reason != REASON_GRANTED;
    const char *failure = cz_response_failure();
    bool whole =
        strcmp(outcome->reply, sound->reply) == 0 || strcmp(outcome->reply, failure) == 0 ||
        outcome->reply_len == 0 ||
        (strncmp(outcome->reply, "Status: 200", 11) != 0 &&
         strstr(outcome->reply, "\r\n\r\n") != NULL && strstr(outcome->reply, "Variable-") == NULL);
    bool logged = outcome->line_len == 0 ||
                  json_is_line((struct bytes){.data = (const uint8_t *)outcome->line,
                                              .len = outcome->line_len});
    return (same || refused) && whole && logged;
}

static void check(const char *name, const char *const *variables, bool remember) {
    static struct outcome_of sound, outcome;
    CZ_CLEANUP(cz_memory_release)
    struct memory *memory = remember ? cz_memory_new(64, 300) : NULL;
    run(variables, NULL, -1, false, &sound);
    for (int keep = 0; keep < 2; keep++) {
        long reached = 0, unsafe = -1;
        while (reached < 10000 && run(variables, memory, reached, keep, &outcome)) {
            if (!is_safe(&outcome, &sound) && unsafe < 0) {
                unsafe = reached;
                printf("# %s: %.60s\n", cz_reason_info(outcome.reason)->slug, outcome.reply);
            }
            reached++;
        }
        tap_ok(unsafe < 0, "%s%s: safe at each of %ld allocations%s (%ld)", name,
               remember ? ", remembered" : "", reached, keep ? " and all that follow" : "", unsafe);
        tap_ok(reached >= (remember ? 2 : 3) && reached < 10000, "which were reached");
        tap_ok(outcome.verdict == sound.verdict && strcmp(outcome.reply, sound.reply) == 0,
               "and without a failure it is as ever");
    }
}

static bool count_elements(void *context, const config_setting_t *portion, size_t first,
                           struct error *error) {
    size_t *count = context;
    *count += (size_t)config_setting_length(portion);
    return first < *count || cz_error_set(error, "out of order");
}

static const char claims_text[] =
    "claims: { send = [ \"CERT_NAME\", \"REMOTE_USER\", \"AUTH_TYPE\" ];\n"
    "  rename = { CERT_NAME = \"WHO\"; };\n"
    "  add = { A = { constant = \"c\"; }; B = { certificate = \"ou\"; };\n"
    "    C = { attribute = \"serialNumber\"; }; D = { extension = \"1.2.3.4\"; }; };\n"
    "  dialects = [ \"aspnet\", \"kestrun\", \"xfcc\", \"rfc9440\" ]; };\n";
#define CLAIMS_PLANNED (3 + 2 + 4 + 14 + 1 + 2)

/* All of the plan, or an error that says why. */
static void check_plan(struct claim_plan *plan) {
    CZ_CLEANUP(cz_source_release) struct source source;
    CZ_CLEANUP(cz_tree_release) struct config_tree tree = {.source = NULL};
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
    struct error error = {0};
    cz_buffer_puts(&content, claims_text);
    if (!cz_source_parse("faults.conf", &content, &source, &error) ||
        !cz_tree_parse(&source, &tree, &error))
        support_die("%s", error.message);
    for (int keep = 0; keep < 2; keep++) {
        long reached = -1, unsafe = -1;
        bool failed_once, planned;
        do {
            cz_claim_plan_release(plan);
            error.message[0] = '\0';
            faults_begin(++reached, keep);
            planned = cz_config_read_claims(config_lookup(&tree.parsed, "claims"), NULL, &notices,
                                            plan, &error);
            failed_once = faults_end();
            bool whole = planned && plan->count == CLAIMS_PLANNED;
            if (whole == (strstr(error.message, "out of memory") != NULL) && unsafe < 0)
                unsafe = reached;
        } while (failed_once && reached < 10000);
        tap_ok(unsafe < 0, "claims: an error at each of %ld allocations%s (%ld)", reached,
               keep ? " and all that follow" : "", unsafe);
        tap_ok(reached > CLAIMS_PLANNED && reached < 10000, "which were reached");
        tap_ok(planned && plan->count == CLAIMS_PLANNED && error.message[0] == '\0',
               "and without a failure it is whole (%s)", error.message);
    }
}

/* A configuration with an include and a list in two portions; false where a failure was not
 * reached. */
static bool load(const struct buffer *content, long nth, bool keep, size_t *count,
                 struct error *error) {
    CZ_CLEANUP(cz_source_release) struct source source;
    CZ_CLEANUP(cz_tree_release) struct config_tree tree = {.source = NULL};
    faults_begin(nth, keep);
    if (cz_source_parse("faults.conf", content, &source, error) &&
        cz_tree_parse(&source, &tree, error))
        cz_portions_read(config_lookup(&tree.parsed, "clients"), count_elements, count, error);
    return faults_end();
}

/* All of it, or an error that says why; never a part of the clients without one. */
static void check_configuration(void) {
    static const char name[] = "test-faults.inc";
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    FILE *stream = fopen(name, "w");
    if (stream == NULL || fputs("log = { };\n", stream) < 0 || fclose(stream) != 0)
        support_die("%s cannot be written", name);
    cz_buffer_printf(&content, "@include \"%s\"\nclients = (", name);
    for (int i = 0; i <= CZ_PORTION_ELEMENTS; i++)
        cz_buffer_puts(&content, i > 0 ? ", 0" : "0");
    cz_buffer_puts(&content, ");\n");
    for (int keep = 0; keep < 2; keep++) {
        long reached = 0, unsafe = -1;
        struct error error = {0};
        size_t count = 0;
        while (reached < 10000 && load(&content, reached, keep, &count, &error)) {
            if (strstr(error.message, "out of memory") == NULL && unsafe < 0)
                unsafe = reached;
            reached++;
            count = 0;
            error.message[0] = '\0';
        }
        tap_ok(unsafe < 0, "a configuration: an error at each of %ld allocations%s (%ld)", reached,
               keep ? " and all that follow" : "", unsafe);
        tap_ok(reached >= 6 && reached < 10000, "which were reached");
        tap_ok(count == CZ_PORTION_ELEMENTS + 1 && error.message[0] == '\0',
               "and without a failure it is whole (%s)", error.message);
    }
    remove(name);
}

#define SETUP_FILE "test-faults.conf"
#define ANCHOR_FILE "test-faults.pem"

static void write_file(const char *name, struct bytes content) {
    FILE *stream = fopen(name, "w");
    if (stream == NULL || fwrite(content.data, 1, content.len, stream) != content.len ||
        fclose(stream) != 0)
        support_die("%s cannot be written", name);
}

/* Each policy has all of it. */
static bool has_revocation(const struct setup *setup, size_t number) {
    const struct revocation_settings *settings = &setup->snapshot.policies[number].revocation;
    return setup->config.revocation.crls.count == 2 && settings->responder_count == 1 &&
           settings->authority_count == 2 && settings->authorities[0].subject_canonical.len > 0 &&
           settings->authorities[1].key_id.len == 2;
}

static bool has_forwarding(const struct setup *setup) {
    const struct forwarding *forwarding = &setup->snapshot.forwarding;
    return forwarding->proxy_count == 2 && setup->config.forwarded.proxies.count == 2 &&
           strcmp(forwarding->variables.certificate, "HTTP_X_CERT") == 0 &&
           strcmp(forwarding->variables.chain, "HTTP_X_CHAIN") == 0;
}

/* Clients, conditions, revocation, proxies and policies are loaded whole, or there is an error that
 * says why; and who is judged by them when memory runs out is refused. */
static void check_clients(const struct forge *root, const char *const *variables,
                          const char *const *forwarded) {
    static const char text[] =
        "trust: { anchors = [ \"" ANCHOR_FILE "\" ]; };\n"
        "clients = ( { id = \"a\"; roles = [ \"r\", \"s\" ]; scopes = [ \"t\" ]; claims: { X = "
        "\"1\"; };\n"
        "    credentials = ( { cn = [ \"c\", \"d\" ]; not: { ou = \"x\"; }; }, { name = \"n\"; "
        "spki_sha256 = "
        "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"; } ); },\n"
        "  { id = \"b\"; credentials = ( { any = ( { uri = \"u:x\"; }, { subject = \"CN=e,O=f\"; } "
        "); } ); } );\n"
        "rules = ( { path = \"/\"; action = \"deny\"; clients = [ \"b\" ]; },\n"
        "  { glob = \"/**\"; certificate = \"required\"; enforce = false; methods = [ \"GET\" ]; "
        "},\n"
        "  { path = \"/\"; certificate = \"required\"; roles = [ \"s\" ]; issuers = [ \"CN=r\" ];\n"
        "    condition: { extension: { oid = \"1.2\"; text = \"x\"; }; }; otherwise = \"next\"; "
        "},\n"
        "  { path = \"/\"; name = \"r\"; certificate = \"required\"; hosts = [ \"h\" ]; from = [ "
        "\"::/0\" ]; } );\n"
        "revocation: { mode = \"none\"; store = \"s\"; crls = [ \"f\", \"http://h/\" ]; hosts = [ "
        "\"h\" ];\n"
        "  on: { stale = \"warn\"; ca: { stale = \"deny\"; }; };\n"
        "  authorities = ( { subject = \"CN=x,O=y\"; on: { unknown = \"allow\"; }; }, { key_id = "
        "\"00:11\"; on: { root: { stale = \"allow\"; }; }; } );\n"
        "  ocsp: { responders = [ \"http://o/\" ]; signers = [ \"" ANCHOR_FILE "\" ]; }; };\n"
        "forwarded: { header = \"X-Cert\"; chain = \"X-Chain\"; format = \"pem-escaped\"; proxies "
        "= [ \"::1\", \"10.0.0.0/8\" ]; };\n"
        "policies: { p: { certificates: { purposes = [ \"1.2.3\" ]; }; clients = ( ); rules = ( ); "
        "revocation: { mode = \"none\"; }; }; };\n";
    struct setup setup;
    write_file(SETUP_FILE, cz_bytes_of(text));
    write_file(ANCHOR_FILE, support_pem(forge_der(root)));
    struct error none = {0};
    if (!cz_setup_load(SETUP_FILE, &setup, &none))
        support_die("%s", none.message);
    size_t terms = setup.snapshot.vocabulary.count;
    cz_setup_release(&setup);
    for (int keep = 0; keep < 2; keep++) {
        long reached = 0, unsafe = -1;
        for (bool failed = true; failed && reached < 10000; reached += failed) {
            struct error error = {0};
            faults_begin(reached, keep);
            bool good = cz_setup_load(SETUP_FILE, &setup, &error);
            failed = faults_end();
            /* what is only put together for a message may fail, and is not needed then */
            bool safe = good ? setup.snapshot.vocabulary.count == terms &&
                                   setup.snapshot.policy_count == 2 &&
                                   setup.snapshot.policies[0].rules.count == 4 &&
                                   has_revocation(&setup, 0) && has_revocation(&setup, 1) &&
                                   has_forwarding(&setup)
                             : failed && error.message[0] != '\0';
            if (!safe && unsafe < 0) {
                unsafe = reached;
                printf("# %s\n", error.message);
            }
            cz_setup_release(&setup);
        }
        tap_ok(unsafe < 0 && reached > 50 && reached < 10000,
               "clients and rules: an error at each of %ld allocations%s (%ld)", reached,
               keep ? " and all that follow" : "", unsafe);
    }
    if (!cz_setup_load(SETUP_FILE, &setup, &none))
        support_die("%s", none.message);
    snapshot = setup.snapshot;
    check("a client", variables, false);
    check("a client", variables, true);
    check("a client behind a proxy", forwarded, false);
    check("a client behind a proxy", forwarded, true);
    cz_setup_release(&setup);
    remove(SETUP_FILE);
    remove(ANCHOR_FILE);
}

/* The variable of a header with the percent-encoded PEM. */
static const char *escaped(const char *name, struct bytes der) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct bytes pem = support_pem(der);
    cz_buffer_puts(&out, name);
    for (size_t i = 0; i < pem.len; i++)
        cz_buffer_printf(&out, pem.data[i] <= ' ' ? "%%%02X" : "%c", pem.data[i]);
    return support_text("%s", cz_buffer_text(&out));
}

int main(void) {
    const struct forge root = {.subject = "r", .issuer = "r", .key = 1, .signer = 1, .ca = true};
    const struct forge middle = {.subject = "m", .issuer = "r", .key = 2, .signer = 1, .ca = true};
    const struct forge good = {.subject = "c", .issuer = "m", .signer = 2};
    const struct forge forged = {.subject = "c", .issuer = "r", .signer = 3};
    cz_pool_add(&trust.anchors, forge_certificate(&root));
    if (!cz_rules_index(&policy.rules))
        support_die("out of memory");
    const char *chain = support_text("SSL_CLIENT_CERT_CHAIN_0=%s",
                                     (const char *)support_pem(forge_der(&middle)).data);
    const char *with =
        support_text("SSL_CLIENT_CERT=%s", (const char *)support_pem(forge_der(&good)).data);
    const char *without =
        support_text("SSL_CLIENT_CERT=%s", (const char *)support_pem(forge_der(&forged)).data);
    const char *const granted[] = {"REQUEST_METHOD=GET", "REQUEST_URI=/", with, chain, NULL};
    const char *const refused[] = {"REQUEST_METHOD=GET", "REQUEST_URI=/", without,
                                   "HTTP_ACCEPT=text/html", NULL};
    const char *const lost[] = {"REQUEST_METHOD=GET", "REQUEST_URI=/", with,
                                "HTTP_ACCEPT=application/json", NULL};
    check("a good certificate", granted, false);
    check("a good certificate", granted, true);
    check("a forged certificate", refused, false);
    check("a forged certificate", refused, true);
    check("a certificate without its intermediate", lost, false);
    check_configuration();
    CZ_CLEANUP(cz_claim_plan_release) struct claim_plan plan = {0};
    check_plan(&plan);
    policy.claims = &plan;
    const struct bytes more[] = {
        support_extension(TEXT("\x2a\x03\x04"), false, TEXT("\x1e\x04\x00\xe9\x00\xe9")),
        support_extension(OID_SUBJECT_ALT_NAME, false,
                          DER(DER_SEQUENCE, DER(DER_CONTEXT(2), TEXT("a,b")),
                              DER(DER_CONTEXT(6), TEXT("urn:x:a=b")))),
        {NULL, 0}};
    struct forge named = {.subject = "c", .issuer = "m", .signer = 2, .more = more};
    named.parts[PART_SUBJECT] =
        DER(DER_SEQUENCE, support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, TEXT("c")),
            support_rdn(OID_ORGANIZATIONAL_UNIT, DER_BMP_STRING, TEXT("\0\xe9")));
    const char *const planned[] = {
        "REQUEST_METHOD=GET", "REQUEST_URI=/",
        support_text("SSL_CLIENT_CERT=%s", (const char *)support_pem(forge_der(&named)).data),
        chain, NULL};
    check("claims by plan", planned, false);
    check("claims by plan", planned, true);
    const struct forge client = {.subject = "c", .issuer = "r", .signer = 1};
    const struct forge below = {.subject = "d", .issuer = "m", .signer = 2};
    check_clients(&root,
                  (const char *[]){"REQUEST_METHOD=GET", "REQUEST_URI=/", "SERVER_NAME=h",
                                   "REMOTE_ADDR=::1",
                                   support_text("SSL_CLIENT_CERT=%s",
                                                (const char *)support_pem(forge_der(&client)).data),
                                   NULL},
                  (const char *[]){"REQUEST_METHOD=GET", "REQUEST_URI=/", "SERVER_NAME=h",
                                   "REMOTE_ADDR=::1", escaped("HTTP_X_CERT=", forge_der(&below)),
                                   escaped("HTTP_X_CHAIN=", forge_der(&middle)), NULL});
    cz_trust_release(&trust);
    return tap_done();
}
