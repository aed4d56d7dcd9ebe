#include "server/connection.h"

#include "base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define FCGI_VERSION 1
#define FCGI_BEGIN_REQUEST_TYPE 1
#define DRAIN_SIZE_MAX (1u << 20) /* bytes of a request's rest that are read before closing */

static bool parse_address(const char *text, struct in6_addr *address) {
    struct in_addr in;
    if (inet_pton(AF_INET6, text, address) == 1)
        return true;
    if (inet_pton(AF_INET, text, &in) != 1)
        return false;
    *address = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
    memcpy(&address->s6_addr[12], &in, sizeof in);
    return true;
}

bool cz_web_servers_parse(const char *list, struct web_servers *servers) {
    *servers = (struct web_servers){.restricted = list != NULL && list[0] != '\0'};
    if (!servers->restricted)
        return true;
    CZ_CLEANUP(cz_free_ptr) char *copy = strdup(list);
    char *rest = copy, *text;
    bool good = copy != NULL;
    while (good && (text = strsep(&rest, ",")) != NULL)
        good = servers->count < CZ_WEB_SERVERS_MAX &&
               parse_address(text, &servers->addresses[servers->count++]);
    if (!good)
        servers->count = 0;
    return good;
}

static bool may_connect(int fd, const struct web_servers *servers) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    struct in6_addr address;
    char text[INET6_ADDRSTRLEN] = "";
    if (!servers->restricted)
        return true;
    if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0)
        return false;
    if (peer.ss_family == AF_UNIX)
        return true;
    const void *raw = peer.ss_family == AF_INET
                          ? (const void *)&((struct sockaddr_in *)(void *)&peer)->sin_addr
                          : (const void *)&((struct sockaddr_in6 *)(void *)&peer)->sin6_addr;
    if (inet_ntop(peer.ss_family, raw, text, sizeof text) == NULL || !parse_address(text, &address))
        return false;
    for (size_t i = 0; i < servers->count; i++)
        if (memcmp(&servers->addresses[i], &address, sizeof address) == 0)
            return true;
    return false;
}

static bool set_timeouts(int fd, const struct connection_settings *settings) {
    struct timeval read_timeout = {.tv_sec = settings->read_timeout};
    struct timeval write_timeout = {.tv_sec = settings->write_timeout};
    return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &read_timeout, sizeof read_timeout) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &write_timeout, sizeof write_timeout) == 0;
}

/* No web server sends a management record first, and libfcgi's answer to FCGI_GET_VALUES with
 * repeated names overruns its stack buffer. What stands behind the first record is not looked
 * at: who may connect at all is for the socket's mode to say. */
static bool begins_with_request(int fd) {
    uint8_t start[2]; /* version and type of an FCGI_Header */
    ssize_t got = recv(fd, start, sizeof start, MSG_PEEK);
    return got == (ssize_t)sizeof start && start[0] == FCGI_VERSION &&
           start[1] == FCGI_BEGIN_REQUEST_TYPE;
}

/* On TCP, closing while bytes lie unread, or arrive later, destroys the reply on its way: so the
 * peer is given until the deadline to close first. A Unix socket keeps what was written. */
static void close_gently(int fd, bool is_unix) {
    char rest[4096];
    size_t drained = 0;
    if (!is_unix)
        shutdown(fd, SHUT_WR);
    while (drained < DRAIN_SIZE_MAX) {
        ssize_t got = recv(fd, rest, sizeof rest, is_unix ? MSG_DONTWAIT : 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        drained += (size_t)got;
    }
    close(fd);
}

/* With keepConnection, Finish leaves closing to us. */
void cz_connection_finish(FCGX_Request *request) {
    request->keepConnection = 1;
    FCGX_Finish_r(request);
}

void cz_connection_abort(FCGX_Request *request) {
    shutdown(request->ipcFd, SHUT_RDWR);
    cz_connection_finish(request);
}

bool cz_connections_init(void) {
    return FCGX_Init() == 0;
}

void cz_connection_serve(int fd, const struct connection_settings *settings,
                         const struct handler *handler, struct deadline *deadline) {
    FCGX_Request request;
    if (!may_connect(fd, &settings->web_servers) || !set_timeouts(fd, settings) ||
        !cz_deadline_arm(deadline, fd, settings->request_deadline)) {
        close(fd);
        return;
    }
    if (begins_with_request(fd) && FCGX_InitRequest(&request, -1, 0) == 0) {
        /* With -1 as its listening socket and a connection put into ipcFd, libfcgi serves that one,
         * and returns an error where it breaks off instead of accepting another without limits;
         * without keepConnection it would close this one before it begins. */
        request.ipcFd = fd;
        request.keepConnection = 1;
        if (FCGX_Accept_r(&request) >= 0) {
            /* it takes parameters that broke off between two of them for all of them */
            if (FCGX_GetError(request.in) != 0)
                cz_connection_abort(&request);
            else
                handler->answer(handler->context, &request);
        }
        fd = request.ipcFd; /* -1 where libfcgi closed it */
    }
    if (fd >= 0)
        close_gently(fd, settings->unix_socket);
    cz_deadline_disarm(deadline);
}
