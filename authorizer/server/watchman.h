/*
 * Looks at the store of revocation now and then, and tells the log of what soon ends or has ended,
 * so that nobody learns of it from those who are refused. Whatever serves has one; it only reads
 * the catalogue.
 */
#ifndef CERTAUTHZ_SERVER_WATCHMAN_H
#define CERTAUTHZ_SERVER_WATCHMAN_H

#include "log/log.h"
#include "server/generation.h"
#include "server/loop.h"
#include "store/health.h"

#define CZ_WATCHMAN_MILLISECONDS                                                                   \
    60000 /* between two looks, and before the first: whoever starts at                            \
             the same time as certauthz-refresh gives it that much */

struct watchman {
    struct generations *generations; /* borrowed, like the log */
    const struct log *log;
    struct health_memory memory; /* owned */
    bool absent;                 /* there was no catalogue when it looked last; told then */
    int64_t told_absent;         /* seconds since 1970 */
    int64_t due;                 /* cz_loop_now of the next look; 0: it never ran */
};

/* One look, by the generation in force, at the time `now` (seconds since 1970). Where no policy of
 * it checks revocation there is nothing to tell of. A catalogue that cannot be read is told of by
 * those who need it. */
void cz_watchman_look(struct watchman *watchman, int64_t now);
/* For the loop of the thread that publishes the generations. */
struct loop_source cz_watchman_source(struct watchman *watchman);
void cz_watchman_release(struct watchman *watchman);

#endif
