#include "base/cleanup.h"
#include "query/exchange.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

static enum query_result tell_failure(const struct sockaddr_un *address, int cause,
                                      struct error *error) {
    const char *path = address->sun_path;
    switch (cause) {
    case ENOENT:
    case ECONNREFUSED:
        cz_error_set(error,
                     "%s: certauthz-refresh does not run: start it, or name its store in "
                     "revocation.store",
                     path);
        return QUERY_NOT_RUNNING;
    case EAGAIN:
        cz_error_set(error, "%s: certauthz-refresh is too busy to be asked", path);
        return QUERY_TIMED_OUT;
    case EACCES:
    case EPERM:
        cz_error_set(error,
                     "%s: this user may not ask certauthz-refresh: give the socket to a group that "
                     "it belongs to",
                     path);
        return QUERY_FAILED;
    default:
        cz_error_set(error, "%s: %s", path, strerror(cause));
        return QUERY_FAILED;
    }
}

static bool fill_address(const char *store_folder, struct sockaddr_un *address,
                         struct error *error) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int len =
        snprintf(address->sun_path, sizeof address->sun_path, "%s/" CZ_QUERY_SOCKET, store_folder);
    return (len > 0 && (size_t)len < sizeof address->sun_path) ||
           cz_error_set(error, "revocation.store: %s: too long for a socket in it", store_folder);
}

/* On a Unix socket, connecting waits for room in the queue of the listener; `milliseconds` bounds
 * that, 0: not at all. */
static enum query_result open_connection(const struct sockaddr_un *address, int64_t milliseconds,
                                         int *fd, struct error *error) {
    struct timeval patience = {.tv_sec = milliseconds / 1000,
                               .tv_usec = milliseconds % 1000 * 1000};
    int type = SOCK_STREAM | SOCK_CLOEXEC | (milliseconds > 0 ? 0 : SOCK_NONBLOCK);
    *fd = socket(AF_UNIX, type, 0);
    if (*fd < 0 ||
        (milliseconds > 0 &&
         setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) ||
        connect(*fd, (const struct sockaddr *)address, sizeof *address) != 0)
        return tell_failure(address, errno, error);
    return QUERY_DONE;
}

enum query_result cz_query_ask(const char *store_folder, const struct buffer *message,
                               unsigned milliseconds, struct error *error) {
    CZ_CLEANUP(cz_close_fd) int fd = -1;
    struct sockaddr_un address;
    int64_t until = cz_query_now() + milliseconds;
    if (!fill_address(store_folder, &address, error))
        return QUERY_FAILED;
    enum query_result connected =
        open_connection(&address, milliseconds > 0 ? milliseconds : 1, &fd, error);
    if (connected != QUERY_DONE)
        return connected;
    return cz_query_exchange(fd, address.sun_path, message, until, error);
}

enum query_result cz_query_note(const char *store_folder, const struct buffer *message,
                                struct error *error) {
    CZ_CLEANUP(cz_close_fd) int fd = -1;
    struct sockaddr_un address;
    if (!fill_address(store_folder, &address, error))
        return QUERY_FAILED;
    enum query_result connected = open_connection(&address, 0, &fd, error);
    if (connected == QUERY_TIMED_OUT)
        return QUERY_FAILED;
    if (connected != QUERY_DONE)
        return connected;
    ssize_t sent = send(fd, message->data, message->len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 && (size_t)sent == message->len)
        return QUERY_DONE;
    tell_failure(&address, sent < 0 ? errno : EAGAIN, error);
    return QUERY_FAILED;
}
