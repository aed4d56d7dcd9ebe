#include "config/rules.h"

#include "base/cleanup.h"
#include "base/numbers.h"
#include "base/text.h"
#include "config/coverage.h"
#include "config/schema.h"

#include <stdlib.h>

#define NAME_SIZE_MAX 200

struct raw_rule {
    struct config_text name;
    struct raw_coverage coverage;
    struct config_texts clients, roles;
    int action;          /* enum rule_action */
    int need;            /* enum certificate_need */
    int unknown_clients; /* true: allowed */
    int otherwise;       /* true: the next rule */
    bool enforce;
};

static const struct key_word action_words[] = {
    {"allow", ACTION_ALLOW},
    {"deny", ACTION_DENY},
    {NULL, 0},
};

static const struct key_word need_words[] = {
    {"required", NEED_REQUIRED},
    {"optional", NEED_OPTIONAL},
    {"none", NEED_NONE},
    {NULL, 0},
};

static const struct key_word unknown_words[] = {
    {"refuse", false},
    {"allow", true},
    {NULL, 0},
};

static const struct key_word otherwise_words[] = {
    {"refuse", false},
    {"next", true},
    {NULL, 0},
};

static const struct key keys[] = {
    {.name = "name", .type = KEY_TEXT, .offset = offsetof(struct raw_rule, name)},
    {.name = "path", .type = KEY_TEXT, .offset = offsetof(struct raw_rule, coverage.path)},
    {.name = "glob", .type = KEY_TEXT, .offset = offsetof(struct raw_rule, coverage.glob)},
    {.name = "methods", .type = KEY_TEXTS, .offset = offsetof(struct raw_rule, coverage.methods)},
    {.name = "hosts", .type = KEY_TEXTS, .offset = offsetof(struct raw_rule, coverage.hosts)},
    {.name = "from", .type = KEY_TEXTS, .offset = offsetof(struct raw_rule, coverage.from)},
    {.name = "action",
     .type = KEY_WORD,
     .offset = offsetof(struct raw_rule, action),
     .words = action_words},
    {.name = "certificate",
     .type = KEY_WORD,
     .offset = offsetof(struct raw_rule, need),
     .words = need_words},
    {.name = "clients", .type = KEY_TEXTS, .offset = offsetof(struct raw_rule, clients)},
    {.name = "roles", .type = KEY_TEXTS, .offset = offsetof(struct raw_rule, roles)},
    {.name = "issuers", .type = KEY_ELSEWHERE},
    {.name = "condition", .type = KEY_ELSEWHERE},
    {.name = "unknown_clients",
     .type = KEY_WORD,
     .offset = offsetof(struct raw_rule, unknown_clients),
     .words = unknown_words},
    {.name = "otherwise",
     .type = KEY_WORD,
     .offset = offsetof(struct raw_rule, otherwise),
     .words = otherwise_words},
    {.name = "enforce", .type = KEY_BOOLEAN, .offset = offsetof(struct raw_rule, enforce)},
};

static const struct schema schema = {.name = "a rule", .keys = keys, .count = CZ_COUNT(keys)};

static void raw_rule_release(struct raw_rule *raw) {
    cz_text_release(&raw->name);
    cz_raw_coverage_release(&raw->coverage);
    cz_texts_release(&raw->clients);
    cz_texts_release(&raw->roles);
}

static bool take_name(const config_setting_t *group, struct config_text *raw, struct rule *rule,
                      struct error *error) {
    if (raw->text != NULL) {
        struct bytes text = cz_bytes_of(raw->text);
        if (text.len > NAME_SIZE_MAX || !cz_utf8_valid(text) || cz_text_has_control(text))
            return cz_schema_error(error, cz_schema_member(group, "name"),
                                   "a name has at most %d bytes of UTF-8 without control "
                                   "characters",
                                   NAME_SIZE_MAX);
    }
    rule->name = raw->text != NULL ? CZ_STEAL(raw->text) : strdup(rule->path);
    return rule->name != NULL || cz_error_set(error, "out of memory");
}

/* What a text of the list stands for among the policy's clients. */
typedef bool name_finder(const struct clients *clients, const char *name, uint32_t *number);

static bool find_client(const struct clients *clients, const char *name, uint32_t *number) {
    const struct client *client = cz_clients_find(clients, name);
    *number = client != NULL ? (uint32_t)(client - clients->items) : 0;
    return client != NULL;
}

static bool find_role(const struct clients *clients, const char *name, uint32_t *number) {
    return cz_name_table_find(&clients->roles, name, number);
}

static bool take_numbers(const config_setting_t *list, const struct config_texts *texts,
                         const struct clients *clients, name_finder *find, const char *what,
                         struct number_list *numbers, struct error *error) {
    if (texts->count == 0)
        return cz_schema_error(error, list, "the list is empty, so nobody could use the rule");
    if (clients == NULL)
        return cz_schema_error(error, list, "no clients are configured that it could name");
    numbers->numbers = calloc(texts->count, sizeof *numbers->numbers);
    if (numbers->numbers == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < texts->count; i++)
        if (!find(clients, texts->items[i].text, &numbers->numbers[numbers->count++]))
            return cz_schema_error(error, config_setting_get_elem(list, (unsigned)i),
                                   "no client %s \"%s\"", what, texts->items[i].text);
    cz_numbers_sort(numbers->numbers, numbers->count);
    return true;
}

static bool take_who(const config_setting_t *group, const struct rules_reader *reader,
                     const struct raw_rule *raw, struct rule *rule, struct error *error) {
    const config_setting_t *clients = cz_schema_member(group, "clients"),
                           *roles = cz_schema_member(group, "roles");
    const config_setting_t *issuers = cz_schema_member(group, "issuers");
    const config_setting_t *condition = cz_schema_member(group, "condition");
    rule->has_clients = clients != NULL;
    rule->has_roles = roles != NULL;
    return (clients == NULL || take_numbers(clients, &raw->clients, reader->clients, find_client,
                                            "has the id", &rule->clients, error)) &&
           (roles == NULL || take_numbers(roles, &raw->roles, reader->clients, find_role,
                                          "has the role", &rule->roles, error)) &&
           (issuers == NULL ||
            cz_config_read_issuers(&reader->conditions, issuers, &rule->issuers, error)) &&
           (condition == NULL ||
            cz_config_read_condition(&reader->conditions, condition, &rule->condition, error));
}

/* Keys that mean nothing beside what the rule is are mistakes of whoever wrote it. */
static bool check_deny(const config_setting_t *group, struct error *error) {
    static const char *const senseless[] = {"certificate", "unknown_clients", "otherwise"};
    for (size_t i = 0; i < CZ_COUNT(senseless); i++)
        if (cz_schema_member(group, senseless[i]) != NULL)
            return cz_schema_error(error, cz_schema_member(group, senseless[i]),
                                   "a rule that denies asks for nothing; leave it out");
    return true;
}

static bool check_allow(const config_setting_t *group, const struct rule *rule,
                        struct error *error) {
    if (cz_schema_member(group, "certificate") == NULL)
        return cz_schema_error(error, group,
                               "certificate is missing: \"required\", \"optional\" or \"none\"");
    if (rule->need != NEED_REQUIRED && cz_rule_asks_who(rule))
        return cz_schema_error(error, cz_schema_member(group, "certificate"),
                               "a rule that says who it is for needs \"required\"");
    if (rule->need == NEED_NONE && rule->passes_on)
        return cz_schema_error(error, cz_schema_member(group, "otherwise"),
                               "a rule that asks for no certificate fits everybody");
    if (rule->need == NEED_NONE && cz_schema_member(group, "unknown_clients") != NULL)
        return cz_schema_error(error, cz_schema_member(group, "unknown_clients"),
                               "a rule that asks for no certificate fits everybody");
    if (rule->allow_unknown_clients && (rule->has_clients || rule->has_roles))
        return cz_schema_error(error, cz_schema_member(group, "unknown_clients"),
                               "the rule names clients or roles, which unknown clients are not "
                               "and do not have");
    return true;
}

static bool read_rule(const config_setting_t *group, const struct rules_reader *reader,
                      struct rule *rule, struct error *error) {
    CZ_CLEANUP(raw_rule_release) struct raw_rule raw = {.need = NEED_REQUIRED, .enforce = true};
    if (!cz_schema_read(&schema, group, &raw, error) ||
        !cz_config_take_coverage(group, &raw.coverage, rule, error) ||
        !take_name(group, &raw.name, rule, error) || !take_who(group, reader, &raw, rule, error))
        return false;
    rule->action = (enum rule_action)raw.action;
    rule->need = (enum certificate_need)raw.need;
    rule->allow_unknown_clients = raw.unknown_clients != 0;
    rule->passes_on = raw.otherwise != 0;
    rule->report_only = !raw.enforce;
    return rule->action == ACTION_DENY ? check_deny(group, error) : check_allow(group, rule, error);
}

bool cz_config_read_rules(const config_setting_t *list, const struct rules_reader *reader,
                          struct rules *rules, struct error *error) {
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
        if (!read_rule(config_setting_get_elem(list, (unsigned)i), reader, &rules->items[i], error))
            return false;
    }
    return cz_rules_index(rules) || cz_error_set(error, "out of memory");
}
