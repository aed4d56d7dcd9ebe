#include "config/schema.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "config/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool cz_schema_error(struct error *error, const config_setting_t *setting, const char *format,
                     ...) {
    CZ_CLEANUP(cz_buffer_release) struct buffer key = {0};
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cz_tree_key(setting, &key);
    const char *file;
    unsigned line;
    cz_tree_locate(setting, &file, &line);
    char place[16] = "";
    if (!config_setting_is_root(setting))
        snprintf(place, sizeof place, ":%u", line);
    return cz_error_set(error, "%s%s: %s%s%s", file, place, cz_buffer_text(&key),
                        key.len > 0 ? ": " : "", text);
}

const struct schema *cz_schema_find(const struct schema *schemas, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(schemas[i].name, name) == 0)
            return &schemas[i];
    return NULL;
}

void cz_text_release(struct config_text *text) {
    free(text->text);
    free(text->file);
    *text = (struct config_text){0};
}

void cz_texts_release(struct config_texts *texts) {
    for (size_t i = 0; i < texts->count; i++)
        cz_text_release(&texts->items[i]);
    free(texts->items);
    *texts = (struct config_texts){0};
}

/* A copy of the setting's text with its place. */
static bool read_text(const config_setting_t *setting, struct config_text *text,
                      struct error *error) {
    if (config_setting_type(setting) != CONFIG_TYPE_STRING)
        return cz_schema_error(error, setting, "a text in double quotes is wanted");
    const char *file;
    cz_text_release(text);
    cz_tree_locate(setting, &file, &text->line);
    text->text = strdup(config_setting_get_string(setting));
    text->file = strdup(file);
    if (text->text == NULL || text->file == NULL)
        return cz_error_set(error, "out of memory");
    if (text->text[0] == '\0')
        return cz_schema_error(error, setting, "the text is empty");
    return true;
}

static bool is_list(const config_setting_t *setting) {
    int type = config_setting_type(setting);
    return type == CONFIG_TYPE_LIST || type == CONFIG_TYPE_ARRAY;
}

static bool read_texts(const config_setting_t *setting, struct config_texts *texts,
                       struct error *error) {
    if (!is_list(setting))
        return cz_schema_error(error, setting, "a list of texts is wanted: [ \"…\", \"…\" ]");
    size_t count = (size_t)config_setting_length(setting);
    cz_texts_release(texts);
    texts->items = calloc(count + 1, sizeof *texts->items);
    if (texts->items == NULL)
        return cz_error_set(error, "out of memory");
    texts->count = count;
    for (size_t i = 0; i < count; i++)
        if (!read_text(config_setting_get_elem(setting, (unsigned)i), &texts->items[i], error))
            return false;
    return true;
}

static const struct key_word *find_word(const struct key *key, const config_setting_t *setting,
                                        struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer wanted = {0};
    const char *word = config_setting_type(setting) == CONFIG_TYPE_STRING
                           ? config_setting_get_string(setting)
                           : NULL;
    for (const struct key_word *known = key->words; known->word != NULL; known++) {
        if (word != NULL && strcmp(known->word, word) == 0)
            return known;
        cz_buffer_printf(&wanted, "%s\"%s\"", wanted.len > 0 ? ", " : "", known->word);
    }
    cz_schema_error(error, setting, "one of %s is wanted", cz_buffer_text(&wanted));
    return NULL;
}

static bool read_words(const struct key *key, const config_setting_t *setting, char *target,
                       struct error *error) {
    if (!is_list(setting) || config_setting_length(setting) == 0)
        return cz_schema_error(error, setting, "a list of at least one word is wanted");
    for (const struct key_word *known = key->words; known->word != NULL; known++)
        *(bool *)(void *)(target + known->value) = false;
    for (int i = 0; i < config_setting_length(setting); i++) {
        const struct key_word *found =
            find_word(key, config_setting_get_elem(setting, (unsigned)i), error);
        if (found == NULL)
            return false;
        *(bool *)(void *)(target + found->value) = true;
    }
    return true;
}

static bool read_integer(const struct key *key, const config_setting_t *setting, int *value,
                         struct error *error) {
    int type = config_setting_type(setting);
    /* libconfig reads a number that fits no int as 64 bits, or, without the L, wraps it */
    long long number = type == CONFIG_TYPE_INT     ? config_setting_get_int(setting)
                       : type == CONFIG_TYPE_INT64 ? config_setting_get_int64(setting)
                                                   : 0;
    if ((type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) || number < key->least ||
        number > key->greatest)
        return cz_schema_error(error, setting, "a whole number from %d to %d is wanted", key->least,
                               key->greatest);
    *value = (int)number;
    return true;
}

static bool read_boolean(const config_setting_t *setting, bool *value, struct error *error) {
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return cz_schema_error(error, setting, "true or false is wanted");
    *value = config_setting_get_bool(setting) != 0;
    return true;
}

bool cz_schema_read_key(const struct key *key, const config_setting_t *setting, void *target,
                        struct error *error) {
    void *place = (char *)target + key->offset;
    const struct key_word *word;
    switch (key->type) {
    case KEY_BOOLEAN:
        return read_boolean(setting, place, error);
    case KEY_INTEGER:
        return read_integer(key, setting, place, error);
    case KEY_WORD:
        word = find_word(key, setting, error);
        if (word != NULL)
            *(int *)place = (int)word->value;
        return word != NULL;
    case KEY_WORDS:
        return read_words(key, setting, target, error);
    case KEY_TEXT:
        return read_text(setting, place, error);
    case KEY_TEXTS:
        return read_texts(setting, place, error);
    case KEY_ELSEWHERE:
        return true;
    }
    return false;
}

static bool unknown_key(const struct schema *schema, const config_setting_t *setting,
                        struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer known = {0};
    for (size_t i = 0; i < schema->count; i++)
        cz_buffer_printf(&known, "%s%s", i > 0 ? ", " : "", schema->keys[i].name);
    return cz_schema_error(error, setting, "unknown key; %s knows: %s", schema->name,
                           cz_buffer_text(&known));
}

bool cz_schema_read(const struct schema *schema, const config_setting_t *group, void *target,
                    struct error *error) {
    if (config_setting_type(group) != CONFIG_TYPE_GROUP)
        return cz_schema_error(error, group, "a group is wanted: { key = value; … }");
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const struct key *key = NULL;
        for (size_t j = 0; j < schema->count && key == NULL; j++)
            if (strcmp(schema->keys[j].name, config_setting_name(setting)) == 0)
                key = &schema->keys[j];
        if (key == NULL)
            return unknown_key(schema, setting, error);
        if (!cz_schema_read_key(key, setting, target, error))
            return false;
    }
    return true;
}
