/*
 * The FastCGI side: a few threads that answer what arrives on a listening socket.
 */
#ifndef WHOAMI_SERVE_H
#define WHOAMI_SERVE_H

#include "base/error.h"

#include <stdbool.h>

/*
 * Serves until SIGTERM or SIGINT, then lets requests under way end, for three seconds
 * at most. Call once, from the only thread; when it returns, the process must exit
 * without waiting for the threads. Each connection carries one request.
 */
bool whoami_serve(int listen_fd, struct error *error);

#endif
