#include "query/exchange.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

struct exchange {
    int fd;
    const char *peer;
    struct bytes unsent;
    char answer[CZ_QUERY_ANSWER_MAX + 1]; /* one more shows that it is too long */
    size_t received;
    struct error *error;
};

int64_t cz_query_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_passing(int cause) {
    return cause == EAGAIN || cause == EINTR;
}

/* A peer that reads no more may have answered all the same: that is for the receiving to find. */
static void send_more(struct exchange *exchange) {
    ssize_t sent = send(exchange->fd, exchange->unsent.data, exchange->unsent.len,
                        MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && !is_passing(errno))
        exchange->unsent.len = 0;
    if (sent <= 0)
        return;
    exchange->unsent.data += sent;
    exchange->unsent.len -= (size_t)sent;
}

static enum query_result fail(struct exchange *exchange, const char *what) {
    cz_error_set(exchange->error, "%s: %s", exchange->peer, what);
    return QUERY_FAILED;
}

/* True where it is over, with *result. */
static bool receive_more(struct exchange *exchange, enum query_result *result) {
    struct query_answer answer;
    ssize_t got = recv(exchange->fd, exchange->answer + exchange->received,
                       sizeof exchange->answer - exchange->received, MSG_DONTWAIT);
    if (got < 0 && is_passing(errno))
        return false;
    *result = QUERY_FAILED;
    if (got <= 0) {
        fail(exchange, "it ended without an answer");
        return true;
    }
    exchange->received += (size_t)got;
    switch (cz_query_parse_answer(
        (struct bytes){.data = (const uint8_t *)exchange->answer, .len = exchange->received},
        &answer)) {
    case QUERY_INCOMPLETE:
        return false;
    case QUERY_MALFORMED:
        fail(exchange, "its answer is none; is it of another version?");
        return true;
    case QUERY_COMPLETE:
        break;
    }
    if (answer.done)
        *result = QUERY_DONE;
    else
        cz_error_set(exchange->error, "%s: %.*s", exchange->peer, (int)answer.text.len,
                     (const char *)answer.text.data);
    return true;
}

enum query_result cz_query_exchange(int fd, const char *peer, const struct buffer *message,
                                    int64_t until, struct error *error) {
    struct exchange exchange = {
        .fd = fd, .peer = peer, .unsent = cz_buffer_view(message), .error = error};
    for (int64_t left; (left = until - cz_query_now()) > 0;) {
        enum query_result result;
        struct pollfd polled = {.fd = fd, .events = POLLIN};
        if (exchange.unsent.len > 0)
            polled.events |= POLLOUT;
        if (poll(&polled, 1, (int)left) <= 0)
            continue;
        if (exchange.unsent.len > 0 && (polled.revents & (POLLOUT | POLLERR | POLLHUP)) != 0)
            send_more(&exchange);
        if ((polled.revents & ~POLLOUT) != 0 && receive_more(&exchange, &result))
            return result;
    }
    cz_error_set(error, "%s: no answer in time", peer);
    return QUERY_TIMED_OUT;
}
