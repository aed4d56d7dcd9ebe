#include "refresh/schedule.h"

#include "base/cleanup.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOSTS_MOST 512
#define KEY_SIZE 300 /* protocol, host (253 bytes by RFC 1035) and port */

/* Of a host that failed last: those that did well are not remembered. */
struct host {
    char key[KEY_SIZE];
    unsigned failures; /* in a row */
    int64_t told;      /* when the last of them was */
    int64_t until;     /* nothing is sent before */
    int64_t wait;      /* seconds of that while; 0: it did not come to that yet */
    bool trying;       /* the one request was given away, and nothing was told of it */
};

struct breaker {
    struct host hosts[HOSTS_MOST];
    size_t count;
};

struct breaker *cz_breaker_new(void) {
    return calloc(1, sizeof(struct breaker));
}

void cz_breaker_free(struct breaker **breaker) {
    free(*breaker);
    *breaker = NULL;
}

static const struct {
    const char *protocol, *port;
} defaults[] = {{"http", "80"}, {"https", "443"}, {"ldap", "389"}, {"ldaps", "636"}};

static const char *default_port(const char *protocol, size_t len) {
    for (size_t i = 0; i < CZ_COUNT(defaults); i++)
        if (strlen(defaults[i].protocol) == len &&
            strncasecmp(defaults[i].protocol, protocol, len) == 0)
            return defaults[i].port;
    return "";
}

/* "host:port" in lower case. The port is what is behind the last colon, but not within the brackets
 * of an IPv6 address. False where there is no host, or one longer than any can be. */
static bool find_key(const char *url, char key[KEY_SIZE]) {
    const char *host = strstr(url, "://");
    if (host == NULL)
        return false;
    const char *port = default_port(url, (size_t)(host - url));
    host += 3;
    size_t len = strcspn(host, "/?#");
    const char *user = memrchr(host, '@', len);
    if (user != NULL) {
        len -= (size_t)(user + 1 - host);
        host = user + 1;
    }
    const char *colon = memrchr(host, ':', len);
    size_t host_len = len;
    if (colon != NULL && memchr(colon, ']', len - (size_t)(colon - host)) == NULL) {
        host_len = (size_t)(colon - host);
        if (host_len + 1 < len)
            port = NULL;
    }
    size_t port_len = port != NULL ? strlen(port) : len - host_len - 1;
    if (host_len == 0 || host_len + 1 + port_len >= KEY_SIZE)
        return false;
    memcpy(key, host, host_len);
    key[host_len] = ':';
    memcpy(key + host_len + 1, port != NULL ? port : colon + 1, port_len);
    key[host_len + 1 + port_len] = '\0';
    for (char *c = key; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return true;
}

static struct host *find(struct breaker *breaker, const char *key) {
    for (size_t i = 0; i < breaker->count; i++)
        if (strcmp(breaker->hosts[i].key, key) == 0)
            return &breaker->hosts[i];
    return NULL;
}

/* Room for a new one; at the cost of the one that nothing was told of for the longest time. */
static struct host *add(struct breaker *breaker, const char *key) {
    struct host *host = &breaker->hosts[0];
    if (breaker->count < HOSTS_MOST)
        host = &breaker->hosts[breaker->count++];
    else
        for (size_t i = 1; i < breaker->count; i++)
            if (breaker->hosts[i].told < host->told)
                host = &breaker->hosts[i];
    *host = (struct host){.failures = 0};
    memcpy(host->key, key, strlen(key) + 1);
    return host;
}

static int64_t later(int64_t now, int64_t seconds) {
    int64_t sum;
    return __builtin_add_overflow(now, seconds, &sum) ? INT64_MAX : sum;
}

bool cz_breaker_allows(struct breaker *breaker, const char *url, int64_t now, int64_t *again) {
    char key[KEY_SIZE];
    struct host *host = find_key(url, key) ? find(breaker, key) : NULL;
    *again = now;
    if (host == NULL || host->wait == 0)
        return true;
    /* a clock that was set back would make the while longer than it was meant to be */
    if (now < host->until && now >= host->told) {
        *again = host->until;
        return false;
    }
    host->trying = true;
    host->told = now;
    host->until = later(now, host->wait);
    return true;
}

static void open_for(struct host *host, int64_t now) {
    host->wait = host->wait == 0 ? CZ_BREAKER_SECONDS : 2 * host->wait;
    if (host->wait > CZ_BREAKER_SECONDS_MOST)
        host->wait = CZ_BREAKER_SECONDS_MOST;
    host->until = later(now, host->wait);
}

void cz_breaker_tell(struct breaker *breaker, const char *url, bool good, int64_t now) {
    char key[KEY_SIZE];
    if (!find_key(url, key))
        return;
    struct host *host = find(breaker, key);
    if (good) {
        if (host != NULL)
            *host = breaker->hosts[--breaker->count];
        return;
    }
    if (host == NULL)
        host = add(breaker, key);
    /* what was still on its way when the while began says nothing new */
    bool waiting = host->wait > 0 && !host->trying;
    host->told = now;
    if (waiting)
        return;
    host->trying = false;
    if (host->wait > 0 || ++host->failures >= CZ_BREAKER_FAILURES)
        open_for(host, now);
}
