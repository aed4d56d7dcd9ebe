/* The log in a file, a pipe or on standard error: what is moved, deleted, full or stalled. */
#include "../tap.h"
#include "json.h"
#include "support.h"

#include "base/cleanup.h"
#include "log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_SECONDS 20 /* until something that should happen counts as failed */

static char folder[] = "test-log.XXXXXX";

static const char *in_folder(const char *name) {
    return support_text("%s/%s", folder, name);
}

static void open_log(struct log *log, const char *name) {
    struct error error = {0};
    if (!cz_log_open(log, &(struct log_settings){.to = LOG_TO_FILE, .name = name}, &error))
        support_die("%s", error.message);
}

static bool put(const struct log *log, const char *text) {
    return cz_log_write(log,
                        &(struct buffer){.data = (char *)(uintptr_t)text, .len = strlen(text)});
}

/* Standard error goes into a file between these two. */
static int take_stderr(void) {
    int kept = dup(STDERR_FILENO);
    int fd = open(in_folder("stderr"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (kept < 0 || fd < 0 || dup2(fd, STDERR_FILENO) < 0)
        support_die("standard error cannot be taken");
    close(fd);
    return kept;
}

static const char *give_stderr_back(int kept) {
    dup2(kept, STDERR_FILENO);
    close(kept);
    return support_content(in_folder("stderr"));
}

static bool has_patience(const struct timespec *begin) {
    struct timespec now;
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec - begin->tv_sec < PATIENCE_SECONDS;
}

/* Lines are written until the file is there, which is how many there were. */
static unsigned write_until_there(const struct log *log, const char *name) {
    struct timespec begin;
    unsigned count = 0;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        put(log, "{}\n");
        count++;
    } while (access(name, F_OK) != 0 && has_patience(&begin));
    return count;
}

static void test_levels(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    const char *name = in_folder("levels");
    struct stat status;
    umask(0);
    open_log(&log, name);
    tap_ok(stat(name, &status) == 0 && (status.st_mode & 07777) == 0640, "its mode is 0640");
    cz_log_message(&log, "error", "%d", 1);
    cz_log_message(&log, "info", "%d", 2);
    log.all_decisions = true;
    cz_log_message(&log, "info", "%d", 3);
    const char *text = support_content(name);
    tap_ok(strstr(text, "\"message\":\"1\"}\n{") != NULL &&
               strstr(text, "\"message\":\"3\"}\n") != NULL && strstr(text, "\"2\"") == NULL,
           "errors are written, and other events where all decisions are");
    tap_ok(put(&log, "") && cz_log_lost(&log) == 0, "nothing to write is nothing lost");
}

static void test_opening(void) {
    struct log log;
    struct error error = {0};
    struct log_settings settings = {.to = LOG_TO_FILE, .name = "no/such/folder/log"};
    tap_ok(!cz_log_open(&log, &settings, &error) && log.target == NULL,
           "what cannot be opened is an error");
    tap_is(error.message,
           "no/such/folder/log: cannot be opened for the log: No such file or directory; its "
           "folder has to be there, and the user of certauthz able to write in it",
           "that says what to do");
    int kept = take_stderr(), fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    error = (struct error){0};
    dup2(fd, STDERR_FILENO);
    close(fd);
    bool opened = cz_log_open(&log, &(struct log_settings){.to = LOG_TO_STDERR}, &error);
    give_stderr_back(kept);
    tap_ok(!opened, "standard error that cannot be written is one too");
    tap_is(error.message,
           "standard error cannot be written, and the log goes there; open it for writing, or "
           "choose another log.destination",
           "that says so");
}

/* As logrotate's `create` does it. */
static void test_replaced(const struct log *log, const char *name) {
    struct timespec begin;
    rename(name, in_folder("moved.2"));
    close(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do
        put(log, "{}\n");
    while (support_content(name)[0] == '\0' && has_patience(&begin));
    tap_is(support_content(name), "{}\n", "one that another process put in its place is used");
}

static void test_moved(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    const char *name = in_folder("moved"), *old = in_folder("moved.1");
    open_log(&log, name);
    put(&log, "{\"a\":1}\n");
    if (rename(name, old) != 0)
        support_die("rename");
    unsigned count = write_until_there(&log, name);
    size_t before = strlen(support_content(old)), after = strlen(support_content(name));
    tap_ok(after > 0 && before + after == 8 + 3 * count,
           "a file that was moved is followed by a new one, and no line is lost");
    unlink(name);
    write_until_there(&log, name);
    tap_is(support_content(name), "{}\n", "one that was deleted is too");
    test_replaced(&log, name);
    tap_is_int((long long)cz_log_lost(&log), 0, "and nothing else was lost");
}

static void test_reopened(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    struct error error = {0};
    const char *inner = in_folder("inner"), *away = in_folder("away"),
               *name = in_folder("inner/log"), *moved = in_folder("away/log");
    struct timespec begin;
    mkdir(inner, 0700);
    open_log(&log, name);
    put(&log, "{\"a\":1}\n");
    rename(name, in_folder("inner/log.1"));
    tap_ok(cz_log_reopen(&log, &error) && put(&log, "{\"a\":2}\n"),
           "when told to, it does at once");
    tap_is(support_content(name), "{\"a\":2}\n", "and the next line goes there");
    rename(inner, away);
    tap_ok(!cz_log_reopen(&log, &error), "a folder that is gone is an error");
    tap_is(error.message,
           support_text("%s: cannot be opened anew for the log: No such file or directory; lines "
                        "go on into the file that was open before",
                        name),
           "that says so");
    tap_ok(put(&log, "{\"a\":3}\n"), "the line is written");
    tap_is(support_content(moved), "{\"a\":2}\n{\"a\":3}\n", "into the file that was open");
    int kept = take_stderr();
    unlink(moved);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (put(&log, "{}\n") && has_patience(&begin))
        ;
    bool lost = !put(&log, "{}\n");
    const char *told = give_stderr_back(kept);
    tap_ok(lost && strstr(told, support_text("certauthz: %s: cannot be opened anew", name)) == told,
           "a file without a name that cannot be made anew takes no line, and that is told");
    unsigned long count = cz_log_lost(&log);
    mkdir(inner, 0700);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (!put(&log, "{\"a\":4}\n") && has_patience(&begin))
        count++;
    tap_is_int((long long)cz_log_lost(&log), (long long)count, "each lost line is counted");
    tap_ok(strstr(support_content(name),
                  support_text("\"message\":\"%lu lines of the log were lost: No "
                               "such file or directory\"}\n{\"a\":4}\n",
                               count)) != NULL,
           "and told before the first that is not");
}

static void test_full(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    open_log(&log, "/dev/full");
    int kept = take_stderr();
    bool first = put(&log, "{}\n"), second = put(&log, "{}\n");
    const char *told = give_stderr_back(kept);
    tap_ok(!first && !second, "a full disk loses lines");
    tap_is_int((long long)cz_log_lost(&log), 2, "which are counted");
    tap_is(told,
           "certauthz: /dev/full: a line of the log was lost: No space left on device; how many "
           "follow is told there when it can be written again\n",
           "the first is told on standard error, the others are not");
    kept = take_stderr();
    tap_ok(!cz_log_write(&log, &(struct buffer){.failed = true}),
           "so does memory that ran out for a line");
    give_stderr_back(kept);
}

/* The limit of a file's size breaks a line in the middle, as a full disk does. */
static void test_broken_line(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    const char *name = in_folder("broken");
    struct rlimit limit, small;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    small = (struct rlimit){.rlim_cur = 12, .rlim_max = limit.rlim_max};
    open_log(&log, name);
    fflush(stdout);
    int kept = take_stderr();
    setrlimit(RLIMIT_FSIZE, &small);
    bool first = put(&log, "{\"a\":1}\n"), second = put(&log, "{\"b\":2}\n");
    setrlimit(RLIMIT_FSIZE, &limit);
    give_stderr_back(kept);
    tap_ok(first && !second && strcmp(support_content(name), "{\"a\":1}\n{\"b\"") == 0,
           "a line that is written in part is lost");
    tap_ok(put(&log, "{\"c\":3}\n"), "the next is not");
    const char *text = support_content(name);
    tap_ok(strncmp(text, "{\"a\":1}\n{\"b\"\n{\"time\":", 21) == 0 &&
               strstr(text,
                      "\"level\":\"error\",\"message\":\"1 line of the log was lost: File too "
                      "large\"}\n{\"c\":3}\n") != NULL,
           "it begins on a line of its own, behind what tells of the loss");
}

static void drain(int fd, struct buffer *into) {
    char part[65536];
    ssize_t got;
    while ((got = read(fd, part, sizeof part)) > 0)
        cz_buffer_append(into, part, (size_t)got);
}

static void test_pipe(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    struct error error = {0};
    const char *name = in_folder("pipe");
    struct log_settings settings = {.to = LOG_TO_FILE, .name = name};
    mkfifo(name, 0600);
    tap_ok(!cz_log_open(&log, &settings, &error), "a pipe without a reader is an error at once");
    CZ_CLEANUP(cz_close_fd) int reader = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    open_log(&log, name);
    struct bytes line = support_fill('x', 9999);
    char *record = (char *)(uintptr_t)line.data;
    record[9998] = '\n';
    int kept = take_stderr();
    unsigned long written = 0;
    while (written < 1000 && put(&log, record))
        written++;
    for (int i = 0; i < 100; i++)
        put(&log, record);
    give_stderr_back(kept);
    tap_is_int((long long)cz_log_lost(&log), 101, "a reader that stalls loses lines, at once");
    drain(reader, &text);
    put(&log, "{}\n");
    drain(reader, &text);
    const char *told = strstr(cz_buffer_text(&text), "x\n{\"time\"");
    tap_ok(told != NULL && strstr(told, "101 lines of the log were lost: Resource temporarily "
                                        "unavailable\"}\n{}\n") != NULL,
           "when it reads again it is told, on a line of its own");
    cz_close_fd(&reader);
    kept = take_stderr();
    signal(SIGPIPE, SIG_IGN);
    tap_ok(!put(&log, "{}\n"), "a reader that leaves loses lines");
    give_stderr_back(kept);
}

enum { THREADS = 4, LINES = 500 };

static void *write_lines(void *log) {
    for (int i = 0; i < LINES; i++)
        cz_log_message(log, "error", "%*d", i, i);
    return NULL;
}

static void test_threads(void) {
    CZ_CLEANUP(cz_log_close) struct log log;
    pthread_t threads[THREADS];
    const char *name = in_folder("threads");
    open_log(&log, name);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, write_lines, &log) != 0)
            support_die("pthread_create");
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    unsigned good = 0;
    for (const char *line = support_content(name), *end; (end = strchr(line, '\n')) != NULL;
         line = end + 1)
        good += json_is_line(
            (struct bytes){.data = (const uint8_t *)line, .len = (size_t)(end + 1 - line)});
    tap_is_int(good, THREADS * LINES, "lines of several threads do not mix");
}

int main(void) {
    if (mkdtemp(folder) == NULL)
        support_die("mkdtemp");
    test_levels();
    test_opening();
    test_moved();
    test_reopened();
    test_full();
    test_broken_line();
    test_pipe();
    test_threads();
    return system(support_text("rm -rf '%s'", folder)) == 0 ? tap_done() : 1;
}
