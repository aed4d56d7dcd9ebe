/* The log at a syslog daemon and at journald, each a socket of our own: away, restarted, full. */
#include "../tap.h"
#include "json.h"
#include "support.h"

#include "base/cleanup.h"
#include "log/log.h"
#include "log/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "test-log.XXXXXX";
static const char *path;
static char datagram[70000];

/* The daemon: a socket that nobody has read yet. */
static int listen_there(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
        support_die("no socket: %s", strerror(errno));
    return fd;
}

static void leave(int *fd) {
    cz_close_fd(fd);
    unlink(path);
}

/* The next datagram, or "(none)". */
static const char *next(int fd) {
    ssize_t got = recv(fd, datagram, sizeof datagram - 1, 0);
    if (got < 0)
        return "(none)";
    datagram[got] = '\0';
    return datagram;
}

/* Complaints about lost lines are test-log-file.c's matter. */
static bool put(const struct log *log, const char *text) {
    fflush(stderr);
    int kept = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null, STDERR_FILENO);
    bool written =
        cz_log_write(log, &(struct buffer){.data = (char *)(uintptr_t)text, .len = strlen(text)});
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(null);
    return written;
}

static void open_log(struct log *log, enum log_destination to) {
    struct error error = {0};
    if (!cz_log_open(log, &(struct log_settings){.to = to, .name = path, .facility = 10}, &error))
        support_die("%s", error.message);
}

static void test_opening(void) {
    static const struct {
        enum log_destination to;
        const char *rest;
    } cases[] = {
        {LOG_TO_SYSLOG, "see whether a syslog daemon runs, or choose another log.destination"},
        {LOG_TO_JOURNAL, "see whether systemd-journald runs, or choose another log.destination"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct log log;
        struct error error = {0};
        tap_ok(!cz_log_open(&log, &(struct log_settings){.to = cases[i].to, .name = path}, &error),
               "a daemon that is not there is an error");
        tap_is(error.message,
               support_text("%s: cannot be connected to for the log: No such file or directory; %s",
                            path, cases[i].rest),
               "that says what to do");
    }
    struct log log;
    struct error error = {0};
    const char *name = (const char *)support_fill('x', 200).data;
    tap_ok(!cz_log_open(&log, &(struct log_settings){.to = LOG_TO_SYSLOG, .name = name}, &error) &&
               strstr(error.message, ": File name too long; see") != NULL,
           "so is a name that is too long for a socket");
}

static void test_syslog(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    CZ_CLEANUP(cz_buffer_release) struct buffer record = {0};
    CZ_CLEANUP(cz_decision_release) struct decision decision;
    CZ_CLEANUP(cz_close_fd) int fd = listen_there();
    struct request request = {.method = TEXT("GET"), .uri = TEXT("/")};
    struct log_event event = {.decision = &decision, .request = &request, .id = "abc", .now = NOW};
    open_log(&log, LOG_TO_SYSLOG);
    cz_decision_init(&decision);
    cz_decide(&decision, &(struct evidence){.refusal = REASON_EXPIRED});
    cz_log_render(&log, &record, &event);
    tap_ok(cz_log_write(&log, &record), "a decision is written");
    tap_is(
        next(fd),
        support_text("<85>Jan  1 00:00:00 certauthz[%ld]: {\"time\":\"2030-01-01T00:00:00.000Z\","
                     "\"id\":\"abc\",\"verdict\":\"refused\",\"reason\":\"expired\","
                     "\"status\":403,\"method\":\"GET\",\"path\":\"/\",\"microseconds\":0}",
                     (long)getpid()),
        "as one datagram with facility and severity");
    struct rule rule = {.name = (char *)(uintptr_t)support_fill('"', 20000).data};
    decision.rule = &rule;
    cz_buffer_clear(&record);
    cz_log_render(&log, &record, &event);
    tap_ok(record.len <= 8000 && record.len > 4000 && cz_log_write(&log, &record),
           "one that is too long is cut");
    const char *json = strchr(next(fd), '{');
    const char *line = (const char *)JOIN(cz_bytes_of(json != NULL ? json : ""), TEXT("\n\0")).data;
    tap_ok(json_is_line(cz_bytes_of(line)) && strstr(line, "\\\"…\",\"microseconds\":0}") != NULL &&
               strstr(line, "\"path\":\"/\"") != NULL,
           "within its longest texts, and is JSON all the same");
    leave(&fd);
}

static void test_restarted(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    CZ_CLEANUP(cz_close_fd) int fd = listen_there();
    open_log(&log, LOG_TO_SYSLOG);
    leave(&fd);
    fd = listen_there();
    tap_ok(put(&log, "one"), "a daemon that was restarted is connected to again");
    tap_is(next(fd), "one", "and gets the line");
    tap_is_int((long long)cz_log_lost(&log), 0, "nothing was lost");
    leave(&fd);
    tap_ok(!put(&log, "two") && !put(&log, "three"), "while it is away lines are lost");
    fd = listen_there();
    tap_ok(put(&log, "four"), "when it is back they are not");
    const char *told = next(fd);
    tap_ok(strncmp(told, "<83>", 4) == 0 &&
               strstr(told, "\"level\":\"error\",\"message\":\"2 lines of the log were lost: No "
                            "such file or directory\"}") != NULL,
           "how many were lost is told first");
    tap_is(next(fd), "four", "then comes the line");
    tap_is(next(fd), "(none)", "and nothing more");
    put(&log, "five");
    tap_is(next(fd), "five", "it is told once");
    leave(&fd);
}

static void test_full(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    CZ_CLEANUP(cz_close_fd) int fd = listen_there();
    open_log(&log, LOG_TO_JOURNAL);
    unsigned written = 0;
    while (written < 100000 && put(&log, "x"))
        written++;
    tap_ok(written > 0 && !put(&log, "x"), "a daemon that does not read loses lines, at once");
    for (unsigned i = 0; i < written; i++)
        next(fd);
    tap_ok(put(&log, "y"), "when it has read there is room again");
    const char *told = next(fd);
    tap_ok(strncmp(told,
                   "MESSAGE=2 lines of the log were lost: Resource temporarily unavailable\n"
                   "PRIORITY=3\nSYSLOG_IDENTIFIER=certauthz\nSYSLOG_FACILITY=10\n"
                   "CERTAUTHZ_TIME=",
                   140) == 0,
           "which is told in journald's own fields");
    tap_is(next(fd), "y", "before the next");
    leave(&fd);
}

static void test_too_long(void) {
    CZ_CLEANUP(cz_close_fd) int fd = listen_there();
    CZ_CLEANUP(cz_log_socket_close) struct log_socket log_socket;
    struct error error = {0};
    int cause = 0;
    tap_ok(cz_log_socket_open(&log_socket, path, "", &error), "a socket by itself");
    tap_ok(!cz_log_socket_write(&log_socket, support_fill('x', 4 << 20), &cause) &&
               cause == EMSGSIZE,
           "refuses what no datagram can hold");
    tap_ok(cz_log_socket_write(&log_socket, TEXT("x"), &cause), "and takes the next");
    leave(&fd);
}

int main(void) {
    setenv("TZ", "UTC", 1);
    if (mkdtemp(folder) == NULL)
        support_die("mkdtemp");
    path = support_text("%s/socket", folder);
    test_opening();
    test_syslog();
    test_restarted();
    test_full();
    test_too_long();
    return rmdir(folder) == 0 ? tap_done() : 1;
}
