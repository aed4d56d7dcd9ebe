#include "config/files.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "config/certificate_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define INCLUDE_DEPTH_MAX 10 /* libconfig's own */
#define LINKS_MAX 40         /* the kernel's own */

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

static void add_resolved(struct file_names *names, const struct config *config, const char *name) {
    CZ_CLEANUP(cz_free_ptr) char *resolved = cz_config_resolve(config, name);
    names->failed |= resolved == NULL;
    if (resolved != NULL)
        cz_names_add(names, resolved);
}

/* The file, and what stands in quotes behind each @include in it. */
static void add_with_includes(struct file_names *names, const struct config *config,
                              const char *file, int depth) {
    static const char directive[] = "@include";
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    struct error unreadable = {0};
    cz_names_add(names, file);
    if (depth > INCLUDE_DEPTH_MAX || !cz_file_read(file, &content, &unreadable))
        return;
    cz_buffer_putc(&content, '\0'); /* reading leaves no terminator */
    for (const char *at = cz_buffer_text(&content); (at = strstr(at, directive)) != NULL;) {
        at += sizeof directive - 1;
        at += strspn(at, " \t");
        size_t len = *at == '"' ? strcspn(at + 1, "\"\n") : 0;
        if (len == 0 || at[1 + len] != '"')
            continue;
        CZ_CLEANUP(cz_free_ptr) char *name = strndup(at + 1, len);
        CZ_CLEANUP(cz_free_ptr)
        char *resolved = name != NULL ? cz_config_resolve(config, name) : NULL;
        names->failed |= resolved == NULL;
        if (resolved != NULL && !holds(names, resolved))
            add_with_includes(names, config, resolved, depth + 1);
    }
}

static void add_texts(struct file_names *names, const struct config *config,
                      const struct config_texts *texts) {
    for (size_t i = 0; i < texts->count; i++)
        if (texts->items[i].text != NULL) /* a list that could not be read to its end */
            add_resolved(names, config, texts->items[i].text);
}

bool cz_config_files(const char *file, struct file_names *names, struct error *error) {
    CZ_CLEANUP(cz_config_release) struct config config = {0};
    bool good = cz_config_load(file, &config, error);
    if (config.folder != NULL)
        add_with_includes(names, &config, file, 0);
    add_texts(names, &config, &config.trust.anchors);
    add_texts(names, &config, &config.trust.intermediates);
    return good && (!names->failed || cz_error_set(error, "out of memory"));
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
