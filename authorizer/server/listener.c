#include "server/listener.h"

#include "base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A thread that waits in accept on a shared socket looks up this often whether to stop. */
#define SHARED_WAKE_MICROSECONDS 200000
/* How often it is looked whether connections wait to be accepted: in a second, and so. */
#define DRAIN_LOOKS 1000
#define DRAIN_LOOK_NANOSECONDS 1000000L

static bool find_group(const char *name, gid_t *gid, struct error *error) {
    const struct group *group = getgrnam(name);
    if (group != NULL) {
        *gid = group->gr_gid;
        return true;
    }
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    if (name[0] < '0' || name[0] > '9' || *end != '\0' || number > UINT32_MAX - 1)
        return cz_error_set(error, "--socket-group %s: there is no such group", name);
    *gid = (gid_t)number;
    return true;
}

bool cz_socket_mode_parse(const char *text, mode_t *mode) {
    char *end;
    unsigned long number = strtoul(text, &end, 8);
    if (text[0] < '0' || text[0] > '7' || *end != '\0' || number > 0777)
        return false;
    *mode = (mode_t)number;
    return true;
}

static const char *named_by(const struct listener_options *options) {
    return options->named_by != NULL ? options->named_by : "--listen";
}

/* A socket file that nobody listens on is what a killed process left behind. */
static bool clear_stale(const struct sockaddr_un *address, struct error *error) {
    struct stat status;
    if (lstat(address->sun_path, &status) != 0)
        return errno == ENOENT || cz_error_set(error, "%s: %s", address->sun_path, strerror(errno));
    if (!S_ISSOCK(status.st_mode))
        return cz_error_set(error,
                            "%s: exists and is not a socket; remove it, or choose another "
                            "path",
                            address->sun_path);
    CZ_CLEANUP(cz_close_fd) int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return cz_error_set(error, "socket: %s", strerror(errno));
    if (connect(probe, (const struct sockaddr *)address, sizeof *address) == 0 ||
        errno != ECONNREFUSED)
        return cz_error_set(error, "%s: another process listens on it", address->sun_path);
    if (unlink(address->sun_path) != 0)
        return cz_error_set(error, "%s: a stale socket cannot be removed: %s", address->sun_path,
                            strerror(errno));
    return true;
}

/* Nobody may connect before mode and group are right, and nobody can before listen. */
static bool set_access(const char *path, const struct listener_options *options,
                       struct error *error) {
    gid_t gid = (gid_t)-1;
    if (options->socket_group != NULL && !find_group(options->socket_group, &gid, error))
        return false;
    if (options->socket_group != NULL && lchown(path, (uid_t)-1, gid) != 0)
        return cz_error_set(error, "--socket-group %s: %s cannot be given to it: %s%s",
                            options->socket_group, path, strerror(errno),
                            errno == EPERM ? "; put the user that this runs as into that group"
                                           : "");
    if (chmod(path, options->socket_mode) != 0)
        return cz_error_set(error, "%s: its mode cannot be set: %s", path, strerror(errno));
    return true;
}

static bool open_unix(struct listener *listener, const char *path,
                      const struct listener_options *options, struct error *error) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    if (path[0] != '/' || strlen(path) >= sizeof address.sun_path)
        return cz_error_set(error,
                            "%s unix:%s: an absolute path of at most %zu bytes is "
                            "wanted",
                            named_by(options), path, sizeof address.sun_path - 1);
    strcpy(address.sun_path, path);
    if (!clear_stale(&address, error))
        return false;
    int nonblocking = options->nonblocking ? SOCK_NONBLOCK : 0;
    listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | nonblocking, 0);
    mode_t before = umask(0177);
    bool bound =
        listener->fd >= 0 && bind(listener->fd, (struct sockaddr *)&address, sizeof address) == 0;
    int cause = errno;
    umask(before);
    if (!bound)
        return cz_error_set(error, "%s unix:%s: %s", named_by(options), path, strerror(cause));
    listener->unix_path = strdup(path);
    if (listener->unix_path == NULL || lstat(path, &status) != 0)
        return cz_error_set(error, "%s: %s", path, strerror(errno));
    listener->device = status.st_dev;
    listener->inode = status.st_ino;
    return set_access(path, options, error);
}

static bool is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    }
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)address;
    return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

/* host:port into two texts; the host may stand in brackets. */
static bool split_address(const char *address, char *host, size_t host_size, const char **port) {
    const char *colon = strrchr(address, ':');
    if (colon == NULL || colon == address || colon[1] == '\0')
        return false;
    size_t len = (size_t)(colon - address);
    if (address[0] == '[' && address[len - 1] == ']') {
        address++;
        len -= 2;
    }
    if (len == 0 || len >= host_size)
        return false;
    memcpy(host, address, len);
    host[len] = '\0';
    *port = colon + 1;
    return true;
}

static void address_release(struct addrinfo **found) {
    if (*found != NULL)
        freeaddrinfo(*found);
}

static bool open_tcp(struct listener *listener, const struct listener_options *options,
                     struct error *error) {
    char host[128];
    const char *port;
    const char *address = options->address;
    CZ_CLEANUP(address_release) struct addrinfo *found = NULL;
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    if (!split_address(address, host, sizeof host, &port) ||
        getaddrinfo(host, port, &hints, &found) != 0)
        return cz_error_set(error,
                            "--listen %s: unix:/path or address:port is wanted, such as "
                            "127.0.0.1:9910",
                            address);
    if (!options->allow_remote && !is_loopback(found->ai_addr))
        return cz_error_set(error,
                            "--listen %s: not a loopback address, and FastCGI knows no "
                            "authentication; use --allow-remote if only web servers can "
                            "reach it",
                            address);
    int on = 1;
    listener->fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener->fd < 0 ||
        setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(listener->fd, found->ai_addr, found->ai_addrlen) != 0)
        return cz_error_set(error, "--listen %s: %s", address, strerror(errno));
    return true;
}

bool cz_listener_open(struct listener *listener, const struct listener_options *options,
                      struct error *error) {
    static const char unix_prefix[] = "unix:";
    *listener = (struct listener){.fd = -1};
    bool is_unix = strncmp(options->address, unix_prefix, sizeof unix_prefix - 1) == 0;
    if (is_unix ? !open_unix(listener, options->address + sizeof unix_prefix - 1, options, error)
                : !open_tcp(listener, options, error))
        return false;
    if (listen(listener->fd, CZ_LISTEN_BACKLOG) != 0)
        return cz_error_set(error, "%s %s: %s", named_by(options), options->address,
                            strerror(errno));
    return true;
}

static bool is_offered(void) {
    int listening = 0;
    socklen_t size = sizeof listening;
    return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
           listening != 0;
}

bool cz_started_as_cgi(void) {
    return getenv("GATEWAY_INTERFACE") != NULL && !is_offered();
}

bool cz_listener_inherit(struct listener *listener, bool alone) {
    *listener = (struct listener){.fd = -1};
    if (!is_offered())
        return false;
    struct timeval wake = {.tv_usec = SHARED_WAKE_MICROSECONDS};
    if (!alone)
        setsockopt(STDIN_FILENO, SOL_SOCKET, SO_RCVTIMEO, &wake, sizeof wake);
    fcntl(STDIN_FILENO, F_SETFD, FD_CLOEXEC);
    listener->fd = STDIN_FILENO;
    listener->shared = !alone;
    return true;
}

static bool has_waiting_clients(int fd) {
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    return poll(&polled, 1, 0) > 0 && polled.revents == POLLIN;
}

void cz_listener_drain(const struct listener *listener, unsigned seconds) {
    const struct timespec pause = {.tv_nsec = DRAIN_LOOK_NANOSECONDS};
    if (listener->shared || listener->unix_path != NULL || listen(listener->fd, 0) != 0)
        return;
    for (unsigned i = 0; i < seconds * DRAIN_LOOKS && has_waiting_clients(listener->fd); i++)
        nanosleep(&pause, NULL);
}

void cz_listener_shutdown(const struct listener *listener) {
    if (!listener->shared)
        shutdown(listener->fd, SHUT_RDWR);
}

void cz_listener_close(struct listener *listener) {
    struct stat status;
    if (listener->unix_path != NULL && lstat(listener->unix_path, &status) == 0 &&
        status.st_dev == listener->device && status.st_ino == listener->inode)
        unlink(listener->unix_path);
    free(listener->unix_path);
    listener->unix_path = NULL;
    cz_close_fd(&listener->fd);
}
