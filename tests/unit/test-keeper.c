/* The writer of the store: what it takes, what it refuses and how it says so, and what it does
 * when its store is damaged, the disk full or somebody else at work. */
#include "faults.h"
#include "stores.h"

#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const struct certificate *const *all(void) {
    return (const struct certificate *const *)stores_cas;
}

static struct bytes crl_pem(struct bytes der) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0}, base64 = {0};
    cz_base64(&base64, der);
    cz_buffer_puts(&out, "0 a text before it\n-----BEGIN X509 CRL-----\n");
    for (size_t i = 0; i < base64.len; i += 64)
        cz_buffer_printf(&out, "%.64s\n", base64.data + i);
    cz_buffer_puts(&out, "-----END X509 CRL-----\n");
    return support_keep(out.data, out.len);
}

/* --- what is taken --- */

static void test_taking(void) {
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    uint8_t first[CZ_SHA256_SIZE], second[CZ_SHA256_SIZE];
    struct bytes der = LIST_CA(.entries = stores_one);
    tap_is(stores_take(keeper, der, first), "taken", "a list is taken");
    tap_is(stores_take(keeper, der, second), "unchanged", "the same once more is there already");
    tap_ok(memcmp(first, second, sizeof first) == 0, "under the same name");
    tap_is(stores_take(keeper, crl_pem(der), second), "unchanged", "also in PEM");
    const struct catalogue_list *list = &cz_keeper_catalogue(keeper)->lists[0];
    tap_is(list->issuer, "CN=ca", "the catalogue says whose it is");
    tap_ok(list->entries == 1 && list->this_update == NOW - DAY && list->has_next_update &&
               list->next_update == NOW + DAY && !list->is_delta,
           "and what it holds");
    tap_is(stores_take(keeper, crl_pem(LIST_CA(.number = 2)), second), "taken", "one in PEM");
    tap_is_int((long long)cz_keeper_catalogue(keeper)->list_count, 2, "is another one");
    tap_is(stores_take(keeper,
                       LIST_CA(.number = 3, .this_update = NOW - DAY, .next_update = NOW - 1),
                       second),
           "taken", "one that is out of date already, but newer, is taken");
    tap_is(cz_keeper_problem(keeper), "", "nothing was wrong");
}

static void test_refusing(void) {
    const struct bytes unknown[] = {support_extension(TEXT("\x2a\x03"), true, TEXT("\x05\x00")),
                                    {.data = NULL}};
    const struct forge_entry issuers[] = {ENTRY(TEXT("\x05"), .issuer = "b"), LAST_ENTRY};
    const struct {
        const char *name;
        struct bytes content;
        const char *expected;
    } cases[] = {
        {"nothing", TEXT(""), "malformed: it holds no CRL, neither in DER nor in PEM"},
        {"a text", TEXT("<html>"), "malformed: it holds no CRL, neither in DER nor in PEM"},
        {"PEM that is cut off", TEXT("-----BEGIN X509 CRL-----\nMIIB"),
         "malformed: its PEM is malformed: it is cut off: -----END X509 CRL----- is missing"},
        {"DER that is cut off", TEXT("\x30\x82\x01\x00"),
         "malformed: it is malformed: not one DER CRL and nothing else"},
        {"a critical extension", LIST_CA(.more = unknown),
         "unusable: it cannot be used: it holds a critical extension that is not processed (RFC "
         "5280 5.2)"},
        {"other issuers' certificates", LIST_CA(.entries = issuers),
         "unusable: it cannot be used: an entry names its certificate's issuer, and the CRL does "
         "not say that it is indirect (RFC 5280 5.3.3)"},
        {"an issuer that is not known",
         forge_crl(&(struct forge_list){.issuer = "nobody", .signer = CA_KEY}),
         "no issuer: its issuer, CN=nobody, is not known here: the issuer's certificate has to be "
         "in trust.anchors or trust.intermediates"},
        {"another's signature",
         forge_crl(&(struct forge_list){.issuer = "other", .signer = CA_KEY}),
         "bad signature: its signature was not made by its issuer, CN=other"},
        {"a bad signature", LIST_CA(.bad_signature = true),
         "bad signature: its signature was not made by its issuer, CN=ca"},
        {"a key that may not sign CRLs",
         forge_crl(&(struct forge_list){.issuer = "ca", .signer = OTHER_KEY}),
         "may not sign: its issuer, CN=ca, may not sign CRLs: the key usage of the issuer's "
         "certificate lacks cRLSign (RFC 5280 4.2.1.3)"},
        {"SHA-1",
         forge_crl(&(struct forge_list){.issuer = "ca", .signer = FORGE_RSA, .sha1 = true}),
         "weak signature: its signature's algorithm, RSA-SHA1, is weaker than "
         "certificates.strength allows"},
        {"an unknown algorithm",
         LIST_CA(.parts = {[LIST_ALGORITHM] = DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2a\x03"))),
                           [LIST_OUTER_ALGORITHM] =
                               DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2a\x03")))}),
         "weak signature: its signature's algorithm, which is unknown, is weaker than "
         "certificates.strength allows"},
    };
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    uint8_t sha256[CZ_SHA256_SIZE];
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_is(stores_take(keeper, cases[i].content, sha256), cases[i].expected, cases[i].name);
    tap_ok(cz_keeper_catalogue(keeper)->list_count == 0 && stores_file_count("lists") == 0,
           "nothing of it is kept");
}

/* A CA with two keys, as after a change of its key. */
static void test_keys(void) {
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    uint8_t sha256[CZ_SHA256_SIZE];
    const struct forge_list renewed = {
        .issuer = "ca", .signer = CA_SECOND_KEY, .number = 1, .this_update = NOW - 9 * DAY};
    const struct certificate *const reversed[] = {stores_cas[CA_MAY_NOT], stores_cas[CA_NEW_KEY],
                                                  stores_cas[CA]};
    tap_is(stores_take(keeper, LIST_CA(.number = 5), sha256), "taken", "the list of one key");
    tap_is(stores_take_from(keeper, forge_crl(&renewed), reversed, 3, sha256), "taken",
           "that of another key of the same name is not measured by it");
    tap_is(stores_take_from(keeper, LIST_CA(.number = 6), reversed, 3, sha256), "taken",
           "and the key is found wherever it stands");
    tap_is(stores_take_from(keeper, LIST_CA(.number = 7), reversed, 2, sha256),
           "bad signature: its signature was not made by its issuer, CN=ca",
           "unless it is not there");
}

/* --- never back --- */

static void test_never_back(void) {
    const struct {
        const char *name;
        struct forge_list list;
        const char *expected;
    } cases[] = {
        {"an earlier thisUpdate",
         {.number = 9, .this_update = NOW - 2 * DAY},
         "older: its thisUpdate is earlier than that of the list in the store, which stays"},
        {"a lower number",
         {.number = 4, .this_update = NOW},
         "older: its CRL number is lower than that of the list in the store, which stays"},
        {"the same number, and later", {.number = 5, .this_update = NOW}, "taken"},
        {"no number, and later", {.number = -1, .this_update = NOW + 1}, "taken"},
        {"an earlier one with another scope",
         {.number = 4, .this_update = NOW - 2 * DAY, .point = TEXT("\x81\x01\xff")},
         "taken"},
        {"an earlier delta CRL", {.number = 4, .this_update = NOW - 2 * DAY, .base = 1}, "taken"},
        {"a still earlier delta CRL",
         {.number = 3, .this_update = NOW - 3 * DAY, .base = 1},
         "older: its thisUpdate is earlier than that of the list in the store, which stays"},
    };
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    uint8_t sha256[CZ_SHA256_SIZE];
    stores_take(keeper, LIST_CA(.number = 5, .this_update = NOW - DAY), sha256);
    stores_source(keeper, SOURCE_FILE, "file", sha256);
    stores_publish(keeper);
    cz_keeper_close(&keeper);
    keeper = stores_open();
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct forge_list list = cases[i].list;
        list.issuer = "ca";
        list.signer = CA_KEY;
        tap_is(stores_take(keeper, forge_crl(&list), sha256), cases[i].expected, cases[i].name);
    }
}

#define GONE " than that of a list that was in the store before; see certauthz-refresh(8)"

/* A list that counted once is the measure, also when nobody names it any more. */
static void test_never_back_when_gone(void) {
    uint8_t sha256[CZ_SHA256_SIZE];
    struct bytes new = LIST_CA(.number = 5, .this_update = NOW - DAY);
    struct bytes old = LIST_CA(.number = 6, .this_update = NOW - 2 * DAY);
    struct bytes low = LIST_CA(.number = 4, .this_update = NOW);
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    stores_take(keeper, new, sha256);
    stores_source(keeper, SOURCE_URL, "http://l/", sha256);
    stores_publish(keeper);
    stores_source(keeper, SOURCE_URL, "http://l/", NULL);
    stores_publish(keeper);
    tap_is_int((long long)stores_file_count("lists"), 0, "a list is gone");
    tap_is(stores_take(keeper, old, sha256), "older: its thisUpdate is earlier" GONE,
           "an older one does not come back");
    cz_keeper_close(&keeper);
    if (unlink(stores_path("catalogue")) != 0)
        support_die("no removing");
    keeper = stores_open();
    tap_is(stores_take(keeper, low, sha256), "older: its CRL number is lower" GONE,
           "nor with the next writer, whatever became of the catalogue");
    tap_is(stores_take(keeper, new, sha256), "taken", "the same does");
    cz_keeper_close(&keeper);
    if (unlink(stores_path("newest")) != 0)
        support_die("no removing");
    keeper = stores_open();
    tap_is(stores_take(keeper, old, sha256), "taken", "and so do all when that is forgotten");
    cz_keeper_close(&keeper);
    stores_write(stores_path("newest"), TEXT("garbage"));
    keeper = stores_open();
    tap_is(cz_keeper_problem(keeper),
           support_text("%s: it is no newest of certauthz; how new the lists were that are gone is "
                        "not known any more",
                        stores_path("newest")),
           "one that is damaged is told");
}

/* What is ahead of its time must not shut out for ever what is right. */
static void test_list_of_the_future(void) {
    uint8_t sha256[CZ_SHA256_SIZE];
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    stores_take(keeper, LIST_CA(.this_update = NOW + 99 * DAY, .next_update = NOW + 100 * DAY),
                sha256);
    stores_source(keeper, SOURCE_URL, "http://l/", sha256);
    stores_publish(keeper);
    stores_source(keeper, SOURCE_URL, "http://l/", NULL);
    stores_publish(keeper);
    tap_is(stores_take(keeper, LIST_CA(.number = 2), sha256), "taken",
           "a list of the future that is gone is no measure");
}

/* A source that gives something else by now. */
static void test_orphans(void) {
    uint8_t first[CZ_SHA256_SIZE], other[CZ_SHA256_SIZE], delta[CZ_SHA256_SIZE];
    struct error error = {0};
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    stores_take(keeper, LIST_CA(.entries = stores_one), first);
    stores_source(keeper, SOURCE_URL, "http://l/", first);
    stores_publish(keeper);
    stores_take(keeper, forge_crl(&(struct forge_list){.issuer = "other", .signer = OTHER_KEY}),
                other);
    stores_take(keeper, LIST_CA(.base = 1, .number = 2), delta);
    tap_ok(cz_keeper_orphan(keeper, first, other) && !cz_keeper_orphan(keeper, first, delta),
           "another CA's list, and a delta CRL, are no reason to give a list up; told once");
    stores_source(keeper, SOURCE_URL, "http://l/", other);
    stores_publish(keeper);
    tap_is_int((long long)stores_file_count("lists"), 2, "it stays");
    cz_keeper_close(&keeper);
    keeper = stores_open();
    stores_publish(keeper);
    tap_is_int((long long)stores_file_count("lists"), 2, "with the next writer too");
    tap_is(stores_take(keeper, LIST_CA(.number = 1, .this_update = NOW - 2 * DAY), delta),
           "older: its thisUpdate is earlier than that of the list in the store, which stays",
           "and what is older is measured by it");
    tap_is(stores_take(keeper, LIST_CA(.number = 3), delta), "taken", "what is newer comes");
    tap_ok(!cz_keeper_orphan(keeper, first, delta), "as its next");
    stores_source(keeper, SOURCE_URL, "http://m/", delta);
    stores_publish(keeper);
    tap_is_int((long long)stores_file_count("lists"), 2, "and takes its place");
    tap_ok(cz_keeper_orphan(keeper, delta, other), "what was left behind once more");
    stores_source(keeper, SOURCE_URL, "http://m/", other);
    stores_publish(keeper);
    tap_ok(cz_keeper_publish(keeper, NOW + DAY, &error), "when it has ended");
    tap_is_int((long long)stores_file_count("lists"), 1, "goes");
}

/* --- a store that is damaged, and others that are at work --- */

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
    tap_ok(!cz_keeper_get_ocsp(keeper, one, &got), "of a certificate that was never asked about");
    cz_ocsp_record_release(&got);
    tap_ok(cz_keeper_put_ocsp(keeper, one, &record, &error) &&
               cz_keeper_get_ocsp(keeper, one, &got) && cz_bytes_equal(got.response, TEXT("first")),
           "a response is kept");
    cz_ocsp_record_release(&got);
    record = (struct ocsp_record){
        .state = SOURCE_UNREACHABLE, .failures = 1, .last_try = NOW + 1, .last_success = 0};
    tap_ok(cz_keeper_put_ocsp(keeper, one, &record, &error) &&
               cz_keeper_get_ocsp(keeper, one, &got) && got.state == SOURCE_UNREACHABLE &&
               got.last_try == NOW + 1 && got.last_success == NOW && got.this_update == NOW &&
               got.has_next_update && got.next_update == NOW + 5 &&
               cz_bytes_equal(got.response, TEXT("first")),
           "and stays when there is none");
    cz_ocsp_record_release(&got);
    tap_ok(cz_keeper_put_ocsp(keeper, two, &record, &error) &&
               cz_keeper_get_ocsp(keeper, two, &got) && got.response.len == 0,
           "a record without one is kept too");
    cz_ocsp_record_release(&got);
    tap_ok(cz_keeper_each_ocsp(keeper, count_keys, &sum, &error) && sum == 3, "each is visited");
    sum = 99;
    tap_ok(cz_keeper_each_ocsp(keeper, count_keys, &sum, &error) && (sum == 100 || sum == 101),
           "until the visitor has enough");
    tap_ok(cz_keeper_drop_ocsp(keeper, one, &error) && cz_keeper_drop_ocsp(keeper, one, &error) &&
               !cz_keeper_get_ocsp(keeper, one, &got),
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

static const char *attempt(struct bytes der, bool *failed_once, long nth) {
    uint8_t sha256[CZ_SHA256_SIZE];
    struct keeper *keeper;
    struct error error = {0};
    struct catalogue_source source = {.name = (char *)(uintptr_t) "file", .has_list = true};
    const struct requirements requirements = {.strength = STRENGTH_MEDIUM};
    const struct intake intake = {
        .content = der, .signers = all(), .signer_count = 1, .requirements = &requirements};
    const char *folder = stores_folder();
    faults_begin(nth, false);
    bool done = cz_keeper_open(folder, 0, &keeper, &error) &&
                cz_keeper_take_crl(keeper, &intake, sha256, &error) == INTAKE_TAKEN;
    if (done) {
        memcpy(source.list, sha256, sizeof sha256);
        cz_keeper_catalogue(keeper)->sources = &source;
        cz_keeper_catalogue(keeper)->source_count = 1;
        done = cz_keeper_publish(keeper, NOW, &error);
        cz_keeper_catalogue(keeper)->sources = NULL;
        cz_keeper_catalogue(keeper)->source_count = 0;
    }
    *failed_once = faults_end();
    cz_keeper_close(&keeper);
    return done ? "" : support_text("%s", error.message);
}

static void test_faults(void) {
    struct bytes der = LIST_CA(.entries = stores_two);
    long reached = 0, unsafe = 0;
    for (bool failed = true; failed && reached < 1000; reached += failed) {
        stores_clear();
        const char *message = attempt(der, &failed, reached);
        bool told = strstr(message, "out of memory") != NULL;
        unsafe += told != failed;
        if (told != failed)
            printf("# %ld: %s\n", reached, message);
    }
    tap_ok(unsafe == 0 && reached > 10 && reached < 1000, "an error at each of %ld allocations",
           reached);
}

/* A good list is not given up because there was no memory to look at it. */
static void test_shortage(void) {
    long reached = 0, lost = 0, opened = 0;
    stores_clear();
    stores_fill(LIST_CA(.entries = stores_one));
    const char *folder = stores_folder();
    for (bool failed = true; failed && reached < 1000; reached += failed) {
        struct keeper *keeper;
        struct error error = {0};
        faults_begin(reached, false);
        bool good = cz_keeper_open(folder, 0, &keeper, &error);
        failed = faults_end();
        opened += good;
        lost += good && cz_keeper_catalogue(keeper)->list_count != 1;
        lost += !good && strstr(error.message, "out of memory") == NULL;
        cz_keeper_close(&keeper);
    }
    tap_ok(lost == 0 && opened == 1 && reached > 5 && reached < 1000,
           "no list is lost at each of %ld allocations", reached);
}

int main(void) {
    stores_begin();
    test_taking();
    test_refusing();
    test_keys();
    test_never_back();
    test_never_back_when_gone();
    test_list_of_the_future();
    test_orphans();
    test_opening();
    test_lock_removed();
    test_unusable();
    test_made();
    test_open_to_all();
    test_full_disk();
    test_ocsp();
    test_faults();
    test_shortage();
    stores_end();
    return tap_done();
}
