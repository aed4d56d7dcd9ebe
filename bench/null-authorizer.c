/*
 * What an authorizer costs at the least: an approval without looking. The measure that certauthz
 * is compared with; never a gatekeeper. Two ways of being null:
 *
 *   null-authorizer libfcgi SOCKET THREADS   libfcgi's own accept loop, as most programs use it
 *   null-authorizer same SOCKET THREADS      certauthz's loop, so that nothing but the decision,
 *                                            its claims and its log line is left out
 */
#include "base/cleanup.h"
#include "server/workers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char approval[] = "Status: 200 OK\r\n\r\n";

static void answer(void *unused, FCGX_Request *request) {
    (void)unused;
    FCGX_PutStr(approval, sizeof approval - 1, request->out);
    cz_connection_finish(request);
}

static int run_same(const char *address, unsigned threads) {
    CZ_CLEANUP(cz_listener_close) struct listener listener = {.fd = -1};
    struct listener_options options = {.address = address, .socket_mode = 0660};
    CZ_CLEANUP(cz_log_close) struct log log = {0};
    const struct log_settings to_stderr = {.refusals = true};
    struct server_settings settings = {
        .threads = threads,
        .log = &log,
        .connection = {.read_timeout = 5, .write_timeout = 5, .request_deadline = 10}};
    struct handler handler = {.answer = answer};
    struct error error = {0};
    if (cz_log_open(&log, &to_stderr, &error) && cz_listener_open(&listener, &options, &error) &&
        cz_workers_run(&listener, &settings, &handler, &error))
        return 0;
    fprintf(stderr, "null-authorizer: %s\n", error.message);
    return 1;
}

static int listening;

static void *work(void *unused) {
    FCGX_Request request;
    FCGX_InitRequest(&request, listening, 0);
    while (FCGX_Accept_r(&request) == 0) {
        FCGX_PutStr(approval, sizeof approval - 1, request.out);
        FCGX_Finish_r(&request);
    }
    return unused;
}

static int run_libfcgi(const char *path, unsigned threads) {
    if (FCGX_Init() != 0)
        return 1;
    umask(0117);
    listening = FCGX_OpenSocket(path, CZ_LISTEN_BACKLOG);
    for (unsigned i = 1; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, NULL) != 0)
            return 1;
    }
    work(NULL);
    return 1;
}

int main(int argc, char **argv) {
    CZ_CLEANUP(cz_free_ptr) char *address = NULL;
    unsigned threads = argc == 4 ? (unsigned)atoi(argv[3]) : 0;
    if (threads < 1 || threads > 256 || asprintf(&address, "unix:%s", argv[2]) < 0) {
        fputs("usage: null-authorizer libfcgi|same SOCKET THREADS\n", stderr);
        return 2;
    }
    return strcmp(argv[1], "same") == 0 ? run_same(address, threads)
                                        : run_libfcgi(argv[2], threads);
}
