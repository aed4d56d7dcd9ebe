/*
 * What an authorizer costs at the least: an approval without looking. The measure that certauthz
 * is compared with; never a gatekeeper. It is started in certauthz's place and like it: with
 * --listen ADDRESS, with descriptor 0 as its socket, or as CGI; of the other arguments it takes no
 * notice. The loop is certauthz's, so that nothing but the decision, its claims and its log line is
 * left out; built with NULL_LIBFCGI it is libfcgi's own, as most programs use it. Built with
 * NULL_CLAIMS it sends what certauthz would about the certificate that is measured with: web
 * servers take their time for that, too. As CGI it also writes the file that is asked for, as the
 * gate does.
 */
#include "base/cleanup.h"
#include "server/workers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef NULL_CLAIMS
#define CLAIMS                                                                                     \
    "Variable-CERTAUTHZ_RULE: read-only\r\n"                                                       \
    "Variable-AUTH_TYPE: Certificate\r\n"                                                          \
    "Variable-CERT_SUBJECT: CN=good client,OU=production,O=Example\r\n"                            \
    "Variable-CERT_ISSUER: CN=certauthz test root,O=Example\r\n"                                   \
    "Variable-CERT_SERIAL: 0123456789abcdef0123456789abcdef01234567\r\n"                           \
    "Variable-CERT_NAME: good client\r\n"                                                          \
    "Variable-CERT_SHA1: 0123456789abcdef0123456789abcdef01234567\r\n"                             \
    "Variable-CERT_SHA256: "                                                                       \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"                         \
    "Variable-CERT_SPKI_SHA256: "                                                                  \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"                         \
    "Variable-CERT_X5T_S256: ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8\r\n"                      \
    "Variable-CERT_NOT_BEFORE: 2021-01-01T00:00:00Z\r\n"                                           \
    "Variable-CERT_NOT_AFTER: 2044-01-01T00:00:00Z\r\n"                                            \
    "Variable-CERT_EMAIL: good@example.org\r\n"                                                    \
    "Variable-CERT_UPN: good@corp.example\r\n"                                                     \
    "Variable-CERT_DNS: good.example good.internal.example\r\n"                                    \
    "Variable-CERT_URI: spiffe://example.org/good\r\n"                                             \
    "Variable-CERT_IP: 192.0.2.7\r\n"                                                              \
    "Variable-CERT_DAYS_LEFT: 6249\r\n"
#else
#define CLAIMS
#endif

/* The two that Apache's configurations look at. */
static const char approval[] =
    "Status: 200 OK\r\nVariable-CERTAUTHZ: granted\r\n"
    "Variable-REMOTE_USER: CN=good client,OU=production,O=Example\r\n" CLAIMS "\r\n";

#ifdef NULL_LIBFCGI

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

static bool serve(const struct listener *listener, unsigned threads, struct error *error) {
    if (FCGX_Init() != 0)
        return cz_error_set(error, "libfcgi cannot be initialised");
    listening = listener->fd;
    for (unsigned i = 1; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, NULL) != 0)
            return cz_error_set(error, "no thread can be started");
    }
    work(NULL);
    return true;
}

#else

static void answer(void *unused, FCGX_Request *request) {
    (void)unused;
    FCGX_PutStr(approval, sizeof approval - 1, request->out);
    cz_connection_finish(request);
}

static bool serve(const struct listener *listener, unsigned threads, struct error *error) {
    CZ_CLEANUP(cz_log_close) struct log log = {0};
    const struct log_settings to_stderr = {.refusals = true};
    struct server_settings settings = {
        .threads = threads,
        .log = &log,
        .connection = {.read_timeout = 5, .write_timeout = 5, .request_deadline = 10}};
    struct handler handler = {.answer = answer};
    return cz_log_open(&log, &to_stderr, error) &&
           cz_workers_run(listener, &settings, &handler, error);
}

#endif

/* lighttpd names the file in the first argument, Apache in a variable. */
static int write_file(const char *name) {
    if (name == NULL)
        name = getenv("PATH_TRANSLATED");
    FILE *file = name != NULL ? fopen(name, "rb") : NULL;
    char piece[16384];
    size_t got;
    if (file == NULL)
        return 1;
    fputs("Content-Type: text/plain\r\n\r\n", stdout);
    while ((got = fread(piece, 1, sizeof piece, file)) > 0)
        fwrite(piece, 1, got, stdout);
    fclose(file);
    return fflush(stdout) != 0;
}

int main(int argc, char **argv) {
    CZ_CLEANUP(cz_listener_close) struct listener listener = {.fd = -1};
    struct listener_options options = {.socket_mode = 0660};
    struct error error = {0};
    if (cz_started_as_cgi())
        return write_file(argc > 1 ? argv[argc - 1] : NULL);
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], "--listen") == 0)
            options.address = argv[i + 1];
    bool good = options.address != NULL ? cz_listener_open(&listener, &options, &error)
                                        : cz_listener_inherit(&listener, false) ||
                                              cz_error_set(&error, "neither --listen nor a socket");
    /* as many as certauthz has by default */
    if (good && serve(&listener, (unsigned)sysconf(_SC_NPROCESSORS_ONLN), &error))
        return 0;
    fprintf(stderr, "null-authorizer: %s\n", error.message);
    return 1;
}
