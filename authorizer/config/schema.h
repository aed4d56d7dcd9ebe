/*
 * Which keys there are, of which type and range, and where their values go. A table for each
 * group; cz_schema_read walks a libconfig group along it. libconfig's own look-ups are not used:
 * they take a wrong type for a missing key, and wrap numbers around.
 */
#ifndef CERTAUTHZ_CONFIG_SCHEMA_H
#define CERTAUTHZ_CONFIG_SCHEMA_H

#include "config/config.h"

#include <libconfig.h>

enum key_type {
    KEY_BOOLEAN,   /* bool */
    KEY_INTEGER,   /* int */
    KEY_WORD,      /* one of `words`, stored as its value: an int or an enum */
    KEY_WORDS,     /* a list of `words`; each sets the bool at its value as an offset */
    KEY_TEXT,      /* struct config_text */
    KEY_TEXTS,     /* struct config_texts */
    KEY_ELSEWHERE, /* known, and read by somebody else */
};

struct key_word {
    const char *word;
    size_t value;
};

struct key {
    const char *name;
    enum key_type type;
    size_t offset;                /* in the struct that is filled; for KEY_WORDS of no meaning */
    int least, greatest;          /* KEY_INTEGER */
    const struct key_word *words; /* ended by a NULL word */
};

struct schema {
    const char *name; /* of the group, "" for the file itself; for messages */
    const struct key *keys;
    size_t count;
};

/* That of the group `group`, whose table is group_keys. */
#define SCHEMA(group)                                                                              \
    { .name = #group, .keys = group##_keys, .count = CZ_COUNT(group##_keys) }

/* The one of this name, or NULL. */
const struct schema *cz_schema_find(const struct schema *schemas, size_t count, const char *name);

/* Where a setting stands, for messages that begin with `FILE:LINE: group.key: `. */
bool cz_schema_error(struct error *error, const config_setting_t *setting, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* NULL where the group has none of this name. */
static inline const config_setting_t *cz_schema_member(const config_setting_t *group,
                                                       const char *name) {
    return config_setting_get_member((config_setting_t *)group, name);
}

/* One key's value into `target`. */
bool cz_schema_read_key(const struct key *key, const config_setting_t *setting, void *target,
                        struct error *error);
/* Fills `target` with the group's values; keys that are not there leave it as it was. */
bool cz_schema_read(const struct schema *schema, const config_setting_t *group, void *target,
                    struct error *error);
void cz_texts_release(struct config_texts *texts);
void cz_text_release(struct config_text *text);

#endif
