/* The distribution points that certificates teach: which, how many, and what is kept of them. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "refresh/points.h"
#include "refresh/sources.h"

enum { CLIENT, SUB, SECOND_SUB, ROOT, CERTIFICATES };
static struct certificate *certificates[CERTIFICATES];

static void forge_all(void) {
    static const struct forge forges[CERTIFICATES] = {
        [CLIENT] = {.subject = "client", .issuer = "sub", .key = 3, .signer = 2},
        [SUB] = {.subject = "sub", .issuer = "root", .key = 2, .signer = 1, .ca = true},
        [SECOND_SUB] = {.subject = "sub 2", .issuer = "root", .key = 4, .signer = 1, .ca = true},
        [ROOT] = {.subject = "root", .issuer = "root", .key = 1, .signer = 1, .ca = true},
    };
    for (size_t i = 0; i < CERTIFICATES; i++)
        certificates[i] = forge_certificate(&forges[i]);
}

static struct path path_over(size_t sub) {
    return (struct path){
        .certificates = {certificates[CLIENT], certificates[sub], certificates[ROOT]}, .count = 3};
}

static struct catalogue_source *learn_at(struct catalogue *catalogue, const char *url, size_t sub,
                                         size_t depth, int64_t now) {
    const struct path path = path_over(sub);
    struct error error = {0};
    struct catalogue_source *source =
        cz_point_learn(catalogue, cz_bytes_of(url), &path, depth, now, &error);
    if (source == NULL)
        support_die("%s", error.message);
    return source;
}

static struct catalogue_source *learn(struct catalogue *catalogue, const char *url, int64_t now) {
    return learn_at(catalogue, url, SUB, 0, now);
}

static bool knows(const struct catalogue *catalogue, const char *url) {
    return cz_source_find(catalogue, SOURCE_POINT, url) != NULL;
}

static struct bytes row_of(size_t first, size_t second) {
    CZ_CLEANUP(cz_buffer_release) struct buffer row = {0};
    cz_buffer_bytes(&row, certificates[first]->der);
    if (second != first)
        cz_buffer_bytes(&row, certificates[second]->der);
    return support_keep(row.data, row.len);
}

static void test_issuers(void) {
    CZ_CLEANUP(cz_catalogue_release) struct catalogue catalogue = {.revision = 0};
    struct catalogue_source *source = learn(&catalogue, "http://l/", NOW);
    tap_ok(source->kind == SOURCE_POINT && source->last_seen == NOW && source->next_try == 0,
           "a point is learned, and due");
    tap_ok(cz_bytes_equal(source->issuers, row_of(SUB, SUB)),
           "with its issuers but for the anchor");
    source = learn_at(&catalogue, "http://l/", SECOND_SUB, 0, NOW + 5);
    tap_ok(catalogue.source_count == 1 && source->last_seen == NOW + 5 &&
               cz_bytes_equal(source->issuers, row_of(SECOND_SUB, SUB)),
           "another path's come before those that were");
    source = learn(&catalogue, "http://l/", NOW + 6);
    tap_ok(cz_bytes_equal(source->issuers, row_of(SUB, SECOND_SUB)), "each once");
    source = learn_at(&catalogue, "http://m/", SUB, 1, NOW);
    tap_ok(source->issuers.len == 0, "below the anchor none is kept");
}

static void test_bad_urls(void) {
    static const struct {
        const char *name, *url;
    } cases[] = {{"nothing", ""},
                 {"a line of its own", "http://l/\nwarning: all is well"},
                 {"a terminal's colours", "http://l/\033[31m"},
                 {"a blank", "http://l/a b"},
                 {"what is not ASCII", "http://l/\xc3\xa4"}};
    CZ_CLEANUP(cz_catalogue_release) struct catalogue catalogue = {.revision = 0};
    const struct path path = path_over(SUB);
    for (size_t i = 0; i < CZ_COUNT(cases) + 1; i++) {
        struct error error = {0};
        bool is_long = i == CZ_COUNT(cases);
        struct bytes url =
            is_long ? support_fill('x', CZ_LEARNED_URL_MAX + 1) : cz_bytes_of(cases[i].url);
        tap_ok(cz_point_learn(&catalogue, url, &path, 0, NOW, &error) == NULL &&
                   catalogue.source_count == 0,
               "not kept: %s", is_long ? "one byte too many" : cases[i].name);
        tap_is(error.message,
               "a distribution point cannot be asked: its URL has more than 2048 bytes, or others "
               "than printable ASCII",
               "and why");
    }
    tap_ok(cz_learned_url_good(support_fill('x', CZ_LEARNED_URL_MAX)), "one that just fits is");
}

static void test_room(void) {
    CZ_CLEANUP(cz_catalogue_release) struct catalogue catalogue = {.revision = 0};
    cz_source_add(&catalogue, SOURCE_URL, "http://configured/");
    learn(&catalogue, "http://listed/", NOW - 5)->has_list = true;
    for (unsigned i = 0; i < CZ_POINTS_MAX - 1; i++)
        learn(&catalogue, support_text("http://l/%u", i), NOW + i);
    tap_ok(catalogue.source_count == CZ_POINTS_MAX + 1 && knows(&catalogue, "http://l/0"),
           "so many points are followed");
    struct catalogue_source *source = learn(&catalogue, "http://new/", NOW - 9);
    tap_is(source->name, "http://new/", "another one comes");
    tap_ok(catalogue.source_count == CZ_POINTS_MAX + 1 && !knows(&catalogue, "http://l/0"),
           "in the place of the one without a list that was seen the longest ago");
    tap_ok(knows(&catalogue, "http://listed/") &&
               cz_source_find(&catalogue, SOURCE_URL, "http://configured/") != NULL,
           "what gave a list stays, and what is configured");
    for (size_t i = 0; i < catalogue.source_count; i++)
        catalogue.sources[i].has_list = true;
    learn(&catalogue, "http://newer/", NOW + 2 * CZ_POINTS_MAX);
    tap_ok(!knows(&catalogue, "http://new/") && knows(&catalogue, "http://listed/"),
           "where all gave one the oldest goes");
}

/* The catalogue can be written, whatever certificates hold. */
static void test_size(void) {
    CZ_CLEANUP(cz_catalogue_release) struct catalogue catalogue = {.revision = 0};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {.limit = CZ_CATALOGUE_SIZE_MAX};
    for (unsigned i = 0; i < CZ_POINTS_MAX; i++) {
        struct catalogue_source *source =
            learn(&catalogue, support_text("http://l/%02000u", i), NOW + i);
        free((void *)(uintptr_t)source->issuers.data);
        source->issuers = (struct bytes){.data = calloc(1, CZ_POINT_ISSUERS_MAX / 2),
                                         .len = CZ_POINT_ISSUERS_MAX / 2};
    }
    learn(&catalogue, "http://last/", NOW + CZ_POINTS_MAX);
    tap_ok(knows(&catalogue, "http://last/") && catalogue.source_count < CZ_POINTS_MAX,
           "where they are large there are fewer");
    cz_catalogue_write(&catalogue, &out);
    tap_ok(!out.failed, "so that the catalogue has room for them");
}

int main(void) {
    forge_all();
    test_issuers();
    test_bad_urls();
    test_room();
    test_size();
    for (size_t i = 0; i < CERTIFICATES; i++)
        cz_certificate_release(&certificates[i]);
    return tap_done();
}
