/* The writer of the store and its folder: what it does when that is damaged, the disk full or
 * somebody else at work; and the OCSP responses that it keeps there. */
#include "faults.h"
#include "stores.h"
#include <sys/resource.h>
#include <sys/wait.h>

static const struct catalogue_source *source_of(struct keeper *keeper) {
    return &cz_keeper_catalogue(keeper)->sources[0];
}

static void test_opening(void) {
    struct error error = {0};
    struct keeper *other;
    uint8_t sha256[CZ_SHA256_SIZE];
    struct bytes der = LIST_CA(.entries = stores_one);
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    tap_ok(!cz_keeper_open(stores_folder(), 30, &other, &error) && other == NULL,
           "there is one writer");
    tap_is(error.message,
           support_text(
               "%s: another certauthz-refresh holds it, and only one may write: leave the work "
               "to that one, or end it first",
               stores_path("lock")),
           "and the other one is told so");
    stores_take(keeper, der, sha256);
    stores_take(keeper, LIST_CA(.number = 2), sha256);
    stores_take(keeper, der, sha256);
    stores_source(keeper, SOURCE_URL, "http://l/", sha256);
    stores_publish(keeper);
    tap_is_int((long long)stores_file_count("lists"), 1, "what no source names is removed");
    cz_keeper_close(&keeper);
    stores_write(stores_path("catalogue.new"), TEXT("half"));
    stores_write(stores_path("lists/new"), TEXT("half"));
    stores_write(stores_path("ocsp/new"), TEXT("half"));
    stores_write(support_text("%s", stores_list_path((const uint8_t[CZ_SHA256_SIZE]){1})),
                 TEXT("left"));
    keeper = stores_open();
    tap_ok(access(stores_path("catalogue.new"), F_OK) != 0 && stores_file_count("lists") == 1 &&
               stores_file_count("ocsp") == 0,
           "what was left half done is removed");
    tap_ok(source_of(keeper)->has_list && strcmp(source_of(keeper)->etag, "tag") == 0 &&
               cz_keeper_catalogue(keeper)->revision == 1 &&
               cz_keeper_catalogue(keeper)->written == NOW,
           "what was published is there");
    cz_keeper_close(&keeper);
    stores_damage(stores_list_path(sha256),
                  stores_read(stores_list_path(sha256)).len - der.len - 10);
    keeper = stores_open();
    tap_is(cz_keeper_problem(keeper),
           support_text("%s: it is damaged: the checksum of its entries does not fit; the list is "
                        "left out and asked for again",
                        stores_list_path(sha256)),
           "a list that is damaged is told");
    tap_ok(!source_of(keeper)->has_list && source_of(keeper)->next_try == 0 &&
               source_of(keeper)->etag[0] == '\0' && source_of(keeper)->last_modified[0] == '\0',
           "and its source is due, for all of it");
    tap_is(stores_take(keeper, der, sha256), "taken", "so that it comes again");
    cz_keeper_close(&keeper);
    stores_damage(stores_path("catalogue"), 40);
    keeper = stores_open();
    tap_is(cz_keeper_problem(keeper),
           support_text("%s: it is damaged: its checksum does not fit; the store is begun anew",
                        stores_path("catalogue")),
           "a catalogue that is damaged is told");
    tap_ok(cz_keeper_catalogue(keeper)->source_count == 0, "and begun anew");
}

/* Two writers, since somebody removed the lock of the first. */
static void test_lock_removed(void) {
    struct error error = {0};
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *first = stores_open();
    if (unlink(stores_path("lock")) != 0)
        support_die("no removing");
    CZ_CLEANUP(cz_keeper_close) struct keeper *second = stores_open();
    tap_ok(!cz_keeper_publish(first, NOW, &error), "without its lock a writer writes no more");
    tap_is(error.message,
           support_text("%s: it was removed while certauthz-refresh ran; nothing is written until "
                        "that is started again",
                        stores_path("lock")),
           "and why");
    stores_publish(second);
    tap_is_int((long long)cz_keeper_catalogue(second)->revision, 1, "but another one does");
}

/* Of the folders and files, the first that cannot be used. */
static void test_unusable(void) {
    static const struct {
        const char *file, *expected;
    } cases[] = {
        {"", "%s: the folder cannot be made: Not a directory"},
        {"lock", "%s: cannot be opened: Is a directory"},
        {"catalogue", "%s: not a regular file"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct error error = {0};
        struct keeper *keeper;
        bool is_folder = cases[i].file[0] == '\0';
        stores_clear();
        if (!is_folder &&
            (mkdir(stores_folder(), 0755) != 0 || mkdir(stores_path(cases[i].file), 0755) != 0))
            support_die("a folder cannot be made");
        if (is_folder)
            stores_write(stores_folder(), CZ_BYTES("a file"));
        const char *folder = is_folder ? stores_path("missing") : stores_folder();
        const char *path = is_folder ? folder : stores_path(cases[i].file);
        CZ_CLEANUP(cz_buffer_release) struct buffer expected = {0};
        cz_buffer_puts(&expected, path);
        cz_buffer_puts(&expected, cases[i].expected + 2);
        tap_ok(!cz_keeper_open(folder, 0, &keeper, &error) && keeper == NULL, "no store: '%s'",
               cases[i].file);
        tap_is(error.message, cz_buffer_text(&expected), "and why");
    }
}

/* Also the folders above it; and everybody may read it, whoever writes it and however. */
static void test_made(void) {
    struct error error = {0};
    struct stat status;
    mode_t mask = umask(077);
    stores_clear();
    CZ_CLEANUP(cz_free_ptr) char *folder = strdup(stores_path("above/store"));
    struct keeper *keeper;
    bool opened = cz_keeper_open(folder, 0, &keeper, &error);
    umask(mask);
    tap_ok(opened, "the folders above the store are made");
    tap_is(error.message, "", "without an error");
    tap_ok(stat(stores_path("above"), &status) == 0 && (status.st_mode & 0777) == 0755,
           "for everybody to read");
    if (opened)
        cz_keeper_close(&keeper);
}

static void test_open_to_all(void) {
    static const char *const folders[] = {"", "/lists", "/ocsp"};
    stores_clear();
    for (size_t i = 0; i < CZ_COUNT(folders); i++) {
        struct keeper *keeper = stores_open();
        struct error error = {0};
        const char *folder = support_text("%s%s", stores_folder(), folders[i]);
        cz_keeper_close(&keeper);
        if (chmod(folder, 0777) != 0)
            support_die("no mode");
        tap_ok(!cz_keeper_open(stores_folder(), 0, &keeper, &error), "everybody may write: %s",
               folder);
        tap_is(error.message,
               support_text("%s: everybody may write there, and so say what is revoked: chmod o-w",
                            folder),
               "and why that is no store");
        if (chmod(folder, 0755) != 0)
            support_die("no mode");
    }
}

/* --- a disk that is full --- */

/* As far as a file may grow here, so that the writing stops inside it. */
static void limit_files(rlim_t bytes) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
        support_die("no limit");
    limit.rlim_cur = bytes == 0 ? limit.rlim_max : bytes;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        support_die("no limit can be set");
}

static void test_full_disk(void) {
    uint8_t sha256[CZ_SHA256_SIZE];
    struct error error = {0};
    signal(SIGXFSZ, SIG_IGN);
    stores_clear();
    stores_fill(LIST_CA(.entries = stores_one));
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    limit_files(300);
    const char *result = stores_take(keeper, LIST_CA(.entries = stores_two, .number = 2), sha256);
    limit_files(0);
    tap_is(result,
           support_text("failed: %s: cannot be written: File too large; what is in force stays so",
                        stores_path("lists/new")),
           "a list that does not fit on the disk");
    tap_ok(stores_file_count("lists") == 1, "nothing of it stays");
    limit_files(50);
    bool published = cz_keeper_publish(keeper, NOW + 1, &error);
    limit_files(0);
    tap_ok(!published && cz_keeper_catalogue(keeper)->revision == 1 &&
               cz_keeper_catalogue(keeper)->written == NOW,
           "a catalogue that does not fit is not published");
    tap_is(error.message,
           support_text("%s: cannot be written: File too large; what is in force stays so",
                        stores_path("catalogue.new")),
           "and why");
    tap_is(stores_look(store, TEXT("\x05")), "listed", "readers go on with what there was");
    error.message[0] = '\0';
    const struct ocsp_record record = {.response = support_fill(1, 400)};
    limit_files(50);
    bool put = cz_keeper_put_ocsp(keeper, sha256, &record, &error);
    limit_files(0);
    tap_ok(!put && stores_file_count("ocsp") == 0, "an OCSP response that does not fit");
    tap_is(error.message,
           support_text("%s: cannot be written: File too large; what is in force stays so",
                        stores_path("ocsp/new")),
           "and why");
    tap_is(stores_take(keeper, LIST_CA(.entries = stores_two, .number = 2), sha256), "taken",
           "with room again it goes on");
    stores_source(keeper, SOURCE_FILE, "file", sha256);
    stores_publish(keeper);
    tap_is(stores_look(store, TEXT("\x06")), "listed", "and is seen");
    signal(SIGXFSZ, SIG_DFL);
}

/* --- OCSP records --- */

static bool count_keys(void *context, const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    unsigned *sum = context;
    *sum += key[0];
    return *sum < 100;
}

static void test_ocsp(void) {
    const uint8_t one[CZ_OCSP_KEY_SIZE] = {1}, two[CZ_OCSP_KEY_SIZE] = {2};
    struct ocsp_record record = {.state = SOURCE_GOOD,
                                 .response = TEXT("first"),
                                 .this_update = NOW,
                                 .has_next_update = true,
                                 .next_update = NOW + 5,
                                 .last_try = NOW,
                                 .last_success = NOW};
    struct ocsp_record got;
    struct error error = {0};
    unsigned sum = 0;
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    tap_ok(cz_keeper_get_ocsp(keeper, one, &got, &error) == FILE_ABSENT,
           "of a certificate that was never asked about");
    cz_ocsp_record_release(&got);
    tap_ok(cz_keeper_put_ocsp(keeper, one, &record, &error) &&
               cz_keeper_get_ocsp(keeper, one, &got, &error) == FILE_READ &&
               cz_bytes_equal(got.response, TEXT("first")),
           "a response is kept");
    cz_ocsp_record_release(&got);
    record = (struct ocsp_record){
        .state = SOURCE_UNREACHABLE, .failures = 1, .last_try = NOW + 1, .last_success = 0};
    tap_ok(cz_keeper_put_ocsp(keeper, one, &record, &error) &&
               cz_keeper_get_ocsp(keeper, one, &got, &error) == FILE_READ &&
               got.state == SOURCE_UNREACHABLE && got.last_try == NOW + 1 &&
               got.last_success == NOW && got.this_update == NOW && got.has_next_update &&
               got.next_update == NOW + 5 && cz_bytes_equal(got.response, TEXT("first")),
           "and stays when there is none");
    cz_ocsp_record_release(&got);
    faults_begin(0, false);
    bool put = cz_keeper_put_ocsp(keeper, one, &record, &error);
    faults_end();
    tap_ok(!put && cz_keeper_get_ocsp(keeper, one, &got, &error) == FILE_READ &&
               cz_bytes_equal(got.response, TEXT("first")),
           "also where it cannot be read now");
    error.message[0] = '\0';
    cz_ocsp_record_release(&got);
    tap_ok(cz_keeper_put_ocsp(keeper, two, &record, &error) &&
               cz_keeper_get_ocsp(keeper, two, &got, &error) == FILE_READ && got.response.len == 0,
           "a record without one is kept too");
    cz_ocsp_record_release(&got);
    tap_ok(cz_keeper_each_ocsp(keeper, count_keys, &sum, &error) && sum == 3, "each is visited");
    sum = 99;
    tap_ok(cz_keeper_each_ocsp(keeper, count_keys, &sum, &error) && (sum == 100 || sum == 101),
           "until the visitor has enough");
    tap_ok(cz_keeper_drop_ocsp(keeper, one, &error) && cz_keeper_drop_ocsp(keeper, one, &error) &&
               cz_keeper_get_ocsp(keeper, one, &got, &error) == FILE_ABSENT,
           "one that is dropped is gone, once or twice");
    cz_ocsp_record_release(&got);
    record.response = support_fill(0, CZ_OCSP_RECORD_SIZE_MAX);
    tap_ok(!cz_keeper_put_ocsp(keeper, one, &record, &error), "one that is too large is not kept");
    tap_is(error.message,
           "an OCSP response and its certificates have more than 1048576 bytes, or out of memory",
           "and why");
    stores_clear();
    error.message[0] = '\0';
    tap_ok(!cz_keeper_each_ocsp(keeper, count_keys, &sum, &error), "without the folder none is");
    tap_is(error.message, support_text("%s: it is not there any more", stores_path("ocsp")),
           "and why");
    error.message[0] = '\0';
    tap_ok(!cz_keeper_publish(keeper, NOW, &error), "nor is anything published");
    tap_is(error.message,
           support_text("%s: it was removed while certauthz-refresh ran; nothing is written until "
                        "that is started again",
                        stores_path("lock")),
           "and why");
}

/* --- memory that runs out --- */

int main(void) {
    stores_begin();
    test_opening();
    test_lock_removed();
    test_unusable();
    test_made();
    test_open_to_all();
    test_full_disk();
    test_ocsp();
    stores_end();
    return tap_done();
}
