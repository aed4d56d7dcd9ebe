/*
 * The listening socket. We make it ourselves: libfcgi's FCGX_OpenSocket takes the mode from the
 * umask, binds to every address, sets no close-on-exec and exits on errors.
 */
#ifndef CERTAUTHZ_SERVER_LISTENER_H
#define CERTAUTHZ_SERVER_LISTENER_H

#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

#define CZ_LISTEN_BACKLOG 1024 /* lighttpd answers 500 at once when a shorter one is full */

struct listener {
    int fd;          /* -1: none */
    bool shared;     /* with other processes perhaps, so it is not shut down */
    char *unix_path; /* owned; what we bound and will unlink, or NULL */
    dev_t device;    /* of that file, so that nobody else's is unlinked */
    ino_t inode;
};

struct listener_options {
    const char *address;      /* unix:/path or host:port (numeric; an IPv6 host in brackets) */
    mode_t socket_mode;       /* of a Unix socket */
    const char *socket_group; /* name or number, or NULL */
    bool allow_remote;        /* a TCP address beyond loopback */
    bool nonblocking;         /* for whoever polls it */
    const char *named_by;     /* what gave the address, for messages; NULL: --listen */
};

/* On failure `error` says why and what to do. The caller closes it in either case. */
bool cz_listener_open(struct listener *listener, const struct listener_options *options,
                      struct error *error);
/* An octal number up to 0777. */
bool cz_socket_mode_parse(const char *text, mode_t *mode);
/* Descriptor 0, if it is a listening socket: a web server or spawn-fcgi started us. `alone` says
 * that no other process serves it. */
bool cz_listener_inherit(struct listener *listener, bool alone);
/*
 * Whether a web server runs this program for one request, as CGI. Then the arguments are not ours
 * but the client's: a server makes them from a query without an equals sign (RFC 3875 4.4), so they
 * must not be looked at.
 */
bool cz_started_as_cgi(void);
/*
 * Before a TCP socket of our own is shut down, which resets the connections that wait to be
 * accepted: waits until others have accepted them, at most so many seconds. Hardly any new ones
 * come meanwhile: with a backlog of 0 the kernel passes over who begins one while another waits,
 * and who tries again a second later is refused. A Unix socket resets nobody, so nothing is done
 * there.
 */
void cz_listener_drain(const struct listener *listener, unsigned seconds);
/* Wakes every thread that waits in accept; connections that wait are still handed out on a Unix
 * socket. Does nothing to one that may be shared with other processes. */
void cz_listener_shutdown(const struct listener *listener);
void cz_listener_close(struct listener *listener);

#endif
