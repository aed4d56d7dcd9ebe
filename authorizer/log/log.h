/*
 * Where log lines go: standard error or a file, each line by one write, so that the lines of
 * several threads and processes never mix. Thread-safe.
 */
#ifndef CERTAUTHZ_LOG_LOG_H
#define CERTAUTHZ_LOG_LOG_H

#include "base/error.h"
#include "log/line.h"

#include <stdatomic.h>

struct log {
    int fd;
    bool owned;
    atomic_bool all_decisions; /* the granted too; may change at any time, like the next */
    atomic_bool refusals;
};

/* `file` NULL: standard error. A file is appended to, and made with mode 0640. */
bool cz_log_open(struct log *log, const char *file, struct error *error);
void cz_log_close(struct log *log);

/* False where the level says that the decision is not to be written. */
bool cz_log_wants(const struct log *log, const struct decision *decision);
/* A line that cannot be written is lost; the decision stands. */
void cz_log_write(const struct log *log, const struct buffer *line);
/* An event in the program's life; `level` is "info", which is written only where all decisions are,
 * or "error". */
void cz_log_message(const struct log *log, const char *level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
