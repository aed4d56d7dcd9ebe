/* What certauthzctl probe takes for a hole, and what not. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "ctl/probe.h"

#define PAGE "the whole of the page"

/* A reply; the texts are copied. */
static struct probe_reply reply_of(unsigned status, const char *headers, const char *body) {
    struct probe_reply reply = {.status = status};
    cz_buffer_printf(&reply.headers, "HTTP/1.1 %u x\r\n%s\r\n", status, headers);
    cz_buffer_puts(&reply.body, body);
    return reply;
}

struct judged {
    const char *name;
    enum probe_finding finding;
    struct probe_try try;
    unsigned status;
    const char *headers, *body;
    const char *why;
};

#define ELSEWHERE                                                                                  \
    { .expected = EXPECT_ELSEWHERE }
#define ADMITTED                                                                                   \
    { .expected = EXPECT_ADMITTED }
#define STILL_ADMITTED                                                                             \
    { .expected = EXPECT_STILL_ADMITTED }
#define SHUT_OUT                                                                                   \
    "it was admitted before, so refusals since then say nothing: lift what limits requests for "   \
    "the time of the probe, or try group by group (--only)"

static const struct judged judged[] = {
    {"a refusal", PROBE_HELD, {0}, 403, "", "no", ""},
    {"a redirect", PROBE_HELD, {0}, 302, "Location: /\r\n", "", ""},
    {"a refusal in other words", PROBE_HELD, {0}, 404, "ETag: \"2\"\r\n", "no", ""},
    {"the page", PROBE_HOLE, {0}, 200, "", PAGE, "the page itself is in the reply"},
    {"the page in a refusal",
     PROBE_HOLE,
     {0},
     403,
     "",
     "<b>" PAGE "</b>",
     "the page itself is in the reply"},
    {"another success", PROBE_HOLE, {0}, 204, "", "", ""},
    {"the page's tag",
     PROBE_HOLE,
     {0},
     403,
     "etag:  \"1\" \r\n",
     "no",
     "the reply has the page's ETag"},
    {"its date",
     PROBE_HOLE,
     {0},
     403,
     "LAST-MODIFIED: then\r\n",
     "",
     "the reply has the page's Last-Modified"},
    {"its range",
     PROBE_HOLE,
     {0},
     403,
     "Content-Range: bytes */21\r\n",
     "",
     "the reply has a Content-Range"},
    {"its length, where HEAD is asked",
     PROBE_HOLE,
     {.method = "HEAD"},
     403,
     "Content-Length: 21\r\n",
     "",
     "the reply has the page's Content-Length"},
    {"the same length of another page", PROBE_HELD, {0}, 403, "Content-Length: 21\r\n", "no", ""},
    {"not modified",
     PROBE_HOLE,
     {0},
     304,
     "",
     "",
     "the request came to what stands behind the check"},
    {"a condition that failed",
     PROBE_HOLE,
     {0},
     412,
     "",
     "",
     "the request came to what stands behind the check"},
    {"a range beyond the end",
     PROBE_HOLE,
     {0},
     416,
     "",
     "",
     "the request came to what stands behind the check"},
    {"another protocol",
     PROBE_HOLE,
     {0},
     101,
     "",
     "",
     "the request came to what stands behind the check"},
    {"a claim in a refusal",
     PROBE_HOLE,
     {0},
     403,
     "Variable-REMOTE_USER: x\r\n",
     "",
     "the reply tells the client Variable-REMOTE_USER"},
    {"a claim in another spelling", PROBE_HOLE, ADMITTED, 200, "cert-sha256: x\r\n", PAGE,
     "the reply tells the client cert-sha256"},
    {"a header that only begins like a claim", PROBE_HELD, ADMITTED, 200,
     "Remote-User-Agent: x\r\nCertificate: y\r\n", PAGE, ""},
    {"what any path gets",
     PROBE_HELD,
     {.target = "/x"},
     200,
     "",
     "welcome",
     "what a page that is not there gets"},
    {"the same in the page's place", PROBE_HOLE, {0}, 200, "", "welcome", ""},
    {"a failure", PROBE_NOTE, {0}, 502, "", "", "the server failed, and refused for that"},
    {"a question for a password",
     PROBE_NOTE,
     {.group = PROBE_PASSWORDS},
     401,
     "WWW-Authenticate: Basic realm=\"x\"\r\n",
     "",
     "it asks for a password (Basic realm=\"x\"): one may be enough to come in"},
    {"401 without a question",
     PROBE_NOTE,
     {0},
     401,
     "",
     "",
     "401 asks for a password, which no certificate replaces: 403 is meant"},
    {"the same once it is known", PROBE_HELD, {.group = PROBE_PATHS}, 401, "", "", ""},
    {"another page where one may be", PROBE_HELD, ELSEWHERE, 200, "Last-Modified: then\r\n",
     "welcome", ""},
    {"the page where another may be", PROBE_HOLE, ELSEWHERE, 200, "", PAGE,
     "the page itself is in the reply"},
    {"the good certificate", PROBE_HELD, ADMITTED, 200, "", PAGE, ""},
    {"a refusal of the good certificate", PROBE_NOTE, ADMITTED, 403, "", "", ""},
    {"the good certificate still", PROBE_HELD, STILL_ADMITTED, 200, "Cert-SHA256: x\r\n", PAGE, ""},
    {"a server that refuses everybody", PROBE_UNTRIED, STILL_ADMITTED, 429, "", "", SHUT_OUT},
    {"one that refuses everybody by failing", PROBE_UNTRIED, STILL_ADMITTED, 503, "", "", SHUT_OUT},
    {"an echo",
     PROBE_HOLE,
     {.expected = EXPECT_NO_ECHO},
     200,
     "",
     "X-Probe: certauthz-probe",
     "the request comes back, with what servers in between added to it"},
    {"an echo by its type",
     PROBE_HOLE,
     {.expected = EXPECT_NO_ECHO},
     200,
     "Content-Type: Message/HTTP\r\n",
     "",
     "the request comes back, with what servers in between added to it"},
    {"no echo", PROBE_HELD, {.expected = EXPECT_NO_ECHO}, 200, "", PAGE, ""},
    {"an echo that is refused",
     PROBE_HELD,
     {.expected = EXPECT_NO_ECHO},
     405,
     "",
     "certauthz-probe",
     ""},
    {"whatever prepares the next", PROBE_HELD, {.expected = EXPECT_ANYTHING}, 200, "", PAGE, ""},
    {"HTTP/1.1 where 2 was asked",
     PROBE_SKIPPED,
     {.http = HTTP_2},
     403,
     "",
     "",
     "the server does not speak HTTP/2"},
    {"a connection that ended",
     PROBE_SKIPPED,
     {.link = LINK_SAME},
     403,
     "",
     "",
     "the server had ended the connection"},
    {"a session that is not resumed",
     PROBE_SKIPPED,
     {.link = LINK_RESUMED},
     403,
     "",
     "",
     "the server did not resume the session"},
    {"a hole in one that is not", PROBE_HOLE, {.link = LINK_RESUMED}, 200, "", "x", ""},
};

/* Where the page is another each time. */
static const struct judged changing[] = {
    {"another page, as far as can be seen", PROBE_NOTE, ELSEWHERE, 200, "", "welcome",
     "whether it is the page cannot be seen: it is another each time"},
    {"a page that changes", PROBE_HOLE, {0}, 200, "", PAGE, ""},
    {"a refusal beside a page that changes", PROBE_HELD, {0}, 403, "", PAGE, ""},
};

static void judge(const struct judged *list, size_t count, bool changes) {
    CZ_CLEANUP(cz_probe_reply_release)
    struct probe_reply good =
        reply_of(200, "ETag: \"1\"\r\nLast-Modified: then\r\nContent-Length: 21\r\n", PAGE);
    CZ_CLEANUP(cz_probe_reply_release) struct probe_reply refused = reply_of(403, "", "no");
    CZ_CLEANUP(cz_probe_reply_release) struct probe_reply absent = reply_of(200, "", "welcome");
    for (size_t i = 0; i < count; i++) {
        const struct judged *this = &list[i];
        CZ_CLEANUP(cz_probe_reply_release)
        struct probe_reply reply = reply_of(this->status, this->headers, this->body);
        const struct probe_ground ground = {
            .good = &good, .refused = &refused, .absent = &absent, .changes = changes};
        struct probe_result result;
        cz_probe_judge(&ground, &this->try, &reply, &result);
        tap_is_int(result.finding, this->finding, this->name);
        tap_is(result.why, this->why, "and why");
        tap_is(result.got, support_text("%u", this->status), "and what came");
    }
}

static void test_judging(void) {
    judge(judged, CZ_COUNT(judged), false);
    judge(changing, CZ_COUNT(changing), true);
}

static void test_failures(void) {
    static const struct {
        enum probe_failure failure;
        enum probe_finding finding;
        const char *got;
    } cases[] = {
        {FAILURE_CLOSED, PROBE_HELD, "no reply"},
        {FAILURE_UNREACHABLE, PROBE_UNTRIED, "unreachable"},
        {FAILURE_TIME, PROBE_UNTRIED, "no answer"},
        {FAILURE_LIBRARY, PROBE_SKIPPED, "not sent"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct probe_reply reply = {.failure = cases[i].failure};
        struct probe_result result;
        cz_error_set(&reply.why, "why");
        cz_probe_judge(&(struct probe_ground){0}, &(struct probe_try){0}, &reply, &result);
        tap_is_int(result.finding, cases[i].finding, cases[i].got);
        tap_is(result.got, cases[i].got, "is told so");
        tap_is(result.why, "why", "with its reason");
        cz_probe_judge(&(struct probe_ground){0}, &(struct probe_try)STILL_ADMITTED, &reply,
                       &result);
        tap_is_int(result.finding, PROBE_UNTRIED, "and refuses the good certificate");
        tap_is(result.why, SHUT_OUT, "so that nothing can be said");
    }
}

static void test_headers(void) {
    CZ_CLEANUP(cz_probe_reply_release)
    struct probe_reply reply = reply_of(200, "A:1\r\nab: 2 \r\nnothing\r\nA: 3\r\n:\r\nlast", "");
    struct bytes value;
    tap_ok(cz_probe_header(&reply, "a", &value) && cz_bytes_equal(value, cz_bytes_of("1")),
           "the first of a name counts, in any case");
    tap_ok(cz_probe_header(&reply, "AB", &value) && cz_bytes_equal(value, cz_bytes_of("2")),
           "its value has no blanks around it");
    tap_ok(!cz_probe_header(&reply, "nothing", &value) && !cz_probe_header(&reply, "last", &value),
           "a line without a colon is none");
}

int main(void) {
    test_judging();
    test_failures();
    test_headers();
    return tap_done();
}
