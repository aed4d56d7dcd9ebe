#include "base/cleanup.h"
#include "store/files.h"
#include "store/form.h"
#include "store/keeper_private.h"

#define NAME "newest"
#define NEW_NAME "newest.new" /* until it is whole */

bool cz_keeper_read_newest(struct keeper *keeper, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {.limit = CZ_NEWEST_SIZE_MAX};
    struct error detail = {0}, told = {0};
    char path[PATH_MAX];
    if (!cz_store_path(path, keeper->folder, NAME, error))
        return false;
    enum file_reading reading = cz_store_read(path, &content, error);
    if (reading != FILE_READ)
        return reading == FILE_ABSENT;
    if (cz_newest_parse(cz_buffer_view(&content), &keeper->newest, &detail))
        return true;
    if (cz_form_refuse(path, &detail, &told) == FILE_UNREADABLE)
        return cz_error_set(error, "%s", told.message);
    cz_keeper_complain(keeper, told.message,
                       "; how new the lists were that are gone is not known any more");
    return true;
}

bool cz_keeper_note_newest(struct keeper *keeper, const struct stored_list *list, int64_t now) {
    const struct list_file *file = &list->file;
    uint8_t kind[CZ_SHA256_SIZE];
    if (file->crl.this_update > now)
        return true;
    if (!cz_newest_kind(&file->crl, file->spki, kind) ||
        !cz_newest_note(&keeper->newest, kind, &file->crl, file->name))
        return false;
    struct newest_list *newest = cz_newest_find(&keeper->newest, kind);
    if (newest->orphaned && memcmp(newest->list, file->name, CZ_SHA256_SIZE) == 0) {
        newest->orphaned = false;
        keeper->newest.changed = true;
    }
    return true;
}

bool cz_keeper_write_newest(struct keeper *keeper, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {.limit = CZ_NEWEST_SIZE_MAX};
    CZ_CLEANUP(cz_new_file_release) struct new_file file = {.fd = -1};
    char path[PATH_MAX];
    if (!keeper->newest.changed)
        return true;
    cz_newest_write(&keeper->newest, &content);
    if (content.failed)
        return cz_error_set(error, "out of memory");
    if (!cz_store_path(path, keeper->folder, NAME, error) ||
        !cz_new_file_open(&file, keeper->folder, NEW_NAME, error) ||
        !cz_new_file_put(&file, cz_buffer_view(&content), error) ||
        !cz_new_file_place(&file, path, error))
        return false;
    keeper->newest.changed = false;
    return true;
}

static struct newest_list *newest_of(const struct keeper *keeper, const struct stored_list *list) {
    uint8_t kind[CZ_SHA256_SIZE];
    struct newest_list *newest = cz_newest_kind(&list->file.crl, list->file.spki, kind)
                                     ? cz_newest_find(&keeper->newest, kind)
                                     : NULL;
    bool is_it = newest != NULL && memcmp(newest->list, list->file.name, CZ_SHA256_SIZE) == 0;
    return is_it ? newest : NULL;
}

bool cz_keeper_is_orphan(const struct keeper *keeper, const struct stored_list *list, int64_t now) {
    const struct newest_list *newest = newest_of(keeper, list);
    return newest != NULL && newest->orphaned && list->file.crl.has_next_update &&
           now < list->file.crl.next_update;
}

bool cz_keeper_orphan(struct keeper *keeper, const uint8_t list[CZ_SHA256_SIZE],
                      const uint8_t instead[CZ_SHA256_SIZE]) {
    const struct stored_list *old = cz_keeper_find_list(keeper, list);
    const struct stored_list *new = cz_keeper_find_list(keeper, instead);
    uint8_t old_kind[CZ_SHA256_SIZE], new_kind[CZ_SHA256_SIZE];
    struct newest_list *newest = old != NULL ? newest_of(keeper, old) : NULL;
    if (newest == NULL || new == NULL || newest->orphaned ||
        !cz_newest_kind(&old->file.crl, old->file.spki, old_kind) ||
        !cz_newest_kind(&new->file.crl, new->file.spki, new_kind) ||
        memcmp(old_kind, new_kind, sizeof old_kind) == 0)
        return false;
    newest->orphaned = keeper->newest.changed = true;
    return true;
}
