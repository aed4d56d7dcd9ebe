/* Log lines: what they say, and that they are always one line of JSON. */
#include "../tap.h"
#include "json.h"
#include "support.h"

#include "base/cleanup.h"
#include "log/line.h"
#include "log/log.h"

static struct rule rule = {.name = (char *)(uintptr_t) "r\"ule", .path = (char *)(uintptr_t) "/"};

static uint64_t generation; /* of the events */

static const char *line_of(const struct decision *decision, const struct request *request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_log_line(&out, &(struct log_event){.decision = decision,
                                          .request = request,
                                          .id = "abc",
                                          .generation = generation,
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
    request.address = TEXT("192.0.2.1");
    decision.forwarding = FORWARDING_IGNORED;
    tap_ok(strstr(line_of(&decision, &request), "forwarded_by") == NULL,
           "nobody forwards what is ignored");
    decision.verdict = VERDICT_GRANTED;
    decision.reason = REASON_GRANTED;
    decision.rule = &rule;
    decision.remembered = true;
    decision.forwarding = FORWARDING_HEEDED;
    generation = 17;
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
                        "\"method\":\"GET\",\"path\":\"/a b\",\"address\":\"192.0.2.1\","
                        "\"forwarded_by\":\"192.0.2.1\",\"rule\":\"r\\\"ule\","
                        "\"subject\":\"CN=x\\\\\\\"y\",\"issuer\":\"CN=z\",\"serial\":\"%s\","
                        "\"remembered\":true,\"generation\":17,"
                        "\"microseconds\":123456}\n",
                        cz_buffer_text(&hex)),
           "one that was granted, with all its members");
    generation = 0;
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

static void test_host_and_address(void) {
    struct request request = {.method = TEXT("GET"),
                              .uri = TEXT("/"),
                              .host = TEXT("a.\"example"),
                              .address = TEXT("192.0.2.1")};
    CZ_CLEANUP(cz_decision_release)
    struct decision decision = decision_of(VERDICT_REFUSED, REASON_NO_RULE, TEXT("/x"));
    const char *line = line_of(&decision, &request);
    tap_ok(strstr(line, "\"path\":\"/x\",\"host\":\"a.\\\"example\",\"address\":\"192.0.2.1\",") !=
               NULL,
           "host and address stand behind the path");
    struct bytes fits = support_fill('h', CZ_LOG_HOST_MAX);
    request.host = fits;
    tap_ok(strstr(line_of(&decision, &request),
                  support_text("\"host\":\"%s\",", (const char *)fits.data)) != NULL,
           "255 bytes of a host are whole");
    request.host = support_fill('h', CZ_LOG_HOST_MAX + 1);
    tap_ok(strstr(line_of(&decision, &request),
                  support_text("\"host\":\"%s\xe2\x80\xa6\",", (const char *)fits.data)) != NULL,
           "one more, and it is cut");
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
    struct log_entry entry;
    cz_log_entry_message(&entry, "error", "a \"b\"\n", NOW, 999);
    cz_log_entry_json(&out, &entry, SIZE_MAX);
    tap_is(cz_buffer_text(&out),
           "{\"time\":\"2030-01-01T00:00:00.999Z\",\"level\":\"error\",\"message\":\"a "
           "\\\"b\\\"\\u000a\"}",
           "a message is an object of the same kind");
}

static void test_cutting(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct log_entry entry;
    cz_log_entry_message(&entry, "info", "12\xc5\xbd", NOW, 0);
    cz_log_entry_json(&out, &entry, 3);
    tap_is(cz_buffer_text(&out),
           "{\"time\":\"2030-01-01T00:00:00.000Z\",\"level\":\"inf\xe2\x80\xa6\","
           "\"message\":\"12\xe2\x80\xa6\"}",
           "texts are cut to a limit, between characters, and nothing else is");
    cz_buffer_clear(&out);
    cz_log_entry_json(&out, &entry, 4);
    tap_is(cz_buffer_text(&out),
           "{\"time\":\"2030-01-01T00:00:00.000Z\",\"level\":\"info\","
           "\"message\":\"12\xc5\xbd\"}",
           "what has just that length is whole");
}

static void test_severities(void) {
    static const struct {
        enum verdict verdict;
        enum reason reason;
        enum log_severity severity;
    } decisions[] = {
        {VERDICT_GRANTED, REASON_GRANTED, LOG_SEVERITY_INFO},
        {VERDICT_REFUSED, REASON_EXPIRED, LOG_SEVERITY_NOTICE},
        {VERDICT_REFUSED, REASON_INTERNAL_ERROR, LOG_SEVERITY_ERROR},
        {VERDICT_UNDECIDED, REASON_UNDECIDED, LOG_SEVERITY_ERROR},
    };
    static const struct {
        const char *level;
        enum log_severity severity;
    } messages[] = {
        {"info", LOG_SEVERITY_INFO},       {"notice", LOG_SEVERITY_NOTICE},
        {"warning", LOG_SEVERITY_WARNING}, {"error", LOG_SEVERITY_ERROR},
        {"else", LOG_SEVERITY_ERROR},
    };
    struct log_entry entry;
    struct request request = {0};
    for (size_t i = 0; i < CZ_COUNT(decisions); i++) {
        CZ_CLEANUP(cz_decision_release)
        struct decision decision =
            decision_of(decisions[i].verdict, decisions[i].reason, TEXT("/"));
        cz_log_entry_decision(
            &entry, &(struct log_event){.decision = &decision, .request = &request, .id = "abc"});
        tap_ok(entry.severity == decisions[i].severity, "%s, %s: its severity",
               cz_verdict_name(decisions[i].verdict), cz_reason_info(decisions[i].reason)->slug);
    }
    for (size_t i = 0; i < CZ_COUNT(messages); i++) {
        cz_log_entry_message(&entry, messages[i].level, "", NOW, 0);
        tap_ok(entry.severity == messages[i].severity, "%s: its severity", messages[i].level);
    }
}

#define LENGTH(digit) "\n" digit "\0\0\0\0\0\0\0"

static void test_fields(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct log_entry entry;
    struct request request = {.method = TEXT("GET"),
                              .uri = TEXT("/a\n\xff"
                                          "b")};
    CZ_CLEANUP(cz_decision_release)
    struct decision decision = decision_of(VERDICT_REFUSED, REASON_AMBIGUOUS_PATH, TEXT(""));
    decision.remembered = true;
    cz_log_entry_decision(&entry, &(struct log_event){.decision = &decision,
                                                      .request = &request,
                                                      .id = "abc",
                                                      .now = NOW,
                                                      .milliseconds = 7,
                                                      .microseconds_used = 123});
    cz_log_entry_fields(&out, &entry, 10, SIZE_MAX);
    static const char expected[] =
        "MESSAGE=refused GET /a\xef\xbf\xbd\xef\xbf\xbd"
        "b: ambiguous-path\n"
        "PRIORITY=5\nSYSLOG_IDENTIFIER=certauthz\nSYSLOG_FACILITY=10\n"
        "CERTAUTHZ_TIME=2030-01-01T00:00:00.007Z\n"
        "CERTAUTHZ_ID" LENGTH(
            "\003") "abc\n"
                    "CERTAUTHZ_VERDICT" LENGTH(
                        "\007") "refused\n"
                                "CERTAUTHZ_REASON" LENGTH(
                                    "\016") "ambiguous-path\n"
                                            "CERTAUTHZ_STATUS=403\n"
                                            "CERTAUTHZ_METHOD" LENGTH(
                                                "\003") "GET\n"
                                                        "CERTAUTHZ_PATH" LENGTH(
                                                            "\005") "/a\n\xff"
                                                                    "b\n"
                                                                    "CERTAUTHZ_REMEMBERED="
                                                                    "true\nCERTAUTHZ_MICROSECONDS="
                                                                    "123\n";
    tap_ok(cz_bytes_equal(cz_buffer_view(&out), TEXT(expected)),
           "journald's fields hold what the line holds, and any byte");
    decision.verdict = VERDICT_GRANTED;
    decision.reason = REASON_GRANTED;
    cz_buffer_clear(&out);
    cz_log_entry_decision(
        &entry, &(struct log_event){.decision = &decision, .request = &request, .id = "abc"});
    cz_log_entry_fields(&out, &entry, 10, 4);
    static const char granted[] = "MESSAGE=gran… GET /a\xef\xbf\xbd\xef\xbf\xbd…\nPRIORITY=6\n";
    tap_ok(strncmp(cz_buffer_text(&out), granted, sizeof granted - 1) == 0,
           "what was granted needs no reason");
    cz_buffer_clear(&out);
    cz_log_entry_message(&entry, "error", "a message", NOW, 0);
    cz_log_entry_fields(&out, &entry, 3, 6);
    static const char message[] =
        "MESSAGE=a mess\xe2\x80\xa6\n"
        "PRIORITY=3\nSYSLOG_IDENTIFIER=certauthz\nSYSLOG_FACILITY=3\n"
        "CERTAUTHZ_TIME=2030-01-01T00:00:00.000Z\n"
        "CERTAUTHZ_LEVEL" LENGTH("\005") "error\n"
                                         "CERTAUTHZ_MESSAGE" LENGTH("\011") "a mess\xe2\x80\xa6\n";
    tap_ok(cz_bytes_equal(cz_buffer_view(&out), TEXT(message)), "a message's, cut to a limit");
}

static void test_wanted(void) {
    struct decision decision;
    cz_decision_init(&decision);
    struct log log = {.refusals = true};
    tap_ok(cz_log_wants(&log, &decision), "a refusal is wanted by the level of refusals");
    decision.verdict = VERDICT_GRANTED;
    tap_ok(!cz_log_wants(&log, &decision), "but not what was granted");
    log = (struct log){.all_decisions = true};
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
    test_host_and_address();
    test_hostile();
    test_message();
    test_cutting();
    test_severities();
    test_fields();
    test_wanted();
    return tap_done();
}
