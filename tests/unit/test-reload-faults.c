/*
 * Memory that runs out at every place of a reload in turn: either the new configuration is in force
 * whole, or the old one stays and the failure is told. Linked with --wrap, so that our own
 * allocations fail and those of libraries do not.
 */
#include "../tap.h"
#include "faults.h"
#include "scratch.h"

#include "server/reloader.h"

static struct log log_file;

static void write_configuration(int number) {
    scratch_replace("f.conf",
                    support_text("@include \"f-rules.conf\"\ntrust: { anchors = [ \"anchors\" ];\n"
                                 "  intermediates = [ \"i.pem\" ]; };\n"
                                 "cache: { seconds = %d; };\n",
                                 number % 1000 + 1));
}

static bool is_whole(const struct generation *generation, int number) {
    const struct setup *setup = &generation->setup;
    return setup->snapshot.policies[0].rules.count == 2 &&
           setup->snapshot.trusts[0].anchors.count == 2 &&
           setup->snapshot.trusts[0].intermediates.count == 1 && generation->memory != NULL &&
           setup->config.cache.seconds == number % 1000 + 1;
}

/* False where the nth allocation was not reached. */
static bool run(struct reloader *reloader, long nth, bool keep, bool *safe) {
    static int number;
    struct error error = {0};
    uint64_t before = reloader->generations->current->number;
    int old = number;
    write_configuration(++number);
    faults_begin(nth, keep);
    bool good = cz_reloader_load(reloader, "test", &error);
    bool reached = faults_end();
    const struct generation *current = reloader->generations->current;
    *safe = good ? current->number == before + 1 && is_whole(current, number)
                 : current->number == before && is_whole(current, old) && reloader->failing &&
                       error.message[0] != '\0' &&
                       strcmp(error.message, reloader->failure.message) == 0;
    if (!good) {
        struct error mended = {0};
        *safe &= cz_reloader_load(reloader, "test", &mended) &&
                 is_whole(reloader->generations->current, number);
    }
    return reached;
}

static void check_start(void) {
    long reached = 0, unsafe = -1;
    for (bool failing = true; failing && reached < 100000; reached++) {
        struct generations generations = CZ_GENERATIONS_INIT;
        struct reloader reloader = {.file = scratch_path("f.conf"),
                                    .generations = &generations,
                                    .log = &log_file,
                                    .watch = {.fd = -1}};
        struct error error = {0};
        faults_begin(reached, false);
        bool good = cz_reloader_start(&reloader, &error);
        failing = faults_end();
        if (good ? !is_whole(generations.current, 0) : error.message[0] == '\0')
            unsafe = reached;
        cz_reloader_release(&reloader);
        cz_generations_release(&generations);
    }
    tap_ok(unsafe < 0 && reached > 50 && reached < 100000,
           "a start is good or fails at each of %ld allocations (%ld)", reached, unsafe);
}

static void check_reload(bool keep) {
    struct generations generations = CZ_GENERATIONS_INIT;
    struct reloader reloader = {.file = scratch_path("f.conf"),
                                .generations = &generations,
                                .log = &log_file,
                                .watch = {.fd = -1}};
    struct error error = {0};
    bool safe;
    long reached = 0, unsafe = -1;
    if (!cz_reloader_start(&reloader, &error))
        support_die("%s", error.message);
    run(&reloader, -1, false, &safe);
    for (; reached < 100000 && run(&reloader, reached, keep, &safe); reached++)
        if (!safe && unsafe < 0)
            unsafe = reached;
    tap_ok(unsafe < 0 && reached > 50 && reached < 100000,
           "a reload is whole or changes nothing at each of %ld allocations%s (%ld)", reached,
           keep ? " and all that follow" : "", unsafe);
    cz_reloader_release(&reloader);
    cz_generations_release(&generations);
}

int main(void) {
    struct error error = {0};
    scratch_open();
    const struct log_settings settings = {.to = LOG_TO_FILE, .name = scratch_path("log")};
    if (!cz_log_open(&log_file, &settings, &error))
        support_die("%s", error.message);
    scratch_write("f-rules.conf", "rules = ( { path = \"/a\"; certificate = \"none\"; },\n"
                                  "  { path = \"/\"; certificate = \"required\"; } );\n");
    if (system(support_text("mkdir %s && cp %s %s && cp %s %s", scratch_path("anchors"),
                            support_pki_path("anchors.pem"), scratch_path("anchors"),
                            support_pki_path("intermediate-ca.pem"), scratch_path("i.pem"))) != 0)
        support_die("the certificates cannot be copied");
    write_configuration(0);
    check_start();
    check_reload(false);
    check_reload(true);
    cz_log_close(&log_file);
    scratch_close();
    return tap_done();
}
