/* The messages between certauthz and certauthz-refresh: what is written is read, and nothing else
 * is. */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/cleanup.h"
#include "query/query.h"

#include <stdlib.h>

/* A DER SEQUENCE is all that the texts have to hold here. */
#define SIXTY "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
#define PEM_BEGIN "-----BEGIN CERTIFICATE-----\n"
#define PEM_END "-----END CERTIFICATE-----\n"
#define SIXTY_PEM                                                                                  \
    PEM_BEGIN "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0hJSktM\n"                 \
              "TU5PUFFSU1RVVldY\n" PEM_END

static const struct written_case {
    const char *what;
    const char *certificate, *chain; /* NULL: none */
    const char *policy;
    bool waits;
    const char *message; /* NULL: none can be written */
} written[] = {
    {"a certificate", SIXTY_PEM, NULL, "", true, "certauthz-query 1 wait - 136\n" SIXTY_PEM},
    {"a note, of a policy", SIXTY_PEM, NULL, "partners", false,
     "certauthz-query 1 note partners 136\n" SIXTY_PEM},
    {"one with what came along", SIXTY_PEM, PEM_BEGIN "MDEy" PEM_END, "", true,
     "certauthz-query 1 wait - 195\n" SIXTY_PEM PEM_BEGIN "MDEy\n" PEM_END},
    {"one whose chain cannot be read", SIXTY_PEM, "nonsense", "", true,
     "certauthz-query 1 wait - 136\n" SIXTY_PEM},
    {"one in nginx's form", "-----BEGIN%20CERTIFICATE-----%0AMDEy%0A-----END%20CERTIFICATE-----",
     NULL, "", true, "certauthz-query 1 wait - 59\n" PEM_BEGIN "MDEy\n" PEM_END},
    {"no certificate", "nonsense", SIXTY_PEM, "", true, NULL},
    {"an empty one", "", SIXTY_PEM, "", true, NULL},
    {"a policy with a blank", SIXTY_PEM, NULL, "a b", true, NULL},
    {"a policy with a newline", SIXTY_PEM, NULL, "a\nb", true, NULL},
    {"a policy that looks like none", SIXTY_PEM, NULL, "-", true, NULL},
};

static bool write_query(struct buffer *out, const char *certificate, const char *chain,
                        const char *policy, bool waits) {
    struct request request = {.certificate = cz_bytes_of(certificate)};
    if (chain != NULL)
        request.chain[3] = cz_bytes_of(chain);
    return cz_query_write(out, &request, cz_bytes_of(policy), waits);
}

/* What a proxy forwarded was DER before it came here. */
static void test_writing_der(void) {
    const struct request request = {
        .is_der = true, .certificate = TEXT("012"), .chain = {TEXT("0123"), {0}, TEXT("01")}};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    bool good = cz_query_write(&out, &request, (struct bytes){0}, false);
    tap_is(good ? cz_buffer_text(&out) : "(none)",
           "certauthz-query 1 note - 181\n" PEM_BEGIN "MDEy\n" PEM_END PEM_BEGIN
           "MDEyMw==\n" PEM_END PEM_BEGIN "MDE=\n" PEM_END,
           "a certificate and its issuers in DER");
}

static void test_writing(void) {
    for (size_t i = 0; i < CZ_COUNT(written); i++) {
        const struct written_case *c = &written[i];
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        bool good = write_query(&out, c->certificate, c->chain, c->policy, c->waits);
        if (c->message == NULL)
            tap_ok(!good, "%s: no message", c->what);
        else
            tap_is(good ? cz_buffer_text(&out) : "(none)", c->message, c->what);
    }
}

static void test_long_policies(void) {
    char policy[CZ_QUERY_HEAD_MAX + 1];
    size_t fits = CZ_QUERY_HEAD_MAX - strlen("certauthz-query 1 wait  136\n");
    memset(policy, 'p', sizeof policy);
    for (size_t more = 0; more < 2; more++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        struct query query;
        policy[fits + more] = '\0';
        bool good = write_query(&out, SIXTY_PEM, NULL, policy, true);
        tap_ok(good == (more == 0), "a policy's name of %zu bytes %s", fits + more,
               more == 0 ? "fits" : "is too long");
        tap_ok(cz_query_parse(cz_buffer_view(&out), &query) ==
                   (more == 0 ? QUERY_COMPLETE : QUERY_MALFORMED),
               "for the reader too");
        policy[fits + more] = 'p';
    }
}

/* Each text is parsed where it ends, so that the sanitizers see a byte read beyond. */
static enum query_parse parse(struct bytes text, struct query *query) {
    return cz_query_parse(support_keep(text.data, text.len), query);
}

static void test_prefixes(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct query query;
    bool good = write_query(&out, SIXTY_PEM, SIXTY_PEM, "partners", true);
    struct bytes text = cz_buffer_view(&out);
    size_t wrong = 0;
    for (size_t len = 0; len < text.len; len++)
        wrong += parse((struct bytes){.data = text.data, .len = len}, &query) != QUERY_INCOMPLETE ||
                 query.certificates.data != NULL;
    tap_ok(good && wrong == 0, "of a message, each beginning of %zu is incomplete", text.len);
    tap_ok(parse(text, &query) == QUERY_COMPLETE && query.waits &&
               cz_bytes_equal(query.policy, TEXT("partners")) &&
               cz_bytes_equal(query.certificates, TEXT(SIXTY_PEM SIXTY_PEM)),
           "the whole of it is what was written");
    cz_buffer_putc(&out, '\n');
    tap_ok(parse(cz_buffer_view(&out), &query) == QUERY_MALFORMED,
           "with a byte behind it, it is none");
    tap_ok(parse(TEXT("certauthz-query 1 note - 3\nabc"), &query) == QUERY_COMPLETE &&
               !query.waits && query.policy.len == 0,
           "a note, without a policy");
}

static void test_malformed(void) {
    static const char *const heads[] = {
        "certauthz-query 2 wait - 3\nabc",
        "certauthz-query 1\n",
        "certauthz-query 1 \n",
        "certauthz-query 1 wait\n",
        "certauthz-query 1 wait -\n",
        "certauthz-query 1 wait - \n",
        "certauthz-query 1 wait  3\nabc",
        "certauthz-query 1  wait - 3\nabc",
        "certauthz-query 1 wait - 3 \nabc",
        "certauthz-query 1 wait - 3 4\nabc",
        "certauthz-query 1 WAIT - 3\nabc",
        "certauthz-query 1 waits - 3\nabc",
        "certauthz-query 1 wait a\tb 3\nabc",
        "certauthz-query 1 wait a\x7f 3\nabc",
        "certauthz-query 1 wait \xc3\xa4 3\nabc",
        "certauthz-query 1 wait - 0\n",
        "certauthz-query 1 wait - 03\nabc",
        "certauthz-query 1 wait - +3\nabc",
        "certauthz-query 1 wait - -3\nabc",
        "certauthz-query 1 wait - 3\r\nabc",
        "certauthz-query 1 wait - 3x\nabc",
        "certauthz-query 1 wait - 1048577\n",
        "certauthz-query 1 wait - 9999999\n",
        "certauthz-query 1 wait - 18446744073709551619\nabc",
        "GET / HTTP/1.0\r\n",
        "\n",
        "x",
    };
    struct query query;
    for (size_t i = 0; i < CZ_COUNT(heads); i++)
        tap_ok(parse(cz_bytes_of(heads[i]), &query) == QUERY_MALFORMED && query.policy.len == 0 &&
                   query.certificates.len == 0,
               "malformed: %s", heads[i]);
    tap_ok(parse(TEXT("certauthz-query 1 wait - 1048576\n"), &query) == QUERY_INCOMPLETE,
           "the longest body may come");
    struct bytes endless =
        JOIN(TEXT("certauthz-query 1 wait "), support_fill('p', CZ_QUERY_HEAD_MAX - 24));
    tap_ok(parse(endless, &query) == QUERY_INCOMPLETE, "a head that may still end");
    endless = JOIN(endless, TEXT("p"));
    tap_ok(parse(endless, &query) == QUERY_MALFORMED, "and one that is too long without its end");
    struct bytes zero = JOIN(TEXT("certauthz-query 1 wait a"), support_fill(0, 1), TEXT(" 3\nabc"));
    tap_ok(parse(zero, &query) == QUERY_MALFORMED, "a NUL in the policy's name");
}

/* Whatever one byte is changed to, the reader stays within the message and gives what is in it. */
static void test_each_byte(void) {
    static const char text[] = "certauthz-query 1 wait p 3\nabc";
    size_t outside = 0;
    for (size_t at = 0; at < sizeof text - 1; at++)
        for (unsigned value = 0; value < 256; value++) {
            uint8_t copy[sizeof text - 1];
            struct query query;
            memcpy(copy, text, sizeof copy);
            copy[at] = (uint8_t)value;
            if (cz_query_parse((struct bytes){.data = copy, .len = sizeof copy}, &query) ==
                QUERY_COMPLETE)
                outside += query.certificates.data + query.certificates.len != copy + sizeof copy ||
                           query.certificates.len != 3;
        }
    tap_is_int((long long)outside, 0, "no byte makes it read beyond its end");
}

static const struct answer_case {
    const char *failure; /* NULL: none */
    const char *line;
} answers[] = {
    {NULL, "done\n"},
    {"", "failed \n"},
    {"the disk is full", "failed the disk is full\n"},
    {"two\nlines\tand a \x01 control", "failed two lines and a   control\n"},
    {"broken \xff, whole \xc3\xa4", "failed broken  , whole \xc3\xa4\n"},
    {"C1 \xc2\x85 too", "failed C1   too\n"},
};

static void test_answers(void) {
    struct query_answer answer;
    for (size_t i = 0; i < CZ_COUNT(answers); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        cz_query_write_answer(&out, answers[i].failure);
        tap_is(cz_buffer_text(&out), answers[i].line, "an answer is one line");
        bool whole = cz_query_parse_answer(cz_buffer_view(&out), &answer) == QUERY_COMPLETE;
        tap_ok(whole && answer.done == (answers[i].failure == NULL) &&
                   (answer.done ||
                    cz_bytes_equal(answer.text, (struct bytes){.data = (uint8_t *)out.data + 7,
                                                               .len = out.len - 8})),
               "and is read so");
    }
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    for (int i = 0; i < CZ_QUERY_ANSWER_MAX; i++)
        cz_buffer_puts(&text, "\xc3\xa4");
    cz_query_write_answer(&out, cz_buffer_text(&text));
    tap_ok(out.len <= CZ_QUERY_ANSWER_MAX && out.len >= CZ_QUERY_ANSWER_MAX - 1 &&
               cz_query_parse_answer(cz_buffer_view(&out), &answer) == QUERY_COMPLETE,
           "a long one is cut off between two characters");
}

static void test_bad_answers(void) {
    static const char *const bad[] = {
        "don\n",    "donee\n", "done \n",       "done\n\n",        "done\ndone\n", "failed\n",
        "fail x\n", "\n",      "failed a\nb\n", "failed a\x01z\n", "failed \xff\n"};
    static const char *const unfinished[] = {"", "d", "done", "f", "failed", "failed ", "failed x"};
    struct query_answer answer;
    for (size_t i = 0; i < CZ_COUNT(bad); i++)
        tap_ok(cz_query_parse_answer(cz_bytes_of(bad[i]), &answer) == QUERY_MALFORMED,
               "no answer: %s", bad[i]);
    for (size_t i = 0; i < CZ_COUNT(unfinished); i++)
        tap_ok(cz_query_parse_answer(cz_bytes_of(unfinished[i]), &answer) == QUERY_INCOMPLETE,
               "not yet one: '%s'", unfinished[i]);
    struct bytes endless = JOIN(TEXT("failed "), support_fill('x', CZ_QUERY_ANSWER_MAX - 7));
    tap_ok(cz_query_parse_answer(endless, &answer) == QUERY_MALFORMED, "one without an end");
}

static void test_memory(void) {
    long failures = 0;
    size_t wrong = 0;
    for (bool failed = true; failed; failures++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        faults_begin(failures, false);
        bool good = write_query(&out, SIXTY_PEM, NULL, "p", true);
        failed = faults_end();
        wrong += failed && good;
    }
    tap_ok(wrong == 0 && failures > 2, "without memory there is no message");
}

int main(void) {
    test_writing();
    test_writing_der();
    test_long_policies();
    test_prefixes();
    test_malformed();
    test_each_byte();
    test_answers();
    test_bad_answers();
    test_memory();
    return tap_done();
}
