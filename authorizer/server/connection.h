/*
 * One FastCGI connection: one request, one reply, closed. libfcgi reads and writes the records;
 * accepting, time limits and closing are ours, because it has no limits of its own.
 */
#ifndef CERTAUTHZ_SERVER_CONNECTION_H
#define CERTAUTHZ_SERVER_CONNECTION_H

#include "server/deadline.h"

#include <fcgiapp.h>
#include <netinet/in.h>

#define CZ_WEB_SERVERS_MAX 16

/* FCGI_WEB_SERVER_ADDRS (FastCGI 1.0, section 3.2): who may connect over TCP. */
struct web_servers {
    bool restricted; /* the variable is set: only those listed may */
    size_t count;
    struct in6_addr addresses[CZ_WEB_SERVERS_MAX]; /* IPv4 as mapped addresses */
};

struct connection_settings {
    int read_timeout, write_timeout, request_deadline; /* seconds */
    struct web_servers web_servers;
    bool unix_socket; /* set by cz_workers_run */
};

/* What a program does with a request. */
struct handler {
    /* Writes the whole reply to request->out, then calls cz_connection_finish, or
     * cz_connection_abort where it could not be made. */
    void (*answer)(void *context, FCGX_Request *request);
    void *context; /* borrowed; shared by all threads */
};

/* `list` is the variable's value, addresses separated by commas, or NULL. False where it holds
 * what is no address, or too many: then nobody is listed. */
bool cz_web_servers_parse(const char *list, struct web_servers *servers);

/* To be called once, before any connection is served. False where libfcgi cannot start. */
bool cz_connections_init(void);

/* Serves the connection and closes it in any case. */
void cz_connection_serve(int fd, const struct connection_settings *settings,
                         const struct handler *handler, struct deadline *deadline);

/* Sends what is left of the reply and its end. */
void cz_connection_finish(FCGX_Request *request);
/* Breaks off without END_REQUEST: the web server must not take half a reply for approval. */
void cz_connection_abort(FCGX_Request *request);

#endif
