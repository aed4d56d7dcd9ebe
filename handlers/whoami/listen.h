/*
 * A listening Unix socket of our own.
 */
#ifndef WHOAMI_LISTEN_H
#define WHOAMI_LISTEN_H

#include "base/error.h"

#include <stdbool.h>

/*
 * Listens on `path` with mode 0660. Takes the place of a socket on which nobody listens
 * any more; a live one, or a file of another kind, is an error. `fd` is the caller's.
 */
bool whoami_listen(const char *path, int *fd, struct error *error);

#endif
