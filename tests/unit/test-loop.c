/* The main thread's loop: which signals it takes, when it ends, and how long it waits. */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "server/loop.h"

#include <signal.h>
#include <sys/resource.h>

static int hangups, users, dispatched, prepared;

static void count_hangup(void *context) {
    (void)context;
    hangups++;
}

static void count_user(void *context) {
    (void)context;
    users++;
    raise(SIGTERM);
}

static int pipe_ends[2];

static int prepare_pipe(void *context, struct pollfd *polled) {
    (void)context;
    *polled = (struct pollfd){.fd = pipe_ends[0], .events = POLLIN};
    return -1;
}

static void dispatch_pipe(void *context, short events) {
    char byte;
    (void)context;
    if (events == 0 || read(pipe_ends[0], &byte, 1) != 1)
        return;
    dispatched++;
    raise(SIGTERM);
}

/* Wants to be called a few times at once, and then ends it all. */
static int prepare_timer(void *context, struct pollfd *polled) {
    (void)context;
    (void)polled;
    return 1;
}

static void dispatch_timer(void *context, short events) {
    (void)context;
    (void)events;
    if (++prepared == 3)
        raise(SIGINT);
}

static void test_signals(int signals) {
    struct loop loop = {.on_hangup = count_hangup, .on_user1 = count_user};
    raise(SIGHUP);
    raise(SIGUSR1);
    cz_loop_run(&loop, signals);
    tap_ok(hangups == 1 && users == 1, "SIGHUP and SIGUSR1 are handed on, and SIGTERM ends it");
    static const int ending[] = {SIGHUP, SIGUSR1, SIGTERM, SIGINT};
    for (size_t i = 0; i < CZ_COUNT(ending); i++) {
        raise(ending[i]);
        cz_loop_run(NULL, signals);
        tap_ok(hangups == 1 && users == 1, "without a loop, signal %d ends it", ending[i]);
    }
    raise(SIGUSR1);
    cz_loop_run(&(struct loop){.on_hangup = count_hangup}, signals);
    tap_ok(users == 1, "and so does one that nothing is done on");
}

static void test_sources(int signals) {
    struct loop loop = {.sources = {{.prepare = prepare_pipe, .dispatch = dispatch_pipe}},
                        .count = 1};
    if (pipe(pipe_ends) != 0 || write(pipe_ends[1], "x", 1) != 1)
        support_die("no pipe can be made");
    cz_loop_run(&loop, signals);
    tap_ok(dispatched == 1, "a descriptor that is ready is dealt with");
    loop.sources[loop.count++] =
        (struct loop_source){.prepare = prepare_timer, .dispatch = dispatch_timer};
    cz_loop_run(&loop, signals);
    tap_ok(dispatched == 1 && prepared == 3, "and one that wants to be called after a while is");
}

static void test_shortage(void) {
    struct error error = {0};
    struct rlimit limit, none;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        support_die("no limit is known");
    none = limit;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    int signals = cz_loop_signals(&error);
    setrlimit(RLIMIT_NOFILE, &limit);
    tap_ok(signals < 0, "without a descriptor there are no signals");
    tap_is(error.message, "signals cannot be waited for: Too many open files", "and it says so");
}

int main(void) {
    struct error error = {0};
    cz_loop_block_signals();
    CZ_CLEANUP(cz_close_fd) int signals = cz_loop_signals(&error);
    if (signals < 0)
        support_die("%s", error.message);
    test_signals(signals);
    test_sources(signals);
    test_shortage();
    return tap_done();
}
