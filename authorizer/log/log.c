#include "log/log.h"

#include "base/cleanup.h"
#include "log/complain.h"
#include "log/file.h"
#include "log/line.h"
#include "log/socket.h"
#include "log/syslog.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MILLISECONDS 1000 /* for a reader of our pipe that stalls */

struct log_target {
    pthread_mutex_t lock;
    enum log_destination to;
    char *name; /* owned; NULL: standard error */
    int facility;
    struct log_file file;     /* stderr and files */
    struct log_socket socket; /* syslog and journald */
    atomic_ulong lost;
    unsigned long untold; /* of the lost those that the log has not been told of */
    int cause;            /* of the last loss, an errno */
};

static void render_line(struct buffer *out, const struct log_entry *entry, int facility,
                        size_t limit) {
    (void)facility;
    cz_log_entry_json(out, entry, limit);
    cz_buffer_putc(out, '\n');
}

/* Daemons have their limits for a datagram: syslog's usual one is 8 KiB. */
static const struct kind {
    void (*render)(struct buffer *out, const struct log_entry *entry, int facility, size_t limit);
    size_t most;        /* bytes of a record */
    const char *path;   /* of the daemon's socket; NULL: no daemon */
    const char *daemon; /* for messages */
} kinds[] = {
    [LOG_TO_STDERR] = {.render = render_line, .most = SIZE_MAX},
    [LOG_TO_FILE] = {.render = render_line, .most = SIZE_MAX},
    [LOG_TO_SYSLOG] = {.render = cz_log_syslog,
                       .most = 8000,
                       .path = "/dev/log",
                       .daemon = "a syslog daemon"},
    [LOG_TO_JOURNAL] = {.render = cz_log_entry_fields,
                        .most = 65536,
                        .path = "/run/systemd/journal/socket",
                        .daemon = "systemd-journald"},
};

/* Texts are cut to half, and to half again, until the record is no longer than it may be. */
static void render(const struct log_target *target, struct buffer *record,
                   const struct log_entry *entry) {
    const struct kind *kind = &kinds[target->to];
    size_t limit = kind->most;
    kind->render(record, entry, target->facility, limit);
    while (record->len > kind->most && limit > 1) {
        limit /= 2;
        cz_buffer_clear(record);
        kind->render(record, entry, target->facility, limit);
    }
}

static void render_message(const struct log_target *target, struct buffer *record,
                           const char *level, const char *message) {
    struct log_entry entry;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    cz_log_entry_message(&entry, level, message, now.tv_sec, (unsigned)(now.tv_nsec / 1000000));
    render(target, record, &entry);
}

/* --- opening and closing --- */

static bool open_target(struct log_target *target, const char *name, struct error *error) {
    const struct kind *kind = &kinds[target->to];
    const char *used = name != NULL ? name : kind->path;
    if (used != NULL && (target->name = strdup(used)) == NULL)
        return cz_error_set(error, "out of memory");
    if (kind->daemon != NULL)
        return cz_log_socket_open(&target->socket, target->name, kind->daemon, error);
    return cz_log_file_open(&target->file, target->name, error);
}

bool cz_log_open(struct log *log, const struct log_settings *settings, struct error *error) {
    *log = (struct log){.target = calloc(1, sizeof *log->target),
                        .all_decisions = settings->all_decisions,
                        .refusals = settings->refusals,
                        .required = settings->required};
    if (log->target == NULL)
        return cz_error_set(error, "out of memory");
    struct log_target *target = log->target;
    target->to = settings->to;
    target->facility = settings->facility;
    target->file.fd = target->socket.fd = -1;
    atomic_init(&target->lost, 0);
    pthread_mutex_init(&target->lock, NULL);
    if (open_target(target, settings->name, error))
        return true;
    cz_log_close(log);
    return false;
}

static bool put(struct log_target *target, const struct buffer *record, int *cause) {
    *cause = ENOMEM;
    if (record->failed)
        return false;
    if (kinds[target->to].daemon != NULL)
        return cz_log_socket_write(&target->socket, cz_buffer_view(record), cause);
    int patience = target->untold > 0 ? 0 : PATIENCE_MILLISECONDS;
    return cz_log_file_write(&target->file, cz_buffer_view(record), patience, cause);
}

/* What was lost stands before the line that is not. */
static bool tell_lost(struct log_target *target, int *cause) {
    CZ_CLEANUP(cz_buffer_release) struct buffer record = {0};
    char text[200];
    if (target->untold == 0)
        return true;
    snprintf(text, sizeof text, "%lu line%s of the log %s lost: %s", target->untold,
             target->untold == 1 ? "" : "s", target->untold == 1 ? "was" : "were",
             strerror(target->cause));
    render_message(target, &record, "error", text);
    if (!put(target, &record, cause))
        return false;
    target->untold = 0;
    return true;
}

void cz_log_close(struct log *log) {
    struct log_target *target = log->target;
    int cause;
    log->target = NULL;
    if (target == NULL)
        return;
    tell_lost(target, &cause);
    cz_log_file_close(&target->file);
    cz_log_socket_close(&target->socket);
    pthread_mutex_destroy(&target->lock);
    free(target->name);
    free(target);
}

bool cz_log_reopen(const struct log *log, struct error *error) {
    struct log_target *target = log->target;
    if (target->to != LOG_TO_FILE)
        return true;
    pthread_mutex_lock(&target->lock);
    bool opened = cz_log_file_reopen(&target->file, error);
    pthread_mutex_unlock(&target->lock);
    return opened;
}

/* --- writing --- */

bool cz_log_wants(const struct log *log, const struct decision *decision) {
    bool plain = decision->verdict == VERDICT_GRANTED && cz_decision_warning(decision) == NULL;
    return plain ? log->all_decisions : log->refusals;
}

void cz_log_render(const struct log *log, struct buffer *record, const struct log_event *event) {
    struct log_entry entry;
    cz_log_entry_decision(&entry, event);
    render(log->target, record, &entry);
}

static void lose(struct log_target *target, int cause) {
    atomic_fetch_add(&target->lost, 1);
    target->cause = cause;
    if (target->untold++ == 0 && target->to != LOG_TO_STDERR)
        cz_log_complain("%s: a line of the log was lost: %s; how many follow is told there when "
                        "it can be written again",
                        target->name, strerror(cause));
}

bool cz_log_write(const struct log *log, const struct buffer *record) {
    struct log_target *target = log->target;
    int cause;
    if (record->len == 0 && !record->failed)
        return true;
    pthread_mutex_lock(&target->lock);
    bool written = tell_lost(target, &cause) && put(target, record, &cause);
    if (!written)
        lose(target, cause);
    pthread_mutex_unlock(&target->lock);
    return written;
}

void cz_log_message(const struct log *log, const char *level, const char *format, ...) {
    CZ_CLEANUP(cz_buffer_release) struct buffer record = {0};
    if (strcmp(level, "info") == 0 && !log->all_decisions)
        return;
    char text[1200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    render_message(log->target, &record, level, text);
    cz_log_write(log, &record);
}

unsigned long cz_log_lost(const struct log *log) {
    return atomic_load(&log->target->lost);
}
