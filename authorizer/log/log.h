/*
 * Where log lines go: standard error, a file, a syslog daemon or journald. Each line is written as
 * a whole, one after the other, so that the lines of several threads and processes never mix.
 * Thread-safe, but for opening and closing. A line that cannot be written is lost: that is
 * counted, and told in the log as soon as it takes lines again; standard error is told when it
 * begins.
 */
#ifndef CERTAUTHZ_LOG_LOG_H
#define CERTAUTHZ_LOG_LOG_H

#include "base/error.h"
#include "log/entry.h"

#include <stdatomic.h>

enum log_destination { LOG_TO_STDERR = 0, LOG_TO_FILE, LOG_TO_SYSLOG, LOG_TO_JOURNAL };

struct log_settings {
    enum log_destination to;
    const char *name;   /* of the file; or of the daemon's socket, NULL: where it usually is */
    int facility;       /* RFC 5424, section 6.2.1: 0 to 23; for syslog and journald */
    bool all_decisions; /* the granted too */
    bool refusals;
    bool required;
};

struct log_target;

struct log {
    struct log_target *target; /* owned */
    atomic_bool all_decisions; /* may change at any time, like the next */
    atomic_bool refusals;
    bool required; /* what cannot be written must not be granted: see cz_serve */
};

/*
 * Proves that the destination can be written: opens the file, which is made with mode 0640 and
 * appended to, or connects to the daemon's socket. False, with an `error` that says what to do,
 * where it cannot be. `settings` need not outlive the call.
 */
bool cz_log_open(struct log *log, const struct log_settings *settings, struct error *error);
void cz_log_close(struct log *log);
/*
 * Opens a file anew, for whoever moved it away; other destinations need it not and give true.
 * Where that fails the file that was open stays in use, `error` says so, and it is tried again by
 * itself. A file that was moved or deleted is noticed within a second of the next line anyhow.
 */
bool cz_log_reopen(const struct log *log, struct error *error);

/* False where the level says that the decision is not to be written. */
bool cz_log_wants(const struct log *log, const struct decision *decision);
/* Appends the decision to `record`, which must be empty, in the destination's form. */
void cz_log_render(const struct log *log, struct buffer *record, const struct log_event *event);
/* False where the record was lost, as one is that failed for want of memory; an empty one is
 * nothing to write, and true. Waits at most about a second, and never for a daemon. */
bool cz_log_write(const struct log *log, const struct buffer *record);
/* An event in the program's life; `level` as for cz_log_entry_message. "info" is written only
 * where all decisions are. */
void cz_log_message(const struct log *log, const char *level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* How many were lost since it was opened. */
unsigned long cz_log_lost(const struct log *log);

#endif
