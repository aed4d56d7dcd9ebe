/*
 * The control socket, and peers that behave badly. Linked with --wrap, so that a
 * peer can be somebody else.
 */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "server/control.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

int __real_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size);

static bool is_stranger, is_root, is_unknown;

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size) {
    int status = __real_getsockopt(fd, level, name, value, size);
    if (name == SO_PEERCRED && is_stranger)
        ((struct ucred *)value)->uid = geteuid() + 1;
    if (name == SO_PEERCRED && is_root)
        ((struct ucred *)value)->uid = 0;
    return name == SO_PEERCRED && is_unknown ? -1 : status;
}

static void run_echo(void *context, struct bytes argument, struct buffer *answer) {
    (void)context;
    cz_buffer_putc(answer, '{');
    cz_json_name(answer, "ok");
    cz_buffer_puts(answer, "true");
    cz_json_member(answer, "argument", argument);
    cz_buffer_putc(answer, '}');
}

static void run_nothing(void *context, struct bytes argument, struct buffer *answer) {
    (void)context;
    (void)argument;
    cz_buffer_fail(answer);
}

static const struct control_command commands[] = {
    {.name = "echo", .run = run_echo},
    {.name = "nothing", .run = run_nothing},
};

static struct control control = {
    .commands = commands, .command_count = CZ_COUNT(commands), .fd = -1, .peer = -1};

static const char *folder(void) {
    return scratch_path("run");
}

/* One round of the main loop; `wait` whether to wait for something to happen. */
static void turn(bool wait) {
    struct loop_source source = cz_control_source(&control);
    struct pollfd polled;
    int wanted = source.prepare(source.context, &polled);
    int ready = poll(&polled, 1, wait ? wanted : 0);
    source.dispatch(source.context, ready > 0 ? polled.revents : 0);
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        support_die("%s: cannot be connected to", path);
    return fd;
}

/* What a peer gets who sends these bytes, and then waits. */
static const char *ask_bytes(const void *data, size_t len) {
    CZ_CLEANUP(cz_close_fd) int fd = connect_to(control.path);
    char answer[1000] = "";
    if (len > 0 && send(fd, data, len, MSG_NOSIGNAL) != (ssize_t)len)
        support_die("cannot be sent");
    turn(true);
    while (control.peer >= 0)
        turn(true);
    ssize_t got = recv(fd, answer, sizeof answer - 1, MSG_DONTWAIT);
    return got < 0 ? "(an error)" : support_text("%s", answer);
}

static const char *ask(const char *text) {
    return ask_bytes(text, strlen(text));
}

/* Sends what fits, and takes what comes, a turn of the loop for each. */
static void exchange_slowly(int fd, const struct buffer *line, struct buffer *got) {
    size_t sent = 0;
    char piece[50000];
    for (;;) {
        ssize_t len = send(fd, line->data + sent, line->len - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        sent += len > 0 ? (size_t)len : 0;
        turn(false);
        len = recv(fd, piece, sizeof piece, MSG_DONTWAIT);
        if (len == 0)
            return;
        if (len > 0)
            cz_buffer_append(got, piece, (size_t)len);
    }
}

static void test_opening(void) {
    struct error error = {0};
    struct stat status;
    mkdir(folder(), 0777);
    chmod(folder(), 0777);
    tap_ok(!cz_control_open(&control, folder(), &error), "a folder where others write is refused");
    tap_is(error.message,
           support_text("server.control: %s: others may write there; give it to the user of "
                        "certauthz, with mode 0700",
                        folder()),
           "and the error says so");
    rmdir(folder());
    scratch_write("run", "");
    error = (struct error){0};
    tap_ok(!cz_control_open(&control, folder(), &error), "so is a file");
    tap_is(error.message, support_text("server.control: %s: not a folder", folder()),
           "and the error says so");
    unlink(folder());
    error = (struct error){0};
    tap_ok(!cz_control_open(&control, scratch_path("no/such"), &error), "only one level is made");
    tap_is(error.message,
           support_text("server.control: %s: cannot be made: No such file or directory",
                        scratch_path("no/such")),
           "and the error says so");
    tap_ok(cz_control_open(&control, folder(), &error), "a missing folder is made");
    tap_ok(stat(folder(), &status) == 0 && (status.st_mode & 07777) == 0700, "for its owner alone");
    tap_ok(stat(control.path, &status) == 0 && S_ISSOCK(status.st_mode) &&
               (status.st_mode & 07777) == 0600,
           "the socket too");
    tap_is(control.path, support_text("%s/%d.sock", folder(), (int)getpid()),
           "which has the name of the process");
    char deep[200];
    snprintf(deep, sizeof deep, "%s/%0120d", scratch, 0);
    struct control another = {.fd = -1, .peer = -1};
    error = (struct error){0};
    tap_ok(!cz_control_open(&another, deep, &error), "a name that fits no socket is refused");
    tap_is(error.message, support_text("server.control: %s: too long for a socket", deep),
           "and the error says so");
    cz_control_close(&another);
}

static void test_protocol(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer endless = {0}, refusal = {0};
    cz_buffer_bytes(&endless, support_fill('x', CZ_CONTROL_LINE_MAX));
    tap_is(ask("echo\n"), "{\"ok\":true,\"argument\":\"\"}\n", "a command is answered");
    tap_is(ask("echo a b\nrest"), "{\"ok\":true,\"argument\":\"a b\"}\n",
           "with what stands behind its blank, to the end of the line");
    const char *unknown = "{\"ok\":false,\"error\":\"unknown command; there are: echo nothing\"}\n";
    tap_is(ask("ech\n"), unknown, "an unknown command is told what there is");
    tap_is(ask("\n"), unknown, "and so is an empty one");
    tap_is(ask_bytes("echo\0\n", 6), unknown, "one with a NUL is another");
    tap_is(ask_bytes("\xff\x00\x01\n", 4), unknown, "one that is no text too");
    CZ_CLEANUP(cz_close_fd) int fd = connect_to(control.path);
    exchange_slowly(fd, &endless, &refusal);
    tap_is(cz_buffer_text(&refusal), "{\"ok\":false,\"error\":\"the line is too long\"}\n",
           "a line without an end is refused at its limit");
    tap_is(ask("nothing\n"), "", "where no answer can be made, there is none");
}

static void test_strangers(void) {
    is_stranger = true;
    tap_is(ask("echo\n"), "(an error)", "another user is turned away");
    is_stranger = false;
    is_unknown = true;
    tap_is(ask("echo\n"), "(an error)", "so is one who cannot be told");
    is_unknown = false;
    is_root = true;
    tap_is(ask("echo\n"), "{\"ok\":true,\"argument\":\"\"}\n", "root is not");
    is_root = false;
}

static void test_bad_peers(void) {
    int fd = connect_to(control.path);
    turn(true);
    close(fd);
    turn(true);
    tap_ok(control.peer < 0, "a peer that leaves is let go");
    fd = connect_to(control.path);
    turn(true);
    send(fd, "ec", 2, MSG_NOSIGNAL);
    turn(true);
    tap_ok(control.peer >= 0 && control.line.len == 2, "one that sends half a line is waited for");
    struct loop_source source = cz_control_source(&control);
    struct pollfd polled;
    int wanted = source.prepare(source.context, &polled);
    tap_ok(wanted > 0 && wanted <= CZ_CONTROL_PEER_MILLISECONDS && polled.fd == control.peer,
           "for a limited time");
    control.expires = cz_loop_now();
    tap_ok(source.prepare(source.context, &polled) == 0, "when that is over");
    turn(false);
    char byte;
    tap_ok(control.peer < 0 && recv(fd, &byte, 1, 0) == 0, "it is dropped");
    close(fd);
    fd = connect_to(control.path);
    send(fd, "echo x\n", 7, MSG_NOSIGNAL);
    close(fd);
    turn(true);
    turn(true);
    tap_ok(control.peer < 0, "one that does not wait for its answer does no harm");
    tap_is(ask("echo y\n"), "{\"ok\":true,\"argument\":\"y\"}\n", "and the next is answered");
    fd = connect_to(control.path);
    int small = 4096;
    CZ_CLEANUP(cz_buffer_release) struct buffer large = {0}, got = {0};
    cz_buffer_puts(&large, "echo ");
    cz_buffer_bytes(&large, support_fill('x', CZ_CONTROL_LINE_MAX - 6));
    cz_buffer_putc(&large, '\n');
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    exchange_slowly(fd, &large, &got);
    tap_ok(got.len == CZ_CONTROL_LINE_MAX - 6 + strlen("{\"ok\":true,\"argument\":\"\"}\n") &&
               got.data[got.len - 1] == '\n',
           "a long line and a long answer go piece by piece (%zu)", got.len);
    close(fd);
    control.resting = cz_loop_now() + 50000;
    tap_ok(source.prepare(source.context, &polled) > 0 && polled.fd == -1,
           "without descriptors nobody is accepted for a while");
    control.resting = 0;
}

/* Until nobody else is let in: who is busy is not gone. */
static void fill_backlog(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    for (;;) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
            continue; /* kept until the program ends */
        if (errno != EAGAIN)
            support_die("%s: %s", path, strerror(errno));
        close(fd);
        return;
    }
}

static void test_stale(void) {
    struct error error = {0};
    const char *stale = support_text("%s/1.sock", folder());
    const char *living = support_text("%s/2.sock", folder());
    const char *other = support_text("%s/x.sock", folder());
    close(scratch_listener(stale));
    close(scratch_listener(other));
    int busy = scratch_listener(living);
    fill_backlog(living);
    const char *path = support_text("%s", control.path);
    cz_control_close(&control);
    tap_ok(access(path, F_OK) != 0, "a socket goes with its process");
    close(scratch_listener(path));
    tap_ok(cz_control_open(&control, folder(), &error), "a stale one of its own name is replaced");
    tap_ok(access(stale, F_OK) != 0 && access(living, F_OK) == 0 && access(other, F_OK) == 0,
           "a stale one of another process is removed, and nothing else");
    close(busy);
    unlink(living);
    unlink(other);
    unlink(control.path);
    close(scratch_listener(control.path));
    cz_control_close(&control);
    tap_ok(access(path, F_OK) == 0, "what took its place is left alone");
    unlink(path);
    tap_ok(cz_control_open(&control, folder(), &error), "it is opened again (%s)", error.message);
}

int main(void) {
    scratch_open();
    test_opening();
    test_protocol();
    test_strangers();
    test_bad_peers();
    test_stale();
    cz_control_close(&control);
    scratch_close();
    return tap_done();
}
