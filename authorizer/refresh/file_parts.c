#include "refresh/file_parts.h"

#include "base/cleanup.h"
#include "refresh/intake.h"
#include "refresh/sources.h"

#include <string.h>

/* 0: it is none of the file's parts. */
static size_t number_of(const struct catalogue_source *source, const char *file) {
    return source->kind == SOURCE_FILE ? cz_part_number(file, source->name) : 0;
}

/* Made where it is missing. NULL when out of memory. */
static struct catalogue_source *make_part(struct refresher *refresher, const char *file,
                                          size_t number) {
    CZ_CLEANUP(cz_free_ptr) char *name = cz_part_name(file, number);
    return name != NULL ? cz_source_add(cz_keeper_catalogue(refresher->keeper), SOURCE_FILE, name)
                        : NULL;
}

/* --- what a part held before --- */

/* A part behind this one, still to be read, whose list has moved up here, or has its next here.
 * NULL: the list is new to the file, or was in front. */
static struct catalogue_source *moved_from(const struct refresher *refresher, const char *file,
                                           size_t number, const uint8_t list[CZ_SHA256_SIZE]) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        struct catalogue_source *source = &catalogue->sources[i];
        if (source->has_list && number_of(source, file) > number &&
            cz_keeper_are_of_one_kind(refresher->keeper, source->list, list))
            return source;
    }
    return NULL;
}

/* Behind all others. It failed in nothing, and is not due before the file has been read. */
static struct catalogue_source *append_part(struct refresher *refresher, const char *file) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    size_t last = 0;
    for (size_t i = 0; i < catalogue->source_count; i++) {
        size_t number = number_of(&catalogue->sources[i], file);
        last = number > last ? number : last;
    }
    struct catalogue_source *source = make_part(refresher, file, last + 1);
    if (source != NULL) {
        source->state = SOURCE_GOOD;
        source->last_try = source->last_success = source->next_try = refresher->now;
    }
    return source;
}

/* Where the part gives another CA's list than before, or one of another scope, the one before may
 * stand further behind by now, and be bad there. A part behind this one names it until the file has
 * been read to its end. */
static bool keep_former(struct refresher *refresher, const char *file, size_t number,
                        const uint8_t former[CZ_SHA256_SIZE],
                        const uint8_t instead[CZ_SHA256_SIZE]) {
    if (cz_keeper_are_of_one_kind(refresher->keeper, former, instead))
        return true;
    struct catalogue_source *holder = moved_from(refresher, file, number, instead);
    if (holder == NULL)
        holder = append_part(refresher, file);
    if (holder == NULL)
        return false;
    holder->has_list = true;
    memcpy(holder->list, former, sizeof holder->list);
    return true;
}

/* All of them, and not only the first: one that was due already would be so for ever. */
static bool fail_all(struct refresher *refresher, const char *file, const char *why) {
    struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    if (make_part(refresher, file, 1) == NULL)
        return false;
    for (size_t i = 0; i < catalogue->source_count; i++)
        if (number_of(&catalogue->sources[i], file) > 0)
            cz_intake_failed(refresher, &catalogue->sources[i], SOURCE_UNREACHABLE, why, -1, 0);
    return true;
}

bool cz_parts_settle(struct refresher *refresher, const char *file, size_t number,
                     const struct imported *imported) {
    uint8_t former[CZ_SHA256_SIZE];
    if (number == 0)
        return fail_all(refresher, file, imported->error.message);
    struct catalogue_source *source = make_part(refresher, file, number);
    if (source == NULL)
        return false;
    bool had_list = source->has_list;
    memcpy(former, source->list, sizeof former);
    return !cz_intake_settle(refresher, source, imported) || !had_list ||
           keep_former(refresher, file, number, former, imported->sha256);
}

/* --- the end --- */

static void fail_part(struct refresher *refresher, struct catalogue_source *source,
                      const char *failure) {
    struct error error = {0};
    cz_error_set(&error, "%s: %s", source->name, failure);
    cz_intake_failed(refresher, source, SOURCE_UNREACHABLE, error.message, -1, 0);
}

/* Of the part that was worked on and those behind it, or, where it is not known that there is such
 * a one, the first. */
void cz_parts_fail(struct refresher *refresher, const char *file, size_t number,
                   const char *failure) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    struct catalogue_source *first = cz_source_find(catalogue, SOURCE_FILE, file);
    bool is_known = false;
    for (size_t i = 0; i < catalogue->source_count; i++)
        if (number_of(&catalogue->sources[i], file) >= number) {
            fail_part(refresher, &catalogue->sources[i], failure);
            is_known = true;
        }
    if (!is_known && first != NULL)
        fail_part(refresher, first, failure);
}

/* Of the parts up to the last. */
static bool are_good(const struct refresher *refresher, const char *file, size_t last) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        size_t number = number_of(&catalogue->sources[i], file);
        if (number > 0 && number <= last && catalogue->sources[i].state != SOURCE_GOOD)
            return false;
    }
    return true;
}

/* One of the parts up to the last is good, and gives this list or its next. */
static bool is_superseded(const struct refresher *refresher, const char *file, size_t last,
                          const uint8_t list[CZ_SHA256_SIZE]) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        size_t number = number_of(source, file);
        if (number > 0 && number <= last && source->state == SOURCE_GOOD && source->has_list &&
            cz_keeper_are_of_one_kind(refresher->keeper, source->list, list))
            return true;
    }
    return false;
}

/* A bad part may be the next of any list that the file holds no more. */
void cz_parts_end(struct refresher *refresher, const char *file, size_t last) {
    struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    bool good = are_good(refresher, file, last);
    for (size_t i = catalogue->source_count; i-- > 0;) {
        struct catalogue_source *source = &catalogue->sources[i];
        if (number_of(source, file) <= last)
            continue;
        if (!good && source->has_list && !is_superseded(refresher, file, last, source->list))
            fail_part(refresher, source,
                      "the file holds fewer lists than before, and not all of them are good; this "
                      "one stays until they are");
        else
            cz_source_remove(catalogue, i);
        refresher->dirty = true;
    }
}
