#include "config/whole_file.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static bool too_large(const char *name, struct buffer *content, struct error *error) {
    cz_buffer_fail(content);
    return cz_error_set(error, "%s: larger than %zu bytes, or out of memory", name,
                        cz_buffer_limit(content));
}

bool cz_descriptor_read(int fd, const char *name, struct buffer *content, struct error *error) {
    for (;;) {
        char *end = cz_buffer_reserve(content, 65536);
        if (end == NULL)
            return too_large(name, content, error);
        ssize_t got = read(fd, end, 65536);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cz_error_set(error, "%s: cannot be read: %s", name, strerror(errno));
        end[got] = '\0';
        if (got == 0)
            return true;
        content->len += (size_t)got;
    }
}

/* Opened first and judged by its descriptor, so that what is judged is what is read. */
bool cz_file_read(const char *file, struct buffer *content, struct error *error) {
    CZ_CLEANUP(cz_close_fd) int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0)
        return cz_error_set(error, "%s: cannot be opened: %s", file, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return cz_error_set(error, "%s: not a regular file", file);
    if (status.st_size < 0 || (uintmax_t)status.st_size >= cz_buffer_limit(content))
        return too_large(file, content, error);
    return cz_descriptor_read(fd, file, content, error);
}
