#include "server/workers.h"

#include "base/cleanup.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define RESOURCE_PAUSE_NANOSECONDS 50000000L /* after accept failed for want of descriptors */
#define RESOURCE_LOG_SECONDS 60              /* and how often that is told */

struct crew {
    const struct listener *listener;
    const struct server_settings *settings;
    struct connection_settings connection;
    const struct handler *handler;
    struct deadline_keeper keeper;
    atomic_bool stopping;
    atomic_uint working;
    atomic_llong last_told;
};

struct worker {
    struct crew *crew;
    struct deadline *deadline;
    pthread_t thread;
};

static void tell_shortage(struct crew *crew, int cause) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long last = atomic_load(&crew->last_told);
    if (now.tv_sec - last >= RESOURCE_LOG_SECONDS &&
        atomic_compare_exchange_strong(&crew->last_told, &last, now.tv_sec))
        cz_log_message(crew->settings->log, "error",
                       "no connection can be accepted: %s; requests are refused until that ends. "
                       "Raise the limit of open files (LimitNOFILE=, ulimit -n)",
                       strerror(cause));
    nanosleep(&(struct timespec){.tv_nsec = RESOURCE_PAUSE_NANOSECONDS}, NULL);
}

/* True where accept may be tried again. */
static bool may_accept_again(struct crew *crew, int cause) {
    switch (cause) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
        return true;
    case EAGAIN: /* an inherited socket's wake-up */
        return !atomic_load(&crew->stopping);
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        tell_shortage(crew, cause);
        return !atomic_load(&crew->stopping);
    default: /* the socket was shut down, by us or somebody else */
        return false;
    }
}

static void *work(void *argument) {
    struct worker *worker = argument;
    struct crew *crew = worker->crew;
    for (;;) {
        int fd = accept4(crew->listener->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            cz_connection_serve(fd, &crew->connection, crew->handler, worker->deadline);
        else if (!may_accept_again(crew, errno))
            break;
        if (crew->listener->inherited && atomic_load(&crew->stopping))
            break;
    }
    /* the last one out wakes the main thread, which may not know yet */
    if (atomic_fetch_sub(&crew->working, 1) == 1)
        kill(getpid(), SIGTERM);
    return NULL;
}

/* FCGX_Init puts handlers on SIGTERM, SIGUSR1 and SIGPIPE; they are taken back, and the signals
 * that are for us are blocked in every thread and waited for in the main one. */
static void take_signals_back(void) {
    static const int ours[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    struct sigaction plain = {.sa_handler = SIG_DFL};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    cz_loop_block_signals();
    for (size_t i = 0; i < CZ_COUNT(ours); i++)
        sigaction(ours[i], &plain, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

static unsigned start_workers(struct crew *crew, struct worker *workers, unsigned count) {
    unsigned started = 0;
    atomic_store(&crew->working, count);
    for (; started < count; started++) {
        workers[started].crew = crew;
        workers[started].deadline = &crew->keeper.deadlines[started];
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0)
            break;
    }
    atomic_fetch_sub(&crew->working, count - started);
    return started;
}

static bool is_unix_socket(int fd) {
    int domain = 0;
    socklen_t size = sizeof domain;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

bool cz_workers_run(const struct listener *listener, const struct server_settings *settings,
                    const struct handler *handler, struct error *error) {
    struct crew crew = {.listener = listener, .settings = settings, .handler = handler};
    crew.connection = settings->connection;
    crew.connection.unix_socket = is_unix_socket(listener->fd);
    atomic_init(&crew.stopping, false);
    atomic_init(&crew.last_told, -RESOURCE_LOG_SECONDS);
    CZ_CLEANUP(cz_free_ptr) struct worker *workers = calloc(settings->threads, sizeof *workers);
    if (workers == NULL)
        return cz_error_set(error, "out of memory");
    if (!cz_connections_init())
        return cz_error_set(error, "libfcgi cannot be initialised");
    take_signals_back();
    CZ_CLEANUP(cz_close_fd) int signals = cz_loop_signals(error);
    if (signals < 0)
        return false;
    unsigned started = cz_deadline_keeper_start(&crew.keeper, settings->threads)
                           ? start_workers(&crew, workers, settings->threads)
                           : 0;
    if (started > 0)
        cz_loop_run(settings->loop, signals);
    atomic_store(&crew.stopping, true);
    cz_listener_shutdown(listener);
    for (unsigned i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    cz_deadline_keeper_stop(&crew.keeper);
    return started > 0 || cz_error_set(error, "no thread can be started");
}
