#include "server/deadline.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define PERIOD_MILLISECONDS 250 /* a deadline is met by at most this much too late */

static int64_t monotonic_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void enforce(struct deadline *deadline, int64_t now) {
    pthread_mutex_lock(&deadline->lock);
    if (deadline->fd >= 0 && now >= deadline->expires)
        shutdown(deadline->fd, SHUT_RDWR);
    pthread_mutex_unlock(&deadline->lock);
}

static void wait_period(struct deadline_keeper *keeper) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += PERIOD_MILLISECONDS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&keeper->wake, &keeper->lock, &until);
}

static void *keep(void *argument) {
    struct deadline_keeper *keeper = argument;
    pthread_mutex_lock(&keeper->lock);
    while (!keeper->stopping) {
        int64_t now = monotonic_milliseconds();
        for (size_t i = 0; i < keeper->count; i++)
            enforce(&keeper->deadlines[i], now);
        wait_period(keeper);
    }
    pthread_mutex_unlock(&keeper->lock);
    return NULL;
}

bool cz_deadline_keeper_start(struct deadline_keeper *keeper, size_t count) {
    *keeper = (struct deadline_keeper){.count = count};
    keeper->deadlines = calloc(count, sizeof *keeper->deadlines);
    if (keeper->deadlines == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        pthread_mutex_init(&keeper->deadlines[i].lock, NULL);
        keeper->deadlines[i].fd = -1;
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&keeper->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&keeper->lock, NULL);
    keeper->running = pthread_create(&keeper->thread, NULL, keep, keeper) == 0;
    return keeper->running;
}

void cz_deadline_keeper_stop(struct deadline_keeper *keeper) {
    if (keeper->running) {
        pthread_mutex_lock(&keeper->lock);
        keeper->stopping = true;
        pthread_cond_signal(&keeper->wake);
        pthread_mutex_unlock(&keeper->lock);
        pthread_join(keeper->thread, NULL);
    }
    free(keeper->deadlines);
    keeper->deadlines = NULL;
    keeper->running = false;
}

bool cz_deadline_arm(struct deadline *deadline, int fd, int seconds) {
    int duplicate = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (duplicate < 0)
        return false;
    pthread_mutex_lock(&deadline->lock);
    deadline->fd = duplicate;
    deadline->expires = monotonic_milliseconds() + (int64_t)seconds * 1000;
    pthread_mutex_unlock(&deadline->lock);
    return true;
}

void cz_deadline_disarm(struct deadline *deadline) {
    pthread_mutex_lock(&deadline->lock);
    cz_close_fd(&deadline->fd);
    pthread_mutex_unlock(&deadline->lock);
}

int64_t cz_deadline_left(struct deadline *deadline) {
    pthread_mutex_lock(&deadline->lock);
    int64_t left = deadline->fd >= 0 ? deadline->expires - monotonic_milliseconds() : 0;
    pthread_mutex_unlock(&deadline->lock);
    return left > 0 ? left : 0;
}
