/* In the place of fetch.c where there is no libcurl: nothing is fetched, and everybody is told. */
#include "refresh/fetch.h"
#include "refresh/fetch_shown.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WITHOUT                                                                                    \
    "certauthz-refresh was built without libcurl, so it reads files and folders alone: install "   \
    "libcurl's development files (Debian: libcurl4-gnutls-dev) and build it again"

struct fetch {
    struct fetch *next;
    char *url; /* owned */
    fetch_done *done;
    void *context;
};

struct fetcher {
    struct fetch *fetches; /* owned */
    size_t count;
};

bool cz_fetcher_new(const struct fetch_limits *limits, struct fetcher **fetcher,
                    struct error *error) {
    (void)limits;
    *fetcher = calloc(1, sizeof **fetcher);
    return *fetcher != NULL || cz_error_set(error, "out of memory");
}

static void free_fetch(struct fetch *fetch) {
    free(fetch->url);
    free(fetch);
}

void cz_fetcher_free(struct fetcher **fetcher) {
    struct fetcher *old = *fetcher;
    *fetcher = NULL;
    if (old == NULL)
        return;
    while (old->fetches != NULL) {
        struct fetch *fetch = old->fetches;
        old->fetches = fetch->next;
        free_fetch(fetch);
    }
    free(old);
}

bool cz_fetcher_start(struct fetcher *fetcher, const struct fetch_request *request,
                      fetch_done *done, void *context) {
    struct fetch *fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL)
        return false;
    *fetch = (struct fetch){
        .next = fetcher->fetches, .url = strdup(request->url), .done = done, .context = context};
    if (fetch->url == NULL) {
        free(fetch);
        return false;
    }
    fetcher->fetches = fetch;
    fetcher->count++;
    return true;
}

size_t cz_fetcher_busy(const struct fetcher *fetcher) {
    return fetcher->count;
}

static void answer(struct fetcher *fetcher) {
    struct fetch *fetch = fetcher->fetches;
    struct fetch_reply reply = {.retry_after = -1, .max_age = -1};
    fetcher->fetches = fetch->next;
    fetcher->count--;
    cz_fetch_allowed(NULL, fetch->url, &reply.error);
    fetch->done(fetch->context, &reply);
    free_fetch(fetch);
}

bool cz_fetcher_run(struct fetcher *fetcher, struct pollfd *more, size_t more_count,
                    int milliseconds, struct error *error) {
    bool answered = fetcher->count > 0;
    /* no more than there are now: each that is told may start another */
    for (size_t most = fetcher->count; most > 0; most--)
        answer(fetcher);
    if (poll(more, more_count, answered ? 0 : milliseconds) < 0 && errno != EINTR)
        return cz_error_set(error, "poll: %s", strerror(errno));
    return true;
}

bool cz_fetch_allowed(const struct fetch_limits *limits, const char *url, struct error *error) {
    char shown[FETCH_SHOWN];
    (void)limits;
    return cz_error_set(error, "%s: %s", cz_fetch_shown(url, shown), WITHOUT);
}

void cz_fetch_describe(struct buffer *out) {
    cz_buffer_puts(out, "no network (built without libcurl)");
}
