#include "config/files.h"

#include "base/cleanup.h"
#include "config/source.h"
#include "config/tree.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define LINKS_MAX 40 /* the kernel's own */

static bool holds(const struct file_names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

void cz_names_add(struct file_names *names, const char *name) {
    if (names->failed || holds(names, name))
        return;
    if (names->count == names->capacity) {
        size_t capacity = names->capacity * 2 + 8;
        char **items = realloc(names->items, capacity * sizeof *items);
        names->failed = items == NULL;
        if (names->failed)
            return;
        names->items = items;
        names->capacity = capacity;
    }
    names->items[names->count] = strdup(name);
    names->failed = names->items[names->count] == NULL;
    names->count += !names->failed;
}

void cz_names_add_all(struct file_names *names, const struct file_names *more) {
    for (size_t i = 0; i < more->count; i++)
        cz_names_add(names, more->items[i]);
    names->failed |= more->failed;
}

bool cz_names_equal(const struct file_names *a, const struct file_names *b) {
    bool equal = a->count == b->count && !a->failed && !b->failed;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = strcmp(a->items[i], b->items[i]) == 0;
    return equal;
}

void cz_names_release(struct file_names *names) {
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct file_names){0};
}

static const config_setting_t *member_of(const config_setting_t *setting, const char *name) {
    return setting != NULL && config_setting_is_group(setting)
               ? config_setting_get_member((config_setting_t *)setting, name)
               : NULL;
}

/* The texts of a list, where it is there and they are texts. */
static void add_texts(struct file_names *names, const char *folder, const config_setting_t *list) {
    int count = list != NULL && (config_setting_is_list(list) || config_setting_is_array(list))
                    ? config_setting_length(list)
                    : 0;
    for (int i = 0; i < count; i++) {
        const char *name = config_setting_get_string_elem(list, i);
        CZ_CLEANUP(cz_free_ptr)
        char *resolved = name != NULL ? cz_resolve(folder, name) : NULL;
        names->failed |= name != NULL && resolved == NULL;
        if (resolved != NULL)
            cz_names_add(names, resolved);
    }
}

static void add_policy(struct file_names *names, const char *folder,
                       const config_setting_t *group) {
    const config_setting_t *trust = member_of(group, "trust");
    add_texts(names, folder, member_of(trust, "anchors"));
    add_texts(names, folder, member_of(trust, "intermediates"));
}

static void add_policies(struct file_names *names, const char *folder,
                         const config_setting_t *root) {
    const config_setting_t *named = config_setting_get_member((config_setting_t *)root, "policies");
    add_policy(names, folder, root);
    add_texts(names, folder,
              member_of(member_of(member_of(root, "revocation"), "ocsp"), "signers"));
    for (int i = 0; named != NULL && config_setting_is_aggregate(named) != 0 &&
                    i < config_setting_length(named);
         i++)
        add_policy(names, folder, config_setting_get_elem(named, (unsigned)i));
}

bool cz_config_files(const char *file, struct file_names *names, struct error *error) {
    CZ_CLEANUP(cz_source_release) struct source source;
    CZ_CLEANUP(cz_tree_release) struct config_tree tree = {.source = NULL};
    bool read = cz_source_load(file, &source, error);
    bool parsed = read && cz_tree_parse(&source, &tree, error);
    for (size_t i = 0; i < source.files.count; i++)
        cz_names_add(names, source.files.names[i]);
    if (parsed)
        add_policies(names, source.folder, config_root_setting(&tree.parsed));
    return parsed && (!names->failed || cz_error_set(error, "out of memory"));
}

/* A way to a file, as far as it is walked. */
struct way {
    char done[PATH_MAX]; /* ends with a slash, or is empty */
    char rest[PATH_MAX];
    char here[2 * PATH_MAX]; /* `done` and the first name of what was the rest */
};

/* The next name on the way becomes `here`; false at its end. */
static bool take_name(struct way *way) {
    size_t skip = strspn(way->rest, "/");
    size_t len = strcspn(way->rest + skip, "/");
    snprintf(way->here, sizeof way->here, "%s%.*s", way->done, (int)len, way->rest + skip);
    memmove(way->rest, way->rest + skip + len, strlen(way->rest + skip + len) + 1);
    return len > 0;
}

/* False where the way becomes longer than any may be. */
static bool go_on(struct way *way) {
    size_t len = strlen(way->here);
    if (len + 1 >= sizeof way->done)
        return false;
    memcpy(way->done, way->here, len);
    memcpy(way->done + len, "/", 2);
    return true;
}

/* The link's target takes the place of its name; false where it cannot. */
static bool follow(struct way *way) {
    char target[PATH_MAX], joined[2 * PATH_MAX];
    ssize_t len = readlink(way->here, target, sizeof target - 1);
    if (len < 0)
        return false;
    target[len] = '\0';
    int joined_len = snprintf(joined, sizeof joined, "%s/%s", target, way->rest);
    if (joined_len >= (int)sizeof way->rest)
        return false;
    memcpy(way->rest, joined, (size_t)joined_len + 1);
    if (target[0] == '/')
        memcpy(way->done, "/", 2);
    return true;
}

void cz_names_add_folders(struct file_names *folders, const char *name) {
    struct way way = {0};
    int links = 0;
    if (strlen(name) >= sizeof way.rest)
        return;
    memcpy(way.rest, name, strlen(name) + 1);
    memcpy(way.done, "/", name[0] == '/' ? 2 : 0);
    while (take_name(&way)) {
        struct stat status;
        bool missing = lstat(way.here, &status) != 0;
        bool is_link = !missing && S_ISLNK(status.st_mode);
        bool is_last = way.rest[strspn(way.rest, "/")] == '\0';
        if (missing || is_link || is_last)
            cz_names_add(folders, way.done[0] != '\0' ? way.done : ".");
        if (missing || (is_link ? ++links > LINKS_MAX || !follow(&way) : !go_on(&way)))
            return;
    }
}
