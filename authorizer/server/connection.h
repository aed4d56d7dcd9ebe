/*
 * One FastCGI connection: one request, one reply, closed. libfcgi reads and writes the records;
 * accepting, time limits and closing are ours, because it has no limits of its own.
 */
#ifndef CERTAUTHZ_SERVER_CONNECTION_H
#define CERTAUTHZ_SERVER_CONNECTION_H

#include "server/deadline.h"
#include "server/serve.h"

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
};

/* `list` is the variable's value, addresses separated by commas, or NULL. False where it holds
 * what is no address, or too many: then nobody is listed. */
bool cz_web_servers_parse(const char *list, struct web_servers *servers);

/* To be called once, before any connection is served. False where libfcgi cannot start. */
bool cz_connections_init(void);

/* Serves the connection and closes it in any case. */
void cz_connection_serve(int fd, const struct connection_settings *settings,
                         const struct service *service, struct deadline *deadline);

#endif
