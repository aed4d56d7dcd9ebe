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
    atomic_llong last_told;
    struct worker *workers; /* owned; one for each thread, and for who may stand in */
    size_t places;
    pthread_mutex_t lock; /* of what follows, of the workers' states, and for stopping */
    unsigned present;     /* threads that have not left */
    unsigned waiting;     /* of them */
};

enum worker_state { WORKER_NONE = 0, WORKER_PRESENT, WORKER_LEFT };

struct worker {
    struct crew *crew;
    struct deadline *deadline;
    pthread_t thread;
    enum worker_state state;
};

static _Thread_local struct worker *self;

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
    case EAGAIN: /* a shared socket's wake-up */
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

/* True where it is to leave: it must, or there are more than have to serve. The last one out wakes
 * the main thread, which may not know yet. */
static bool leave(struct crew *crew, struct worker *worker, bool must) {
    pthread_mutex_lock(&crew->lock);
    bool leaves = must || crew->present - crew->waiting > crew->settings->threads;
    if (leaves) {
        worker->state = WORKER_LEFT;
        crew->present--;
    }
    bool last = crew->present == 0;
    pthread_mutex_unlock(&crew->lock);
    if (last)
        kill(getpid(), SIGTERM);
    return leaves;
}

static void *work(void *argument) {
    struct worker *worker = self = argument;
    struct crew *crew = worker->crew;
    for (;;) {
        int fd = accept4(crew->listener->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            cz_connection_serve(fd, &crew->connection, crew->handler, worker->deadline);
        else if (!may_accept_again(crew, errno))
            break;
        if (crew->listener->shared && atomic_load(&crew->stopping))
            break;
        if (leave(crew, worker, false))
            return NULL;
    }
    leave(crew, worker, true);
    return NULL;
}

/* Where there is room and a thread to be had. The lock is held: so a thread that has just left
 * needs it no more, and joining it takes no time. */
static bool start_worker(struct crew *crew) {
    struct worker *worker = crew->workers;
    while (worker < crew->workers + crew->places && worker->state == WORKER_PRESENT)
        worker++;
    if (worker == crew->workers + crew->places)
        return false;
    if (worker->state == WORKER_LEFT)
        pthread_join(worker->thread, NULL);
    worker->state =
        pthread_create(&worker->thread, NULL, work, worker) == 0 ? WORKER_PRESENT : WORKER_NONE;
    crew->present += worker->state == WORKER_PRESENT;
    return worker->state == WORKER_PRESENT;
}

static unsigned within_deadline(struct worker *worker, unsigned milliseconds) {
    int64_t left = cz_deadline_left(worker->deadline) - CZ_WAITING_RESERVE_MILLISECONDS;
    if (left <= 0)
        return 0;
    return left < milliseconds ? (unsigned)left : milliseconds;
}

/* Without a stand-in it may wait where somebody is left who serves. */
static unsigned begin_waiting(void *context, unsigned milliseconds) {
    struct crew *crew = context;
    unsigned allowed = within_deadline(self, milliseconds);
    pthread_mutex_lock(&crew->lock);
    unsigned others = crew->present - crew->waiting - 1;
    bool may = allowed > 0 && !atomic_load(&crew->stopping) && crew->waiting < CZ_WAITING_MAX;
    if (may && others < crew->settings->threads && start_worker(crew))
        others++;
    may = may && others > 0;
    crew->waiting += may;
    pthread_mutex_unlock(&crew->lock);
    return may ? allowed : 0;
}

static void end_waiting(void *context) {
    struct crew *crew = context;
    pthread_mutex_lock(&crew->lock);
    crew->waiting--;
    pthread_mutex_unlock(&crew->lock);
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

static bool make_places(struct crew *crew) {
    crew->places = crew->settings->threads;
    if (crew->settings->waiting != NULL)
        crew->places += CZ_WAITING_MAX;
    crew->workers = calloc(crew->places, sizeof *crew->workers);
    if (crew->workers == NULL || !cz_deadline_keeper_start(&crew->keeper, crew->places))
        return false;
    for (size_t i = 0; i < crew->places; i++) {
        crew->workers[i].crew = crew;
        crew->workers[i].deadline = &crew->keeper.deadlines[i];
    }
    return true;
}

/* True where there is at least one. */
static bool start_workers(struct crew *crew) {
    struct waiting *waiting = crew->settings->waiting;
    if (waiting != NULL)
        *waiting = (struct waiting){.begin = begin_waiting, .end = end_waiting, .context = crew};
    pthread_mutex_lock(&crew->lock);
    while (crew->present < crew->settings->threads && start_worker(crew))
        ;
    bool any = crew->present > 0;
    pthread_mutex_unlock(&crew->lock);
    return any;
}

static bool was_started(struct crew *crew, const struct worker *worker) {
    pthread_mutex_lock(&crew->lock);
    bool started = worker->state != WORKER_NONE;
    pthread_mutex_unlock(&crew->lock);
    return started;
}

/* Nobody is started any more once stopping is said under the lock. */
static void stop_workers(struct crew *crew) {
    pthread_mutex_lock(&crew->lock);
    atomic_store(&crew->stopping, true);
    pthread_mutex_unlock(&crew->lock);
    cz_listener_shutdown(crew->listener);
    for (size_t i = 0; i < crew->places && crew->workers != NULL; i++)
        if (was_started(crew, &crew->workers[i]))
            pthread_join(crew->workers[i].thread, NULL);
    if (crew->settings->waiting != NULL)
        *crew->settings->waiting = (struct waiting){0};
    cz_deadline_keeper_stop(&crew->keeper);
    free(crew->workers);
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
    pthread_mutex_init(&crew.lock, NULL);
    if (!cz_connections_init())
        return cz_error_set(error, "libfcgi cannot be initialised");
    take_signals_back();
    CZ_CLEANUP(cz_close_fd) int signals = cz_loop_signals(error);
    if (signals < 0)
        return false;
    bool started = make_places(&crew) && start_workers(&crew);
    if (started) {
        cz_loop_run(settings->loop, signals);
        cz_listener_drain(listener, (unsigned)settings->connection.request_deadline);
    }
    stop_workers(&crew);
    return started || cz_error_set(error, "no thread can be started");
}
