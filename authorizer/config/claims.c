#include "config/claims.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/name_types.h"
#include "certificate/oid.h"
#include "config/schema.h"
#include "response/claim_name.h"
#include "response/claim_sources.h"

#include <stdlib.h>

struct raw_claims {
    struct config_texts send, dialects;
};

static const struct key claims_keys[] = {
    {.name = "send", .type = KEY_TEXTS, .offset = offsetof(struct raw_claims, send)},
    {.name = "rename", .type = KEY_ELSEWHERE},
    {.name = "add", .type = KEY_ELSEWHERE},
    {.name = "dialects", .type = KEY_TEXTS, .offset = offsetof(struct raw_claims, dialects)},
};

static const struct schema claims_schema = {
    .name = "claims", .keys = claims_keys, .count = CZ_COUNT(claims_keys)};

/* What is decided of one claim with a name of its own. */
struct choice {
    bool sent;
    const char *name;                /* the one it is sent under */
    const config_setting_t *renamed; /* where that is said; NULL: nowhere */
};

struct claims_reader {
    const config_setting_t *group;
    const struct clients *clients;
    struct buffer *notices;
    struct claim_plan *plan;
    const struct claim_source *sources;
    size_t source_count;
    struct choice *choices; /* owned; one of each source */
};

static void raw_claims_release(struct raw_claims *raw) {
    cz_texts_release(&raw->send);
    cz_texts_release(&raw->dialects);
}

static const config_setting_t *element(const config_setting_t *list, size_t i) {
    return config_setting_get_elem(list, (unsigned)i);
}

/* NULL where no claim has this name. */
static struct choice *find_choice(const struct claims_reader *reader, const char *name) {
    for (size_t i = 0; i < reader->source_count; i++)
        if (strcmp(reader->sources[i].name, name) == 0)
            return &reader->choices[i];
    return NULL;
}

static const struct claim_source *source_of(const struct claims_reader *reader,
                                            const struct choice *choice) {
    return &reader->sources[choice - reader->choices];
}

/* --- send and dialects ----------------------------------------------------------------- */

static bool choose(const struct claims_reader *reader, const struct config_texts *send,
                   struct error *error) {
    for (size_t i = 0; i < reader->source_count; i++) {
        const struct claim_source *source = &reader->sources[i];
        reader->choices[i].name = source->name;
        reader->choices[i].sent =
            source->dialect == DIALECT_OWN && (source->always || send->items == NULL);
    }
    for (size_t i = 0; i < send->count; i++) {
        const char *name = send->items[i].text;
        struct choice *choice = find_choice(reader, name);
        if (choice == NULL)
            return cz_schema_error(error, element(cz_schema_member(reader->group, "send"), i),
                                   "\"%s\": there is no such claim; certauthz(8) lists them under "
                                   "CLAIMS, and what has a name of your own is sent in any case",
                                   name);
        if (source_of(reader, choice)->dialect != DIALECT_OWN)
            return cz_schema_error(error, element(cz_schema_member(reader->group, "send"), i),
                                   "\"%s\" belongs to a dialect, and is sent where that is listed "
                                   "in claims.dialects",
                                   name);
        choice->sent = true;
    }
    return true;
}

static bool speak(const struct claims_reader *reader, const struct config_texts *dialects,
                  struct error *error) {
    for (size_t i = 0; i < dialects->count; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer wanted = {0};
        enum claim_dialect found = DIALECT_OWN;
        for (enum claim_dialect d = DIALECT_OWN + 1; d < DIALECT_COUNT; d++) {
            if (strcmp(cz_dialect_name(d), dialects->items[i].text) == 0)
                found = d;
            cz_buffer_printf(&wanted, "%s\"%s\"", wanted.len > 0 ? ", " : "", cz_dialect_name(d));
        }
        if (found == DIALECT_OWN)
            return cz_schema_error(error, element(cz_schema_member(reader->group, "dialects"), i),
                                   "one of %s is wanted", cz_buffer_text(&wanted));
        for (size_t j = 0; j < reader->source_count; j++)
            reader->choices[j].sent |= reader->sources[j].dialect == found;
    }
    return true;
}

/* --- rename ---------------------------------------------------------------------------- */

static bool read_rename(const struct claims_reader *reader, const config_setting_t *setting,
                        struct error *error) {
    struct choice *choice = find_choice(reader, config_setting_name(setting));
    if (choice == NULL || !choice->sent)
        return cz_schema_error(error, setting, "%s",
                               choice == NULL ? "there is no such claim; certauthz(8) lists them "
                                                "under CLAIMS"
                                              : "this claim is not sent, so it cannot be renamed");
    if (source_of(reader, choice)->always)
        return cz_schema_error(error, setting,
                               "this claim cannot be renamed: servers and handlers rely on it");
    if (config_setting_type(setting) != CONFIG_TYPE_STRING)
        return cz_schema_error(error, setting, "a text in double quotes is wanted: the new name");
    choice->name = config_setting_get_string(setting);
    choice->renamed = setting;
    bool is_user = strcmp(choice->name, "REMOTE_USER") == 0;
    if (is_user && source_of(reader, choice)->anonymous)
        return cz_schema_error(error, setting,
                               "REMOTE_USER says who somebody is, and this claim is sent without a "
                               "certificate too");
    const char *problem = is_user ? NULL : cz_claim_name_problem(choice->name);
    return problem == NULL || cz_schema_error(error, setting, "\"%s\": %s", choice->name, problem);
}

/* Two claims that are sent under one name. */
static bool check_names(const struct claims_reader *reader, struct error *error) {
    for (size_t i = 0; i < reader->source_count; i++)
        for (size_t j = 0; reader->choices[i].renamed != NULL && j < reader->source_count; j++)
            if (i != j && reader->choices[j].sent &&
                strcmp(reader->choices[i].name, reader->choices[j].name) == 0)
                return cz_schema_error(error, reader->choices[i].renamed,
                                       "\"%s\": %s is sent under this name; choose another, or do "
                                       "not send that one",
                                       reader->choices[i].name, reader->sources[j].name);
    return true;
}

static bool read_renames(const struct claims_reader *reader, struct error *error) {
    const config_setting_t *group = cz_schema_member(reader->group, "rename");
    if (group == NULL)
        return true;
    if (config_setting_type(group) != CONFIG_TYPE_GROUP)
        return cz_schema_error(error, group, "a group is wanted: { NAME = \"NEW_NAME\"; … }");
    for (int i = 0; i < config_setting_length(group); i++)
        if (!read_rename(reader, element(group, (size_t)i), error))
            return false;
    return check_names(reader, error);
}

/* --- add ------------------------------------------------------------------------------- */

/* A claim of one's own on its way into the plan. */
struct addition {
    const struct claims_reader *reader;
    const config_setting_t *setting; /* of its source */
    const char *text;
    struct planned_claim *claim;
};

static bool wanted(const struct addition *addition, const char *what, struct error *error) {
    return cz_schema_error(error, addition->setting, "\"%s\": %s is wanted", addition->text, what);
}

static bool read_constant(const struct addition *addition, struct error *error) {
    if (!cz_text_is_line(cz_bytes_of(addition->text), CZ_CONSTANT_SIZE_MAX))
        return cz_schema_error(error, addition->setting,
                               "a text in double quotes is wanted, of at most %d bytes of UTF-8 "
                               "without control characters, and no blank at its ends",
                               CZ_CONSTANT_SIZE_MAX);
    addition->claim->source = &cz_constant_source;
    cz_buffer_puts(&addition->claim->argument, addition->text);
    return true;
}

static bool is_carried(const struct clients *clients, const char *name) {
    for (size_t i = 0; i < clients->count; i++)
        for (size_t j = 0; j < clients->items[i].claim_count; j++)
            if (strcmp(clients->items[i].claims[j].name, name) == 0)
                return true;
    return false;
}

static bool read_client(const struct addition *addition, struct error *error) {
    const struct claims_reader *reader = addition->reader;
    bool is_id = strcmp(addition->text, "id") == 0;
    if (!is_id && cz_claim_name_problem(addition->text) != NULL)
        return wanted(addition, "\"id\", or the name of a claim that clients carry,", error);
    if (reader->clients == NULL)
        return cz_schema_error(error, addition->setting,
                               "no clients are configured, so it would never be sent");
    if (!is_id && !is_carried(reader->clients, addition->text)) {
        struct error notice = {0};
        cz_schema_error(&notice, addition->setting, "no client carries a claim %s", addition->text);
        cz_buffer_printf(reader->notices, "%s\n", notice.message);
    }
    addition->claim->source = is_id ? &cz_client_id_source : &cz_client_claim_source;
    cz_buffer_puts(&addition->claim->argument, addition->text);
    return true;
}

static bool read_certificate(const struct addition *addition, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer names = {0};
    const struct claim_source *source = cz_certificate_source(addition->text);
    if (source == NULL) {
        cz_name_certificate_sources(&names);
        return cz_schema_error(error, addition->setting,
                               "\"%s\": one of %s is wanted; for other attributes of the subject "
                               "write attribute = \"TYPE\", for an extension extension = \"OID\"",
                               addition->text, cz_buffer_text(&names));
    }
    addition->claim->source = source;
    cz_buffer_bytes(&addition->claim->argument, source->argument);
    return true;
}

static bool read_attribute(const struct addition *addition, struct error *error) {
    addition->claim->source = &cz_attribute_source;
    return cz_name_type_parse(cz_bytes_of(addition->text), &addition->claim->argument) ||
           addition->claim->argument.failed ||
           wanted(addition, "a type of attribute such as serialNumber, or its object identifier,",
                  error);
}

static bool read_extension(const struct addition *addition, struct error *error) {
    addition->claim->source = &cz_extension_source;
    return cz_oid_parse(addition->text, &addition->claim->argument) ||
           addition->claim->argument.failed ||
           wanted(addition, "an object identifier such as 1.3.6.1.4.1.99999.1", error);
}

static const struct {
    const char *name;
    bool (*read)(const struct addition *addition, struct error *error);
} addition_keys[] = {
    {"constant", read_constant},   {"client", read_client},       {"certificate", read_certificate},
    {"attribute", read_attribute}, {"extension", read_extension},
};

/* A new item at the plan's end, for which there is room. */
static struct planned_claim *plan_claim(struct claim_plan *plan, const char *name) {
    struct planned_claim *claim = &plan->items[plan->count++];
    *claim = (struct planned_claim){0};
    cz_buffer_printf(&claim->line, "Variable-%s: ", name);
    return claim;
}

static bool is_whole(const struct planned_claim *claim, struct error *error) {
    return (!claim->line.failed && !claim->argument.failed) || cz_error_set(error, "out of memory");
}

static bool plans_name(const struct claim_plan *plan, const char *name) {
    for (size_t i = 0; i < plan->count; i++)
        if (cz_bytes_equal(cz_claim_line_name(cz_buffer_view(&plan->items[i].line)),
                           cz_bytes_of(name)))
            return true;
    return false;
}

static bool read_source(struct addition *addition, struct error *error) {
    const char *name = config_setting_name(addition->setting);
    for (size_t i = 0; i < CZ_COUNT(addition_keys); i++) {
        if (strcmp(addition_keys[i].name, name) != 0)
            continue;
        if (config_setting_type(addition->setting) != CONFIG_TYPE_STRING)
            return cz_schema_error(error, addition->setting, "a text in double quotes is wanted");
        addition->text = config_setting_get_string(addition->setting);
        return addition_keys[i].read(addition, error) && is_whole(addition->claim, error);
    }
    return cz_schema_error(error, addition->setting,
                           "unknown key; the source of a claim is one of: constant, client, "
                           "certificate, attribute, extension");
}

/* What a client carries under this very name is sent with all that it carries. */
static bool is_sent_anyhow(const struct planned_claim *claim, const char *name) {
    return claim->source == &cz_client_claim_source &&
           strcmp(cz_buffer_text(&claim->argument), name) == 0;
}

static bool read_addition(const struct claims_reader *reader, const config_setting_t *setting,
                          struct error *error) {
    struct claim_plan *plan = reader->plan;
    const char *name = config_setting_name(setting);
    const char *problem = cz_claim_name_problem(name);
    if (problem != NULL)
        return cz_schema_error(error, setting, "%s", problem);
    if (plans_name(plan, name))
        return cz_schema_error(error, setting,
                               "another claim is sent under this name; choose another");
    if (config_setting_type(setting) != CONFIG_TYPE_GROUP || config_setting_length(setting) != 1)
        return cz_schema_error(error, setting,
                               "a group with one source is wanted: { constant = \"…\"; }, "
                               "{ client = \"…\"; }, { certificate = \"…\"; }, "
                               "{ attribute = \"…\"; } or { extension = \"…\"; }");
    struct addition addition = {
        .reader = reader, .setting = element(setting, 0), .claim = plan_claim(plan, name)};
    if (!read_source(&addition, error))
        return false;
    if (!is_sent_anyhow(addition.claim, name))
        return true;
    cz_buffer_release(&addition.claim->line);
    cz_buffer_release(&addition.claim->argument);
    plan->count--;
    return true;
}

static const config_setting_t *find_additions(const struct claims_reader *reader, size_t *count,
                                              struct error *error) {
    const config_setting_t *group = cz_schema_member(reader->group, "add");
    *count = 0;
    if (group != NULL && config_setting_type(group) != CONFIG_TYPE_GROUP) {
        cz_schema_error(error, group, "a group is wanted: { NAME = { constant = \"…\"; }; … }");
        return NULL;
    }
    *count = group != NULL ? (size_t)config_setting_length(group) : 0;
    return group != NULL ? group : reader->group;
}

/* The claims with names of their own, then those of the configuration. */
static bool make_plan(const struct claims_reader *reader, struct error *error) {
    struct claim_plan *plan = reader->plan;
    size_t count;
    const config_setting_t *additions = find_additions(reader, &count, error);
    if (additions == NULL)
        return false;
    plan->items = calloc(reader->source_count + count, sizeof *plan->items);
    if (plan->items == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < reader->source_count; i++) {
        if (!reader->choices[i].sent)
            continue;
        struct planned_claim *claim = plan_claim(plan, reader->choices[i].name);
        claim->source = &reader->sources[i];
        cz_buffer_bytes(&claim->argument, claim->source->argument);
        if (!is_whole(claim, error))
            return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!read_addition(reader, element(additions, i), error))
            return false;
    return true;
}

bool cz_config_read_claims(const config_setting_t *group, const struct clients *clients,
                           struct buffer *notices, struct claim_plan *plan, struct error *error) {
    CZ_CLEANUP(raw_claims_release) struct raw_claims raw = {0};
    CZ_CLEANUP(cz_free_ptr) struct choice *choices = NULL;
    struct claims_reader reader = {
        .group = group, .clients = clients, .notices = notices, .plan = plan};
    reader.sources = cz_claim_sources(&reader.source_count);
    choices = reader.choices = calloc(reader.source_count, sizeof *choices);
    if (choices == NULL)
        return cz_error_set(error, "out of memory");
    return cz_schema_read(&claims_schema, group, &raw, error) &&
           choose(&reader, &raw.send, error) && speak(&reader, &raw.dialects, error) &&
           read_renames(&reader, error) && make_plan(&reader, error);
}

bool cz_config_check_claims(const config_setting_t *setting, const struct claim_plan *plan,
                            const struct clients *clients, struct error *error) {
    for (size_t i = 0; i < clients->count; i++)
        for (size_t j = 0; j < clients->items[i].claim_count; j++)
            if (plans_name(plan, clients->items[i].claims[j].name))
                return cz_schema_error(error, setting,
                                       "the client \"%s\" carries a claim %s, and claims sends "
                                       "another under this name; choose another name for one of "
                                       "them",
                                       clients->items[i].id, clients->items[i].claims[j].name);
    return true;
}
