/*
 * Waiting without keeping others from being served: who has to wait for somebody else in the middle
 * of a request says so before and after. Where worker threads serve, another one is started in its
 * place (see server/workers.h).
 */
#ifndef CERTAUTHZ_SERVER_WAITING_H
#define CERTAUTHZ_SERVER_WAITING_H

#include <stddef.h>

/* The zero value lets everybody wait. */
struct waiting {
    /* For how many of the `milliseconds`, from now, the calling thread may wait; 0: not at all, and
     * `end` is not to be called. */
    unsigned (*begin)(void *context, unsigned milliseconds);
    void (*end)(void *context);
    void *context; /* borrowed */
};

static inline unsigned cz_waiting_begin(const struct waiting *waiting, unsigned milliseconds) {
    return waiting->begin != NULL ? waiting->begin(waiting->context, milliseconds) : milliseconds;
}

static inline void cz_waiting_end(const struct waiting *waiting) {
    if (waiting->end != NULL)
        waiting->end(waiting->context);
}

#endif
