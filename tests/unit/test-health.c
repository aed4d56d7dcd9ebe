/* How sources stand at each second of a list's life, what is said of it, and how often. */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "store/health.h"

#define BEGIN (NOW - 800)
#define END (NOW + 200) /* so that four fifths are over at NOW */

static struct catalogue_list make_list(uint8_t number, int64_t this_update, int64_t next_update) {
    return (struct catalogue_list){.sha256 = {number},
                                   .issuer = (char *)"CN=some CA",
                                   .this_update = this_update,
                                   .has_next_update = next_update != 0,
                                   .next_update = next_update,
                                   .entries = 7};
}

static struct catalogue_source make_source(const char *name, uint8_t list) {
    return (struct catalogue_source){.kind = SOURCE_URL,
                                     .name = (char *)name,
                                     .state = SOURCE_GOOD,
                                     .error = (char *)"",
                                     .last_try = NOW,
                                     .next_try = NOW + 60,
                                     .last_success = NOW,
                                     .has_list = list != 0,
                                     .list = {list}};
}

static struct catalogue_source failing(enum source_state state, unsigned failures, uint8_t list) {
    struct catalogue_source source = make_source("http://crl.example/a", list);
    source.state = state;
    source.failures = failures;
    source.error = (char *)"it broke";
    return source;
}

static const char *text_of(const struct source_health *health, int64_t now) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_buffer_printf(&out, "%s: ", cz_health_name(health->health));
    cz_health_put(&out, health, now);
    return support_text("%s", cz_buffer_text(&out));
}

static const char *news_of(const struct source_health *health, int64_t now) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_health_put_news(&out, health, now);
    return support_text("%s", cz_buffer_text(&out));
}

static void test_durations(void) {
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        {0, "0 seconds"},
        {1, "1 second"},
        {-1, "1 second"},
        {119, "119 seconds"},
        {120, "2 minutes"},
        {7199, "119 minutes"},
        {7200, "2 hours"},
        {172799, "47 hours"},
        {172800, "2 days"},
        {-172800, "2 days"},
        {259199, "2 days"},
        {INT64_MAX, "106751991167300 days"},
        {INT64_MIN, "106751991167300 days"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        cz_duration_append(&out, cases[i].seconds);
        tap_is(cz_buffer_text(&out), cases[i].text, "a length of time");
    }
}

struct moment {
    struct catalogue_list list;
    struct catalogue_source source;
    int64_t now;
    const char *text, *news;
};

static void test_moments(void) {
    const struct moment moments[] = {
        {make_list(1, BEGIN, END), make_source("u", 1), BEGIN,
         "good: ends at 2030-01-01T00:03:20Z, in 16 minutes", NULL},
        {make_list(1, BEGIN, END), make_source("u", 1), NOW - 1,
         "good: ends at 2030-01-01T00:03:20Z, in 3 minutes",
         "revocation: u: its list ends at 2030-01-01T00:03:20Z, in 3 minutes; all is well again"},
        {make_list(1, BEGIN, END), make_source("u", 1), NOW,
         "soon stale: ends at 2030-01-01T00:03:20Z, in 3 minutes",
         "revocation: u: its list ends at 2030-01-01T00:03:20Z, in 3 minutes; when it has ended, "
         "revocation.on.stale decides; see to it that its CA publishes a newer list"},
        {make_list(1, BEGIN, END), make_source("u", 1), END - 1,
         "soon stale: ends at 2030-01-01T00:03:20Z, in 1 second", NULL},
        {make_list(1, BEGIN, END), make_source("u", 1), END,
         "stale: ended at 2030-01-01T00:03:20Z, 0 seconds ago",
         "revocation: u: its list ended at 2030-01-01T00:03:20Z, 0 seconds ago; for what needs it "
         "revocation.on.stale decides; see to it that its CA publishes a newer list"},
        {make_list(1, BEGIN, END), make_source("u", 1), BEGIN - 1,
         "stale: begins only at 2029-12-31T23:46:40Z, in 1 second",
         "revocation: u: its list begins only at 2029-12-31T23:46:40Z, in 1 second; for what needs "
         "it revocation.on.stale decides; see whether the clock here is right"},
        {make_list(1, BEGIN, 0), make_source("u", 1), NOW,
         "stale: has no nextUpdate, and so never counts as fresh",
         "revocation: u: its list has no nextUpdate, and so never counts as fresh; for what needs "
         "it revocation.on.stale decides; see to it that its CA writes a nextUpdate"},
        {make_list(2, BEGIN, END), make_source("u", 1), NOW, "stale: has given no list yet", NULL},
        {make_list(1, BEGIN, NOW + 9000), failing(SOURCE_UNREACHABLE, 2, 1), NOW,
         "good: ends at 2030-01-01T02:30:00Z, in 2 hours; the last 2 tries failed: it broke", NULL},
        {make_list(1, BEGIN, NOW + 9000), failing(SOURCE_UNREACHABLE, 3, 1), NOW,
         "soon stale: ends at 2030-01-01T02:30:00Z, in 2 hours; the last 3 tries failed: it broke",
         "revocation: http://crl.example/a: its list ends at 2030-01-01T02:30:00Z, in 2 hours; the "
         "last 3 tries failed: it broke; when it has ended, revocation.on.stale decides; see "
         "whether it can be reached from here"},
        {make_list(1, BEGIN, END), failing(SOURCE_BAD_SIGNATURE, 1, 0), NOW,
         "stale: has given no list yet; the last try failed: it broke",
         "revocation: http://crl.example/a: it has given no list yet; the last try failed: it "
         "broke; for what needs it revocation.on.bad_signature decides; see whether the CA that "
         "signs it is among trust.anchors or trust.intermediates"},
        {make_list(1, BEGIN, END), failing(SOURCE_UNREACHABLE, 1, 0), NOW + 60 + CZ_HEALTH_OVERDUE,
         "stale: has given no list yet; the last try failed: it broke",
         "revocation: http://crl.example/a: it has given no list yet; the last try failed: it "
         "broke; for what needs it revocation.on.unreachable decides; see whether it can be "
         "reached from here"},
        {make_list(1, BEGIN, END), failing(SOURCE_UNREACHABLE, 1, 0), NOW + 61 + CZ_HEALTH_OVERDUE,
         "stale: has given no list yet; the last try failed: it broke",
         "revocation: http://crl.example/a: it has given no list yet; the last try failed: it "
         "broke; for what needs it revocation.on.unreachable decides; see whether "
         "certauthz-refresh runs"},
    };
    for (size_t i = 0; i < CZ_COUNT(moments); i++) {
        struct catalogue catalogue = {.lists = (struct catalogue_list *)&moments[i].list,
                                      .list_count = 1};
        struct source_health health =
            cz_source_health(&catalogue, &moments[i].source, moments[i].now);
        tap_is(text_of(&health, moments[i].now), moments[i].text, "how it stands");
        if (moments[i].news != NULL)
            tap_is(news_of(&health, moments[i].now), moments[i].news, "and what the log says");
    }
}

static void test_untried(void) {
    struct catalogue_source source = {
        .kind = SOURCE_FILE, .name = (char *)"/etc/a.crl", .error = (char *)""};
    const struct catalogue empty = {0};
    struct source_health health = cz_source_health(&empty, &source, NOW);
    tap_is(text_of(&health, NOW), "stale: was never tried", "one that was never tried");
    tap_is(news_of(&health, NOW),
           "revocation: /etc/a.crl: it was never tried; for what needs it "
           "revocation.on.unreachable decides; see whether certauthz-refresh runs",
           "and what the log says");
    source.last_try = source.next_try = NOW;
    source.state = SOURCE_UNREACHABLE;
    source.failures = 1;
    health = cz_source_health(&empty, &source, NOW);
    tap_is(news_of(&health, NOW),
           "revocation: /etc/a.crl: it has given no list yet; the last try failed: nobody says "
           "why; for what needs it revocation.on.unreachable decides; see what is wrong with the "
           "file",
           "a file that cannot be read");
    struct catalogue_list list = make_list(1, BEGIN, NOW);
    source = make_source("/etc/a.crl", 1);
    source.kind = SOURCE_FILE;
    health = cz_source_health(&(struct catalogue){.lists = &list, .list_count = 1}, &source, NOW);
    tap_ok(strstr(news_of(&health, NOW), "; put a newer list of its CA there") != NULL,
           "a file that is out of date");
}

static void test_all(void) {
    struct catalogue_list lists[] = {make_list(1, NOW - 10, NOW + 90), make_list(2, BEGIN, END),
                                     make_list(3, BEGIN, END - 1), make_list(4, BEGIN, NOW)};
    struct catalogue_source sources[] = {make_source("good", 1), make_source("ages", 2),
                                         make_source("ages more", 3), make_source("over", 4),
                                         make_source("nothing", 0)};
    struct catalogue catalogue = {.lists = lists, .list_count = 4, .sources = sources};
    static const char *const worst[] = {"none", "good", "ages", "ages more", "over", "nothing"};
    for (catalogue.source_count = 0; catalogue.source_count <= CZ_COUNT(sources);
         catalogue.source_count++) {
        struct catalogue_health all = cz_catalogue_health(&catalogue, NOW);
        tap_is(all.worst.source != NULL ? all.worst.source->name : "none",
               worst[catalogue.source_count], "the worst of all");
    }
    catalogue.source_count = CZ_COUNT(sources);
    struct catalogue_health all = cz_catalogue_health(&catalogue, NOW);
    tap_ok(all.counts[HEALTH_GOOD] == 1 && all.counts[HEALTH_SOON_STALE] == 2 &&
               all.counts[HEALTH_STALE] == 2,
           "and how many there are of each");
    sources[0] = make_source("fresh", 1);
    sources[1] = make_source("ends first", 1);
    lists[3] = make_list(4, NOW - 10, NOW + 80);
    sources[1].list[0] = 4;
    catalogue.source_count = 2;
    tap_is(cz_catalogue_health(&catalogue, NOW).worst.source->name, "ends first",
           "of those that are good the one that ends first");
}

static void note(void *context, const struct source_health *health) {
    struct buffer *told = context;
    cz_buffer_printf(told, "%s %s; ", health->source->name, cz_health_name(health->health));
}

static void test_memory(void) {
    CZ_CLEANUP(cz_health_memory_release) struct health_memory memory = {0};
    struct catalogue_list lists[] = {make_list(1, NOW - DAY, NOW + 9 * DAY)};
    struct catalogue_source sources[] = {make_source("a", 1), make_source("b", 1)};
    struct catalogue catalogue = {
        .lists = lists, .list_count = 1, .sources = sources, .source_count = 1};
    const int64_t ages = NOW + 7 * DAY, ends = NOW + 9 * DAY;
    const struct {
        int64_t now;
        size_t sources;
        const char *told, *name;
    } looks[] = {
        {ages - 1, 1, "", "nothing is told while all is good"},
        {ages, 1, "a soon stale; ", "it is told when it is no longer good"},
        {ages + 1, 1, "", "and not again at once"},
        {ages + DAY - 1, 1, "", "nor within a day"},
        {ages + DAY, 1, "a soon stale; ", "but after one"},
        {ages + DAY + 1, 2, "b soon stale; ", "another source has its own days"},
        {ages + DAY, 2, "b soon stale; ", "a clock that is set back is noticed"},
        {ages + DAY + 2, 1, "", "one that is gone is forgotten"},
        {ages + DAY + 3, 2, "b soon stale; ", "and is new when it comes again"},
        {ends, 2, "a stale; b stale; ", "it is told when it gets worse"},
        {ends + 1, 2, "", "once"},
        {ages, 1, "a soon stale; ", "and when it gets better"},
        {NOW, 1, "a good; ", "and when it is good again"},
        {NOW, 1, "", "once"},
        {ages, 1, "a soon stale; ", "and then it is new"},
    };
    for (size_t i = 0; i < CZ_COUNT(looks); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer told = {0};
        catalogue.source_count = looks[i].sources;
        if (!cz_health_look(&memory, &catalogue, looks[i].now, note, &told))
            support_die("out of memory");
        tap_is(cz_buffer_text(&told), looks[i].told, looks[i].name);
    }
}

static void test_shortage(void) {
    static struct catalogue_source sources[9];
    const struct catalogue catalogue = {.sources = sources, .source_count = CZ_COUNT(sources)};
    for (size_t i = 0; i < CZ_COUNT(sources); i++)
        sources[i] = make_source(support_text("%zu", i), 0);
    bool failed = true;
    for (long nth = 0; failed; nth++) {
        CZ_CLEANUP(cz_health_memory_release) struct health_memory memory = {0};
        CZ_CLEANUP(cz_buffer_release) struct buffer told = {0};
        cz_buffer_reserve(&told, 1000);
        faults_begin(nth, false);
        bool complete = cz_health_look(&memory, &catalogue, NOW, note, &told);
        failed = faults_end();
        if (complete == failed || told.len != CZ_COUNT(sources) * strlen("0 stale; "))
            support_die("at allocation %ld: %s", nth, cz_buffer_text(&told));
    }
    tap_ok(true, "whatever allocation fails, all is told, and the failure too");
}

int main(void) {
    test_durations();
    test_moments();
    test_untried();
    test_all();
    test_memory();
    test_shortage();
    return tap_done();
}
