#include "policy/rules.h"

#include <stdlib.h>

#define SLOTS_LEAST 16

struct rule_chain {
    struct bytes folder; /* borrowed from a rule's path; without a slash at its end */
    uint32_t *indexes;   /* owned; of rules, rising */
    size_t count, capacity;
};

static bool is_listed(char *const *list, size_t count, struct bytes text) {
    for (size_t i = 0; i < count; i++)
        if (cz_bytes_equal(cz_bytes_of(list[i]), text))
            return true;
    return count == 0;
}

static bool host_fits(const struct rule *rule, struct bytes host) {
    for (size_t i = 0; i < rule->host_count; i++)
        if (cz_host_covers(rule->hosts[i], host))
            return true;
    return rule->host_count == 0;
}

static bool address_fits(const struct rule *rule, const struct resource *resource) {
    for (size_t i = 0; resource->has_address && i < rule->from_count; i++)
        if (cz_address_in(&resource->address, &rule->from[i]))
            return true;
    return rule->from_count == 0;
}

/* Where the path fits: by the rest. */
static enum rule_mismatch covers_rest(const struct rule *rule, const struct resource *resource) {
    if (!host_fits(rule, resource->host))
        return OTHER_HOST;
    if (!address_fits(rule, resource))
        return OTHER_ADDRESS;
    return is_listed(rule->methods, rule->method_count, resource->method) ? RULE_COVERS
                                                                          : OTHER_METHOD;
}

static bool glob_fits(const struct rule *rule, struct bytes path) {
    size_t len = rule->path_length > 0 ? rule->path_length : strlen(rule->path);
    return path.len <= CZ_GLOB_PATH_MAX &&
           cz_glob_covers((struct bytes){.data = (const uint8_t *)rule->path, .len = len}, path);
}

static bool covers_path(const struct rule *rule, struct bytes path) {
    return rule->is_glob ? glob_fits(rule, path) : cz_path_covers(rule->path, path);
}

enum rule_mismatch cz_rule_covers(const struct rule *rule, const struct resource *resource) {
    return covers_path(rule, resource->path) ? covers_rest(rule, resource) : OTHER_PATH;
}

bool cz_rules_tell_apart(const struct rules *rules, struct bytes path, struct bytes other) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->items[i];
        if (!rule->report_only && covers_path(rule, path) != covers_path(rule, other))
            return true;
    }
    return false;
}

static struct bytes folder_of(const struct rule *rule) {
    if (rule->is_glob)
        return cz_glob_folder(rule->path);
    struct bytes folder = cz_bytes_of(rule->path);
    folder.len -= folder.data[folder.len - 1] == '/';
    return folder;
}

static size_t count_segments(struct bytes folder) {
    size_t count = 0;
    for (size_t i = 0; i < folder.len; i++)
        count += folder.data[i] == '/';
    return count;
}

/* The slot of the folder's chain, or the free one where it belongs. */
static size_t slot_of(const struct rule_index *index, struct bytes folder) {
    size_t slot = cz_hash(folder) & (index->slot_count - 1);
    while (index->slots[slot] != 0 &&
           !cz_bytes_equal(index->chains[index->slots[slot] - 1].folder, folder))
        slot = (slot + 1) & (index->slot_count - 1);
    return slot;
}

static bool add_to_chain(struct rule_chain *chain, uint32_t number) {
    if (chain->count == chain->capacity) {
        size_t capacity = chain->capacity > 0 ? chain->capacity * 2 : 2;
        uint32_t *indexes = realloc(chain->indexes, capacity * sizeof *indexes);
        if (indexes == NULL)
            return false;
        chain->indexes = indexes;
        chain->capacity = capacity;
    }
    chain->indexes[chain->count++] = number;
    return true;
}

static bool build_index(struct rule_index *index, const struct rules *rules,
                        enum rule_action action) {
    index->slot_count = SLOTS_LEAST;
    while (index->slot_count < 2 * rules->count)
        index->slot_count *= 2;
    index->slots = calloc(index->slot_count, sizeof *index->slots);
    index->chains = calloc(rules->count + 1, sizeof *index->chains);
    if (index->slots == NULL || index->chains == NULL)
        return false;
    for (size_t i = 0; i < rules->count; i++) {
        if (rules->items[i].action != action)
            continue;
        struct bytes folder = folder_of(&rules->items[i]);
        size_t slot = slot_of(index, folder), segments = count_segments(folder);
        if (index->slots[slot] == 0) {
            index->chains[index->chain_count].folder = folder;
            index->slots[slot] = (uint32_t)++index->chain_count;
        }
        if (!add_to_chain(&index->chains[index->slots[slot] - 1], (uint32_t)i))
            return false;
        index->deepest = segments > index->deepest ? segments : index->deepest;
    }
    return true;
}

bool cz_rules_index(struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        struct rule *rule = &rules->items[i];
        rule->path_length = strlen(rule->path);
        rules->compare_address |= rule->from_count > 0;
        if (rule->report_only) /* it demands nothing that would refuse a request */
            continue;
        rules->ask_host |= rule->host_count > 0;
        rules->ask_address |= rule->from_count > 0;
        rules->have_globs |= rule->is_glob;
    }
    return build_index(&rules->denies, rules, ACTION_DENY) &&
           build_index(&rules->allows, rules, ACTION_ALLOW);
}

static void take_chain(struct rule_walk *walk, const struct rule_index *index, struct bytes folder,
                       bool is_whole) {
    uint32_t number = index->slots[slot_of(index, folder)];
    if (number == 0 || walk->chain_count == sizeof walk->heads / sizeof walk->heads[0])
        return;
    if (is_whole)
        walk->whole = walk->chain_count;
    const struct rule_chain *chain = &index->chains[number - 1];
    walk->heads[walk->chain_count] = chain->indexes;
    walk->ends[walk->chain_count++] = chain->indexes + chain->count;
}

void cz_rule_walk_begin(struct rule_walk *walk, const struct rules *rules, enum rule_action action,
                        const struct resource *resource) {
    const struct rule_index *index = action == ACTION_DENY ? &rules->denies : &rules->allows;
    struct bytes path = resource->path;
    walk->rules = rules;
    walk->resource = *resource;
    walk->chain_count = 0;
    walk->whole = SIZE_MAX;
    walk->other_method = false;
    if (index->chain_count == 0)
        return;
    path.len -= path.len > 0 && path.data[path.len - 1] == '/';
    size_t segments = 0;
    for (size_t i = 0; i <= path.len && segments <= index->deepest; i++)
        if (i == path.len || path.data[i] == '/') {
            take_chain(walk, index, (struct bytes){.data = path.data, .len = i}, i == path.len);
            segments++;
        }
}

/* The rule's folder is known to lie on the way to the path, so the path itself need not be
 * compared again: it is below the folder, or, where the chain is the last, the folder itself. */
static bool path_fits(const struct rule_walk *walk, const struct rule *rule, size_t chain) {
    if (rule->is_glob)
        return glob_fits(rule, walk->resource.path);
    return rule->path[rule->path_length - 1] == '/' || chain == walk->whole;
}

const struct rule *cz_rule_walk_next(struct rule_walk *walk) {
    for (;;) {
        size_t first = walk->chain_count;
        for (size_t i = 0; i < walk->chain_count; i++)
            if (walk->heads[i] < walk->ends[i] &&
                (first == walk->chain_count || *walk->heads[i] < *walk->heads[first]))
                first = i;
        if (first == walk->chain_count)
            return NULL;
        const struct rule *rule = &walk->rules->items[*walk->heads[first]++];
        if (!path_fits(walk, rule, first))
            continue;
        enum rule_mismatch mismatch = covers_rest(rule, &walk->resource);
        if (mismatch == RULE_COVERS)
            return rule;
        walk->other_method |= mismatch == OTHER_METHOD && !rule->report_only;
    }
}

bool cz_rule_asks_who(const struct rule *rule) {
    return rule->has_clients || rule->has_roles || rule->issuers.kind != CONDITION_NONE ||
           rule->condition.kind != CONDITION_NONE;
}

/* A deny that says who it is for would never meet anybody, were no certificate valid. */
bool cz_rules_need_certificates(const struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->items[i];
        if (cz_rule_asks_who(rule) || (rule->action == ACTION_ALLOW && rule->need != NEED_NONE))
            return true;
    }
    return false;
}

const char *cz_need_name(enum certificate_need need) {
    switch (need) {
    case NEED_REQUIRED:
        return "required";
    case NEED_OPTIONAL:
        return "optional";
    case NEED_NONE:
        return "none";
    }
    return "unknown";
}

static void texts_release(char **texts, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

static void rule_release(struct rule *rule) {
    texts_release(rule->methods, rule->method_count);
    texts_release(rule->hosts, rule->host_count);
    free(rule->from);
    free(rule->clients.numbers);
    free(rule->roles.numbers);
    cz_condition_release(&rule->issuers);
    cz_condition_release(&rule->condition);
    free(rule->name);
    free(rule->path);
}

static void index_release(struct rule_index *index) {
    for (size_t i = 0; i < index->chain_count; i++)
        free(index->chains[i].indexes);
    free(index->chains);
    free(index->slots);
}

void cz_rules_release(struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++)
        rule_release(&rules->items[i]);
    free(rules->items);
    index_release(&rules->denies);
    index_release(&rules->allows);
    *rules = (struct rules){0};
}
