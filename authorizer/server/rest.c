#include "server/rest.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <time.h>

#define LEAST_SLACK 1 /* nanoseconds; else a rest is 50 us longer than it says */

static const atomic_bool *in_a_hurry;

static void arm(suseconds_t microseconds) {
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = microseconds}, NULL);
}

/* Once at a time: what would be due while it rests must not follow at once. */
static void rest(int number) {
    int cause = errno;
    (void)number;
    if (in_a_hurry == NULL || !atomic_load_explicit(in_a_hurry, memory_order_relaxed)) {
        nanosleep(&(struct timespec){.tv_nsec = CZ_REST_MICROSECONDS * 1000L}, NULL);
        arm(CZ_WORK_MICROSECONDS);
    }
    errno = cause;
}

void cz_rest_begin(const atomic_bool *hurried) {
    sigset_t alarm;
    struct sigaction action = {.sa_handler = rest, .sa_flags = SA_RESTART};
    in_a_hurry = hurried;
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
