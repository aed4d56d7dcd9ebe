/*
 * Worker threads that have to wait in the middle of a request: who else is served meanwhile, how
 * many there are then, and that they leave again. Linked with --wrap, so that there may be no
 * thread to be had.
 */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "server/workers.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#define THREADS 2
#define WAITERS 8
#define KNOWN 20
#define PATIENCE 100u /* seconds, after which the program is taken to hang */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);

static atomic_bool no_threads;

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument) {
    return atomic_load(&no_threads) ? EAGAIN
                                    : __real_pthread_create(thread, attributes, run, argument);
}

/* --- the handler: /wait waits until it is released, and anything else is answered at once */

static struct waiting waiting;
static atomic_uint waiting_now, refused, finished;
static atomic_uint allowed; /* milliseconds, the last time */
static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_opens = PTHREAD_COND_INITIALIZER;
static bool gate_open;

static void set_gate(bool open) {
    pthread_mutex_lock(&gate_lock);
    gate_open = open;
    pthread_cond_broadcast(&gate_opens);
    pthread_mutex_unlock(&gate_lock);
}

static void wait_at_gate(void) {
    unsigned may = cz_waiting_begin(&waiting, 1000000);
    if (may == 0) {
        atomic_fetch_add(&refused, 1);
        return;
    }
    atomic_store(&allowed, may);
    atomic_fetch_add(&waiting_now, 1);
    pthread_mutex_lock(&gate_lock);
    while (!gate_open)
        pthread_cond_wait(&gate_opens, &gate_lock);
    pthread_mutex_unlock(&gate_lock);
    atomic_fetch_sub(&waiting_now, 1);
    cz_waiting_end(&waiting);
}

static void answer(void *context, FCGX_Request *request) {
    (void)context;
    const char *uri = FCGX_GetParam("REQUEST_URI", request->envp);
    if (uri != NULL && strcmp(uri, "/wait") == 0)
        wait_at_gate();
    FCGX_PutS("Status: 200 OK\r\n\r\n", request->out);
    cz_connection_finish(request);
    atomic_fetch_add(&finished, 1);
}

/* --- the client */

/* BEGIN_REQUEST as an authorizer, REQUEST_URI, the end of the parameters. */
static int send_request(const char *uri) {
    static const char name[] = "REQUEST_URI";
    char message[200] = {1, 1, 0, 1, 0, 8, 0, 0, 0, 2};
    size_t len = 16, content = 2 + sizeof name - 1 + strlen(uri);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(message + len, (char[]){1, 4, 0, 1, 0, (char)content, 0, 0}, 8);
    message[len + 8] = sizeof name - 1;
    message[len + 9] = (char)strlen(uri);
    memcpy(message + len + 10, name, sizeof name - 1);
    memcpy(message + len + 10 + sizeof name - 1, uri, strlen(uri));
    len += 8 + content;
    memcpy(message + len, (char[]){1, 4, 0, 1, 0, 0, 0, 0}, 8);
    len += 8;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", scratch_path("socket"));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        send(fd, message, len, MSG_NOSIGNAL) != (ssize_t)len)
        support_die("the server cannot be asked");
    return fd;
}

/* Waits for it, and closes. */
static bool is_answered(int fd) {
    char reply[500] = "";
    size_t len = 0;
    ssize_t got;
    while (len < sizeof reply && (got = recv(fd, reply + len, sizeof reply - len, 0)) > 0)
        len += (size_t)got;
    close(fd);
    return memmem(reply, len, "200 OK", 6) != NULL;
}

static unsigned count_threads(void) {
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/task");
    const struct dirent *item;
    while (folder != NULL && (item = readdir(folder)) != NULL)
        count += item->d_name[0] != '.';
    if (folder != NULL)
        closedir(folder);
    return count;
}

static void await(atomic_uint *number, unsigned value) {
    while (atomic_load(number) != value)
        sched_yield();
}

static unsigned threads_at_rest;

static void send_waiters(int *fds, size_t count) {
    for (size_t i = 0; i < count; i++)
        fds[i] = send_request("/wait");
}

static bool are_answered(const int *fds, size_t count) {
    size_t good = 0;
    for (size_t i = 0; i < count; i++)
        good += is_answered(fds[i]);
    return good == count;
}

/* What is not needed leaves when it has finished, which the peer may see a moment before. */
static void test_leaving(const char *what) {
    while (count_threads() > threads_at_rest)
        sched_yield();
    tap_is_int(count_threads(), threads_at_rest, what);
}

static void test_others_are_served(void) {
    int fds[WAITERS];
    set_gate(false);
    send_waiters(fds, WAITERS);
    await(&waiting_now, WAITERS);
    tap_is_int(count_threads(), threads_at_rest + WAITERS,
               "while 8 wait, as many stand in for them");
    tap_ok(atomic_load(&allowed) <= 10000 - CZ_WAITING_RESERVE_MILLISECONDS,
           "each may wait until shortly before its deadline");
    unsigned before = atomic_load(&finished);
    size_t good = 0;
    for (int i = 0; i < KNOWN; i++)
        good += is_answered(send_request("/"));
    tap_is_int((long long)good, KNOWN, "others are answered meanwhile");
    await(&finished, before + KNOWN);
    tap_is_int(atomic_load(&waiting_now), WAITERS, "and the waiting still wait");
    set_gate(true);
    tap_ok(are_answered(fds, WAITERS), "then they are answered too");
    test_leaving("and those who stood in leave");
}

static void test_limit(void) {
    enum { MORE = 5 };
    int fds[CZ_WAITING_MAX + MORE];
    set_gate(false);
    atomic_store(&refused, 0);
    send_waiters(fds, CZ_COUNT(fds));
    await(&waiting_now, CZ_WAITING_MAX);
    await(&refused, MORE);
    tap_is_int(atomic_load(&waiting_now), CZ_WAITING_MAX, "no more than 64 wait");
    tap_ok(is_answered(send_request("/")), "and who does not is served");
    set_gate(true);
    tap_ok(are_answered(fds, CZ_COUNT(fds)), "all of them are answered");
    test_leaving("and those who stood in leave");
}

static void test_no_stand_in(void) {
    int fds[THREADS];
    set_gate(false);
    atomic_store(&refused, 0);
    atomic_store(&no_threads, true);
    send_waiters(fds, THREADS);
    await(&refused, 1);
    await(&waiting_now, THREADS - 1);
    tap_ok(is_answered(send_request("/")),
           "without a thread to be had, the last one does not wait");
    atomic_store(&no_threads, false);
    set_gate(true);
    tap_ok(are_answered(fds, THREADS), "and all are answered");
    test_leaving("and nobody leaves who is needed");
}

/* The main thread leaves the loop while requests wait. */
static void test_stopping(void) {
    int fds[2];
    set_gate(false);
    send_waiters(fds, 2);
    await(&waiting_now, 2);
    kill(getpid(), SIGTERM);
    set_gate(true);
    tap_ok(are_answered(fds, 2), "those who wait when it is to end are answered");
}

static void *ask(void *unused) {
    (void)unused;
    while (!is_answered(send_request("/")))
        ;
    threads_at_rest = count_threads();
    test_others_are_served();
    test_limit();
    test_no_stand_in();
    test_stopping();
    return NULL;
}

/* The last worker out sends one more, which would end the next run at once. */
static void forget_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    while (sigtimedwait(&set, NULL, &(struct timespec){0}) > 0)
        ;
}

static void serve(unsigned deadline, void *(*client)(void *)) {
    struct listener listener = {.fd = scratch_listener(scratch_path("socket"))};
    struct log log = {0};
    struct error error = {0};
    pthread_t thread;
    struct handler handler = {.answer = answer};
    struct server_settings settings = {
        .threads = THREADS,
        .log = &log,
        .waiting = &waiting,
        .connection = {.read_timeout = 5, .write_timeout = 5, .request_deadline = (int)deadline}};
    if (listen(listener.fd, CZ_LISTEN_BACKLOG) != 0 ||
        __real_pthread_create(&thread, NULL, client, NULL) != 0)
        support_die("the client cannot be started");
    bool served = cz_workers_run(&listener, &settings, &handler, &error);
    pthread_join(thread, NULL); /* it counts tests too */
    tap_ok(served, "the workers serve");
    tap_ok(waiting.begin == NULL, "and when they have ended, nobody stands in");
    forget_signals();
    close(listener.fd);
    unlink(scratch_path("socket"));
}

static void *ask_late(void *unused) {
    (void)unused;
    set_gate(false);
    atomic_store(&refused, 0);
    int fd = send_request("/wait");
    await(&waiting_now, 1);
    tap_ok(atomic_load(&allowed) <= 500, "with a short deadline it may wait but shortly");
    set_gate(true);
    tap_ok(is_answered(fd), "and is answered");
    kill(getpid(), SIGTERM);
    return NULL;
}

static void test_no_threads_at_all(void) {
    struct listener listener = {.fd = scratch_listener(scratch_path("socket"))};
    struct error error = {0};
    struct handler handler = {.answer = answer};
    struct server_settings settings = {.threads = THREADS, .waiting = &waiting};
    atomic_store(&no_threads, true);
    tap_ok(!cz_workers_run(&listener, &settings, &handler, &error), "without a thread, nothing");
    tap_is(error.message, "no thread can be started", "and the error says so");
    atomic_store(&no_threads, false);
    close(listener.fd);
    unlink(scratch_path("socket"));
}

int main(void) {
    alarm(PATIENCE);
    cz_loop_block_signals(); /* for the client's thread */
    scratch_open();
    serve(10, ask);
    serve(1, ask_late);
    test_no_threads_at_all();
    scratch_close();
    return tap_done();
}
