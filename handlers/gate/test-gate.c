/*
 * The parts of the gate that touch nothing: who called, what was approved, and what a program is
 * given.
 */
#include "test-gate.h"

#include "approval.h"
#include "base/cleanup.h"
#include "base/variables.h"
#include "environment.h"
#include "url.h"

#include <stdio.h>

/* --- who called -------------------------------------------------------------------------- */

static void test_apache(void) {
    static const char why[] = "called directly, and not by Action";
    struct gate_call call;
    tap_ok(gate_call_read(&call, GATE_APACHE,
                          VARIABLES("REQUEST_METHOD=HEAD", "REDIRECT_STATUS=200",
                                    "REDIRECT_URL=/m/a b", "PATH_INFO=/m/a b",
                                    "PATH_TRANSLATED=/srv/m/a b", "QUERY_STRING=x")) == NULL,
           "a call by Action is one");
    tap_is(cz_buffer_text(&call.url), "/m/a b", "its path");
    tap_is(cz_buffer_text(&call.file), "/srv/m/a b", "its file");
    tap_is(call.query, "x", "its query");
    tap_ok(call.head, "its method");
    gate_call_release(&call);
    char *const *const direct[] = {
        VARIABLES("PATH_INFO=/m/a", "PATH_TRANSLATED=/srv/m/a"),
        VARIABLES("PATH_INFO=/m/a", "REDIRECT_URL=/m/a"),
        VARIABLES("PATH_INFO=/m/a", "REDIRECT_STATUS=200"),
        VARIABLES("PATH_INFO=/m/a", "REDIRECT_STATUS=200", "REDIRECT_URL=/m/b"),
        VARIABLES("PATH_INFO=/m/a", "REDIRECT_STATUS=200", "REDIRECT_URL=/m/a/"),
        VARIABLES("PATH_INFO=/m/a", "REDIRECT_STATUS=404", "REDIRECT_URL=/m/a"),
        VARIABLES("PATH_INFO=/m/a", "HTTP_REDIRECT_STATUS=200", "HTTP_REDIRECT_URL=/m/a"),
        VARIABLES("PATH_INFO=", "REDIRECT_STATUS=200", "REDIRECT_URL="),
        VARIABLES("REDIRECT_STATUS=200"),
        VARIABLES("REDIRECT_STATUS=200", "SCRIPT_NAME=/m/a", "SCRIPT_FILENAME=/srv/m/a"),
    };
    for (size_t i = 0; i < CZ_COUNT(direct); i++) {
        tap_is(gate_call_read(&call, GATE_APACHE, direct[i]), why, "a direct call is none");
        gate_call_release(&call);
    }
}

/* Where the file has to lie is DOCUMENT_ROOT, or an alias. */
static void test_agreement(void) {
    static const struct {
        const char *path, *file, *url, *folder;
        bool agrees;
    } cases[] = {
        {"/m/a", "/srv/m/a", "", "/srv", true},
        {"/m/a", "/srv/m/a", "/", "/srv/", true},
        {"/m/a", "/m/a", "", "/", true},
        {"/m/", "/srv/m/", "", "/srv", true},
        {"/m/", "/srv/m", "", "/srv", true},
        {"/m", "/srv/m/", "", "/srv", true},
        {"/", "/srv", "", "/srv", true},
        {"/~me/a", "/home/me/www/a", "/~me", "/home/me/www", true},
        {"/~me/a", "/home/me/www/a", "/~me/", "/home/me/www/", true},
        {"/~me", "/home/me/www/", "/~me", "/home/me/www", true},
        {"/m/a", "/srv/n/a", "", "/srv", false},
        {"/m/a", "/srv/m/b", "", "/srv", false},
        {"/m/a", "/srv/m", "", "/srv", false},
        {"/m/", "/srv/m/index.html", "", "/srv", false},
        {"/m/a", "/srv2/m/a", "", "/srv", false},
        {"/m/a", "/m/a", "", "/srv", false},
        {"/m/a", "/srv/m//", "", "/srv", false},
        {"/m/a", "", "", "/srv", false},
        {"/m/a", "/m/a", "", "", false},
        {"/m/a", "m/a", "", "", false},
        {"/~me/a", "/home/me/www/~me/a", "/~me", "/home/me/www", false},
        {"/~you/a", "/home/me/www/a", "/~me", "/home/me/www", false},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(gate_call_release) struct gate_call call = {0};
        cz_buffer_puts(&call.url, cases[i].path);
        cz_buffer_puts(&call.file, cases[i].file);
        tap_ok(gate_call_agrees(&call, cases[i].url, cases[i].folder) == cases[i].agrees,
               "%s is %s\"%s\", by \"%s\" at \"%s\"", cases[i].path, cases[i].agrees ? "" : "not ",
               cases[i].file, cases[i].folder, cases[i].url);
    }
}

static void test_lighttpd(void) {
    struct gate_call call;
    tap_ok(gate_call_read(&call, GATE_LIGHTTPD,
                          VARIABLES("SCRIPT_NAME=/m/x.cgi", "PATH_INFO=/more",
                                    "SCRIPT_FILENAME=/srv/m/x.cgi", "PATH_TRANSLATED=/srv/more")) ==
               NULL,
           "a call by cgi.assign is one");
    tap_is(cz_buffer_text(&call.url), "/m/x.cgi/more", "its path, with what follows the program");
    tap_is(cz_buffer_text(&call.file), "/srv/m/x.cgi/more", "its file, with the same");
    gate_call_release(&call);
}

static void test_url(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer encoded = {0};
    gate_url_encode(&encoded, cz_bytes_of("/a b/%2f?#\xc3\xa9\n~"));
    tap_is(cz_buffer_text(&encoded), "/a%20b/%252f%3F%23%C3%A9%0A~", "a path is encoded");
    static const char *const good[] = {"/", "/a", "/a/", "/a/b.c/d", "/\xc3\xa9", "/a%2fb", "/a b"};
    for (size_t i = 0; i < CZ_COUNT(good); i++)
        tap_ok(gate_url_problem(cz_bytes_of(good[i])) == NULL, "one reading: %s", good[i]);
    static const char *const bad[] = {"",        "a",     "//a",     "/a//b",  "/./a",
                                      "/a/../b", "/a/..", "/a/.",    "/a\\b",  "/a\nb",
                                      "/\xff",   "/..",   "/..;x/a", "/a/b//", "/a\x7f"};
    for (size_t i = 0; i < CZ_COUNT(bad); i++)
        tap_ok(gate_url_problem(cz_bytes_of(bad[i])) != NULL, "more than one reading: %zu", i);
}

/* --- what was approved ------------------------------------------------------------------- */

#define GRANTED "Status: 200 OK\r\n"

static bool approved(const char *reply) {
    struct bytes claims;
    return gate_approval_read(cz_bytes_of(reply), &claims);
}

static void test_approval(void) {
    tap_ok(approved(GRANTED "\r\n"), "an approval without claims");
    tap_ok(approved(GRANTED "Variable-A: b\r\nVariable-C_1: \xc3\xa9: x\r\nVariable-D: \r\n\r\n"),
           "an approval with claims");
    static const char *const others[] = {
        "",
        GRANTED,
        "Status: 200 OK",
        "Status: 200 OK\n\n",
        "Status: 200 Fine\r\n\r\n",
        "Status: 403 Forbidden\r\n\r\n",
        "Status: 403 Forbidden\r\nStatus: 200 OK\r\n\r\n",
        GRANTED "Status: 403 Forbidden\r\n\r\n",
        GRANTED "Variable-A: b\r\n",
        GRANTED "Variable-A: b\r\n\r\nbody",
        GRANTED "Variable-a: b\r\n\r\n",
        GRANTED "Variable-: b\r\n\r\n",
        GRANTED "Variable-A=B: b\r\n\r\n",
        GRANTED "Variable-A: b\nVariable-B: c\r\n\r\n",
        GRANTED "Location: /x\r\n\r\n",
        "\r\n" GRANTED "\r\n",
    };
    for (size_t i = 0; i < CZ_COUNT(others); i++)
        tap_ok(!approved(others[i]), "no approval: %zu", i);
}

/* --- what a program is given ------------------------------------------------------------- */

static char *const *const served = VARIABLES(
    "FCGI_ROLE=RESPONDER", "CERTAUTHZ_PATH=/public/", "CERTAUTHZ_POLICY=open", "PATH=/bin",
    "REQUEST_URI=/m/x.cgi/a%20b?c", "REDIRECT_URI=/forged", "REDIRECT_URL=/m/x.cgi/a b",
    "REDIRECT_STATUS=200", "REDIRECT_HANDLER=cert-gate", "SSL_CLIENT_CERT=pem", "REMOTE_USER=basic",
    "CERT_SUBJECT=CN=forged", "CERTAUTHZ=granted", "CERTAUTHZ_ROLES=admin", "HTTP_CERT_SUBJECT=x",
    "PATH_INFO=/m/x.cgi/a b", "PATH_TRANSLATED=/srv/m/x.cgi/a b", "SCRIPT_NAME=/cgi-bin/gate.cgi",
    "SCRIPT_FILENAME=/srv/cgi-bin/gate.cgi", "DOCUMENT_ROOT=/srv", "QUERY_STRING=c", "broken");

static const char *value(const struct gate_environment *environment, const char *name) {
    return cz_variable(environment->items, name);
}

static size_t count_of(const struct gate_environment *environment, const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < environment->count; i++)
        count += strncmp(environment->items[i], name, strlen(name)) == 0;
    return count;
}

static void test_asking(void) {
    CZ_CLEANUP(gate_environment_release) struct gate_environment environment = {0};
    struct gate_call call;
    gate_call_read(&call, GATE_APACHE, served);
    gate_environment_ask(&environment, &call);
    tap_is(value(&environment, "REDIRECT_URI"), "/m/x.cgi/a%20b", "the path that is served");
    tap_is_int((long long)count_of(&environment, "REDIRECT_URI="), 1, "stands there once");
    tap_is(value(&environment, "SSL_CLIENT_CERT"), "pem", "the certificate is handed on");
    tap_is(value(&environment, "REQUEST_URI"), "/m/x.cgi/a%20b?c", "and what the client wrote");
    tap_is_int((long long)count_of(&environment, "FCGI_ROLE="), 0, "no role");
    tap_is_int((long long)count_of(&environment, "CERTAUTHZ_"), 0, "no path and policy of others");
    gate_call_release(&call);
}

static void test_running(void) {
    CZ_CLEANUP(gate_environment_release) struct gate_environment environment = {0};
    struct gate_call call;
    struct bytes claims;
    gate_call_read(&call, GATE_APACHE, served);
    gate_approval_read(
        CZ_BYTES(GRANTED "Variable-REMOTE_USER: alice\r\nVariable-CERT_SUBJECT: CN=a\r\n\r\n"),
        &claims);
    gate_environment_run(&environment, &call, strlen("/a b"), claims, false);
    static const char *const expected[][2] = {
        {"SCRIPT_NAME", "/m/x.cgi"}, {"SCRIPT_FILENAME", "/srv/m/x.cgi"},
        {"PATH_INFO", "/a b"},       {"PATH_TRANSLATED", "/srv/a b"},
        {"REMOTE_USER", "alice"},    {"CERT_SUBJECT", "CN=a"},
        {"CERTAUTHZ", ""},           {"CERTAUTHZ_ROLES", ""},
        {"HTTP_CERT_SUBJECT", "x"},  {"SSL_CLIENT_CERT", "pem"},
        {"QUERY_STRING", "c"},       {"REDIRECT_STATUS", ""},
    };
    for (size_t i = 0; i < CZ_COUNT(expected); i++) {
        tap_is(value(&environment, expected[i][0]), expected[i][1], expected[i][0]);
        char name[64];
        snprintf(name, sizeof name, "%s=", expected[i][0]);
        tap_ok(count_of(&environment, name) <= 1, "and no other");
    }
    tap_is_int((long long)count_of(&environment, "REDIRECT_"), 0, "nothing of the redirect");
    gate_environment_release(&environment);
    gate_environment_run(&environment, &call, 0, claims, true);
    tap_is(value(&environment, "REDIRECT_STATUS"), "200", "php-cgi wants to see one");
    tap_is(value(&environment, "PATH_INFO"), "", "no PATH_INFO where nothing follows");
    tap_is_int((long long)count_of(&environment, "PATH_"), 0, "not even an empty one");
    gate_call_release(&call);
}

int main(void) {
    test_apache();
    test_agreement();
    test_lighttpd();
    test_url();
    test_approval();
    test_asking();
    test_running();
    return tap_done();
}
