/* Fetching, from servers that do what they should and from those that do not. */
#include <config.h>

#include "../tap.h"
#include "faults.h"
#include "fetching.h"
#include "support.h"

#include "base/cleanup.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const char *at(const char *path) {
    return fetching_at(path);
}

/* --- what is good --- */

static void test_good(void) {
    struct fetching got = fetching_get(at("/good"));
    tap_ok(got.outcome == FETCH_DONE && got.status == 200 && got.times == 1, "a good answer");
    tap_is(got.body, "good\n", "has its body");
    tap_is_int((long long)got.size, 5, "and its size");
    tap_is(got.etag, "\"v1\"", "and its ETag");
    tap_is(got.last_modified, "Tue, 01 Jan 2030 00:00:00 GMT", "and Last-Modified");
    tap_is_int(got.max_age, 3600, "and how long it is fresh");
    tap_is_int(got.retry_after, -1, "and no Retry-After");
    tap_is(got.error, "", "and no error");
    tap_is(fetching_get(at("/chunked/1000")).body, fetching_get(at("/bytes/1000")).body,
           "chunks are put together");
    tap_is(fetching_get(at("/echo")).body,
           support_text("GET /echo\nHost: 127.0.0.1:%u\nUser-Agent: certauthz/" VERSION
                        "\nAccept: */*\n\n",
                        fetching_web.port),
           "nothing is told that need not be");
    got = fetching_ask(&fetching_limits,
                       &(struct fetch_request){.url = at("/echo"),
                                               .post = CZ_BYTES("a\nb"),
                                               .content_type = "application/ocsp-request",
                                               .accept = "application/ocsp-response",
                                               .spool = -1});
    tap_is(got.body,
           support_text("POST /echo\nHost: 127.0.0.1:%u\nUser-Agent: certauthz/" VERSION
                        "\nAccept: application/ocsp-response\n"
                        "Content-Type: application/ocsp-request\nContent-Length: 3\n\na\nb",
                        fetching_web.port),
           "a POST has its body and types");
}

static void test_conditional(void) {
    static const struct {
        const char *etag, *last_modified;
        enum fetch_outcome outcome;
        const char *name;
    } cases[] = {
        {"\"v1\"", NULL, FETCH_NOT_MODIFIED, "the same ETag"},
        {"\"v2\"", NULL, FETCH_DONE, "another ETag"},
        {"", "Tue, 01 Jan 2030 00:00:00 GMT", FETCH_NOT_MODIFIED, "the same date"},
        {NULL, "Tue, 01 Jan 2030 00:00:01 GMT", FETCH_DONE, "another date"},
        {"\"v2\"", "Tue, 01 Jan 2030 00:00:00 GMT", FETCH_DONE, "the ETag goes before the date"},
        {"\"v1\"\r\nX: y", NULL, FETCH_DONE, "what is no header is not sent"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct fetching got = fetching_ask(
            &fetching_limits, &(struct fetch_request){.url = at("/good"),
                                                      .etag = cases[i].etag,
                                                      .last_modified = cases[i].last_modified,
                                                      .spool = -1});
        tap_ok(got.outcome == cases[i].outcome, "%s", cases[i].name);
        tap_is(got.body, cases[i].outcome == FETCH_DONE ? "good\n" : "", "with its body, if any");
    }
    const char *long_tag = support_text("\"%0300d\"", 1);
    tap_is(fetching_get(at(support_text("/header/ETag/%s", long_tag))).etag, "",
           "an ETag that is too long is forgotten");
    tap_is(fetching_get(at("/header/ETag/%C3%A4")).etag, "", "and one that is not ASCII");
    static const struct {
        const char *value;
        int64_t seconds;
    } ages[] = {{"max-age=7", 7},    {"no-transform,%20Max-Age=8", 8},
                {"s-max-age=9", -1}, {"max-age=", -1},
                {"max-age=-1", -1},  {"max-age=99999999999999999999", INT32_MAX}};
    for (size_t i = 0; i < CZ_COUNT(ages); i++)
        tap_is_int(
            fetching_get(at(support_text("/header/Cache-Control/%s", ages[i].value))).max_age,
            ages[i].seconds, ages[i].value);
}

static void test_spool(void) {
    char text[16] = "";
    int fd = open(".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    struct fetch_request request = {.url = at("/redirect?to=/good"), .spool = fd};
    struct fetching got = fetching_ask(&fetching_limits, &request);
    ssize_t len = pread(fd, text, sizeof text - 1, 0);
    tap_ok(got.outcome == FETCH_DONE && got.size == 5 && len == 5, "a body goes into a file");
    tap_is(text, "good\n", "and nothing of the redirect before it");
    tap_is(got.body, "", "nor into memory");
    close(fd);
    request.spool = open("/dev/full", O_WRONLY | O_CLOEXEC);
    got = fetching_ask(&fetching_limits, &request);
    tap_ok(got.outcome == FETCH_FAILED, "a full disk fails it");
    tap_is(got.error,
           support_text("%s (redirected to %s): what the server sends cannot be stored: No space "
                        "left on device",
                        request.url, at("/good")),
           "and is told");
    close(request.spool);
}

/* --- what is not --- */

static void test_faulty(void) {
    static const struct {
        const char *path, *error;
        int64_t retry_after;
        size_t size_limit;
    } cases[] = {
        {"/status/500", "the server answered 500 Internal Server Error", -1, 0},
        {"/status/503?retry-after=120", "the server answered 503 Service Unavailable", 120, 0},
        {"/status/404", "the server answered 404 Not Found", -1, 0},
        {"/status/204", "the server answered 204 No Content", -1, 0},
        {"/status/599", "the server answered 599", -1, 0},
        {"/unasked-304", "the server answered 304 Not Modified to a request without a condition",
         -1, 0},
        {"/early", "the server closed the connection before the end", -1, 0},
        {"/chunked-broken/3", "the server closed the connection before the end", -1, 0},
        {"/closed", "the server closed the connection without an answer", -1, 0},
        {"/garbage", "the server's answer is not HTTP", -1, 0},
        {"/endless", "the server sent more than 64 KiB", -1, 0},
        {"/endless", "the server sent more than 1 MiB", -1, 1u << 20},
        {"/bytes/1001", "the server sent more than 1000 bytes", -1, 1000},
        {"/chunked/1001", "the server sent more than 1000 bytes", -1, 1000},
        {"/lie-long/99999999999", "the server closed the connection before the end", -1, 0},
        {"/endless-headers", "the server's headers are longer than 64 KiB", -1, 0},
        {"/redirect-nowhere", "the server answered 302 Found and not where to", -1, 0},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct fetching got = fetching_ask(
            &fetching_limits, &(struct fetch_request){.url = at(cases[i].path),
                                                      .spool = -1,
                                                      .size_limit = cases[i].size_limit});
        tap_ok(got.outcome == FETCH_FAILED && got.times == 1, "%s fails", cases[i].path);
        tap_is(got.error, support_text("%s: %s", at(cases[i].path), cases[i].error),
               "and is told why");
        tap_is_int(got.retry_after, cases[i].retry_after, "with Retry-After, if any");
    }
    struct fetching got = fetching_ask(
        &fetching_limits,
        &(struct fetch_request){.url = at("/bytes/1000"), .spool = -1, .size_limit = 1000});
    tap_ok(got.outcome == FETCH_DONE && got.size == 1000, "what is just not too much passes");
    tap_is_int((long long)fetching_get(at("/lie-short")).size, 10,
               "what is behind the end is not read");
}

/* Each of these would never end by itself; so that it ended is the proof. */
static void test_time(void) {
    struct fetch_limits slow = fetching_limits, hurry = fetching_limits, connect = fetching_limits;
    slow.least_bytes_a_second = 1000;
    slow.least_seconds = hurry.seconds = connect.connect_seconds = 1;
    int deaf = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    if (bind(deaf, (struct sockaddr *)&address, len) != 0 || listen(deaf, 5) != 0 ||
        getsockname(deaf, (struct sockaddr *)&address, &len) != 0)
        support_die("no listener");
    const struct {
        const struct fetch_limits *limits;
        const char *url, *error;
        unsigned seconds;
    } cases[] = {
        {&slow, at("/slow"), "the server was slower than 1000 bytes a second for 1 s", 0},
        {&slow, at("/hang"), "the server was slower than 1000 bytes a second for 1 s", 0},
        {&hurry, at("/slow"), "it took longer than 1 s", 0},
        {&hurry, at("/hang"), "it took longer than 1 s", 0},
        {&fetching_limits, at("/hang"), "it took longer than 1 s", 1},
        {&connect, support_text("https://127.0.0.1:%u/", ntohs(address.sin_port)),
         "no connection within 1 s", 0},
        {&hurry,
         support_text("ldap://127.0.0.1:%u/cn=hang?certificateRevocationList",
                      fetching_directory.port),
         "it took longer than 1 s", 0},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct fetching got = fetching_ask(
            cases[i].limits,
            &(struct fetch_request){.url = cases[i].url, .spool = -1, .seconds = cases[i].seconds});
        tap_is(got.error, support_text("%s: %s", cases[i].url, cases[i].error), "a slow one");
    }
    close(deaf);
}

/* libcurl's thread that asks for the name outlives the request, with a descriptor of its own. */
static void test_names(void) {
    struct fetch_limits connect = fetching_limits;
    connect.connect_seconds = 1;
    const char *url = "http://slow.test/";
    tap_is(fetching_ask(&connect, &(struct fetch_request){.url = url, .spool = -1}).error,
           "http://slow.test/: no connection within 1 s", "a name server that does not answer");
    tap_ok(!fetching_awaited, "is not waited for");
}

static void test_nobody(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    if (bind(fd, (struct sockaddr *)&address, len) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        support_die("no socket");
    const char *url = support_text("http://127.0.0.1:%u/", ntohs(address.sin_port));
    tap_is(fetching_get(url).error,
           support_text("%s: the server cannot be reached: Connection refused", url),
           "a port where nobody listens");
    tap_is(fetching_get("http://unknown.test/").error,
           "http://unknown.test/: the host's name is not known", "a name that nobody knows");
    close(fd);
}

/* --- many at once --- */

struct chain {
    struct fetcher *fetcher;
    int left, good;
};

static void go_on(void *context, struct fetch_reply *reply) {
    struct chain *chain = context;
    chain->good += reply->outcome == FETCH_DONE;
    if (chain->left-- > 0 &&
        !cz_fetcher_start(chain->fetcher, &(struct fetch_request){.url = at("/good"), .spool = -1},
                          go_on, chain))
        support_die("out of memory");
}

static void test_many(void) {
    struct fetching all[40] = {0};
    struct error error = {0};
    struct chain chain = {.left = 10};
    cz_fetcher_new(&fetching_limits, &chain.fetcher, &error);
    for (size_t i = 0; i < CZ_COUNT(all); i++)
        cz_fetcher_start(chain.fetcher,
                         &(struct fetch_request){
                             .url = i % 3 == 0   ? at("/good")
                                    : i % 3 == 1 ? at("/status/500")
                                                 : "file:///etc/passwd",
                             .spool = -1,
                         },
                         fetching_done, &all[i]);
    cz_fetcher_start(chain.fetcher, &(struct fetch_request){.url = "nonsense", .spool = -1}, go_on,
                     &chain);
    tap_is_int((long long)cz_fetcher_busy(chain.fetcher), CZ_COUNT(all) + 1, "many are counted");
    tap_ok(fetching_run(chain.fetcher, &error), "and run at once");
    bool good = true;
    for (size_t i = 0; i < CZ_COUNT(all); i++)
        good =
            good && all[i].times == 1 && all[i].outcome == (i % 3 == 0 ? FETCH_DONE : FETCH_FAILED);
    tap_ok(good, "each is answered once, as it should be");
    tap_ok(chain.left == -1 && chain.good == 10, "whoever is told may start another");
    cz_fetcher_free(&chain.fetcher);
}

static void test_waiting(void) {
    struct fetching none = {0};
    struct error error = {0};
    struct fetcher *fetcher;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        support_die("no pipe");
    struct pollfd more[] = {{.fd = ends[0], .events = POLLIN},
                            {.fd = ends[1], .events = POLLOUT},
                            {.fd = -1, .events = POLLIN}};
    cz_fetcher_new(&fetching_limits, &fetcher, &error);
    cz_fetcher_start(fetcher, &(struct fetch_request){.url = at("/hang"), .spool = -1},
                     fetching_done, &none);
    tap_ok(cz_fetcher_run(fetcher, more, 1, 1, &error) && more[0].revents == 0,
           "a wait ends with its time");
    tap_ok(cz_fetcher_run(fetcher, more, 3, 60000, &error) && more[0].revents == 0 &&
               more[1].revents == POLLOUT && more[2].revents == 0,
           "or when there is room in a pipe");
    if (write(ends[1], "x", 1) != 1)
        support_die("no pipe");
    tap_ok(cz_fetcher_run(fetcher, more, 1, 60000, &error) && more[0].revents == POLLIN,
           "or something in it");
    close(ends[1]);
    tap_ok(cz_fetcher_run(fetcher, more, 1, 60000, &error) && more[0].revents == (POLLIN | POLLHUP),
           "or when its other end hangs up");
    close(ends[0]);
    cz_fetcher_free(&fetcher);
    tap_ok(fetcher == NULL && none.times == 0, "what is on its way at the end is not answered");
    cz_fetcher_free(&fetcher);
}

struct bare {
    int times;
    enum fetch_outcome outcome;
    struct error error;
};

static void note(void *context, struct fetch_reply *reply) {
    struct bare *bare = context;
    *bare = (struct bare){bare->times + 1, reply->outcome, reply->error};
}

/* One fetch with the allocation after `nth` others failing; false where none did. */
static bool with_fault(const struct fetch_request *request, long nth, const char *expected,
                       bool *good) {
    struct error error = {0};
    struct bare got = {.times = 0};
    struct fetcher *fetcher;
    if (!cz_fetcher_new(&fetching_limits, &fetcher, &error))
        support_die("%s", error.message);
    faults_begin(nth, false);
    bool started = cz_fetcher_start(fetcher, request, note, &got);
    bool run = !started || fetching_run(fetcher, &error);
    bool failed = faults_end();
    if (!run)
        *good = *good && failed && strcmp(error.message, "out of memory") == 0;
    else if (started && failed)
        *good = *good && got.times == 1 && got.outcome == FETCH_FAILED &&
                strcmp(got.error.message, expected) == 0;
    else
        *good = *good && (failed || got.outcome == FETCH_DONE);
    cz_fetcher_free(&fetcher);
    return failed;
}

/* Each of our allocations fails once: the request is refused, or told that it failed. */
static void test_memory(void) {
    struct fetch_request request = {
        .url = at("/good"), .etag = "\"v2\"", .accept = "a/b", .post = CZ_BYTES("x"), .spool = -1};
    const char *expected = support_text("%s: out of memory", request.url);
    struct error error = {0};
    struct fetcher *fetcher;
    faults_begin(0, false);
    tap_ok(!cz_fetcher_new(&fetching_limits, &fetcher, &error) && faults_end() && fetcher == NULL,
           "no memory, no fetcher");
    tap_is(error.message, "out of memory", "with its error");
    bool good = true;
    long nth = 0;
    while (with_fault(&request, nth, expected, &good) && nth < 1000)
        nth++;
    /* The transfer, its two headers, what came; and one for each wait, of which there may be few.
     */
    tap_ok(good && nth >= 5 && nth < 1000, "where memory runs out at one of %ld places, it is told",
           nth);
}

int main(void) {
    fetching_open();
    fetching_get(at("/good")); /* what is opened once and kept is open then */
    size_t before = fetching_descriptors();
    test_good();
    test_conditional();
    test_spool();
    test_faulty();
    test_nobody();
    test_many();
    test_waiting();
    test_memory();
    test_time();
    tap_is_int((long long)fetching_descriptors(), (long long)before, "no descriptor is left open");
    test_names();
    fetching_close();
    return tap_done();
}
