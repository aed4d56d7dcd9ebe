/* Log lines: what they say, and that they are always one line of JSON. */
#include "../tap.h"
#include "json.h"
#include "support.h"

#include "base/cleanup.h"
#include "log/log.h"

#include <unistd.h>

static struct rule rule = {.name = (char *)(uintptr_t) "r\"ule", .path = (char *)(uintptr_t) "/"};

static const char *line_of(const struct decision *decision, const struct request *request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_log_line(&out, &(struct log_event){.decision = decision,
                                          .request = request,
                                          .id = "abc",
                                          .now = NOW + 59,
                                          .milliseconds = 7,
                                          .microseconds_used = 123456});
    return (const char *)support_keep(out.data, out.len).data;
}

static struct decision decision_of(enum verdict verdict, enum reason reason, struct bytes path) {
    struct decision decision;
    cz_decision_init(&decision);
    decision.verdict = verdict;
    decision.reason = reason;
    cz_buffer_bytes(&decision.path, path);
    return decision;
}

static void test_members(void) {
    struct request request = {.method = TEXT("GET"), .uri = TEXT("/raw")};
    CZ_CLEANUP(cz_decision_release)
    struct decision decision = decision_of(VERDICT_REFUSED, REASON_NO_CERTIFICATE, TEXT("/a b"));
    tap_is(line_of(&decision, &request),
           "{\"time\":\"2030-01-01T00:00:59.007Z\",\"id\":\"abc\",\"verdict\":\"refused\","
           "\"reason\":\"no-certificate\",\"status\":403,\"method\":\"GET\",\"path\":\"/a b\","
           "\"microseconds\":123456}\n",
           "a refusal without a rule and without a certificate");
    decision.verdict = VERDICT_GRANTED;
    decision.reason = REASON_GRANTED;
    decision.rule = &rule;
    decision.remembered = true;
    decision.assessment = cz_assessment_new();
    struct certificate *certificate =
        forge_certificate(&(struct forge){.subject = "x\"y", .issuer = "z"});
    decision.assessment->certificate = certificate;
    cz_identity_read(certificate, &decision.assessment->identity);
    CZ_CLEANUP(cz_buffer_release) struct buffer hex = {0};
    cz_buffer_hex(&hex, certificate->serial);
    cz_buffer_puts(&hex, "\",\"sha256\":\"");
    cz_buffer_hex(&hex, (struct bytes){.data = certificate->sha256, .len = CZ_SHA256_SIZE});
    tap_is(line_of(&decision, &request),
           support_text("{\"time\":\"2030-01-01T00:00:59.007Z\",\"id\":\"abc\","
                        "\"verdict\":\"granted\",\"reason\":\"granted\",\"status\":200,"
                        "\"method\":\"GET\",\"path\":\"/a b\",\"rule\":\"r\\\"ule\","
                        "\"subject\":\"CN=x\\\\\\\"y\",\"issuer\":\"CN=z\",\"serial\":\"%s\","
                        "\"remembered\":true,\"microseconds\":123456}\n",
                        cz_buffer_text(&hex)),
           "one that was granted, with all its members");
}

static void test_raw_path(void) {
    struct request request = {.uri = TEXT("/raw%zz\r\n")};
    CZ_CLEANUP(cz_decision_release)
    struct decision decision = decision_of(VERDICT_REFUSED, REASON_AMBIGUOUS_PATH, TEXT(""));
    const char *line = line_of(&decision, &request);
    tap_ok(strstr(line, "\"path\":\"/raw%zz\\u000d\\u000a\"") != NULL,
           "without a normalised path it is the raw one");
    tap_ok(strstr(line, "\"method\"") == NULL, "a method that is not set is left out");
    struct request empty = {0};
    tap_ok(strstr(line_of(&decision, &empty), "\"path\"") == NULL, "so is a target");
}

static const char *path_in(struct bytes path) {
    struct request request = {0};
    CZ_CLEANUP(cz_decision_release)
    struct decision decision = decision_of(VERDICT_REFUSED, REASON_NO_RULE, path);
    const char *line = line_of(&decision, &request);
    const char *start = strstr(line, "\"path\":\"");
    const char *end = start != NULL ? strstr(start, "\",\"microseconds\"") : NULL;
    tap_ok(json_is_line(cz_bytes_of(line)), "it is one line of JSON");
    return end != NULL ? support_text("%.*s", (int)(end - start - 8), start + 8) : "(none)";
}

static void test_long_paths(void) {
    struct bytes fits = support_fill('a', CZ_LOG_PATH_MAX);
    tap_is(path_in(fits), (const char *)fits.data, "1024 bytes of a path are whole");
    const char *cut = path_in(support_fill('a', CZ_LOG_PATH_MAX + 1));
    tap_is(cut, support_text("%s\xe2\x80\xa6", (const char *)fits.data), "one more, and it is cut");
    static const struct {
        size_t before, kept; /* letters before the character, and what is kept of the text */
        struct bytes character;
    } cases[] = {
        {CZ_LOG_PATH_MAX - 1, CZ_LOG_PATH_MAX - 1, TEXT("\xc5\xbd")},
        {CZ_LOG_PATH_MAX - 2, CZ_LOG_PATH_MAX, TEXT("\xc5\xbd")},
        {CZ_LOG_PATH_MAX - 2, CZ_LOG_PATH_MAX - 2, TEXT("\xe5\xb1\xb1")},
        {CZ_LOG_PATH_MAX - 3, CZ_LOG_PATH_MAX, TEXT("\xe5\xb1\xb1")},
        {CZ_LOG_PATH_MAX - 3, CZ_LOG_PATH_MAX - 3, TEXT("\xf0\x9f\x98\x80")},
        {CZ_LOG_PATH_MAX - 1, CZ_LOG_PATH_MAX - 1, TEXT("\xf0\x9f\x98\x80")},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct bytes text =
            JOIN(support_fill('a', cases[i].before), cases[i].character, support_fill('b', 100));
        const char *got = path_in(text);
        tap_ok(strlen(got) == cases[i].kept + 3 && memcmp(got, text.data, cases[i].kept) == 0 &&
                   strcmp(got + cases[i].kept, "\xe2\x80\xa6") == 0,
               "a cut falls between characters (case %zu)", i);
    }
    tap_is(path_in(support_fill(0x80, 3000)), "\xe2\x80\xa6",
           "a path of nothing but continuations");
}

static void test_hostile(void) {
    uint8_t all[1020];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)(i * 7 + i / 256);
    path_in((struct bytes){.data = all, .len = sizeof all});
    for (size_t first = 0; first < 256; first++) {
        struct request request = {.method = {.data = all + first, .len = 40},
                                  .uri = {.data = all + first, .len = 60}};
        CZ_CLEANUP(cz_decision_release)
        struct decision decision = decision_of(VERDICT_REFUSED, REASON_NO_RULE, TEXT(""));
        const char *line = line_of(&decision, &request);
        if (!json_is_line(cz_bytes_of(line)))
            tap_ok(false, "bytes from %zu on give a line of JSON", first);
    }
    tap_ok(true, "any bytes give a line of JSON");
    tap_ok(!json_is_line(TEXT("{\"a\":\"\xff\"}\n")) && !json_is_line(TEXT("{\"a\":1}")) &&
               !json_is_line(TEXT("{\"a\":1,}\n")) && !json_is_line(TEXT("{\"a\":\"\x01\"}\n")) &&
               json_is_line(TEXT("{\"a\":[1,-2,true],\"b\":{}}\n")),
           "and the judge of that can tell");
}

static void test_message(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_log_message_line(&out, "error", "a \"b\"\n", NOW, 999);
    tap_is(cz_buffer_text(&out),
           "{\"time\":\"2030-01-01T00:00:00.999Z\",\"level\":\"error\",\"message\":\"a "
           "\\\"b\\\"\\u000a\"}\n",
           "a message is a line of the same kind");
}

static void test_writing(void) {
    static const char file[] = "test-log.out";
    struct log log;
    struct error error = {0};
    unlink(file);
    tap_ok(cz_log_open(&log, file, &error), "a file is opened");
    cz_log_message(&log, "error", "%d", 1);
    cz_log_message(&log, "info", "%d", 2);
    log.all_decisions = true;
    cz_log_message(&log, "info", "%d", 3);
    cz_log_write(&log, &(struct buffer){.failed = true});
    cz_log_close(&log);
    char text[1000] = "";
    FILE *stream = fopen(file, "r");
    size_t len = stream != NULL ? fread(text, 1, sizeof text - 1, stream) : 0;
    if (stream != NULL)
        fclose(stream);
    tap_ok(len > 0 && strstr(text, "\"message\":\"1\"}\n{") != NULL &&
               strstr(text, "\"message\":\"3\"}\n") != NULL && strstr(text, "\"2\"") == NULL,
           "errors are written, and other events where all decisions are");
    unlink(file);
    tap_ok(!cz_log_open(&log, "no/such/folder/log", &error), "what cannot be opened is an error");
    tap_is(error.message,
           "no/such/folder/log: cannot be opened for the log: No such file or directory",
           "that says so");
    struct decision decision;
    cz_decision_init(&decision);
    log = (struct log){.fd = -1, .refusals = true};
    tap_ok(cz_log_wants(&log, &decision), "a refusal is wanted by the level of refusals");
    decision.verdict = VERDICT_GRANTED;
    tap_ok(!cz_log_wants(&log, &decision), "but not what was granted");
    log = (struct log){.fd = -1, .all_decisions = true};
    tap_ok(cz_log_wants(&log, &decision), "which is wanted by the level of all");
}

/* The policy's name where there is one, and else what the server asked for. */
static void test_policy(void) {
    struct policy named = {.name = (char *)(uintptr_t) "partners"}, unnamed = {.name = NULL};
    struct request request = {.uri = TEXT("/"), .policy = TEXT("partner\"s")};
    CZ_CLEANUP(cz_decision_release)
    struct decision decision = decision_of(VERDICT_REFUSED, REASON_UNKNOWN_POLICY, TEXT("/"));
    tap_ok(strstr(line_of(&decision, &request), "\"path\":\"/\",\"policy\":\"partner\\\"s\",") !=
               NULL,
           "a policy that is not configured is told as it was asked for");
    decision.policy = &named;
    tap_ok(strstr(line_of(&decision, &request), "\"policy\":\"partners\",") != NULL,
           "one that is, by its name");
    decision.policy = &unnamed;
    tap_ok(strstr(line_of(&decision, &request), "\"policy\":") == NULL, "one without a name, not");
}

int main(void) {
    test_policy();
    test_members();
    test_raw_path();
    test_long_paths();
    test_hostile();
    test_message();
    test_writing();
    return tap_done();
}
