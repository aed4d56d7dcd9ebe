#include "refresh/fetch_url.h"

#include "base/cleanup.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define URL_LENGTH_MAX 4096

static const char *const protocols[FETCH_PROTOCOLS] = {
    [FETCH_HTTP] = "http",
    [FETCH_HTTPS] = "https",
    [FETCH_LDAP] = "ldap",
    [FETCH_LDAPS] = "ldaps",
};

static bool built_in(const char *protocol) {
    const char *const *known = curl_version_info(CURLVERSION_NOW)->protocols;
    while (*known != NULL && strcmp(*known, protocol) != 0)
        known++;
    return *known != NULL;
}

const char *cz_fetch_protocols(char list[FETCH_PROTOCOL_LIST]) {
    size_t len = 0;
    list[0] = '\0';
    for (size_t i = 0; i < FETCH_PROTOCOLS; i++)
        if (built_in(protocols[i]))
            len += (size_t)snprintf(list + len, FETCH_PROTOCOL_LIST - len, "%s%s",
                                    len > 0 ? "," : "", protocols[i]);
    return list;
}

const char *cz_fetch_shown(const char *url, char shown[FETCH_SHOWN]) {
    static const char more[] = "...";
    size_t len = 0;
    for (; url[len] != '\0' && len < FETCH_SHOWN - sizeof more; len++)
        shown[len] = url[len] > ' ' && url[len] < 0x7f ? url[len] : '?';
    memcpy(shown + len, more, sizeof more);
    if (url[len] == '\0')
        shown[len] = '\0';
    return shown;
}

/* A host's name or address without what does not tell it from another: IPv6's brackets, and the
 * dot behind a name that is complete. */
static size_t bare(const char **host) {
    size_t len = strlen(*host);
    if (len >= 2 && (*host)[0] == '[' && (*host)[len - 1] == ']') {
        ++*host;
        return len - 2;
    }
    return len > 1 && (*host)[len - 1] == '.' ? len - 1 : len;
}

static bool address6(const char *host, size_t len, struct in6_addr *address) {
    char text[INET6_ADDRSTRLEN];
    if (len >= sizeof text)
        return false;
    memcpy(text, host, len);
    text[len] = '\0';
    return inet_pton(AF_INET6, text, address) == 1;
}

static bool same_host(const char *a, const char *b) {
    struct in6_addr left, right;
    size_t a_len = bare(&a), b_len = bare(&b);
    if (address6(a, a_len, &left) && address6(b, b_len, &right))
        return memcmp(&left, &right, sizeof left) == 0;
    return a_len == b_len && strncasecmp(a, b, a_len) == 0;
}

static bool host_allowed(const struct fetch_limits *limits, const char *host) {
    if (limits->hosts == NULL)
        return true;
    for (size_t i = 0; i < limits->host_count; i++)
        if (same_host(limits->hosts[i], host))
            return true;
    return false;
}

static bool judge_protocol(const char *shown, CURLU *parsed, enum fetch_protocol *protocol,
                           struct error *error) {
    char *scheme = NULL;
    size_t i = 0;
    CURLUcode code = curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0);
    while (code == CURLUE_OK && i < FETCH_PROTOCOLS && strcmp(protocols[i], scheme) != 0)
        i++;
    curl_free(scheme);
    if (code != CURLUE_OK)
        return cz_error_set(error, "%s: %s", shown, curl_url_strerror(code));
    if (i == FETCH_PROTOCOLS)
        return cz_error_set(error, "%s: only http, https, ldap and ldaps are asked for", shown);
    if (!built_in(protocols[i]))
        return cz_error_set(error, "%s: this libcurl was built without %s", shown, protocols[i]);
    *protocol = (enum fetch_protocol)i;
    return true;
}

static bool judge_host(const struct fetch_limits *limits, const char *shown, CURLU *parsed,
                       struct error *error) {
    char *host = NULL;
    CURLUcode code = curl_url_get(parsed, CURLUPART_HOST, &host, 0);
    bool named = code == CURLUE_OK && host[0] != '\0';
    bool allowed = named && host_allowed(limits, host);
    curl_free(host);
    if (!named)
        return cz_error_set(error, "%s: the URL names no host", shown);
    if (!allowed)
        return cz_error_set(error, "%s: the host is not among revocation.hosts", shown);
    return true;
}

static bool judge(const struct fetch_limits *limits, const char *text, struct fetch_url *url,
                  struct error *error) {
    char shown[FETCH_SHOWN];
    cz_fetch_shown(text, shown);
    if (strlen(text) > URL_LENGTH_MAX)
        return cz_error_set(error, "%s: the URL is longer than %d bytes", shown, URL_LENGTH_MAX);
    url->parsed = curl_url();
    if (url->parsed == NULL)
        return cz_error_set(error, "%s: out of memory", shown);
    CURLUcode code = curl_url_set(url->parsed, CURLUPART_URL, text,
                                  CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER);
    if (code == CURLUE_USER_NOT_ALLOWED)
        return cz_error_set(error, "%s: a URL with a user or password is not asked for", shown);
    const char *host = strstr(text, "://");
    if (code == CURLUE_NO_HOST || (code != CURLUE_OK && host != NULL && host[3] == '/'))
        return cz_error_set(error, "%s: the URL names no host", shown);
    if (code != CURLUE_OK)
        return cz_error_set(error, "%s: not a URL: %s", shown, curl_url_strerror(code));
    return judge_protocol(shown, url->parsed, &url->protocol, error) &&
           judge_host(limits, shown, url->parsed, error);
}

bool cz_fetch_url_judge(const struct fetch_limits *limits, const char *text, struct fetch_url *url,
                        struct error *error) {
    *url = (struct fetch_url){.parsed = NULL};
    if (judge(limits, text, url, error))
        return true;
    cz_fetch_url_release(url);
    return false;
}

bool cz_fetch_url_join(const struct fetch_url *from, const char *location, struct buffer *text,
                       struct error *error) {
    char *joined = NULL, shown[FETCH_SHOWN];
    CURLU *url = curl_url_dup(from->parsed);
    if (url == NULL)
        return cz_error_set(error, "out of memory");
    CURLUcode code =
        curl_url_set(url, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
    if (code == CURLUE_OK)
        code = curl_url_get(url, CURLUPART_URL, &joined, 0);
    if (code == CURLUE_OK)
        cz_buffer_puts(text, joined);
    curl_free(joined);
    curl_url_cleanup(url);
    if (code == CURLUE_OK && !text->failed)
        return true;
    return cz_error_set(error, "%s: not a URL: %s", cz_fetch_shown(location, shown),
                        curl_url_strerror(code));
}

void cz_fetch_url_release(struct fetch_url *url) {
    curl_url_cleanup(url->parsed);
    url->parsed = NULL;
}

bool cz_fetch_allowed(const struct fetch_limits *limits, const char *url, struct error *error) {
    CZ_CLEANUP(cz_fetch_url_release) struct fetch_url judged = {.parsed = NULL};
    return cz_fetch_url_judge(limits, url, &judged, error);
}
