#include "config/config.h"

#include "base/cleanup.h"
#include "config/numbers.h"
#include "config/rules.h"
#include "config/schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const struct key_word type_words[] = {
    {"chained", offsetof(struct config, certificates.allow_chained)},
    {"self-signed", offsetof(struct config, certificates.allow_self_signed)},
    {NULL, 0},
};

static const struct key_word use_words[] = {
    {"any", USE_ANY},
    {"client-auth", USE_CLIENT_AUTH},
    {"client-auth-strict", USE_CLIENT_AUTH_STRICT},
    {NULL, 0},
};

static const struct key_word strength_words[] = {
    {"none", STRENGTH_NONE},
    {"low", STRENGTH_LOW},
    {"medium", STRENGTH_MEDIUM},
    {"high", STRENGTH_HIGH},
    {NULL, 0},
};

static const struct key_word level_words[] = {
    {"error", LOG_ERROR_ONLY},
    {"warning", LOG_REFUSALS},
    {"info", LOG_DECISIONS},
    {NULL, 0},
};

static const struct key trust_keys[] = {
    {.name = "anchors", .type = KEY_TEXTS, .offset = offsetof(struct config, trust.anchors)},
    {.name = "intermediates",
     .type = KEY_TEXTS,
     .offset = offsetof(struct config, trust.intermediates)},
    {.name = "pinned", .type = KEY_TEXTS, .offset = offsetof(struct config, trust.pinned)},
    {.name = "system", .type = KEY_BOOLEAN, .offset = offsetof(struct config, trust.system)},
};

static const struct key certificates_keys[] = {
    {.name = "types", .type = KEY_WORDS, .words = type_words},
    {.name = "use",
     .type = KEY_WORD,
     .offset = offsetof(struct config, certificates.use),
     .words = use_words},
    {.name = "validity",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct config, certificates.check_validity)},
    {.name = "strength",
     .type = KEY_WORD,
     .offset = offsetof(struct config, certificates.strength),
     .words = strength_words},
    {.name = "max_path_length",
     .type = KEY_INTEGER,
     .offset = offsetof(struct config, certificates.max_path_length),
     .least = 0,
     .greatest = CZ_MAX_PATH_LENGTH_LIMIT},
    {.name = "lenient_dates",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct config, certificates.lenient_dates)},
    {.name = "refuse_weak_algorithms",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct config, certificates.refuse_weak_algorithms)},
    {.name = "purposes", .type = KEY_TEXTS, .offset = offsetof(struct config, oids.purposes)},
    {.name = "purposes_exact",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct config, certificates.purposes_exact)},
    {.name = "initial_policies",
     .type = KEY_TEXTS,
     .offset = offsetof(struct config, oids.initial_policies)},
    {.name = "require_explicit_policy",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct config, certificates.require_explicit_policy)},
    {.name = "inhibit_policy_mapping",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct config, certificates.inhibit_policy_mapping)},
    {.name = "inhibit_any_policy",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct config, certificates.inhibit_any_policy)},
};

static const struct key log_keys[] = {
    {.name = "destination", .type = KEY_TEXT, .offset = offsetof(struct config, log.destination)},
    {.name = "level",
     .type = KEY_WORD,
     .offset = offsetof(struct config, log.level),
     .words = level_words},
};

static const struct key server_keys[] = {
    {.name = "threads",
     .type = KEY_INTEGER,
     .offset = offsetof(struct config, server.threads),
     .least = 0,
     .greatest = CZ_THREADS_MAX},
    {.name = "read_timeout",
     .type = KEY_INTEGER,
     .offset = offsetof(struct config, server.read_timeout),
     .least = 1,
     .greatest = 300},
    {.name = "write_timeout",
     .type = KEY_INTEGER,
     .offset = offsetof(struct config, server.write_timeout),
     .least = 1,
     .greatest = 300},
    {.name = "request_deadline",
     .type = KEY_INTEGER,
     .offset = offsetof(struct config, server.request_deadline),
     .least = 1,
     .greatest = 600},
    {.name = "control", .type = KEY_TEXT, .offset = offsetof(struct config, server.control)},
};

static const struct key cache_keys[] = {
    {.name = "entries",
     .type = KEY_INTEGER,
     .offset = offsetof(struct config, cache.entries),
     .least = 0,
     .greatest = 1000000},
    {.name = "seconds",
     .type = KEY_INTEGER,
     .offset = offsetof(struct config, cache.seconds),
     .least = 1,
     .greatest = 86400},
};

#define GROUP(group)                                                                               \
    { .name = #group, .keys = group##_keys, .count = CZ_COUNT(group##_keys) }

static const struct schema groups[] = {
    GROUP(trust), GROUP(certificates), GROUP(log), GROUP(server), GROUP(cache),
};

static void set_defaults(struct config *config) {
    *config = (struct config){
        .certificates = {.allow_chained = true,
                         .use = USE_CLIENT_AUTH,
                         .check_validity = true,
                         .strength = STRENGTH_MEDIUM,
                         .max_path_length = 8},
        .log = {.level = LOG_DECISIONS},
        .server = {.read_timeout = 5, .write_timeout = 5, .request_deadline = 10},
        .cache = {.entries = 4096, .seconds = 300},
    };
}

static bool read_group(struct config *config, const config_setting_t *setting,
                       struct error *error) {
    const char *name = config_setting_name(setting);
    if (strcmp(name, "rules") == 0)
        return cz_config_read_rules(setting, &config->rules, error);
    for (size_t i = 0; i < CZ_COUNT(groups); i++)
        if (strcmp(groups[i].name, name) == 0)
            return cz_schema_read(&groups[i], setting, config, error);
    return cz_schema_error(error, setting,
                           "unknown group; there are trust, certificates, rules, log, server, "
                           "cache");
}

static bool needs_certificates(const struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].need != NEED_NONE)
            return true;
    return false;
}

static bool check_whole(const struct config *config, const char *file, const config_setting_t *root,
                        struct error *error) {
    if (config_setting_get_member((config_setting_t *)root, "rules") == NULL)
        return cz_error_set(error, "%s: rules: missing; without a rule everything is refused",
                            file);
    bool any_pinned = config->trust.pinned.count > 0 && config->certificates.allow_self_signed;
    if (needs_certificates(&config->rules) && config->trust.anchors.count == 0 && !any_pinned &&
        !config->trust.system)
        return cz_error_set(error,
                            "%s: trust.anchors: missing; rules ask for certificates, and none "
                            "could be trusted%s",
                            file,
                            config->trust.pinned.count > 0
                                ? " (trust.pinned counts only with \"self-signed\" in "
                                  "certificates.types)"
                                : "");
    return true;
}

static bool read_tree(struct config *config, const char *file, const config_setting_t *root,
                      struct error *error) {
    for (int i = 0; i < config_setting_length(root); i++)
        if (!read_group(config, config_setting_get_elem(root, (unsigned)i), error))
            return false;
    return check_whole(config, file, root, error);
}

static char *folder_of(const char *file) {
    const char *slash = strrchr(file, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(file, slash == file ? 1 : (size_t)(slash - file));
}

static bool parse_error(const config_t *parsed, const char *file, struct error *error) {
    const char *where = config_error_file(parsed) != NULL ? config_error_file(parsed) : file;
    if (config_error_type(parsed) == CONFIG_ERR_FILE_IO)
        return cz_error_set(error, "%s: cannot be read: %s", where,
                            errno != 0 ? strerror(errno) : "not a regular file");
    return cz_error_set(error, "%s:%d: %s", where, config_error_line(parsed),
                        config_error_text(parsed));
}

bool cz_config_load(const char *file, struct config *config, struct error *error) {
    set_defaults(config);
    config->folder = folder_of(file);
    if (config->folder == NULL)
        return cz_error_set(error, "out of memory");
    CZ_CLEANUP(config_destroy) config_t parsed;
    config_init(&parsed);
    config_set_include_dir(&parsed, config->folder);
    if (!cz_numbers_check(file, config->folder, error))
        return false;
    errno = 0;
    if (config_read_file(&parsed, file) != CONFIG_TRUE)
        return parse_error(&parsed, file, error);
    return read_tree(config, file, config_root_setting(&parsed), error);
}

void cz_config_release(struct config *config) {
    cz_texts_release(&config->trust.anchors);
    cz_texts_release(&config->trust.intermediates);
    cz_texts_release(&config->trust.pinned);
    cz_texts_release(&config->oids.purposes);
    cz_texts_release(&config->oids.initial_policies);
    cz_text_release(&config->log.destination);
    cz_text_release(&config->server.control);
    cz_rules_release(&config->rules);
    free(config->folder);
    *config = (struct config){0};
}

char *cz_config_resolve(const struct config *config, const char *name) {
    char *resolved = NULL;
    if (name[0] == '/')
        return strdup(name);
    return asprintf(&resolved, "%s/%s", config->folder, name) >= 0 ? resolved : NULL;
}
