#include "config/places.h"

#include "base/cleanup.h"
#include "config/portions.h"
#include "config/tree.h"

#include <stdlib.h>

static const config_setting_t *member(const config_setting_t *group, const char *name) {
    return config_setting_get_member((config_setting_t *)group, name);
}

static struct place place_of(const config_setting_t *setting) {
    struct place place;
    cz_tree_locate(setting, &place.file, &place.line);
    return place;
}

static bool add(struct place_list *list, const config_setting_t *setting, struct error *error) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? list->capacity * 2 : 16;
        struct place *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL)
            return cz_error_set(error, "out of memory");
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = place_of(setting);
    return true;
}

static bool add_all(struct place_list *list, const config_setting_t *settings,
                    struct error *error) {
    for (int i = 0; settings != NULL && i < config_setting_length(settings); i++)
        if (!add(list, config_setting_get_elem(settings, (unsigned)i), error))
            return false;
    return true;
}

static bool read_portion(void *context, const config_setting_t *portion, size_t first,
                         struct error *error) {
    struct policy_places *policy = context;
    (void)first;
    for (int i = 0; i < config_setting_length(portion); i++) {
        const config_setting_t *client = config_setting_get_elem(portion, (unsigned)i);
        if (!add(&policy->clients, client, error) ||
            (config_setting_is_group(client) &&
             !add_all(&policy->credentials, member(client, "credentials"), error)))
            return false;
    }
    return true;
}

static bool read_revocation(const config_setting_t *group, struct policy_places *policy,
                            struct error *error) {
    policy->has_revocation = group != NULL && config_setting_is_group(group);
    if (!policy->has_revocation)
        return true;
    policy->revocation = place_of(group);
    policy->has_actions = member(group, "on") != NULL;
    return add_all(&policy->authorities, member(group, "authorities"), error);
}

static bool read_policy(const config_setting_t *group, struct policy_places *policy,
                        struct error *error) {
    const config_setting_t *clients = member(group, "clients");
    policy->group = place_of(group);
    policy->has_clients = clients != NULL;
    return add_all(&policy->rules, member(group, "rules"), error) &&
           read_revocation(member(group, "revocation"), policy, error) &&
           (clients == NULL || cz_portions_read(clients, read_portion, policy, error));
}

static bool read_tree(const config_setting_t *root, struct places *places, struct error *error) {
    const config_setting_t *named = member(root, "policies");
    size_t count = 1 + (named != NULL ? (size_t)config_setting_length(named) : 0);
    places->policies = calloc(count, sizeof *places->policies);
    if (places->policies == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < count; i++) {
        const config_setting_t *group =
            i == 0 ? root : config_setting_get_elem(named, (unsigned)i - 1);
        places->policy_count = i + 1;
        if (!read_policy(group, &places->policies[i], error))
            return false;
    }
    return true;
}

static bool parse(struct places *places, struct error *error) {
    CZ_CLEANUP(cz_tree_release) struct config_tree tree;
    return cz_tree_parse(&places->source, &tree, error) &&
           read_tree(config_root_setting(&tree.parsed), places, error);
}

bool cz_places_load(const char *file, struct places *places, struct error *error) {
    *places = (struct places){0};
    return cz_source_load(file, &places->source, error) && parse(places, error);
}

void cz_places_release(struct places *places) {
    for (size_t i = 0; i < places->policy_count; i++) {
        free(places->policies[i].rules.items);
        free(places->policies[i].clients.items);
        free(places->policies[i].credentials.items);
        free(places->policies[i].authorities.items);
    }
    free(places->policies);
    cz_source_release(&places->source);
    *places = (struct places){0};
}
