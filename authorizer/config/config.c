#include "config/config.h"

#include "base/cleanup.h"
#include "config/forwarded.h"
#include "config/logging.h"
#include "config/numbers.h"
#include "config/policies.h"
#include "config/revocation.h"
#include "config/schema.h"
#include "config/source.h"
#include "config/tree.h"

#include <stdio.h>

static const struct key_word level_words[] = {
    {"error", LOG_ERROR_ONLY},
    {"warning", LOG_REFUSALS},
    {"info", LOG_DECISIONS},
    {NULL, 0},
};

/* RFC 5424, section 6.2.1: those that fit an authorizer. */
static const struct key_word facility_words[] = {
    {"user", 1},    {"daemon", 3},  {"auth", 4},    {"authpriv", 10}, {"local0", 16},
    {"local1", 17}, {"local2", 18}, {"local3", 19}, {"local4", 20},   {"local5", 21},
    {"local6", 22}, {"local7", 23}, {NULL, 0},
};

static const struct key log_keys[] = {
    {.name = "destination", .type = KEY_TEXT, .offset = offsetof(struct config, log.destination)},
    {.name = "level",
     .type = KEY_WORD,
     .offset = offsetof(struct config, log.level),
     .words = level_words},
    {.name = "required", .type = KEY_BOOLEAN, .offset = offsetof(struct config, log.required)},
    {.name = "facility",
     .type = KEY_WORD,
     .offset = offsetof(struct config, log.facility),
     .words = facility_words},
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

static const struct schema groups[] = {SCHEMA(log), SCHEMA(server), SCHEMA(cache)};
static void set_defaults(struct config *config) {
    *config = (struct config){
        .log = {.level = LOG_DECISIONS, .facility = 10},
        .server = {.read_timeout = 5, .write_timeout = 5, .request_deadline = 10},
        .cache = {.entries = 4096, .seconds = 300},
        .revocation = cz_revocation_sources_default(),
    };
}

static bool read_group(struct config *config, const config_setting_t *setting,
                       struct error *error) {
    const char *name = config_setting_name(setting);
    const struct schema *schema = cz_schema_find(groups, CZ_COUNT(groups), name);
    if (schema != NULL)
        return cz_schema_read(schema, setting, config, error);
    if (strcmp(name, "forwarded") == 0)
        return cz_config_read_forwarded(setting, config, error);
    return cz_config_is_policy_key(name) || strcmp(name, "policies") == 0 ||
           cz_schema_error(error, setting,
                           "unknown group; there are trust, certificates, revocation, clients, "
                           "rules, claims, policies, forwarded, log, server, cache");
}

static bool read_tree(struct config *config, const config_setting_t *root, struct buffer *notices,
                      struct error *error) {
    for (int i = 0; i < config_setting_length(root); i++)
        if (!read_group(config, config_setting_get_elem(root, (unsigned)i), error))
            return false;
    return cz_config_read_policies(config, root, notices, error) &&
           cz_config_log_check(config, error);
}

static bool read_source(struct config *config, const struct source *source, struct buffer *notices,
                        struct error *error) {
    CZ_CLEANUP(cz_tree_release) struct config_tree tree;
    return cz_tree_parse(source, &tree, error) &&
           read_tree(config, config_root_setting(&tree.parsed), notices, error);
}

bool cz_config_load(const char *file, struct config *config, struct buffer *notices,
                    struct error *error) {
    CZ_CLEANUP(cz_source_release) struct source source;
    set_defaults(config);
    bool good = cz_source_load(file, &source, error) && cz_numbers_check(&source, error) &&
                read_source(config, &source, notices, error);
    config->folder = CZ_STEAL(source.folder);
    config->files = source.files;
    source.files = (struct source_files){0};
    return good;
}

void cz_config_release(struct config *config) {
    for (size_t i = 0; i < config->policy_count; i++)
        cz_policy_config_release(&config->policies[i]);
    for (size_t i = 0; i < config->client_set_count; i++)
        cz_clients_release(&config->client_sets[i]);
    for (size_t i = 0; i < config->claim_plan_count; i++)
        cz_claim_plan_release(&config->claim_plans[i]);
    free(config->policies);
    free(config->client_sets);
    free(config->claim_plans);
    cz_vocabulary_release(&config->vocabulary);
    cz_text_release(&config->log.destination);
    cz_source_files_release(&config->files);
    cz_text_release(&config->server.control);
    cz_revocation_sources_release(&config->revocation);
    cz_forwarding_release(&config->forwarded.forwarding);
    cz_text_release(&config->forwarded.header);
    cz_texts_release(&config->forwarded.proxies);
    free(config->folder);
    *config = (struct config){0};
}

char *cz_resolve(const char *folder, const char *name) {
    char *resolved = NULL;
    if (name[0] == '/')
        return strdup(name);
    return asprintf(&resolved, "%s/%s", folder, name) >= 0 ? resolved : NULL;
}

char *cz_config_resolve(const struct config *config, const char *name) {
    return cz_resolve(config->folder, name);
}
