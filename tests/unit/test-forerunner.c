/* That the main thread looks at the store as soon as something changes there. */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "server/forerunner.h"
#include "store/deny_file.h"

#include <poll.h>
#include <stdlib.h>

#define RULES "rules = ( { path = \"/\"; certificate = \"none\"; } );\n"
#define PATIENCE 10000 /* milliseconds; only a failure takes so long */

static struct generations generations = CZ_GENERATIONS_INIT;
static struct forerunner forerunner = {.generations = &generations, .watch = {.fd = -1}};

static void load(const char *store) {
    struct error error = {0};
    scratch_write("f.conf", support_text(RULES "revocation: { store = \"%s\"; };\n", store));
    struct generation *generation = cz_generation_load(scratch_path("f.conf"), &error);
    if (generation == NULL)
        support_die("%s", error.message);
    cz_generations_publish(&generations, generation);
    cz_generations_sweep(&generations);
}

static bool add(void *context, struct deny_list *list, struct error *error) {
    struct deny_entry entry = {.kind = DENY_SHA256, .text = strdup("some"), .reason = strdup("")};
    entry.digest[0] = *(const uint8_t *)context;
    return cz_deny_list_add(list, &entry) || cz_error_set(error, "no room");
}

static void deny(const char *store, uint8_t digest) {
    struct error error = {0};
    if (!cz_deny_file_change(scratch_path(store), add, &digest, &error))
        support_die("%s", error.message);
}

/* How many are denied by what was seen last, without a look. */
static size_t denied(void) {
    CZ_CLEANUP(cz_store_let_go)
    struct store_view *view = cz_store_hold(generations.current->store->store, false);
    return cz_store_holdings(view)->denied->count;
}

/* As a request that insists: the next ones need not look for a while. */
static void look(void) {
    CZ_CLEANUP(cz_store_let_go)
    struct store_view *view = cz_store_hold(generations.current->store->store, true);
    (void)view;
}

/* As the loop does it; false where nothing has woken it. */
static bool turn(struct loop_source *source) {
    struct pollfd polled = {.fd = -1};
    int wanted = source->prepare(source->context, &polled);
    if (wanted >= 0 || polled.fd < 0 || poll(&polled, 1, PATIENCE) != 1)
        return false;
    source->dispatch(source->context, polled.revents);
    return true;
}

static void test_looks(struct loop_source *source) {
    struct pollfd polled = {.fd = -1};
    load("store");
    tap_ok(source->prepare(source->context, &polled) < 0 && polled.fd >= 0,
           "it waits for a store that is not there, and for no time");
    look();
    deny("store", 1);
    tap_ok(turn(source), "the folder's coming wakes it");
    while (denied() != 1 && turn(source))
        ;
    tap_ok(denied() == 1, "and what came with it is seen");
    look();
    deny("store", 2);
    tap_ok(turn(source), "a change wakes it");
    while (denied() != 2 && turn(source))
        ;
    tap_ok(denied() == 2, "and is seen");
}

static void test_reload(struct loop_source *source) {
    deny("other", 1);
    load("other");
    tap_ok(strstr(generations.current->store->folder, "other") != NULL,
           "another generation has another store");
    struct pollfd polled = {.fd = -1};
    source->prepare(source->context, &polled);
    look();
    deny("other", 2);
    tap_ok(turn(source), "which is watched now");
    while (denied() != 2 && turn(source))
        ;
    tap_ok(denied() == 2, "and seen");
}

int main(void) {
    struct loop_source source = cz_forerunner_source(&forerunner);
    scratch_open();
    test_looks(&source);
    test_reload(&source);
    cz_forerunner_release(&forerunner);
    tap_ok(forerunner.folder == NULL && forerunner.watch.fd < 0, "it can be let go");
    cz_generations_release(&generations);
    scratch_close();
    return tap_done();
}
