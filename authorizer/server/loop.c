#include "server/loop.h"

#include "base/cleanup.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>

static sigset_t awaited_signals(void) {
    static const int awaited[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < CZ_COUNT(awaited); i++)
        sigaddset(&set, awaited[i]);
    return set;
}

void cz_loop_block_signals(void) {
    sigset_t set = awaited_signals();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int cz_loop_signals(struct error *error) {
    sigset_t set = awaited_signals();
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        cz_error_set(error, "signals cannot be waited for: %s", strerror(errno));
    return fd;
}

int64_t cz_loop_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* False where the signal ends the loop. */
static bool take_signal(const struct loop *loop, uint32_t number) {
    void (*handle)(void *) = NULL;
    if (loop != NULL && number == SIGHUP)
        handle = loop->on_hangup;
    else if (loop != NULL && number == SIGUSR1)
        handle = loop->on_user1;
    if (handle != NULL)
        handle(loop->context);
    return handle != NULL;
}

static bool take_signals(const struct loop *loop, int fd) {
    struct signalfd_siginfo info;
    while (read(fd, &info, sizeof info) == (ssize_t)sizeof info)
        if (!take_signal(loop, info.ssi_signo))
            return false;
    return true;
}

void cz_loop_run(const struct loop *loop, int signals) {
    size_t count = loop != NULL ? loop->count : 0;
    do {
        struct pollfd polled[1 + CZ_LOOP_SOURCES_MAX] = {{.fd = signals, .events = POLLIN}};
        int timeout = -1;
        for (size_t i = 0; i < count; i++) {
            const struct loop_source *source = &loop->sources[i];
            polled[1 + i] = (struct pollfd){.fd = -1};
            int wanted = source->prepare(source->context, &polled[1 + i]);
            if (wanted >= 0 && (timeout < 0 || wanted < timeout))
                timeout = wanted;
        }
        if (poll(polled, 1 + count, timeout) < 0)
            continue; /* a stopped process was continued: nothing else is left to interrupt it */
        for (size_t i = 0; i < count; i++)
            loop->sources[i].dispatch(loop->sources[i].context, polled[1 + i].revents);
    } while (take_signals(loop, signals));
}
