/* The writer of the store and lists: what it takes, what it refuses and how it says so, and what it
 * does where memory or descriptors run out. */
#include "faults.h"
#include "stores.h"

static const struct certificate *const *all(void) {
    return (const struct certificate *const *)stores_cas;
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
    tap_is(stores_take(keeper, stores_pem("X509 CRL", der), second), "unchanged", "also in PEM");
    const struct catalogue_list *list = &cz_keeper_catalogue(keeper)->lists[0];
    tap_is(list->issuer, "CN=ca", "the catalogue says whose it is");
    tap_ok(list->entries == 1 && list->this_update == NOW - DAY && list->has_next_update &&
               list->next_update == NOW + DAY && !list->is_delta,
           "and what it holds");
    tap_is(stores_take(keeper, stores_pem("X509 CRL", LIST_CA(.number = 2)), second), "taken",
           "one in PEM");
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
    tap_ok(cz_keeper_are_of_one_kind(keeper, first, first) &&
               !cz_keeper_are_of_one_kind(keeper, first, other) &&
               !cz_keeper_are_of_one_kind(keeper, first, delta) &&
               !cz_keeper_are_of_one_kind(keeper, first, (const uint8_t[CZ_SHA256_SIZE]){0}),
           "neither of them takes its place, nor does what is not there");
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
    test_faults();
    test_shortage();
    stores_end();
    return tap_done();
}
