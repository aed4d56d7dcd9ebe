#include <config.h>

#include "ctl/probe_transfer.h"

#include "base/cleanup.h"
#include "ctl/probe_session.h"

#include <curl/curl.h>
#include <stdio.h>
#include <strings.h>

struct url {
    char *host, *port, *path, *query; /* libcurl's; query may be NULL */
    struct buffer authority;          /* owned, as all that follow */
    struct buffer query_text;         /* with its '?' */
    struct buffer target;             /* path and query */
};

struct prober {
    const struct probe_settings *settings;
    struct url page, plain;       /* plain: empty where there is none */
    CURL *easy[PROBE_WHO_COUNT];  /* each with its own connections and sessions */
    struct curl_slist *headers;   /* of the request under way */
    struct curl_slist *addresses; /* the same */
    struct probe_reply *reply;    /* the same; borrowed */
    struct buffer session;        /* owned; the TLS session that was kept last */
    bool cut;                     /* the body was longer than what is read of it */
    char detail[CURL_ERROR_SIZE];
};

/* --- URLs ------------------------------------------------------------------------------ */

static void url_release(struct url *url) {
    curl_free(url->host);
    curl_free(url->port);
    curl_free(url->path);
    curl_free(url->query);
    cz_buffer_release(&url->authority);
    cz_buffer_release(&url->query_text);
    cz_buffer_release(&url->target);
}

static void free_url(CURLU **parsed) {
    curl_url_cleanup(*parsed);
}

static void free_text(char **text) {
    curl_free(*text);
}

/* The path as it is written: what it leads to is for the server to find out. */
static bool url_read(const char *text, const char *scheme, struct url *url, struct error *error) {
    CZ_CLEANUP(free_url) CURLU *parsed = curl_url();
    CZ_CLEANUP(free_text) char *found = NULL;
    if (parsed == NULL)
        return cz_error_set(error, "out of memory");
    if (curl_url_set(parsed, CURLUPART_URL, text, CURLU_PATH_AS_IS | CURLU_DISALLOW_USER) !=
            CURLUE_OK ||
        curl_url_get(parsed, CURLUPART_SCHEME, &found, 0) != CURLUE_OK ||
        strcmp(found, scheme) != 0)
        return cz_error_set(error, "%.300s: a URL such as %s://www.example.org/page is wanted",
                            text, scheme);
    if (curl_url_get(parsed, CURLUPART_HOST, &url->host, 0) != CURLUE_OK ||
        curl_url_get(parsed, CURLUPART_PORT, &url->port, CURLU_DEFAULT_PORT) != CURLUE_OK ||
        curl_url_get(parsed, CURLUPART_PATH, &url->path, 0) != CURLUE_OK)
        return cz_error_set(error, "%.300s: the URL cannot be taken apart", text);
    curl_url_get(parsed, CURLUPART_QUERY, &url->query, 0);
    bool usual = strcmp(url->port, strcmp(scheme, "https") == 0 ? "443" : "80") == 0;
    cz_buffer_printf(&url->authority, "%s%s%s", url->host, usual ? "" : ":",
                     usual ? "" : url->port);
    if (url->query != NULL)
        cz_buffer_printf(&url->query_text, "?%s", url->query);
    cz_buffer_printf(&url->target, "%s%s", url->path, cz_buffer_text(&url->query_text));
    return (!url->authority.failed && !url->query_text.failed && !url->target.failed) ||
           cz_error_set(error, "out of memory");
}

/* --- the prober ------------------------------------------------------------------------ */

bool cz_prober_new(const struct probe_settings *settings, struct prober **prober,
                   struct error *error) {
    struct prober *new = calloc(1, sizeof *new);
    bool good = new != NULL &&curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    *prober = new;
    if (good)
        new->settings = settings;
    for (size_t i = 0; good && i < PROBE_WHO_COUNT; i++)
        good = (new->easy[i] = curl_easy_init()) != NULL;
    if (!good)
        cz_error_set(error, "out of memory");
    good = good && url_read(settings->url, "https", &new->page, error) &&
           (settings->plain == NULL || url_read(settings->plain, "http", &new->plain, error));
    if (!good)
        cz_prober_free(prober);
    return good;
}

void cz_prober_page(const struct prober *prober, struct probe_page *page) {
    page->authority = cz_buffer_text(&prober->page.authority);
    page->path = prober->page.path;
    page->query = cz_buffer_text(&prober->page.query_text);
}

void cz_prober_free(struct prober **prober) {
    struct prober *old = CZ_STEAL(*prober);
    if (old == NULL)
        return;
    for (size_t i = 0; i < PROBE_WHO_COUNT; i++)
        curl_easy_cleanup(old->easy[i]);
    curl_slist_free_all(old->headers);
    curl_slist_free_all(old->addresses);
    url_release(&old->page);
    url_release(&old->plain);
    cz_buffer_release(&old->session);
    free(old);
}

/* --- what comes ------------------------------------------------------------------------ */

static size_t take_body(char *data, size_t size, size_t count, void *context) {
    struct prober *prober = context;
    struct buffer *body = &prober->reply->body;
    size_t len = size * count, room = CZ_PROBE_BODY_MAX - body->len;
    prober->cut = len > room;
    cz_buffer_append(body, data, prober->cut ? room : len);
    return prober->cut || body->failed ? 0 : len;
}

/* A reply may have others before it, such as 100. */
static size_t take_header(char *data, size_t size, size_t count, void *context) {
    struct prober *prober = context;
    struct buffer *headers = &prober->reply->headers;
    size_t len = size * count;
    if (len > 5 && strncasecmp(data, "HTTP/", 5) == 0)
        cz_buffer_truncate(headers, 0);
    if (len > CZ_PROBE_HEADERS_MAX - headers->len)
        return 0;
    cz_buffer_append(headers, data, len);
    return headers->failed ? 0 : len;
}

/* --- what is sent ---------------------------------------------------------------------- */

static bool add_line(struct curl_slist **list, const struct buffer *line) {
    struct curl_slist *longer =
        line->failed ? NULL : curl_slist_append(*list, cz_buffer_text(line));
    if (longer == NULL)
        return false;
    *list = longer;
    return true;
}

static bool add_header(struct prober *prober, const char *name, const char *value) {
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    if (value == NULL)
        cz_buffer_printf(&line, "%s:", name); /* libcurl then leaves its own out */
    else if (value[0] == '\0')
        cz_buffer_printf(&line, "%s;", name);
    else
        cz_buffer_printf(&line, "%s: %s", name, value);
    return add_line(&prober->headers, &line);
}

static const struct url *url_of(const struct prober *prober, const struct probe_try *try) {
    return try->elsewhere ? &prober->plain : &prober->page;
}

static bool set_headers(struct prober *prober, CURL *easy, const struct probe_try *try) {
    bool has_host = false;
    for (size_t i = 0; i < CZ_PROBE_TRY_HEADERS && try->headers[i].name != NULL; i++) {
        has_host |= strcmp(try->headers[i].name, "Host") == 0;
        if (!add_header(prober, try->headers[i].name, try->headers[i].value))
            return false;
    }
    if (!has_host && !add_header(prober, "Host", cz_buffer_text(&url_of(prober, try)->authority)))
        return false;
    /* So that a server does not wait for a body that never comes. */
    if (try->method != NULL && strncmp(try->method, "P", 1) == 0 &&
        !add_header(prober, "Content-Length", "0"))
        return false;
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, prober->headers) == CURLE_OK;
}

/* The URL names whom TLS asks for; the connection goes to the page's server all the same. What that
 * shows for another name need not be for it: nothing is entrusted to it then. */
static bool set_server(struct prober *prober, CURL *easy, const struct probe_try *try) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0}, address = {0};
    const struct url *url = url_of(prober, try);
    cz_buffer_printf(&text, "%s://%s:%s/", try->tls == TLS_NONE ? "http" : "https",
                     try->server != NULL ? try->server : url->host, url->port);
    cz_buffer_printf(&address, "::%s:%s", url->host, url->port);
    return !text.failed && add_line(&prober->addresses, &address) &&
           curl_easy_setopt(easy, CURLOPT_URL, cz_buffer_text(&text)) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECT_TO, prober->addresses) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, try->server != NULL ? 0L : 1L) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, try->server != NULL ? 0L : 2L) ==
               CURLE_OK;
}

static bool set_tls(const struct prober *prober, CURL *easy, const struct probe_try *try) {
    static const long versions[] = {
        [TLS_BEST] = CURL_SSLVERSION_DEFAULT,
        [TLS_1_2] = CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2,
        [TLS_1_3] = CURL_SSLVERSION_TLSv1_3 | CURL_SSLVERSION_MAX_TLSv1_3,
        [TLS_NONE] = CURL_SSLVERSION_DEFAULT,
    };
    const struct probe_identity *identity = &prober->settings->identities[try->who];
    return curl_easy_setopt(easy, CURLOPT_SSLVERSION, versions[try->tls]) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSLCERT, identity->certificate) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSLKEY, identity->key) == CURLE_OK &&
           (prober->settings->ca == NULL ||
            curl_easy_setopt(easy, CURLOPT_CAINFO, prober->settings->ca) == CURLE_OK);
}

static bool set_request(const struct prober *prober, CURL *easy, const struct probe_try *try) {
    static const long versions[] = {
        [HTTP_1_1] = CURL_HTTP_VERSION_1_1,
        [HTTP_1_0] = CURL_HTTP_VERSION_1_0,
        [HTTP_2] = CURL_HTTP_VERSION_2TLS,
    };
    bool is_head = try->method != NULL && strcmp(try->method, "HEAD") == 0;
    bool is_new = try->link != LINK_ANY && try->link != LINK_SAME;
    const char *target =
        try->target != NULL ? try->target : cz_buffer_text(&url_of(prober, try)->target);
    return curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, target) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, try->method) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOBODY, is_head ? 1L : 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, versions[try->http]) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, is_new ? 1L : 0L) == CURLE_OK;
}

/* One connection at most is kept, so that the one that is used again is that of the try before: of
 * several libcurl takes whichever it likes. */
static bool set_ways(struct prober *prober, CURL *easy, unsigned milliseconds) {
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NETRC, CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPAUTH, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "certauthzctl/" VERSION " (probe)") ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)milliseconds) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, prober->detail) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, prober) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, prober) == CURLE_OK;
}

/* --- and what comes of it -------------------------------------------------------------- */

static enum probe_failure failure_of(CURLcode code) {
    static const struct {
        CURLcode code;
        enum probe_failure failure;
    } failures[] = {
        {CURLE_COULDNT_RESOLVE_HOST, FAILURE_UNREACHABLE},
        {CURLE_COULDNT_CONNECT, FAILURE_UNREACHABLE},
        {CURLE_PEER_FAILED_VERIFICATION, FAILURE_UNREACHABLE},
        {CURLE_SSL_CACERT_BADFILE, FAILURE_UNREACHABLE},
        {CURLE_SSL_CERTPROBLEM, FAILURE_UNREACHABLE},
        {CURLE_OPERATION_TIMEDOUT, FAILURE_TIME},
    };
    for (size_t i = 0; i < CZ_COUNT(failures); i++)
        if (failures[i].code == code)
            return failures[i].failure;
    return FAILURE_CLOSED;
}

/* Once a status is there it counts, whatever becomes of the rest. */
static void conclude(struct prober *prober, CURL *easy, CURLcode code) {
    struct probe_reply *reply = prober->reply;
    long status = 0, version = 0, connections = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
    reply->status = (unsigned)status;
    reply->http = version == CURL_HTTP_VERSION_2_0   ? HTTP_2
                  : version == CURL_HTTP_VERSION_1_0 ? HTTP_1_0
                                                     : HTTP_1_1;
    reply->same_connection = connections == 0;
    if (status >= 101)
        return;
    reply->failure = code == CURLE_OK ? FAILURE_CLOSED : failure_of(code);
    cz_error_set(&reply->why, "%s%s",
                 prober->detail[0] != '\0' ? prober->detail : curl_easy_strerror(code),
                 code == CURLE_PEER_FAILED_VERIFICATION
                     ? "; the URL needs a name of the server's certificate, and --ca its CA"
                     : "");
}

static void free_easy(CURL **easy) {
    curl_easy_cleanup(*easy);
}

/* A socket that libcurl connects, and closes with the handle, and a TLS session of our own on it.
 */
static bool send_in_session(struct prober *prober, const struct probe_try *try,
                            unsigned milliseconds, struct error *error) {
    CZ_CLEANUP(free_easy) CURL *easy = curl_easy_init();
    curl_socket_t fd = CURL_SOCKET_BAD;
    CURLcode code = CURLE_OK;
    struct probe_try plain = *try;
    plain.tls = TLS_NONE;
    bool good = easy != NULL && set_ways(prober, easy, milliseconds) &&
                set_server(prober, easy, &plain) &&
                curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK;
    if (good)
        code = curl_easy_perform(easy);
    if (!good || code != CURLE_OK ||
        curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK) {
        conclude(prober, easy, code);
        return good || cz_error_set(error, "out of memory");
    }
    const struct probe_identity *identity = &prober->settings->identities[try->who];
    struct probe_session session = {
        .fd = fd,
        .certificate = identity->certificate,
        .key = identity->key,
        .server = try->server != NULL ? try->server : prober->page.host,
        .host = try->server != NULL ? try->server : cz_buffer_text(&prober->page.authority),
        .target = try->target != NULL ? try->target : cz_buffer_text(&prober->page.target),
        .tls = try->tls,
        .resumes = try->link == LINK_RESUMED,
        .kept = &prober->session,
        .milliseconds = milliseconds};
    return cz_probe_session(&session, prober->reply, error);
}

static bool has_http2(void) {
    return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0;
}

/* So that what libcurl was built without does not end the whole probe. */
static bool leave_out(struct prober *prober) {
    prober->reply->failure = FAILURE_LIBRARY;
    cz_error_set(&prober->reply->why, "libcurl does not speak HTTP/2");
    return true;
}

/* By libcurl alone. */
static bool send_plainly(struct prober *prober, const struct probe_try *try, unsigned milliseconds,
                         struct error *error) {
    CURL *easy = prober->easy[try->who];
    if (try->http == HTTP_2 && !has_http2())
        return leave_out(prober);
    bool good = set_ways(prober, easy, milliseconds) && set_server(prober, easy, try) &&
                set_tls(prober, easy, try) && set_request(prober, easy, try) &&
                set_headers(prober, easy, try);
    if (good)
        conclude(prober, easy, curl_easy_perform(easy));
    return (good && !prober->reply->headers.failed && !prober->reply->body.failed) ||
           cz_error_set(error, "the request could not be made: out of memory, or libcurl does not "
                               "know an option");
}

bool cz_prober_send(struct prober *prober, const struct probe_try *try, unsigned milliseconds,
                    struct probe_reply *reply, struct error *error) {
    cz_probe_reply_release(reply);
    prober->reply = reply;
    prober->detail[0] = '\0';
    curl_easy_reset(prober->easy[try->who]); /* which keeps its connections and sessions */
    bool sessions = try->link == LINK_SESSION || try->link == LINK_RESUMED;
    bool good = (sessions ? send_in_session : send_plainly)(prober, try, milliseconds, error);
    curl_slist_free_all(CZ_STEAL(prober->headers));
    curl_slist_free_all(CZ_STEAL(prober->addresses));
    return good;
}
