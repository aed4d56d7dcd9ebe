#include "server/control.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define BACKLOG 16
#define REST_MILLISECONDS 1000 /* after accept failed, so that we do not spin */

static bool check_folder(const char *folder, struct error *error) {
    struct stat status;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return cz_error_set(error, "server.control: %s: cannot be made: %s", folder,
                            strerror(errno));
    if (stat(folder, &status) != 0)
        return cz_error_set(error, "server.control: %s: %s", folder, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return cz_error_set(error, "server.control: %s: not a folder", folder);
    if ((status.st_uid != geteuid() && status.st_uid != 0) || (status.st_mode & 022) != 0)
        return cz_error_set(error,
                            "server.control: %s: others may write there; give it to the user of "
                            "certauthz, with mode 0700",
                            folder);
    return true;
}

/* Nobody who listens refuses, since a socket gets its name only then. */
static void remove_if_stale(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    CZ_CLEANUP(cz_close_fd)
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0 || strlen(path) >= sizeof address.sun_path)
        return;
    strcpy(address.sun_path, path);
    if (connect(probe, (const struct sockaddr *)&address, sizeof address) != 0 &&
        errno == ECONNREFUSED)
        unlink(path);
}

/* A number and `.sock`. */
static bool is_socket_name(const char *name) {
    size_t digits = strspn(name, "0123456789");
    return digits > 0 && strcmp(name + digits, ".sock") == 0;
}

static void remove_stale(const char *name) {
    CZ_CLEANUP(cz_close_folder) DIR *folder = opendir(name);
    const struct dirent *item;
    while (folder != NULL && (item = readdir(folder)) != NULL) {
        CZ_CLEANUP(cz_free_ptr) char *path = NULL;
        if (is_socket_name(item->d_name) && asprintf(&path, "%s/%s", name, item->d_name) >= 0)
            remove_if_stale(path);
    }
}

/* Bound and listening under another name, then renamed: what is found under its name answers. */
static bool make_socket(struct control *control, const char *folder, struct error *error) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    int len = snprintf(address.sun_path, sizeof address.sun_path, "%s/%d.sock.new", folder,
                       (int)getpid());
    if (len < 0 || (size_t)len >= sizeof address.sun_path)
        return cz_error_set(error, "server.control: %s: too long for a socket", folder);
    control->path = strndup(address.sun_path, (size_t)len - strlen(".new"));
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (control->path == NULL || control->fd < 0)
        return cz_error_set(error, "server.control: %s", strerror(errno));
    unlink(address.sun_path);
    mode_t before = umask(0177);
    bool bound = bind(control->fd, (struct sockaddr *)&address, sizeof address) == 0;
    int cause = errno;
    umask(before);
    if (!bound)
        return cz_error_set(error, "server.control: %s: %s", address.sun_path, strerror(cause));
    if (listen(control->fd, BACKLOG) != 0 || lstat(address.sun_path, &status) != 0 ||
        rename(address.sun_path, control->path) != 0) {
        cz_error_set(error, "server.control: %s: %s", control->path, strerror(errno));
        unlink(address.sun_path);
        return false;
    }
    control->device = status.st_dev;
    control->inode = status.st_ino;
    return true;
}

bool cz_control_open(struct control *control, const char *folder, struct error *error) {
    if (!check_folder(folder, error))
        return false;
    remove_stale(folder);
    return make_socket(control, folder, error);
}

static void drop_peer(struct control *control) {
    cz_close_fd(&control->peer);
    cz_buffer_release(&control->line);
    cz_buffer_release(&control->answer);
    control->sent = 0;
}

static bool may_ask(int peer) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    return getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 &&
           (credentials.uid == geteuid() || credentials.uid == 0);
}

static void accept_peer(struct control *control, int64_t now) {
    control->peer = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (control->peer < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        control->resting = now + REST_MILLISECONDS;
    if (control->peer < 0)
        return;
    control->expires = now + CZ_CONTROL_PEER_MILLISECONDS;
    if (!may_ask(control->peer))
        drop_peer(control);
}

/* As much as the peer takes now; the rest when it takes more. */
static void send_more(struct control *control) {
    const struct buffer *answer = &control->answer;
    ssize_t sent = send(control->peer, answer->data + control->sent, answer->len - control->sent,
                        MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    control->sent += sent > 0 ? (size_t)sent : 0;
    if (sent <= 0 || control->sent == answer->len)
        drop_peer(control);
}

/* Takes the answer over. A load may have taken long, so the peer's time begins again. */
static void send_answer(struct control *control, struct buffer *answer) {
    cz_buffer_putc(answer, '\n');
    if (answer->failed) {
        drop_peer(control);
        return;
    }
    control->answer = *answer;
    *answer = (struct buffer){0};
    control->expires = cz_loop_now() + CZ_CONTROL_PEER_MILLISECONDS;
    send_more(control);
}

static void refuse(struct control *control, const char *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer answer = {0};
    cz_buffer_puts(&answer, "{\"ok\":false");
    cz_json_member(&answer, "error", cz_bytes_of(error));
    cz_buffer_putc(&answer, '}');
    send_answer(control, &answer);
}

static void refuse_unknown(struct control *control) {
    CZ_CLEANUP(cz_buffer_release) struct buffer known = {0};
    cz_buffer_puts(&known, "unknown command; there are:");
    for (size_t i = 0; i < control->command_count; i++)
        cz_buffer_printf(&known, " %s", control->commands[i].name);
    refuse(control, cz_buffer_text(&known));
}

static void run_line(struct control *control, struct bytes line) {
    const uint8_t *blank = line.len > 0 ? memchr(line.data, ' ', line.len) : NULL;
    struct bytes name = {.data = line.data,
                         .len = blank != NULL ? (size_t)(blank - line.data) : line.len};
    struct bytes argument = {0};
    if (blank != NULL)
        argument = (struct bytes){.data = blank + 1, .len = line.len - name.len - 1};
    for (size_t i = 0; i < control->command_count; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer answer = {0};
        if (!cz_bytes_equal(cz_bytes_of(control->commands[i].name), name))
            continue;
        control->commands[i].run(control->context, argument, &answer);
        send_answer(control, &answer);
        return;
    }
    refuse_unknown(control);
}

static void read_peer(struct control *control) {
    char piece[16384];
    struct buffer *line = &control->line;
    ssize_t got = recv(control->peer, piece, sizeof piece, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    size_t before = line->len;
    if (got > 0)
        cz_buffer_append(line, piece, (size_t)got);
    if (got <= 0 || line->failed) {
        drop_peer(control);
        return;
    }
    const char *end = memchr(line->data + before, '\n', (size_t)got);
    size_t len = end != NULL ? (size_t)(end - line->data) : line->len;
    if (len >= CZ_CONTROL_LINE_MAX)
        refuse(control, "the line is too long");
    else if (end != NULL)
        run_line(control, (struct bytes){.data = (const uint8_t *)line->data, .len = len});
}

static int prepare(void *context, struct pollfd *polled) {
    const struct control *control = context;
    int64_t until = control->peer >= 0 ? control->expires : control->resting;
    int64_t left = until - cz_loop_now();
    bool rests = control->peer < 0 && left > 0;
    *polled = (struct pollfd){.fd = control->peer >= 0 ? control->peer
                                    : rests            ? -1
                                                       : control->fd,
                              .events = control->answer.len > 0 ? POLLOUT : POLLIN};
    if (control->peer >= 0)
        return left > 0 ? (int)left : 0;
    return rests ? (int)left : -1;
}

static void dispatch(void *context, short events) {
    struct control *control = context;
    int64_t now = cz_loop_now();
    if (events != 0 && control->answer.len > 0)
        send_more(control);
    else if (events != 0 && control->peer >= 0)
        read_peer(control);
    else if (events != 0)
        accept_peer(control, now);
    if (control->peer >= 0 && now >= control->expires)
        drop_peer(control);
}

struct loop_source cz_control_source(struct control *control) {
    return (struct loop_source){.context = control, .prepare = prepare, .dispatch = dispatch};
}

void cz_control_close(struct control *control) {
    struct stat status;
    drop_peer(control);
    if (control->path != NULL && lstat(control->path, &status) == 0 &&
        status.st_dev == control->device && status.st_ino == control->inode)
        unlink(control->path);
    free(control->path);
    control->path = NULL;
    cz_close_fd(&control->fd);
}
