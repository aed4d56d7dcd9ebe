/* Where is asked: which URLs and hosts, redirects, TLS, directories and proxies. */
#include "../tap.h"
#include "fetching.h"
#include "support.h"

#include "base/cleanup.h"
#include "refresh/fetch_text.h"

static const char *const home[] = {"crl.example", "127.0.0.1", "[::1]", "good.test"};
static struct fetch_limits narrow;

static long hits(const char *path) {
    return strtol(fetching_get(fetching_at(support_text("/hits?path=%s", path))).body, NULL, 10);
}

/* As tap_is; but what stands behind an asterisk at the end is in libcurl's words, which differ from
 * release to release. */
static void told(const char *got, const char *expected, const char *name) {
    size_t len = strlen(expected);
    bool open_end = len > 0 && expected[len - 1] == '*';
    if (open_end && strncmp(got, expected, len - 1) == 0 && strlen(got) >= len)
        got = expected;
    tap_is(got, expected, name);
}

static void test_urls(void) {
    static char long_url[5000] = "http://a/";
    memset(long_url + 9, 'x', sizeof long_url - 10);
    static const struct {
        const char *url, *error;
    } cases[] = {
        {"http://crl.example/a", ""},
        {"https://CRL.Example:444/a?b#c", ""},
        {"ldap://crl.example/cn=a?certificateRevocationList;binary", ""},
        {"ldaps://crl.example./cn=a", ""},
        {"HTTP://127.0.0.1/", ""},
        {"http://2130706433/", ""},
        {"http://0x7f.1/", ""},
        {"http://0177.0.0.1/", ""},
        {"http://[::1]/", ""},
        {"http://[0:0:0:0:0:0:0:1]:80/", ""},
        {"http://127.0.0.2/", ": the host is not among revocation.hosts"},
        {"http://2130706434/", ": the host is not among revocation.hosts"},
        {"http://[::2]/", ": the host is not among revocation.hosts"},
        {"http://[::ffff:127.0.0.1]/", ": the host is not among revocation.hosts"},
        {"http://acrl.example/", ": the host is not among revocation.hosts"},
        {"http://crl.example.org/", ": the host is not among revocation.hosts"},
        {"http://crl.example..", ": the host is not among revocation.hosts"},
        {"http://crl/", ": the host is not among revocation.hosts"},
        {"http://crl.example@evil.example/", ": a URL with a user or password is not asked for"},
        {"ldap://cn=a:secret@crl.example/", ": a URL with a user or password is not asked for"},
        {"file:///etc/passwd", ": only http, https, ldap and ldaps are asked for"},
        {"ftp://crl.example/a", ": only http, https, ldap and ldaps are asked for"},
        {"gopher://crl.example/a", ": only http, https, ldap and ldaps are asked for"},
        {"javascript://crl.example/a", ": only http, https, ldap and ldaps are asked for"},
        {"ldap:///cn=a?certificateRevocationList", ": the URL names no host"},
        {"http://", ": the URL names no host"},
        {"", ": not a URL: *"},
        {"/etc/passwd", ": not a URL: *"},
        {"crl.example/a", ": not a URL: *"},
        {"http://crl.example:99999/", ": not a URL: *"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct error error = {0};
        bool allowed = cz_fetch_allowed(&narrow, cases[i].url, &error);
        tap_ok(allowed == (cases[i].error[0] == '\0'), "%s is %s", cases[i].url,
               allowed ? "allowed" : "not allowed");
        told(error.message, allowed ? "" : support_text("%s%s", cases[i].url, cases[i].error),
             "and told why, if not");
    }
    struct error error = {0};
    tap_ok(!cz_fetch_allowed(&narrow, "http://a\n\x1b\xc3/", &error),
           "one with what is not printable is not allowed");
    told(error.message, support_text("http://a%s/: not a URL: *", "???"), "and told without it");
    error.message[0] = '\0';
    tap_ok(!cz_fetch_allowed(&narrow, long_url, &error), "a very long one is not allowed");
    tap_is(error.message, support_text("%.252s...: the URL is longer than 4096 bytes", long_url),
           "and is not told whole");
    error.message[0] = '\0';
    tap_ok(cz_fetch_allowed(&fetching_limits, "http://any.example/", &error) &&
               !cz_fetch_allowed(&fetching_limits, "file:///etc/passwd", &error),
           "without a list any host is, but no other protocol");
}

static void test_hosts(void) {
    const char *url = support_text("http://other.test:%u/good", fetching_web.port);
    const char *led = fetching_at(support_text("/redirect?to=%s", url));
    long before = hits("/good");
    unsigned names = fetching_names;
    struct fetch_request request = {.url = url, .spool = -1};
    tap_is(fetching_ask(&narrow, &request).error,
           support_text("%s: the host is not among revocation.hosts", url),
           "a host that is not on the list is not asked");
    request.url = led;
    tap_is(fetching_ask(&narrow, &request).error,
           support_text("%s: the server redirects to %s: the host is not among revocation.hosts",
                        led, url),
           "nor when a redirect leads there");
    tap_ok(fetching_names == names && hits("/good") == before, "not even for its address");
    request.url =
        fetching_at(support_text("/redirect?to=http://good.test:%u/good", fetching_web.port));
    tap_is(fetching_ask(&narrow, &request).body, "good\n", "but one that is on the list is");
    tap_is(fetching_get(led).body, "good\n", "and any where there is no list");
}

static void test_redirects(void) {
    static const struct {
        const char *path, *error;
    } cases[] = {
        {"/redirect?to=file:///etc/passwd",
         "the server redirects to file:///etc/passwd: only http, https, ldap and ldaps are asked "
         "for"},
        {"/redirect?to=ldap://127.0.0.1/cn=a",
         "the server redirects to ldap://127.0.0.1/cn=a: only http and https are followed"},
        {"/redirect?to=http://a:b@127.0.0.1/",
         "the server redirects to http://a:b@127.0.0.1/: a URL with a user or password is not "
         "asked for"},
        {"/redirect?to=http://[/", "the server redirects to http://[/: not a URL: *"},
        {"/status/300", "the server answered 300"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        told(fetching_get(fetching_at(cases[i].path)).error,
             support_text("%s: %s", fetching_at(cases[i].path), cases[i].error), cases[i].path);
    tap_is(fetching_get(fetching_at("/loop")).error,
           support_text("%s (redirected to %s): more than 3 redirects", fetching_at("/loop"),
                        fetching_at("/loop/3")),
           "an endless redirect");
    tap_is(fetching_get(fetching_at("/redirect?to=/status/404")).error,
           support_text("%s (redirected to %s): the server answered 404 Not Found",
                        fetching_at("/redirect?to=/status/404"), fetching_at("/status/404")),
           "what goes wrong behind a redirect is told with both URLs");
    for (int status = 301; status <= 308; status++) {
        if (status > 303 && status < 307)
            continue;
        const char *url = fetching_at(support_text("/redirect?status=%d&to=/echo", status));
        struct fetching got = fetching_ask(
            &fetching_limits,
            &(struct fetch_request){.url = url, .post = CZ_BYTES("body"), .spool = -1});
        if (status == 303)
            tap_is(got.error,
                   support_text("%s: the server answered 303 See Other to what was posted", url),
                   "303 to a POST is not followed");
        else
            tap_ok(strncmp(got.body, "POST /echo\n", 11) == 0 && strstr(got.body, "body") != NULL,
                   "%d has the same posted elsewhere", status);
        tap_ok(strncmp(fetching_get(url).body, "GET /echo\n", 10) == 0, "%d is followed", status);
    }
}

static void test_tls(void) {
    const char *url = support_text("https://127.0.0.1:%u/good", fetching_tls.port);
    told(fetching_get(url).error,
         support_text("%s: the server's TLS certificate is not trusted: *", url),
         "a certificate of a root that the system does not know is refused");
    fetching_roots = support_pki_path("root-ca.pem");
    tap_is(fetching_get(url).body, "good\n", "one of a root that it knows is not");
    url = support_text("https://good.test:%u/good", fetching_tls.port);
    told(fetching_get(url).error,
         support_text("%s: the server's TLS certificate is not trusted: *", url),
         "one of another name is");
    url = support_text("https://127.0.0.1:%u/redirect?to=%s", fetching_tls.port,
                       fetching_at("/good"));
    tap_is(fetching_get(url).error,
           support_text("%s: the server redirects to %s: https is not left for http", url,
                        fetching_at("/good")),
           "https is not left for http");
    url = fetching_at(support_text("/redirect?to=https://127.0.0.1:%u/good", fetching_tls.port));
    tap_is(fetching_get(url).body, "good\n", "but http for https");
    fetching_roots = NULL;
    url = support_text("https://127.0.0.1:%u/", fetching_web.port);
    told(fetching_get(url).error, support_text("%s: no TLS with the server: *", url),
         "a server without TLS is told");
}

static const char *entry(const char *name) {
    return support_text("ldap://127.0.0.1:%u/cn=%s,o=example?certificateRevocationList;binary",
                        fetching_directory.port, name);
}

static void test_directory(void) {
    static const struct {
        const char *name, *error;
    } cases[] = {
        {"none", "the directory does not hand it out: *"},
        {"other", "the directory has no CRL there"},
        {"text", "the directory's certificateRevocationList is text, not a CRL"},
        {"two-list", "the directory holds more than one CRL there"},
        {"large", "the server sent more than 64 KiB"},
        {"refer", "the directory does not hand it out: *"},
        {"closed", "the connection broke before the end"},
        {"garbage", "the connection broke before the end"},
    };
    static const struct {
        const char *name, *text;
    } good[] = {{"list", "a\1\2\xff and more"}, {"plain-list", "a\1\2\xff and more"}};
    for (size_t i = 0; i < CZ_COUNT(good); i++)
        tap_is(fetching_get(entry(good[i].name)).body, good[i].text, good[i].name);
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct fetching got = fetching_get(entry(cases[i].name));
        tap_ok(got.outcome == FETCH_FAILED && got.times == 1, "%s fails", cases[i].name);
        told(got.error, support_text("%s: %s", entry(cases[i].name), cases[i].error),
             "and is told");
    }
}

static void test_proxy(void) {
    setenv("http_proxy", support_text("http://127.0.0.1:%u", fetching_web.port), 1);
    tap_ok(strncmp(fetching_get("http://far.example/echo").body, "GET http://far.example/echo\n",
                   28) == 0,
           "a proxy that the environment names is used");
    unsetenv("http_proxy");
}

/* What no server of ours can be made to do. */
static void test_words(void) {
    static const struct {
        CURLcode code;
        const char *detail, *text;
    } cases[] = {
        {CURLE_COULDNT_RESOLVE_PROXY, "x",
         "the name of the proxy, which the environment names, is not known"},
        {CURLE_SEND_ERROR, "x", "the connection broke before the request was sent"},
        {CURLE_WEIRD_SERVER_REPLY, "x", "the server's answer is not HTTP"},
        {CURLE_LDAP_CANNOT_BIND, "LDAP: \x1b[0m ",
         "the directory does not let anybody in: LDAP: ?[0m"},
        {CURLE_LDAP_INVALID_URL, "x", "not a URL of a directory (RFC 4516)"},
        {CURLE_URL_MALFORMAT, "x", "not a URL of a directory (RFC 4516)"},
        {CURLE_SSL_CONNECT_ERROR, "", "no TLS with the server"},
        {CURLE_OUT_OF_MEMORY, "x", "out of memory"},
        {CURLE_TELNET_OPTION_SYNTAX, "what libcurl says", "what libcurl says"},
    };
    CURL *easy = curl_easy_init();
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        cz_fetch_put_failure(&text, easy, cases[i].code, cases[i].detail);
        tap_is(cz_buffer_text(&text), cases[i].text, "a failure in words");
    }
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_fetch_put_failure(&text, easy, CURLE_TELNET_OPTION_SYNTAX, "");
    tap_is(cz_buffer_text(&text), curl_easy_strerror(CURLE_TELNET_OPTION_SYNTAX),
           "one that nothing more is known of");
    curl_easy_cleanup(easy);
}

int main(void) {
    static char large[70001];
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    fetching_open();
    fetching_write("list", "a\1\2\xff and more");
    memset(large, 'x', sizeof large - 1);
    fetching_write("large", large);
    cz_fetch_describe(&text);
    tap_ok(strncmp(cz_buffer_text(&text), "libcurl ", 8) == 0 &&
               strstr(cz_buffer_text(&text), "): http,https,ldap,ldaps") != NULL,
           "what is asked with is told: %s", cz_buffer_text(&text));
    narrow = fetching_limits;
    narrow.hosts = home;
    narrow.host_count = CZ_COUNT(home);
    test_urls();
    test_hosts();
    test_redirects();
    test_tls();
    test_directory();
    test_proxy();
    test_words();
    fetching_close();
    return tap_done();
}
