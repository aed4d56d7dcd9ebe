#include "refresh/sources.h"

#include "config/revocation.h"
#include "store/health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct catalogue_source *cz_source_find(const struct catalogue *catalogue, enum source_kind kind,
                                        const char *name) {
    for (size_t i = 0; i < catalogue->source_count; i++)
        if (catalogue->sources[i].kind == kind && strcmp(catalogue->sources[i].name, name) == 0)
            return &catalogue->sources[i];
    return NULL;
}

struct catalogue_source *cz_source_add(struct catalogue *catalogue, enum source_kind kind,
                                       const char *name) {
    struct catalogue_source *there = cz_source_find(catalogue, kind, name);
    if (there != NULL)
        return there;
    size_t count = catalogue->source_count;
    struct catalogue_source *grown =
        reallocarray(catalogue->sources, count + 1, sizeof *catalogue->sources);
    if (grown == NULL)
        return NULL;
    catalogue->sources = grown;
    grown[count] = (struct catalogue_source){.kind = kind,
                                             .name = strdup(name),
                                             .error = strdup(""),
                                             .etag = strdup(""),
                                             .last_modified = strdup("")};
    if (grown[count].name == NULL || grown[count].error == NULL || grown[count].etag == NULL ||
        grown[count].last_modified == NULL) {
        cz_catalogue_source_release(&grown[count]);
        return NULL;
    }
    catalogue->source_count++;
    return &grown[count];
}

void cz_source_remove(struct catalogue *catalogue, size_t index) {
    cz_catalogue_source_release(&catalogue->sources[index]);
    catalogue->source_count--;
    memmove(&catalogue->sources[index], &catalogue->sources[index + 1],
            (catalogue->source_count - index) * sizeof *catalogue->sources);
}

void cz_sources_turn_back(struct catalogue *catalogue, int64_t now) {
    for (size_t i = 0; i < catalogue->source_count; i++) {
        struct catalogue_source *source = &catalogue->sources[i];
        if (source->last_try > now)
            source->next_try = 0;
        if (source->last_seen > now)
            source->last_seen = now;
    }
}

const struct catalogue_list *cz_source_list(const struct catalogue *catalogue,
                                            const struct catalogue_source *source) {
    return source->has_list ? cz_catalogue_list(catalogue, source->list) : NULL;
}

char *cz_part_name(const char *file, size_t number) {
    char *name = NULL;
    if (number <= 1)
        return strdup(file);
    return asprintf(&name, "%s#%zu", file, number) < 0 ? NULL : name;
}

size_t cz_part_number(const char *file, const char *name) {
    size_t len = strlen(file);
    if (strncmp(file, name, len) != 0)
        return 0;
    if (name[len] == '\0')
        return 1;
    const char *digits = name + len + 1;
    if (name[len] != '#' || digits[0] < '1' || digits[0] > '9' ||
        digits[strspn(digits, "0123456789")] != '\0')
        return 0;
    return strtoul(digits, NULL, 10);
}

/* --- what is wanted --- */

static bool add_wanted(struct catalogue *catalogue, enum source_kind kind, const char *name,
                       bool *changed) {
    if (cz_source_find(catalogue, kind, name) != NULL)
        return true;
    *changed = true;
    return cz_source_add(catalogue, kind, name) != NULL;
}

static bool names_url(const struct config_texts *crls, const char *url) {
    for (size_t i = 0; i < crls->count; i++)
        if (strcmp(crls->items[i].text, url) == 0)
            return true;
    return false;
}

/* Of the parts behind the first, those that are there no more are dropped when the file is read. */
static bool names_file(const struct file_names *files, const char *name) {
    for (size_t i = 0; i < files->count; i++)
        if (cz_part_number(files->items[i], name) > 0)
            return true;
    return false;
}

static bool is_wanted(const struct catalogue_source *source, const struct config_texts *crls,
                      const struct file_names *files, int64_t now) {
    switch (source->kind) {
    case SOURCE_FILE:
        return names_file(files, source->name);
    case SOURCE_URL:
        return names_url(crls, source->name);
    case SOURCE_POINT:
        return source->last_seen > now || now - source->last_seen <= CZ_POINT_KEPT_SECONDS;
    }
    return false;
}

bool cz_sources_sync(struct catalogue *catalogue, const struct config *config,
                     const struct file_names *files, int64_t now, bool *changed) {
    const struct config_texts *crls = &config->revocation.crls;
    *changed = false;
    if (files->failed)
        return false;
    for (size_t i = catalogue->source_count; i-- > 0;)
        if (!is_wanted(&catalogue->sources[i], crls, files, now)) {
            cz_source_remove(catalogue, i);
            *changed = true;
        }
    for (size_t i = 0; i < files->count; i++)
        if (!add_wanted(catalogue, SOURCE_FILE, files->items[i], changed))
            return false;
    for (size_t i = 0; i < crls->count; i++)
        if (cz_is_url(crls->items[i].text) &&
            !add_wanted(catalogue, SOURCE_URL, crls->items[i].text, changed))
            return false;
    return true;
}
