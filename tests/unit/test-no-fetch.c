/* Fetching as it is without libcurl: everybody is told so, and nothing else suffers. */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/cleanup.h"
#include "refresh/fetch.h"

#define SORRY                                                                                      \
    ": certauthz-refresh was built without libcurl, so it reads files and folders alone: install " \
    "libcurl's development files (Debian: libcurl4-gnutls-dev) and build it again"

static struct fetcher *fetcher;
static int told;

static void note(void *context, struct fetch_reply *reply) {
    told++;
    tap_ok(reply->outcome == FETCH_FAILED && reply->status == 0 && reply->size == 0 &&
               reply->retry_after == -1 && reply->max_age == -1,
           "a request fails");
    tap_is(reply->error.message, "http://a/" SORRY, "and is told why");
    if (context != NULL)
        tap_ok(cz_fetcher_start(fetcher, context, note, NULL), "one may start another");
}

static void test_answers(void) {
    struct fetch_request request = {.url = "http://a/", .spool = -1};
    struct error error = {0};
    int ends[2];
    tap_ok(cz_fetcher_new(NULL, &fetcher, &error), "there is a fetcher");
    tap_ok(cz_fetcher_start(fetcher, &request, note, &request), "a request is taken");
    tap_is_int((long long)cz_fetcher_busy(fetcher), 1, "and counted");
    tap_ok(cz_fetcher_run(fetcher, NULL, 0, 60000, &error), "a run answers it at once");
    tap_is_int(told, 1, "and not yet the one that was started then");
    tap_ok(cz_fetcher_run(fetcher, NULL, 0, 60000, &error) && told == 2, "the next run does");
    if (pipe(ends) != 0)
        support_die("no pipe");
    struct pollfd more = {.fd = ends[0], .events = POLLIN};
    tap_ok(cz_fetcher_run(fetcher, &more, 1, 1, &error) && more.revents == 0,
           "with nothing to do it waits for as long as it is told");
    close(ends[1]);
    tap_ok(cz_fetcher_run(fetcher, &more, 1, 60000, &error) && more.revents == POLLHUP,
           "or for a descriptor");
    close(ends[0]);
    cz_fetcher_start(fetcher, &request, note, NULL);
    cz_fetcher_free(&fetcher);
    tap_ok(fetcher == NULL && told == 2, "what is left when it is freed is not answered");
    cz_fetcher_free(&fetcher);
}

static void test_words(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    struct error error = {0};
    cz_fetch_describe(&text);
    tap_is(cz_buffer_text(&text), "no network (built without libcurl)", "it is described");
    tap_ok(!cz_fetch_allowed(NULL, "http://a/", &error), "no URL is allowed");
    tap_is(error.message, "http://a/" SORRY, "and the reason is told");
}

static void test_memory(void) {
    struct fetch_request request = {.url = "http://a/", .spool = -1};
    struct error error = {0};
    faults_begin(0, false);
    tap_ok(!cz_fetcher_new(NULL, &fetcher, &error) && faults_end(), "no memory, no fetcher");
    tap_is(error.message, "out of memory", "with its error");
    cz_fetcher_new(NULL, &fetcher, &error);
    for (long nth = 0; nth < 2; nth++) {
        faults_begin(nth, false);
        tap_ok(!cz_fetcher_start(fetcher, &request, note, NULL) && faults_end(),
               "nor a request, where the allocation after %ld fails", nth);
    }
    tap_is_int((long long)cz_fetcher_busy(fetcher), 0, "and none is counted");
    cz_fetcher_free(&fetcher);
}

int main(void) {
    test_answers();
    test_words();
    test_memory();
    return tap_done();
}
