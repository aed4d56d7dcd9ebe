/* The servers of tests/server that a test program runs: always stopped by their id, and gone with
 * the test's end of their standard input even where it dies. */
#ifndef CERTAUTHZ_TESTS_UNIT_SERVER_CHILD_H
#define CERTAUTHZ_TESTS_UNIT_SERVER_CHILD_H

#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct server_child {
    pid_t pid;
    int input; /* its standard input */
    unsigned port;
};

#define SERVER_ARGUMENTS_MOST 8

_Noreturn static inline void server_run(const char *script, const char *const *arguments, int input,
                                        int output) {
    const char *folder = getenv("srcdir");
    const char *whole[SERVER_ARGUMENTS_MOST + 3] = {
        "python3", support_text("%s/tests/server/%s", folder != NULL ? folder : ".", script)};
    for (size_t i = 0; i < SERVER_ARGUMENTS_MOST && arguments[i] != NULL; i++)
        whole[2 + i] = arguments[i];
    dup2(input, 0);
    dup2(output, 1);
    execvp(whole[0], (char *const *)whole);
    _exit(127);
}

/* False where there is no Python; `arguments` end with NULL. */
static inline bool server_start(struct server_child *child, const char *script,
                                const char *const *arguments) {
    int input[2], output[2];
    char line[16] = "";
    if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0)
        support_die("no pipe");
    child->pid = fork();
    if (child->pid < 0)
        support_die("no process");
    if (child->pid == 0)
        server_run(script, arguments, input[0], output[1]);
    close(input[0]);
    close(output[1]);
    child->input = input[1];
    for (size_t len = 0; len < sizeof line - 1 && strchr(line, '\n') == NULL;) {
        ssize_t got = read(output[0], line + len, sizeof line - 1 - len);
        if (got <= 0 && errno != EINTR)
            break;
        len += got > 0 ? (size_t)got : 0;
    }
    close(output[0]);
    child->port = (unsigned)strtoul(line, NULL, 10);
    return child->port != 0;
}

static inline void server_stop(struct server_child *child) {
    close(child->input);
    waitpid(child->pid, NULL, 0);
}

#endif
