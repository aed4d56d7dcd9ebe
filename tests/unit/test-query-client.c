/*
 * Asking a refresher that behaves well, or badly, or is not there; and starting one. Linked with
 * --wrap, so that connecting can be forbidden.
 */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "query/query.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define LONG 60000    /* milliseconds, where none of them is meant to pass */
#define SHORT 150     /* where all of them are */
#define PATIENCE 100u /* seconds, after which the program is taken to hang */
#define SMALL "certauthz-query 1 wait - 3\nabc"

int __real_connect(int fd, const struct sockaddr *address, socklen_t len);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len);

static int connect_failure;

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len) {
    if (connect_failure == 0)
        return __real_connect(fd, address, len);
    errno = connect_failure;
    return -1;
}

static struct buffer small, large;

static void make_messages(void) {
    cz_buffer_puts(&small, SMALL);
    cz_buffer_puts(&large, "certauthz-query 1 wait - 1048576\n");
    struct bytes body = support_fill('x', CZ_QUERY_BODY_MAX);
    cz_buffer_bytes(&large, body);
}

static int64_t now_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- servers --- */

struct server {
    void (*behave)(struct server *server, int peer);
    int listener;
    atomic_bool leaving;
    struct buffer got; /* what it was sent */
    pthread_t thread;
};

/* Until the whole message is there, or the peer's end. */
static enum query_parse take_message(struct server *server, int peer) {
    char piece[65536];
    struct query query;
    enum query_parse state = QUERY_INCOMPLETE;
    ssize_t got;
    while (state == QUERY_INCOMPLETE && (got = recv(peer, piece, sizeof piece, 0)) > 0) {
        cz_buffer_append(&server->got, piece, (size_t)got);
        state = cz_query_parse(cz_buffer_view(&server->got), &query);
    }
    return state;
}

static void say(int peer, const char *text) {
    if (send(peer, text, strlen(text), MSG_NOSIGNAL) < 0)
        support_die("the client is gone");
}

/* Until the client leaves. */
static void await_leaving(int peer) {
    char piece[65536];
    while (recv(peer, piece, sizeof piece, 0) > 0)
        ;
}

static void serve_well(struct server *server, int peer) {
    bool whole = take_message(server, peer) == QUERY_COMPLETE;
    say(peer, whole ? "done\n" : "failed it is not whole\n");
}

static void serve_in_pieces(struct server *server, int peer) {
    take_message(server, peer);
    for (const char *at = "done\n"; *at != '\0'; at++) {
        char one[2] = {*at};
        say(peer, one);
        sched_yield();
    }
}

static void serve_failure(struct server *server, int peer) {
    take_message(server, peer);
    say(peer, "failed the disk is full\n");
}

static void serve_unread(struct server *server, int peer) {
    (void)server;
    say(peer, "failed there are too many\n");
    shutdown(peer, SHUT_RD);
}

static void serve_nothing(struct server *server, int peer) {
    (void)server;
    (void)peer;
}

static void serve_half(struct server *server, int peer) {
    take_message(server, peer);
    say(peer, "don");
}

static void serve_garbage(struct server *server, int peer) {
    take_message(server, peer);
    say(peer, "HTTP/1.0 200 OK\r\n\r\n");
}

static void serve_hugely(struct server *server, int peer) {
    struct bytes much = support_fill('x', 100000);
    take_message(server, peer);
    say(peer, "failed ");
    while (send(peer, much.data, much.len, MSG_NOSIGNAL) > 0)
        ;
}

static void serve_never(struct server *server, int peer) {
    (void)server;
    await_leaving(peer);
}

/* A byte, and the next one a little later, for ever. */
static void serve_dribbling(struct server *server, int peer) {
    take_message(server, peer);
    say(peer, "failed ");
    while (send(peer, "x", 1, MSG_NOSIGNAL) > 0)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static void serve_deafly(struct server *server, int peer) {
    (void)peer;
    while (!atomic_load(&server->leaving))
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static void *serve(void *argument) {
    struct server *server = argument;
    CZ_CLEANUP(cz_close_fd) int peer = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    if (peer >= 0)
        server->behave(server, peer);
    return NULL;
}

static void server_start(struct server *server) {
    unlink(scratch_path(CZ_QUERY_SOCKET));
    server->listener = scratch_listener(scratch_path(CZ_QUERY_SOCKET));
    if (pthread_create(&server->thread, NULL, serve, server) != 0)
        support_die("no thread can be started");
}

static void server_stop(struct server *server) {
    atomic_store(&server->leaving, true);
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    cz_close_fd(&server->listener);
}

static const struct server_case {
    const char *what;
    void (*behave)(struct server *server, int peer);
    bool is_large;
    unsigned milliseconds;
    enum query_result result;
    const char *error;
} cases[] = {
    {"it answers", serve_well, false, LONG, QUERY_DONE, ""},
    {"it answers a large message", serve_well, true, LONG, QUERY_DONE, ""},
    {"it answers in pieces", serve_in_pieces, false, LONG, QUERY_DONE, ""},
    {"it fails", serve_failure, false, LONG, QUERY_FAILED, "the disk is full"},
    {"it answers what it has not read", serve_unread, true, LONG, QUERY_FAILED,
     "there are too many"},
    {"it leaves at once", serve_nothing, true, LONG, QUERY_FAILED, "it ended without an answer"},
    {"it leaves in the middle", serve_half, false, LONG, QUERY_FAILED,
     "it ended without an answer"},
    {"it speaks something else", serve_garbage, false, LONG, QUERY_FAILED,
     "its answer is none; is it of another version?"},
    {"its answer does not end", serve_hugely, false, LONG, QUERY_FAILED,
     "its answer is none; is it of another version?"},
    {"it never answers", serve_never, false, SHORT, QUERY_TIMED_OUT, "no answer in time"},
    {"it sends a byte now and then", serve_dribbling, false, SHORT, QUERY_TIMED_OUT,
     "no answer in time"},
    {"it does not read", serve_deafly, true, SHORT, QUERY_TIMED_OUT, "no answer in time"},
};

static const char *expected_error(const char *text) {
    return text[0] == '\0' ? "" : support_text("%s: %s", scratch_path(CZ_QUERY_SOCKET), text);
}

static void check(const struct server_case *c) {
    struct server server = {.behave = c->behave};
    struct error error = {0};
    server_start(&server);
    int64_t begin = now_milliseconds();
    enum query_result result =
        cz_query_ask(scratch, c->is_large ? &large : &small, c->milliseconds, &error);
    int64_t taken = now_milliseconds() - begin;
    tap_is_int(result, c->result, c->what);
    tap_is(error.message, expected_error(c->error), "and the error says so");
    tap_ok(c->milliseconds == LONG ? taken < LONG : taken >= SHORT,
           "and the time is used up only where it has to be");
    server_stop(&server);
    if (c->result == QUERY_DONE)
        tap_ok(cz_bytes_equal(cz_buffer_view(&server.got),
                              cz_buffer_view(c->is_large ? &large : &small)),
               "and it got the message");
    cz_buffer_release(&server.got);
}

/* A listener whose queue is full: the next to connect would have to wait. */
static void test_queue(void) {
    struct error error = {0};
    unlink(scratch_path(CZ_QUERY_SOCKET));
    CZ_CLEANUP(cz_close_fd) int listener = scratch_listener(scratch_path(CZ_QUERY_SOCKET));
    enum query_result result = QUERY_DONE;
    int notes = 0;
    for (; result == QUERY_DONE && notes < 1000; notes++)
        result = cz_query_note(scratch, &small, &error);
    tap_ok(result == QUERY_FAILED && notes > 1 && notes < 1000, "a full queue takes no more notes");
    tap_is(error.message, expected_error("certauthz-refresh is too busy to be asked"),
           "and the error says so");
    error = (struct error){0};
    int64_t begin = now_milliseconds();
    tap_is_int(cz_query_ask(scratch, &small, SHORT, &error), QUERY_TIMED_OUT,
               "and who asks waits for nothing");
    tap_ok(now_milliseconds() - begin >= SHORT, "but for as long as was said");
    tap_is(error.message, expected_error("certauthz-refresh is too busy to be asked"),
           "and the error says so");
}

static void test_absent(void) {
    struct error missing = {0}, stale = {0}, noted = {0};
    const char *text = expected_error("certauthz-refresh does not run: start it, or name its store "
                                      "in revocation.store");
    unlink(scratch_path(CZ_QUERY_SOCKET));
    tap_is_int(cz_query_ask(scratch, &small, LONG, &missing), QUERY_NOT_RUNNING,
               "without a socket it does not run");
    tap_is(missing.message, text, "and the error says what to do");
    close(scratch_listener(scratch_path(CZ_QUERY_SOCKET)));
    tap_is_int(cz_query_ask(scratch, &small, LONG, &stale), QUERY_NOT_RUNNING,
               "nor where nobody listens");
    tap_is(stale.message, text, "and the error is the same");
    tap_is_int(cz_query_note(scratch, &small, &noted), QUERY_NOT_RUNNING, "for a note too");
    tap_is(noted.message, text, "with the same error");
}

static void test_obstacles(void) {
    struct error error = {0};
    connect_failure = EACCES;
    tap_is_int(cz_query_ask(scratch, &small, LONG, &error), QUERY_FAILED,
               "a socket of others cannot be asked");
    tap_is(error.message,
           expected_error("this user may not ask certauthz-refresh: give the socket to a group "
                          "that it belongs to"),
           "and the error says what to do");
    error = (struct error){0};
    connect_failure = EIO;
    tap_is_int(cz_query_note(scratch, &small, &error), QUERY_FAILED, "nor one that is broken");
    tap_is(error.message, expected_error("Input/output error"), "and the error says why");
    connect_failure = 0;
    char folder[200];
    memset(folder, 'x', sizeof folder);
    folder[sizeof folder - 1] = '\0';
    const char *text = support_text("revocation.store: %s: too long for a socket in it", folder);
    error = (struct error){0};
    tap_is_int(cz_query_ask(folder, &small, LONG, &error), QUERY_FAILED,
               "nor one of too long a name");
    tap_is(error.message, text, "and the error says why");
    error = (struct error){0};
    tap_is_int(cz_query_note(folder, &small, &error), QUERY_FAILED, "for a note too");
    tap_is(error.message, text, "with the same error");
}

static void test_note(void) {
    struct server server = {.behave = serve_never};
    struct error error = {0};
    unlink(scratch_path(CZ_QUERY_SOCKET));
    server.listener = scratch_listener(scratch_path(CZ_QUERY_SOCKET));
    tap_is_int(cz_query_note(scratch, &small, &error), QUERY_DONE, "a note waits for nobody");
    tap_is(error.message, "", "and says nothing");
    int peer = accept4(server.listener, NULL, NULL, SOCK_CLOEXEC);
    tap_ok(take_message(&server, peer) == QUERY_COMPLETE &&
               cz_bytes_equal(cz_buffer_view(&server.got), TEXT(SMALL)),
           "it arrives whole");
    char more;
    tap_ok(recv(peer, &more, 1, 0) == 0, "and then the connection ends");
    close(peer);
    error = (struct error){0};
    tap_is_int(cz_query_note(scratch, &large, &error), QUERY_FAILED,
               "one that does not fit at once is given up");
    tap_is(error.message, expected_error("certauthz-refresh is too busy to be asked"),
           "and the error says so");
    cz_close_fd(&server.listener);
    cz_buffer_release(&server.got);
}

/* --- programs --- */

static const char *script(const char *text) {
    scratch_write("program", support_text("#!/bin/sh\n%s\n", text));
    chmod(scratch_path("program"), 0755);
    return scratch_path("program");
}

static const char *content(const char *name) {
    static char text[2000];
    FILE *stream = fopen(scratch_path(name), "r");
    size_t len = stream != NULL ? fread(text, 1, sizeof text - 1, stream) : 0;
    if (stream != NULL)
        fclose(stream);
    text[len] = '\0';
    return text;
}

static bool has_children(void) {
    return waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD;
}

/* One that nobody has waited for yet does not run either. */
static bool runs(pid_t pid) {
    char text[500] = "";
    FILE *stream = fopen(support_text("/proc/%d/stat", (int)pid), "r");
    if (stream == NULL)
        return false;
    size_t len = fread(text, 1, sizeof text - 1, stream);
    fclose(stream);
    const char *state = len > 0 ? strrchr(text, ')') : NULL;
    return state != NULL && state[2] != 'Z' && state[2] != 'X';
}

static bool ends(pid_t pid) {
    while (runs(pid))
        sched_yield();
    return true;
}

static const struct program_case {
    const char *what, *text;
    unsigned milliseconds;
    enum query_result result;
    const char *error;
} programs[] = {
    {"it answers", "head -c 30 >/dev/null; echo done", LONG, QUERY_DONE, ""},
    {"it fails", "echo failed no network; exit 1", LONG, QUERY_FAILED, "no network"},
    {"it leaves at once", "exit 0", LONG, QUERY_FAILED, "it ended without an answer"},
    {"it stays", "exec sleep 1000", SHORT, QUERY_TIMED_OUT, "no answer in time"},
    {"it answers and stays", "echo done; exec sleep 1000", SHORT, QUERY_DONE, ""},
};

static void check_program(const struct program_case *c) {
    struct error error = {0};
    const char *program = script(c->text);
    enum query_result result =
        cz_query_run(program, "certauthz.conf", &small, c->milliseconds, &error);
    tap_is_int(result, c->result, c->what);
    tap_is(error.message, c->error[0] != '\0' ? support_text("%s: %s", program, c->error) : "",
           "and the error says so");
    tap_ok(!has_children(), "and no child is left");
}

static void test_message(void) {
    struct error error = {0};
    const char *program =
        script(support_text("head -c %zu >%s; echo done", strlen(SMALL), scratch_path("message")));
    tap_is_int(cz_query_run(program, "f", &small, LONG, &error), QUERY_DONE, "a program is asked");
    tap_is(content("message"), SMALL, "and reads the message on its standard input");
}

static void test_surroundings(void) {
    struct error error = {0};
    setenv("HTTP_PROXY", "http://evil.example", 1);
    setenv("QUERY_STRING", "x", 1);
    setenv("http_proxy", "http://proxy.example", 1);
    setenv("PATH", "/usr/bin:/bin", 1);
    unsetenv("TZ");
    const char *program = script(support_text(
        "tr '\\0' '\\n' </proc/$$/environ | sort >%s\necho \"$@\" >%s\n"
        "grep -E '^Sig(Blk|Ign)' /proc/self/status >%s\necho done",
        scratch_path("environment"), scratch_path("arguments"), scratch_path("signals")));
    signal(SIGPIPE, SIG_IGN);
    tap_is_int(cz_query_run(program, "a b.conf", &small, LONG, &error), QUERY_DONE,
               "a program runs");
    signal(SIGPIPE, SIG_DFL);
    tap_is(content("arguments"), "--query -c a b.conf\n", "with these arguments");
    tap_is(content("environment"), "PATH=/usr/bin:/bin\nhttp_proxy=http://proxy.example\n",
           "and nothing of a client's in its environment");
    unsigned long long blocked = 1, ignored = ~0ULL;
    int read = sscanf(content("signals"), "SigBlk: %llx SigIgn: %llx", &blocked, &ignored);
    tap_ok(read == 2 && blocked == 0 && (ignored & 1ULL << (SIGPIPE - 1)) == 0,
           "with no signal blocked, and SIGPIPE not ignored");
    unsetenv("http_proxy");
}

static void test_no_program(void) {
    struct error error = {0};
    tap_is_int(cz_query_run(scratch_path("none"), "f", &small, LONG, &error), QUERY_FAILED,
               "a program that is not there is not started");
    tap_is(error.message,
           support_text("%s: cannot be started: No such file or directory", scratch_path("none")),
           "and the error says why");
    error = (struct error){0};
    scratch_write("plain", "");
    tap_is_int(cz_query_run(scratch_path("plain"), "f", &small, LONG, &error), QUERY_FAILED,
               "nor one that is none");
    tap_is(error.message,
           support_text("%s: cannot be started: Permission denied", scratch_path("plain")),
           "and the error says why");
    tap_ok(!has_children(), "and no child is left");
}

static void test_descendants(void) {
    struct error error = {0};
    const char *program =
        script(support_text("sleep 1000 & echo $! >%s; echo done; wait", scratch_path("pid")));
    tap_is_int(cz_query_run(program, "f", &small, SHORT, &error), QUERY_DONE,
               "a program that starts another");
    tap_ok(ends((pid_t)atoi(content("pid"))), "ends with it");
}

/* Killed in the middle, as a web server does that has lost its patience. */
static void test_death(void) {
    const char *program =
        script(support_text("echo $$ >%s; mv %s %s; exec sleep 1000", scratch_path("pid.new"),
                            scratch_path("pid.new"), scratch_path("pid")));
    unlink(scratch_path("pid"));
    pid_t asking = fork();
    if (asking == 0) {
        struct error error = {0};
        cz_query_run(program, "f", &small, LONG, &error);
        _exit(0);
    }
    while (access(scratch_path("pid"), F_OK) != 0)
        sched_yield();
    pid_t started = (pid_t)atoi(content("pid"));
    tap_ok(runs(started), "while it is asked, the program runs");
    kill(asking, SIGKILL);
    waitpid(asking, NULL, 0);
    tap_ok(ends(started), "and it does not outlive who asked");
}

static void test_place(void) {
    CZ_CLEANUP(cz_free_ptr) char *elsewhere = cz_query_program();
    tap_is(elsewhere, CZ_SBINDIR "/certauthz-refresh", "the program is where it is installed");
    char own[4096] = "";
    ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
    const char *folder = support_text("%.*s", (int)(strrchr(own, '/') - own), own);
    const char *beside = support_text("%s/certauthz-refresh", folder);
    int fd = len > 0 ? open(beside, O_CREAT | O_WRONLY | O_CLOEXEC, 0755) : -1;
    CZ_CLEANUP(cz_free_ptr) char *near = cz_query_program();
    tap_is(near, beside, "or beside the program that runs");
    close(fd);
    unlink(beside);
}

int main(void) {
    alarm(PATIENCE);
    scratch_open();
    make_messages();
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        check(&cases[i]);
    test_queue();
    test_absent();
    test_obstacles();
    test_note();
    for (size_t i = 0; i < CZ_COUNT(programs); i++)
        check_program(&programs[i]);
    test_message();
    test_surroundings();
    test_no_program();
    test_descendants();
    test_death();
    test_place();
    cz_buffer_release(&small);
    cz_buffer_release(&large);
    scratch_close();
    return tap_done();
}
