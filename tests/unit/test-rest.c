/* Work that nobody waits for: it rests beside others, and not in a hurry. All of it on one
 * processor, which another process wants all the time. */
#include "../tap.h"
#include "support.h"

#include "server/rest.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORK_NANOSECONDS 20000000L /* of processor time: 200 times as long as without a rest */
#define RESTS_LEAST 20
#define RESTS_MOST_IN_A_HURRY 5

static void use_one_processor(void) {
    cpu_set_t all, one;
    if (sched_getaffinity(0, sizeof all, &all) != 0)
        support_die("no affinity");
    int first = 0;
    while (!CPU_ISSET(first, &all))
        first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0)
        support_die("no affinity");
}

static pid_t start_another(void) {
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
            _exit(1);
        for (volatile unsigned long i = 0;; i++)
            ;
    }
    return pid;
}

static long nanoseconds_used(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return used.tv_sec * 1000000000L + used.tv_nsec;
}

/* How often this process went to sleep by itself during its work. */
static long work(void) {
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    for (long end = nanoseconds_used() + WORK_NANOSECONDS; nanoseconds_used() < end;)
        ;
    getrusage(RUSAGE_SELF, &after);
    return after.ru_nvcsw - before.ru_nvcsw;
}

int main(void) {
    atomic_bool hurried = false;
    use_one_processor();
    pid_t another = start_another();
    if (another < 0)
        support_die("no process");
    tap_ok(work() < RESTS_MOST_IN_A_HURRY, "without being told to it does not rest");
    errno = EXDEV;
    cz_rest_begin(&hurried);
    tap_ok(work() > RESTS_LEAST, "beside another one it rests often");
    tap_is_int(errno, EXDEV, "and leaves errno alone");
    atomic_store(&hurried, true);
    tap_ok(work() < RESTS_MOST_IN_A_HURRY, "in a hurry it does not rest");
    atomic_store(&hurried, false);
    tap_ok(work() < RESTS_MOST_IN_A_HURRY, "nor after it");
    cz_rest_end();
    cz_rest_begin(NULL);
    tap_ok(work() > RESTS_LEAST, "where nothing can hurry it, it rests too");
    cz_rest_end();
    tap_ok(work() < RESTS_MOST_IN_A_HURRY, "until that is over");
    cz_rest_behind_all();
    tap_is_int(sched_getscheduler(0), SCHED_IDLE, "it can be put behind all others");
    kill(another, SIGKILL);
    waitpid(another, NULL, 0);
    return tap_done();
}
