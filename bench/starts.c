/*
 * What a program takes as CGI from start to exit, each of the subjects in turn: milliseconds,
 * medians over RUNS, and of the differences to the first one's; and of that the time of the
 * processor, of the user and of the system together.
 *
 * usage: starts RUNS CERTIFICATE (NAME PROGRAM VARIABLE)...
 *
 * VARIABLE, as NAME=value, is added to the program's; "-": none is, and no reply is expected.
 */
#include "base/buffer.h"
#include "base/cleanup.h"
#include "lists.h"

#include <gnutls/gnutls.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SUBJECTS_MAX 8
#define RUNS_MAX 1000

struct subject {
    const char *name, *program;
    char *variable; /* NULL: none */
    double times[RUNS_MAX], differences[RUNS_MAX], processor[RUNS_MAX];
};

static char *certificate; /* the variable */

static void check_reply(int from) {
    char reply[11];
    if (read(from, reply, sizeof reply) != sizeof reply ||
        memcmp(reply, "Status: 200", sizeof reply) != 0)
        die("the request was not granted");
    char rest[4096];
    while (read(from, rest, sizeof rest) > 0)
        continue;
}

static double milliseconds_of(const struct rusage *usage) {
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e3 +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e3;
}

#define PATH "/reports/2026/november.html"

static void start(struct subject *subject, size_t run) {
    static char interface[] = "GATEWAY_INTERFACE=CGI/1.1", method[] = "REQUEST_METHOD=GET",
                uri[] = "REQUEST_URI=" PATH, verify[] = "SSL_CLIENT_VERIFY=SUCCESS",
                info[] = "PATH_INFO=" PATH, url[] = "REDIRECT_URL=" PATH,
                redirected[] = "REDIRECT_STATUS=200";
    char *const environment[] = {
        interface,         method, uri, verify, info, url, redirected, certificate,
        subject->variable, NULL};
    char *const arguments[] = {(char *)(uintptr_t)subject->program, NULL};
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    int pipes[2], status;
    pid_t child;
    double begin = now_microseconds();
    if (pipe(pipes) != 0 || posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO) != 0 ||
        posix_spawn_file_actions_addclose(&actions, pipes[0]) != 0 ||
        posix_spawn_file_actions_addclose(&actions, pipes[1]) != 0 ||
        posix_spawn(&child, subject->program, &actions, NULL, arguments, environment) != 0)
        die("the program cannot be started");
    close(pipes[1]);
    if (subject->variable != NULL)
        check_reply(pipes[0]);
    if (wait4(child, &status, 0, &usage) != child || status != 0)
        die("the program failed");
    subject->times[run] = (now_microseconds() - begin) / 1e3;
    subject->processor[run] = milliseconds_of(&usage);
    close(pipes[0]);
    posix_spawn_file_actions_destroy(&actions);
}

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, compare_doubles);
    return values[count / 2];
}

int main(int argc, char **argv) {
    static struct subject subjects[SUBJECTS_MAX];
    gnutls_datum_t pem;
    size_t runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    size_t count = argc > 3 ? ((size_t)argc - 3) / 3 : 0;
    if (count < 1 || count > SUBJECTS_MAX || argc % 3 != 0 || runs < 1 || runs > RUNS_MAX)
        die("usage: starts RUNS CERTIFICATE (NAME PROGRAM VARIABLE)...");
    if (gnutls_load_file(argv[2], &pem) < 0 ||
        asprintf(&certificate, "SSL_CLIENT_CERT=%s", (const char *)pem.data) < 0)
        die("the certificate cannot be read");
    for (size_t i = 0; i < count; i++) {
        char **given = &argv[3 + 3 * i];
        subjects[i].name = given[0];
        subjects[i].program = given[1];
        subjects[i].variable = strcmp(given[2], "-") != 0 ? given[2] : NULL;
    }
    for (size_t run = 0; run < runs; run++)
        for (size_t i = 0; i < count; i++) {
            start(&subjects[i], run);
            subjects[i].differences[run] = subjects[i].times[run] - subjects[0].times[run];
        }
    for (size_t i = 0; i < count; i++)
        printf("%-24s %8.2f ms, %+6.2f; processor %6.2f ms\n", subjects[i].name,
               median(subjects[i].times, runs), median(subjects[i].differences, runs),
               median(subjects[i].processor, runs));
    return 0;
}
