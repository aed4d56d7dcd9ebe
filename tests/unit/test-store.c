/* The store as readers see it, while a writer changes it and when it is damaged. */
#include "faults.h"
#include "stores.h"

#include "store/deny_file.h"
#include "store/list_file.h"
#include "store/view.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void test_absent(void) {
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, false);
    const struct revocation_holdings *holdings = cz_store_holdings(view);
    struct ocsp_holding holding;
    const uint8_t key[CZ_OCSP_KEY_SIZE] = {0};
    tap_is(cz_store_view_problem(view), "", "a folder that is not there is an empty store");
    tap_ok(holdings->crl_count == 0 && holdings->denied != NULL && holdings->denied->count == 0 &&
               !holdings->deny_list_unreadable,
           "without a list, and nobody is denied");
    tap_ok(holdings->number > 0 && holdings->configured == SOURCE_UNTRIED &&
               holdings->point(holdings->context, TEXT("http://l/")) == SOURCE_UNTRIED &&
               !holdings->ocsp(holdings->context, key, &holding),
           "and nothing is known of any source");
    tap_ok(cz_store_catalogue(view)->source_count == 0, "nor listed");
}

static void test_publishing(void) {
    stores_clear();
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    stores_fill(LIST_CA(.entries = stores_one));
    tap_is(stores_look(store, TEXT("\x05")), "listed", "what is published is seen");
    tap_is(stores_look(store, TEXT("\x06")), "absent", "and says nothing else");
    CZ_CLEANUP(cz_store_let_go) struct store_view *old = cz_store_hold(store, true);
    uint64_t number = cz_store_holdings(old)->number;
    stores_fill(LIST_CA(.entries = stores_two, .number = 2));
    tap_is(stores_look(store, TEXT("\x06")), "listed", "a newer one takes its place");
    tap_is(stores_ask(old, TEXT("\x06")), "absent", "a view that is held stays as it was");
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, true);
    tap_ok(cz_store_holdings(view)->number > number, "and has another number");
    CZ_CLEANUP(cz_store_let_go) struct store_view *again = cz_store_hold(store, true);
    tap_ok(again == view, "as long as nothing changes it is one view");
    tap_is_int((long long)stores_file_count("lists"), 1, "a list that nobody names is removed");
}

/* --- what goes wrong: the last good content stays --- */

static const char *with_consequence(const char *file, const char *what, const char *consequence) {
    return support_text("%s: %s; %s", stores_path(file), what, consequence);
}

#define STAYS "what it said before stays in force"
#define NOTHING "no CRL and no OCSP response of the store is used"

static void test_bad_catalogues(void) {
    static const struct {
        const char *name, *content; /* NULL: a folder; "": nothing at all */
        const char *what;
    } cases[] = {
        {"garbage", "garbage", "it is no catalogue of certauthz"},
        {"nothing", "", "it is no catalogue of certauthz"},
        {"another form", "certauthz catalogue 2\nwhatever",
         "it has form 2 and this program reads form 1: certauthz and certauthz-refresh have to be "
         "of one version"},
        {"half of one", "certauthz catalogue 1\nwhatever",
         "it is damaged: its checksum does not fit"},
        {"a folder", NULL, "not a regular file"},
    };
    stores_clear();
    stores_fill(LIST_CA(.entries = stores_one));
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    const char *good = stores_path("good"), *path = stores_path("catalogue");
    uint64_t number = 0;
    if (rename(path, good) != 0)
        support_die("no renaming");
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        if (cases[i].content == NULL ? mkdir(path, 0755) != 0 : false)
            support_die("no folder");
        if (cases[i].content != NULL)
            stores_write(path, cz_bytes_of(cases[i].content));
        tap_is(stores_look(store, TEXT("\x05")),
               support_text("listed; %s", with_consequence("catalogue", cases[i].what, STAYS)),
               cases[i].name);
        CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, true);
        CZ_CLEANUP(cz_store_let_go) struct store_view *again = cz_store_hold(store, true);
        tap_ok(view == again && (i == 0 || cz_store_holdings(view)->number == number),
               "is told once, and remembered verdicts go on counting");
        number = cz_store_holdings(view)->number;
        CZ_CLEANUP(cz_store_close) struct store *fresh = cz_store_open(stores_folder());
        tap_is(stores_look(fresh, TEXT("\x05")),
               support_text("no list; %s", with_consequence("catalogue", cases[i].what, NOTHING)),
               "whoever starts now has nothing");
        if (remove(path) != 0)
            support_die("no removing");
    }
    tap_is(stores_look(store, TEXT("\x05")),
           support_text("listed; %s",
                        with_consequence("catalogue", "it is not there any more", STAYS)),
           "one that is gone");
    if (rename(good, path) != 0)
        support_die("no renaming");
    tap_is(stores_look(store, TEXT("\x05")), "listed", "and all is well again");
}

static void test_bad_lists(void) {
    uint8_t sha256[CZ_SHA256_SIZE], other[CZ_SHA256_SIZE];
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    stores_take(keeper, LIST_CA(.entries = stores_one), sha256);
    stores_take(keeper, forge_crl(&(struct forge_list){.issuer = "other", .signer = OTHER_KEY}),
                other);
    stores_source(keeper, SOURCE_FILE, "one", sha256);
    stores_source(keeper, SOURCE_URL, "http://two/", other);
    stores_publish(keeper);
    const char *path = stores_list_path(sha256);
    struct bytes content = stores_read(path);
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    stores_damage(path, 100);
    CZ_CLEANUP(cz_store_close) struct store *fresh = cz_store_open(stores_folder());
    tap_is(stores_look(store, TEXT("\x05")), "listed", "a list that is in use stays in use");
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(fresh, true);
    tap_is(cz_store_view_problem(view),
           support_text("%s: it is damaged: the checksum of its header does not fit", path),
           "one that is damaged is told");
    const struct revocation_holdings *holdings = cz_store_holdings(view);
    tap_ok(holdings->crl_count == 1 &&
               cz_bytes_equal(holdings->crls[0].verified_spki, stores_cas[OTHER_CA]->spki),
           "and left out alone");
    tap_ok(holdings->configured == SOURCE_UNREACHABLE, "its source counts as one that gave none");
    stores_write(path, stores_read(stores_list_path(other)));
    CZ_CLEANUP(cz_store_close) struct store *swapped = cz_store_open(stores_folder());
    CZ_CLEANUP(cz_store_let_go) struct store_view *third = cz_store_hold(swapped, true);
    tap_is(cz_store_view_problem(third),
           support_text("%s: it holds another list than its name says", path),
           "one that is another is told");
    if (unlink(path) != 0)
        support_die("no removing");
    CZ_CLEANUP(cz_store_close) struct store *missing = cz_store_open(stores_folder());
    CZ_CLEANUP(cz_store_let_go) struct store_view *fourth = cz_store_hold(missing, true);
    tap_is(cz_store_view_problem(fourth),
           support_text("%s: cannot be opened: No such file or directory", path),
           "one that is missing too");
    stores_write(path, content);
    stores_source(keeper, SOURCE_FILE, "one", sha256);
    stores_publish(keeper);
    tap_is(stores_look(fresh, TEXT("\x05")), "listed", "until it is there again");
}

/* --- a look-up in a list that is damaged where no reader verifies it --- */

/* Each bit of the records turned over: a serial that is listed is found, or the look-up fails. */
static void test_bit_rot(void) {
    enum { COUNT = 9 };
    static uint8_t serials[COUNT][2];
    struct forge_entry entries[COUNT + 1] = {{.reason = 0}};
    uint8_t sha256[CZ_SHA256_SIZE];
    for (size_t i = 0; i < COUNT; i++) {
        serials[i][0] = (uint8_t)(1 + (i * 5) % COUNT);
        serials[i][1] = 0x40;
        entries[i].serial = (struct bytes){serials[i], 2};
    }
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    struct bytes der = LIST_CA(.entries = entries);
    stores_take(keeper, der, sha256);
    struct bytes file = stores_read(stores_list_path(sha256));
    uint8_t *octets = (uint8_t *)file.data;
    size_t records = file.len - der.len - COUNT * sizeof(struct crl_record);
    size_t lost = 0, noticed = 0;
    struct error error = {0};
    CZ_CLEANUP(cz_list_file_release) struct list_file list;
    if (!cz_list_file_read(file, &list, &error))
        support_die("%s", error.message);
    for (size_t bit = 0; bit < COUNT * sizeof(struct crl_record) * 8; bit++) {
        octets[records + bit / 8] ^= (uint8_t)(1 << bit % 8);
        for (size_t i = 0; i < COUNT; i++) {
            struct crl_entry entry;
            switch (cz_crl_index_find(&list.index, list.crl.issuer_canonical, entries[i].serial,
                                      &entry)) {
            case CRL_LOOKUP_ABSENT:
                lost++;
                break;
            case CRL_LOOKUP_FOUND:
                lost += !cz_bytes_equal(entry.serial, entries[i].serial);
                break;
            case CRL_LOOKUP_FAILED:
                noticed++;
                break;
            }
        }
        octets[records + bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    tap_ok(lost == 0 && noticed > COUNT * 8, "no serial is lost by a bit that turned (%zu noticed)",
           noticed);
}

/* --- sources, OCSP responses, the deny list --- */

static void test_sources(void) {
    uint8_t sha256[CZ_SHA256_SIZE];
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    stores_take(keeper, LIST_CA(.entries = stores_one), sha256);
    stores_source(keeper, SOURCE_POINT, "http://good/", sha256);
    stores_source(keeper, SOURCE_POINT, "http://bad/", NULL)->state = SOURCE_BAD_SIGNATURE;
    stores_source(keeper, SOURCE_URL, "http://away/", NULL)->state = SOURCE_UNREACHABLE;
    stores_source(keeper, SOURCE_FILE, "untried", NULL);
    stores_publish(keeper);
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, false);
    const struct revocation_holdings *holdings = cz_store_holdings(view);
    const void *context = holdings->context;
    tap_ok(holdings->point(context, TEXT("http://good/")) == SOURCE_GOOD &&
               holdings->point(context, TEXT("http://bad/")) == SOURCE_BAD_SIGNATURE &&
               holdings->point(context, TEXT("http://away/")) == SOURCE_UNREACHABLE &&
               holdings->point(context, TEXT("http://other/")) == SOURCE_UNTRIED &&
               holdings->point(context, TEXT("untried")) == SOURCE_UNTRIED,
           "each URL is known by how it went with it");
    tap_ok(holdings->configured == SOURCE_UNREACHABLE,
           "of what is configured the worst counts, and distribution points are not");
    tap_ok(cz_store_catalogue(view)->source_count == 4, "the catalogue lists them all");
    stores_source(keeper, SOURCE_FILE, "untried", sha256);
    stores_source(keeper, SOURCE_URL, "http://away/", sha256)->state = SOURCE_UNREACHABLE;
    stores_publish(keeper);
    CZ_CLEANUP(cz_store_let_go) struct store_view *better = cz_store_hold(store, true);
    tap_ok(cz_store_holdings(better)->configured == SOURCE_GOOD,
           "those that have given a list do not count as such");
}

static void put_response(struct keeper *keeper, uint8_t first, uint8_t second,
                         const char *response) {
    const uint8_t key[CZ_OCSP_KEY_SIZE] = {first, second};
    struct error error = {0};
    const struct ocsp_record record = {
        .state = SOURCE_GOOD, .response = cz_bytes_of(response), .last_success = NOW};
    if (!cz_keeper_put_ocsp(keeper, key, &record, &error))
        support_die("%s", error.message);
}

static const char *response_of(const struct store_view *view, uint8_t first, uint8_t second) {
    const struct revocation_holdings *holdings = cz_store_holdings(view);
    const uint8_t key[CZ_OCSP_KEY_SIZE] = {first, second};
    struct ocsp_holding holding;
    if (!holdings->ocsp(holdings->context, key, &holding))
        return "none";
    return support_text("%.*s %d %lld", (int)holding.response.len,
                        (const char *)holding.response.data, (int)holding.state,
                        (long long)(holding.fetched - NOW));
}

static void test_ocsp(void) {
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    put_response(keeper, 1, 1, "first");
    stores_publish(keeper);
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, false);
    tap_is(response_of(view, 1, 1), "first 1 0", "a response is read when it is asked for");
    tap_is(response_of(view, 1, 2), "none", "one that is not there is none");
    put_response(keeper, 1, 1, "second");
    put_response(keeper, 1, 2, "other");
    stores_publish(keeper);
    tap_is(response_of(view, 1, 1), "first 1 0", "what was lent out does not change");
    CZ_CLEANUP(cz_store_let_go) struct store_view *next = cz_store_hold(store, true);
    tap_ok(cz_store_holdings(next)->ocsp_number != cz_store_holdings(view)->ocsp_number,
           "a new response makes another content");
    tap_ok(cz_store_holdings(next)->number == cz_store_holdings(view)->number,
           "but not for verdicts that heed none");
    tap_is(response_of(next, 1, 1), "second 1 0", "which has it");
    tap_is(response_of(next, 1, 2), "other 1 0", "and others of its kind");
    stores_write(
        stores_path("ocsp/0300000000000000000000000000000000000000000000000000000000000000"),
        TEXT("garbage"));
    tap_is(response_of(next, 3, 0), "none", "one that is damaged is none");
}

/* More responses than one view keeps: another takes its place, with the same number. */
static void test_many_responses(void) {
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    put_response(keeper, 0, 0, "r");
    struct bytes record = stores_read(
        stores_path("ocsp/0000000000000000000000000000000000000000000000000000000000000000"));
    for (unsigned i = 1; i < CZ_VIEW_RESPONSES_MAX; i++)
        stores_write(stores_path(support_text("ocsp/%02x%02x%060d", i & 0xff, i >> 8, 0)), record);
    stores_publish(keeper);
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, false);
    size_t wrong = 0;
    for (unsigned i = 0; i < CZ_VIEW_RESPONSES_MAX; i++)
        wrong += strcmp(response_of(view, (uint8_t)i, (uint8_t)(i >> 8)), "r 1 0") != 0;
    tap_ok(wrong == 0, "all are there");
    CZ_CLEANUP(cz_store_let_go) struct store_view *next = cz_store_hold(store, true);
    tap_ok(next != view && cz_store_holdings(next)->number == cz_store_holdings(view)->number,
           "a view that is full gives way to another of the same content");
}

static bool add_denial(void *context, struct deny_list *list, struct error *error) {
    const struct deny_entry entry = {
        .kind = DENY_SHA256, .text = strdup("a certificate"), .reason = strdup(""), .since = NOW};
    (void)context;
    return cz_deny_list_add(list, &entry) || cz_error_set(error, "full");
}

static const char *denials_of(struct store *store) {
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, true);
    const struct revocation_holdings *holdings = cz_store_holdings(view);
    const char *problem = cz_store_view_problem(view);
    return support_text("%d%s%s%s", holdings->denied != NULL ? (int)holdings->denied->count : -1,
                        holdings->deny_list_unreadable ? ", unreadable" : "",
                        problem[0] != '\0' ? "; " : "", problem);
}

/* Once whoever removed the list could have gone on with the rest of the store. */
static const char *denials_in_the_end(struct store *store) {
    const char *result = denials_of(store);
    for (int i = 0; i < 20 && strcmp(result, "0") != 0; i++) {
        usleep(50000);
        result = denials_of(store);
    }
    return result;
}

static void test_deny_list(void) {
    struct error error = {0};
    stores_clear();
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    tap_is(denials_of(store), "0", "nobody is denied");
    if (!cz_deny_file_change(stores_folder(), add_denial, NULL, &error))
        support_die("%s", error.message);
    tap_is(denials_of(store), "1", "somebody is, without a catalogue");
    stores_write(stores_path("deny"), TEXT("garbage"));
    struct deny_list list;
    cz_deny_file_load(stores_folder(), &list, &error);
    cz_deny_list_release(&list);
    tap_is(denials_of(store),
           support_text("1; %s; the deny list that was read before stays in force", error.message),
           "one that becomes unreadable stays in force");
    CZ_CLEANUP(cz_store_close) struct store *fresh = cz_store_open(stores_folder());
    tap_is(denials_of(fresh),
           support_text("-1, unreadable; %s; whom it denies is not known", error.message),
           "and who starts now knows that there is one");
    if (unlink(stores_path("deny")) != 0)
        support_die("no removing");
    tap_is(denials_in_the_end(store), "0", "one that is removed denies nobody");
    tap_is(denials_of(fresh), "0", "to all");
}

static void run(const char *command) {
    if (system(support_text("store=%s; away=$store.away; %s", stores_folder(), command)) != 0)
        support_die("%s", command);
}

/* Nobody who moves a store away, or takes a disk out, wants to let in whom it denies. */
static void test_deny_list_gone(void) {
    static const struct {
        const char *name, *command;
        bool with_catalogue;
    } cases[] = {
        {"moved away", "mv $store $away", false},
        {"moved away with a catalogue", "mv $store $away", true},
        {"not mounted: another folder is below", "mv $store $away && mkdir $store", false},
        {"a copy in its place", "mv $store $away && cp -Rp $away $store && rm $store/deny", true},
        {"emptied", "cp -Rp $store $away && rm -r $store/*", true},
    };
    const char *problem = support_text(
        "%s: it is not there any more; the deny list that was read before stays in force",
        stores_path("deny"));
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct error error = {0};
        stores_clear();
        if (cases[i].with_catalogue)
            stores_fill(LIST_CA(.entries = stores_one));
        if (!cz_deny_file_change(stores_folder(), add_denial, NULL, &error))
            support_die("%s", error.message);
        CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
        tap_is(denials_of(store), "1", "somebody is denied");
        run(cases[i].command);
        const char *result = denials_of(store);
        tap_ok(strncmp(result, "1;", 2) == 0 && strstr(result, problem) != NULL,
               "the store is %s: who was denied is so still (%s)", cases[i].name, result);
        CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, true);
        CZ_CLEANUP(cz_store_let_go) struct store_view *again = cz_store_hold(store, true);
        tap_ok(view == again, "which is told once");
        CZ_CLEANUP(cz_store_close) struct store *fresh = cz_store_open(stores_folder());
        tap_is(denials_of(fresh), "0", "whoever starts now knows of nobody");
        run("rm -rf $store && mv $away $store");
        tap_is(denials_of(store), "1", "and all is well again");
    }
}

/* What is removed file by file may be looked at in between. */
static void test_deny_list_goes_first(void) {
    struct error error = {0};
    stores_clear();
    stores_fill(LIST_CA(.entries = stores_one));
    if (!cz_deny_file_change(stores_folder(), add_denial, NULL, &error))
        support_die("%s", error.message);
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    run("cp -Rp $store $away && rm $store/deny");
    tap_is(denials_of(store), "1", "a list that was removed just now may not be all that goes");
    run("rm -r $store");
    usleep(600000);
    tap_ok(strncmp(denials_of(store), "1;", 2) == 0, "and where the rest goes too it stays");
    run("mv $away $store");
    tap_is(denials_of(store), "1", "all is well again");
    run("rm $store/deny");
    tap_is(denials_in_the_end(store), "0", "and nothing else is gone: nobody is denied");
}

/* --- several at once --- */

/* Whether what the store says is one of the two lists that are published in turn. */
static bool is_sound(struct store *store) {
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, true);
    const char *six = stores_ask(view, TEXT("\x06"));
    return strcmp(stores_ask(view, TEXT("\x05")), "listed") == 0 &&
           (strcmp(six, "listed") == 0 || strcmp(six, "absent") == 0) &&
           cz_store_view_problem(view)[0] == '\0';
}

/* Imports one list after the other, equally new, until it is killed. */
_Noreturn static void write_for_ever(const struct bytes lists[2]) {
    for (size_t i = 0;; i++)
        stores_fill(lists[i % 2]);
}

#define KILLS 60

static void test_killed_writer(void) {
    const struct bytes lists[2] = {LIST_CA(.entries = stores_one), LIST_CA(.entries = stores_two)};
    size_t unsound = 0, sound = 0, wrecked = 0;
    uint64_t revision = 0;
    stores_clear();
    stores_fill(lists[0]);
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    for (unsigned i = 0; i < KILLS; i++) {
        pid_t child = fork();
        if (child == 0)
            write_for_ever(lists);
        usleep(i * 997 % 30000);
        unsound += !is_sound(store);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        unsound += !is_sound(store);
        CZ_CLEANUP(cz_store_close) struct store *fresh = cz_store_open(stores_folder());
        sound += is_sound(fresh);
        CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
        wrecked += cz_keeper_problem(keeper)[0] != '\0' ||
                   cz_keeper_catalogue(keeper)->revision < revision;
        revision = cz_keeper_catalogue(keeper)->revision;
    }
    tap_ok(unsound == 0, "a reader sees a good state at each of %d kills of the writer", KILLS);
    tap_ok(sound == KILLS, "so does one that starts then");
    tap_ok(wrecked == 0 && revision > 1, "and the next writer goes on from there (revision %llu)",
           (unsigned long long)revision);
}

/* What a reader process found wrong, as its exit status. */
_Noreturn static void read_on(unsigned rounds) {
    struct store *store = cz_store_open(stores_folder());
    unsigned wrong = 0;
    for (unsigned i = 0; i < rounds; i++)
        wrong += !is_sound(store);
    cz_store_close(&store);
    _exit(wrong > 100 ? 100 : (int)wrong);
}

static void test_two_readers(void) {
    pid_t readers[2];
    stores_clear();
    stores_fill(LIST_CA(.entries = stores_one, .number = 1));
    for (size_t i = 0; i < 2; i++) {
        readers[i] = fork();
        if (readers[i] == 0)
            read_on(400);
    }
    for (int i = 2; i < 40; i++)
        stores_fill(LIST_CA(.entries = i % 2 ? stores_one : stores_two, .number = i));
    int first = -1, second = -1;
    waitpid(readers[0], &first, 0);
    waitpid(readers[1], &second, 0);
    tap_ok(first == 0 && second == 0, "two processes read what a third one writes");
}

static void *hold_and_ask(void *context) {
    struct store *store = context;
    size_t *wrong = calloc(1, sizeof *wrong);
    for (unsigned i = 0; i < 300; i++) {
        CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, i % 3 == 0);
        struct crl_entry entry;
        const struct revocation_holdings *holdings = cz_store_holdings(view);
        const struct crl_candidate *crl = holdings->crls;
        const uint8_t key[CZ_OCSP_KEY_SIZE] = {(uint8_t)i};
        struct ocsp_holding holding;
        *wrong += holdings->crl_count != 1 ||
                  crl->lookup.find(crl->lookup.context, crl->crl->issuer_canonical, TEXT("\x05"),
                                   &entry) != CRL_LOOKUP_FOUND;
        *wrong += i % 256 < 4 && !holdings->ocsp(holdings->context, key, &holding);
    }
    return wrong;
}

static void test_threads(void) {
    pthread_t threads[4];
    size_t wrong = 0;
    stores_clear();
    stores_fill(LIST_CA(.entries = stores_one, .number = 1));
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    for (uint8_t i = 0; i < 4; i++)
        put_response(keeper, i, 0, "r");
    cz_keeper_close(&keeper);
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    for (size_t i = 0; i < CZ_COUNT(threads); i++)
        pthread_create(&threads[i], NULL, hold_and_ask, store);
    for (int i = 2; i < 20; i++)
        stores_fill(LIST_CA(.entries = i % 2 ? stores_one : stores_two, .number = i));
    for (size_t i = 0; i < CZ_COUNT(threads); i++) {
        void *result;
        pthread_join(threads[i], &result);
        wrong += *(size_t *)result;
        free(result);
    }
    tap_ok(wrong == 0, "threads share a store while it changes");
}

/* --- memory that runs out --- */

static void test_faults(void) {
    const uint8_t key[CZ_OCSP_KEY_SIZE] = {1};
    long reached = 0, unsafe = 0, opened = 0;
    stores_clear();
    stores_fill(LIST_CA(.entries = stores_one));
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    put_response(keeper, 1, 0, "r");
    cz_keeper_close(&keeper);
    const char *folder = stores_folder();
    for (bool failed = true; failed && reached < 1000; reached += failed) {
        struct ocsp_holding holding;
        faults_begin(reached, false);
        CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(folder);
        CZ_CLEANUP(cz_store_let_go)
        struct store_view *view = store != NULL ? cz_store_hold(store, false) : NULL;
        const struct revocation_holdings *holdings = view != NULL ? cz_store_holdings(view) : NULL;
        bool knows = holdings != NULL && holdings->ocsp(holdings->context, key, &holding);
        failed = faults_end();
        bool whole = knows && holdings->crl_count == 1 && !holdings->deny_list_unreadable;
        opened += store != NULL;
        unsafe += whole && failed && cz_store_view_problem(view)[0] == '\0';
        unsafe += !failed && !whole;
        if (store != NULL && failed)
            unsafe += strstr(stores_look(store, TEXT("\x05")), "listed") == NULL &&
                      strstr(stores_look(store, TEXT("\x05")), "out of memory") == NULL;
    }
    tap_ok(unsafe == 0 && opened > 0 && reached > 10 && reached < 1000,
           "nothing is made up at each of %ld allocations", reached);
}

/* Nor is anything lost when another list comes while there is no memory. */
static void test_faults_later(void) {
    long reached = 0, lost = 0;
    for (bool failed = true; failed && reached < 1000; reached += failed) {
        stores_clear();
        stores_fill(LIST_CA(.entries = stores_one));
        CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
        stores_fill(LIST_CA(.entries = stores_two, .number = 2));
        faults_begin(reached, false);
        CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, true);
        failed = faults_end();
        lost += strcmp(stores_ask(view, TEXT("\x05")), "listed") != 0;
        lost += !failed && strcmp(stores_ask(view, TEXT("\x06")), "listed") != 0;
    }
    tap_ok(lost == 0 && reached > 5 && reached < 1000,
           "nor is anything lost at each of %ld when another list comes", reached);
}

int main(void) {
    stores_begin();
    test_absent();
    test_publishing();
    test_bad_catalogues();
    test_bad_lists();
    test_bit_rot();
    test_sources();
    test_ocsp();
    test_many_responses();
    test_deny_list();
    test_deny_list_gone();
    test_deny_list_goes_first();
    test_killed_writer();
    test_two_readers();
    test_threads();
    test_faults();
    test_faults_later();
    stores_end();
    return tap_done();
}
