#include "base/cleanup.h"
#include "ctl/probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#define SHUT_OUT                                                                                   \
    "it was admitted before, so refusals since then say nothing: lift what limits requests for "   \
    "the time of the probe, or try group by group (--only)"
#define TELLING 16 /* bytes; a shorter page may stand in another by chance */

void cz_probe_reply_release(struct probe_reply *reply) {
    cz_buffer_release(&reply->headers);
    cz_buffer_release(&reply->body);
    *reply = (struct probe_reply){0};
}

/* --- headers --------------------------------------------------------------------------- */

struct header {
    struct bytes name, value;
};

static struct bytes trim(struct bytes text) {
    while (text.len > 0 && strchr(" \t\r", text.data[0]) != NULL) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && strchr(" \t\r", text.data[text.len - 1]) != NULL)
        text.len--;
    return text;
}

/* The next of *rest, which it is taken off; a line without a colon, such as the status, is passed
 * over. False at the end. */
static bool next_header(struct bytes *rest, struct header *header) {
    while (rest->len > 0) {
        const uint8_t *end = memchr(rest->data, '\n', rest->len);
        struct bytes line = {.data = rest->data,
                             .len = end != NULL ? (size_t)(end - rest->data) : rest->len};
        size_t taken = line.len + (end != NULL);
        const uint8_t *colon = line.len > 0 ? memchr(line.data, ':', line.len) : NULL;
        rest->data += taken;
        rest->len -= taken;
        if (colon == NULL)
            continue;
        size_t name = (size_t)(colon - line.data);
        header->name = (struct bytes){.data = line.data, .len = name};
        header->value = trim((struct bytes){.data = colon + 1, .len = line.len - name - 1});
        return true;
    }
    return false;
}

bool cz_probe_header(const struct probe_reply *reply, const char *name, struct bytes *value) {
    struct bytes rest = cz_buffer_view(&reply->headers);
    struct header header;
    while (next_header(&rest, &header))
        if (header.name.len == strlen(name) &&
            strncasecmp((const char *)header.name.data, name, header.name.len) == 0) {
            *value = header.value;
            return true;
        }
    return false;
}

/* --- what may be found ----------------------------------------------------------------- */

struct judging {
    const struct probe_ground *ground;
    const struct probe_try *try;
    const struct probe_reply *reply;
    struct probe_result *result;
};

static void say(struct judging *judging, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct judging *judging, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(judging->result->why, sizeof judging->result->why, format, arguments);
    va_end(arguments);
}

static bool is_success(const struct probe_reply *reply) {
    return reply->status / 100 == 2;
}

/* As a variable would be named: '-' is '_', and case means nothing. */
static bool name_begins(struct bytes name, const char *start) {
    size_t len = strlen(start);
    if (name.len < len)
        return false;
    for (size_t i = 0; i < len; i++) {
        uint8_t c = name.data[i] == '-' ? '_' : name.data[i];
        if ((c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) != start[i])
            return false;
    }
    return true;
}

static bool tells_claims(struct judging *judging) {
    static const struct {
        const char *start;
        bool whole;
    } claims[] = {
        {"VARIABLE_", false},   {"CERT_", false},        {"CERTAUTHZ", false},
        {"SSL_CLIENT_", false}, {"REMOTE_USER", true},   {"AUTH_TYPE", true},
        {"CLIENT_CERT", false}, {"X_REMOTE_USER", true}, {"X_FORWARDED_CLIENT_CERT", true},
    };
    struct bytes rest = cz_buffer_view(&judging->reply->headers);
    struct header header;
    while (next_header(&rest, &header))
        for (size_t i = 0; i < CZ_COUNT(claims); i++)
            if (name_begins(header.name, claims[i].start) &&
                (!claims[i].whole || header.name.len == strlen(claims[i].start))) {
                say(judging, "the reply tells the client %.*s",
                    (int)(header.name.len < 60 ? header.name.len : 60),
                    (const char *)header.name.data);
                return true;
            }
    return false;
}

static bool same_body(const struct probe_reply *a, const struct probe_reply *b) {
    return a->body.len > 0 && cz_bytes_equal(cz_buffer_view(&a->body), cz_buffer_view(&b->body));
}

static bool shows_page(struct judging *judging) {
    const struct probe_ground *ground = judging->ground;
    const struct probe_reply *good = ground->good;
    struct bytes page = good != NULL ? cz_buffer_view(&good->body) : (struct bytes){0};
    struct bytes body = cz_buffer_view(&judging->reply->body);
    if (page.len == 0 || ground->changes || body.len < page.len)
        return false;
    if (!same_body(good, judging->reply) &&
        (page.len < TELLING || memmem(body.data, body.len, page.data, page.len) == NULL))
        return false;
    say(judging, "the page itself is in the reply");
    return true;
}

/* Both have the header, with the same value. */
static bool same_header(const struct probe_reply *a, const struct probe_reply *b,
                        const char *name) {
    struct bytes here, there;
    return cz_probe_header(a, name, &here) && cz_probe_header(b, name, &there) && here.len > 0 &&
           cz_bytes_equal(here, there);
}

static bool is_head(const struct probe_try *try) {
    return try->method != NULL && strcmp(try->method, "HEAD") == 0;
}

/* Where another page may be shown, its own words tell it from this one; files that were made at
 * the same time share a Last-Modified. */
static bool is_shown_otherwise(const struct judging *judging) {
    const struct probe_ground *ground = judging->ground;
    return is_success(judging->reply) && !is_head(judging->try) && !ground->changes &&
           ground->good != NULL && ground->good->body.len > 0;
}

/* What only who has opened the file can know. */
static bool tells_of_page(struct judging *judging) {
    static const char *const names[] = {"ETag", "Last-Modified"};
    const struct probe_reply *good = judging->ground->good, *reply = judging->reply;
    const struct probe_reply *refused = judging->ground->refused;
    struct bytes ignored;
    if (is_shown_otherwise(judging))
        return false;
    for (size_t i = 0; good != NULL && i < CZ_COUNT(names); i++)
        if (same_header(good, reply, names[i])) {
            say(judging, "the reply has the page's %s", names[i]);
            return true;
        }
    if (cz_probe_header(reply, "Content-Range", &ignored)) {
        say(judging, "the reply has a Content-Range");
        return true;
    }
    if (!is_head(judging->try) || good == NULL || !same_header(good, reply, "Content-Length") ||
        (refused != NULL && same_header(good, refused, "Content-Length")))
        return false;
    say(judging, "the reply has the page's Content-Length");
    return true;
}

/* The answers to conditions and ranges that are given once a page has been opened. */
static bool has_gone_through(struct judging *judging) {
    static const unsigned statuses[] = {101, 304, 412, 416};
    for (size_t i = 0; i < CZ_COUNT(statuses); i++)
        if (judging->reply->status == statuses[i]) {
            say(judging, "the request came to what stands behind the check");
            return true;
        }
    return false;
}

static bool is_admitted(struct judging *judging) {
    return is_success(judging->reply);
}

/* A site may answer whatever is not there with a page of its own. */
static bool is_as_if_absent(struct judging *judging) {
    const struct probe_reply *absent = judging->ground->absent;
    if (absent == NULL || !is_success(judging->reply) || !is_success(absent) ||
        judging->try->target == NULL || !same_body(absent, judging->reply))
        return false;
    say(judging, "what a page that is not there gets");
    return true;
}

static bool asks_for_password(struct judging *judging) {
    struct bytes scheme;
    if (judging->reply->status != 401 ||
        (judging->try->group != PROBE_BASELINE && judging->try->group != PROBE_PASSWORDS))
        return false;
    if (cz_probe_header(judging->reply, "WWW-Authenticate", &scheme))
        say(judging, "it asks for a password (%.*s): one may be enough to come in",
            (int)(scheme.len < 80 ? scheme.len : 80), (const char *)scheme.data);
    else
        say(judging, "401 asks for a password, which no certificate replaces: 403 is meant");
    return true;
}

static bool is_broken(struct judging *judging) {
    unsigned status = judging->reply->status;
    if (status != 500 && status != 502 && status != 503 && status != 504)
        return false;
    say(judging, "the server failed, and refused for that");
    return true;
}

static bool is_another_unknown(struct judging *judging) {
    if (!is_success(judging->reply) || !judging->ground->changes)
        return false;
    say(judging, "whether it is the page cannot be seen: it is another each time");
    return true;
}

static bool is_not_admitted(struct judging *judging) {
    return !is_success(judging->reply);
}

/* What a server refuses that refuses everybody, after so many requests or such as these, has not
 * been judged by it. */
static bool is_shut_out(struct judging *judging) {
    if (is_success(judging->reply))
        return false;
    say(judging, SHUT_OUT);
    return true;
}

static bool is_echo(struct judging *judging) {
    struct bytes type = {0}, body = cz_buffer_view(&judging->reply->body);
    struct bytes mark = CZ_BYTES(CZ_PROBE_MARK);
    bool is_message = cz_probe_header(judging->reply, "Content-Type", &type) && type.len >= 12 &&
                      strncasecmp((const char *)type.data, "message/http", 12) == 0;
    if (!is_success(judging->reply) ||
        (!is_message &&
         (body.len == 0 || memmem(body.data, body.len, mark.data, mark.len) == NULL)))
        return false;
    say(judging, "the request comes back, with what servers in between added to it");
    return true;
}

/* --- what it amounts to ---------------------------------------------------------------- */

struct rule {
    bool (*holds)(struct judging *judging);
    enum probe_finding finding;
};

#define RULES_MAX 10

/* The first that holds decides; none: it held. */
static const struct rule rules[EXPECTATION_COUNT][RULES_MAX] = {
    [EXPECT_REFUSED] = {{tells_claims, PROBE_HOLE},
                        {shows_page, PROBE_HOLE},
                        {tells_of_page, PROBE_HOLE},
                        {is_as_if_absent, PROBE_HELD},
                        {is_admitted, PROBE_HOLE},
                        {has_gone_through, PROBE_HOLE},
                        {asks_for_password, PROBE_NOTE},
                        {is_broken, PROBE_NOTE}},
    [EXPECT_ELSEWHERE] = {{tells_claims, PROBE_HOLE},
                          {shows_page, PROBE_HOLE},
                          {tells_of_page, PROBE_HOLE},
                          {is_another_unknown, PROBE_NOTE}},
    [EXPECT_ADMITTED] = {{tells_claims, PROBE_HOLE}, {is_not_admitted, PROBE_NOTE}},
    [EXPECT_STILL_ADMITTED] = {{is_shut_out, PROBE_UNTRIED}},
    [EXPECT_NO_ECHO] = {{is_echo, PROBE_HOLE}},
    [EXPECT_ANYTHING] = {{tells_claims, PROBE_HOLE}},
};

static void judge_failure(struct judging *judging) {
    static const struct {
        const char *got;
        enum probe_finding finding;
    } failures[] = {
        [FAILURE_CLOSED] = {"no reply", PROBE_HELD},
        [FAILURE_UNREACHABLE] = {"unreachable", PROBE_UNTRIED},
        [FAILURE_TIME] = {"no answer", PROBE_UNTRIED},
        [FAILURE_LIBRARY] = {"not sent", PROBE_SKIPPED},
    };
    enum probe_failure failure = judging->reply->failure;
    snprintf(judging->result->got, sizeof judging->result->got, "%s", failures[failure].got);
    judging->result->finding = failures[failure].finding;
    if (judging->try->expected == EXPECT_STILL_ADMITTED && is_shut_out(judging))
        judging->result->finding = PROBE_UNTRIED;
    else
        say(judging, "%.200s", judging->reply->why.message);
}

/* What held only because it was not what was meant to be tried. */
static void mark_skipped(struct judging *judging) {
    const struct probe_try *try = judging->try;
    const struct probe_reply *reply = judging->reply;
    const char *why = NULL;
    if (try->http == HTTP_2 && reply->http != HTTP_2)
        why = "the server does not speak HTTP/2";
    else if (try->link == LINK_SAME && !reply->same_connection)
        why = "the server had ended the connection";
    else if (try->link == LINK_RESUMED && !reply->is_resumed)
        why = "the server did not resume the session";
    if (why == NULL)
        return;
    judging->result->finding = PROBE_SKIPPED;
    say(judging, "%s", why);
}

void cz_probe_judge(const struct probe_ground *ground, const struct probe_try *try,
                    const struct probe_reply *reply, struct probe_result *result) {
    struct judging judging = {.ground = ground, .try = try, .reply = reply, .result = result};
    *result = (struct probe_result){0};
    if (reply->failure != FAILURE_NONE) {
        judge_failure(&judging);
        return;
    }
    snprintf(result->got, sizeof result->got, "%u", reply->status);
    for (const struct rule *rule = rules[try->expected]; rule->holds != NULL; rule++)
        if (rule->holds(&judging)) {
            result->finding = rule->finding;
            result->is_page = rule->holds == shows_page || rule->holds == is_admitted;
            break;
        }
    if (result->finding == PROBE_HELD)
        mark_skipped(&judging);
}
