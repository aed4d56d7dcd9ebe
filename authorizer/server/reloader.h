/*
 * Loading the configuration again while requests are served: when asked to, and by itself when one
 * of its files has changed. Everything is loaded and checked first; where anything is wrong, the
 * generation in force stays, and the failure is told.
 */
#ifndef CERTAUTHZ_SERVER_RELOADER_H
#define CERTAUTHZ_SERVER_RELOADER_H

#include "base/buffer.h"
#include "config/watch.h"
#include "log/log.h"
#include "server/generation.h"
#include "server/loop.h"

#define CZ_SETTLE_MILLISECONDS 500      /* after the last event that a file changed */
#define CZ_SETTLE_MILLISECONDS_MAX 5000 /* after the first, where they do not end */

struct reloader {
    const char *file; /* borrowed, like the next two */
    struct generations *generations;
    struct log *log;
    struct watch watch;
    struct error watch_problem; /* why not everything is watched */
    bool problem_told;          /* once in the life of the process */
    struct file_names files;    /* that the last load, good or bad, rested on */
    struct buffer fingerprint;  /* theirs, from before they were read */
    struct config first;        /* its numbers and texts count for what is fixed at the start */
    int64_t first_event, last_event; /* cz_loop_now; 0: none that has not been dealt with */
    bool failing;                    /* the last load was bad */
    struct error failure;            /* the last bad one, ever */
    int64_t failed_at;               /* seconds since 1970; 0: never */
};

/*
 * Loads and publishes the first generation. `reloader` is to be made with file, generations and
 * .watch.fd = -1; the log may be set later, before the next call. The caller releases it in either
 * case.
 */
bool cz_reloader_start(struct reloader *reloader, struct error *error);
/* Loads everything, and publishes it where it is good. The outcome is logged; `cause` says there
 * why it was done. */
bool cz_reloader_load(struct reloader *reloader, const char *cause, struct error *error);
struct loop_source cz_reloader_source(struct reloader *reloader);
void cz_reloader_release(struct reloader *reloader);

#endif
