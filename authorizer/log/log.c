#include "log/log.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool cz_log_open(struct log *log, const char *file, struct error *error) {
    *log = (struct log){.fd = STDERR_FILENO};
    if (file == NULL)
        return true;
    log->fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
    if (log->fd < 0)
        return cz_error_set(error, "%s: cannot be opened for the log: %s", file, strerror(errno));
    log->owned = true;
    return true;
}

void cz_log_close(struct log *log) {
    if (log->owned)
        cz_close_fd(&log->fd);
    log->owned = false;
}

bool cz_log_wants(const struct log *log, const struct decision *decision) {
    return decision->verdict == VERDICT_GRANTED ? log->all_decisions : log->refusals;
}

void cz_log_write(const struct log *log, const struct buffer *line) {
    const char *data = line->data;
    size_t left = line->failed ? 0 : line->len;
    while (left > 0) {
        ssize_t written = write(log->fd, data, left);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        data += written;
        left -= (size_t)written;
    }
}

void cz_log_message(const struct log *log, const char *level, const char *format, ...) {
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    if (strcmp(level, "info") == 0 && !log->all_decisions)
        return;
    char text[1200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct log_entry entry;
    cz_log_entry_message(&entry, level, text, now.tv_sec, (unsigned)(now.tv_nsec / 1000000));
    cz_log_entry_json(&line, &entry, SIZE_MAX);
    cz_buffer_putc(&line, '\n');
    cz_log_write(log, &line);
}
