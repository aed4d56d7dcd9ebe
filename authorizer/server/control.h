/*
 * The control socket: a folder in which each process has a Unix socket PID.sock, for its own user
 * and root alone. A peer sends one line, a command with or without an argument behind a blank, and
 * gets one line of JSON, a flat object; then the connection is closed. Peers are dealt with one at
 * a time and dropped after a short while, so that none of them keeps the main thread from its
 * work.
 */
#ifndef CERTAUTHZ_SERVER_CONTROL_H
#define CERTAUTHZ_SERVER_CONTROL_H

#include "base/buffer.h"
#include "base/error.h"
#include "server/loop.h"

#include <sys/types.h>

#define CZ_CONTROL_LINE_MAX (1u << 20)    /* bytes of a peer's line, with its newline */
#define CZ_CONTROL_PEER_MILLISECONDS 2000 /* that a peer has to send it, and to take the answer */

struct control_command {
    const char *name;
    /* Appends the object to `answer`, without a newline. `argument` is borrowed; empty: none. */
    void (*run)(void *context, struct bytes argument, struct buffer *answer);
};

struct control {
    const struct control_command *commands; /* borrowed, like the context */
    size_t command_count;
    void *context;
    int fd;       /* that listens; -1: none */
    char *path;   /* owned; of the socket, or NULL */
    dev_t device; /* of that file, so that nobody else's is unlinked */
    ino_t inode;
    int peer;             /* -1: none */
    int64_t expires;      /* cz_loop_now; when the peer is dropped */
    int64_t resting;      /* until then nobody is accepted, for want of descriptors */
    struct buffer line;   /* owned; what the peer has sent */
    struct buffer answer; /* owned; empty until there is one */
    size_t sent;          /* bytes of it */
};

/*
 * Makes the socket, and the folder (mode 0700) where it is missing; removes sockets there that
 * nobody listens on. Where others may write into the folder, that is an error. `control` is to be
 * made with fd and peer -1, and its commands; the caller closes it in either case.
 */
bool cz_control_open(struct control *control, const char *folder, struct error *error);
struct loop_source cz_control_source(struct control *control);
void cz_control_close(struct control *control);

#endif
