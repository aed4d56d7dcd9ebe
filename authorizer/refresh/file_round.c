#include "refresh/file_round.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "config/fingerprint.h"
#include "config/whole_file.h"
#include "refresh/file_parts.h"
#include "refresh/import.h"
#include "refresh/intake.h"
#include "refresh/sources.h"

#include <stdlib.h>
#include <string.h>

static void free_prints(struct buffer *prints, size_t count) {
    for (size_t i = 0; i < count; i++)
        cz_buffer_release(&prints[i]);
    free(prints);
}

void cz_files_release(struct refresher *refresher) {
    free_prints(refresher->prints, refresher->crl_files.count);
    refresher->prints = NULL;
    cz_names_release(&refresher->crl_files);
}

/* The print that a file had when it was read, or NULL. */
static struct buffer *print_of(const struct refresher *refresher, const char *file) {
    for (size_t i = 0; refresher->prints != NULL && i < refresher->crl_files.count; i++)
        if (strcmp(refresher->crl_files.items[i], file) == 0)
            return &refresher->prints[i];
    return NULL;
}

/* --- their import --- */

static void work_on_part(struct refresher *refresher, size_t number, struct bytes content,
                         int tell_to) {
    struct imported imported;
    cz_intake_judge(refresher, (struct bytes){0}, content, &imported);
    cz_import_tell(tell_to, number, &imported);
}

/* Of a folder, which is here only where its names could not all be had: a moment later it may be
 * well again. */
static bool read_file(const char *file, struct buffer *content, struct error *error) {
    CZ_CLEANUP(cz_close_folder) DIR *folder = opendir(file);
    if (folder != NULL)
        return cz_error_set(error, "%s: the folder could not be read, or not to its end", file);
    return cz_file_read(file, content, error);
}

static void work(struct refresher *refresher, const struct import *import, int tell_to) {
    CZ_CLEANUP(cz_buffer_release)
    struct buffer content = {.limit =
                                 ((size_t)refresher->setup.config.revocation.fetch_size << 20) + 1};
    struct imported unread = {.result = INTAKE_FAILED};
    size_t count = 1;
    if (!read_file(import->file, &content, &unread.error)) {
        cz_import_tell(tell_to, 0, &unread);
        return;
    }
    struct bytes rest = cz_buffer_view(&content);
    struct bytes part = cz_der_begins(rest) ? (struct bytes){0} : cz_list_next_part(&rest);
    /* DER, or what is neither, of which the keeper says what is wrong */
    work_on_part(refresher, 1, part.len > 0 ? part : rest, tell_to);
    while (part.len > 0 && (part = cz_list_next_part(&rest)).len > 0)
        work_on_part(refresher, ++count, part, tell_to);
}

/* --- what comes of their import --- */

/* It may be named no more by now, or have been read for a configuration that did. */
static bool is_named(const struct refresher *refresher, const char *file) {
    return print_of(refresher, file) != NULL;
}

static bool take(struct refresher *refresher, const struct import *import, size_t number,
                 const struct imported *imported) {
    return !is_named(refresher, import->file) ||
           cz_parts_settle(refresher, import->file, number, imported);
}

static void end(struct refresher *refresher, const struct import *import, size_t told,
                const char *failure) {
    if (!is_named(refresher, import->file))
        return;
    if (failure != NULL)
        cz_parts_fail(refresher, import->file, told + 1, failure);
    else if (told > 0)
        cz_parts_end(refresher, import->file, told);
}

static const struct import_kind import_kind = {.work = work, .take = take, .end = end};

static bool want_import(struct refresher *refresher, const char *file) {
    const struct import import = {.kind = &import_kind, .file = strdup(file)};
    return import.file != NULL && cz_import_want(&refresher->imports, &import);
}

/* --- which of them --- */

/* Looked at, and as before. */
static void leave_file(struct refresher *refresher, const char *file) {
    struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        struct catalogue_source *source = &catalogue->sources[i];
        if (source->kind == SOURCE_FILE && source->next_try <= refresher->now &&
            cz_part_number(file, source->name) > 0)
            cz_intake_unchanged(refresher, source);
    }
}

/* What failed is read again when its time has come, changed or not; and what was not looked at
 * before, whatever came of it. */
static bool is_to_be_read(const struct refresher *refresher, const char *file, bool unseen) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        if (source->kind == SOURCE_FILE && source->next_try <= refresher->now &&
            (unseen || source->state != SOURCE_GOOD) && cz_part_number(file, source->name) > 0)
            return true;
    }
    return false;
}

/* One that waits for its import is read then, as it is then; of one that is being read, another may
 * have taken the place since. */
static bool look(struct refresher *refresher, const char *file, struct buffer *print, bool all) {
    char *one[] = {(char *)(uintptr_t)file};
    const struct file_names names = {.items = one, .count = 1};
    const struct buffer *before = print_of(refresher, file);
    cz_fingerprint(&names, print);
    if (cz_import_waits(&refresher->imports, file))
        return true;
    if (all || (before != NULL && !cz_fingerprint_equal(before, print)))
        return want_import(refresher, file);
    if (cz_import_has_begun(&refresher->imports, file))
        return true;
    if (is_to_be_read(refresher, file, before == NULL))
        return want_import(refresher, file);
    leave_file(refresher, file);
    return true;
}

bool cz_files_round(struct refresher *refresher, bool all, struct error *error) {
    CZ_CLEANUP(cz_names_release) struct file_names files = {0};
    struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    bool changed = false;
    cz_crl_files(&refresher->setup.config, catalogue, &files);
    struct buffer *prints = calloc(files.count + 1, sizeof *prints);
    bool good = prints != NULL && cz_sources_sync(catalogue, &refresher->setup.config, &files,
                                                  refresher->now, &changed);
    refresher->dirty = refresher->dirty || changed;
    for (size_t i = 0; good && i < files.count; i++)
        good = look(refresher, files.items[i], &prints[i], all);
    if (!good) {
        free_prints(prints, prints != NULL ? files.count : 0);
        return cz_error_set(error, "out of memory");
    }
    cz_files_release(refresher);
    refresher->crl_files = files;
    refresher->prints = prints;
    files = (struct file_names){0};
    return true;
}
