#include "store/sighting.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>

static bool is_same_time(struct timespec a, struct timespec b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_same_file(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_same(const struct stat *a, const struct stat *b) {
    return is_same_file(a, b) && a->st_size == b->st_size && is_same_time(a->st_mtim, b->st_mtim) &&
           is_same_time(a->st_ctim, b->st_ctim);
}

bool cz_sighting_has_changed(const struct sighting *sighting, const char *path) {
    struct stat now;
    if (stat(path, &now) != 0)
        return sighting->fd >= 0 || sighting->reason != errno;
    return (sighting->fd < 0 && sighting->reason == 0) || !is_same(&sighting->status, &now);
}

bool cz_sighting_is_there(const struct sighting *sighting, const char *path) {
    struct stat now;
    return stat(path, &now) == 0 && is_same_file(&sighting->status, &now);
}

void cz_sighting_take(struct sighting *sighting, const char *path) {
    cz_sighting_release(sighting);
    sighting->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    sighting->reason = sighting->fd < 0 ? errno : 0;
    bool known = sighting->fd >= 0 ? fstat(sighting->fd, &sighting->status) == 0
                                   : stat(path, &sighting->status) == 0;
    if (!known)
        sighting->status = (struct stat){.st_ino = 0};
}

void cz_sighting_release(struct sighting *sighting) {
    cz_close_fd(&sighting->fd);
    *sighting = (struct sighting){.fd = -1};
}
