/* Generations: numbers, holding, and that nothing is freed while somebody holds it. */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "config/store_folder.h"
#include "server/generation.h"

#define RULES "rules = ( { path = \"/\"; certificate = \"none\"; } );\n"
#define READERS 4
#define PUBLICATIONS 300

static struct generation *load(const char *text, struct error *error) {
    scratch_write("g.conf", text);
    return cz_generation_load(scratch_path("g.conf"), error);
}

static void publish(struct generations *generations, const char *text) {
    struct error error = {0};
    struct generation *generation = load(text, &error);
    if (generation == NULL)
        support_die("%s", error.message);
    cz_generations_publish(generations, generation);
}

static void test_load(void) {
    struct error error = {0};
    CZ_CLEANUP(cz_generation_free) struct generation *good = load(RULES, &error);
    tap_ok(good != NULL && good->memory != NULL && good->loaded > 0 && good->number == 0,
           "one is loaded, with its memory, and not numbered yet");
    CZ_CLEANUP(cz_generation_free)
    struct generation *forgetful = load(RULES "cache: { entries = 0; };\n", &error);
    tap_ok(forgetful != NULL && forgetful->memory == NULL, "without entries there is no memory");
    CZ_CLEANUP(cz_generation_free) struct generation *bad = load("rules = 1;\n", &error);
    tap_ok(bad == NULL, "of a bad configuration there is none");
    tap_is(error.message,
           support_text("%s:1: rules: a list of rules is wanted: ( { … }, { … } )",
                        scratch_path("g.conf")),
           "and the error says why");
}

static void test_order(void) {
    CZ_CLEANUP(cz_generations_release) struct generations generations = CZ_GENERATIONS_INIT;
    publish(&generations, RULES);
    struct generation *first = cz_generations_hold(&generations);
    struct generation *again = cz_generations_hold(&generations);
    tap_ok(first == again && first->number == 1, "the first is number 1, for all");
    publish(&generations, RULES "cache: { entries = 0; };\n");
    struct generation *second = cz_generations_hold(&generations);
    tap_ok(second != first && second->number == 2 && second->memory == NULL,
           "then the second is the current one");
    tap_ok(first->setup.snapshot.policies[0].rules.count == 1 && first->memory != NULL,
           "and who holds the first still has it");
    tap_ok(cz_generations_sweep(&generations), "what is held is not swept away");
    cz_generation_let_go(&first);
    tap_ok(first == NULL && cz_generations_sweep(&generations), "not while one of two holds it");
    publish(&generations, RULES);
    cz_generation_let_go(&second);
    tap_ok(cz_generations_sweep(&generations) && generations.retired->number == 1 &&
               generations.retired->next == NULL,
           "one behind it that nobody holds is");
    cz_generation_let_go(&again);
    tap_ok(!cz_generations_sweep(&generations) && generations.retired == NULL,
           "and it too when the last has let go");
    cz_generation_let_go(&again);
    tap_is_int((long long)generations.current->number, 3, "the current one stays");
}

/* A store in memory stays there over a reload, unless the configuration names another. */
static void test_store(void) {
    CZ_CLEANUP(cz_generations_release) struct generations generations = CZ_GENERATIONS_INIT;
    publish(&generations, RULES "revocation: { store = \"a\"; };\n");
    struct generation *first = cz_generations_hold(&generations);
    tap_is(first->store->folder, scratch_path("a"), "a generation has its store");
    publish(&generations, RULES "revocation: { store = \"a\"; mode = \"offline\"; };\n");
    tap_ok(generations.current->store == first->store && atomic_load(&first->store->users) == 2,
           "which the next one shares");
    publish(&generations, RULES "revocation: { store = \"b\"; };\n");
    tap_ok(generations.current->store != first->store, "unless it names another");
    tap_is(generations.current->store->folder, scratch_path("b"), "which it then has");
    CZ_CLEANUP(cz_store_let_go)
    struct store_view *view = cz_store_hold(first->store->store, true);
    tap_ok(view != NULL, "who holds a generation can still use its store");
    cz_store_let_go(&view);
    cz_generation_let_go(&first);
    tap_ok(!cz_generations_sweep(&generations) &&
               atomic_load(&generations.current->store->users) == 1,
           "and it goes with the last that has it");
    publish(&generations, RULES);
    tap_is(generations.current->store->folder, CZ_STORE_FOLDER,
           "without the group, it is the one that the build names");
}

struct reader {
    struct generations *generations;
    atomic_bool *stop;
    unsigned long backwards, rounds;
    pthread_t thread;
};

static void *read_on(void *argument) {
    struct reader *reader = argument;
    uint64_t last = 0;
    do {
        CZ_CLEANUP(cz_generation_let_go)
        struct generation *generation = cz_generations_hold(reader->generations);
        reader->backwards +=
            generation->number < last || generation->setup.snapshot.policies[0].rules.count != 1;
        last = generation->number;
        reader->rounds++;
    } while (!atomic_load(reader->stop));
    return NULL;
}

/* The sanitizers see it where one is used that was freed. */
static void test_threads(void) {
    CZ_CLEANUP(cz_generations_release) struct generations generations = CZ_GENERATIONS_INIT;
    struct reader readers[READERS];
    atomic_bool stop = false;
    unsigned long backwards = 0;
    publish(&generations, RULES);
    for (size_t i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.generations = &generations, .stop = &stop};
        if (pthread_create(&readers[i].thread, NULL, read_on, &readers[i]) != 0)
            support_die("no thread can be started");
    }
    for (int i = 0; i < PUBLICATIONS; i++) {
        publish(&generations, RULES);
        cz_generations_sweep(&generations);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        backwards += readers[i].backwards;
    }
    tap_ok(backwards == 0, "%d threads see %d generations come, each whole, none twice", READERS,
           PUBLICATIONS);
    tap_ok(!cz_generations_sweep(&generations) && generations.current->number == PUBLICATIONS + 1,
           "and let go of all of them");
}

int main(void) {
    scratch_open();
    test_load();
    test_order();
    test_store();
    test_threads();
    scratch_close();
    return tap_done();
}
