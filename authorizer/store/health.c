#include "store/health.h"

#include <stdlib.h>
#include <string.h>

struct health_told {
    enum source_kind kind;
    char *name; /* owned */
    enum health health;
    int64_t at;
    bool seen; /* in the look at hand */
};

static const enum health means[] = {
    [HEALTH_FRESH] = HEALTH_GOOD,         [HEALTH_AGEING] = HEALTH_SOON_STALE,
    [HEALTH_FAILING] = HEALTH_SOON_STALE, [HEALTH_ENDED] = HEALTH_STALE,
    [HEALTH_AHEAD] = HEALTH_STALE,        [HEALTH_ENDLESS] = HEALTH_STALE,
    [HEALTH_EMPTY] = HEALTH_STALE,        [HEALTH_UNTRIED] = HEALTH_STALE,
};

const char *cz_health_name(enum health health) {
    static const char *const names[] = {
        [HEALTH_GOOD] = "good", [HEALTH_SOON_STALE] = "soon stale", [HEALTH_STALE] = "stale"};
    return names[health];
}

const struct catalogue_list *cz_catalogue_list(const struct catalogue *catalogue,
                                               const uint8_t sha256[CZ_SHA256_SIZE]) {
    for (size_t i = 0; i < catalogue->list_count; i++)
        if (memcmp(catalogue->lists[i].sha256, sha256, CZ_SHA256_SIZE) == 0)
            return &catalogue->lists[i];
    return NULL;
}

/* Freshness as the check of a certificate judges it (revocation/check.h). Times lie between the
 * years 0 and 9999, so that five times their difference does not overflow. */
static enum health_cause judge_list(const struct catalogue_list *list, unsigned failures,
                                    int64_t now) {
    if (!list->has_next_update)
        return HEALTH_ENDLESS;
    if (now >= list->next_update)
        return HEALTH_ENDED;
    if (now < list->this_update)
        return HEALTH_AHEAD;
    if (5 * (now - list->this_update) >= 4 * (list->next_update - list->this_update))
        return HEALTH_AGEING;
    return failures >= CZ_HEALTH_FAILURES ? HEALTH_FAILING : HEALTH_FRESH;
}

struct source_health cz_source_health(const struct catalogue *catalogue,
                                      const struct catalogue_source *source, int64_t now) {
    struct source_health health = {.source = source};
    if (source->has_list)
        health.list = cz_catalogue_list(catalogue, source->list);
    if (health.list != NULL)
        health.cause = judge_list(health.list, source->failures, now);
    else
        health.cause = source->last_try == 0 ? HEALTH_UNTRIED : HEALTH_EMPTY;
    health.health = means[health.cause];
    return health;
}

/* What was never got ends before all others. */
static int64_t end_of(const struct source_health *health) {
    return health->list != NULL && health->list->has_next_update ? health->list->next_update
                                                                 : INT64_MIN;
}

struct catalogue_health cz_catalogue_health(const struct catalogue *catalogue, int64_t now) {
    struct catalogue_health all = {0};
    for (size_t i = 0; i < catalogue->source_count; i++) {
        struct source_health one = cz_source_health(catalogue, &catalogue->sources[i], now);
        bool as_bad = one.health == all.worst.health;
        all.counts[one.health]++;
        if (all.worst.source == NULL || one.health > all.worst.health ||
            (as_bad && end_of(&one) < end_of(&all.worst)))
            all.worst = one;
    }
    return all;
}

static struct health_told *find_told(struct health_memory *memory,
                                     const struct catalogue_source *source) {
    for (size_t i = 0; i < memory->count; i++)
        if (memory->items[i].kind == source->kind &&
            strcmp(memory->items[i].name, source->name) == 0)
            return &memory->items[i];
    return NULL;
}

/* NULL when out of memory. */
static struct health_told *add_told(struct health_memory *memory,
                                    const struct catalogue_source *source) {
    if (memory->count == memory->capacity) {
        size_t capacity = memory->capacity * 2 + 4;
        struct health_told *items = realloc(memory->items, capacity * sizeof *items);
        if (items == NULL)
            return NULL;
        memory->items = items;
        memory->capacity = capacity;
    }
    struct health_told *told = &memory->items[memory->count];
    *told = (struct health_told){.kind = source->kind, .name = strdup(source->name)};
    memory->count += told->name != NULL;
    return told->name != NULL ? told : NULL;
}

static void forget_unseen(struct health_memory *memory) {
    size_t kept = 0;
    for (size_t i = 0; i < memory->count; i++) {
        if (!memory->items[i].seen)
            free(memory->items[i].name);
        else
            memory->items[kept++] = memory->items[i];
    }
    memory->count = kept;
}

/* A clock that was set back does not silence it. */
static bool is_due(const struct health_told *told, const struct source_health *health,
                   int64_t now) {
    return told->health != health->health || now < told->at ||
           now - told->at >= CZ_HEALTH_TELL_AGAIN;
}

bool cz_health_look(struct health_memory *memory, const struct catalogue *catalogue, int64_t now,
                    void (*tell)(void *context, const struct source_health *health),
                    void *context) {
    bool complete = true;
    for (size_t i = 0; i < memory->count; i++)
        memory->items[i].seen = false;
    for (size_t i = 0; i < catalogue->source_count; i++) {
        struct source_health health = cz_source_health(catalogue, &catalogue->sources[i], now);
        struct health_told *told = find_told(memory, health.source);
        if (told == NULL && health.health == HEALTH_GOOD)
            continue;
        if (told == NULL || is_due(told, &health, now)) {
            tell(context, &health);
            if (told == NULL)
                told = add_told(memory, health.source);
            complete = complete && told != NULL;
            if (told != NULL)
                told->at = now;
        }
        if (told != NULL) {
            told->health = health.health;
            told->seen = health.health != HEALTH_GOOD;
        }
    }
    forget_unseen(memory);
    return complete;
}

void cz_health_memory_release(struct health_memory *memory) {
    for (size_t i = 0; i < memory->count; i++)
        free(memory->items[i].name);
    free(memory->items);
    *memory = (struct health_memory){0};
}
