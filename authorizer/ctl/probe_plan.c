#include "base/cleanup.h"
#include "ctl/probe.h"

#define BASIC_ADMIN "Basic YWRtaW46YWRtaW4=" /* admin:admin */
#define BASIC_EMPTY "Basic Og=="             /* : */
#define UNCHANGING                                                                                 \
    { .name = "If-Match", .value = "\"" CZ_PROBE_MARK "\"" }

/* --- the list -------------------------------------------------------------------------- */

void cz_probe_add(struct probe_plan *plan, const struct probe_try *try) {
    char *owned = NULL;
    if (plan->count == plan->capacity) {
        size_t capacity = plan->capacity > 0 ? plan->capacity * 2 : 64;
        struct probe_try *tries = realloc(plan->tries, capacity * sizeof *tries);
        plan->failed |= tries == NULL;
        if (tries != NULL) {
            plan->tries = tries;
            plan->capacity = capacity;
        }
    }
    if (!plan->failed && try->target != NULL) {
        owned = strdup(try->target);
        plan->failed |= owned == NULL;
    }
    if (plan->failed)
        return;
    plan->tries[plan->count] = *try;
    plan->tries[plan->count].target = plan->tries[plan->count].owned = owned;
    plan->count++;
}

void cz_probe_add_both(struct probe_plan *plan, const struct probe_page *page,
                       const struct probe_try *try) {
    struct probe_try again = *try;
    cz_probe_add(plan, try);
    again.who = PROBE_DENIED;
    if (page->has_denied)
        cz_probe_add(plan, &again);
}

void cz_probe_plan_release(struct probe_plan *plan) {
    for (size_t i = 0; i < plan->count; i++)
        free(plan->tries[i].owned);
    free(plan->tries);
    for (size_t i = 0; i < FORM_COUNT; i++)
        cz_buffer_release(&plan->forms[i]);
    *plan = (struct probe_plan){0};
}

void cz_probe_baseline(struct probe_plan *plan, const struct probe_page *page) {
    CZ_CLEANUP(cz_buffer_release) struct buffer absent = {0};
    const char *end = strrchr(page->path, '/') + 1;
    cz_buffer_append(&absent, page->path, (size_t)(end - page->path));
    cz_buffer_puts(&absent, CZ_PROBE_MARK "-nothing");
    plan->failed |= absent.failed;
    const struct probe_try tries[] = {
        {.who = PROBE_GOOD, .expected = EXPECT_ADMITTED, .what = "the good certificate"},
        {.who = PROBE_GOOD, .expected = EXPECT_ADMITTED, .what = "the good certificate again"},
        {.link = LINK_NEW, .what = "no certificate"},
        {.expected = EXPECT_ANYTHING,
         .target = cz_buffer_text(&absent),
         .what = "no certificate, and a page that is not there"},
        {.who = PROBE_DENIED, .what = "the certificate to be refused"},
    };
    for (size_t i = 0; i < CZ_COUNT(tries); i++)
        if (tries[i].who != PROBE_DENIED || page->has_denied)
            cz_probe_add(plan, &tries[i]);
}

/* --- what needs nothing of the page ---------------------------------------------------- */

/* Those that could change something carry a condition that no page fulfils: a server that knows
 * conditions (RFC 9110 section 13.1.1) then does nothing. */
static const struct probe_try methods[] = {
    {.method = "HEAD"},
    {.method = "OPTIONS"},
    {.method = "TRACE"},
    {.method = "PROPFIND", .headers = {{.name = "Depth", .value = "0"}}},
    {.method = "REPORT"},
    {.method = "get"},
    {.method = "BREW"},
    {.method = "POST", .headers = {UNCHANGING}},
    {.method = "PUT", .headers = {UNCHANGING}},
    {.method = "PATCH", .headers = {UNCHANGING}},
    {.method = "DELETE", .headers = {UNCHANGING}},
    {.method = "POST", .headers = {{.name = "X-HTTP-Method-Override", .value = "GET"}, UNCHANGING}},
    {.method = "POST", .headers = {{.name = "X-HTTP-Method", .value = "GET"}, UNCHANGING}},
    {.method = "POST", .headers = {{.name = "X-Method-Override", .value = "GET"}, UNCHANGING}},
    {.method = "OPTIONS", .headers = {{.name = "X-HTTP-Method-Override", .value = "GET"}}},
    {.method = "GET", .headers = {{.name = "X-HTTP-Method-Override", .value = "HEAD"}}},
    {.method = "GET", .headers = {{.name = "X-HTTP-Method-Override", .value = "OPTIONS"}}},
    {.method = "TRACE",
     .who = PROBE_GOOD,
     .expected = EXPECT_NO_ECHO,
     .what = "TRACE with the good certificate",
     .headers = {{.name = "X-Probe", .value = CZ_PROBE_MARK}}},
};

static const struct probe_try parts[] = {
    {.headers = {{.name = "Range", .value = "bytes=0-0"}}},
    {.headers = {{.name = "Range", .value = "bytes=0-"}}},
    {.headers = {{.name = "Range", .value = "bytes=-1"}}},
    {.headers = {{.name = "Range", .value = "bytes=999999999999-"}}},
    {.headers = {{.name = "If-None-Match", .value = "*"}}},
    {.headers = {{.name = "If-Match", .value = "*"}}},
    {.headers = {UNCHANGING}},
    {.headers = {{.name = "If-Modified-Since", .value = "Fri, 31 Dec 9999 23:59:59 GMT"}}},
    {.headers = {{.name = "If-Unmodified-Since", .value = "Thu, 01 Jan 1970 00:00:01 GMT"}}},
    {.headers = {{.name = "Accept", .value = "image/x-" CZ_PROBE_MARK}}},
    {.headers = {{.name = "Accept-Encoding", .value = "gzip"}}},
    {.headers = {{.name = "Expect", .value = "100-continue"}}},
};

static const struct probe_try protocols[] = {
    {.what = "TLS 1.2", .tls = TLS_1_2, .link = LINK_NEW},
    {.what = "TLS 1.3", .tls = TLS_1_3, .link = LINK_NEW},
    {.what = "HTTP/1.0", .http = HTTP_1_0, .link = LINK_NEW},
    {.what = "HTTP/1.0 over TLS 1.2", .http = HTTP_1_0, .tls = TLS_1_2, .link = LINK_NEW},
    {.what = "HTTP/1.0 without Host",
     .http = HTTP_1_0,
     .link = LINK_NEW,
     .headers = {{.name = "Host"}}},
    {.what = "HTTP/1.1 without Host", .link = LINK_NEW, .headers = {{.name = "Host"}}},
    {.what = "HTTP/2", .http = HTTP_2, .link = LINK_NEW},
    {.what = "HTTP/2 over TLS 1.2", .http = HTTP_2, .tls = TLS_1_2, .link = LINK_NEW},
    {.what = "HEAD over HTTP/2", .http = HTTP_2, .link = LINK_NEW, .method = "HEAD"},
    {.what = "POST over HTTP/2",
     .http = HTTP_2,
     .link = LINK_NEW,
     .method = "POST",
     .headers = {UNCHANGING}},
    {.what = "HTTP/2, and Range: bytes=0-0",
     .http = HTTP_2,
     .link = LINK_NEW,
     .headers = {{.name = "Range", .value = "bytes=0-0"}}},
    {.what = "Upgrade: h2c",
     .link = LINK_NEW,
     .headers = {{.name = "Upgrade", .value = "h2c"},
                 {.name = "HTTP2-Settings", .value = "AAMAAABkAAQAAP__"},
                 {.name = "Connection", .value = "Upgrade, HTTP2-Settings"}}},
    {.what = "Upgrade: websocket",
     .link = LINK_NEW,
     .headers = {{.name = "Upgrade", .value = "websocket"},
                 {.name = "Sec-WebSocket-Key", .value = "Y2VydGF1dGh6LXByb2JlIQ=="},
                 {.name = "Sec-WebSocket-Version", .value = "13"},
                 {.name = "Connection", .value = "Upgrade"}}},
};

#define STRANGER CZ_PROBE_MARK ".invalid"

/* Another name may be another site, with pages for everybody. */
static const struct probe_try hosts[] = {
    {.expected = EXPECT_ELSEWHERE, .headers = {{.name = "Host", .value = STRANGER}}},
    {.expected = EXPECT_ELSEWHERE, .headers = {{.name = "Host", .value = "localhost"}}},
    {.expected = EXPECT_ELSEWHERE, .headers = {{.name = "Host", .value = "127.0.0.1"}}},
    {.expected = EXPECT_ELSEWHERE, .headers = {{.name = "Host", .value = ""}}},
    {.headers = {{.name = "X-Forwarded-Host", .value = "localhost"}}},
    {.headers = {{.name = "X-Forwarded-Server", .value = "localhost"}}},
    {.what = "another name in the TLS handshake, and the page's Host",
     .expected = EXPECT_ELSEWHERE,
     .server = STRANGER},
    {.what = "another name in the TLS handshake, and the same Host",
     .expected = EXPECT_ELSEWHERE,
     .server = STRANGER,
     .headers = {{.name = "Host", .value = STRANGER}}},
    {.what = "localhost in the TLS handshake, and the page's Host",
     .expected = EXPECT_ELSEWHERE,
     .server = "localhost"},
    {.what = "no name in the TLS handshake", .expected = EXPECT_ELSEWHERE, .server = "192.0.2.1"},
};

static const struct probe_try passwords[] = {
    {.headers = {{.name = "Authorization", .value = BASIC_ADMIN, .said = "Basic admin:admin"}}},
    {.headers = {{.name = "Authorization", .value = BASIC_EMPTY, .said = "Basic :"}}},
    {.headers = {{.name = "Authorization", .value = "Basic"}}},
    {.headers = {{.name = "Authorization", .value = "Bearer " CZ_PROBE_MARK}}},
    {.headers = {{.name = "Authorization", .value = "Negotiate YA=="}}},
    {.headers = {{.name = "Authorization", .value = "Certificate " CZ_PROBE_MARK}}},
    {.headers = {{.name = "Proxy-Authorization",
                  .value = BASIC_ADMIN,
                  .said = "Basic admin:admin"}}},
};

static void add_all(struct probe_plan *plan, enum probe_group group, const struct probe_page *page,
                    const struct probe_try *tries, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct probe_try try = tries[i];
        try.group = group;
        if (try.who == PROBE_NOBODY)
            cz_probe_add_both(plan, page, &try);
        else
            cz_probe_add(plan, &try);
    }
}

/* --- what does ------------------------------------------------------------------------- */

static void plan_parts(struct probe_plan *plan, const struct probe_page *page) {
    const struct probe_header known[] = {
        {.name = "If-None-Match", .value = page->etag},
        {.name = "If-Match", .value = page->etag},
        {.name = "If-Modified-Since", .value = page->modified},
        {.name = "If-Unmodified-Since", .value = page->modified},
    };
    for (size_t i = 0; i < CZ_COUNT(known); i++)
        if (known[i].value != NULL)
            cz_probe_add_both(plan, page,
                              &(struct probe_try){.group = PROBE_PARTS, .headers = {known[i]}});
}

/* A session without a certificate that is admitted, resumed for the page; and one that was made for
 * another name, where none may be wanted. */
static void plan_sessions(struct probe_plan *plan, enum probe_who who, const char *open) {
    static const struct {
        enum probe_tls tls;
        const char *server, *first, *resumed;
    } sessions[] = {
        {TLS_1_2, NULL, "a TLS 1.2 session begins", "a TLS 1.2 session is resumed"},
        {TLS_1_3, NULL, "a TLS 1.3 session begins", "a TLS 1.3 session is resumed"},
        {TLS_1_2, STRANGER, "a TLS 1.2 session for another name begins",
         "a TLS 1.2 session for another name is resumed for this one"},
        {TLS_1_3, STRANGER, "a TLS 1.3 session for another name begins",
         "a TLS 1.3 session for another name is resumed for this one"},
    };
    for (size_t i = 0; i < CZ_COUNT(sessions); i++) {
        const struct probe_try first = {.group = PROBE_CONNECTIONS,
                                        .who = who,
                                        .tls = sessions[i].tls,
                                        .link = LINK_SESSION,
                                        .expected = EXPECT_ANYTHING,
                                        .target = open,
                                        .server = sessions[i].server,
                                        .what = sessions[i].first};
        const struct probe_try resumed = {.group = PROBE_CONNECTIONS,
                                          .who = who,
                                          .tls = sessions[i].tls,
                                          .link = LINK_RESUMED,
                                          .what = sessions[i].resumed};
        cz_probe_add(plan, &first);
        cz_probe_add(plan, &resumed);
    }
}

/* Each first request is for a page that anybody may see, or the root. */
static void plan_connections(struct probe_plan *plan, const struct probe_page *page) {
    const char *open = page->open != NULL ? page->open : "/";
    const struct probe_try follow[] = {
        {.link = LINK_NEW,
         .expected = EXPECT_ANYTHING,
         .target = open,
         .what = "the first request of a connection"},
        {.link = LINK_SAME, .what = "the second of the same connection"},
        {.link = LINK_SAME, .what = "the third of the same connection"},
        {.link = LINK_NEW,
         .who = PROBE_GOOD,
         .expected = EXPECT_STILL_ADMITTED,
         .what = "a connection with the good certificate"},
        {.link = LINK_NEW, .what = "a new connection right after it"},
    };
    add_all(plan, PROBE_CONNECTIONS, page, follow, CZ_COUNT(follow));
    plan_sessions(plan, PROBE_NOBODY, open);
    if (page->has_denied)
        plan_sessions(plan, PROBE_DENIED, open);
}

static void plan_plain(struct probe_plan *plan, const struct probe_page *page) {
    static const struct probe_try tries[] = {
        {.tls = TLS_NONE, .link = LINK_NEW, .what = "HTTP without TLS, on the same port"},
        {.tls = TLS_NONE, .link = LINK_NEW, .elsewhere = true, .what = "HTTP without TLS"},
        {.tls = TLS_NONE,
         .link = LINK_NEW,
         .elsewhere = true,
         .http = HTTP_1_0,
         .what = "HTTP/1.0 without TLS"},
    };
    for (size_t i = 0; i < CZ_COUNT(tries); i++)
        if (!tries[i].elsewhere || page->has_plain) {
            struct probe_try try = tries[i];
            try.group = PROBE_PLAIN;
            cz_probe_add(plan, &try);
        }
}

#define TABLE(name) .tries = (name), .count = CZ_COUNT(name)

static const struct {
    void (*plan)(struct probe_plan *plan, const struct probe_page *page);
    const struct probe_try *tries;
    size_t count;
} groups[PROBE_GROUP_COUNT] = {
    [PROBE_CERTIFICATES] = {.plan = cz_probe_plan_certificates},
    [PROBE_NAMES] = {.plan = cz_probe_plan_names},
    [PROBE_PATHS] = {.plan = cz_probe_plan_paths},
    [PROBE_METHODS] = {TABLE(methods)},
    [PROBE_PARTS] = {.plan = plan_parts, TABLE(parts)},
    [PROBE_PROTOCOLS] = {TABLE(protocols)},
    [PROBE_HOSTS] = {TABLE(hosts)},
    [PROBE_CONNECTIONS] = {.plan = plan_connections},
    [PROBE_PASSWORDS] = {TABLE(passwords)},
    [PROBE_PLAIN] = {.plan = plan_plain},
};

void cz_probe_plan(struct probe_plan *plan, enum probe_group group, const struct probe_page *page) {
    add_all(plan, group, page, groups[group].tries, groups[group].count);
    if (groups[group].plan != NULL)
        groups[group].plan(plan, page);
    cz_probe_add(plan, &(struct probe_try){.group = group,
                                           .who = PROBE_GOOD,
                                           .expected = EXPECT_STILL_ADMITTED,
                                           .link = LINK_NEW,
                                           .what = "the good certificate still"});
}
