/*
 * What was loaded at once, and how it is replaced while requests are served. A request takes hold
 * of the current generation, and uses that one alone until its end. One that was replaced is freed
 * when its last user has let go of it, and by whoever sweeps: never by a request, which would have
 * to wait for that.
 */
#ifndef CERTAUTHZ_SERVER_GENERATION_H
#define CERTAUTHZ_SERVER_GENERATION_H

#include "authorize/memory.h"
#include "config/setup.h"
#include "server/shared_store.h"

#include <pthread.h>
#include <stdatomic.h>

struct generation {
    struct setup setup;
    struct memory *memory;      /* owned, or NULL where nothing is to be remembered */
    struct shared_store *store; /* owned reference; of the folder that the configuration names */
    uint64_t number;            /* from 1, in the order in which they came into force */
    int64_t loaded;             /* seconds since 1970 */
    atomic_size_t users;
    atomic_bool stranger_told; /* the log has been told that a stranger forwards certificates */
    struct generation *next;   /* among the retired */
};

struct generations {
    pthread_mutex_t lock; /* held for a look at `current` and one count alone */
    struct generation *current;
    struct generation *retired; /* the sweeper's own */
};

#define CZ_GENERATIONS_INIT                                                                        \
    { .lock = PTHREAD_MUTEX_INITIALIZER }

/* Loads and checks everything (cz_setup_load). NULL, with `error`, where anything is wrong. The
 * caller frees it, or publishes it. */
struct generation *cz_generation_load(const char *file, struct error *error);
void cz_generation_free(struct generation **generation);

/* Takes the generation over, gives it its number, and lets it be the current one. Where it has the
 * same store as the one before, they share it. */
void cz_generations_publish(struct generations *generations, struct generation *generation);
/* The current one, which must be there, for as long as it is not let go. Never waits for a load. */
struct generation *cz_generations_hold(struct generations *generations);
void cz_generation_let_go(struct generation **generation);
/* Frees those that were replaced and have no user any more; true where some still have. To be
 * called by the thread that publishes. */
bool cz_generations_sweep(struct generations *generations);
/* All of them; nobody may hold one. */
void cz_generations_release(struct generations *generations);

#endif
