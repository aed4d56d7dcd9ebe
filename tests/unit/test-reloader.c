/* Loading again: what is published, what stays, what is told, and when a change is looked at. */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "server/reloader.h"

#include <fcntl.h>
#include <sys/stat.h>

#define RULES "rules = ( { path = \"/\"; certificate = \"none\"; } );\n"
#define PATIENCE_MILLISECONDS 60000 /* a bound against hanging, not a measure */

static struct generations generations = CZ_GENERATIONS_INIT;
static struct log log_file;
static struct reloader reloader = {
    .generations = &generations, .log = &log_file, .watch = {.fd = -1}};

static uint64_t number(void) {
    return generations.current->number;
}

static const char *conf(void) {
    return scratch_path("r.conf");
}

static void test_start(void) {
    struct error error = {0};
    reloader.file = conf();
    scratch_write("r.conf", "rules = 1;\n");
    tap_ok(!cz_reloader_start(&reloader, &error) && generations.current == NULL,
           "a bad configuration does not start");
    cz_reloader_release(&reloader);
    error = (struct error){0};
    scratch_write("r.conf", RULES);
    tap_ok(cz_reloader_start(&reloader, &error) && number() == 1, "a good one is generation 1 (%s)",
           error.message);
    tap_is(scratch_logged(), "", "and nothing is told");
}

static void test_load(void) {
    struct error error = {0};
    tap_ok(cz_reloader_load(&reloader, "test", &error) && number() == 2, "it is loaded again");
    tap_is(scratch_logged(),
           support_text("info: loaded again (test): %s: good: 0 anchors, 0 intermediates, 0 "
                        "pinned, 0 clients, 1 rules; revocation not checked; this is "
                        "generation 2\n",
                        conf()),
           "which is told");
    scratch_replace("r.conf", RULES RULES);
    tap_ok(!cz_reloader_load(&reloader, "test", &error) && number() == 2 && reloader.failing &&
               reloader.failed_at > 0,
           "a bad one changes nothing");
    tap_is(scratch_logged(),
           support_text("error: not loaded again (test): %s; generation 2 stays in force\n",
                        error.message),
           "which is told too");
    tap_is(reloader.failure.message, error.message, "and remembered");
    scratch_replace("r.conf", RULES);
    tap_ok(cz_reloader_load(&reloader, "test", &error) && number() == 3 && !reloader.failing,
           "a corrected one is loaded");
    scratch_logged();
}

static void test_settings(void) {
    struct error error = {0};
    scratch_replace("r.conf", RULES "log: { level = \"error\"; destination = \"x\"; };\n"
                                    "server: { threads = 3; read_timeout = 6; write_timeout = 7;\n"
                                    "  request_deadline = 8; control = \"run\"; };\n");
    cz_reloader_load(&reloader, "test", &error);
    tap_is(scratch_logged(),
           "warning: log.destination: takes effect at the next start\n"
           "warning: server.control: takes effect at the next start\n"
           "warning: server.threads: takes effect at the next start\n"
           "warning: server.read_timeout: takes effect at the next start\n"
           "warning: server.write_timeout: takes effect at the next start\n"
           "warning: server.request_deadline: takes effect at the next start\n",
           "what cannot change is told, and the level has changed");
    tap_ok(!log_file.all_decisions && !log_file.refusals, "to no decisions");
    scratch_replace("r.conf", RULES);
    cz_reloader_load(&reloader, "test", &error);
    tap_ok(log_file.all_decisions && log_file.refusals, "and back");
    const char *text = scratch_logged();
    tap_ok(strstr(text, "next start") == NULL, "what is as at the start is not told");
}

/* Lets the source run as the main loop would, until nothing is wanted any more; how long it
 * waited in all. */
static int64_t settle(void) {
    struct loop_source source = cz_reloader_source(&reloader);
    int64_t begin = cz_loop_now();
    for (;;) {
        struct pollfd polled;
        int wanted = source.prepare(source.context, &polled);
        int ready = poll(&polled, 1, wanted < 0 ? 0 : wanted);
        if (ready == 0 && wanted < 0)
            return cz_loop_now() - begin;
        if (cz_loop_now() - begin > PATIENCE_MILLISECONDS)
            support_die("it does not settle");
        source.dispatch(source.context, ready > 0 ? polled.revents : 0);
    }
}

static void test_change(void) {
    settle();
    scratch_logged();
    uint64_t before = number();
    scratch_replace("r.conf", RULES "cache: { entries = 0; };\n");
    int64_t waited = settle();
    tap_ok(number() == before + 1 && generations.current->memory == NULL,
           "a file that was changed is loaded");
    tap_ok(waited >= CZ_SETTLE_MILLISECONDS, "after it has settled");
    tap_ok(strstr(scratch_logged(), "loaded again (a file changed)") != NULL,
           "and the cause is told");
    scratch_write("neighbour", "");
    settle();
    tap_ok(number() == before + 1, "a neighbour that changes is of no matter");
    scratch_replace("r.conf", "rules\n");
    settle();
    tap_ok(number() == before + 1 && reloader.failing, "a bad change is not taken");
    scratch_logged();
    scratch_write("neighbour", "again");
    settle();
    tap_is(scratch_logged(), "", "and not tried again until something changes");
    scratch_replace("r.conf", RULES);
    settle();
    tap_ok(number() == before + 2 && !reloader.failing, "its correction is");
}

/* What a bad configuration would include is watched, and so is what the good one did. */
static void test_missing(void) {
    uint64_t before = number();
    mkdir(scratch_path("sub"), 0755);
    scratch_replace("r.conf", "@include \"sub/rules.conf\"\n");
    settle();
    tap_ok(number() == before && reloader.failing, "an include that is missing is bad");
    scratch_write("sub/rules.conf", RULES);
    settle();
    tap_ok(number() == before + 1 && !reloader.failing, "until it is there");
    scratch_replace("sub/rules.conf", "rules = ( );\n");
    settle();
    tap_ok(number() == before + 2 &&
               generations.current->setup.snapshot.policies[0].rules.count == 0,
           "and its changes count");
    scratch_replace("r.conf", "nonsense");
    settle();
    scratch_logged();
    scratch_replace("sub/rules.conf", RULES);
    settle();
    tap_ok(strstr(scratch_logged(), "not loaded again (a file changed)") != NULL,
           "what the good one rested on is watched beside a bad one");
    unlink(scratch_path("r.conf"));
    settle();
    tap_ok(number() == before + 2 && reloader.failing, "a removed file is bad");
    scratch_replace("r.conf", RULES);
    settle();
    tap_ok(number() == before + 3 && !reloader.failing, "until it comes back");
}

static void test_held(void) {
    struct error error = {0};
    struct generation *held = cz_generations_hold(&generations);
    struct loop_source source = cz_reloader_source(&reloader);
    struct pollfd polled;
    cz_reloader_load(&reloader, "test", &error);
    int wanted = source.prepare(source.context, &polled);
    tap_ok(wanted >= 0 && generations.retired == held,
           "while a request holds what was replaced, it is looked after");
    cz_generation_let_go(&held);
    tap_ok(source.prepare(source.context, &polled) == -1 && generations.retired == NULL,
           "and freed when that ends");
}

static void test_unwatched(void) {
    struct loop_source source = cz_reloader_source(&reloader);
    struct pollfd polled;
    scratch_logged();
    cz_error_set(&reloader.watch_problem, "F: cannot be watched: why");
    source.prepare(source.context, &polled);
    source.prepare(source.context, &polled);
    tap_is(scratch_logged(),
           "warning: F: cannot be watched: why; after a change there send SIGHUP, or call "
           "certauthzctl reload\n",
           "what cannot be watched is told once, with what to do");
}

int main(void) {
    struct error error = {0};
    scratch_open();
    const struct log_settings settings = {.to = LOG_TO_FILE, .name = scratch_path("log")};
    if (!cz_log_open(&log_file, &settings, &error))
        support_die("%s", error.message);
    log_file.all_decisions = log_file.refusals = true;
    test_start();
    test_load();
    test_settings();
    test_change();
    test_missing();
    test_held();
    test_unwatched();
    cz_reloader_release(&reloader);
    cz_generations_release(&generations);
    cz_log_close(&log_file);
    scratch_close();
    return tap_done();
}
