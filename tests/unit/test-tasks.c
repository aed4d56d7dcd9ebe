/* What is fetched first, what has to wait, and what a clock that was set back does to that. */
#include "../tap.h"
#include "stores.h"

#include "refresh/ocsp_book.h"
#include "refresh/ocsp_task.h"
#include "refresh/sources.h"
#include "refresh/task.h"

static size_t started, failed;

static bool start(struct task *task, struct error *error) {
    (void)task;
    (void)error;
    started++;
    return true;
}

static void fail(struct task *task, const struct error *error, int64_t again) {
    (void)error;
    (void)again;
    failed++;
    cz_task_finish(task);
}

static const struct task_kind kind = {.start = start, .fail = fail};

static bool add(struct refresher *refresher, unsigned host, bool proven) {
    return cz_task_add(refresher, &kind, strdup(support_text("http://h%u/", host)), NULL, proven) !=
           NULL;
}

/* Whoever has many certificates, and servers that never end, leaves room for the others. */
static void test_room(void) {
    struct refresher refresher = {.breaker = cz_breaker_new()};
    size_t added = 0;
    for (unsigned i = 0; i < CZ_TASKS_MAX; i++)
        added += add(&refresher, i, false);
    tap_is_int((long long)added, CZ_TASKS_UNPROVEN_MAX, "so many that never gave anything wait");
    cz_tasks_start(&refresher);
    tap_is_int((long long)started, CZ_FETCHES_UNPROVEN_MAX, "and so many of them are asked");
    added = 0;
    for (unsigned i = 0; i < CZ_TASKS_MAX; i++)
        added += add(&refresher, CZ_TASKS_MAX + i, true);
    tap_is_int((long long)added, CZ_TASKS_MAX - CZ_TASKS_UNPROVEN_MAX,
               "there is room for others beside them");
    cz_tasks_start(&refresher);
    tap_is_int((long long)started, CZ_FETCHES_MAX, "which are asked meanwhile");
    tap_ok(refresher.tasks[CZ_TASKS_UNPROVEN_MAX]->running && failed == 0, "before those");
    cz_task_finish(refresher.tasks[0]);
    cz_tasks_start(&refresher);
    tap_ok(refresher.tasks[CZ_FETCHES_UNPROVEN_MAX - 1]->running, "and they go on too");
    cz_tasks_release(&refresher);
    cz_breaker_free(&refresher.breaker);
}

static void test_host(void) {
    struct refresher refresher = {.breaker = cz_breaker_new()};
    started = 0;
    for (unsigned i = 0; i < 8; i++)
        add(&refresher, 1, true);
    add(&refresher, 2, true);
    cz_tasks_start(&refresher);
    tap_is_int((long long)started, CZ_FETCHES_OF_HOST_MAX + 1,
               "a host is not asked by all at once");
    cz_tasks_release(&refresher);
    cz_breaker_free(&refresher.breaker);
}

/* --- the clock --- */

static void test_clock(void) {
    CZ_CLEANUP(cz_catalogue_release) struct catalogue catalogue = {.revision = 0};
    struct catalogue_source *source = cz_source_add(&catalogue, SOURCE_URL, "http://l/");
    source->last_try = NOW + 365 * DAY;
    source->next_try = source->last_seen = NOW + 366 * DAY;
    source = cz_source_add(&catalogue, SOURCE_URL, "http://m/");
    source->last_try = source->last_seen = NOW;
    source->next_try = NOW + 5;
    cz_sources_turn_back(&catalogue, NOW);
    tap_ok(catalogue.sources[0].next_try == 0 && catalogue.sources[0].last_seen == NOW,
           "what was tried in the future is due");
    tap_ok(catalogue.sources[1].next_try == NOW + 5 && catalogue.sources[1].last_seen == NOW,
           "and nothing else");
}

/* --- certificates that OCSP was asked about --- */

static void test_first_to_go(void) {
    static const struct {
        const char *name;
        int64_t when[4];
        size_t expected;
    } cases[] = {
        {"the one that was seen the longest ago", {NOW, NOW + 9 * DAY, NOW + 8 * DAY, 0}, 2},
        {"not one that is on its way", {INT64_MAX, NOW + 9 * DAY, INT64_MAX, NOW}, 1},
        {"else what has the most time", {INT64_MAX, NOW + 5, NOW + 9, NOW}, 2},
        {"what is due, before what is on its way", {INT64_MAX, INT64_MAX, 0, INT64_MAX}, 2},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct ocsp_due dues[4] = {0};
        for (size_t n = 0; n < CZ_COUNT(dues); n++)
            dues[n].when = cases[i].when[n];
        tap_is_int((long long)cz_ocsp_first_to_go(dues, CZ_COUNT(dues), NOW),
                   (long long)cases[i].expected, cases[i].name);
    }
}

static void test_records(void) {
    struct refresher refresher = {.now = NOW};
    struct ocsp_record record = {.next_try = NOW + 60, .last_seen = NOW};
    const uint8_t first[CZ_OCSP_KEY_SIZE] = {1}, second[CZ_OCSP_KEY_SIZE] = {2};
    stores_clear();
    refresher.keeper = stores_open();
    cz_ocsp_keep(&refresher, first, &record);
    refresher.ocsp = reallocarray(refresher.ocsp, CZ_OCSP_RECORDS_MAX, sizeof *refresher.ocsp);
    refresher.ocsp_capacity = CZ_OCSP_RECORDS_MAX;
    for (size_t i = 1; i < CZ_OCSP_RECORDS_MAX; i++)
        refresher.ocsp[i] = (struct ocsp_due){.key = {3}, .when = NOW};
    refresher.ocsp_count = CZ_OCSP_RECORDS_MAX;
    cz_ocsp_keep(&refresher, second, &record);
    tap_is_int((long long)refresher.ocsp_count, CZ_OCSP_RECORDS_MAX, "there is an end to records");
    tap_is_int((long long)stores_file_count("ocsp"), 1, "another takes the place of one of them");
    refresher.ocsp[0].when = INT64_MAX;
    cz_ocsp_turn_back(&refresher);
    tap_ok(refresher.ocsp[0].when == INT64_MAX && refresher.ocsp[1].when == 0,
           "a clock that was set back makes them due, but what is on its way");
    free(refresher.ocsp);
    cz_keeper_close(&refresher.keeper);
}

int main(void) {
    stores_begin();
    test_room();
    test_host();
    test_clock();
    test_first_to_go();
    test_records();
    stores_end();
    return tap_done();
}
