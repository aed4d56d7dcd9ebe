/*
 * A deadline on each connection as a whole. Socket time limits bound every single read and
 * write, but a peer that dribbles a byte at a time never meets them; so somebody else, the keeper,
 * shuts down the socket of a connection that is over its time.
 */
#ifndef CERTAUTHZ_SERVER_DEADLINE_H
#define CERTAUTHZ_SERVER_DEADLINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One for each worker; a worker has one connection at a time. */
struct deadline {
    pthread_mutex_t lock;
    int fd; /* a duplicate of our own, so that its number cannot have been reused; -1: none */
    int64_t expires; /* milliseconds of the monotonic clock */
};

struct deadline_keeper {
    struct deadline *deadlines; /* owned */
    size_t count;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool running, stopping;
};

/* False when out of memory or threads. */
bool cz_deadline_keeper_start(struct deadline_keeper *keeper, size_t count);
void cz_deadline_keeper_stop(struct deadline_keeper *keeper);

/* False where the descriptor cannot be duplicated: then the connection is to be dropped. */
bool cz_deadline_arm(struct deadline *deadline, int fd, int seconds);
void cz_deadline_disarm(struct deadline *deadline);
/* Milliseconds until it expires; 0 where it has, or is not armed. */
int64_t cz_deadline_left(struct deadline *deadline);

#endif
