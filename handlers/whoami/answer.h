/*
 * One request from its variables and its body to the bytes of the reply: the way that
 * CGI and FastCGI share.
 */
#ifndef WHOAMI_ANSWER_H
#define WHOAMI_ANSWER_H

#include "base/buffer.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WHOAMI_BODY_LIMIT ((uint64_t)128 << 20) /* bytes */

/* Gives the next 1 to `size` bytes of the body, 0 at its end, or -1. */
typedef ssize_t whoami_read(void *source, void *data, size_t size);

/* `variables` is a NULL-terminated array of NAME=value. `reply` is empty at first. */
void whoami_answer(struct buffer *reply, char *const *variables, whoami_read *read, void *source);

#endif
