/* Imports in child processes: what the child is, in which order they come, and what is said of one
 * that is killed, crashes, or does not tell all. */
#include "stores.h"

#include "refresh/refresher.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

/* --- what a child does, and what was told of it --- */

static void (*deed)(int tell_to); /* whatever a child does is chosen before it is made */
static struct buffer heard;       /* what came of it, a line for each thing */

static void work(struct refresher *refresher, const struct import *import, int tell_to) {
    (void)refresher;
    (void)import;
    deed(tell_to);
}

static bool take(struct refresher *refresher, const struct import *import, size_t number,
                 const struct imported *imported) {
    (void)refresher;
    cz_buffer_printf(&heard, "%s: %zu %s\n", import->file, number, imported->error.message);
    return true;
}

static void end(struct refresher *refresher, const struct import *import, size_t told,
                const char *failure) {
    (void)refresher;
    cz_buffer_printf(&heard, "%s: ends at %zu: %s\n", import->file, told,
                     failure != NULL ? failure : "whole");
}

static const struct import_kind kind = {.work = work, .take = take, .end = end};

static void want(struct refresher *refresher, const char *file) {
    const struct import import = {.kind = &kind, .file = strdup(file)};
    if (!cz_import_want(&refresher->imports, &import))
        support_die("out of memory");
}

static void open_refresher(struct refresher *refresher) {
    stores_clear();
    *refresher = (struct refresher){.now = NOW, .keeper = stores_open(), .imports = {.pipe = -1}};
}

static void close_refresher(struct refresher *refresher) {
    cz_imports_release(refresher);
    cz_keeper_close(&refresher->keeper);
}

/* One wait, and what it brings. */
static void step(struct refresher *refresher) {
    struct error error = {0};
    struct pollfd polled = cz_imports_polled(&refresher->imports);
    poll(&polled, 1, cz_imports_wait(&refresher->imports));
    if (!cz_imports_advance(refresher, &error))
        support_die("%s", error.message);
}

/* All of them; what was heard. */
static const char *run(struct refresher *refresher) {
    cz_buffer_clear(&heard);
    while (cz_imports_any(&refresher->imports)) {
        cz_imports_start(refresher);
        step(refresher);
    }
    return cz_buffer_text(&heard);
}

static void tell(int tell_to, size_t number, const char *message) {
    struct imported imported = {.result = INTAKE_FAILED};
    cz_error_set(&imported.error, "%s", message);
    cz_import_tell(tell_to, number, &imported);
}

/* --- how a child may end --- */

static void end_well(int tell_to) {
    tell(tell_to, 1, "one");
    tell(tell_to, 2, "two");
}

static void say_much(int tell_to) {
    for (size_t i = 1; i <= 200; i++)
        tell(tell_to, i, "");
}

static void be_killed(int tell_to) {
    tell(tell_to, 1, "one");
    raise(SIGKILL);
}

static void crash(int tell_to) {
    (void)tell_to;
    signal(SIGSEGV, SIG_DFL); /* a sanitizer's handler would end it another way */
    raise(SIGSEGV);
}

static void leave(int tell_to) {
    tell(tell_to, 1, "one");
    _exit(3);
}

static void leave_in_silence(int tell_to) {
    (void)tell_to;
    _exit(0);
}

static void tell_half(int tell_to) {
    const struct import_message message = {.number = 1};
    if (write(tell_to, &message, sizeof message / 2) < 0)
        _exit(4);
    _exit(0);
}

static void tell_half_more(int tell_to) {
    const struct import_message message = {.number = CZ_IMPORT_END};
    if (write(tell_to, &message, sizeof message) < 0 || write(tell_to, &message, 5) < 0)
        _exit(4);
    _exit(0);
}

static void test_ends(void) {
    static const struct {
        const char *name;
        void (*deed)(int tell_to);
        const char *heard;
    } cases[] = {
        {"one that comes to its end", end_well, "a: 1 one\na: 2 two\na: ends at 2: whole\n"},
        {"one that is killed", be_killed,
         "a: 1 one\na: ends at 1: its import ended by signal 9 (Killed)\n"},
        {"one that crashes", crash,
         "a: ends at 0: its import ended by signal 11 (Segmentation fault)\n"},
        {"one that gives up", leave, "a: 1 one\na: ends at 1: its import ended with status 3\n"},
        {"one that says nothing", leave_in_silence,
         "a: ends at 0: its import ended before it had told all that came of it\n"},
        {"one that breaks off", tell_half,
         "a: ends at 0: its import ended before it had told all that came of it\n"},
        {"one that goes on behind its end", tell_half_more,
         "a: ends at 0: its import ended before it had told all that came of it\n"},
    };
    struct refresher refresher;
    open_refresher(&refresher);
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        deed = cases[i].deed;
        want(&refresher, "a");
        tap_is(run(&refresher), cases[i].heard, cases[i].name);
        tap_ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "and nothing of it stays");
    }
    tap_is_int((long long)refresher.progress, CZ_COUNT(cases), "each is news");
    deed = say_much;
    want(&refresher, "a");
    tap_ok(strstr(run(&refresher), "a: 200 \na: ends at 200: whole\n") != NULL,
           "more than a pipe holds is heard");
    close_refresher(&refresher);
}

static void go_on_for_ever(int tell_to) {
    tell(tell_to, 1, "one");
    for (;;)
        pause();
}

/* It stays within its time until that is made to come. */
static void test_time(void) {
    struct refresher refresher;
    open_refresher(&refresher);
    deed = go_on_for_ever;
    want(&refresher, "a");
    want(&refresher, "b");
    cz_buffer_clear(&heard);
    cz_imports_start(&refresher);
    step(&refresher);
    tap_is(cz_buffer_text(&heard), "a: 1 one\n", "one that goes on for ever is heard");
    int wait = cz_imports_wait(&refresher.imports);
    tap_ok(wait > 0 && wait <= CZ_IMPORT_SECONDS_MAX * 1000, "and looked at when its time ends");
    refresher.imports.until = 0;
    tap_is_int(cz_imports_wait(&refresher.imports), 0, "which has come");
    deed = end_well;
    tap_is(run(&refresher),
           "a: ends at 1: its import took longer than 15 minutes, and was ended\n"
           "b: 1 one\nb: 2 two\nb: ends at 2: whole\n",
           "so it is ended, and the next one comes");
    close_refresher(&refresher);
}

static void test_order(void) {
    struct refresher refresher;
    open_refresher(&refresher);
    deed = end_well;
    want(&refresher, "a");
    want(&refresher, "b");
    tap_ok(cz_import_waits(&refresher.imports, "a") && cz_import_waits(&refresher.imports, "b") &&
               !cz_import_has_begun(&refresher.imports, "a"),
           "two wait");
    cz_imports_start(&refresher);
    pid_t first = refresher.imports.child;
    cz_imports_start(&refresher);
    tap_ok(refresher.imports.child == first && cz_import_has_begun(&refresher.imports, "a") &&
               !cz_import_waits(&refresher.imports, "a") &&
               cz_import_waits(&refresher.imports, "b"),
           "one begins");
    tap_is(run(&refresher),
           "a: 1 one\na: 2 two\na: ends at 2: whole\nb: 1 one\nb: 2 two\nb: ends at 2: whole\n",
           "and then the other");
    close_refresher(&refresher);
}

/* There is no process for a child. Root may have as many as it likes. */
static void test_no_child(void) {
    struct rlimit limit;
    struct refresher refresher;
    open_refresher(&refresher);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        support_die("no limit");
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = limit.rlim_max};
    want(&refresher, "a");
    want(&refresher, "b");
    cz_buffer_clear(&heard);
    setrlimit(RLIMIT_NOFILE, &none);
    cz_imports_start(&refresher);
    setrlimit(RLIMIT_NOFILE, &limit);
    tap_is(cz_buffer_text(&heard),
           "a: ends at 0: its import cannot be begun: Too many open files\n"
           "b: ends at 0: its import cannot be begun: Too many open files\n",
           "where no child can be made they fail");
    tap_ok(!cz_imports_any(&refresher.imports) && refresher.progress == 2, "at once");
    deed = end_well;
    want(&refresher, "a");
    tap_is(run(&refresher), "a: 1 one\na: 2 two\na: ends at 2: whole\n", "and later go on");
    close_refresher(&refresher);
}

/* --- what a child is --- */

static void count_descriptors(int tell_to) {
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.' && atoi(entry->d_name) > STDERR_FILENO;
    tell(tell_to, count, "");
}

static bool is_timed(void) {
    struct itimerval timer;
    return getitimer(ITIMER_REAL, &timer) == 0 && timer.it_value.tv_usec > 0;
}

static void show_priority(int tell_to) {
    tell(tell_to, 1, sched_getscheduler(0) == SCHED_IDLE ? "idle" : "as ever");
    tell(tell_to, 2, is_timed() ? "rests" : "goes on");
}

static long long microseconds(struct timeval time) {
    return time.tv_sec * 1000000LL + time.tv_usec;
}

/* How often a process that computes gives the processor away by itself. */
static long count_rests(long enough) {
    struct rusage begin, now;
    getrusage(RUSAGE_SELF, &begin);
    do
        getrusage(RUSAGE_SELF, &now);
    while (now.ru_nvcsw - begin.ru_nvcsw < enough &&
           microseconds(now.ru_utime) - microseconds(begin.ru_utime) < 200000);
    return now.ru_nvcsw - begin.ru_nvcsw;
}

static void compute_with_rests(int tell_to) {
    tell(tell_to, 1, count_rests(20) >= 20 ? "has rested" : "has not rested");
    for (unsigned still = 0; still < 5; still = is_timed() ? 0 : still + 1)
        ; /* one that has just gone off is set again at once, or not at all */
    tell(tell_to, 2, "is in a hurry");
}

static void test_child(void) {
    struct refresher refresher;
    open_refresher(&refresher);
    CZ_CLEANUP(cz_close_fd) int another = dup(STDERR_FILENO);
    deed = count_descriptors;
    want(&refresher, "a");
    tap_is(run(&refresher), "a: 3 \na: ends at 3: whole\n",
           "it has the pipe and the lock, and what this opens itself");
    deed = show_priority;
    want(&refresher, "a");
    tap_is(run(&refresher), "a: 1 idle\na: 2 rests\na: ends at 2: whole\n",
           "it comes behind all others, and rests");
    cz_imports_hurry(&refresher.imports, true);
    want(&refresher, "a");
    tap_is(run(&refresher), "a: 1 as ever\na: 2 goes on\na: ends at 2: whole\n",
           "but not where somebody waits for it");
    cz_imports_hurry(&refresher.imports, false);
    deed = compute_with_rests;
    want(&refresher, "a");
    cz_buffer_clear(&heard);
    cz_imports_start(&refresher);
    while (heard.len == 0)
        step(&refresher);
    tap_is(cz_buffer_text(&heard), "a: 1 has rested\n", "it rests again and again");
    cz_imports_hurry(&refresher.imports, true);
    tap_is(run(&refresher), "a: 2 is in a hurry\na: ends at 2: whole\n",
           "until somebody waits for it");
    close_refresher(&refresher);
}

/* --- before it is over --- */

static void wait_for_ever(int tell_to) {
    tell(tell_to, 1, "waits");
    for (;;)
        pause();
}

static void begin_waiting(struct refresher *refresher) {
    deed = wait_for_ever;
    cz_buffer_clear(&heard);
    want(refresher, "a");
    want(refresher, "b");
    cz_imports_start(refresher);
    while (heard.len == 0)
        step(refresher);
}

static void test_abandon(void) {
    struct refresher refresher;
    open_refresher(&refresher);
    begin_waiting(&refresher);
    pid_t child = refresher.imports.child;
    stores_write(stores_path("lists/new"), CZ_BYTES("half a list"));
    cz_imports_abandon(&refresher.imports);
    tap_ok(!cz_imports_any(&refresher.imports), "what is abandoned is of no interest any more");
    deed = end_well;
    want(&refresher, "c");
    cz_imports_start(&refresher);
    tap_ok(refresher.imports.child == child, "another waits until its child has ended");
    tap_is(run(&refresher), "c: 1 one\nc: 2 two\nc: ends at 2: whole\n",
           "of which nothing is told any more");
    tap_is_int((long long)stores_file_count("lists"), 0, "and nothing is left half done");
    begin_waiting(&refresher);
    child = refresher.imports.child;
    stores_write(stores_path("lists/new"), CZ_BYTES("half a list"));
    cz_imports_release(&refresher);
    tap_ok(kill(child, 0) < 0 && errno == ESRCH, "who leaves leaves no child");
    tap_is_int((long long)stores_file_count("lists"), 0, "nor what that was at");
    close_refresher(&refresher);
}

/* The child has the lock as well: that somebody gets it means that both are gone. */
static void test_parent_killed(void) {
    struct error error = {0};
    struct keeper *keeper = NULL;
    int ends[2];
    char word;
    stores_clear();
    if (pipe(ends) != 0)
        support_die("no pipe");
    fflush(stdout);
    pid_t parent = fork();
    if (parent == 0) {
        struct refresher refresher;
        open_refresher(&refresher);
        begin_waiting(&refresher);
        if (write(ends[1], "!", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    if (parent < 0 || read(ends[0], &word, 1) != 1)
        support_die("no process");
    tap_ok(!cz_keeper_open(stores_folder(), 0, &keeper, &error), "one writes");
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    tap_ok(cz_keeper_open(stores_folder(), 60000, &keeper, &error),
           "when it is killed its child does not go on");
    cz_keeper_close(&keeper);
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    stores_begin();
    test_ends();
    test_time();
    test_order();
    test_no_child();
    test_child();
    test_abandon();
    test_parent_killed();
    cz_buffer_release(&heard);
    stores_end();
    return tap_done();
}
