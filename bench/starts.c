/*
 * Milliseconds from start to exit of certauthz as CGI, with each of the configurations in turn:
 * medians over RUNS, and of the differences to the first one's.
 *
 * usage: starts RUNS PROGRAM CERTIFICATE CONFIGURATION...
 */
#include "base/buffer.h"
#include "base/cleanup.h"
#include "lists.h"

#include <gnutls/gnutls.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONFIGURATIONS_MAX 8
#define RUNS_MAX 1000

struct subject {
    const char *file;
    char *configuration; /* the variable */
    double times[RUNS_MAX], differences[RUNS_MAX];
};

static const char *program;
static char *certificate; /* the variable */

static void check_reply(int from) {
    char reply[11];
    if (read(from, reply, sizeof reply) != sizeof reply ||
        memcmp(reply, "Status: 200", sizeof reply) != 0)
        die("certauthz did not grant the request");
    char rest[4096];
    while (read(from, rest, sizeof rest) > 0)
        continue;
}

static double start(const struct subject *subject) {
    static char interface[] = "GATEWAY_INTERFACE=CGI/1.1", method[] = "REQUEST_METHOD=GET",
                uri[] = "REQUEST_URI=/reports/2026/november.html",
                verify[] = "SSL_CLIENT_VERIFY=SUCCESS";
    char *const environment[] = {
        interface, method, uri, verify, certificate, subject->configuration, NULL};
    char *const arguments[] = {(char *)(uintptr_t)program, NULL};
    posix_spawn_file_actions_t actions;
    int pipes[2], status;
    pid_t child;
    double begin = now_microseconds();
    if (pipe(pipes) != 0 || posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO) != 0 ||
        posix_spawn_file_actions_addclose(&actions, pipes[0]) != 0 ||
        posix_spawn_file_actions_addclose(&actions, pipes[1]) != 0 ||
        posix_spawn(&child, program, &actions, NULL, arguments, environment) != 0)
        die("certauthz cannot be started");
    close(pipes[1]);
    check_reply(pipes[0]);
    if (waitpid(child, &status, 0) != child || status != 0)
        die("certauthz failed");
    double end = now_microseconds();
    close(pipes[0]);
    posix_spawn_file_actions_destroy(&actions);
    return (end - begin) / 1e3;
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
    static struct subject subjects[CONFIGURATIONS_MAX];
    gnutls_datum_t pem;
    size_t runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    if (argc < 5 || argc > 4 + CONFIGURATIONS_MAX || runs < 1 || runs > RUNS_MAX)
        die("usage: starts RUNS PROGRAM CERTIFICATE CONFIGURATION...");
    program = argv[2];
    if (gnutls_load_file(argv[3], &pem) < 0 ||
        asprintf(&certificate, "SSL_CLIENT_CERT=%s", (const char *)pem.data) < 0)
        die("the certificate cannot be read");
    size_t count = (size_t)argc - 4;
    for (size_t i = 0; i < count; i++) {
        subjects[i].file = argv[4 + i];
        if (asprintf(&subjects[i].configuration, "CERTAUTHZ_CONFIG=%s", argv[4 + i]) < 0)
            die("out of memory");
    }
    for (size_t run = 0; run < runs; run++)
        for (size_t i = 0; i < count; i++) {
            subjects[i].times[run] = start(&subjects[i]);
            subjects[i].differences[run] = subjects[i].times[run] - subjects[0].times[run];
        }
    for (size_t i = 0; i < count; i++) {
        const char *slash = strrchr(subjects[i].file, '/');
        printf("%-24s %8.2f ms, %+6.2f\n", slash != NULL ? slash + 1 : subjects[i].file,
               median(subjects[i].times, runs), median(subjects[i].differences, runs));
    }
    return 0;
}
