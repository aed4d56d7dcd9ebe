/* Questions as JSON, lines of the log, and answers to questions of another process. */
#include "../tap.h"
#include "faults.h"
#include "json.h"
#include "support.h"

#include "base/cleanup.h"
#include "ctl/explanation.h"
#include "ctl/json_reader.h"
#include "ctl/log_line.h"

static void test_json(void) {
    static const struct {
        const char *text, *name, *value; /* of a member; or NULL and the message */
    } cases[] = {
        {"{}", NULL, NULL},
        {" \t\r\n{ \"a\" : \"b\" } \n", "a", "b"},
        {"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "a", "\"\\/\b\f\n\r\t"},
        {"{\"a\":\"\\u00e9\\u20ac\\ud83d\\ude00\\u0041\"}", "a", "é€😀A"},
        {"{\"a\":\"é€😀\"}", "a", "é€😀"},
        {"{\"\\u0061\":-12.5e+3}", "a", "-12.5e+3"},
        {"{\"a\":true,\"b\":false,\"c\":null}", "c", "null"},
        {"{\"x\":[1,{\"y\":[]},\"]\"],\"a\":{},\"b\":\"c\"}", "b", "c"},
        {"", NULL, "byte 1: a JSON object is wanted: { … }"},
        {"[]", NULL, "byte 1: a JSON object is wanted: { … }"},
        {"{\"a\":1}x", NULL, "byte 8: something stands behind the object"},
        {"{\"a\":1,}", NULL, "byte 8: a text in double quotes is wanted"},
        {"{\"a\" 1}", NULL, "byte 6: a colon is wanted"},
        {"{\"a\":1 2}", NULL, "byte 8: a comma is wanted, or the end"},
        {"{\"a\":1", NULL, "byte 7: a comma is wanted, or the end"},
        {"{\"a\":}", NULL, "byte 6: a value is wanted"},
        {"{\"a\":maybe}", NULL, "byte 11: a value is wanted"},
        {"{\"a\":-}", NULL, "byte 7: a value is wanted"},
        {"{\"a\":1,\"a\":2}", NULL, "byte 11: a name is there twice"},
        {"{\"a\":\"\\x\"}", NULL, "byte 8: an unknown escape"},
        {"{\"a\":\"\\", NULL, "byte 8: an unknown escape"},
        {"{\"a\":\"\\u12\"}", NULL, "byte 11: four hexadecimal digits are wanted behind \\u"},
        {"{\"a\":\"\\ud83d\"}", NULL, "byte 13: half of a character"},
        {"{\"a\":\"\\ud83dx\"}", NULL, "byte 13: half of a character"},
        {"{\"a\":\"\\ud83d\\u0041\"}", NULL, "byte 19: half of a character"},
        {"{\"a\":\"\\ude00\"}", NULL, "byte 13: half of a character"},
        {"{\"a\":\"\\u0000\"}", NULL, "byte 13: a NUL character"},
        {"{\"a\":\"\n\"}", NULL, "byte 7: a control character, or malformed UTF-8"},
        {"{\"a\":\"\xff\"}", NULL, "byte 7: a control character, or malformed UTF-8"},
        {"{\"a\":\"b", NULL, "byte 8: a text has no end"},
        {"{\"a\":[1", NULL, "byte 8: a comma is wanted, or the end"},
        {"{\"a\":{1}}", NULL, "byte 7: a text in double quotes is wanted"},
        {"{\"a\":{\"b\"}}", NULL, "byte 10: a colon is wanted"},
        {"{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}", NULL, "byte 23: nested too deep"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_json_object_release) struct json_object object;
        struct error error = {0};
        bool read = cz_json_read(cz_bytes_of(cases[i].text), &object, &error);
        if (cases[i].name == NULL) {
            tap_is(read ? "" : error.message, cases[i].value != NULL ? cases[i].value : "",
                   cases[i].text);
            continue;
        }
        const struct json_member *member = cz_json_find(&object, cases[i].name);
        tap_is(read && member != NULL ? cz_buffer_text(&member->text) : error.message,
               cases[i].value, cases[i].text);
    }
}

static void test_many_members(void) {
    CZ_CLEANUP(cz_json_object_release) struct json_object object;
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    struct error error = {0};
    cz_buffer_puts(&text, "{\"first\":1");
    for (int i = 0; i < CZ_JSON_MEMBERS_MAX; i++)
        cz_buffer_printf(&text, ",\"%d\":1", i);
    cz_buffer_putc(&text, '}');
    tap_ok(!cz_json_read(cz_buffer_view(&text), &object, &error) &&
               strstr(error.message, ": too many members") != NULL,
           "64 members are enough");
}

/* --- questions --- */

static struct rule rules[] = {
    {.name = (char *)(uintptr_t) "open", .path = (char *)(uintptr_t) "/open/", .need = NEED_NONE},
    {.name = (char *)(uintptr_t) "shut", .path = (char *)(uintptr_t) "/", .need = NEED_REQUIRED},
};
static struct trust trust;
static struct policy policy = {
    .requirements = {.allow_chained = true, .check_validity = true, .max_path_length = 8},
    .trust = &trust,
    .rules = {.items = rules, .count = CZ_COUNT(rules)},
};
static const struct setup setup = {.snapshot = {.policies = &policy, .policy_count = 1}};

static void test_there_and_back(void) {
    struct bytes pem = support_pki("good.pem"), chain = support_pki("intermediates.pem");
    CZ_CLEANUP(cz_question_release)
    struct question question = {.now = NOW, .json = true, .colour = true};
    CZ_CLEANUP(cz_question_release) struct question read;
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
    struct error error = {0};
    cz_buffer_puts(&question.method, "GET");
    cz_buffer_puts(&question.uri, "/\"x");
    cz_buffer_puts(&question.redirect_uri, "/y");
    cz_buffer_puts(&question.host, "h");
    cz_buffer_puts(&question.address, "::1");
    cz_buffer_puts(&question.policy, "p");
    cz_buffer_puts(&question.verify, "SUCCESS");
    cz_buffer_bytes(&question.certificate, pem);
    cz_buffer_puts(&question.forwarded, ":b25l:");
    cz_question_take_chain(&question, chain, &error);
    cz_buffer_puts(&question.then.verdict, "granted");
    cz_buffer_puts(&question.then.id, "abc");
    cz_question_write(&text, &question);
    tap_ok(json_is_line(cz_buffer_view(&text)), "a question is one line of JSON");
    tap_is(cz_question_read(cz_buffer_view(&text), &read, &error) ? "" : error.message, "",
           "it is read");
    cz_question_write(&again, &read);
    tap_is(cz_buffer_text(&again), cz_buffer_text(&text), "and written the same");
    struct request request = cz_question_request(&read);
    tap_ok(request.chain[8].len > 0 && request.chain[9].data == NULL,
           "the chain is taken apart, and what is not given is not set");
}

static void test_questions(void) {
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"x", "question: byte 1: a JSON object is wanted: { … }"},
        {"{\"uri\":\"/\",\"time\":\"2030-01-01T00:00:00Z\",\"form\":\"text\"}",
         "question: method is missing"},
        {"{\"method\":\"GET\",\"uri\":\"/\",\"form\":\"text\"}", "question: time is missing"},
        {"{\"method\":\"GET\",\"uri\":\"/\",\"time\":\"now\",\"form\":\"text\"}",
         "question: time: a time such as 2026-01-02T03:04:05Z is wanted"},
        {"{\"method\":\"GET\",\"uri\":\"/\",\"time\":\"2030-01-01T00:00:00Z\",\"form\":\"xml\"}",
         "question: form: \"text\" or \"json\" is wanted"},
        {"{\"method\":1,\"uri\":\"/\",\"time\":\"\",\"form\":\"text\"}",
         "question: method: a text is wanted"},
        {"{\"method\":\"GET\",\"uri\":\"/\",\"time\":\"2030-01-01T00:00:00Z\",\"form\":\"text\","
         "\"color\":\"true\"}",
         "question: color: true or false is wanted"},
        {"{\"method\":\"GET\",\"uri\":\"/\",\"time\":\"2030-01-01T00:00:00Z\",\"form\":\"text\","
         "\"color\":null}",
         "question: color: true or false is wanted"},
        {"{\"method\":\"GET\",\"uri\":\"/\",\"time\":\"2030-01-01T00:00:00Z\",\"form\":\"text\","
         "\"cookie\":\"x\"}",
         "question: cookie: unknown"},
        {"{\"method\":\"GET\",\"uri\":\"/\",\"time\":\"2030-01-01T00:00:00Z\",\"form\":\"text\","
         "\"chain\":\"x\"}",
         "question: chain: holds no certificate in PEM"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer report = {0};
        struct error error = {0};
        bool granted = true;
        tap_ok(!cz_explain_question(&setup, CZ_NO_HOLDINGS, cz_bytes_of(cases[i].text), &report,
                                    &granted, &error) &&
                   !granted && report.len == 0,
               "a bad question has no answer (%zu)", i);
        tap_is(error.message, cases[i].message, "and is told so");
    }
}

static const char *question_of(const char *uri, const char *form) {
    return support_text("{\"method\":\"GET\",\"uri\":\"%s\",\"time\":\"2030-01-01T00:00:00Z\","
                        "\"form\":\"%s\"}",
                        uri, form);
}

static void test_answers(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer report = {0};
    struct error error = {0};
    bool granted = false;
    tap_ok(cz_explain_question(&setup, CZ_NO_HOLDINGS, cz_bytes_of(question_of("/open/x", "text")),
                               &report, &granted, &error) &&
               granted,
           "what is granted is said");
    tap_is(cz_buffer_text(&report),
           "request         GET /open/x at 2030-01-01T00:00:00Z\n"
           "path asked for  /open/x\n"
           "rule            open (certificate none)\n"
           "rules\n"
           "  decides       open: allow /open/\n"
           "  not-reached   shut: allow /\n"
           "checks\n"
           "  passed   request-path\n"
           "  passed   rule\n"
           "  skipped  certificate-present: the rule does not look at certificates\n"
           "claims\n"
           "  CERTAUTHZ: anonymous\n"
           "  CERTAUTHZ_RULE: open\n"
           "decision        granted: granted (200 OK), anonymous\n"
           "                Access is granted.\n",
           "in a text");
    cz_buffer_clear(&report);
    tap_ok(cz_explain_question(&setup, CZ_NO_HOLDINGS, cz_bytes_of(question_of("/x", "json")),
                               &report, &granted, &error) &&
               !granted,
           "what is refused too");
    tap_ok(json_is_line(cz_buffer_view(&report)), "in JSON");
}

/* Whatever fails to be allocated: no answer, or the whole one. */
static void test_faults(void) {
    struct bytes question = cz_bytes_of(question_of("/open/x", "json"));
    CZ_CLEANUP(cz_buffer_release) struct buffer sound = {0};
    struct error error = {0};
    bool granted, good = true;
    cz_explain_question(&setup, CZ_NO_HOLDINGS, question, &sound, &granted, &error);
    long nth = 1;
    for (bool failed = true; failed && nth < 1000; nth++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer report = {0};
        struct error why = {0};
        faults_begin(nth, false);
        bool answered =
            cz_explain_question(&setup, CZ_NO_HOLDINGS, question, &report, &granted, &why);
        failed = faults_end();
        if (answered && !granted)
            continue; /* a refusal with internal-error, told in full */
        good = good && (answered ? strcmp(cz_buffer_text(&report), cz_buffer_text(&sound)) == 0
                                 : strstr(why.message, "out of memory") != NULL);
    }
    tap_ok(good && nth > 5, "memory that runs out gives no half answer");
}

int main(void) {
    test_json();
    test_many_members();
    test_there_and_back();
    test_questions();
    cz_rules_index(&policy.rules);
    test_answers();
    test_faults();
    return tap_done();
}
