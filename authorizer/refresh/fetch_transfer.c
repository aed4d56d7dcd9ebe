#include <config.h>

#include "refresh/fetch_transfer.h"

#include "base/cleanup.h"
#include "refresh/fetch_text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HEADER_SIZE_MAX (64u << 10) /* bytes of a reply's headers */
#define ROUNDING 10                 /* milliseconds that libcurl's clock may differ from ours */
#define SECONDS_MOST 86400u         /* so that milliseconds fit into a long everywhere */

static int64_t milliseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool cz_transfer_fail(struct fetch *fetch, const char *format, ...) {
    struct error why = {0};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why.message, sizeof why.message, format, arguments);
    va_end(arguments);
    return cz_error_set(&fetch->reply.error, "%s: %.480s", fetch->name, why.message);
}

static bool fail_by_size(struct fetch *fetch) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_fetch_put_size(&text, fetch->size_limit);
    return cz_transfer_fail(fetch, "the server sent more than %s", cz_buffer_text(&text));
}

/* --- what libcurl hands over --- */

static bool spool(struct fetch *fetch, struct bytes piece) {
    while (piece.len > 0) {
        ssize_t written = write(fetch->spool, piece.data, piece.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return cz_transfer_fail(fetch, "what the server sends cannot be stored: %s",
                                    strerror(errno));
        piece.data += written;
        piece.len -= (size_t)written;
    }
    return true;
}

static bool keep(void *context, struct bytes piece) {
    struct fetch *fetch = context;
    if (piece.len > fetch->size_limit - fetch->reply.size)
        return fail_by_size(fetch);
    fetch->reply.size += piece.len;
    if (fetch->spool >= 0)
        return spool(fetch, piece);
    cz_buffer_bytes(&fetch->reply.body, piece);
    return !fetch->reply.body.failed || cz_transfer_fail(fetch, "out of memory");
}

bool cz_transfer_is_ldap(const struct fetch *fetch) {
    return fetch->url.protocol == FETCH_LDAP || fetch->url.protocol == FETCH_LDAPS;
}

static bool keep_ldap(struct fetch *fetch, struct bytes piece) {
    struct error error = {0};
    return cz_ldif_read(&fetch->ldif, piece, &error) ||
           cz_transfer_fail(fetch, "%s", error.message);
}

/* What comes with another status than 200 is not read at all: its status says enough. */
static size_t take_body(char *data, size_t size, size_t count, void *context) {
    struct fetch *fetch = context;
    struct bytes piece = {.data = (const uint8_t *)data, .len = size * count};
    long status = 0;
    if (piece.len == 0)
        return 0;
    if (cz_transfer_is_ldap(fetch))
        return keep_ldap(fetch, piece) ? piece.len : 0;
    if (curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
        status != 200)
        return 0;
    return keep(fetch, piece) ? piece.len : 0;
}

static size_t take_header(char *data, size_t size, size_t count, void *context) {
    struct fetch *fetch = context;
    (void)data;
    fetch->header_size += size * count;
    if (fetch->header_size <= HEADER_SIZE_MAX)
        return size * count;
    cz_transfer_fail(fetch, "the server's headers are longer than %u KiB", HEADER_SIZE_MAX >> 10);
    return 0;
}

/* --- before it is sent --- */

static const struct {
    CURLoption option;
    long value;
} fixed[] = {
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_FOLLOWLOCATION, 0}, /* each redirect is judged here first */
    {CURLOPT_SSL_VERIFYPEER, 1},
    {CURLOPT_SSL_VERIFYHOST, 2},
    {CURLOPT_HTTPAUTH, 0},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
#if LIBCURL_VERSION_NUM >= 0x075700
    {CURLOPT_QUICK_EXIT, 1}, /* else an end waits for a name server that does not answer */
#endif
};

static bool set_options(struct fetch *fetch) {
    char list[FETCH_PROTOCOL_LIST];
    CURL *easy = fetch->easy;
    bool good = true;
    for (size_t i = 0; i < CZ_COUNT(fixed); i++)
        good = curl_easy_setopt(easy, fixed[i].option, fixed[i].value) == CURLE_OK && good;
    const struct fetch_limits *limits = &fetch->fetcher->limits;
    return good &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, cz_fetch_protocols(list)) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "certauthz/" VERSION) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, fetch->detail) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PRIVATE, fetch) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetch) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, fetch) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)limits->least_bytes_a_second) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)limits->least_seconds) == CURLE_OK;
}

bool cz_transfer_late(const struct fetch *fetch) {
    return milliseconds_now() >= fetch->deadline - ROUNDING;
}

/* What a server sent once is sent back as it was, or not at all. */
bool cz_header_value_good(const char *text) {
    if (text == NULL || *text == '\0')
        return false;
    while (*text >= ' ' && *text < 0x7f)
        text++;
    return *text == '\0';
}

static bool add_header(struct fetch *fetch, const char *name, const char *value) {
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    cz_buffer_printf(&line, "%s: %s", name, value);
    struct curl_slist *longer =
        line.failed ? NULL : curl_slist_append(fetch->headers, cz_buffer_text(&line));
    if (longer == NULL)
        return false;
    fetch->headers = longer;
    return true;
}

static bool set_headers(struct fetch *fetch, const struct fetch_request *request) {
    const struct {
        const char *name, *value;
        bool asks;
    } headers[] = {
        {"Accept", request->accept, false},
        {"Content-Type", request->content_type, false},
        {"If-None-Match", request->etag, true},
        {"If-Modified-Since", request->last_modified, true},
    };
    for (size_t i = 0; i < CZ_COUNT(headers); i++) {
        if (!cz_header_value_good(headers[i].value))
            continue;
        if (!add_header(fetch, headers[i].name, headers[i].value))
            return false;
        fetch->conditional = fetch->conditional || headers[i].asks;
    }
    return curl_easy_setopt(fetch->easy, CURLOPT_HTTPHEADER, fetch->headers) == CURLE_OK;
}

static bool set_post(struct fetch *fetch, struct bytes post) {
    fetch->posts = post.len > 0;
    return !fetch->posts ||
           (add_header(fetch, "Expect", "") && /* it is short: no leave to send it is asked for */
            curl_easy_setopt(fetch->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post.len) ==
                CURLE_OK &&
            curl_easy_setopt(fetch->easy, CURLOPT_COPYPOSTFIELDS, (const char *)post.data) ==
                CURLE_OK);
}

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

bool cz_transfer_launch(struct fetch *fetch) {
    unsigned connect = least(fetch->fetcher->limits.connect_seconds, SECONDS_MOST);
    int64_t left = fetch->deadline - milliseconds_now();
    fetch->header_size = 0;
    fetch->running =
        curl_easy_setopt(fetch->easy, CURLOPT_CURLU, fetch->url.parsed) == CURLE_OK &&
        curl_easy_setopt(fetch->easy, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left : 1)) ==
            CURLE_OK &&
        curl_easy_setopt(fetch->easy, CURLOPT_CONNECTTIMEOUT, (long)connect) == CURLE_OK &&
        curl_multi_add_handle(fetch->fetcher->multi, fetch->easy) == CURLM_OK;
    return fetch->running;
}

static bool begin(struct fetch *fetch, const struct fetch_request *request) {
    fetch->easy = curl_easy_init();
    if (fetch->easy == NULL || !set_options(fetch) || !set_post(fetch, request->post) ||
        !set_headers(fetch, request))
        return false;
    fetch->deadline = milliseconds_now() + (int64_t)fetch->seconds * 1000;
    return cz_transfer_launch(fetch);
}

struct fetch *cz_transfer_new(struct fetcher *fetcher, const struct fetch_request *request) {
    const struct fetch_limits *limits = &fetcher->limits;
    struct fetch *fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL)
        return NULL;
    fetch->fetcher = fetcher;
    fetch->spool = request->spool;
    fetch->size_limit = request->size_limit > 0 ? request->size_limit : limits->size;
    fetch->seconds = least(request->seconds > 0 ? request->seconds : limits->seconds, SECONDS_MOST);
    fetch->ldif = (struct ldif_reader){.keep = keep, .context = fetch};
    fetch->reply = (struct fetch_reply){.retry_after = -1, .max_age = -1};
    fetch->reply.body.limit = fetch->size_limit < SIZE_MAX ? fetch->size_limit + 1 : SIZE_MAX;
    cz_fetch_shown(request->url, fetch->first);
    memcpy(fetch->name, fetch->first, sizeof fetch->first);
    if (cz_fetch_url_judge(limits, request->url, &fetch->url, &fetch->reply.error) &&
        !begin(fetch, request))
        cz_transfer_free(CZ_STEAL(fetch));
    return fetch;
}

void cz_transfer_free(struct fetch *fetch) {
    if (fetch->running)
        curl_multi_remove_handle(fetch->fetcher->multi, fetch->easy);
    curl_easy_cleanup(fetch->easy);
    curl_slist_free_all(fetch->headers);
    cz_fetch_url_release(&fetch->url);
    cz_buffer_release(&fetch->reply.body);
    free(fetch);
}
