#include "refresh/fetch_transfer.h"

#include "base/cleanup.h"
#include "refresh/fetch_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *header(const struct fetch *fetch, const char *name) {
    struct curl_header *found;
    if (curl_easy_header(fetch->easy, name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK)
        return "";
    return found->value;
}

/* One that does not fit is no use: half of it would match nothing, or the wrong thing. */
static void copy_header(const struct fetch *fetch, const char *name, char *out, size_t size) {
    const char *value = header(fetch, name);
    if (cz_header_value_good(value) && strlen(value) < size)
        memcpy(out, value, strlen(value) + 1);
}

/* RFC 9111, section 5.2.2.1. */
static int64_t max_age(const char *cache_control) {
    static const char directive[] = "max-age=";
    while (*cache_control != '\0') {
        cache_control += strspn(cache_control, " \t,");
        if (strncasecmp(cache_control, directive, sizeof directive - 1) == 0) {
            const char *digits = cache_control + sizeof directive - 1;
            size_t count = strspn(digits, "0123456789");
            return count == 0 ? -1 : count > 10 ? INT32_MAX : strtoll(digits, NULL, 10);
        }
        cache_control += strcspn(cache_control, ",");
    }
    return -1;
}

static void take_headers(struct fetch *fetch) {
    struct fetch_reply *reply = &fetch->reply;
    curl_off_t seconds = 0;
    copy_header(fetch, "ETag", reply->etag, sizeof reply->etag);
    copy_header(fetch, "Last-Modified", reply->last_modified, sizeof reply->last_modified);
    reply->max_age = max_age(header(fetch, "Cache-Control"));
    if (curl_easy_getinfo(fetch->easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0)
        reply->retry_after = seconds;
}

static bool fail_by_time(struct fetch *fetch) {
    const struct fetch_limits *limits = &fetch->fetcher->limits;
    curl_off_t connected = 0;
    if (cz_transfer_late(fetch))
        return cz_transfer_fail(fetch, "it took longer than %u s", fetch->seconds);
    curl_easy_getinfo(fetch->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
    if (connected == 0)
        return cz_transfer_fail(fetch, "no connection within %u s", limits->connect_seconds);
    return cz_transfer_fail(fetch, "the server was slower than %u bytes a second for %u s",
                            limits->least_bytes_a_second, limits->least_seconds);
}

static bool fail_by_code(struct fetch *fetch, CURLcode code) {
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail_by_time(fetch);
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_fetch_put_failure(&text, fetch->easy, code, fetch->detail);
    return cz_transfer_fail(fetch, "%s", cz_buffer_text(&text));
}

static bool fail_by_status(struct fetch *fetch, long status, const char *more) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_fetch_put_status(&text, status);
    return cz_transfer_fail(fetch, "the server answered %s%s", cz_buffer_text(&text), more);
}

static bool is_redirect(long status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool may_follow(struct fetch *fetch, long status, const struct fetch_url *to,
                       const char *shown) {
    if (to->protocol != FETCH_HTTP && to->protocol != FETCH_HTTPS)
        return cz_transfer_fail(
            fetch, "the server redirects to %s: only http and https are followed", shown);
    if (fetch->url.protocol == FETCH_HTTPS && to->protocol == FETCH_HTTP)
        return cz_transfer_fail(fetch, "the server redirects to %s: https is not left for http",
                                shown);
    if (fetch->posts && status == 303)
        return fail_by_status(fetch, status, " to what was posted");
    return true;
}

static bool go_to(struct fetch *fetch, struct fetch_url *to, const char *shown) {
    struct fetch_url from = fetch->url;
    fetch->redirects++;
    snprintf(fetch->name, sizeof fetch->name, "%s (redirected to %s)", fetch->first, shown);
    fetch->url = *to;
    *to = (struct fetch_url){.parsed = NULL};
    bool launched = cz_transfer_launch(fetch);
    cz_fetch_url_release(&from);
    return launched || cz_transfer_fail(fetch, "out of memory");
}

/* Where it leads to is a URL like any other, and judged so. True where it is on its way again. */
static bool follow(struct fetch *fetch, long status) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    CZ_CLEANUP(cz_fetch_url_release) struct fetch_url to = {.parsed = NULL};
    char shown[FETCH_SHOWN];
    struct error error = {0};
    const char *location = header(fetch, "Location");
    if (*location == '\0')
        return fail_by_status(fetch, status, " and not where to");
    if (fetch->redirects == fetch->fetcher->limits.redirects)
        return cz_transfer_fail(fetch, "more than %u redirects", fetch->redirects);
    if (!cz_fetch_url_join(&fetch->url, location, &text, &error) ||
        !cz_fetch_url_judge(&fetch->fetcher->limits, cz_buffer_text(&text), &to, &error))
        return cz_transfer_fail(fetch, "the server redirects to %s", error.message);
    cz_fetch_shown(cz_buffer_text(&text), shown);
    return may_follow(fetch, status, &to, shown) && go_to(fetch, &to, shown);
}

/* The outcome of one answer of a web server, or false with its error. */
static bool judge_http(struct fetch *fetch, long status, CURLcode code) {
    take_headers(fetch);
    if (status == 304 && fetch->conditional)
        fetch->reply.outcome = FETCH_NOT_MODIFIED;
    else if (status == 304)
        return fail_by_status(fetch, status, " to a request without a condition");
    else if (status >= 200 && status != 200)
        return fail_by_status(fetch, status, "");
    else if (code != CURLE_OK)
        return fail_by_code(fetch, code);
    else
        fetch->reply.outcome = FETCH_DONE;
    return true;
}

static bool judge_ldap(struct fetch *fetch, CURLcode code) {
    struct error error = {0};
    if (code != CURLE_OK)
        return fail_by_code(fetch, code);
    if (!cz_ldif_end(&fetch->ldif, &error))
        return cz_transfer_fail(fetch, "%s", error.message);
    fetch->reply.outcome = FETCH_DONE;
    return true;
}

bool cz_transfer_goes_on(struct fetch *fetch, CURLcode code) {
    long status = 0;
    curl_multi_remove_handle(fetch->fetcher->multi, fetch->easy);
    fetch->running = false;
    if (fetch->reply.error.message[0] != '\0')
        return false;
    if (cz_transfer_is_ldap(fetch)) {
        judge_ldap(fetch, code);
        return false;
    }
    curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &status);
    fetch->reply.status = status;
    if (is_redirect(status))
        return follow(fetch, status);
    judge_http(fetch, status, code);
    return false;
}
