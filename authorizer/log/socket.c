#include "log/socket.h"

#include "base/cleanup.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

/* -1, with errno, where nobody listens there. */
static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    if (len >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, len);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    int cause = errno; /* closing may change it */
    close(fd);
    errno = cause;
    return -1;
}

bool cz_log_socket_open(struct log_socket *log_socket, const char *path, const char *daemon,
                        struct error *error) {
    *log_socket = (struct log_socket){.path = path, .fd = connect_to(path)};
    if (log_socket->fd >= 0)
        return true;
    return cz_error_set(error,
                        "%s: cannot be connected to for the log: %s; see whether %s runs, or "
                        "choose another log.destination",
                        path, strerror(errno), daemon);
}

void cz_log_socket_close(struct log_socket *log_socket) {
    cz_close_fd(&log_socket->fd);
}

static bool send_once(const struct log_socket *log_socket, struct bytes datagram) {
    ssize_t sent;
    do
        sent = send(log_socket->fd, datagram.data, datagram.len, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

/* Errors that say nothing about the one who listens there now. */
static bool peer_is_gone(int cause) {
    return cause == ECONNREFUSED || cause == ENOTCONN || cause == ECONNRESET || cause == EBADF;
}

bool cz_log_socket_write(struct log_socket *log_socket, struct bytes datagram, int *cause) {
    if (send_once(log_socket, datagram))
        return true;
    *cause = errno;
    if (!peer_is_gone(*cause))
        return false;
    cz_log_socket_close(log_socket);
    log_socket->fd = connect_to(log_socket->path);
    if (log_socket->fd >= 0 && send_once(log_socket, datagram))
        return true;
    *cause = errno;
    return false;
}
