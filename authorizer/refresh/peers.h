/* Those who ask: authorizers at the store's socket, each with one query. */
#ifndef CERTAUTHZ_REFRESH_PEERS_H
#define CERTAUTHZ_REFRESH_PEERS_H

#include "refresh/inquiry.h"

#define CZ_PEERS_MAX 256
#define CZ_PEER_TALK_MILLISECONDS 5000 /* for its message, and for taking the answer */

struct peer {
    int fd;
    struct inquiry inquiry;
    bool asked; /* the message is complete */
    bool waits;
    struct buffer answer; /* owned */
    size_t sent;
    int64_t expires; /* cz_loop_now */
};

/* Zero initialised there is nobody. */
struct peers {
    struct peer *items; /* owned, in the order in which they came */
    size_t count;
    int64_t resting; /* cz_loop_now until which nobody is accepted */
};

/* What to wait for: one entry for the listening socket and one for each peer. `polled` has room for
 * CZ_PEERS_MAX + 1; returns how many were filled. */
size_t cz_peers_prepare(const struct peers *peers, int listener, struct pollfd *polled);
/* Milliseconds until something is to be done about one of them; -1: never. */
int cz_peers_wait(const struct peers *peers);
/* Deals with what poll reported in `polled`, as it was prepared. */
void cz_peers_dispatch(struct peers *peers, struct refresher *refresher, int listener,
                       const struct pollfd *polled);
/* Goes on with every query, and answers those of which nothing is left to be tried. */
void cz_peers_advance(struct peers *peers, struct refresher *refresher);
/* Whether one of them waits for a list. */
bool cz_peers_await_lists(const struct peers *peers);
void cz_peers_release(struct peers *peers);

#endif
