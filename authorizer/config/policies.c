#include "config/policies.h"

#include "base/cleanup.h"
#include "config/claims.h"
#include "config/clients.h"
#include "config/portions.h"
#include "config/revocation.h"
#include "config/rules.h"
#include "config/schema.h"

static const struct key_word type_words[] = {
    {"chained", offsetof(struct policy_config, certificates.allow_chained)},
    {"self-signed", offsetof(struct policy_config, certificates.allow_self_signed)},
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

static const struct key trust_keys[] = {
    {.name = "anchors", .type = KEY_TEXTS, .offset = offsetof(struct policy_config, trust.anchors)},
    {.name = "intermediates",
     .type = KEY_TEXTS,
     .offset = offsetof(struct policy_config, trust.intermediates)},
    {.name = "pinned", .type = KEY_TEXTS, .offset = offsetof(struct policy_config, trust.pinned)},
    {.name = "system", .type = KEY_BOOLEAN, .offset = offsetof(struct policy_config, trust.system)},
};

static const struct key certificates_keys[] = {
    {.name = "types", .type = KEY_WORDS, .words = type_words},
    {.name = "use",
     .type = KEY_WORD,
     .offset = offsetof(struct policy_config, certificates.use),
     .words = use_words},
    {.name = "validity",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct policy_config, certificates.check_validity)},
    {.name = "strength",
     .type = KEY_WORD,
     .offset = offsetof(struct policy_config, certificates.strength),
     .words = strength_words},
    {.name = "max_path_length",
     .type = KEY_INTEGER,
     .offset = offsetof(struct policy_config, certificates.max_path_length),
     .least = 0,
     .greatest = CZ_MAX_PATH_LENGTH_LIMIT},
    {.name = "lenient_dates",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct policy_config, certificates.lenient_dates)},
    {.name = "refuse_weak_algorithms",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct policy_config, certificates.refuse_weak_algorithms)},
    {.name = "purposes",
     .type = KEY_TEXTS,
     .offset = offsetof(struct policy_config, oids.purposes)},
    {.name = "purposes_exact",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct policy_config, certificates.purposes_exact)},
    {.name = "initial_policies",
     .type = KEY_TEXTS,
     .offset = offsetof(struct policy_config, oids.initial_policies)},
    {.name = "require_explicit_policy",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct policy_config, certificates.require_explicit_policy)},
    {.name = "inhibit_policy_mapping",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct policy_config, certificates.inhibit_policy_mapping)},
    {.name = "inhibit_any_policy",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct policy_config, certificates.inhibit_any_policy)},
};

static const struct schema groups[] = {SCHEMA(trust), SCHEMA(certificates)};

/* What has a reader of its own. */
static const char *const others[] = {"revocation", "clients", "rules", "claims"};

static const struct requirements default_requirements = {.allow_chained = true,
                                                         .use = USE_CLIENT_AUTH,
                                                         .check_validity = true,
                                                         .strength = STRENGTH_MEDIUM,
                                                         .max_path_length = 8};

bool cz_config_is_policy_key(const char *name) {
    for (size_t i = 0; i < CZ_COUNT(others); i++)
        if (strcmp(others[i], name) == 0)
            return true;
    return cz_schema_find(groups, CZ_COUNT(groups), name) != NULL;
}

/* One policy: the file itself for the one without a name, else a group of `policies`. */
struct policy_reader {
    struct config *config;
    struct policy_config *policy;
    const config_setting_t *root; /* of the file */
    const config_setting_t *group;
    struct buffer *notices;
};

static bool read_groups(const struct policy_reader *reader, struct error *error) {
    for (size_t i = 0; i < CZ_COUNT(groups); i++) {
        const config_setting_t *setting = cz_schema_member(reader->group, groups[i].name);
        if (setting != NULL && !cz_schema_read(&groups[i], setting, reader->policy, error))
            return false;
    }
    return true;
}

static bool read_revocation(const struct policy_reader *reader, struct error *error) {
    bool is_named = reader->group != reader->root;
    struct revocation_reader revocation_reader = {
        .outermost = cz_schema_member(reader->root, "revocation"),
        .own = is_named ? cz_schema_member(reader->group, "revocation") : NULL,
        .base = is_named ? &reader->config->policies[0].revocation : NULL,
        .sources = &reader->config->revocation};
    return cz_config_read_revocation(&revocation_reader, &reader->policy->revocation, error);
}

static bool read_portion(void *context, const config_setting_t *portion, size_t first,
                         struct error *error) {
    (void)first;
    return cz_config_read_clients(portion, context, error);
}

static bool read_clients(const struct policy_reader *reader, struct error *error) {
    struct config *config = reader->config;
    const config_setting_t *list = cz_schema_member(reader->group, "clients");
    if (list == NULL)
        return true;
    struct clients *clients = &config->client_sets[config->client_set_count++];
    struct clients_reader clients_reader = {
        .vocabulary = &config->vocabulary, .clients = clients, .notices = reader->notices};
    struct error cause = {0};
    reader->policy->clients = clients;
    if (!cz_portions_read(list, read_portion, &clients_reader, error))
        return false;
    return cz_clients_index(clients, &config->vocabulary, &cause) ||
           cz_schema_error(error, list, "%s", cause.message);
}

static bool read_rules(const struct policy_reader *reader, struct error *error) {
    const config_setting_t *list = cz_schema_member(reader->group, "rules");
    struct rules_reader rules_reader = {
        .conditions = {.vocabulary = &reader->config->vocabulary, .notices = reader->notices},
        .clients = reader->policy->clients};
    if (list == NULL)
        return cz_schema_error(error, reader->group,
                               "rules: missing; without a rule everything is refused");
    return cz_config_read_rules(list, &rules_reader, &reader->policy->rules, error);
}

/* Its own plan of claims, or that of the policy without a name with clients of its own. */
static bool read_claims(const struct policy_reader *reader, struct error *error) {
    struct config *config = reader->config;
    struct policy_config *policy = reader->policy;
    const config_setting_t *group = cz_schema_member(reader->group, "claims");
    const config_setting_t *list = cz_schema_member(reader->group, "clients");
    if (group != NULL) {
        struct claim_plan *plan = &config->claim_plans[config->claim_plan_count++];
        policy->claims = plan;
        if (!cz_config_read_claims(group, policy->clients, reader->notices, plan, error))
            return false;
    }
    return policy->claims == NULL || policy->clients == NULL || (group == NULL && list == NULL) ||
           cz_config_check_claims(group != NULL ? group : list, policy->claims, policy->clients,
                                  error);
}

/* Of a policy whose trust is complete. */
static bool check_trust(const struct policy_reader *reader, struct error *error) {
    const struct policy_config *policy = reader->policy;
    const struct policy_config *trusting = policy->own_trust ? policy : reader->config->policies;
    bool has_pins = trusting->trust.pinned.count > 0;
    if (!cz_rules_need_certificates(&policy->rules) || trusting->trust.anchors.count > 0 ||
        trusting->trust.system || (has_pins && policy->certificates.allow_self_signed))
        return true;
    return cz_schema_error(error, reader->group,
                           "trust.anchors: missing; rules ask for certificates, and none could be "
                           "trusted%s",
                           has_pins ? " (trust.pinned counts only with \"self-signed\" in "
                                      "certificates.types)"
                                    : "");
}

static bool read_policy(const struct policy_reader *reader, struct error *error) {
    return read_groups(reader, error) && read_revocation(reader, error) &&
           read_clients(reader, error) && read_claims(reader, error) && read_rules(reader, error) &&
           check_trust(reader, error);
}

static bool check_policy_keys(const config_setting_t *group, struct error *error) {
    if (config_setting_type(group) != CONFIG_TYPE_GROUP)
        return cz_schema_error(error, group, "a group is wanted: { rules = ( … ); … }");
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        if (!cz_config_is_policy_key(config_setting_name(setting)))
            return cz_schema_error(error, setting,
                                   "unknown key; a policy knows: trust, certificates, "
                                   "revocation, clients, rules, claims");
    }
    return true;
}

/* What a policy with a name does not say is as in the one without; its trust is as a whole. */
static bool read_named_policy(struct config *config, const config_setting_t *root,
                              const config_setting_t *group, struct buffer *notices,
                              struct error *error) {
    const struct policy_config *base = &config->policies[0];
    struct policy_config *policy = &config->policies[config->policy_count++];
    *policy = (struct policy_config){.certificates = base->certificates,
                                     .revocation = {.mode = REVOCATION_NONE},
                                     .clients = base->clients,
                                     .claims = base->claims,
                                     .own_trust = false};
    policy->name = strdup(config_setting_name(group));
    if (policy->name == NULL)
        return cz_error_set(error, "out of memory");
    if (!check_policy_keys(group, error))
        return false;
    policy->own_trust = cz_schema_member(group, "trust") != NULL;
    struct policy_reader reader = {
        .config = config, .policy = policy, .root = root, .group = group, .notices = notices};
    return read_policy(&reader, error);
}

bool cz_config_read_policies(struct config *config, const config_setting_t *root,
                             struct buffer *notices, struct error *error) {
    const config_setting_t *named = cz_schema_member(root, "policies");
    if (named != NULL && config_setting_type(named) != CONFIG_TYPE_GROUP)
        return cz_schema_error(error, named,
                               "a group of policies is wanted: { name = { rules = ( … ); }; }");
    size_t count = 1 + (named != NULL ? (size_t)config_setting_length(named) : 0);
    config->policies = calloc(count, sizeof *config->policies);
    config->client_sets = calloc(count, sizeof *config->client_sets);
    config->claim_plans = calloc(count, sizeof *config->claim_plans);
    if (config->policies == NULL || config->client_sets == NULL || config->claim_plans == NULL)
        return cz_error_set(error, "out of memory");
    config->policy_count = 1;
    config->policies[0] = (struct policy_config){.own_trust = true,
                                                 .certificates = default_requirements,
                                                 .revocation = {.mode = REVOCATION_NONE}};
    struct policy_reader reader = {.config = config,
                                   .policy = &config->policies[0],
                                   .root = root,
                                   .group = root,
                                   .notices = notices};
    if (!read_policy(&reader, error))
        return false;
    for (size_t i = 1; i < count; i++)
        if (!read_named_policy(config, root, config_setting_get_elem(named, (unsigned)i - 1),
                               notices, error))
            return false;
    return true;
}

void cz_policy_config_release(struct policy_config *policy) {
    cz_texts_release(&policy->trust.anchors);
    cz_texts_release(&policy->trust.intermediates);
    cz_texts_release(&policy->trust.pinned);
    cz_texts_release(&policy->oids.purposes);
    cz_texts_release(&policy->oids.initial_policies);
    cz_revocation_settings_release(&policy->revocation);
    cz_rules_release(&policy->rules);
    free(policy->name);
}
