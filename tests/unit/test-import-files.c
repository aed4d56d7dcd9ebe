/* Files that are imported by a refresher: children that are killed at each of their writes, or have
 * no memory; files that change, go, or are published meanwhile. */
#include "faults.h"
#include "stores.h"

#include "refresh/file_round.h"
#include "refresh/refresher.h"
#include "refresh/sources.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* --- what happens in a child --- */

static long until_killed = -1; /* writes and the like; negative: never */
static long until_no_memory = -1;
static bool is_child;

ssize_t __real_write(int fd, const void *data, size_t len);
int __real_fsync(int fd);
int __real_rename(const char *from, const char *to);
ssize_t __wrap_write(int fd, const void *data, size_t len);
int __wrap_fsync(int fd);
int __wrap_rename(const char *from, const char *to);

static void count_down(void) {
    if (is_child && until_killed >= 0 && until_killed-- == 0)
        raise(SIGKILL);
}

ssize_t __wrap_write(int fd, const void *data, size_t len) {
    count_down();
    return __real_write(fd, data, len);
}

int __wrap_fsync(int fd) {
    count_down();
    return __real_fsync(fd);
}

int __wrap_rename(const char *from, const char *to) {
    count_down();
    return __real_rename(from, to);
}

/* --- a disk that fails --- */

static long until_folder_fails = -1; /* openings and readings of folders; negative: never */
static int folder_failure;

DIR *__real_opendir(const char *name);
struct dirent *__real_readdir(DIR *folder);
DIR *__wrap_opendir(const char *name);
struct dirent *__wrap_readdir(DIR *folder);

static bool folder_fails(void) {
    bool fails = !is_child && until_folder_fails >= 0 && until_folder_fails-- == 0;
    if (fails)
        errno = folder_failure;
    return fails;
}

DIR *__wrap_opendir(const char *name) {
    return folder_fails() ? NULL : __real_opendir(name);
}

struct dirent *__wrap_readdir(DIR *folder) {
    return folder_fails() ? NULL : __real_readdir(folder);
}

static void begin_child(void) {
    is_child = true;
    if (until_no_memory >= 0)
        faults_begin(until_no_memory, false);
}

/* --- a refresher --- */

/* As a configuration's own folder is found. */
static const char *absolute(const char *path) {
    char folder[PATH_MAX];
    if (getcwd(folder, sizeof folder) == NULL)
        support_die("no folder");
    return support_text("%s/%s", folder, path);
}

static void write_config(const char *crls) {
    scratch_replace("refresh.conf",
                    support_text("trust: { anchors = [ \"ca.pem\" ]; };\n"
                                 "revocation: { store = \"%s\"; crls = [ %s ];\n"
                                 "    hosts = [ \"lists.test\" ]; };\n"
                                 "rules = ( { path = \"/\"; certificate = \"required\"; } );\n",
                                 absolute(stores_folder()), crls));
}

static void write_list(const char *name, struct bytes der) {
    stores_write(scratch_path("new"), der);
    if (rename(scratch_path("new"), scratch_path(name)) != 0)
        support_die("%s cannot be written", name);
}

static void load(struct refresher *refresher) {
    struct error error = {0};
    *refresher = (struct refresher){.file = support_text("%s", scratch_path("refresh.conf"))};
    if (!cz_setup_load(refresher->file, &refresher->setup, &error) ||
        !cz_refresher_open(refresher, 0, &error))
        support_die("%s", error.message);
}

static void begin_round(struct refresher *refresher) {
    struct error error = {0};
    if (!cz_refresher_round(refresher, ROUND_ALL, &error))
        support_die("%s", error.message);
}

static bool finish_round(struct refresher *refresher, struct error *error) {
    struct pollfd polled[1];
    while (cz_refresher_busy(refresher))
        if (!cz_refresher_step(refresher, polled, 0, 1000, error))
            return false;
    cz_refresher_publish(refresher);
    return true;
}

static void round_of_all(struct refresher *refresher) {
    struct error error = {0};
    begin_round(refresher);
    if (!finish_round(refresher, &error))
        support_die("%s", error.message);
}

/* Begins the import, and waits until its child has ended, of which nothing is heard yet. */
static void begin_import(struct refresher *refresher) {
    siginfo_t info;
    begin_round(refresher);
    cz_imports_start(refresher);
    if (waitid(P_PID, (id_t)refresher->imports.child, &info, WEXITED | WNOWAIT) != 0)
        support_die("no child");
}

/* Of each source its name, its state and its error; and how many lists and files of them. */
static const char *state(const struct refresher *refresher) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        cz_buffer_printf(&text, "%s %s%s%s%s; ", strrchr(source->name, '/') + 1,
                         cz_source_state_name(source->state),
                         source->has_list ? ", has a list" : "",
                         source->error[0] != '\0' ? ": " : "", source->error);
    }
    cz_buffer_printf(&text, "%zu lists, %zu files", catalogue->list_count,
                     stores_file_count("lists"));
    return support_text("%s", cz_buffer_text(&text));
}

/* --- children that do not come to their end --- */

#define GOOD "a.crl good, has a list; 1 lists, 1 files"

static void begin_with_a_list(struct refresher *refresher) {
    stores_clear();
    write_config("\"a.crl\"");
    write_list("a.crl", LIST_CA(.entries = stores_one));
    load(refresher);
    round_of_all(refresher);
}

static void test_killed(void) {
    struct refresher refresher;
    long unsafe = 0, reached = 0;
    begin_with_a_list(&refresher);
    tap_is(state(&refresher), GOOD, "a list of a file");
    for (bool killed = true; killed && reached < 1000; reached += killed) {
        const struct catalogue *catalogue = cz_keeper_catalogue(refresher.keeper);
        CZ_CLEANUP(cz_buffer_release) struct buffer expected = {0};
        uint8_t before[CZ_SHA256_SIZE];
        memcpy(before, catalogue->sources[0].list, sizeof before);
        write_list("a.crl", LIST_CA(.entries = stores_two, .number = 2 + (unsigned)reached));
        until_killed = reached;
        round_of_all(&refresher);
        bool same = memcmp(before, catalogue->sources[0].list, sizeof before) == 0;
        killed = catalogue->sources[0].error[0] != '\0';
        cz_buffer_printf(
            &expected,
            "a.crl unreachable, has a list: %s: its import ended by signal 9 (Killed); "
            "1 lists, 1 files",
            absolute(scratch_path("a.crl")));
        bool safe = killed ? strcmp(state(&refresher), cz_buffer_text(&expected)) == 0 : !same;
        unsafe += !safe;
        if (!safe)
            printf("# %ld: %s\n", reached, state(&refresher));
        until_killed = -1;
    }
    tap_ok(unsafe == 0 && reached > 5 && reached < 1000,
           "the last good state stays at each of %ld writes", reached);
    round_of_all(&refresher);
    tap_is(state(&refresher), GOOD, "and then it goes on");
    cz_refresher_close(&refresher);
}

static void test_no_memory_in_child(void) {
    struct refresher refresher;
    long unsafe = 0, reached = 0;
    begin_with_a_list(&refresher);
    for (bool failed = true; failed && reached < 1000; reached += failed) {
        const struct catalogue *catalogue = cz_keeper_catalogue(refresher.keeper);
        write_list("a.crl", LIST_CA(.entries = stores_two, .number = 2 + (unsigned)reached));
        until_no_memory = reached;
        round_of_all(&refresher);
        failed = catalogue->sources[0].error[0] != '\0';
        bool told = strstr(catalogue->sources[0].error, "out of memory") != NULL;
        bool safe = failed == told && catalogue->list_count == 1 && stores_file_count("lists") == 1;
        unsafe += !safe;
        if (!safe)
            printf("# %ld: %s\n", reached, state(&refresher));
        until_no_memory = -1;
    }
    tap_ok(unsafe == 0 && reached > 5 && reached < 1000,
           "the last good state stays at each of %ld allocations of a child", reached);
    cz_refresher_close(&refresher);
}

/* In the parent; it ends where it has no memory for what it has to keep in mind. */
static void test_no_memory(void) {
    long unsafe = 0, reached = 0;
    for (bool failed = true; failed && reached < 1000; reached += failed) {
        struct refresher refresher;
        struct error error = {0};
        begin_with_a_list(&refresher);
        write_list("a.crl", LIST_CA(.entries = stores_two, .number = 2));
        faults_begin(reached, false);
        bool good =
            cz_refresher_round(&refresher, ROUND_ALL, &error) && finish_round(&refresher, &error);
        failed = faults_end();
        const struct catalogue *catalogue = cz_keeper_catalogue(refresher.keeper);
        bool told = !good && strcmp(error.message, "out of memory") == 0;
        bool noted = strstr(state(&refresher), "out of memory") != NULL ||
                     refresher.unpublished.message[0] != '\0';
        failed = failed || noted;
        bool safe = failed ? catalogue->list_count > 0 : good && !told;
        unsafe += !safe;
        if (!safe)
            printf("# %ld: %s; %s\n", reached, error.message, state(&refresher));
        cz_refresher_close(&refresher);
    }
    tap_ok(unsafe == 0 && reached > 5 && reached < 1000,
           "nothing is lost at each of %ld allocations of both", reached);
}

/* --- what happens meanwhile --- */

/* A list counts, and the file's next one is being imported. */
static void begin_with_another(struct refresher *refresher) {
    begin_with_a_list(refresher);
    write_list("a.crl", LIST_CA(.entries = stores_two, .number = 2));
    begin_import(refresher);
}

static void test_published_meanwhile(void) {
    struct refresher refresher;
    begin_with_another(&refresher);
    tap_is_int((long long)stores_file_count("lists"), 2, "a child has laid in a list");
    refresher.dirty = true;
    cz_refresher_publish(&refresher);
    tap_is(state(&refresher), "a.crl good, has a list; 1 lists, 2 files",
           "which is not swept out by what is published before that is known");
    struct error error = {0};
    tap_ok(finish_round(&refresher, &error), "it is heard of");
    tap_is(state(&refresher), GOOD, "it counts, and the one before has gone");
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    tap_is(stores_look(store, TEXT("\x06")), "listed", "and is seen");
    cz_refresher_close(&refresher);
}

static void test_removed_meanwhile(void) {
    struct refresher refresher;
    struct error error = {0};
    begin_with_another(&refresher);
    write_config("");
    cz_setup_release(&refresher.setup);
    if (!cz_setup_load(refresher.file, &refresher.setup, &error))
        support_die("%s", error.message);
    begin_round(&refresher);
    tap_ok(finish_round(&refresher, &error), "a file is named no more while it is imported");
    tap_is(state(&refresher), "0 lists, 0 files", "nothing of it stays");
    cz_refresher_close(&refresher);
}

static void test_loaded_again_meanwhile(void) {
    struct refresher refresher;
    struct error error = {0};
    begin_with_another(&refresher);
    tap_ok(cz_refresher_reload(&refresher, &error) && !cz_refresher_busy(&refresher),
           "a configuration that is loaded again puts an end to what was begun");
    round_of_all(&refresher);
    tap_is(state(&refresher), GOOD, "and it begins anew");
    tap_is_int(cz_keeper_catalogue(refresher.keeper)->lists[0].entries, 2, "with what is there");
    cz_refresher_close(&refresher);
}

/* One that cannot be put in force leaves all as it was, and whoever has it works on. */
static void test_loaded_again_without_memory(void) {
    struct refresher refresher;
    long reached = 0, unsafe = 0;
    begin_with_a_list(&refresher);
    for (bool failed = true; failed && reached < 10000; reached += failed) {
        struct error error = {0}, unused = {0};
        struct pollfd polled[1];
        uint64_t generation = refresher.generation;
        const struct fetcher *fetcher = refresher.fetcher;
        faults_begin(reached, false);
        bool loaded = cz_refresher_reload(&refresher, &error);
        failed = faults_end();
        unsafe += loaded ? refresher.generation != generation + 1
                         : !failed || error.message[0] == '\0' ||
                               refresher.generation != generation || refresher.fetcher != fetcher;
        unsafe +=
            refresher.fetcher == NULL || !cz_refresher_step(&refresher, polled, 0, 0, &unused);
    }
    tap_ok(unsafe == 0 && reached > 10 && reached < 10000,
           "a configuration is loaded again whole or not at all at each of %ld allocations (%ld)",
           reached, unsafe);
    round_of_all(&refresher);
    tap_is(state(&refresher), GOOD, "and what was there goes on");
    cz_refresher_close(&refresher);
}

static void test_changed_meanwhile(void) {
    struct refresher refresher;
    struct error error = {0};
    begin_with_a_list(&refresher);
    write_list("a.crl", LIST_CA(.entries = stores_one, .number = 2));
    begin_import(&refresher);
    write_list("a.crl", LIST_CA(.entries = stores_two, .number = 3));
    if (!cz_files_round(&refresher, false, &error) || !cz_files_round(&refresher, false, &error))
        support_die("%s", error.message);
    tap_ok(cz_import_has_begun(&refresher.imports, absolute(scratch_path("a.crl"))) &&
               cz_import_waits(&refresher.imports, absolute(scratch_path("a.crl"))) &&
               refresher.imports.waiting->next == NULL,
           "a file that changes while it is imported is so once more, and once only");
    tap_ok(finish_round(&refresher, &error), "both");
    tap_is_int(cz_keeper_catalogue(refresher.keeper)->lists[0].entries, 2, "the last one counts");
    tap_is(state(&refresher), GOOD, "alone");
    cz_refresher_close(&refresher);
}

/* --- several lists in a file --- */

static void test_parts(void) {
    struct refresher refresher;
    struct error error = {0};
    stores_clear();
    write_config("\"a.crl\"");
    write_list("a.crl", JOIN(stores_pem("X509 CRL", LIST_CA(.entries = stores_one)),
                             stores_pem("X509 CRL", LIST_CA(.bad_signature = true)),
                             stores_pem("X509 CRL", LIST_CA(.entries = stores_two, .number = 2))));
    load(&refresher);
    round_of_all(&refresher);
    tap_is(
        state(&refresher),
        support_text("a.crl good, has a list; a.crl#2 bad signature: %s#2: its signature was not "
                     "made by its issuer, CN=ca; a.crl#3 good, has a list; 2 lists, 2 files",
                     absolute(scratch_path("a.crl"))),
        "each list of a file counts for itself");
    write_list("a.crl", stores_pem("X509 CRL", LIST_CA(.entries = stores_one, .number = 3)));
    until_killed = 0;
    round_of_all(&refresher);
    until_killed = -1;
    tap_is_int((long long)cz_keeper_catalogue(refresher.keeper)->source_count, 3,
               "what was not read to its end drops none");
    round_of_all(&refresher);
    tap_is(state(&refresher), GOOD, "those that are there no more are dropped");
    if (unlink(scratch_path("a.crl")) != 0)
        support_die("no removing");
    round_of_all(&refresher);
    tap_is(state(&refresher),
           support_text("a.crl unreachable, has a list: %s: cannot be opened: No such file or "
                        "directory; 1 lists, 1 files",
                        absolute(scratch_path("a.crl"))),
           "a file that is gone is told of, and its list stays");
    tap_ok(finish_round(&refresher, &error), "nothing is left to do");
    cz_refresher_close(&refresher);
}

/* --- lists that change their places in a file --- */

#define LIST_OTHER(...)                                                                            \
    forge_crl(&(struct forge_list){.issuer = "other", .signer = OTHER_KEY, __VA_ARGS__})
#define PART(der) stores_pem("X509 CRL", der)

/* Whose lists the sources name, and which numbers those in the catalogue have: "part: issuer; ". */
static const char *lists(const struct refresher *refresher) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        const struct catalogue_list *list = cz_source_list(catalogue, source);
        cz_buffer_printf(&text, "%s%s %s %s%s", i > 0 ? "; " : "", strrchr(source->name, '/') + 1,
                         source->state == SOURCE_GOOD ? "good" : "bad",
                         list != NULL ? list->issuer : "none",
                         list != NULL && list->entries > 1 ? " new" : "");
    }
    cz_buffer_printf(&text, "; %zu lists", catalogue->list_count);
    return support_text("%s", cz_buffer_text(&text));
}

/* A file with a list of each CA, of one entry; those that follow have two. */
static void begin_with_two(struct refresher *refresher) {
    stores_clear();
    write_config("\"a.crl\"");
    write_list("a.crl",
               JOIN(PART(LIST_CA(.entries = stores_one)), PART(LIST_OTHER(.entries = stores_one))));
    load(refresher);
    round_of_all(refresher);
    if (strcmp(lists(refresher), "a.crl good CN=ca; a.crl#2 good CN=other; 2 lists") != 0)
        support_die("%s", lists(refresher));
}

struct moves {
    const char *what;
    struct bytes content;
    const char *expected;
};

static void check_moves(const struct moves *moves) {
    struct refresher refresher;
    begin_with_two(&refresher);
    write_list("a.crl", moves->content);
    round_of_all(&refresher);
    tap_is(lists(&refresher), moves->expected, moves->what);
    write_list("a.crl", PART(LIST_OTHER(.entries = stores_two, .number = 3)));
    round_of_all(&refresher);
    tap_is(lists(&refresher), "a.crl good CN=other new; 1 lists",
           "and what is taken out of a good file goes");
    cz_refresher_close(&refresher);
}

static void test_parts_move(void) {
    struct bytes ca = PART(LIST_CA(.entries = stores_two, .number = 2));
    struct bytes other = PART(LIST_OTHER(.entries = stores_two, .number = 2));
    struct bytes bad = PART(LIST_CA(.bad_signature = true));
    const struct moves moves[] = {
        {"another order", JOIN(other, ca),
         "a.crl good CN=other new; a.crl#2 good CN=ca new; 2 lists"},
        {"another order, and the list that was first is bad", JOIN(other, bad),
         "a.crl good CN=other new; a.crl#2 bad CN=ca; 2 lists"},
        {"another order, and the list that was second is bad", JOIN(bad, ca),
         "a.crl bad CN=ca; a.crl#2 good CN=ca new; a.crl#3 bad CN=other; 3 lists"},
        {"one that is bad in front", JOIN(bad, ca, other),
         "a.crl bad CN=ca; a.crl#2 good CN=ca new; a.crl#3 good CN=other new; 3 lists"},
        {"one is good, and one is gone", other, "a.crl good CN=other new; 1 lists"},
        {"one is bad, and one is gone", bad, "a.crl bad CN=ca; a.crl#2 bad CN=other; 2 lists"},
    };
    for (size_t i = 0; i < CZ_COUNT(moves); i++)
        check_moves(&moves[i]);
}

/* One is bad throughout, and gave nothing ever. */
static void test_bad_part_moves(void) {
    struct refresher refresher;
    struct bytes bad = PART(LIST_CA(.bad_signature = true));
    begin_with_two(&refresher);
    write_list("a.crl", JOIN(PART(LIST_CA(.entries = stores_one)),
                             PART(LIST_OTHER(.entries = stores_one)), bad));
    round_of_all(&refresher);
    tap_is(lists(&refresher), "a.crl good CN=ca; a.crl#2 good CN=other; a.crl#3 bad none; 2 lists",
           "a third that is bad");
    write_list("a.crl", JOIN(bad, PART(LIST_CA(.entries = stores_two, .number = 2)),
                             PART(LIST_OTHER(.entries = stores_two, .number = 2))));
    round_of_all(&refresher);
    tap_is(lists(&refresher),
           "a.crl bad CN=ca; a.crl#2 good CN=ca new; a.crl#3 good CN=other new; 3 lists",
           "comes to the front, and nothing stays whose next is there behind it");
    cz_refresher_close(&refresher);
}

/* The child ends behind the first list: at each of its writes both CAs' lists count. */
static void test_parts_move_and_killed(void) {
    struct refresher refresher;
    struct bytes content = JOIN(PART(LIST_OTHER(.entries = stores_two, .number = 2)),
                                PART(LIST_CA(.entries = stores_two, .number = 2)));
    long unsafe = 0, halves = 0, reached = 0;
    for (bool killed = true; killed && reached < 1000; reached += killed) {
        begin_with_two(&refresher);
        write_list("a.crl", content);
        until_killed = reached;
        round_of_all(&refresher);
        until_killed = -1;
        const char *seen = lists(&refresher);
        killed = strstr(seen, "bad") != NULL;
        halves += strcmp(seen, "a.crl good CN=other new; a.crl#2 bad CN=ca; 2 lists") == 0;
        bool safe = strstr(seen, " CN=ca") != NULL && strstr(seen, " CN=other") != NULL &&
                    strstr(seen, "; 2 lists") != NULL;
        unsafe += !safe;
        if (!safe)
            printf("# %ld: %s\n", reached, seen);
        cz_refresher_close(&refresher);
    }
    tap_ok(unsafe == 0 && halves > 0 && reached > 10 && reached < 1000,
           "both lists count at each of %ld writes of a child that reads them in another order",
           reached);
}

/* The time of all has come, and what was read says nothing about some of them. */
static bool rests_after(struct refresher *refresher) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    struct error error = {0};
    for (size_t i = 0; i < catalogue->source_count; i++)
        catalogue->sources[i].next_try = refresher->now;
    if (!cz_refresher_round(refresher, ROUND_DUE, &error) || !finish_round(refresher, &error))
        support_die("%s", error.message);
    return cz_refresher_wait(refresher) > 1000;
}

static void test_rest(void) {
    struct refresher refresher;
    begin_with_two(&refresher);
    write_list("a.crl",
               JOIN(PART(LIST_CA(.entries = stores_one)), PART(LIST_OTHER(.entries = stores_one)),
                    PART(LIST_CA(.bad_signature = true))));
    round_of_all(&refresher);
    tap_ok(rests_after(&refresher), "a file with a bad part is not read again at once");
    until_killed = 0;
    tap_ok(rests_after(&refresher), "nor where the child ends before it has come to that part");
    until_killed = -1;
    if (unlink(scratch_path("a.crl")) != 0)
        support_die("no removing");
    tap_ok(rests_after(&refresher), "nor one that is gone");
    tap_is(lists(&refresher), "a.crl bad CN=ca; a.crl#2 bad CN=other; a.crl#3 bad none; 2 lists",
           "and nothing of it is called good, or lost");
    cz_refresher_close(&refresher);
}

/* --- folders --- */

static void move(const char *from, const char *to) {
    const char *old = scratch_path(from);
    if (rename(old, scratch_path(to)) != 0)
        support_die("%s cannot be moved", from);
}

#define FOLDER_GOOD "a.crl good, has a list; b.pem good, has a list; 2 lists, 2 files"

/* Two lists, and what is none. */
static void begin_with_a_folder(struct refresher *refresher) {
    stores_clear();
    write_config("\"lists\"");
    if (system(support_text("rm -rf %s", scratch_path("lists"))) != 0 ||
        mkdir(scratch_path("lists"), 0755) != 0)
        support_die("no folder");
    write_list("lists/a.crl", LIST_CA(.entries = stores_one));
    write_list("lists/b.pem", stores_pem("X509 CRL", LIST_CA(.entries = stores_two, .number = 2)));
    write_list("lists/key.pem", TEXT("a key"));
    load(refresher);
    round_of_all(refresher);
    tap_is(state(refresher), FOLDER_GOOD, "the lists of a folder");
}

/* The catalogue is what another process finds as well: nothing hangs on what this one has seen. */
static void begin_again(struct refresher *refresher) {
    cz_refresher_close(refresher);
    load(refresher);
}

static void test_folder_moved(void) {
    struct refresher refresher;
    begin_with_a_folder(&refresher);
    move("lists", "moved");
    for (int again = 0; again < 2; again++) {
        round_of_all(&refresher);
        tap_is(state(&refresher),
               support_text("a.crl unreachable, has a list: %s/a.crl: cannot be opened: No such "
                            "file or directory; b.pem unreachable, has a list: %s/b.pem: cannot be "
                            "opened: No such file or directory; lists unreachable: %s: cannot be "
                            "opened: No such file or directory; 2 lists, 2 files",
                            absolute(scratch_path("lists")), absolute(scratch_path("lists")),
                            absolute(scratch_path("lists"))),
               again > 0 ? "nor by another process" : "a folder that is gone loses no list");
        if (again == 0)
            begin_again(&refresher);
    }
    move("moved", "lists");
    round_of_all(&refresher);
    tap_is(state(&refresher), FOLDER_GOOD, "it is there again");
    cz_refresher_close(&refresher);
}

/* Of what could not be listed that is read which is known. */
static void test_folder_fails(void) {
    static const int causes[] = {EACCES, ENFILE, ESTALE, EIO};
    struct refresher refresher;
    struct error error = {0};
    long unsafe = 0, told = 0, reached = 0;
    begin_with_a_folder(&refresher);
    for (bool failed = true; failed && reached < 100; reached += failed) {
        until_folder_fails = reached;
        folder_failure = causes[reached % (long)CZ_COUNT(causes)];
        begin_round(&refresher);
        failed = until_folder_fails < 0;
        until_folder_fails = -1;
        if (!finish_round(&refresher, &error))
            support_die("%s", error.message);
        const char *seen = state(&refresher);
        const struct catalogue *catalogue = cz_keeper_catalogue(refresher.keeper);
        unsafe += catalogue->list_count != 2 || stores_file_count("lists") != 2;
        told += strstr(seen, support_text("lists unreachable: %s: the folder could not be read, or "
                                          "not to its end; 2 lists",
                                          absolute(scratch_path("lists")))) != NULL;
    }
    tap_ok(unsafe == 0 && told == reached && reached > 3 && reached < 100,
           "at each of %ld failures of a folder its lists stay, and it is told of", reached);
    tap_is(state(&refresher), FOLDER_GOOD, "and then it is good");
    cz_refresher_close(&refresher);
}

/* As it is while somebody writes it, or where it may not be read: a link that leads to itself. */
static void test_unread_in_folder(void) {
    struct refresher refresher;
    begin_with_a_folder(&refresher);
    write_list("lists/b.pem", TEXT(""));
    round_of_all(&refresher);
    tap_is(state(&refresher),
           support_text("a.crl good, has a list; b.pem unreachable, has a list: %s/b.pem: it holds "
                        "no CRL, neither in DER nor in PEM; 2 lists, 2 files",
                        absolute(scratch_path("lists"))),
           "a file that is empty keeps its list");
    if (unlink(scratch_path("lists/b.pem")) != 0 ||
        symlink("b.pem", scratch_path("lists/b.pem")) != 0 ||
        symlink("c.pem", scratch_path("lists/c.pem")) != 0)
        support_die("no link");
    round_of_all(&refresher);
    tap_is(state(&refresher),
           support_text("a.crl good, has a list; b.pem unreachable, has a list: %s/b.pem: cannot "
                        "be opened: Too many levels of symbolic links; 2 lists, 2 files",
                        absolute(scratch_path("lists"))),
           "one that cannot be read does, where it was a list before");
    cz_refresher_close(&refresher);
}

static void test_folder_emptied(void) {
    struct refresher refresher;
    begin_with_a_folder(&refresher);
    write_list("lists/b.pem", TEXT("no list any more"));
    round_of_all(&refresher);
    tap_is(state(&refresher), GOOD, "a file that holds a list no more goes");
    if (unlink(scratch_path("lists/a.crl")) != 0 || unlink(scratch_path("lists/b.pem")) != 0)
        support_die("no removing");
    round_of_all(&refresher);
    tap_is(state(&refresher), "0 lists, 0 files", "and so do those that were removed");
    cz_refresher_close(&refresher);
    begin_with_a_folder(&refresher);
    move("lists", "moved");
    write_config("");
    begin_again(&refresher);
    round_of_all(&refresher);
    tap_is(state(&refresher), "0 lists, 0 files",
           "a folder that is named no more keeps nothing, there or not");
    cz_refresher_close(&refresher);
}

int main(void) {
    stores_begin();
    scratch_open();
    if (pthread_atfork(NULL, NULL, begin_child) != 0)
        support_die("no handler");
    stores_write(scratch_path("ca.pem"),
                 JOIN(stores_pem("CERTIFICATE", stores_cas[CA]->der),
                      stores_pem("CERTIFICATE", stores_cas[OTHER_CA]->der)));
    test_killed();
    test_no_memory_in_child();
    test_no_memory();
    test_published_meanwhile();
    test_removed_meanwhile();
    test_loaded_again_meanwhile();
    test_loaded_again_without_memory();
    test_changed_meanwhile();
    test_parts();
    test_parts_move();
    test_bad_part_moves();
    test_parts_move_and_killed();
    test_rest();
    test_folder_moved();
    test_folder_fails();
    test_unread_in_folder();
    test_folder_emptied();
    scratch_close();
    stores_end();
    return tap_done();
}
