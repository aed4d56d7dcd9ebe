/*
 * What the main thread does while others serve: it waits for signals, descriptors and times, and
 * deals with them one after the other.
 */
#ifndef CERTAUTHZ_SERVER_LOOP_H
#define CERTAUTHZ_SERVER_LOOP_H

#include "base/error.h"

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#define CZ_LOOP_SOURCES_MAX 4

struct loop_source {
    void *context; /* borrowed */
    /* Says what to wait for: fills `polled` (.fd = -1: no descriptor), and returns after how many
     * milliseconds at the latest it wants to be called; negative: only by its descriptor. */
    int (*prepare)(void *context, struct pollfd *polled);
    /* Called after each wait, whatever ended it. `events` is what poll reported. */
    void (*dispatch)(void *context, short events);
};

struct loop {
    struct loop_source sources[CZ_LOOP_SOURCES_MAX];
    size_t count;
    void *context;                    /* of the next two; borrowed */
    void (*on_hangup)(void *context); /* SIGHUP; NULL: the loop ends */
    void (*on_user1)(void *context);  /* SIGUSR1; NULL: the loop ends */
};

/* Blocks the signals that cz_loop_run waits for, in this thread and those that it starts; what
 * arrives from now on is dealt with there. */
void cz_loop_block_signals(void);
/* A descriptor that tells of these signals, or -1 with `error`. */
int cz_loop_signals(struct error *error);
/* Until SIGTERM or SIGINT arrives. `loop` may be NULL: then SIGHUP and SIGUSR1 end it too. */
void cz_loop_run(const struct loop *loop, int signals);

/* Milliseconds of the monotonic clock. */
int64_t cz_loop_now(void);

#endif
