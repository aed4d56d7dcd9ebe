#include "config/conditions.h"

#include "base/cleanup.h"
#include "config/schema.h"

#include <stdlib.h>

static bool make_parts(struct condition *condition, enum condition_kind kind, size_t count,
                       struct error *error) {
    *condition = (struct condition){.kind = kind};
    condition->parts = calloc(count, sizeof *condition->parts);
    return condition->parts != NULL || cz_error_set(error, "out of memory");
}

/* What stands alone needs no combination around it, so that however it is written it is the
 * same condition. */
static void unwrap_single(struct condition *condition) {
    if (condition->count != 1)
        return;
    struct condition only = condition->parts[0];
    free(condition->parts);
    *condition = only;
}

static bool is_list(const config_setting_t *setting) {
    int type = config_setting_type(setting);
    return type == CONFIG_TYPE_LIST || type == CONFIG_TYPE_ARRAY;
}

/* A text, or a list of texts of which one has to fit. */
static bool read_texts(const struct condition_reader *reader, const struct selector *selector,
                       enum name_comparison how, const config_setting_t *setting,
                       struct condition *condition, struct error *error) {
    if (!is_list(setting))
        return cz_config_read_selector(reader, selector, how, setting, condition, error);
    size_t count = (size_t)config_setting_length(setting);
    if (count == 0)
        return cz_schema_error(error, setting, "the list is empty, so nothing could fit it");
    if (!make_parts(condition, CONDITION_ANY, count, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        condition->count = i + 1;
        if (!cz_config_read_selector(reader, selector, how,
                                     config_setting_get_elem(setting, (unsigned)i),
                                     &condition->parts[i], error))
            return false;
    }
    unwrap_single(condition);
    return true;
}

static bool read_group(const struct condition_reader *reader, const config_setting_t *group,
                       unsigned depth, struct condition *condition, struct error *error);

static bool read_combination(const struct condition_reader *reader, enum condition_kind kind,
                             const config_setting_t *list, unsigned depth,
                             struct condition *condition, struct error *error) {
    if (config_setting_type(list) != CONFIG_TYPE_LIST || config_setting_length(list) == 0)
        return cz_schema_error(error, list,
                               "a list of at least one group of selectors is wanted: ( { … }, { "
                               "… } )");
    size_t count = (size_t)config_setting_length(list);
    if (!make_parts(condition, kind, count, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        condition->count = i + 1;
        if (!read_group(reader, config_setting_get_elem(list, (unsigned)i), depth,
                        &condition->parts[i], error))
            return false;
    }
    unwrap_single(condition);
    return true;
}

static bool read_not(const struct condition_reader *reader, const config_setting_t *group,
                     unsigned depth, struct condition *condition, struct error *error) {
    if (!make_parts(condition, CONDITION_NOT, 1, error))
        return false;
    condition->count = 1;
    return read_group(reader, group, depth, &condition->parts[0], error);
}

static bool is_passed_over(const char *const *names, const char *name) {
    for (; names != NULL && *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return strcmp(name, "compare") == 0;
}

static bool unknown_selector(const config_setting_t *setting, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer known = {0};
    cz_config_name_selectors(&known);
    return cz_schema_error(error, setting, "unknown selector; there are %s, all, any, not, compare",
                           cz_buffer_text(&known));
}

static bool read_member(const struct condition_reader *reader, const config_setting_t *setting,
                        enum name_comparison how, unsigned depth, struct condition *condition,
                        struct error *error) {
    const char *name = config_setting_name(setting);
    const struct selector *selector = cz_config_find_selector(name);
    if (selector != NULL)
        return read_texts(reader, selector, how, setting, condition, error);
    if (strcmp(name, "extension") == 0)
        return cz_config_read_extension(reader, setting, condition, error);
    if (strcmp(name, "all") == 0)
        return read_combination(reader, CONDITION_ALL, setting, depth + 1, condition, error);
    if (strcmp(name, "any") == 0)
        return read_combination(reader, CONDITION_ANY, setting, depth + 1, condition, error);
    if (strcmp(name, "not") == 0)
        return read_not(reader, setting, depth + 1, condition, error);
    return unknown_selector(setting, error);
}

struct comparison {
    int how;
};

static const struct key_word compare_words[] = {
    {"normalised", NAME_NORMALISED},
    {"exact", NAME_EXACT},
    {"any-order", NAME_ANY_ORDER},
    {NULL, 0},
};

static const struct key compare_key = {.name = "compare",
                                       .type = KEY_WORD,
                                       .offset = offsetof(struct comparison, how),
                                       .words = compare_words};

static bool check_group(const config_setting_t *group, unsigned depth, struct error *error) {
    if (config_setting_type(group) != CONFIG_TYPE_GROUP)
        return cz_schema_error(error, group, "a group of selectors is wanted: { … }");
    if (depth > CZ_CONDITION_DEPTH_MAX)
        return cz_schema_error(error, group, "selectors are nested more than %d deep",
                               CZ_CONDITION_DEPTH_MAX);
    if (cz_schema_member(group, "serial") != NULL && cz_schema_member(group, "issuer") == NULL)
        return cz_schema_error(error, cz_schema_member(group, "serial"),
                               "serial numbers are an issuer's own; name the issuer beside it");
    return true;
}

static bool read_group(const struct condition_reader *reader, const config_setting_t *group,
                       unsigned depth, struct condition *condition, struct error *error) {
    struct comparison comparison = {.how = NAME_NORMALISED};
    if (!check_group(group, depth, error))
        return false;
    const config_setting_t *compare = cz_schema_member(group, "compare");
    if (compare != NULL && !cz_schema_read_key(&compare_key, compare, &comparison, error))
        return false;
    size_t count = (size_t)config_setting_length(group);
    if (!make_parts(condition, CONDITION_ALL, count + 1, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        if (is_passed_over(depth == 0 ? reader->passed_over : NULL, config_setting_name(setting)))
            continue;
        condition->count++;
        if (!read_member(reader, setting, (enum name_comparison)comparison.how, depth,
                         &condition->parts[condition->count - 1], error))
            return false;
    }
    if (condition->count == 0)
        return cz_schema_error(error, group, "no selector is there, so nobody could fit it");
    unwrap_single(condition);
    return true;
}

bool cz_config_read_condition(const struct condition_reader *reader, const config_setting_t *group,
                              struct condition *condition, struct error *error) {
    *condition = (struct condition){0};
    return read_group(reader, group, 0, condition, error);
}

bool cz_config_read_issuers(const struct condition_reader *reader, const config_setting_t *list,
                            struct condition *condition, struct error *error) {
    *condition = (struct condition){0};
    if (!is_list(list))
        return cz_schema_error(error, list, "a list of issuers' names is wanted: [ \"…\", \"…\" ]");
    return read_texts(reader, cz_config_find_selector("issuer"), NAME_NORMALISED, list, condition,
                      error);
}

static void describe_value(struct buffer *out, const config_setting_t *setting) {
    const char *name = config_setting_name(setting);
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_STRING:
        if (name != NULL)
            cz_buffer_printf(out, "%s=", name);
        cz_buffer_puts(out, config_setting_get_string(setting));
        return;
    case CONFIG_TYPE_GROUP:
    case CONFIG_TYPE_LIST:
    case CONFIG_TYPE_ARRAY:
        break;
    default:
        return;
    }
    bool braces = name != NULL || config_setting_length(setting) > 1;
    if (name != NULL)
        cz_buffer_puts(out, name);
    if (braces)
        cz_buffer_putc(out, '(');
    for (int i = 0; i < config_setting_length(setting); i++) {
        if (i > 0)
            cz_buffer_puts(out, ", ");
        describe_value(out, config_setting_get_elem(setting, (unsigned)i));
    }
    if (braces)
        cz_buffer_putc(out, ')');
}

void cz_config_describe_condition(struct buffer *out, const config_setting_t *group,
                                  const char *const *passed_over) {
    size_t before = out->len;
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        if (is_passed_over(passed_over, config_setting_name(setting)))
            continue;
        if (out->len > before)
            cz_buffer_puts(out, ", ");
        describe_value(out, setting);
    }
}
