#include "policy/rules.h"

#include <stdlib.h>

bool cz_rule_covers(const struct rule *rule, struct bytes path) {
    struct bytes own = cz_bytes_of(rule->path);
    bool everything_below = own.data[own.len - 1] == '/';
    if (everything_below && path.len >= own.len && memcmp(path.data, own.data, own.len) == 0)
        return true;
    /* the folder itself, with or without its slash; and so for what is not a folder */
    struct bytes own_bare = own, path_bare = path;
    if (own_bare.len > 1 && everything_below)
        own_bare.len--;
    if (path_bare.len > 1 && path_bare.data[path_bare.len - 1] == '/')
        path_bare.len--;
    return cz_bytes_equal(own_bare, path_bare);
}

static bool method_matches(const struct rule *rule, struct bytes method) {
    if (rule->method_count == 0)
        return true;
    for (size_t i = 0; i < rule->method_count; i++)
        if (cz_bytes_equal(cz_bytes_of(rule->methods[i]), method))
            return true;
    return false;
}

struct rule_match cz_rules_match(const struct rules *rules, struct bytes path,
                                 struct bytes method) {
    struct rule_match match = {0};
    for (size_t i = 0; i < rules->count; i++) {
        if (!cz_rule_covers(&rules->items[i], path))
            continue;
        if (method_matches(&rules->items[i], method))
            return (struct rule_match){.rule = &rules->items[i]};
        match.other_method = true;
    }
    return match;
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

void cz_rules_release(struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        struct rule *rule = &rules->items[i];
        for (size_t j = 0; j < rule->method_count; j++)
            free(rule->methods[j]);
        free(rule->methods);
        free(rule->name);
        free(rule->path);
    }
    free(rules->items);
    *rules = (struct rules){0};
}
