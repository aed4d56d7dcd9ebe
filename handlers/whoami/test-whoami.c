/*
 * Whole replies of whoami for given variables, and the parts that make them.
 */
#include "../../tests/tap.h"

#include "answer.h"
#include "base/cleanup.h"
#include "dn.h"
#include "page.h"
#include "style.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HELLO_SHA256 "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

/* A body of `left` bytes of "hello" again and again, which fails after them when told so. */
struct source {
    uint64_t left;
    size_t at;
    bool fails;
    uint64_t given;
};

static ssize_t give(void *context, void *data, size_t size) {
    struct source *source = context;
    size_t len = 0;
    for (; len < size && source->left > 0; len++, source->left--)
        ((char *)data)[len] = "hello"[source->at++ % 5];
    source->given += len;
    return len == 0 && source->fails ? -1 : (ssize_t)len;
}

static struct buffer reply; /* of the last call of ask */

static const char *ask_with(const char *const *variables, struct source source) {
    cz_buffer_release(&reply);
    whoami_answer(&reply, (char *const *)variables, give, &source);
    return cz_buffer_text(&reply);
}

#define ASK(...)                                                                                   \
    ask_with((const char *[]){"SERVER_PROTOCOL=HTTP/1.1", __VA_ARGS__, NULL}, (struct source){0})

#define ALICE "REQUEST_METHOD=GET", "CERTAUTHZ=granted", "REMOTE_USER=alice"
#define JSON "QUERY_STRING=format=json"

static bool has(const char *text) {
    return strstr(cz_buffer_text(&reply), text) != NULL;
}

static const char *body(void) {
    const char *end = strstr(cz_buffer_text(&reply), "\r\n\r\n");
    return end != NULL ? end + 4 : "(no end of the headers)";
}

static void contains(const char *text) {
    if (!tap_ok(has(text), "the reply contains %s", text))
        printf("# got: %s\n", cz_buffer_text(&reply));
}

static void lacks(const char *text) {
    tap_ok(!has(text), "the reply does not contain %s", text);
}

static void test_headers(void) {
    ASK(ALICE);
    tap_ok(strncmp(cz_buffer_text(&reply), "Status: 200 OK\r\n", 16) == 0, "Status stands first");
    contains("\r\nContent-Type: text/html; charset=utf-8\r\n");
    contains("\r\nCache-Control: no-store\r\n");
    contains("\r\nX-Content-Type-Options: nosniff\r\n");
    contains("\r\nContent-Security-Policy: default-src 'none'; ");
    lacks("unsafe-inline");
    lacks("<script");
    lacks("http:");
    lacks("https:");
    ASK(ALICE, JSON);
    contains("\r\nContent-Type: application/json; charset=utf-8\r\n");
    ASK("REQUEST_METHOD=HEAD", "CERTAUTHZ=granted", "REMOTE_USER=alice");
    contains("Status: 200 OK\r\n");
    tap_is(body(), "", "HEAD has no body");
}

/* The hash in the policy is that of what stands between <style> and </style>. */
static void test_style_hash(void) {
    ASK(ALICE);
    const char *start = strstr(cz_buffer_text(&reply), "<style>");
    const char *end = strstr(cz_buffer_text(&reply), "</style>");
    if (!tap_ok(start != NULL && end != NULL, "the page has a style sheet"))
        return;
    start += strlen("<style>");
    uint8_t digest[32];
    gnutls_hash_fast(GNUTLS_DIG_SHA256, start, (size_t)(end - start), digest);
    gnutls_datum_t raw = {.data = digest, .size = sizeof digest};
    gnutls_datum_t base64 = {0};
    gnutls_base64_encode2(&raw, &base64);
    char expected[128];
    snprintf(expected, sizeof expected, "style-src 'sha256-%s'\r\n", (char *)base64.data);
    gnutls_free(base64.data);
    contains(expected);
    tap_ok(strpbrk(whoami_style, "<>&") == NULL, "the style sheet needs no escaping");
}

static void test_negotiation(void) {
    ASK(ALICE, "HTTP_ACCEPT=application/json");
    contains("application/json");
    ASK(ALICE, "HTTP_ACCEPT=text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    contains("text/html");
    ASK(ALICE, "HTTP_ACCEPT=*/*");
    contains("text/html");
    ASK(ALICE, "HTTP_ACCEPT=text/html;q=0.5, application/json");
    contains("application/json");
    ASK(ALICE, "HTTP_ACCEPT=text/html", "QUERY_STRING=a=b&format=json&c=d");
    contains("application/json");
    ASK(ALICE, "QUERY_STRING=format=jsonp&xformat=json&format=json%20");
    contains("text/html");
}

static void test_anonymous(void) {
    ASK("REQUEST_METHOD=GET", "REQUEST_URI=/", JSON);
    tap_is(body(),
           "{\"authenticated\":false,\"user\":null,\"claims\":{},\"aspnet\":{},\"kestrun\":{},"
           "\"cnf\":{},\"request\":{\"method\":\"GET\",\"uri\":\"/\",\"body_bytes\":0,"
           "\"body_sha256\":\"" EMPTY_SHA256 "\"}}\n",
           "nobody, as JSON");
    ASK("REQUEST_METHOD=GET");
    contains("<h1>Anonymous</h1>");
    contains("is the authorizer set up for this path?");
    ASK("REQUEST_METHOD=GET", "CERTAUTHZ=anonymous", "REMOTE_USER=alice");
    contains("<h1>Anonymous</h1>");
    contains("open to visitors without a certificate");
    lacks("You are");
    ASK("REQUEST_METHOD=GET", "CERTAUTHZ=granted", "REMOTE_USER=");
    contains("The authorizer named no user.");
}

static void test_forged(void) {
    ASK("REQUEST_METHOD=GET", JSON, "HTTP_CERTAUTHZ=granted", "HTTP_REMOTE_USER=mallory",
        "REDIRECT_REMOTE_USER=mallory", "XREMOTE_USER=mallory", "REMOTE_USER_=mallory",
        "HTTP_CERT_SUBJECT=CN=mallory", "CERTAUTHZ=", "certauthz=granted");
    contains("\"authenticated\":false,\"user\":null,\"claims\":{},");
    lacks("mallory");
    ASK("REQUEST_METHOD=GET", JSON, "CERTAUTHZ=GRANTED", "REMOTE_USER=mallory", "CERT_SUBJECT=CN=a",
        "CERT_X5T_S256=b");
    contains("\"authenticated\":false,\"user\":null");
    contains("\"aspnet\":{},\"kestrun\":{},\"cnf\":{}");
}

static void test_hostile(void) {
    ASK("REQUEST_METHOD=GET", "CERTAUTHZ=granted",
        "REMOTE_USER=<script>alert(\"1\")</script>&amp;'\x01\xff\xc2\x85",
        "CERT_DNS=a%3Cb%3E%00%22 %zz%4", "REQUEST_URI=/\"><img src=x>");
    lacks("<script");
    lacks("<img");
    contains("<title>You are &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;"
             "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd</title>");
    contains("<li>a&lt;b&gt;\xef\xbf\xbd&quot;</li><li>%zz%4</li>");
    contains("/&quot;&gt;&lt;img src=x&gt;");
    ASK("REQUEST_METHOD=GET", "CERTAUTHZ=granted", "REMOTE_USER=a\"\\\n\x7f\xff", JSON,
        "CERT_DNS=a%3Cb%3E%00%22 %zz%4");
    contains("\"user\":\"a\\\"\\\\\\u000a\\u007f\xef\xbf\xbd\",");
    contains("\"CERT_DNS\":[\"a<b>\\u0000\\\"\",\"%zz%4\"]");
}

static void test_claims(void) {
    ASK(ALICE, JSON, "CERTAUTHZ_ROLES=admin  audit%20log ", "CERT_EMAIL=a@example.org b@x.example",
        "CERT_POLICIES=", "CERT_NAME=Alice  Example", "CERT_DAYS_LEFT=12");
    contains("{\"authenticated\":true,\"user\":\"alice\",\"claims\":{\"REMOTE_USER\":\"alice\","
             "\"CERTAUTHZ\":\"granted\",\"CERTAUTHZ_ROLES\":[\"admin\",\"audit log\"],"
             "\"CERT_DAYS_LEFT\":\"12\",\"CERT_NAME\":\"Alice  Example\","
             "\"CERT_EMAIL\":[\"a@example.org\",\"b@x.example\"]},\"aspnet\"");
    ASK("REQUEST_METHOD=GET", "CERTAUTHZ=granted", "REMOTE_USER=CN=a,O=<b>");
    contains("<h1><span>You are</span> CN=a,<wbr>O=&lt;b&gt;</h1>");
    ASK(ALICE, "CERTAUTHZ_ROLES=admin audit%20log", "CERT_SUBJECT=CN=a,O=b", "CERT_SHA1=aabb",
        "CERTAUTHZ_TRUNCATED=1");
    contains("<h1><span>You are</span> alice</h1>");
    contains("<ul><li>admin</li><li>audit log</li></ul>");
    contains("<td>CN=a,<wbr>O=b</td>");
    contains("<td><code>aabb</code></td>");
    contains("Not all claims fitted");
    lacks("Names in the certificate");
    ASK(ALICE, "CERTAUTHZ_RULE=staff", "CERT_NAME=Alice A.");
    contains("Known by the certificate of Alice A., let in by the rule staff.");
    lacks("Not all claims fitted");
    for (enum claim i = 0; i < CLAIM_COUNT; i++)
        tap_ok(whoami_claim_info(i)->variable != NULL && whoami_claim_info(i)->label != NULL,
               "claim %d has a name and a label", i);
}

static void test_every_claim_is_shown(void) {
    for (enum claim i = 0; i < CLAIM_COUNT; i++) {
        char variable[64];
        snprintf(variable, sizeof variable, "%s=x1y2", whoami_claim_info(i)->variable);
        ASK("REQUEST_METHOD=GET", variable);
        tap_ok(has(whoami_claim_info(i)->variable) && has("x1y2"), "the page shows %s",
               whoami_claim_info(i)->variable);
    }
}

static void test_days_left(void) {
    static const struct {
        const char *variable, *text;
    } cases[] = {
        {"CERT_DAYS_LEFT=30", "Your certificate expires in 30 days.</strong> Valid until then."},
        {"CERT_DAYS_LEFT=1", "Your certificate expires in 1 day."},
        {"CERT_DAYS_LEFT=0", "Your certificate expires in less than a day."},
        {"CERT_DAYS_LEFT=-1", "Your certificate has expired."},
        {"CERT_DAYS_LEFT=31", NULL},
        {"CERT_DAYS_LEFT=3000", NULL},
        {"CERT_DAYS_LEFT=", NULL},
        {"CERT_DAYS_LEFT=12x", NULL},
        {"CERT_DAYS_LEFT=-99999999999999999999", NULL},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        ASK(ALICE, cases[i].variable, "CERT_NOT_AFTER=then");
        tap_ok(has("class=\"notice") == (cases[i].text != NULL), "a notice only when due: %s",
               cases[i].variable);
        if (cases[i].text != NULL)
            contains(cases[i].text);
    }
}

#define XMLSOAP "\"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

static void test_other_systems(void) {
    ASK(ALICE, JSON, "CERT_SUBJECT=CN=Alice,O=Ex", "CERT_ISSUER=CN=CA", "CERT_SERIAL=0a1b",
        "CERT_SHA1=00ffa9", "CERT_NAME=Alice", "CERT_DNS=one.example two.example",
        "CERT_EMAIL=a%40example.org b@example.org", "CERT_UPN=a@corp b@corp",
        "CERT_URI=urn:a urn:b", "CERT_X5T_S256=47DEQpj8HBSa-_T");
    contains(
        "\"aspnet\":{\"issuer\":\"CN=CA\"," XMLSOAP "thumbprint\":\"00FFA9\"," XMLSOAP
        "x500distinguishedname\":\"CN=Alice,O=Ex\","
        "\"http://schemas.microsoft.com/ws/2008/06/identity/claims/serialnumber\":\"0A1B\"," XMLSOAP
        "dns\":\"one.example\"," XMLSOAP "name\":\"Alice\"," XMLSOAP
        "emailaddress\":\"a@example.org\"," XMLSOAP "upn\":\"a@corp\"," XMLSOAP "uri\":\"urn:a\"}");
    contains("\"kestrun\":{\"nameidentifier\":\"CN=Alice,O=Ex\",\"name\":\"CN=Alice,O=Ex\","
             "\"thumbprint\":\"00FFA9\",\"issuer\":\"CN=CA\",\"serialnumber\":\"0A1B\"}");
    contains("\"cnf\":{\"x5t#S256\":\"47DEQpj8HBSa-_T\"}");
    ASK(ALICE, JSON, "CERT_SUBJECT=EMAIL=a@example.org,CN=host.example,O=Ex");
    contains(XMLSOAP "dns\":\"host.example\"");
    contains(XMLSOAP "emailaddress\":\"a@example.org\"");
    lacks("/upn\"");
    lacks("/uri\"");
    lacks("thumbprint");
}

static void test_dn(void) {
    static const char *const cn[] = {"CN", NULL};
    static const struct {
        const char *dn, *value; /* NULL: not found */
    } cases[] = {
        {"CN=a", "a"},
        {"O=x,cn=b,CN=c", "b"},
        {"UID=u+CN=d,O=x", "d"},
        {"O=x, CN=e", "e"},
        {"O=CN\\=no\\,CN=no,CN=yes", "yes"},
        {"CN=a\\,b\\+\\\"\\\\\\20c\\C3\\B6,O=x", "a,b+\"\\ c\xc3\xb6"},
        {"CN=", NULL},
        {"CN=,CN=second", "second"},
        {"CN=#0c0161", NULL},
        {"CNX=a,XCN=b", NULL},
        {"CN", NULL},
        {"CN=a\\", "a\\"},
        {"", NULL},
        {",,,", NULL},
        {"==", NULL},
    };
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        bool found = whoami_dn_find(cases[i].dn, cn, &value);
        tap_ok(found == (cases[i].value != NULL), "found or not: %s", cases[i].dn);
        tap_is(cz_buffer_text(&value), found ? cases[i].value : "", cases[i].dn);
    }
}

static void test_body(void) {
    const char *post[] = {"REQUEST_METHOD=POST", JSON, NULL};
    ask_with(post, (struct source){.left = 5});
    contains("\"method\":\"POST\",\"uri\":\"\",\"body_bytes\":5,\"body_sha256\":\"" HELLO_SHA256
             "\"}");
    const char *page[] = {"REQUEST_METHOD=PUT", NULL};
    ask_with(page, (struct source){.left = 5});
    contains("5 bytes<br><code>" HELLO_SHA256);
    ask_with(post, (struct source){.left = WHOAMI_BODY_LIMIT});
    contains("\"body_bytes\":134217728,");
    ask_with(post, (struct source){.left = WHOAMI_BODY_LIMIT + 1});
    contains("Status: 413 Content Too Large\r\n");
    lacks("200");
    ask_with(post, (struct source){.left = 5, .fails = true});
    contains("Status: 400 Bad Request\r\n");
}

static void test_refusals(void) {
    static const char *const methods[] = {"DELETE", "OPTIONS", "get", "GETX", ""};
    for (size_t i = 0; i < CZ_COUNT(methods); i++) {
        struct source source = {.left = 5};
        char method[64];
        snprintf(method, sizeof method, "REQUEST_METHOD=%s", methods[i]);
        cz_buffer_release(&reply);
        whoami_answer(&reply, (char *[]){method, NULL}, give, &source);
        tap_ok(has("Status: 405 Method Not Allowed\r\n"), "405 for %s", methods[i]);
        tap_is_int((long long)source.given, 0, "its body is not read");
    }
    contains("\r\nAllow: GET, HEAD, POST, PUT\r\n");
    contains("\r\nCache-Control: no-store\r\n");
    cz_buffer_puts(&reply, "something before");
    for (enum whoami_refusal i = 0; i < REFUSAL_COUNT; i++) {
        whoami_refuse(&reply, i, true);
        tap_ok(strncmp(cz_buffer_text(&reply), "Status: ", 8) == 0 && !has("Status: 2"),
               "refusal %d replaces what was there and refuses", i);
        tap_is(body(), "", "a refusal of HEAD has no body");
    }
}

/* A page too large to be built is a whole 500, not half a page. */
static void test_too_large(void) {
    size_t len = CZ_BUFFER_LIMIT;
    CZ_CLEANUP(cz_free_ptr) char *large = malloc(len + 1);
    memset(large, 'x', len);
    memcpy(large, "REQUEST_URI=", strlen("REQUEST_URI="));
    large[len] = '\0';
    ASK(ALICE, large);
    contains("Status: 500 Internal Server Error\r\n");
    tap_is(body(), "The page cannot be made.\n", "nothing of the page is left");
}

int main(void) {
    test_headers();
    test_style_hash();
    test_negotiation();
    test_anonymous();
    test_forged();
    test_hostile();
    test_claims();
    test_every_claim_is_shown();
    test_days_left();
    test_other_systems();
    test_dn();
    test_body();
    test_refusals();
    test_too_large();
    cz_buffer_release(&reply);
    return tap_done();
}
