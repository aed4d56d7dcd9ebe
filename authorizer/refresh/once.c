#include "refresh/once.h"

#include "base/cleanup.h"
#include "config/store_folder.h"
#include "refresh/inquiry.h"
#include "server/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define STEP_MILLISECONDS 1000
#define LOCK_MILLISECONDS 50 /* between two tries to be the writer, or to ask who is */

/* One, until all of it has come to an end. */
static bool run_round(struct refresher *refresher, enum round_extent extent, struct error *error) {
    if (!cz_refresher_round(refresher, extent, error))
        return false;
    while (cz_refresher_busy(refresher)) {
        struct pollfd polled[1];
        if (!cz_refresher_step(refresher, polled, 0, STEP_MILLISECONDS, error))
            return false;
    }
    return true;
}

bool cz_once_run(struct refresher *refresher, bool *all_good, struct error *error) {
    *all_good = false;
    if (!run_round(refresher, ROUND_ALL, error))
        return false;
    /* each leaves fewer out: where it does not, no other will */
    for (size_t before = SIZE_MAX; refresher->left_out > 0 && refresher->left_out < before;) {
        before = refresher->left_out;
        if (!run_round(refresher, ROUND_LEFT_OUT, error))
            return false;
    }
    if (refresher->left_out > 0)
        cz_refresher_tell(refresher, "error", "%zu were not tried: there was no room for them",
                          refresher->left_out);
    refresher->dirty = true;
    cz_refresher_publish(refresher);
    *all_good = refresher->failed == 0 && refresher->left_out == 0 && !refresher->dirty;
    return true;
}

static int left(int64_t until) {
    int64_t milliseconds = until - cz_loop_now();
    return milliseconds > 0 ? (int)milliseconds : 0;
}

/* Until the message is complete: who sends it may keep the pipe open. */
static bool read_message(struct buffer *message, int64_t until, struct error *error) {
    struct query query;
    message->limit = CZ_QUERY_HEAD_MAX + CZ_QUERY_BODY_MAX + 1;
    for (;;) {
        struct pollfd polled = {.fd = STDIN_FILENO, .events = POLLIN};
        char piece[16384];
        if (left(until) == 0 || poll(&polled, 1, left(until)) == 0)
            return cz_error_set(error, "no query came on standard input in time");
        ssize_t got = read(STDIN_FILENO, piece, sizeof piece);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got > 0)
            cz_buffer_append(message, piece, (size_t)got);
        enum query_parse parsed = cz_query_parse(cz_buffer_view(message), &query);
        if (parsed == QUERY_COMPLETE && !message->failed)
            return true;
        if (got <= 0 || message->failed || parsed == QUERY_MALFORMED)
            return cz_error_set(error, "what came on standard input is no query");
    }
}

/* As the writer of the store. */
static bool find_out(struct refresher *refresher, struct inquiry *inquiry, int64_t until,
                     struct error *error) {
    cz_imports_hurry(&refresher->imports, true);
    if (!cz_refresher_round(refresher, ROUND_DUE, error))
        return false;
    for (;;) {
        struct pollfd polled[1];
        /* files that are new may answer it, and are published together */
        if (!cz_imports_any_file(&refresher->imports)) {
            cz_refresher_publish(refresher);
            cz_inquiry_advance(refresher, inquiry);
        }
        if (inquiry->settled)
            break;
        if (left(until) == 0)
            return cz_error_set(error, "it takes longer than revocation.time_budget");
        if (!cz_refresher_step(refresher, polled, 0, left(until), error))
            return false;
    }
    if (inquiry->failure.message[0] != '\0')
        return cz_error_set(error, "%s", inquiry->failure.message);
    return refresher->unpublished.message[0] == '\0' ||
           cz_error_set(error, "%s", refresher->unpublished.message);
}

/* Whoever holds the lock answers, or, if it is another one that runs but once, lets go of it. */
static bool settle(struct refresher *refresher, struct inquiry *inquiry, int64_t until,
                   struct error *error) {
    CZ_CLEANUP(cz_free_ptr)
    char *folder = cz_config_store_folder(&refresher->setup.config);
    if (folder == NULL)
        return cz_error_set(error, "out of memory");
    do {
        struct error ignored = {0}, failure = {0};
        switch (cz_query_ask(folder, &inquiry->message, (unsigned)left(until), &failure)) {
        case QUERY_DONE:
            return true;
        case QUERY_FAILED:
        case QUERY_TIMED_OUT:
            return cz_error_set(error, "%s", failure.message);
        case QUERY_NOT_RUNNING:
            break;
        }
        if (cz_refresher_open(refresher, LOCK_MILLISECONDS, &ignored))
            return find_out(refresher, inquiry, until, error);
        if (refresher->keeper != NULL || left(until) == 0)
            return cz_error_set(error, "%s", ignored.message);
        cz_refresher_shut(refresher);
    } while (true);
}

static bool write_answer(const struct error *failure, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer answer = {0};
    cz_query_write_answer(&answer, failure != NULL ? failure->message : NULL);
    size_t sent = 0;
    while (!answer.failed && sent < answer.len) {
        ssize_t written = write(STDOUT_FILENO, answer.data + sent, answer.len - sent);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return cz_error_set(error, "the answer cannot be written: %s", strerror(errno));
        sent += (size_t)written;
    }
    return !answer.failed || cz_error_set(error, "out of memory");
}

bool cz_once_answer(struct refresher *refresher, struct error *error) {
    CZ_CLEANUP(cz_inquiry_release) struct inquiry inquiry = {.settled = false};
    struct error failure = {0};
    int64_t until = cz_loop_now() + 1000 * (int64_t)refresher->setup.config.revocation.time_budget;
    bool good = read_message(&inquiry.message, until, &failure) &&
                settle(refresher, &inquiry, until, &failure);
    return write_answer(good ? NULL : &failure, error);
}
