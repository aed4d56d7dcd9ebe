/* What every program that runs on its own does first. */
#ifndef CERTAUTHZ_SERVER_PROGRAM_H
#define CERTAUTHZ_SERVER_PROGRAM_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Opens the standard descriptors that are closed, and ignores the signals of writes that fail. */
void cz_program_prepare(void);
/* Goes on with less of the processors than others where all are wanted: a nice value of
 * CZ_YIELDING, or the one that it has if that is more. Where it may not, nothing changes. */
void cz_program_yield(void);

/* False where it cannot all be written; an interrupted write goes on. */
bool cz_write_all(int fd, const void *data, size_t len);

#define CZ_YIELDING 10

/*
 * From now on SIGTERM arrives when the process that started this one ends, however that happens.
 * `parent` is what getppid said when this program began. False, with `error` set, where it has
 * ended since, or where the kernel does not do it.
 */
bool cz_program_follow_parent(pid_t parent, struct error *error);

#endif
