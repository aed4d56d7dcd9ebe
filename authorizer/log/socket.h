/* A daemon's datagram socket as the log's destination. The caller holds the log's lock. */
#ifndef CERTAUTHZ_LOG_SOCKET_H
#define CERTAUTHZ_LOG_SOCKET_H

#include "base/bytes.h"
#include "base/error.h"

struct log_socket {
    const char *path; /* borrowed */
    int fd;
};

/* `daemon`, such as "systemd-journald", is for the message. */
bool cz_log_socket_open(struct log_socket *log_socket, const char *path, const char *daemon,
                        struct error *error);
/* Never waits, and connects again to a daemon that was restarted. False, with the number of the
 * error in `cause`, where the datagram was not taken. */
bool cz_log_socket_write(struct log_socket *log_socket, struct bytes datagram, int *cause);
void cz_log_socket_close(struct log_socket *log_socket);

#endif
