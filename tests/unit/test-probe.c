/* What certauthzctl probe tries, and how it tells what came of it. */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/cleanup.h"
#include "ctl/probe.h"
#include "ctl/probe_transfer.h"

static const struct probe_page page = {
    .authority = "www.example:8443", .path = "/a/bc.txt", .query = "?q", .open = "/open/x"};

/* --- what is tried --------------------------------------------------------------------- */

static const struct probe_try *find(const struct probe_plan *plan, const char *text) {
    for (size_t i = 0; i < plan->count; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer tried = {0};
        cz_probe_describe(&tried, &plan->tries[i]);
        if (strcmp(cz_buffer_text(&tried), text) == 0)
            return &plan->tries[i];
    }
    return NULL;
}

static void test_paths(void) {
    static const char *const wanted[] = {
        "//a/bc.txt?q",
        "/certauthz-probe/../a/bc.txt?q",
        "/certauthz-probe/..%2fa/bc.txt?q",
        "/open/..%2fa/bc.txt?q",
        "/open/../a/bc.txt?q",
        "/a%2fbc.txt?q",
        "/a//bc.txt?q",
        "/a/./bc.txt?q",
        "/a\\bc.txt?q",
        "/%61/bc.txt?q",
        "/%61/%62%63.%74%78%74?q",
        "/%2561/bc.txt?q",
        "/%u0061/bc.txt?q",
        "/A/BC.TXT?q",
        "/A/bc.txt?q",
        "a/bc.txt?q",
        "/a;x=1/bc.txt?q",
        "/a/bc.txt%00?q",
        "/a/bc.txt?",
        "/a/bc.txt#",
        "https://www.example:8443/a/bc.txt?q",
        "/open/x, X-Original-URL: /a/bc.txt",
    };
    CZ_CLEANUP(cz_probe_plan_release) struct probe_plan plan = {0};
    cz_probe_plan(&plan, PROBE_PATHS, &page);
    for (size_t i = 0; i < CZ_COUNT(wanted); i++) {
        const char *text = support_text("GET %s", wanted[i]);
        const struct probe_try *try = find(&plan, text);
        tap_ok(try != NULL && try->group == PROBE_PATHS && try->who == PROBE_NOBODY &&
                   strncmp(try->target, wanted[i], strlen(try->target)) == 0,
               "%s is tried", text);
    }
    for (size_t i = 0; i < plan.count; i++)
        if (plan.tries[i].target != NULL && strchr(plan.tries[i].target, '{') != NULL)
            tap_ok(false, "%s: something was not filled in", plan.tries[i].target);
    tap_ok(find(&plan, "GET /a/bc.txt?q") == NULL, "the path as it is is no spelling");
    tap_ok(find(&plan, "X-Original-URL: /open/x")->expected == EXPECT_REFUSED,
           "the page stays refused whatever a header says");
    tap_ok(find(&plan, "GET /open/x, X-Original-URL: /a/bc.txt")->expected == EXPECT_ELSEWHERE,
           "and another page may be shown if it stays another");
}

static void test_other_pages(void) {
    static const struct probe_page root = {.authority = "h", .path = "/", .query = ""};
    CZ_CLEANUP(cz_probe_plan_release) struct probe_plan plan = {0}, denied = {0};
    struct probe_page both = page;
    both.has_denied = true;
    cz_probe_plan(&plan, PROBE_PATHS, &root);
    tap_ok(find(&plan, "GET ///") != NULL && find(&plan, "GET https://h/") != NULL,
           "the root has spellings too");
    tap_ok(find(&plan, "GET /open/..%2f") == NULL && find(&plan, "GET ..%2f") == NULL,
           "without an open page nothing leads from there");
    for (int group = PROBE_BASELINE + 1; group < PROBE_GROUP_COUNT; group++) {
        CZ_CLEANUP(cz_probe_plan_release) struct probe_plan alone = {0};
        cz_probe_forms(&alone, cz_bytes_of("x"), cz_bytes_of("CN=x"));
        cz_probe_plan(&alone, (enum probe_group)group, &page);
        const struct probe_try *last = &alone.tries[alone.count - 1];
        size_t nobody = 0, others = 0;
        bool exposes = false; /* the good certificate to who need not be the page's server */
        for (size_t i = 0; i < alone.count; i++) {
            nobody += alone.tries[i].who == PROBE_NOBODY &&
                      alone.tries[i].group == (enum probe_group)group;
            others += alone.tries[i].who == PROBE_DENIED;
            exposes |= alone.tries[i].who == PROBE_GOOD &&
                       (alone.tries[i].server != NULL || alone.tries[i].link >= LINK_SESSION);
        }
        tap_ok(nobody > 0 && others == 0 && !exposes, "%s is tried without a certificate",
               cz_probe_group_name((enum probe_group)group));
        tap_ok(last->group == (enum probe_group)group && last->who == PROBE_GOOD &&
                   last->expected == EXPECT_STILL_ADMITTED && last->link == LINK_NEW &&
                   last->target == NULL && last->method == NULL,
               "and then the good one again, to see whether a refusal still means anything");
    }
    cz_probe_plan(&denied, PROBE_METHODS, &both);
    const struct probe_try *try = find(&denied, "HEAD (denied certificate)");
    tap_ok(try != NULL && try->who == PROBE_DENIED, "and with one that is to be refused");
    for (size_t i = 0; i < denied.count; i++)
        if (denied.tries[i].who == PROBE_GOOD && denied.tries[i].method != NULL)
            tap_is(denied.tries[i].method, "TRACE",
                   "nothing that may change a page is sent with "
                   "the good one");
}

static void test_certificates(void) {
    static const struct {
        const char *name, *value;
    } wanted[] = {
        {"SSL_CLIENT_CERT", "/w=="},
        {"SSL-Client-Cert", "ff"},
        {"Client-Cert", ":/w==:"},
        {"CLIENT_CERT", ":/w==:"},
        {"X-SSL-CERT", "-----BEGIN CERTIFICATE----- /w== -----END CERTIFICATE-----"},
        {"X_SSL_CERT", "-----BEGIN CERTIFICATE-----\t/w==\t-----END CERTIFICATE-----"},
        {"X-Amzn-Mtls-Clientcert-Leaf", "-----BEGIN%20CERTIFICATE-----%0A%2Fw%3D%3D%0A-----END%"
                                        "20CERTIFICATE-----%0A"},
        {"X_FORWARDED_CLIENT_CERT", "By=x;Cert=\"-----BEGIN%20CERTIFICATE-----%0A%2Fw%3D%3D%0A----"
                                    "-END%20CERTIFICATE-----%0A\""},
        {"X-SSL-Client-S-DN", "CN=x"},
    };
    CZ_CLEANUP(cz_probe_plan_release) struct probe_plan plan = {0};
    cz_probe_forms(&plan, CZ_BYTES("\xff"), CZ_BYTES("CN=x"));
    cz_probe_plan(&plan, PROBE_CERTIFICATES, &page);
    for (size_t i = 0; i < CZ_COUNT(wanted); i++) {
        bool found = false, goes_along = true;
        for (size_t at = 0; at < plan.count; at++) {
            const struct probe_header *headers = plan.tries[at].headers;
            if (plan.tries[at].who == PROBE_GOOD)
                continue;
            found |= strcmp(headers[0].name, wanted[i].name) == 0 &&
                     strcmp(headers[0].value, wanted[i].value) == 0;
            goes_along &= strcmp(headers[1].name, "SSL_CLIENT_VERIFY") == 0;
        }
        tap_ok(found && goes_along, "%s: %s is tried", wanted[i].name, wanted[i].value);
    }
    tap_ok(find(&plan, "Client-Cert: <the good certificate in base64 between colons>") != NULL,
           "and told in words");
}

static void test_baseline(void) {
    CZ_CLEANUP(cz_probe_plan_release) struct probe_plan plan = {0}, parts = {0};
    struct probe_page known = page;
    known.has_denied = true;
    known.etag = "\"v1\"";
    cz_probe_baseline(&plan, &known);
    tap_is_int((long long)plan.count, 5, "five tries say whether anything can be said");
    tap_is(plan.tries[3].target, "/a/certauthz-probe-nothing", "one for what is not there");
    tap_is_int(plan.tries[4].who, PROBE_DENIED, "and one to be refused");
    cz_probe_plan(&parts, PROBE_PARTS, &known);
    tap_ok(find(&parts, "If-None-Match: \"v1\" (denied certificate)") != NULL &&
               find(&parts, "If-Modified-Since: (null)") == NULL,
           "what the page tells of itself is asked for");
}

/* --- how it is told -------------------------------------------------------------------- */

static void test_report(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0}, rows = {0}, json = {0};
    const struct probe_try try = {.group = PROBE_PATHS, .target = "/\033[31m"};
    const struct probe_result result = {.finding = PROBE_HOLE, .got = "200", .why = "a\nb"};
    const struct probe_tally tally = {.requests = 1,
                                      .findings = {[PROBE_HOLE] = 1, [PROBE_HELD] = 2},
                                      .holes = {[PROBE_PLAIN] = 1},
                                      .milliseconds = 1234,
                                      .out_of_time = true};
    cz_probe_put_row(&text, &try, &result);
    tap_is(cz_buffer_text(&text),
           "HOLE    paths        GET /\\x1b[31m                                 refused       "
           "200: a\\x0ab\n",
           "a row holds nothing that a terminal obeys");
    cz_buffer_clear(&text);
    cz_probe_put_end(&text, &tally);
    tap_is(cz_buffer_text(&text),
           "plain: the page is there without TLS: redirect that server to https, or give it other "
           "files\n"
           "the time is over: the rest was not tried; give more by --timeout\n"
           "1 request in 1.2 s: 1 hole, 0 notes, 2 held, 0 skipped, 0 untried\n",
           "the end says what to do, and counts");
    cz_probe_put_row_json(&rows, &try, &result);
    cz_probe_put_row_json(&rows, &try, &(struct probe_result){.got = "403"});
    cz_probe_put_json(&json, "https://x/", &tally, &rows);
    tap_is(cz_buffer_text(&json),
           "{\"url\":\"https://x/\",\"requests\":1,\"milliseconds\":1234,\"out_of_time\":true,"
           "\"holes\":1,\"notes\":0,\"held\":2,\"skipped\":0,\"untried\":0,\"tries\":["
           "{\"group\":\"paths\",\"certificate\":\"none\",\"tried\":\"GET /\\u001b[31m\","
           "\"expected\":\"refused\",\"got\":\"200\",\"verdict\":\"hole\",\"why\":\"a\\u000ab\"},"
           "{\"group\":\"paths\",\"certificate\":\"none\",\"tried\":\"GET /\\u001b[31m\","
           "\"expected\":\"refused\",\"got\":\"403\",\"verdict\":\"held\"}]}\n",
           "and for programs");
}

/* --- without memory, and without libcurl ------------------------------------------------ */

static bool plan_all(void) {
    CZ_CLEANUP(cz_probe_plan_release) struct probe_plan plan = {0};
    struct probe_page both = page;
    both.has_denied = both.has_plain = true;
    cz_probe_forms(&plan, CZ_BYTES("\xff"), CZ_BYTES("CN=x"));
    cz_probe_baseline(&plan, &both);
    for (int group = PROBE_BASELINE + 1; group < PROBE_GROUP_COUNT; group++)
        cz_probe_plan(&plan, (enum probe_group)group, &both);
    return !plan.failed;
}

static bool report_all(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer rows = {0}, text = {0};
    const struct probe_try try = {.target = "/"};
    cz_probe_put_row(&text, &try, &(struct probe_result){0});
    cz_probe_put_row_json(&rows, &try, &(struct probe_result){0});
    cz_probe_put_json(&text, "x", &(struct probe_tally){0}, &rows);
    return !text.failed;
}

static void test_memory(void) {
    bool (*const work[])(void) = {plan_all, report_all};
    for (size_t i = 0; i < CZ_COUNT(work); i++) {
        bool good = work[i](), told = true;
        long nth = 0;
        for (bool failed = true; failed; nth++) {
            faults_begin(nth, false);
            bool done = work[i]();
            failed = faults_end();
            told &= done != failed;
        }
        tap_ok(good && told && nth > 1, "memory that runs out is told, at each of %ld places",
               nth - 1);
    }
}

static void test_without_libcurl(void) {
    struct prober *prober = NULL;
    struct probe_page unknown = {0};
    struct error error = {0};
    tap_ok(!cz_prober_new(&(struct probe_settings){.url = "https://x/"}, &prober, &error) &&
               prober == NULL,
           "without libcurl nothing is sent");
    tap_is(error.message,
           "probe: certauthzctl was built without libcurl, so it sends no requests: install "
           "libcurl's development files (Debian: libcurl4-gnutls-dev) and build it again",
           "and it is told what to do");
    cz_prober_page(prober, &unknown);
    error = (struct error){0};
    tap_ok(!cz_prober_send(prober, &(struct probe_try){0}, 1, &(struct probe_reply){0}, &error) &&
               error.message[0] != '\0',
           "nor later");
    cz_prober_free(&prober);
}

int main(void) {
    test_paths();
    test_other_pages();
    test_certificates();
    test_baseline();
    test_report();
    test_memory();
    test_without_libcurl();
    return tap_done();
}
