#include "config/revocation_actions.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "certificate/name.h"
#include "certificate/name_text.h"
#include "config/schema.h"
#include "config/selectors.h"

#include <stdlib.h>

#define UNSAID (-1)
#define KEY_ID_SIZE_MAX 64 /* bytes; RFC 5280 4.2.1.2 has 20 or fewer */

struct raw_events {
    int of[REVOCATION_EVENT_COUNT]; /* enum revocation_action, or UNSAID */
};

/* A group `on` as it is written. */
struct raw_actions {
    struct raw_events plain;
    struct raw_events at[REVOCATION_PLACE_COUNT];
};

struct raw_authority {
    struct config_text subject, key_id;
    struct raw_actions on;
};

static const struct key_word action_words[] = {
    {"deny", REVOCATION_DENY},
    {"allow", REVOCATION_ALLOW},
    {"warn", REVOCATION_WARN},
    {NULL, 0},
};

#define EVENT_OFFSET(event) offsetof(struct raw_events, of[REVOCATION_EVENT_##event])

static const struct key on_keys[] = {
    {.name = "revoked", .type = KEY_WORD, .offset = EVENT_OFFSET(REVOKED), .words = action_words},
    {.name = "unknown", .type = KEY_WORD, .offset = EVENT_OFFSET(UNKNOWN), .words = action_words},
    {.name = "stale", .type = KEY_WORD, .offset = EVENT_OFFSET(STALE), .words = action_words},
    {.name = "no_source",
     .type = KEY_WORD,
     .offset = EVENT_OFFSET(NO_SOURCE),
     .words = action_words},
    {.name = "unreachable",
     .type = KEY_WORD,
     .offset = EVENT_OFFSET(UNREACHABLE),
     .words = action_words},
    {.name = "bad_signature",
     .type = KEY_WORD,
     .offset = EVENT_OFFSET(BAD_SIGNATURE),
     .words = action_words},
    /* the groups of the places, which take what stands above */
    {.name = "end_certificate", .type = KEY_ELSEWHERE},
    {.name = "ca", .type = KEY_ELSEWHERE},
    {.name = "root", .type = KEY_ELSEWHERE},
};

static const struct key authority_keys[] = {
    {.name = "subject", .type = KEY_TEXT, .offset = offsetof(struct raw_authority, subject)},
    {.name = "key_id", .type = KEY_TEXT, .offset = offsetof(struct raw_authority, key_id)},
    {.name = "on", .type = KEY_ELSEWHERE},
};

static const struct schema on_schema = {.name = "on", .keys = on_keys, .count = CZ_COUNT(on_keys)};
static const struct schema authority_schema = {
    .name = "an authority", .keys = authority_keys, .count = CZ_COUNT(authority_keys)};
static const struct schema place_schemas[] = {
    [REVOCATION_PLACE_END] = {.name = "end_certificate", on_keys, REVOCATION_EVENT_COUNT},
    [REVOCATION_PLACE_CA] = {.name = "ca", on_keys, REVOCATION_EVENT_COUNT},
    [REVOCATION_PLACE_ROOT] = {.name = "root", on_keys, REVOCATION_EVENT_COUNT},
};

static void say_nothing(struct raw_actions *actions) {
    for (size_t event = 0; event < REVOCATION_EVENT_COUNT; event++) {
        actions->plain.of[event] = UNSAID;
        for (size_t place = 0; place < REVOCATION_PLACE_COUNT; place++)
            actions->at[place].of[event] = UNSAID;
    }
}

static bool read_on(const config_setting_t *group, struct raw_actions *actions,
                    struct error *error) {
    if (group == NULL)
        return true;
    if (!cz_schema_read(&on_schema, group, &actions->plain, error))
        return false;
    for (size_t place = 0; place < REVOCATION_PLACE_COUNT; place++) {
        const struct schema *schema = &place_schemas[place];
        const config_setting_t *setting = cz_schema_member(group, schema->name);
        if (setting != NULL && !cz_schema_read(schema, setting, &actions->at[place], error))
            return false;
    }
    return true;
}

/* Of `authority` and `policy`, which are there, the closest that says something. */
static enum revocation_action resolve(const struct raw_actions *authority,
                                      const struct raw_actions *policy, size_t place,
                                      size_t event) {
    const int said[] = {authority->at[place].of[event], authority->plain.of[event],
                        policy->at[place].of[event], policy->plain.of[event]};
    for (size_t i = 0; i < CZ_COUNT(said); i++)
        if (said[i] != UNSAID)
            return (enum revocation_action)said[i];
    bool is_root = place == REVOCATION_PLACE_ROOT && event == REVOCATION_EVENT_NO_SOURCE;
    return is_root ? REVOCATION_ALLOW : REVOCATION_DENY;
}

static void resolve_all(const struct raw_actions *authority, const struct raw_actions *policy,
                        struct revocation_actions *actions) {
    for (size_t place = 0; place < REVOCATION_PLACE_COUNT; place++)
        for (size_t event = 0; event < REVOCATION_EVENT_COUNT; event++)
            actions->of[place][event] = resolve(authority, policy, place, event);
}

/* The buffer's bytes become those of the caller. */
static bool take_bytes(struct buffer *from, struct bytes *to, struct error *error) {
    if (from->failed)
        return cz_error_set(error, "out of memory");
    *to = cz_buffer_view(from);
    *from = (struct buffer){0};
    return true;
}

static bool take_subject(const config_setting_t *group, const char *text,
                         struct revocation_authority *authority, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer canonical = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
    if (text == NULL)
        return true;
    if (!cz_name_parse(text, true, &name, &problem))
        return problem.len > 0 ? cz_schema_error(error, cz_schema_member(group, "subject"), "%s",
                                                 cz_buffer_text(&problem))
                               : cz_error_set(error, "out of memory");
    cz_name_canonical(&canonical, cz_buffer_view(&name));
    return take_bytes(&canonical, &authority->subject_canonical, error);
}

static bool take_key_id(const config_setting_t *group, const char *text,
                        struct revocation_authority *authority, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer id = {0};
    if (text == NULL)
        return true;
    bool good = cz_config_read_hexadecimal(text, &id);
    if (!id.failed && (!good || id.len > KEY_ID_SIZE_MAX))
        return cz_schema_error(error, cz_schema_member(group, "key_id"),
                               "\"%s\": the CA's subject key identifier in hexadecimal is wanted, "
                               "of at most %d bytes",
                               text, KEY_ID_SIZE_MAX);
    return take_bytes(&id, &authority->key_id, error);
}

static void raw_authority_release(struct raw_authority *raw) {
    cz_text_release(&raw->subject);
    cz_text_release(&raw->key_id);
}

static bool says_nothing(const struct raw_actions *actions) {
    struct raw_actions nothing;
    say_nothing(&nothing);
    return memcmp(actions, &nothing, sizeof nothing) == 0;
}

static bool read_authority(const config_setting_t *group, const struct raw_actions *policy,
                           struct revocation_authority *authority, struct error *error) {
    CZ_CLEANUP(raw_authority_release) struct raw_authority raw = {0};
    say_nothing(&raw.on);
    if (!cz_schema_read(&authority_schema, group, &raw, error) ||
        !read_on(cz_schema_member(group, "on"), &raw.on, error))
        return false;
    if (raw.subject.text == NULL && raw.key_id.text == NULL)
        return cz_schema_error(error, group, "subject is missing, or key_id: which CA is it?");
    if (says_nothing(&raw.on))
        return cz_schema_error(error, group,
                               "on is missing, or empty: what is to happen to what it issued?");
    resolve_all(&raw.on, policy, &authority->on);
    return take_subject(group, raw.subject.text, authority, error) &&
           take_key_id(group, raw.key_id.text, authority, error);
}

/* Every CA that `other` names is named by `authority` too. */
static bool covers(const struct revocation_authority *authority,
                   const struct revocation_authority *other) {
    return (authority->subject_canonical.len == 0 ||
            cz_bytes_equal(authority->subject_canonical, other->subject_canonical)) &&
           (authority->key_id.len == 0 || cz_bytes_equal(authority->key_id, other->key_id));
}

static bool check_reached(const config_setting_t *list, const struct revocation_settings *settings,
                          size_t index, struct error *error) {
    for (size_t i = 0; i < index; i++)
        if (covers(&settings->authorities[i], &settings->authorities[index]))
            return cz_schema_error(error, config_setting_get_elem(list, (unsigned)index),
                                   "authorities[%zu] names this CA too and goes first, so what "
                                   "stands here never holds; move it up, or leave it out",
                                   i);
    return true;
}

static bool read_authorities(const config_setting_t *list, const struct raw_actions *policy,
                             struct revocation_settings *settings, struct error *error) {
    if (list == NULL)
        return true;
    size_t count = (size_t)config_setting_length(list);
    int type = config_setting_type(list);
    if (type != CONFIG_TYPE_LIST && !(type == CONFIG_TYPE_ARRAY && count == 0))
        return cz_schema_error(error, list,
                               "a list of CAs is wanted: ( { subject = \"…\"; on = { … }; }, … )");
    settings->authorities = calloc(count + 1, sizeof *settings->authorities);
    if (settings->authorities == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < count; i++) {
        settings->authority_count = i + 1;
        if (!read_authority(config_setting_get_elem(list, (unsigned)i), policy,
                            &settings->authorities[i], error) ||
            !check_reached(list, settings, i, error))
            return false;
    }
    return true;
}

bool cz_config_read_actions(const config_setting_t *on, const config_setting_t *authorities,
                            struct revocation_settings *settings, struct error *error) {
    struct raw_actions policy, nothing;
    say_nothing(&policy);
    say_nothing(&nothing);
    if (!read_on(on, &policy, error))
        return false;
    resolve_all(&nothing, &policy, &settings->on);
    return read_authorities(authorities, &policy, settings, error);
}
