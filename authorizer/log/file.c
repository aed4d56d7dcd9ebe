#include "log/file.h"

#include "base/cleanup.h"
#include "log/complain.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static time_t steady_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now.tv_sec;
}

/* Takes note of what is open. */
static bool examine(struct log_file *file) {
    struct stat status;
    if (fstat(file->fd, &status) != 0)
        return false;
    file->device = status.st_dev;
    file->inode = status.st_ino;
    file->stalls = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
    return true;
}

static bool use_standard_error(struct log_file *file, struct error *error) {
    file->fd = STDERR_FILENO;
    int flags = fcntl(STDERR_FILENO, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && examine(file))
        return true;
    return cz_error_set(error, "standard error cannot be written, and the log goes there; open it "
                               "for writing, or choose another log.destination");
}

/* O_NONBLOCK: a named pipe without a reader is an error, and does not keep us waiting. */
static int open_file(const char *name) {
    return open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
}

bool cz_log_file_open(struct log_file *file, const char *name, struct error *error) {
    *file = (struct log_file){.name = name, .fd = -1, .looked = steady_seconds()};
    if (name == NULL)
        return use_standard_error(file, error);
    file->fd = open_file(name);
    if (file->fd < 0 || !examine(file))
        return cz_error_set(error,
                            "%s: cannot be opened for the log: %s; its folder has to be there, "
                            "and the user of certauthz able to write in it",
                            name, strerror(errno));
    return true;
}

void cz_log_file_close(struct log_file *file) {
    if (file->name != NULL)
        cz_close_fd(&file->fd);
    file->fd = -1;
}

bool cz_log_file_reopen(struct log_file *file, struct error *error) {
    if (file->name == NULL)
        return true;
    int fd = open_file(file->name);
    if (fd < 0)
        return cz_error_set(error,
                            "%s: cannot be opened anew for the log: %s; lines go on into the file "
                            "that was open before",
                            file->name, strerror(errno));
    struct log_file fresh = {.name = file->name, .fd = fd, .looked = steady_seconds()};
    if (!examine(&fresh)) {
        close(fd);
        return cz_error_set(error, "%s: cannot be examined: %s", file->name, strerror(errno));
    }
    close(file->fd);
    *file = fresh;
    return true;
}

static bool is_still_there(const struct log_file *file) {
    struct stat status;
    if (stat(file->name, &status) != 0)
        return errno != ENOENT; /* of another error nothing follows */
    return status.st_dev == file->device && status.st_ino == file->inode;
}

/* Whether what is open can still be found by somebody. */
static bool has_a_name(const struct log_file *file) {
    struct stat status;
    return fstat(file->fd, &status) == 0 && status.st_nlink > 0;
}

/* Once a second: follows the name where the file was moved or deleted. False where what is open
 * has no name any more and nothing can be opened in its place: lines written there are lost. */
static bool follow(struct log_file *file) {
    struct error error = {0};
    if (file->name == NULL)
        return true;
    time_t now = steady_seconds();
    if (now == file->looked)
        return !file->astray || has_a_name(file);
    file->looked = now;
    if (is_still_there(file)) {
        file->astray = false;
        return true;
    }
    if (cz_log_file_reopen(file, &error))
        return true;
    if (!file->astray)
        cz_log_complain("%s", error.message);
    file->astray = true;
    return has_a_name(file);
}

static ssize_t write_some(const struct log_file *file, struct bytes line, int patience) {
    struct pollfd reader = {.fd = file->fd, .events = POLLOUT};
    if (!file->stalls)
        return write(file->fd, line.data, line.len);
    int ready = poll(&reader, 1, patience);
    if (ready > 0) /* there is room for so much, and for no more for sure */
        return write(file->fd, line.data, line.len < PIPE_BUF ? line.len : PIPE_BUF);
    if (ready == 0)
        errno = EAGAIN;
    return -1;
}

static bool write_all(struct log_file *file, struct bytes line, int patience, int *cause) {
    size_t len = line.len;
    while (line.len > 0) {
        ssize_t written = write_some(file, line, patience);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            *cause = written < 0 ? errno : EIO;
            file->half_line |= line.len < len;
            return false;
        }
        line.data += written;
        line.len -= (size_t)written;
    }
    return true;
}

bool cz_log_file_write(struct log_file *file, struct bytes line, int patience, int *cause) {
    if (!follow(file)) {
        *cause = ENOENT;
        return false;
    }
    if (file->half_line && !write_all(file, CZ_BYTES("\n"), patience, cause))
        return false;
    file->half_line = false;
    return write_all(file, line, patience, cause);
}
