#include "refresh/peers.h"

#include "base/cleanup.h"
#include "server/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define REST_MILLISECONDS 1000 /* after accept failed, so that we do not spin */

static void release_peer(struct peer *peer) {
    cz_close_fd(&peer->fd);
    cz_inquiry_release(&peer->inquiry);
    cz_buffer_release(&peer->answer);
}

static void drop(struct peers *peers, size_t index) {
    release_peer(&peers->items[index]);
    peers->count--;
    memmove(&peers->items[index], &peers->items[index + 1],
            (peers->count - index) * sizeof *peers->items);
}

void cz_peers_release(struct peers *peers) {
    for (size_t i = 0; i < peers->count; i++)
        release_peer(&peers->items[i]);
    free(peers->items);
    *peers = (struct peers){0};
}

size_t cz_peers_prepare(const struct peers *peers, int listener, struct pollfd *polled) {
    bool rests = peers->count == CZ_PEERS_MAX || cz_loop_now() < peers->resting;
    polled[0] = (struct pollfd){.fd = rests ? -1 : listener, .events = POLLIN};
    for (size_t i = 0; i < peers->count; i++) {
        const struct peer *peer = &peers->items[i];
        /* who waits is heard all the same: it may go away, or say more than it should */
        polled[1 + i] =
            (struct pollfd){.fd = peer->fd, .events = peer->answer.len > 0 ? POLLOUT : POLLIN};
    }
    return 1 + peers->count;
}

int cz_peers_wait(const struct peers *peers) {
    int64_t now = cz_loop_now(), first = INT64_MAX;
    if (peers->resting > now)
        first = peers->resting;
    for (size_t i = 0; i < peers->count; i++)
        if (peers->items[i].expires < first)
            first = peers->items[i].expires;
    if (first == INT64_MAX)
        return -1;
    return first > now ? (int)(first - now) : 0;
}

/* False where the peer is to be dropped, like all that follow. */
static bool send_more(struct peer *peer) {
    ssize_t sent = send(peer->fd, peer->answer.data + peer->sent, peer->answer.len - peer->sent,
                        MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    peer->sent += (size_t)sent;
    return peer->sent < peer->answer.len;
}

static bool answer(struct peer *peer, const char *failure) {
    cz_query_write_answer(&peer->answer, failure);
    peer->expires = cz_loop_now() + CZ_PEER_TALK_MILLISECONDS;
    return !peer->answer.failed && send_more(peer);
}

/* Longer than any budget waits nobody. */
static bool take_message(struct peer *peer, const struct refresher *refresher) {
    struct query query;
    switch (cz_query_parse(cz_buffer_view(&peer->inquiry.message), &query)) {
    case QUERY_INCOMPLETE:
        return true;
    case QUERY_MALFORMED:
        return answer(peer, "this is no query");
    case QUERY_COMPLETE:
        break;
    }
    peer->asked = true;
    peer->waits = query.waits;
    peer->expires = cz_loop_now() + 1000 * (int64_t)refresher->setup.config.revocation.time_budget;
    return true;
}

static bool read_more(struct peer *peer, const struct refresher *refresher) {
    char piece[16384];
    ssize_t got = recv(peer->fd, piece, sizeof piece, MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    /* the end: who waited waits no more, and a message that is not complete never will be */
    if (got == 0)
        return false;
    if (peer->asked)
        return false;
    peer->inquiry.message.limit = CZ_QUERY_HEAD_MAX + CZ_QUERY_BODY_MAX + 1;
    cz_buffer_append(&peer->inquiry.message, piece, (size_t)got);
    return !peer->inquiry.message.failed && take_message(peer, refresher);
}

/* A note is asked by somebody who has gone by the time that it is read. */
static bool note_end(const struct peer *peer) {
    return peer->asked && !peer->waits;
}

static void accept_peers(struct peers *peers, int listener) {
    if (peers->items == NULL)
        peers->items = calloc(CZ_PEERS_MAX, sizeof *peers->items);
    while (peers->items != NULL && peers->count < CZ_PEERS_MAX) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            peers->resting = cz_loop_now() + REST_MILLISECONDS;
        if (fd < 0)
            return;
        peers->items[peers->count++] =
            (struct peer){.fd = fd, .expires = cz_loop_now() + CZ_PEER_TALK_MILLISECONDS};
    }
    if (peers->items == NULL)
        peers->resting = cz_loop_now() + REST_MILLISECONDS;
}

void cz_peers_dispatch(struct peers *peers, struct refresher *refresher, int listener,
                       const struct pollfd *polled) {
    int64_t now = cz_loop_now();
    for (size_t i = peers->count; i-- > 0;) {
        struct peer *peer = &peers->items[i];
        bool stays = true;
        if (polled[1 + i].revents != 0)
            stays = peer->answer.len > 0 ? send_more(peer) : read_more(peer, refresher);
        if (stays && now >= peer->expires)
            stays = peer->asked && peer->waits && peer->answer.len == 0 &&
                    answer(peer, "it takes longer than revocation.time_budget; it goes on");
        if (!stays && !note_end(peer))
            drop(peers, i);
    }
    if (polled[0].revents != 0)
        accept_peers(peers, listener);
}

/* What was found out counts only when it can be read. */
static const char *failure_of(const struct refresher *refresher, const struct peer *peer) {
    if (peer->inquiry.failure.message[0] != '\0')
        return peer->inquiry.failure.message;
    return refresher->unpublished.message[0] != '\0' ? refresher->unpublished.message : NULL;
}

void cz_peers_advance(struct peers *peers, struct refresher *refresher) {
    for (size_t i = peers->count; i-- > 0;) {
        struct peer *peer = &peers->items[i];
        if (!peer->asked || peer->answer.len > 0)
            continue;
        cz_inquiry_advance(refresher, &peer->inquiry);
        /* for a note everything has been set going, and the rounds see to the rest */
        if (!peer->waits || (peer->inquiry.settled && !answer(peer, failure_of(refresher, peer))))
            drop(peers, i);
    }
}

bool cz_peers_await_lists(const struct peers *peers) {
    for (size_t i = 0; i < peers->count; i++)
        if (peers->items[i].answer.len == 0 && peers->items[i].inquiry.awaits_lists)
            return true;
    return false;
}
