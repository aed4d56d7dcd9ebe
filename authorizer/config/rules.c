#include "config/rules.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "config/schema.h"
#include "request/target.h"

#include <stdlib.h>

#define NAME_SIZE_MAX 200
#define METHOD_SIZE_MAX 32

struct raw_rule {
    struct config_text name;
    struct config_text path;
    struct config_texts methods;
    int need; /* enum certificate_need */
};

static const struct key_word need_words[] = {
    {"required", NEED_REQUIRED},
    {"optional", NEED_OPTIONAL},
    {"none", NEED_NONE},
    {NULL, 0},
};

static const struct key keys[] = {
    {.name = "name", .type = KEY_TEXT, .offset = offsetof(struct raw_rule, name)},
    {.name = "path", .type = KEY_TEXT, .offset = offsetof(struct raw_rule, path)},
    {.name = "methods", .type = KEY_TEXTS, .offset = offsetof(struct raw_rule, methods)},
    {.name = "certificate",
     .type = KEY_WORD,
     .offset = offsetof(struct raw_rule, need),
     .words = need_words},
};

static const struct schema schema = {.name = "a rule", .keys = keys, .count = CZ_COUNT(keys)};

static void raw_rule_release(struct raw_rule *raw) {
    cz_text_release(&raw->name);
    cz_text_release(&raw->path);
    cz_texts_release(&raw->methods);
}

static const config_setting_t *member(const config_setting_t *group, const char *name) {
    return config_setting_get_member((config_setting_t *)group, name);
}

static bool is_escape(const char *text) {
    return text[0] == '%' && cz_hex_digit((uint8_t)text[1]) >= 0 &&
           cz_hex_digit((uint8_t)text[2]) >= 0;
}

/* A rule's path is compared with decoded paths, so it is written as one. What would mean
 * something else in a request target is escaped here, to be read back as itself. */
static void append_as_target(struct buffer *out, const char *path) {
    for (; *path != '\0'; path++) {
        if (strchr("%?#", *path) != NULL)
            cz_buffer_printf(out, "%%%02X", (unsigned char)*path);
        else
            cz_buffer_putc(out, *path);
    }
}

static bool check_path(const config_setting_t *group, const char *path, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer target = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer normalised = {0};
    const config_setting_t *setting = member(group, "path");
    if (path[0] != '/')
        return cz_schema_error(error, setting, "a path begins with a slash");
    for (const char *at = path; (at = strchr(at, '%')) != NULL; at++)
        if (is_escape(at))
            return cz_schema_error(error, setting,
                                   "it holds the escape %.3s, and paths are compared decoded; "
                                   "write the character itself",
                                   at);
    append_as_target(&target, path);
    const char *ambiguity = cz_target_path(cz_buffer_view(&target), &normalised);
    if (ambiguity != NULL)
        return cz_schema_error(error, setting, "no request can match it: it holds %s", ambiguity);
    if (strcmp(cz_buffer_text(&normalised), path) != 0)
        return cz_schema_error(error, setting, "no request can match it; write \"%s\"",
                               cz_buffer_text(&normalised));
    return true;
}

static bool check_name(const config_setting_t *group, const char *name, struct error *error) {
    struct bytes text = cz_bytes_of(name);
    if (text.len <= NAME_SIZE_MAX && cz_utf8_valid(text) && !cz_text_has_control(text))
        return true;
    return cz_schema_error(error, member(group, "name"),
                           "a name has at most %d bytes of UTF-8 without control characters",
                           NAME_SIZE_MAX);
}

static bool check_method(const config_setting_t *list, size_t index, const char *method,
                         struct error *error) {
    size_t len = strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    if (method[len] == '\0' && len <= METHOD_SIZE_MAX)
        return true;
    return cz_schema_error(error, config_setting_get_elem(list, (unsigned)index),
                           "a method is written in capital letters, such as \"GET\"");
}

static bool take_methods(const config_setting_t *group, struct raw_rule *raw, struct rule *rule,
                         struct error *error) {
    if (raw->methods.count == 0)
        return true;
    rule->methods = calloc(raw->methods.count, sizeof *rule->methods);
    if (rule->methods == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < raw->methods.count; i++) {
        if (!check_method(member(group, "methods"), i, raw->methods.items[i].text, error))
            return false;
        rule->methods[rule->method_count++] = CZ_STEAL(raw->methods.items[i].text);
    }
    return true;
}

static bool read_rule(const config_setting_t *group, struct rule *rule, struct error *error) {
    CZ_CLEANUP(raw_rule_release) struct raw_rule raw = {.need = NEED_REQUIRED};
    if (!cz_schema_read(&schema, group, &raw, error))
        return false;
    if (raw.path.text == NULL)
        return cz_schema_error(error, group, "path is missing");
    if (member(group, "certificate") == NULL)
        return cz_schema_error(error, group,
                               "certificate is missing: \"required\", \"optional\" or \"none\"");
    if (member(group, "methods") != NULL && raw.methods.count == 0)
        return cz_schema_error(error, member(group, "methods"),
                               "the list is empty, so no request can match; leave it out for "
                               "every method");
    if (!check_path(group, raw.path.text, error) ||
        (raw.name.text != NULL && !check_name(group, raw.name.text, error)))
        return false;
    rule->need = (enum certificate_need)raw.need;
    rule->name = raw.name.text != NULL ? CZ_STEAL(raw.name.text) : strdup(raw.path.text);
    rule->path = CZ_STEAL(raw.path.text);
    if (rule->name == NULL)
        return cz_error_set(error, "out of memory");
    return take_methods(group, &raw, rule, error);
}

bool cz_config_read_rules(const config_setting_t *list, struct rules *rules, struct error *error) {
    int type = config_setting_type(list);
    if (type != CONFIG_TYPE_LIST &&
        !(type == CONFIG_TYPE_ARRAY && config_setting_length(list) == 0))
        return cz_schema_error(error, list, "a list of rules is wanted: ( { … }, { … } )");
    size_t count = (size_t)config_setting_length(list);
    rules->items = calloc(count + 1, sizeof *rules->items);
    if (rules->items == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < count; i++) {
        rules->count = i + 1;
        if (!read_rule(config_setting_get_elem(list, (unsigned)i), &rules->items[i], error))
            return false;
    }
    return true;
}
