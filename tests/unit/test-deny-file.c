/* The deny list's file: two who change it at once, a full disk, and what others left there. */
#include "../tap.h"
#include "faults.h"
#include "scratch.h"
#include "support.h"

#include "base/cleanup.h"
#include "store/deny_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define EMPTY "certauthz-deny-list 1\nend 0\n"

static bool add(struct deny_list *list, unsigned number) {
    struct deny_entry entry = {.text = strdup("a text"), .reason = strdup(""), .since = NOW};
    entry.digest[0] = (uint8_t)(number >> 8);
    entry.digest[1] = (uint8_t)number;
    if (entry.text != NULL && entry.reason != NULL && cz_deny_list_add(list, &entry))
        return true;
    free(entry.text);
    free(entry.reason);
    return false;
}

static bool add_one(void *context, struct deny_list *list, struct error *error) {
    return add(list, *(const unsigned *)context) || cz_error_set(error, "not added");
}

static bool change_mind(void *context, struct deny_list *list, struct error *error) {
    (void)context;
    return !add(list, 99) || cz_error_set(error, "changed my mind");
}

static bool deny(const char *folder, unsigned number, struct error *error) {
    return cz_deny_file_change(folder, add_one, &number, error);
}

static size_t count_in(const char *folder) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    struct error error = {0};
    return cz_deny_file_load(folder, &list, &error) ? list.count : SIZE_MAX;
}

static unsigned mode_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? status.st_mode & 07777 : 0;
}

/* As one to a disk that is not mounted. */
static void test_link_to_nowhere(void) {
    struct error error = {0};
    struct deny_list list;
    const char *folder = scratch_path("linked");
    if (mkdir(folder, 0755) != 0 ||
        symlink(scratch_path("nowhere"), scratch_path("linked/deny")) != 0)
        support_die("no link");
    tap_ok(!cz_deny_file_load(folder, &list, &error), "a link to nowhere is not an empty list");
    cz_deny_list_release(&list);
    tap_is(error.message,
           support_text("%s: cannot be opened: No such file or directory",
                        scratch_path("linked/deny")),
           "and why");
}

static void test_making(void) {
    const char *folder = scratch_path("a/b//c");
    struct error error = {0};
    tap_ok(count_in(folder) == 0, "where there is no folder, nobody is denied");
    umask(077);
    tap_ok(deny(folder, 1, &error), "the folder is made (%s)", error.message);
    tap_ok(count_in(folder) == 1, "and the list in it");
    tap_is_int(mode_of(scratch_path("a/b/c/deny")), 0644,
               "whatever the umask, the list is for everybody to read");
    tap_is_int(mode_of(folder), 0755, "and so is its folder");
    tap_is_int(mode_of(scratch_path("a")), 0755, "and the one above it");
    umask(022);
    chmod(folder, 0750);
    tap_ok(deny(folder, 2, &error) && count_in(folder) == 2, "then it is changed");
    tap_is_int(mode_of(folder), 0750, "and a folder that was there is left as it was");
    tap_ok(access(scratch_path("a/b/c/deny.new"), F_OK) != 0, "nothing is left beside it");
}

static void test_refusing(void) {
    const char *folder = scratch_path("refusing");
    struct error error = {0};
    deny(folder, 1, &error);
    tap_ok(!cz_deny_file_change(folder, change_mind, NULL, &error), "a change may be given up");
    tap_is(error.message, "changed my mind", "with its own words");
    tap_ok(count_in(folder) == 1, "and all is as it was");
}

/* What stands in the file, and what is said of it. */
static void test_bad_files(void) {
    struct error error = {0};
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    const char *folder = scratch_path("bad");
    mkdir(folder, 0755);
    scratch_write("bad/deny", "certauthz-deny-list 1\nend 1\n");
    const char *wanted = support_text(
        "%s/deny: line 2: \"end 0\" is wanted, as many as stand before it; mend it, or move it "
        "away to begin an empty list",
        folder);
    bool loaded = cz_deny_file_load(folder, &list, &error);
    tap_is(loaded ? "" : error.message, wanted, "a list that is bad is not read");
    error = (struct error){0};
    bool changed = deny(folder, 1, &error);
    tap_is(changed ? "" : error.message, wanted, "nor is it changed");
    tap_is(support_content(scratch_path("bad/deny")), "certauthz-deny-list 1\nend 1\n",
           "it stays what it is");
    unlink(scratch_path("bad/deny"));
    mkdir(scratch_path("bad/deny"), 0755);
    error = (struct error){0};
    loaded = cz_deny_file_load(folder, &list, &error);
    tap_is(loaded ? "" : error.message, support_text("%s/deny: not a regular file", folder),
           "a folder is no list");
    scratch_write("file", "");
    error = (struct error){0};
    changed = deny(scratch_path("file"), 1, &error);
    tap_is(changed ? "" : error.message,
           support_text("%s/deny.lock: cannot be opened: Not a directory", scratch_path("file")),
           "a file is no folder");
    error = (struct error){0};
    changed = deny(scratch_path("file/deeper"), 1, &error);
    tap_is(
        changed ? "" : error.message,
        support_text("%s: the folder cannot be made: Not a directory", scratch_path("file/deeper")),
        "and none can be made in it");
}

static void test_left_over(void) {
    struct error error = {0};
    const char *folder = scratch_path("left");
    mkdir(folder, 0755);
    scratch_write("victim", "mine\n");
    if (symlink("../victim", scratch_path("left/deny.new")) != 0)
        support_die("no link can be made");
    tap_ok(deny(folder, 1, &error) && count_in(folder) == 1,
           "what one that was killed left is in nobody's way (%s)", error.message);
    tap_is(support_content(scratch_path("victim")), "mine\n", "and nothing is written through it");
    mkdir(scratch_path("left/deny.new"), 0755);
    bool changed = deny(folder, 2, &error);
    tap_is(changed ? "" : error.message,
           support_text("%s/deny.new: cannot be removed: Is a directory", folder),
           "what cannot be taken away is told");
    rmdir(scratch_path("left/deny.new"));
}

/* Many processes at once: each of their changes is there. */
static void test_together(void) {
    enum { PROCESSES = 8, EACH = 10 };
    const char *folder = scratch_path("together");
    bool all_good = true;
    fflush(stdout); /* or each of them has a copy of what is not written yet */
    for (unsigned i = 0; i < PROCESSES; i++) {
        pid_t pid = fork();
        if (pid < 0)
            support_die("fork");
        if (pid > 0)
            continue;
        struct error error = {0};
        bool good = true;
        for (unsigned j = 0; good && j < EACH; j++)
            good = deny(folder, i * EACH + j, &error);
        if (!good)
            printf("# %s\n", error.message);
        fflush(stdout);
        _exit(good ? 0 : 1);
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        int status;
        all_good &= wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    tap_ok(all_good, "%d processes change it at once", PROCESSES);
    tap_is_int((long long)count_in(folder), PROCESSES * EACH, "and nothing of it is lost");
}

static void test_held(void) {
    struct error error = {0};
    const char *folder = scratch_path("held");
    deny(folder, 1, &error);
    int fd = open(scratch_path("held/deny.lock"), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) != 0)
        support_die("the lock cannot be had");
    bool changed = deny(folder, 2, &error);
    close(fd);
    tap_is(changed ? "" : error.message,
           support_text("%s/deny.lock: another process holds it for 5 seconds now; end that "
                        "process, and try again",
                        folder),
           "nobody waits for ever for a lock");
    tap_ok(count_in(folder) == 1, "and nothing is changed without it");
}

static void test_full_disk(void) {
    struct error error = {0};
    const char *folder = scratch_path("full");
    struct rlimit before, small = {.rlim_cur = 100};
    deny(folder, 1, &error);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    bool changed = deny(folder, 2, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    tap_is(changed ? "" : error.message,
           support_text("%s/deny.new: cannot be written: File too large; what is in force stays so",
                        folder),
           "a full disk is told");
    tap_ok(count_in(folder) == 1, "the list is what it was");
    tap_ok(access(scratch_path("full/deny.new"), F_OK) != 0, "and nothing is left beside it");
}

static void test_memory(void) {
    const char *folder = scratch_path("memory");
    struct error none = {0};
    long reached = 0, unsafe = -1;
    deny(folder, 1, &none);
    for (bool failed = true; failed && reached < 1000; reached += failed) {
        struct error error = {0};
        faults_begin(reached, true);
        bool changed = deny(folder, 2, &error);
        failed = faults_end();
        bool safe = failed ? !changed && error.message[0] != '\0' && count_in(folder) == 1
                           : changed && count_in(folder) == 2;
        if (!safe && unsafe < 0) {
            unsafe = reached;
            printf("# %s\n", error.message);
        }
    }
    tap_ok(unsafe < 0 && reached >= 8, "safe at each of %ld allocations (%ld)", reached, unsafe);
}

int main(void) {
    scratch_open();
    test_making();
    test_link_to_nowhere();
    test_refusing();
    test_bad_files();
    test_left_over();
    test_together();
    test_held();
    test_full_disk();
    test_memory();
    scratch_close();
    return tap_done();
}
