/*
 * Which files a configuration rests on, whether they changed, and being woken when they do. Linked
 * with --wrap, so that the kernel can refuse.
 */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "config/fingerprint.h"
#include "config/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

int __real_inotify_init1(int flags);
int __real_inotify_add_watch(int fd, const char *name, uint32_t mask);
int __wrap_inotify_init1(int flags);
int __wrap_inotify_add_watch(int fd, const char *name, uint32_t mask);

static int init_fails, add_fails; /* with this error; 0: not */

int __wrap_inotify_init1(int flags) {
    errno = init_fails;
    return init_fails != 0 ? -1 : __real_inotify_init1(flags);
}

int __wrap_inotify_add_watch(int fd, const char *name, uint32_t mask) {
    errno = add_fails;
    return add_fails != 0 ? -1 : __real_inotify_add_watch(fd, name, mask);
}

static const char *joined(const struct file_names *names) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i];
        size_t prefix = strlen(scratch) + 1;
        bool inside = strncmp(name, scratch, prefix - 1) == 0 && name[prefix - 1] == '/';
        cz_buffer_printf(&text, "%s%s", i > 0 ? " " : "", inside ? name + prefix : name);
    }
    return support_text("%s", cz_buffer_text(&text));
}

static void test_names(void) {
    CZ_CLEANUP(cz_names_release) struct file_names names = {0};
    CZ_CLEANUP(cz_names_release) struct file_names more = {0};
    for (int i = 0; i < 20; i++)
        cz_names_add(&names, support_text("%d", i % 10));
    tap_is(joined(&names), "0 1 2 3 4 5 6 7 8 9", "a name is in the set once");
    cz_names_add(&more, "3");
    cz_names_add(&more, "x");
    tap_ok(!cz_names_equal(&names, &more), "sets of other names are not equal");
    cz_names_add_all(&names, &more);
    tap_is(joined(&names), "0 1 2 3 4 5 6 7 8 9 x", "one set is added to another");
    cz_names_add_all(&more, &names);
    tap_ok(!cz_names_equal(&names, &more), "another order is not equal");
    more.failed = true;
    cz_names_add(&more, "y");
    cz_names_add_all(&names, &more);
    tap_ok(names.failed && !cz_names_equal(&names, &names),
           "where a name is missing, nothing is equal any more");
}

static void test_files(void) {
    CZ_CLEANUP(cz_names_release) struct file_names names = {0};
    CZ_CLEANUP(cz_names_release) struct file_names senseless = {0};
    CZ_CLEANUP(cz_names_release) struct file_names broken = {0};
    CZ_CLEANUP(cz_names_release) struct file_names missing = {0};
    struct error error = {0};
    scratch_write("w.conf", "@include \"rules.conf\"\n"
                            "trust: { anchors = [ \"a.pem\", \"/x/b\" ];\n"
                            "  intermediates = [ \"m\" ]; };\n"
                            "server: { control = \"off\"; };\n");
    scratch_write("rules.conf", "@include\t\"deeper.conf\"\n@include unquoted\n@include \"open\n");
    scratch_write("deeper.conf", "rules = ( ); // @include \"w.conf\"\n");
    tap_ok(!cz_config_files(scratch_path("w.conf"), &names, &error) && error.message[0] != '\0',
           "a bad include is an error");
    tap_is(joined(&names), "w.conf rules.conf deeper.conf", "and what was found is told");
    cz_names_release(&names);
    error = (struct error){0};
    scratch_write("rules.conf", "@include\t\"deeper.conf\"\n");
    tap_ok(cz_config_files(scratch_path("w.conf"), &names, &error), "a good one is read (%s)",
           error.message);
    tap_is(joined(&names), "w.conf rules.conf deeper.conf a.pem /x/b m",
           "it rests on itself, on what it includes, and on the files of trust");
    scratch_write("w.conf", "trust: { anchors = ( \"a.pem\", 1 ); }; rules = 1;\n"
                            "policies = { p = { trust = { intermediates = ( \"b\" ); }; }; q = 1; "
                            "};\n");
    tap_ok(cz_config_files(scratch_path("w.conf"), &senseless, &error),
           "one that makes no sense is read");
    tap_is(joined(&senseless), "w.conf a.pem b", "and its files are known");
    scratch_write("w.conf", "trust: { anchors = [ \"a.pem\" ]; }; rules = ;\n");
    tap_ok(!cz_config_files(scratch_path("w.conf"), &broken, &error), "a bad one is an error");
    tap_is(joined(&broken), "w.conf", "and itself is known");
    tap_ok(!cz_config_files(scratch_path("absent.conf"), &missing, &error), "so is a missing one");
    tap_is(joined(&missing), "absent.conf", "which is waited for");
}

static const char *folders_of(const char *name) {
    CZ_CLEANUP(cz_names_release) struct file_names folders = {0};
    cz_names_add_folders(&folders, scratch_path(name));
    return joined(&folders);
}

static void make_link(const char *target, const char *name) {
    unlink(scratch_path(name));
    if (symlink(target, scratch_path(name)) != 0)
        support_die("%s cannot be linked", name);
}

static void make_folder(const char *name) {
    if (mkdir(scratch_path(name), 0755) != 0)
        support_die("%s cannot be made", name);
}

static void test_folders(void) {
    CZ_CLEANUP(cz_names_release) struct file_names folders = {0};
    make_folder("one");
    make_folder("two");
    make_link("one", "current");
    make_link("../two/y", "one/x");
    make_link("loop", "loop");
    tap_is(folders_of("w.conf"), "", "a plain file's folder is its own");
    tap_is(folders_of("one/plain"), "one/", "the same in another folder");
    tap_is(folders_of("current/x"), " one/ one/../two/",
           "each link on the way has its folder, and so has its end");
    tap_is(folders_of("nowhere/deep/x"), "",
           "where something is missing, it is the folder that should have it");
    tap_is(folders_of("loop"), "", "a loop of links ends");
    cz_names_add_folders(&folders, "relative");
    tap_is(joined(&folders), ".", "a name without a folder is in the working directory");
    cz_names_release(&folders);
    cz_names_add_folders(&folders, "/etc/passwd");
    tap_is(joined(&folders), "/etc/", "an absolute name is found");
    cz_names_release(&folders);
    char *endless = malloc(5000);
    memset(endless, 'x', 4999);
    endless[4999] = '\0';
    cz_names_add_folders(&folders, endless);
    tap_is(joined(&folders), "", "a name longer than any path has none");
    free(endless);
}

/* Whether the step changes the fingerprint of `names`. */
static bool changes(const struct file_names *names, void (*step)(void)) {
    CZ_CLEANUP(cz_buffer_release) struct buffer before = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer after = {0};
    cz_fingerprint(names, &before);
    step();
    cz_fingerprint(names, &after);
    return !cz_fingerprint_equal(&before, &after);
}

static void nothing(void) {
}

static void grow(void) {
    scratch_write("f", "longer than before");
}

static void replace_by_same(void) {
    scratch_replace("f", "longer than before");
}

static void touch_hidden(void) {
    scratch_write("folder/.hidden", "");
}

static void add_entry(void) {
    scratch_write("folder/new.pem", "");
}

static void change_entry(void) {
    scratch_write("folder/new.pem", "x");
}

static void switch_link(void) {
    make_link("two", "current");
}

static void remove_file(void) {
    unlink(scratch_path("f"));
}

/* The mode, and the mtime as it was: only the ctime tells. */
static void change_mode(void) {
    struct stat status;
    struct timespec tick = {.tv_nsec = 1000000};
    if (stat(scratch_path("f"), &status) != 0)
        support_die("f is not there");
    struct timespec before = status.st_ctim;
    do {
        nanosleep(&tick, NULL); /* until the file system's clock has moved on */
        if (chmod(scratch_path("f"), 0600) != 0 || stat(scratch_path("f"), &status) != 0)
            support_die("f cannot be changed");
    } while (status.st_ctim.tv_sec == before.tv_sec && status.st_ctim.tv_nsec == before.tv_nsec);
}

static void test_fingerprint(void) {
    CZ_CLEANUP(cz_names_release) struct file_names names = {0};
    make_folder("folder");
    scratch_write("f", "short");
    scratch_write("one/z", "1");
    scratch_write("two/z", "1");
    const char *const all[] = {"f", "folder", "current/z", "absent"};
    for (size_t i = 0; i < CZ_COUNT(all); i++)
        cz_names_add(&names, scratch_path(all[i]));
    const struct {
        void (*step)(void);
        bool changed;
        const char *name;
    } steps[] = {
        {nothing, false, "without a change it is the same"},
        {grow, true, "a file that grew is another"},
        {replace_by_same, true, "one that was replaced by an equal one is another"},
        {change_mode, true, "so is one whose mode was changed"},
        {touch_hidden, false, "a hidden file in a folder is of no matter"},
        {add_entry, true, "a new file in a folder changes it"},
        {change_entry, true, "so does a changed one"},
        {switch_link, true, "a link on the way that was switched leads to another"},
        {remove_file, true, "a file that was removed is missed"},
    };
    for (size_t i = 0; i < CZ_COUNT(steps); i++)
        tap_ok(changes(&names, steps[i].step) == steps[i].changed, "%s", steps[i].name);
    struct buffer failed = {.failed = true};
    tap_ok(!cz_fingerprint_equal(&failed, &failed), "one that could not be made equals nothing");
    names.failed = true;
    CZ_CLEANUP(cz_buffer_release) struct buffer incomplete = {0};
    cz_fingerprint(&names, &incomplete);
    tap_ok(incomplete.failed, "nor one of names of which some are missing");
}

static bool wakes(struct watch *watch, void (*step)(void)) {
    struct pollfd polled = {.fd = watch->fd, .events = POLLIN};
    cz_watch_drain(watch);
    step();
    /* the kernel reports before the change returns, so nothing need be waited for */
    return poll(&polled, 1, 0) == 1 && cz_watch_drain(watch) && !cz_watch_drain(watch);
}

static void switch_back(void) {
    make_link("one", "current");
}

static void write_absent(void) {
    scratch_write("absent", "");
}

static void write_elsewhere(void) {
    scratch_write("elsewhere/f", "");
}

static void append_to_open_file(void) {
    static int fd = -1;
    if (fd < 0)
        fd = open(scratch_path("folder/log"), O_WRONLY | O_APPEND);
    if (fd < 0 || write(fd, "x", 1) != 1)
        support_die("the log cannot be written");
}

static void change_link_in_folder(void) {
    scratch_replace("two/y", "new");
}

static void test_watch(void) {
    CZ_CLEANUP(cz_watch_release) struct watch watch = {.fd = -1};
    CZ_CLEANUP(cz_names_release) struct file_names names = {0};
    struct error error = {0};
    tap_ok(!cz_watch_drain(&watch), "without a watch nothing is told");
    make_folder("elsewhere");
    scratch_write("folder/log", "");
    make_link("../two/y", "folder/link.pem");
    cz_names_add(&names, scratch_path("f"));
    cz_names_add(&names, scratch_path("folder"));
    cz_names_add(&names, scratch_path("current/z"));
    cz_names_add(&names, scratch_path("absent"));
    tap_ok(cz_watch_set(&watch, &names, &error), "files are watched (%s)", error.message);
    tap_ok(!wakes(&watch, nothing), "nothing wakes nobody");
    tap_ok(wakes(&watch, grow), "a file that is made wakes");
    tap_ok(wakes(&watch, replace_by_same), "so does one that is renamed over another");
    tap_ok(wakes(&watch, change_mode), "a change of mode");
    tap_ok(wakes(&watch, write_absent), "one that was missing");
    tap_ok(wakes(&watch, change_entry), "one in a folder");
    tap_ok(wakes(&watch, change_link_in_folder), "one to which a link in a folder leads");
    tap_ok(wakes(&watch, switch_back), "a link on the way");
    tap_ok(!wakes(&watch, append_to_open_file), "a log that grows there does not");
    tap_ok(!wakes(&watch, write_elsewhere), "nor a file elsewhere");
    size_t before = watch.count;
    cz_names_release(&names);
    cz_names_add(&names, scratch_path("elsewhere/f"));
    tap_ok(cz_watch_set(&watch, &names, &error) && watch.count == 1 && before > 1,
           "others are watched instead");
    tap_ok(!wakes(&watch, grow) && wakes(&watch, write_elsewhere), "and the first no more");
}

static void test_refusal(void) {
    CZ_CLEANUP(cz_watch_release) struct watch watch = {.fd = -1};
    CZ_CLEANUP(cz_names_release) struct file_names names = {0};
    static const struct {
        int init, add;
        const char *text;
    } cases[] = {
        {EMFILE, 0,
         "no file can be watched: Too many open files (see fs.inotify.max_user_instances)"},
        {0, ENOSPC,
         "@/: cannot be watched: No space left on device (see fs.inotify.max_user_watches)"},
        {0, EACCES, "@/: cannot be watched: Permission denied"},
        {0, ENOENT, ""},
        {0, ENOTDIR, ""},
    };
    cz_names_add(&names, scratch_path("f"));
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct error error = {0};
        bool named = cases[i].text[0] == '@';
        init_fails = cases[i].init;
        add_fails = cases[i].add;
        tap_ok(cz_watch_set(&watch, &names, &error) == (cases[i].text[0] == '\0'),
               "the kernel refuses: %d %d", cases[i].init, cases[i].add);
        tap_is(error.message, support_text("%s%s", named ? scratch : "", cases[i].text + named),
               "which is told");
    }
    init_fails = add_fails = 0;
    struct error error = {0};
    tap_ok(cz_watch_set(&watch, &names, &error) && watch.count == 1, "and later it may not");
    names.failed = true;
    tap_ok(!cz_watch_set(&watch, &names, &error), "names that are missing cannot be watched");
    tap_is(error.message, "no file can be watched: out of memory", "which is told");
}

int main(void) {
    scratch_open();
    test_names();
    test_files();
    test_folders();
    test_fingerprint();
    test_watch();
    test_refusal();
    scratch_close();
    return tap_done();
}
