#include "store/deny_file.h"

#include "base/cleanup.h"
#include "config/certificate_file.h"
#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LIST_NAME "deny"
#define NEW_NAME "deny.new" /* until it is whole */
#define LOCK_NAME "deny.lock"
#define LOCK_SECONDS 5 /* others hold it for as long as it takes to write the list */
#define LOCK_PAUSE_NANOSECONDS 10000000

static bool in_folder(const char *folder, const char *name, char **path, struct error *error) {
    if (asprintf(path, "%s/%s", folder, name) >= 0)
        return true;
    *path = NULL;
    return cz_error_set(error, "out of memory");
}

/* --- read ---------------------------------------------------------------------------------- */

/* A link that leads nowhere, as to a disk that is not there, is not absent: who is denied is not
 * known. */
static bool is_absent(const char *path) {
    struct stat status;
    return lstat(path, &status) != 0 && errno == ENOENT;
}

bool cz_deny_file_load(const char *folder, struct deny_list *list, struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *path = NULL;
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {.limit = CZ_DENY_FILE_SIZE_MAX};
    struct error cause = {0};
    *list = (struct deny_list){0};
    if (!in_folder(folder, LIST_NAME, &path, error))
        return false;
    if (is_absent(path))
        return true;
    if (!cz_file_read(path, &text, error))
        return false;
    return cz_deny_list_parse(cz_buffer_view(&text), list, &cause) ||
           cz_error_set(error, "%s: %s; mend it, or move it away to begin an empty list", path,
                        cause.message);
}

/* --- changed ------------------------------------------------------------------------------- */

static bool failed(const char *path, const char *what, struct error *error) {
    const char *advice = errno == EACCES || errno == EPERM
                             ? "; call this as the user whose folder it is, or as root"
                             : "";
    return cz_error_set(error, "%s: cannot be %s: %s%s", path, what, strerror(errno), advice);
}

static bool lock(const char *folder, int *fd, struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *path = NULL;
    struct timespec begin, now;
    if (!in_folder(folder, LOCK_NAME, &path, error))
        return false;
    *fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (*fd < 0)
        return failed(path, "opened", error);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return failed(path, "locked", error);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - begin.tv_sec > LOCK_SECONDS)
            return cz_error_set(error,
                                "%s: another process holds it for %d seconds now; end that "
                                "process, and try again",
                                path, LOCK_SECONDS);
        nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_NANOSECONDS}, NULL);
    }
    return true;
}

static bool write_all(int fd, struct bytes text) {
    while (text.len > 0) {
        ssize_t done = write(fd, text.data, text.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        text.data += done;
        text.len -= (size_t)done;
    }
    return true;
}

/* On the disk before it has its name, and the name on the disk before anybody is told. */
static bool publish(const char *new_path, const char *path, const char *folder, struct bytes text,
                    struct error *error) {
    CZ_CLEANUP(cz_close_fd)
    int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CZ_CLEANUP(cz_close_fd) int fd = -1;
    if (folder_fd < 0)
        return failed(folder, "opened", error);
    if (unlink(new_path) != 0 && errno != ENOENT) /* of one that was killed */
        return failed(new_path, "removed", error);
    fd = open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return failed(new_path, "made", error);
    bool written = write_all(fd, text) && fchmod(fd, 0644) == 0 && fsync(fd) == 0 &&
                   rename(new_path, path) == 0;
    if (!written) {
        failed(path, "written", error);
        unlink(new_path);
        return false;
    }
    return fsync(folder_fd) == 0 || failed(folder, "written", error);
}

static bool store_list(const char *folder, const struct deny_list *list, struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *path = NULL;
    CZ_CLEANUP(cz_free_ptr) char *new_path = NULL;
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {.limit = CZ_DENY_FILE_SIZE_MAX};
    if (!in_folder(folder, LIST_NAME, &path, error) ||
        !in_folder(folder, NEW_NAME, &new_path, error))
        return false;
    cz_deny_list_write(list, &text);
    if (text.failed)
        return cz_error_set(error, "%s: would be larger than %u bytes, or out of memory", path,
                            CZ_DENY_FILE_SIZE_MAX);
    return publish(new_path, path, folder, cz_buffer_view(&text), error);
}

bool cz_deny_file_change(const char *folder,
                         bool (*change)(void *context, struct deny_list *list, struct error *error),
                         void *context, struct error *error) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    CZ_CLEANUP(cz_close_fd) int locked = -1;
    return cz_folder_make(folder, error) && lock(folder, &locked, error) &&
           cz_deny_file_load(folder, &list, error) && change(context, &list, error) &&
           store_list(folder, &list, error);
}
