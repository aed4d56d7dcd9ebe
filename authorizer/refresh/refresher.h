/*
 * What certauthz-refresh has in its hands, and what it does with it step by step: which sources are
 * due, what is on its way, what came of it, and that it is published. One thread; everything is
 * done between two waits of cz_refresher_step.
 */
#ifndef CERTAUTHZ_REFRESH_REFRESHER_H
#define CERTAUTHZ_REFRESH_REFRESHER_H

#include "config/files.h"
#include "config/setup.h"
#include "log/log.h"
#include "refresh/fetch.h"
#include "refresh/import.h"
#include "refresh/schedule.h"
#include "store/health.h"
#include "store/keeper.h"
#include "store/store.h"

#define CZ_FETCHES_MAX 16 /* at once */
#define CZ_FETCHES_OF_HOST_MAX 2
#define CZ_FETCHES_UNPROVEN_MAX 12 /* of them what has never given anything: see refresh/task.h */
#define CZ_TASKS_MAX 1024          /* on their way or waiting for it */
#define CZ_TASKS_UNPROVEN_MAX 768
#define CZ_PUBLISH_AGAIN 10 /* seconds after a publication that failed */

/* When the responses about one certificate are looked at again: see refresh/ocsp_task.h. */
struct ocsp_due {
    uint8_t key[CZ_OCSP_KEY_SIZE];
    int64_t when;  /* seconds since 1970 */
    bool left_out; /* there was no room for it: it is asked about though it may not be due */
};

struct refresher {
    const char *file; /* of the configuration; borrowed */
    struct setup setup;
    const struct log *log; /* borrowed; NULL: standard error is told */

    char *folder; /* owned: the store's */
    struct keeper *keeper;
    struct store *store; /* the same folder, as everybody else sees it */

    struct fetcher *fetcher;
    const char **hosts; /* owned: what the fetcher's limits borrow */
    struct breaker *breaker;
    struct schedule_settings schedule;

    struct task **tasks; /* owned, in the order in which they were wanted */
    size_t task_count;

    struct file_names crl_files; /* what revocation.crls means on this disk */
    struct buffer *prints;       /* owned: of each, the fingerprint when it was read last */

    struct imports imports; /* made when it is opened */

    struct ocsp_due *ocsp; /* owned; each response in the store */
    size_t ocsp_count, ocsp_capacity;

    struct health_memory health; /* what the log was told */
    int64_t now;                 /* seconds since 1970, of the last step */
    bool dirty;                  /* something is to be published */
    struct error unpublished;    /* why it could not be */
    int64_t publish_next;
    uint64_t progress;   /* counts what has come to an end: a reason to look at queries again */
    uint64_t generation; /* counts loads of the configuration */
    size_t failed;       /* tries that failed since the start */
    size_t left_out;     /* what the last round had no room for */
    bool tells_each_try; /* every failure, not only the first of those that follow each other */
};

/* `refresher` is to be made with .file and .log; the configuration is loaded already. Takes the
 * store's lock, waiting at most so long for it. The caller closes it in either case. */
bool cz_refresher_open(struct refresher *refresher, unsigned wait_milliseconds,
                       struct error *error);
void cz_refresher_close(struct refresher *refresher);
/* The same, but that the configuration stays, and it can be opened again. */
void cz_refresher_shut(struct refresher *refresher);

/* Puts another configuration in force, which it takes over, and makes everything due. Where that
 * fails the one before stays. */
bool cz_refresher_reload(struct refresher *refresher, struct error *error);

enum round_extent {
    ROUND_DUE = 0, /* what has changed, and that whose time has come */
    ROUND_FILES,   /* and every file: nobody watched them before */
    ROUND_ALL,     /* everything */
    ROUND_LEFT_OUT /* what has changed, and what a round before had no room for */
};
bool cz_refresher_round(struct refresher *refresher, enum round_extent extent, struct error *error);
/* Begins what waits, waits for the network, for an import, for one of `more`, or for so long, and
 * deals with what came. `more` has room for one behind the last. */
bool cz_refresher_step(struct refresher *refresher, struct pollfd *more, size_t more_count,
                       int milliseconds, struct error *error);
/* Something is on its way: fetched, or imported. */
bool cz_refresher_busy(const struct refresher *refresher);
/* Publishes what is to be published; a failure is told once, and tried again later. */
void cz_refresher_publish(struct refresher *refresher);
/* Milliseconds after which something is due. */
int cz_refresher_wait(const struct refresher *refresher);
/* Milliseconds until a moment, in seconds since 1970: 0 where it has come, and a minute at most. */
int cz_refresher_milliseconds(const struct refresher *refresher, int64_t moment);

/* A line for the log, or for standard error where there is none. */
void cz_refresher_tell(const struct refresher *refresher, const char *level, const char *format,
                       ...) __attribute__((format(printf, 3, 4)));

/* Any number, not to be guessed. */
uint32_t cz_random(void);

#endif
