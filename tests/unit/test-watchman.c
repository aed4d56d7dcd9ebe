/* What the log is told of the store's lists while a process serves, and how often. */
#include "../tap.h"
#include "scratch.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "server/watchman.h"

#include <sys/stat.h>

#define RULES "rules = ( { path = \"/\"; certificate = \"none\"; } );\n"

static struct generations generations = CZ_GENERATIONS_INIT;
static struct log log_file;

static void load(const char *more) {
    struct error error = {0};
    scratch_write("w.conf", support_text("%s%s", RULES, more));
    struct generation *generation = cz_generation_load(scratch_path("w.conf"), &error);
    if (generation == NULL)
        support_die("%s", error.message);
    cz_generations_publish(&generations, generation);
    cz_generations_sweep(&generations);
}

/* With so many bytes more than it needs. */
static void write_catalogue(int64_t next_update, size_t more) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {.limit = CZ_CATALOGUE_SIZE_MAX};
    struct catalogue_list list = {.sha256 = {1},
                                  .issuer = (char *)"CN=some CA",
                                  .this_update = NOW,
                                  .has_next_update = true,
                                  .next_update = next_update};
    struct catalogue_source source = {.kind = SOURCE_URL,
                                      .name = (char *)"http://crl.example/",
                                      .state = SOURCE_GOOD,
                                      .error = (char *)"",
                                      .last_try = NOW,
                                      .last_success = NOW,
                                      .next_try = NOW + 90 * DAY,
                                      .has_list = true,
                                      .list = {1},
                                      .issuers = support_fill(0, more)};
    const struct catalogue catalogue = {.revision = 1,
                                        .written = NOW,
                                        .sources = &source,
                                        .source_count = 1,
                                        .lists = &list,
                                        .list_count = 1};
    cz_catalogue_write(&catalogue, &out);
    FILE *stream = fopen(scratch_path("store/catalogue"), "w");
    if (stream == NULL || fwrite(out.data, 1, out.len, stream) != out.len || fclose(stream) != 0)
        support_die("the catalogue cannot be written");
}

static void test_looks(struct watchman *watchman) {
    const char *absent = support_text(
        "warning: revocation: %s: certauthz-refresh has never run here, so that nothing is known "
        "of any certificate; start it\n",
        scratch_path("store"));
    load("");
    cz_watchman_look(watchman, NOW);
    tap_is(scratch_logged(), "", "where revocation is not checked nothing is told");
    load("revocation: { store = \"store\"; };\n");
    cz_watchman_look(watchman, NOW);
    tap_is(scratch_logged(), absent, "a store that was never filled is told of");
    cz_watchman_look(watchman, NOW + DAY - 1);
    tap_is(scratch_logged(), "", "but not again within a day");
    cz_watchman_look(watchman, NOW + DAY);
    tap_is(scratch_logged(), absent, "and again after one");
    if (mkdir(scratch_path("store"), 0755) != 0)
        support_die("no folder can be made");
    write_catalogue(NOW + 10 * DAY, 0);
    cz_watchman_look(watchman, NOW + 8 * DAY - 1);
    tap_is(scratch_logged(), "", "a list that is fresh is not told of");
    cz_watchman_look(watchman, NOW + 8 * DAY);
    tap_is(scratch_logged(),
           "warning: revocation: http://crl.example/: its list ends at 2030-01-11T00:00:00Z, in 2 "
           "days; when it has ended, revocation.on.stale decides; see to it that its CA publishes "
           "a newer list\n",
           "one that soon ends is");
    scratch_write("store/catalogue", "nonsense");
    cz_watchman_look(watchman, NOW + 20 * DAY);
    tap_is(scratch_logged(), "", "a catalogue that cannot be read is for others to tell of");
    write_catalogue(NOW + 20 * DAY, CZ_BUFFER_LIMIT);
    cz_watchman_look(watchman, NOW + 9 * DAY);
    tap_is(scratch_logged(),
           "notice: revocation: http://crl.example/: its list ends at 2030-01-21T00:00:00Z, in 11 "
           "days; all is well again\n",
           "and that it is good again, by a catalogue of many sources");
    load("revocation: { mode = \"none\"; };\n");
    cz_watchman_look(watchman, NOW + 20 * DAY);
    tap_is(scratch_logged(), "", "a reload that checks nothing any more ends it");
}

static void test_times(struct watchman *watchman) {
    struct loop_source source = cz_watchman_source(watchman);
    struct pollfd polled = {0};
    int wanted = source.prepare(source.context, &polled);
    tap_ok(polled.fd == -1 && wanted > CZ_WATCHMAN_MILLISECONDS - 30000 &&
               wanted <= CZ_WATCHMAN_MILLISECONDS,
           "the first look is after a while");
    load("revocation: { store = \"elsewhere\"; };\n");
    source.dispatch(source.context, 0);
    tap_is(scratch_logged(), "", "whatever else wakes the loop before that");
    watchman->due = cz_loop_now();
    tap_is_int(source.prepare(source.context, &polled), 0, "when it is due nobody waits");
    source.dispatch(source.context, 0);
    tap_ok(strstr(scratch_logged(), "elsewhere: certauthz-refresh has never run here") != NULL,
           "and it looks");
    tap_ok(watchman->due > cz_loop_now(), "and the next look is after a while again");
}

int main(void) {
    struct error error = {0};
    struct watchman watchman = {.generations = &generations, .log = &log_file};
    scratch_open();
    const struct log_settings settings = {.to = LOG_TO_FILE, .name = scratch_path("log")};
    if (!cz_log_open(&log_file, &settings, &error))
        support_die("%s", error.message);
    test_looks(&watchman);
    test_times(&watchman);
    cz_watchman_release(&watchman);
    cz_log_close(&log_file);
    cz_generations_release(&generations);
    scratch_close();
    return tap_done();
}
