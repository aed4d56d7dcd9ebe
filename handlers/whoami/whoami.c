/*
 * whoami: shows the claims that came with the request. Finds out by itself how it was
 * started: --listen unix:PATH, descriptor 0 a listening socket, or CGI.
 */
#include "base/cleanup.h"
#include "base/error.h"
#include "cgi.h"
#include "listen.h"
#include "serve.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define EXIT_USAGE 2

extern char **environ;

static const char usage[] =
    "usage: whoami [--listen unix:PATH]\n"
    "Shows the claims of certauthz as HTML or JSON. Without an option it expects to be\n"
    "started by a web server: as CGI, or with a listening Unix socket as descriptor 0.\n";

static int complain(const struct error *error) {
    fprintf(stderr, "whoami: %s\n", error->message);
    return EXIT_FAILURE;
}

static int socket_option(int option) {
    int value = 0;
    socklen_t len = sizeof value;
    return getsockopt(STDIN_FILENO, SOL_SOCKET, option, &value, &len) == 0 ? value : -1;
}

static int serve_inherited(void) {
    struct error error = {0};
    /* Whoever can connect can crash libfcgi: only a socket with a file mode keeps them off. */
    if (socket_option(SO_DOMAIN) != AF_UNIX)
        cz_error_set(&error, "descriptor 0 is not a Unix socket: no others are served");
    else if (whoami_serve(STDIN_FILENO, &error))
        return EXIT_SUCCESS;
    return complain(&error);
}

static int serve_own(const char *address) {
    static const char prefix[] = "unix:";
    struct error error = {0};
    if (strncmp(address, prefix, sizeof prefix - 1) != 0) {
        cz_error_set(&error, "--listen takes unix:PATH, not %s", address);
        complain(&error);
        return EXIT_USAGE;
    }
    const char *path = address + sizeof prefix - 1;
    CZ_CLEANUP(cz_close_fd) int fd = -1;
    if (!whoami_listen(path, &fd, &error) || !whoami_serve(fd, &error))
        return complain(&error);
    unlink(path);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    static const struct option options[] = {
        {.name = "listen", .has_arg = required_argument, .val = 'l'},
        {.name = "help", .has_arg = no_argument, .val = 'h'},
        {0},
    };
    const char *address = NULL;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option != 'l') {
            fputs(usage, option == 'h' ? stdout : stderr);
            return option == 'h' ? EXIT_SUCCESS : EXIT_USAGE;
        }
        address = optarg;
    }
    if (optind != argc) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    signal(SIGPIPE, SIG_IGN);
    if (address != NULL)
        return serve_own(address);
    if (socket_option(SO_ACCEPTCONN) == 1)
        return serve_inherited();
    if (getenv("REQUEST_METHOD") != NULL)
        return whoami_cgi(environ) ? EXIT_SUCCESS : EXIT_FAILURE;
    fputs(usage, stderr);
    return EXIT_USAGE;
}
