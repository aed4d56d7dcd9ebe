#include "base/cleanup.h"
#include "query/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define PROGRAM_NAME "certauthz-refresh"

/* A CGI program's environment is full of what the client says. */
static const char *const passed_on[] = {"PATH",      "TZ",       "http_proxy", "https_proxy",
                                        "all_proxy", "no_proxy", "ALL_PROXY",  "NO_PROXY"};
#define ENVIRONMENT_MAX (CZ_COUNT(passed_on) + 1)

struct launch {
    const char *program;
    char *const *arguments, *const *environment;
    int connection; /* becomes its standard input and output */
    int report;     /* takes errno where it cannot be started; closed by its start */
    pid_t parent;
};

static void fill_environment(char *environment[ENVIRONMENT_MAX], struct buffer texts[]) {
    size_t count = 0;
    for (size_t i = 0; i < CZ_COUNT(passed_on); i++) {
        const char *value = getenv(passed_on[i]);
        if (value == NULL)
            continue;
        cz_buffer_printf(&texts[i], "%s=%s", passed_on[i], value);
        if (!texts[i].failed)
            environment[count++] = texts[i].data;
    }
}

/* Between fork and exec: nothing but system calls. It dies with the thread that started it. */
_Noreturn static void become(const struct launch *launch) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == launch->parent &&
        setpgid(0, 0) == 0 && dup2(launch->connection, STDIN_FILENO) >= 0 &&
        dup2(launch->connection, STDOUT_FILENO) >= 0)
        execve(launch->program, launch->arguments, launch->environment);
    int cause = errno;
    if (write(launch->report, &cause, sizeof cause) < 0)
        _exit(EXIT_FAILURE);
    _exit(EXIT_FAILURE);
}

/* False where it could not be started; then nothing of it is left. */
static bool start(struct launch *launch, pid_t *child, struct error *error) {
    CZ_CLEANUP(cz_close_fd) int reported = -1;
    int report[2], cause = 0;
    if (pipe2(report, O_CLOEXEC) != 0)
        return cz_error_set(error, "%s: cannot be started: %s", launch->program, strerror(errno));
    reported = report[0];
    launch->report = report[1];
    launch->parent = getpid();
    *child = fork();
    if (*child == 0)
        become(launch);
    int failure = errno;
    close(report[1]);
    if (*child < 0)
        return cz_error_set(error, "%s: cannot be started: %s", launch->program, strerror(failure));
    if (read(reported, &cause, sizeof cause) != (ssize_t)sizeof cause)
        return true;
    waitpid(*child, NULL, 0);
    return cz_error_set(error, "%s: cannot be started: %s", launch->program, strerror(cause));
}

/* It closes the connection when it ends; what it still does until then is worth waiting for. */
static void await_end(int connection, int64_t until) {
    char more;
    int64_t left;
    while ((left = until - cz_query_now()) > 0) {
        struct pollfd polled = {.fd = connection, .events = POLLIN};
        if (poll(&polled, 1, (int)left) > 0 && recv(connection, &more, 1, MSG_DONTWAIT) <= 0)
            return;
    }
}

/* Its whole process group, which it has been the leader of since before it was started. */
static void end(pid_t child) {
    if (child <= 0) /* such a number would mean other processes than ours */
        return;
    kill(-child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
}

static enum query_result launch_and_ask(struct launch *launch, const struct buffer *message,
                                        int64_t until, struct error *error) {
    pid_t child = -1;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        cz_error_set(error, "%s: cannot be started: %s", launch->program, strerror(errno));
        return QUERY_FAILED;
    }
    CZ_CLEANUP(cz_close_fd) int ours = pair[0];
    launch->connection = pair[1];
    bool started = start(launch, &child, error);
    close(pair[1]);
    if (!started)
        return QUERY_FAILED;
    enum query_result result = cz_query_exchange(ours, launch->program, message, until, error);
    if (result == QUERY_DONE)
        await_end(ours, until);
    end(child);
    return result;
}

enum query_result cz_query_run(const char *program, const char *config_file,
                               const struct buffer *message, unsigned milliseconds,
                               struct error *error) {
    int64_t until = cz_query_now() + milliseconds;
    struct buffer texts[CZ_COUNT(passed_on)] = {0};
    char *environment[ENVIRONMENT_MAX] = {NULL};
    char *arguments[] = {(char *)(uintptr_t)program, (char *)(uintptr_t) "--query",
                         (char *)(uintptr_t) "-c", (char *)(uintptr_t)config_file, NULL};
    struct launch launch = {.program = program, .arguments = arguments, .environment = environment};
    fill_environment(environment, texts);
    enum query_result result = launch_and_ask(&launch, message, until, error);
    for (size_t i = 0; i < CZ_COUNT(texts); i++)
        cz_buffer_release(&texts[i]);
    return result;
}

char *cz_query_program(void) {
    char own[PATH_MAX];
    char *beside = NULL;
    ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
    own[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(own, '/');
    if (slash != NULL && asprintf(&beside, "%.*s/" PROGRAM_NAME, (int)(slash - own), own) < 0)
        return NULL;
    if (beside != NULL && access(beside, X_OK) == 0)
        return beside;
    free(beside);
    return strdup(CZ_SBINDIR "/" PROGRAM_NAME);
}
