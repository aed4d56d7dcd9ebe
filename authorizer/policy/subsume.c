#include "policy/subsume.h"

#include <string.h>

static bool ends_with(const char *text, const char *end) {
    size_t len = strlen(text), tail = strlen(end);
    return len >= tail && strcmp(text + len - tail, end) == 0;
}

static bool covers(const struct rule *rule, struct bytes path) {
    return rule->is_glob ? cz_glob_covers(cz_bytes_of(rule->path), path)
                         : cz_path_covers(rule->path, path);
}

/* Whether with a path everything below it is covered too. */
static bool covers_below(const struct rule *rule) {
    return ends_with(rule->path, "/") || (rule->is_glob && ends_with(rule->path, "/**"));
}

bool cz_rule_paths_subsume(const struct rule *wide, const struct rule *narrow) {
    struct bytes path = cz_bytes_of(narrow->path);
    if (wide->is_glob == narrow->is_glob && strcmp(wide->path, narrow->path) == 0)
        return true;
    if (narrow->is_glob) {
        struct bytes folder = cz_glob_folder(narrow->path);
        struct bytes root = CZ_BYTES("/");
        return covers_below(wide) && covers(wide, folder.len > 0 ? folder : root);
    }
    return covers(wide, path) && (!covers_below(narrow) || covers_below(wide));
}

static bool host_is_covered(const struct rule *wide, const char *host) {
    for (size_t i = 0; i < wide->host_count; i++)
        if (strcmp(wide->hosts[i], host) == 0 ||
            (host[0] != '*' && cz_host_covers(wide->hosts[i], cz_bytes_of(host))))
            return true;
    return false;
}

static bool range_is_covered(const struct rule *wide, const struct address_range *range) {
    for (size_t i = 0; i < wide->from_count; i++)
        if (wide->from[i].prefix <= range->prefix && cz_address_in(&range->first, &wide->from[i]))
            return true;
    return false;
}

bool cz_rule_places_subsume(const struct rule *wide, const struct rule *narrow) {
    if ((wide->host_count > 0 && narrow->host_count == 0) ||
        (wide->from_count > 0 && narrow->from_count == 0))
        return false;
    for (size_t i = 0; wide->host_count > 0 && i < narrow->host_count; i++)
        if (!host_is_covered(wide, narrow->hosts[i]))
            return false;
    for (size_t i = 0; wide->from_count > 0 && i < narrow->from_count; i++)
        if (!range_is_covered(wide, &narrow->from[i]))
            return false;
    return true;
}

static bool has_method(const struct rule *rule, const char *method) {
    for (size_t i = 0; i < rule->method_count; i++)
        if (strcmp(rule->methods[i], method) == 0)
            return true;
    return false;
}

bool cz_rule_methods_subsume(const struct rule *wide, const struct rule *narrow) {
    if (wide->method_count > 0 && narrow->method_count == 0)
        return false;
    for (size_t i = 0; wide->method_count > 0 && i < narrow->method_count; i++)
        if (!has_method(wide, narrow->methods[i]))
            return false;
    return true;
}

bool cz_rule_subsumes(const struct rule *wide, const struct rule *narrow) {
    return cz_rule_paths_subsume(wide, narrow) && cz_rule_places_subsume(wide, narrow) &&
           cz_rule_methods_subsume(wide, narrow);
}
