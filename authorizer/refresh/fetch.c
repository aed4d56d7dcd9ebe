#include "refresh/fetch.h"

#include "base/cleanup.h"
#include "refresh/fetch_transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MILLISECONDS_MOST 60000 /* of one wait */

bool cz_fetcher_new(const struct fetch_limits *limits, struct fetcher **fetcher,
                    struct error *error) {
    *fetcher = NULL;
    struct fetcher *made = calloc(1, sizeof *made);
    if (made == NULL)
        return cz_error_set(error, "out of memory");
    made->limits = *limits;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(made);
        return cz_error_set(error, "libcurl cannot be started");
    }
    made->multi = curl_multi_init();
    *fetcher = made;
    if (made->multi != NULL)
        return true;
    cz_fetcher_free(fetcher);
    return cz_error_set(error, "out of memory");
}

void cz_fetcher_free(struct fetcher **fetcher) {
    struct fetcher *old = *fetcher;
    *fetcher = NULL;
    if (old == NULL)
        return;
    while (old->fetches != NULL) {
        struct fetch *fetch = old->fetches;
        old->fetches = fetch->next;
        cz_transfer_free(fetch);
    }
    curl_multi_cleanup(old->multi);
    curl_global_cleanup();
    free(old);
}

bool cz_fetcher_start(struct fetcher *fetcher, const struct fetch_request *request,
                      fetch_done *done, void *context) {
    struct fetch *fetch = cz_transfer_new(fetcher, request);
    if (fetch == NULL)
        return false;
    fetch->done = done;
    fetch->context = context;
    fetch->next = fetcher->fetches;
    fetcher->fetches = fetch;
    fetcher->count++;
    return true;
}

size_t cz_fetcher_busy(const struct fetcher *fetcher) {
    return fetcher->count;
}

/* Off the list before it is told, so that whoever is told may start others. */
static void finish(struct fetch *fetch) {
    struct fetcher *fetcher = fetch->fetcher;
    struct fetch **link = &fetcher->fetches;
    while (*link != fetch)
        link = &(*link)->next;
    *link = fetch->next;
    fetcher->count--;
    fetch->done(fetch->context, &fetch->reply);
    cz_transfer_free(fetch);
}

static struct fetch *unbegun(const struct fetcher *fetcher) {
    struct fetch *fetch = fetcher->fetches;
    while (fetch != NULL && fetch->running)
        fetch = fetch->next;
    return fetch;
}

/* No more of them than there are now: each that is told may start another. */
static bool answer_unbegun(struct fetcher *fetcher) {
    bool any = false;
    size_t most = fetcher->count;
    for (struct fetch *fetch; most > 0 && (fetch = unbegun(fetcher)) != NULL; most--) {
        finish(fetch);
        any = true;
    }
    return any;
}

static bool answer_ended(struct fetcher *fetcher) {
    bool any = false;
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(fetcher->multi, &left)) != NULL;) {
        struct fetch *fetch = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &fetch) != CURLE_OK)
            continue;
        if (!cz_transfer_goes_on(fetch, code)) {
            finish(fetch);
            any = true;
        }
    }
    return any;
}

static bool perform(struct fetcher *fetcher, bool *any, struct error *error) {
    int running;
    CURLMcode code = curl_multi_perform(fetcher->multi, &running);
    if (code != CURLM_OK)
        return cz_error_set(error, "libcurl: %s", curl_multi_strerror(code));
    *any = answer_ended(fetcher) || *any;
    return true;
}

static bool wait_for(struct fetcher *fetcher, const struct pollfd *more, size_t count,
                     int milliseconds, struct error *error) {
    CZ_CLEANUP(cz_free_ptr) struct curl_waitfd *fds = calloc(count + 1, sizeof *fds);
    if (fds == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < count; i++)
        fds[i] = (struct curl_waitfd){
            .fd = more[i].fd,
            .events = (short)((more[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                              (more[i].events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
                              (more[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0)),
        };
    CURLMcode code =
        curl_multi_poll(fetcher->multi, fds, (unsigned)count,
                        milliseconds < MILLISECONDS_MOST ? milliseconds : MILLISECONDS_MOST, NULL);
    return code == CURLM_OK || cz_error_set(error, "libcurl: %s", curl_multi_strerror(code));
}

bool cz_fetcher_run(struct fetcher *fetcher, struct pollfd *more, size_t more_count,
                    int milliseconds, struct error *error) {
    bool answered = answer_unbegun(fetcher);
    if (!perform(fetcher, &answered, error))
        return false;
    if (!answered && (!wait_for(fetcher, more, more_count, milliseconds, error) ||
                      !perform(fetcher, &answered, error)))
        return false;
    /* libcurl tells nothing of a peer that hung up, so they are asked again */
    if (more_count > 0 && poll(more, more_count, 0) < 0 && errno != EINTR)
        return cz_error_set(error, "poll: %s", strerror(errno));
    return true;
}

void cz_fetch_describe(struct buffer *out) {
    char list[FETCH_PROTOCOL_LIST];
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    cz_buffer_printf(out, "libcurl %s (%s): %s", info->version,
                     info->ssl_version != NULL ? info->ssl_version : "no TLS",
                     cz_fetch_protocols(list));
}
