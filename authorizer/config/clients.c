#include "config/clients.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/numbers.h"
#include "base/text.h"
#include "config/schema.h"
#include "response/claim_name.h"

#include <stdlib.h>

#define ID_SIZE_MAX 200     /* bytes; it becomes REMOTE_USER */
#define WORD_SIZE_MAX 100   /* of a role or a scope */
#define VALUE_SIZE_MAX 1000 /* of a claim */
#define LABEL_SIZE_MAX 160  /* of a credential, in the log */

struct raw_client {
    struct config_text id;
    struct config_texts roles, scopes;
};

static const struct key client_keys[] = {
    {.name = "id", .type = KEY_TEXT, .offset = offsetof(struct raw_client, id)},
    {.name = "credentials", .type = KEY_ELSEWHERE},
    {.name = "roles", .type = KEY_TEXTS, .offset = offsetof(struct raw_client, roles)},
    {.name = "scopes", .type = KEY_TEXTS, .offset = offsetof(struct raw_client, scopes)},
    {.name = "claims", .type = KEY_ELSEWHERE},
};

static const struct schema client_schema = {
    .name = "a client", .keys = client_keys, .count = CZ_COUNT(client_keys)};

/* The keys of a credential that are no selectors. */
static const char *const credential_names[] = {"name", "active_from", "active_until", NULL};

static void raw_client_release(struct raw_client *raw) {
    cz_text_release(&raw->id);
    cz_texts_release(&raw->roles);
    cz_texts_release(&raw->scopes);
}

/* Room for one more item of an array that doubles. */
static bool grow(void **items, size_t count, size_t *capacity, size_t size, struct error *error) {
    if (count < *capacity)
        return true;
    size_t wanted = *capacity > 0 ? *capacity * 2 : 8;
    void *grown = realloc(*items, wanted * size);
    if (grown == NULL)
        return cz_error_set(error, "out of memory");
    *items = grown;
    *capacity = wanted;
    return true;
}

static bool check_id(const config_setting_t *group, const char *id, struct error *error) {
    if (id == NULL)
        return cz_schema_error(error, group, "id is missing");
    return cz_text_is_line(cz_bytes_of(id), ID_SIZE_MAX) ||
           cz_schema_error(error, cz_schema_member(group, "id"),
                           "an id has at most %d bytes of UTF-8 without control characters, and "
                           "no blank at its ends",
                           ID_SIZE_MAX);
}

/* Roles and scopes stand side by side in claims, a blank between them. */
static bool check_words(const config_setting_t *list, const struct config_texts *texts,
                        struct error *error) {
    for (size_t i = 0; i < texts->count; i++)
        if (!cz_text_is_line(cz_bytes_of(texts->items[i].text), WORD_SIZE_MAX) ||
            strpbrk(texts->items[i].text, " ,;") != NULL)
            return cz_schema_error(error, config_setting_get_elem(list, (unsigned)i),
                                   "\"%s\": a word of at most %d bytes without blanks, commas and "
                                   "semicolons is wanted",
                                   texts->items[i].text, WORD_SIZE_MAX);
    return true;
}

static bool take_roles(const struct config_texts *texts, struct clients *clients,
                       struct client *client, struct error *error) {
    if (texts->count == 0)
        return true;
    client->roles = calloc(texts->count, sizeof *client->roles);
    if (client->roles == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < texts->count; i++)
        if (!cz_name_table_add(&clients->roles, texts->items[i].text,
                               &client->roles[client->role_count++]))
            return cz_error_set(error, "out of memory");
    cz_numbers_sort(client->roles, client->role_count);
    return true;
}

static bool take_scopes(struct config_texts *texts, struct client *client, struct error *error) {
    if (texts->count == 0)
        return true;
    client->scopes = calloc(texts->count, sizeof *client->scopes);
    if (client->scopes == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < texts->count; i++)
        client->scopes[client->scope_count++] = CZ_STEAL(texts->items[i].text);
    return true;
}

static bool read_claim(const config_setting_t *setting, struct client_claim *claim,
                       struct error *error) {
    const char *problem = cz_claim_name_problem(config_setting_name(setting));
    if (problem != NULL)
        return cz_schema_error(error, setting, "%s", problem);
    if (config_setting_type(setting) != CONFIG_TYPE_STRING ||
        !cz_text_is_line(cz_bytes_of(config_setting_get_string(setting)), VALUE_SIZE_MAX))
        return cz_schema_error(error, setting,
                               "a text in double quotes is wanted, of at most %d bytes of UTF-8 "
                               "without control characters, and no blank at its ends",
                               VALUE_SIZE_MAX);
    claim->name = strdup(config_setting_name(setting));
    claim->value = strdup(config_setting_get_string(setting));
    return (claim->name != NULL && claim->value != NULL) || cz_error_set(error, "out of memory");
}

static bool read_claims(const config_setting_t *group, struct client *client, struct error *error) {
    if (group == NULL)
        return true;
    if (config_setting_type(group) != CONFIG_TYPE_GROUP)
        return cz_schema_error(error, group, "a group is wanted: { NAME = \"value\"; … }");
    size_t count = (size_t)config_setting_length(group);
    client->claims = calloc(count + 1, sizeof *client->claims);
    if (client->claims == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < count; i++) {
        client->claim_count = i + 1;
        if (!read_claim(config_setting_get_elem(group, (unsigned)i), &client->claims[i], error))
            return false;
    }
    return true;
}

static bool read_time(const config_setting_t *group, const char *name, int64_t *time,
                      struct error *error) {
    const config_setting_t *setting = cz_schema_member(group, name);
    if (setting == NULL)
        return true;
    return (config_setting_type(setting) == CONFIG_TYPE_STRING &&
            cz_time_parse(cz_bytes_of(config_setting_get_string(setting)), time)) ||
           cz_schema_error(error, setting, "a time such as \"2026-01-02T03:04:05Z\" is wanted");
}

static bool label_credential(const config_setting_t *group, struct credential *credential,
                             struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer label = {0};
    const config_setting_t *name = cz_schema_member(group, "name");
    if (name != NULL &&
        (config_setting_type(name) != CONFIG_TYPE_STRING ||
         !cz_text_is_line(cz_bytes_of(config_setting_get_string(name)), LABEL_SIZE_MAX)))
        return cz_schema_error(error, name,
                               "a text in double quotes is wanted, of at most %d bytes of UTF-8 "
                               "without control characters, and no blank at its ends",
                               LABEL_SIZE_MAX);
    if (name != NULL)
        cz_buffer_puts(&label, config_setting_get_string(name));
    else
        cz_config_describe_condition(&label, group, credential_names);
    size_t cut = label.len;
    if (cut > LABEL_SIZE_MAX)
        for (cut = LABEL_SIZE_MAX; cut > 0 && (label.data[cut] & 0xc0) == 0x80;)
            cut--;
    if (!label.failed && asprintf(&credential->label, "%.*s%s", (int)cut, cz_buffer_text(&label),
                                  cut < label.len ? "…" : "") >= 0)
        return true;
    credential->label = NULL;
    return cz_error_set(error, "out of memory");
}

static bool read_credential(const config_setting_t *group, const struct clients_reader *reader,
                            struct credential *credential, struct error *error) {
    struct condition_reader conditions = {.vocabulary = reader->vocabulary,
                                          .notices = reader->notices,
                                          .passed_over = credential_names};
    if (!cz_config_read_condition(&conditions, group, &credential->condition, error) ||
        !read_time(group, "active_from", &credential->active_from, error) ||
        !read_time(group, "active_until", &credential->active_until, error) ||
        !label_credential(group, credential, error))
        return false;
    return credential->active_from <= credential->active_until ||
           cz_schema_error(error, group, "active_until is before active_from");
}

static bool read_credentials(const config_setting_t *group, const struct clients_reader *reader,
                             struct client *client, struct error *error) {
    struct clients *clients = reader->clients;
    const config_setting_t *list = cz_schema_member(group, "credentials");
    if (list == NULL)
        return cz_schema_error(error, group,
                               "credentials is missing, so nobody could be this client");
    if (config_setting_type(list) != CONFIG_TYPE_LIST || config_setting_length(list) == 0)
        return cz_schema_error(error, list,
                               "a list of at least one credential is wanted: ( { sha256 = \"…\"; "
                               "} )");
    client->first_credential = clients->credential_count;
    for (int i = 0; i < config_setting_length(list); i++) {
        if (!grow((void **)&clients->credentials, clients->credential_count,
                  &clients->credential_capacity, sizeof *clients->credentials, error))
            return false;
        struct credential *credential = &clients->credentials[clients->credential_count++];
        *credential = (struct credential){.active_from = INT64_MIN,
                                          .active_until = INT64_MAX,
                                          .client = (uint32_t)(client - clients->items)};
        client->credential_count++;
        if (!read_credential(config_setting_get_elem(list, (unsigned)i), reader, credential, error))
            return false;
    }
    return true;
}

static bool read_client(const config_setting_t *group, const struct clients_reader *reader,
                        struct error *error) {
    CZ_CLEANUP(raw_client_release) struct raw_client raw = {0};
    struct clients *clients = reader->clients;
    if (!cz_schema_read(&client_schema, group, &raw, error) ||
        !check_id(group, raw.id.text, error) ||
        !check_words(cz_schema_member(group, "roles"), &raw.roles, error) ||
        !check_words(cz_schema_member(group, "scopes"), &raw.scopes, error) ||
        !grow((void **)&clients->items, clients->count, &clients->capacity, sizeof *clients->items,
              error))
        return false;
    struct client *client = &clients->items[clients->count++];
    *client = (struct client){.id = CZ_STEAL(raw.id.text)};
    return take_roles(&raw.roles, clients, client, error) &&
           take_scopes(&raw.scopes, client, error) &&
           read_claims(cz_schema_member(group, "claims"), client, error) &&
           read_credentials(group, reader, client, error);
}

bool cz_config_read_clients(const config_setting_t *list, const struct clients_reader *reader,
                            struct error *error) {
    int type = config_setting_type(list);
    if (type != CONFIG_TYPE_LIST &&
        !(type == CONFIG_TYPE_ARRAY && config_setting_length(list) == 0))
        return cz_schema_error(error, list, "a list of clients is wanted: ( { … }, { … } )");
    for (int i = 0; i < config_setting_length(list); i++)
        if (!read_client(config_setting_get_elem(list, (unsigned)i), reader, error))
            return false;
    return true;
}
