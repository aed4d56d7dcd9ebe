#include "server/generation.h"

#include "base/cleanup.h"
#include "config/store_folder.h"

#include <stdlib.h>
#include <time.h>

static bool make_memory(struct generation *generation, struct error *error) {
    const struct config *config = &generation->setup.config;
    if (config->cache.entries == 0)
        return true;
    generation->memory =
        cz_memory_new((unsigned)config->cache.entries, (unsigned)config->cache.seconds);
    return generation->memory != NULL ||
           cz_error_set(error, "cache.entries: not enough memory for %d", config->cache.entries);
}

static bool open_store(struct generation *generation, struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *folder = cz_config_store_folder(&generation->setup.config);
    generation->store = folder != NULL ? cz_shared_store_open(folder) : NULL;
    return generation->store != NULL || cz_error_set(error, "out of memory");
}

struct generation *cz_generation_load(const char *file, struct error *error) {
    struct generation *generation = calloc(1, sizeof *generation);
    if (generation == NULL) {
        cz_error_set(error, "out of memory");
        return NULL;
    }
    atomic_init(&generation->users, 0);
    atomic_init(&generation->stranger_told, false);
    generation->loaded = time(NULL);
    if (!cz_setup_load(file, &generation->setup, error) || !make_memory(generation, error) ||
        !open_store(generation, error))
        cz_generation_free(&generation);
    return generation;
}

void cz_generation_free(struct generation **variable) {
    struct generation *generation = *variable;
    *variable = NULL;
    if (generation == NULL)
        return;
    cz_shared_store_release(&generation->store);
    cz_memory_release(&generation->memory);
    cz_setup_release(&generation->setup);
    free(generation);
}

static void share_store(struct generation *generation, const struct generation *old) {
    if (strcmp(generation->store->folder, old->store->folder) != 0)
        return;
    cz_shared_store_release(&generation->store);
    generation->store = cz_shared_store_ref(old->store);
}

void cz_generations_publish(struct generations *generations, struct generation *generation) {
    struct generation *old = generations->current;
    if (old != NULL)
        share_store(generation, old);
    generation->number = old != NULL ? old->number + 1 : 1;
    pthread_mutex_lock(&generations->lock);
    generations->current = generation;
    pthread_mutex_unlock(&generations->lock);
    if (old == NULL)
        return;
    old->next = generations->retired;
    generations->retired = old;
}

struct generation *cz_generations_hold(struct generations *generations) {
    pthread_mutex_lock(&generations->lock);
    struct generation *generation = generations->current;
    atomic_fetch_add_explicit(&generation->users, 1, memory_order_relaxed);
    pthread_mutex_unlock(&generations->lock);
    return generation;
}

void cz_generation_let_go(struct generation **variable) {
    struct generation *generation = *variable;
    *variable = NULL;
    if (generation != NULL)
        atomic_fetch_sub_explicit(&generation->users, 1, memory_order_release);
}

/* A retired one gets no new users, so what is counted as none stays none. */
bool cz_generations_sweep(struct generations *generations) {
    struct generation **place = &generations->retired;
    while (*place != NULL) {
        struct generation *generation = *place;
        if (atomic_load_explicit(&generation->users, memory_order_acquire) > 0) {
            place = &generation->next;
            continue;
        }
        *place = generation->next;
        cz_generation_free(&generation);
    }
    return generations->retired != NULL;
}

void cz_generations_release(struct generations *generations) {
    cz_generations_sweep(generations);
    cz_generation_free(&generations->current);
}
