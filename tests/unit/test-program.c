/* Leaving with the process that started this one. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "server/program.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_strangers(void) {
    struct error error = {0};
    tap_ok(!cz_program_follow_parent(getpid(), &error) &&
               strstr(error.message, "which started this one, has ended already") != NULL,
           "a parent that has ended is told of: %s", error.message);
}

/* The grandchild says through the pipe that it follows, and then by which signal it was ended. */
static void follow(int out) {
    struct error error = {0};
    sigset_t awaited;
    int number = 0;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGTERM);
    sigprocmask(SIG_BLOCK, &awaited, NULL);
    char follows = cz_program_follow_parent(getppid(), &error) ? 'y' : 'n';
    if (write(out, &follows, 1) == 1 && sigwait(&awaited, &number) == 0 && number == SIGTERM &&
        write(out, "t", 1) == 1)
        _exit(0);
    _exit(1);
}

static void test_following(void) {
    int ends[2];
    char said[2] = {0};
    if (pipe(ends) != 0)
        support_die("no pipe can be made");
    pid_t parent = fork();
    if (parent == 0) {
        if (fork() == 0)
            follow(ends[1]);
        pause();
        _exit(0);
    }
    close(ends[1]);
    tap_ok(read(ends[0], &said[0], 1) == 1 && said[0] == 'y', "a living parent can be followed");
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    tap_ok(read(ends[0], &said[1], 1) == 1 && said[1] == 't', "SIGTERM arrives when it was killed");
    close(ends[0]);
}

int main(void) {
    test_strangers();
    test_following();
    return tap_done();
}
