#include "settings.h"

#include "base/cleanup.h"
#include "call.h"
#include "config/schema.h"
#include "config/tree.h"
#include "type.h"

#include <strings.h>

static const struct key_word server_words[] = {
    {"apache", GATE_APACHE}, {"lighttpd", GATE_LIGHTTPD}, {NULL, 0}};

static const struct key gate_keys[] = {
    {.name = "server",
     .type = KEY_WORD,
     .offset = offsetof(struct gate_settings, server),
     .words = server_words},
    {.name = "folders", .type = KEY_TEXTS, .offset = offsetof(struct gate_settings, folders)},
    {.name = "aliases", .type = KEY_ELSEWHERE},
    {.name = "configuration", .type = KEY_ELSEWHERE},
    {.name = "policy", .type = KEY_TEXT, .offset = offsetof(struct gate_settings, policy)},
    {.name = "index", .type = KEY_TEXTS, .offset = offsetof(struct gate_settings, index)},
    {.name = "programs", .type = KEY_ELSEWHERE},
    {.name = "x_sendfile",
     .type = KEY_BOOLEAN,
     .offset = offsetof(struct gate_settings, x_sendfile)},
};

static const struct schema gate_schema = {
    .name = "gate.conf", .keys = gate_keys, .count = CZ_COUNT(gate_keys)};

static const struct key alias_keys[] = {
    {.name = "url", .type = KEY_TEXT, .offset = offsetof(struct gate_alias, url)},
    {.name = "folder", .type = KEY_TEXT, .offset = offsetof(struct gate_alias, folder)},
};

static const struct schema alias_schema = {
    .name = "an alias", .keys = alias_keys, .count = CZ_COUNT(alias_keys)};

static const struct key program_keys[] = {
    {.name = "extension", .type = KEY_TEXT, .offset = offsetof(struct gate_program, extension)},
    {.name = "program", .type = KEY_TEXT, .offset = offsetof(struct gate_program, program)},
};

static const struct schema program_schema = {
    .name = "a program", .keys = program_keys, .count = CZ_COUNT(program_keys)};

static bool is_extension(const char *text) {
    return text != NULL && strpbrk(text, "./") == NULL;
}

static bool read_program(const config_setting_t *group, struct gate_program *program,
                         struct error *error) {
    if (!cz_schema_read(&program_schema, group, program, error))
        return false;
    if (!is_extension(program->extension.text))
        return cz_schema_error(error, group,
                               "an extension without a dot is wanted, such as \"php\"");
    return program->program.text == NULL || program->program.text[0] == '/' ||
           cz_schema_error(error, group, "program: an absolute path is wanted");
}

/* Room for as many as the list has, and one more, of `size` bytes each; none without a list. */
static bool make_room(const config_setting_t *list, size_t size, void **room, size_t *count,
                      struct error *error) {
    if (list == NULL)
        return true;
    if (config_setting_type(list) != CONFIG_TYPE_LIST)
        return cz_schema_error(error, list, "a list of groups is wanted: ( { … }, { … } )");
    size_t wanted = (size_t)config_setting_length(list);
    *room = calloc(wanted + 1, size);
    if (*room == NULL)
        return cz_error_set(error, "out of memory");
    *count = wanted;
    return true;
}

static bool read_programs(const config_setting_t *list, struct gate_settings *settings,
                          struct error *error) {
    void *room = NULL;
    bool good = make_room(list, sizeof *settings->programs, &room, &settings->program_count, error);
    settings->programs = room;
    for (size_t i = 0; good && i < settings->program_count; i++)
        good =
            read_program(config_setting_get_elem(list, (unsigned)i), &settings->programs[i], error);
    return good;
}

static void cut_slashes(char *name) {
    for (size_t len = strlen(name); len > 0 && name[len - 1] == '/';)
        name[--len] = '\0';
}

static bool is_absolute(const struct config_text *name) {
    return name->text != NULL && name->text[0] == '/';
}

static bool read_alias(const config_setting_t *group, struct gate_alias *alias,
                       struct error *error) {
    if (!cz_schema_read(&alias_schema, group, alias, error))
        return false;
    if (!is_absolute(&alias->url) || !is_absolute(&alias->folder))
        return cz_schema_error(error, group, "url and folder are wanted, both beginning with /");
    cut_slashes(alias->url.text);
    cut_slashes(alias->folder.text);
    return true;
}

static bool read_aliases(const config_setting_t *list, struct gate_settings *settings,
                         struct error *error) {
    if (list != NULL && settings->server != GATE_APACHE)
        return cz_schema_error(error, list, "lighttpd says itself where a file lies");
    void *room = NULL;
    bool good = make_room(list, sizeof *settings->aliases, &room, &settings->alias_count, error);
    settings->aliases = room;
    for (size_t i = 0; good && i < settings->alias_count; i++)
        good = read_alias(config_setting_get_elem(list, (unsigned)i), &settings->aliases[i], error);
    return good;
}

/* A slash at the end is taken off. */
static bool check_folders(const config_setting_t *root, struct config_texts *folders,
                          struct error *error) {
    for (size_t i = 0; i < folders->count; i++) {
        char *name = folders->items[i].text;
        cut_slashes(name);
        if (name[0] != '/')
            return cz_schema_error(error, cz_schema_member(root, "folders"),
                                   "absolute paths are wanted, and not that of the whole system");
    }
    return folders->count > 0 ||
           cz_schema_error(error, root, "folders: at least one protected folder is wanted");
}

/* An index is a name, and none that would not be served by itself. */
static bool check_index(const config_setting_t *root, const struct config_texts *index,
                        struct error *error) {
    for (size_t i = 0; i < index->count; i++)
        if (index->items[i].text[0] == '.' || strchr(index->items[i].text, '/') != NULL)
            return cz_schema_error(error, cz_schema_member(root, "index"),
                                   "names of files are wanted, without a folder or a dot in front");
    return true;
}

static bool read_configuration(const config_setting_t *setting, const char *folder,
                               struct gate_settings *settings, struct error *error) {
    static const struct key key = {.name = "configuration", .type = KEY_TEXT};
    CZ_CLEANUP(cz_text_release) struct config_text text = {0};
    if (setting != NULL && !cz_schema_read_key(&key, setting, &text, error))
        return false;
    settings->configuration = cz_resolve(folder, text.text != NULL ? text.text : "certauthz.conf");
    return settings->configuration != NULL || cz_error_set(error, "out of memory");
}

static bool check_x_sendfile(const config_setting_t *root, const struct gate_settings *settings,
                             struct error *error) {
    return !settings->x_sendfile || settings->server == GATE_LIGHTTPD ||
           cz_schema_error(error, cz_schema_member(root, "x_sendfile"),
                           "only lighttpd can do it: server = \"lighttpd\"");
}

static bool read_root(const config_setting_t *root, const char *folder,
                      struct gate_settings *settings, struct error *error) {
    return cz_schema_read(&gate_schema, root, settings, error) &&
           check_folders(root, &settings->folders, error) &&
           check_index(root, &settings->index, error) && check_x_sendfile(root, settings, error) &&
           read_configuration(cz_schema_member(root, "configuration"), folder, settings, error) &&
           read_aliases(cz_schema_member(root, "aliases"), settings, error) &&
           read_programs(cz_schema_member(root, "programs"), settings, error);
}

static bool read_source(const struct source *source, struct gate_settings *settings,
                        struct error *error) {
    CZ_CLEANUP(cz_tree_release) struct config_tree tree;
    return cz_tree_parse(source, &tree, error) &&
           read_root(config_root_setting(&tree.parsed), source->folder, settings, error);
}

bool gate_settings_load(const char *file, struct gate_settings *settings, struct error *error) {
    CZ_CLEANUP(cz_source_release) struct source source;
    *settings = (struct gate_settings){0};
    return cz_source_load(file, &source, error) && read_source(&source, settings, error);
}

void gate_settings_release(struct gate_settings *settings) {
    for (size_t i = 0; i < settings->alias_count; i++) {
        cz_text_release(&settings->aliases[i].url);
        cz_text_release(&settings->aliases[i].folder);
    }
    for (size_t i = 0; i < settings->program_count; i++) {
        cz_text_release(&settings->programs[i].extension);
        cz_text_release(&settings->programs[i].program);
    }
    free(settings->aliases);
    free(settings->programs);
    free(settings->configuration);
    cz_texts_release(&settings->folders);
    cz_texts_release(&settings->index);
    cz_text_release(&settings->policy);
    *settings = (struct gate_settings){0};
}

const struct gate_program *gate_settings_program(const struct gate_settings *settings,
                                                 const char *name) {
    const char *extension = gate_extension(name);
    for (size_t i = 0; i < settings->program_count; i++)
        if (strcasecmp(settings->programs[i].extension.text, extension) == 0)
            return &settings->programs[i];
    return NULL;
}

/* The folder has no slash at its end; "" is the root. */
static bool is_below(const char *name, const char *folder) {
    size_t len = strlen(folder);
    return strncmp(name, folder, len) == 0 && (name[len] == '/' || name[len] == '\0');
}

const struct gate_alias *gate_settings_alias(const struct gate_settings *settings,
                                             const char *path) {
    for (size_t i = 0; i < settings->alias_count; i++)
        if (is_below(path, settings->aliases[i].url.text))
            return &settings->aliases[i];
    return NULL;
}

const char *gate_settings_folder(const struct gate_settings *settings, const char *name) {
    for (size_t i = 0; i < settings->folders.count; i++)
        if (is_below(name, settings->folders.items[i].text))
            return settings->folders.items[i].text;
    return NULL;
}
