/*
 * whoami: shows the claims that came with the request. Finds out by itself how it was
 * started: --listen, descriptor 0 a listening socket, or CGI.
 */
#include "base/cleanup.h"
#include "base/error.h"
#include "cgi.h"
#include "serve.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define EXIT_USAGE 2

static const char usage[] =
    "usage: whoami [--listen unix:PATH|ADDRESS:PORT]\n"
    "Shows the claims of certauthz as HTML or JSON. Without an option it expects to be\n"
    "started by a web server: as CGI, or with a listening socket as descriptor 0.\n";

static int complain(const struct error *error) {
    fprintf(stderr, "whoami: %s\n", error->message);
    return EXIT_FAILURE;
}

static int serve(struct listener *listener) {
    struct error error = {0};
    return whoami_serve(listener, &error) ? EXIT_SUCCESS : complain(&error);
}

static int serve_own(const char *address) {
    CZ_CLEANUP(cz_listener_close) struct listener listener = {.fd = -1};
    struct listener_options options = {.address = address, .socket_mode = 0660};
    struct error error = {0};
    return cz_listener_open(&listener, &options, &error) ? serve(&listener) : complain(&error);
}

/* -1: go on; else the exit status. */
static int read_options(int argc, char **argv, const char **address) {
    static const struct option options[] = {
        {.name = "listen", .has_arg = required_argument, .val = 'l'},
        {.name = "help", .has_arg = no_argument, .val = 'h'},
        {0},
    };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option != 'l') {
            fputs(usage, option == 'h' ? stdout : stderr);
            return option == 'h' ? EXIT_SUCCESS : EXIT_USAGE;
        }
        *address = optarg;
    }
    if (optind == argc)
        return -1;
    fputs(usage, stderr);
    return EXIT_USAGE;
}

int main(int argc, char **argv) {
    const char *address = NULL;
    signal(SIGPIPE, SIG_IGN);
    if (cz_started_as_cgi())
        return whoami_cgi(environ) ? EXIT_SUCCESS : EXIT_FAILURE;
    int status = read_options(argc, argv, &address);
    if (status >= 0)
        return status;
    if (address != NULL)
        return serve_own(address);
    CZ_CLEANUP(cz_listener_close) struct listener inherited = {.fd = -1};
    if (cz_listener_inherit(&inherited, false))
        return serve(&inherited);
    fputs(usage, stderr);
    return EXIT_USAGE;
}
