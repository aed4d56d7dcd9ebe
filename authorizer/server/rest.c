#include "server/rest.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#define LEAST_SLACK 1 /* nanoseconds; else a rest is 50 us longer than it says */

static const atomic_bool *in_a_hurry;
static long times_taken;     /* that others were given this processor */
static int64_t last_taken;   /* and when; microseconds */
static int64_t others_until; /* so long they count as being at work */

static int64_t microseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void arm(suseconds_t microseconds) {
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = microseconds}, NULL);
}

/* Whether somebody else has had the processor since the last time; now, or before its end. */
static bool offer_processor(void) {
    struct rusage usage;
    sched_yield();
    getrusage(RUSAGE_THREAD, &usage);
    bool taken = usage.ru_nivcsw != times_taken;
    times_taken = usage.ru_nivcsw;
    return taken;
}

/* Something wakes now and then on every machine; requests come one after the other. */
static bool others_work(void) {
    bool taken = offer_processor();
    int64_t now = microseconds_now();
    if (taken && (now < others_until || now - last_taken < CZ_TWICE_MICROSECONDS))
        others_until = now + CZ_AT_WORK_MICROSECONDS;
    if (taken)
        last_taken = now;
    return now < others_until;
}

/* Once at a time: what would be due while it rests must not follow at once. All that is called here
 * are bare system calls on Linux, which a handler may make. */
static void rest(int number) {
    int cause = errno;
    (void)number;
    if (in_a_hurry == NULL || !atomic_load_explicit(in_a_hurry, memory_order_relaxed)) {
        if (others_work())
            nanosleep(&(struct timespec){.tv_nsec = CZ_REST_MICROSECONDS * 1000L}, NULL);
        arm(CZ_WORK_MICROSECONDS);
    }
    errno = cause;
}

void cz_rest_begin(const atomic_bool *hurried) {
    sigset_t alarm;
    struct sigaction action = {.sa_handler = rest, .sa_flags = SA_RESTART};
    in_a_hurry = hurried;
    last_taken = others_until = 0;
    offer_processor();
    sigemptyset(&action.sa_mask);
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    if (sigaction(SIGALRM, &action, NULL) != 0)
        return;
    pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
    prctl(PR_SET_TIMERSLACK, LEAST_SLACK);
    arm(CZ_WORK_MICROSECONDS);
}

/* One that is due already finds nothing more to do. */
void cz_rest_end(void) {
    signal(SIGALRM, SIG_IGN);
    arm(0);
    prctl(PR_SET_TIMERSLACK, 0);
}

void cz_rest_behind_all(void) {
    const struct sched_param none = {.sched_priority = 0};
    sched_setscheduler(0, SCHED_IDLE, &none);
}
