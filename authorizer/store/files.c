#include "store/files.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>

#define LOCK_PAUSE_NANOSECONDS 10000000
#define PIECE_MAX (32u << 10) /* bytes of one write: nothing interrupts it (server/rest.h) */

static bool failed(const char *path, const char *what, struct error *error) {
    const char *advice =
        errno == EACCES || errno == EPERM ? "; call this as the user whose folder it is" : "";
    return cz_error_set(error, "%s: cannot be %s: %s%s", path, what, strerror(errno), advice);
}

/* --- names --- */

bool cz_store_path(char path[PATH_MAX], const char *folder, const char *name, struct error *error) {
    int len = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return (len >= 0 && len < PATH_MAX) ||
           cz_error_set(error, "the name of the store's folder is too long: %s", folder);
}

bool cz_store_key_path(char path[PATH_MAX], const char *folder, const char *subfolder,
                       const uint8_t key[CZ_STORE_KEY_SIZE], const char *suffix,
                       struct error *error) {
    char hex[2 * CZ_STORE_KEY_SIZE + 1], name[PATH_MAX];
    for (size_t i = 0; i < CZ_STORE_KEY_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", key[i]);
    snprintf(name, sizeof name, "%s/%s%s", subfolder, hex, suffix);
    return cz_store_path(path, folder, name, error);
}

/* Written as we write it, so that no two names stand for one key. */
bool cz_store_key_of(const char *name, const char *suffix, uint8_t key[CZ_STORE_KEY_SIZE]) {
    size_t digits = 2 * CZ_STORE_KEY_SIZE;
    if (strlen(name) != digits + strlen(suffix) || strcmp(name + digits, suffix) != 0)
        return false;
    for (size_t i = 0; i < digits; i++) {
        int digit = cz_hex_digit((uint8_t)name[i]);
        if (digit < 0 || (name[i] >= 'A' && name[i] <= 'F'))
            return false;
        key[i / 2] = (uint8_t)(i % 2 == 0 ? digit << 4 : key[i / 2] | digit);
    }
    return true;
}

/* --- reading --- */

enum file_reading cz_store_each_key(const char *folder, const char *subfolder, const char *suffix,
                                    bool (*visit)(void *context,
                                                  const uint8_t key[CZ_STORE_KEY_SIZE]),
                                    void *context, struct error *error) {
    char path[PATH_MAX];
    if (!cz_store_path(path, folder, subfolder, error))
        return FILE_UNREADABLE;
    CZ_CLEANUP(cz_close_folder) DIR *open = opendir(path);
    if (open == NULL && errno == ENOENT)
        return FILE_ABSENT;
    if (open == NULL) {
        cz_error_set(error, "%s: cannot be read: %s", path, strerror(errno));
        return FILE_UNREADABLE;
    }
    bool go_on = true;
    for (const struct dirent *entry; go_on && (entry = readdir(open)) != NULL;) {
        uint8_t key[CZ_STORE_KEY_SIZE];
        if (cz_store_key_of(entry->d_name, suffix, key))
            go_on = visit(context, key);
    }
    return FILE_READ;
}

static bool read_all(int fd, struct buffer *content, const char *path, struct error *error) {
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return cz_error_set(error, "%s: not a regular file", path);
    if (status.st_size < 0 || (uintmax_t)status.st_size >= cz_buffer_limit(content))
        return cz_error_set(error, "%s: it has %jd bytes, and %zu would be too many", path,
                            (intmax_t)status.st_size, cz_buffer_limit(content));
    size_t len = (size_t)status.st_size;
    char *to = cz_buffer_reserve(content, len);
    if (to == NULL)
        return cz_error_set(error, "%s: out of memory", path);
    /* what is placed by renaming is never changed, so that it has the size that it says */
    for (size_t done = 0; done < len;) {
        ssize_t got = read(fd, to + done, len - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return cz_error_set(error, "%s: cannot be read: %s", path,
                                got < 0 ? strerror(errno) : "it was cut off meanwhile");
        done += (size_t)got;
    }
    content->len += len;
    return true;
}

enum file_reading cz_store_read(const char *path, struct buffer *content, struct error *error) {
    CZ_CLEANUP(cz_close_fd)
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return FILE_ABSENT;
    if (fd < 0) {
        cz_error_set(error, "%s: cannot be opened: %s", path, strerror(errno));
        return FILE_UNREADABLE;
    }
    return read_all(fd, content, path, error) ? FILE_READ : FILE_UNREADABLE;
}

/* --- writing --- */

bool cz_new_file_open(struct new_file *file, const char *folder, const char *name,
                      struct error *error) {
    file->fd = -1;
    if (!cz_store_path(file->path, folder, name, error)) {
        file->path[0] = '\0';
        return false;
    }
    if (unlink(file->path) != 0 && errno != ENOENT)
        return failed(file->path, "removed", error);
    file->fd = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    return (file->fd >= 0 && fchmod(file->fd, 0644) == 0) || failed(file->path, "made", error);
}

bool cz_new_file_put(struct new_file *file, struct bytes bytes, struct error *error) {
    while (bytes.len > 0) {
        ssize_t put = write(file->fd, bytes.data, bytes.len < PIECE_MAX ? bytes.len : PIECE_MAX);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return cz_error_set(error, "%s: cannot be written: %s; what is in force stays so",
                                file->path, strerror(errno));
        bytes = (struct bytes){.data = bytes.data + put, .len = bytes.len - (size_t)put};
    }
    return true;
}

bool cz_new_file_place(struct new_file *file, const char *path, struct error *error) {
    if (fsync(file->fd) != 0)
        return failed(file->path, "written to the disk", error);
    if (rename(file->path, path) != 0)
        return failed(path, "put in its place", error);
    file->path[0] = '\0';
    return true;
}

void cz_new_file_release(struct new_file *file) {
    cz_close_fd(&file->fd);
    if (file->path[0] != '\0')
        unlink(file->path);
    file->path[0] = '\0';
}

bool cz_folder_sync(const char *path, struct error *error) {
    CZ_CLEANUP(cz_close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return (fd >= 0 && fsync(fd) == 0) || failed(path, "written to the disk", error);
}

static bool cannot_make(const char *path, struct error *error) {
    const char *advice = errno == EACCES || errno == EPERM
                             ? "; make the store's folder as root, and give it to the user of "
                               "certauthz-refresh"
                             : "";
    return cz_error_set(error, "%s: the folder cannot be made: %s%s", path, strerror(errno),
                        advice);
}

bool cz_folder_make(const char *path, struct error *error) {
    char part[PATH_MAX];
    if (path[0] == '\0' || strlen(path) >= sizeof part) {
        errno = path[0] == '\0' ? ENOENT : ENAMETOOLONG;
        return cannot_make(path, error);
    }
    strcpy(part, path);
    for (char *end = part; end != NULL;) {
        end = strchr(end + 1, '/');
        if (end != NULL)
            *end = '\0';
        bool made = mkdir(part, 0755) == 0;
        if (made ? chmod(part, 0755) != 0 : errno != EEXIST)
            return cannot_make(part, error);
        if (end != NULL)
            *end = '/';
    }
    return true;
}

/* --- locks --- */

static int64_t milliseconds_since(const struct timespec *begin) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)(now.tv_sec - begin->tv_sec) * 1000 + (now.tv_nsec - begin->tv_nsec) / 1000000;
}

bool cz_store_lock(const char *folder, const struct lock_file *file, int *fd, struct error *error) {
    char path[PATH_MAX];
    struct timespec begin;
    *fd = -1;
    if (!cz_store_path(path, folder, file->name, error))
        return false;
    *fd = open(path, file->access | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (*fd < 0)
        return failed(path, "opened", error);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return failed(path, "locked", error);
        if (milliseconds_since(&begin) >= file->milliseconds)
            return cz_error_set(error, "%s: %s", path, file->busy);
        nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_NANOSECONDS}, NULL);
    }
    return true;
}
