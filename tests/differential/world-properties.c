#include "world-properties.h"

static bool grants(const struct world_bench *bench, const struct revocation_settings *settings,
                   int64_t now) {
    struct assessment *assessment = world_bench_assess(bench, settings, now);
    bool valid = assessment->validation.valid;
    cz_assessment_release(&assessment);
    return valid;
}

/* In whatever order the lists come. */
static bool holds_in_any_order(const struct world_bench *bench) {
    struct world_bench turned = *bench;
    struct revocation_settings settings = world_settings(bench->world);
    bool granted = grants(bench, &settings, PLAN_NOW);
    for (size_t i = 0; i < bench->count; i++)
        turned.candidates[i] = bench->candidates[bench->count - 1 - i];
    return grants(&turned, &settings, PLAN_NOW) == granted;
}

/* The same with one more list, which is signed here; `otherwise` where it is none that counts. */
static bool grants_with(const struct world_bench *bench, struct world_list *list, bool otherwise) {
    struct world_bench more = *bench;
    struct revocation_settings settings = world_settings(bench->world);
    world_sign_list(bench->world, list);
    world_bench_add(&more, list);
    if (more.count == bench->count)
        return otherwise;
    bool granted = grants(&more, &settings, PLAN_NOW);
    cz_crl_index_release(&more.indexes[bench->count]);
    cz_crl_release(&more.crls[bench->count]);
    return granted;
}

/* Any of the world's lists, to be changed and added. False where there is none, or no room. */
static bool draw_list(const struct world_bench *bench, struct world_list *list) {
    const struct world *world = bench->world;
    if (world->list_count == 0 || bench->count == WORLD_LISTS_MAX)
        return false;
    *list = world->lists[random_below((unsigned)world->list_count)];
    return true;
}

/* Badly signed, by a stranger, or of somebody else: a list with or without entries. */
static bool holds_with_a_strange_list(const struct world_bench *bench) {
    struct revocation_settings settings = world_settings(bench->world);
    struct world_list list;
    bool granted = grants(bench, &settings, PLAN_NOW);
    if (!draw_list(bench, &list))
        return true;
    list.bad_signature = random_chance(50);
    list.signer = list.bad_signature ? list.signer : KEY_P384;
    list.this_update = PLAN_NOW;
    list.next_update = PLAN_NOW + 9 * DAY;
    list.number = 100;
    list.entry_count = random_chance(50) ? 0 : list.entry_count;
    /* the same, and not merely no better: a stranger must not be able to keep others out */
    return grants_with(bench, &list, granted) == granted;
}

/* The only one by its signer. A newer list takes back what the others say and it does not repeat,
 * whatever is added to it. */
static bool is_alone(const struct world *world, const struct world_list *list) {
    size_t found = 0;
    for (size_t i = 0; i < world->list_count; i++)
        found += world->lists[i].issuer == list->issuer && world->lists[i].signer == list->signer;
    return found == 1;
}

/* A copy of a list that says "revoked" of the end, by whoever signed it: as new, or newer where it
 * takes the place of no other. */
static bool holds_with_one_more_entry(const struct world_bench *bench) {
    const struct world *world = bench->world;
    struct revocation_settings settings = world_settings(world);
    struct world_list list;
    bool granted = grants(bench, &settings, PLAN_NOW);
    if (!draw_list(bench, &list))
        return true;
    size_t at = list.entry_count;
    world_revoke(&list, &world->plan.certificates[0], CRL_REASON_KEY_COMPROMISE);
    if (list.entry_count == at)
        return true; /* it is full */
    if (list.issuer != world->plan.certificates[0].issuer_entity)
        list.entries[at].issuer = (int)world->plan.certificates[0].issuer_entity;
    list.this_update += random_chance(50) && is_alone(world, &list) ? DAY / 2 : 0;
    return granted || !grants_with(bench, &list, false);
}

static bool holds_on_line(const struct world_bench *bench) {
    struct revocation_settings settings = world_settings(bench->world);
    bool granted = grants(bench, &settings, PLAN_NOW);
    settings.mode = REVOCATION_ONLINE;
    return grants(bench, &settings, PLAN_NOW) == granted;
}

/* Where each action is at least as strict nothing more is granted. */
static bool holds_where_stricter(const struct world_bench *bench) {
    static const enum revocation_action actions[] = {REVOCATION_ALLOW, REVOCATION_WARN,
                                                     REVOCATION_DENY};
    struct revocation_settings lax = world_settings(bench->world), strict = lax;
    for (size_t place = 0; place < REVOCATION_PLACE_COUNT; place++)
        for (size_t event = 0; event < REVOCATION_EVENT_COUNT; event++) {
            unsigned one = random_below(3);
            lax.on.of[place][event] = actions[one];
            strict.on.of[place][event] = actions[one + random_below(3 - one)];
        }
    return grants(bench, &lax, PLAN_NOW) || !grants(bench, &strict, PLAN_NOW);
}

#define MOMENTS_MAX (6 * (WORLD_LISTS_MAX + PLAN_CERTIFICATES_MAX))

static size_t add_moments(int64_t *moments, size_t count, int64_t time) {
    for (int64_t shift = -1; shift <= 1; shift++) {
        bool there = false;
        for (size_t i = 0; i < count && !there; i++)
            there = moments[i] == time + shift;
        if (!there && count < MOMENTS_MAX)
            moments[count++] = time + shift;
    }
    return count;
}

/* A verdict that grants holds, as often as it is made anew, for the time that it says; and what it
 * says of the time is not that it holds never. */
static bool holds_as_long_as_it_says(const struct world_bench *bench) {
    int64_t moments[MOMENTS_MAX], from[MOMENTS_MAX], until[MOMENTS_MAX];
    bool valid[MOMENTS_MAX];
    size_t count = add_moments(moments, 0, PLAN_NOW + DAY); /* when certificates begin */
    struct revocation_settings settings = world_settings(bench->world);
    settings.stale_grace = random_chance(30) ? DAY / 2 : 0;
    for (size_t i = 0; i < bench->count; i++) {
        count = add_moments(moments, count, bench->crls[i].this_update);
        if (bench->crls[i].has_next_update)
            count = add_moments(moments, count, bench->crls[i].next_update + settings.stale_grace);
    }
    for (size_t i = 0; i < count; i++) {
        struct assessment *assessment = world_bench_assess(bench, &settings, moments[i]);
        from[i] = assessment->validation.valid_from;
        until[i] = assessment->validation.valid_until;
        valid[i] = assessment->validation.valid;
        cz_assessment_release(&assessment);
        if (valid[i] && (from[i] > moments[i] || until[i] < moments[i]))
            return false;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            if (valid[i] && !valid[j] && from[i] <= moments[j] && moments[j] <= until[i])
                return false;
    return true;
}

struct world_property world_properties[] = {
    {.name = "the order of the lists is all the same", .every = 2, .holds = holds_in_any_order},
    {.name = "a list by a stranger changes nothing",
     .every = 2,
     .holds = holds_with_a_strange_list},
    {.name = "one more entry opens nothing", .every = 2, .holds = holds_with_one_more_entry},
    {.name = "on line and off line are the same by the same lists",
     .every = 7,
     .holds = holds_on_line},
    {.name = "stricter actions grant nothing more", .every = 2, .holds = holds_where_stricter},
    {.name = "a verdict holds for as long as it says",
     .every = 11,
     .holds = holds_as_long_as_it_says},
};
const size_t world_property_count = CZ_COUNT(world_properties);

const char *world_property_broken(const struct world *world, uint64_t number) {
    struct world_bench bench;
    const char *broken = NULL;
    world_bench_open(&bench, world);
    for (size_t i = 0; i < world_property_count; i++) {
        struct world_property *property = &world_properties[i];
        if ((number + i) % property->every != 0)
            continue;
        property->tried++;
        if (property->holds(&bench))
            continue;
        property->broken++;
        broken = broken != NULL ? broken : property->name;
    }
    world_bench_close(&bench);
    return broken;
}
