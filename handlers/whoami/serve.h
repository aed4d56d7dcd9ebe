/*
 * The FastCGI side: a few threads that answer what arrives on a listening socket.
 */
#ifndef WHOAMI_SERVE_H
#define WHOAMI_SERVE_H

#include "base/error.h"
#include "server/listener.h"

/* Serves until it is told to leave (see cz_workers_run), and finishes the requests under way. */
bool whoami_serve(const struct listener *listener, struct error *error);

#endif
