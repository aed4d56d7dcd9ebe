/*
 * The worker threads: each accepts connections from the one listening socket and serves them. One
 * that has to wait in the middle of a request (see server/waiting.h) is stood in for, so that as
 * many as ever serve meanwhile; when there are too many again, those that finish first leave.
 */
#ifndef CERTAUTHZ_SERVER_WORKERS_H
#define CERTAUTHZ_SERVER_WORKERS_H

#include "base/error.h"
#include "log/log.h"
#include "server/connection.h"
#include "server/listener.h"
#include "server/loop.h"
#include "server/waiting.h"

#define CZ_WAITING_MAX 64 /* workers that wait at the same time */
/* What is left of a request's deadline when a worker has to have waited enough. */
#define CZ_WAITING_RESERVE_MILLISECONDS 500

struct server_settings {
    unsigned threads;
    struct connection_settings connection;
    const struct log *log;   /* for what goes wrong between requests */
    const struct loop *loop; /* what the main thread does meanwhile; NULL: it only waits */
    struct waiting *waiting; /* filled while workers serve, for the handler; NULL: it never waits */
};

/*
 * Serves until SIGTERM or SIGINT arrives, or SIGHUP or SIGUSR1 (FastCGI's own signal for leaving)
 * where the loop does nothing on it, or the listening socket is shut down by somebody else; then
 * finishes the requests at hand and returns. Must be called from the only thread. False, with
 * `error` set, where it cannot start.
 */
bool cz_workers_run(const struct listener *listener, const struct server_settings *settings,
                    const struct handler *handler, struct error *error);

#endif
