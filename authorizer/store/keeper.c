#include "base/cleanup.h"
#include "certificate/name.h"
#include "store/files.h"
#include "store/form.h"
#include "store/keeper_private.h"

#include <errno.h>
#include <fcntl.h>

void cz_keeper_complain(struct keeper *keeper, const char *what, const char *consequence) {
    cz_buffer_printf(&keeper->problem, "%s%s%s", keeper->problem.len > 0 ? "\n" : "", what,
                     consequence);
}

/* --- lists of the catalogue --- */

struct stored_list *cz_keeper_find_list(const struct keeper *keeper,
                                        const uint8_t sha256[CZ_SHA256_SIZE]) {
    for (size_t i = 0; i < keeper->catalogue.list_count; i++)
        if (memcmp(keeper->catalogue.lists[i].sha256, sha256, CZ_SHA256_SIZE) == 0)
            return keeper->lists[i];
    return NULL;
}

static bool describe(struct catalogue_list *entry, const struct list_file *file) {
    CZ_CLEANUP(cz_buffer_release) struct buffer issuer = {0};
    *entry = (struct catalogue_list){.this_update = file->crl.this_update,
                                     .has_next_update = file->crl.has_next_update,
                                     .next_update = file->crl.next_update,
                                     .entries = file->crl.totals.entry_count,
                                     .is_delta = file->crl.is_delta};
    memcpy(entry->sha256, file->name, sizeof entry->sha256);
    cz_name_append(&issuer, file->crl.issuer);
    entry->issuer = issuer.failed ? NULL : strdup(cz_buffer_text(&issuer));
    return entry->issuer != NULL;
}

bool cz_keeper_add_list(struct keeper *keeper, struct stored_list *list) {
    struct catalogue *catalogue = &keeper->catalogue;
    size_t count = catalogue->list_count;
    struct stored_list **lists = realloc(keeper->lists, (count + 1) * sizeof(*lists));
    keeper->lists = lists != NULL ? lists : keeper->lists;
    struct catalogue_list *entries =
        realloc(catalogue->lists, (count + 1) * sizeof *catalogue->lists);
    catalogue->lists = entries != NULL ? entries : catalogue->lists;
    if (lists == NULL || entries == NULL || !describe(&entries[count], &list->file))
        return false;
    lists[count] = list;
    catalogue->list_count++;
    return true;
}

static void drop_list(struct keeper *keeper, size_t i) {
    struct catalogue *catalogue = &keeper->catalogue;
    size_t behind = --catalogue->list_count - i;
    cz_stored_list_let_go(&keeper->lists[i]);
    free(catalogue->lists[i].issuer);
    memmove(&keeper->lists[i], &keeper->lists[i + 1], behind * sizeof(struct stored_list *));
    memmove(&catalogue->lists[i], &catalogue->lists[i + 1], behind * sizeof *catalogue->lists);
}

static bool is_of(const struct catalogue_source *source, const uint8_t sha256[CZ_SHA256_SIZE]) {
    return source->has_list && memcmp(source->list, sha256, CZ_SHA256_SIZE) == 0;
}

static bool is_named(const struct catalogue *catalogue, const uint8_t sha256[CZ_SHA256_SIZE]) {
    for (size_t i = 0; i < catalogue->source_count; i++)
        if (is_of(&catalogue->sources[i], sha256))
            return true;
    return false;
}

/* The sources that gave it are asked again, and not only for what is newer. */
static void make_due(struct catalogue *catalogue, const uint8_t sha256[CZ_SHA256_SIZE]) {
    for (size_t i = 0; i < catalogue->source_count; i++) {
        struct catalogue_source *source = &catalogue->sources[i];
        if (!is_of(source, sha256))
            continue;
        source->has_list = false;
        source->next_try = 0;
        source->etag[0] = source->last_modified[0] = '\0';
    }
}

/* --- opening --- */

static bool lock_folder(struct keeper *keeper, unsigned wait_milliseconds, struct error *error) {
    const struct lock_file lock = {.name = "lock",
                                   .access = O_RDWR,
                                   .milliseconds = wait_milliseconds,
                                   .busy = "another certauthz-refresh holds it, and only one may "
                                           "write: leave the work to that one, or end it first"};
    return cz_store_lock(keeper->folder, &lock, &keeper->lock, error);
}

/* Who may put files there, decides what is revoked: nothing of a list is verified again by those
 * who read it. */
static bool make_folder(const char *path, struct error *error) {
    struct stat status;
    if (!cz_folder_make(path, error))
        return false;
    if (stat(path, &status) != 0)
        return cz_error_set(error, "%s: %s", path, strerror(errno));
    return (status.st_mode & S_IWOTH) == 0 ||
           cz_error_set(
               error, "%s: everybody may write there, and so say what is revoked: chmod o-w", path);
}

static bool make_folders(const char *folder, struct error *error) {
    static const char *const folders[] = {"lists", "ocsp"};
    char path[PATH_MAX];
    if (!make_folder(folder, error))
        return false;
    for (size_t i = 0; i < CZ_COUNT(folders); i++)
        if (!cz_store_path(path, folder, folders[i], error) || !make_folder(path, error))
            return false;
    return true;
}

/* *sound: it is what was published last. False where it cannot be told what that is. */
static bool read_catalogue(struct keeper *keeper, bool *sound, struct error *error) {
    struct error found = {0};
    enum file_reading reading = cz_catalogue_load(keeper->folder, &keeper->catalogue, &found);
    *sound = reading != FILE_MALFORMED;
    if (reading == FILE_MALFORMED)
        cz_keeper_complain(keeper, found.message, "; the store is begun anew");
    return reading != FILE_UNREADABLE || cz_error_set(error, "%s", found.message);
}

/* One list of the catalogue. Where it is damaged it is left out; where that cannot be told, for
 * want of memory or descriptors, false: nothing good is given up for that. */
static bool open_list(struct keeper *keeper, const uint8_t sha256[CZ_SHA256_SIZE],
                      struct error *error) {
    CZ_CLEANUP(cz_stored_list_let_go) struct stored_list *list = NULL;
    struct error detail = {0};
    enum list_opening opening = cz_stored_list_open(keeper->folder, sha256, &list, &detail);
    if (opening == LIST_OPEN)
        opening = cz_stored_list_verify(keeper->folder, list, &detail);
    if (opening == LIST_OPEN && !cz_keeper_add_list(keeper, list))
        return cz_error_set(error, "out of memory");
    if (opening == LIST_OPEN)
        list = NULL;
    if (opening == LIST_SHORTAGE)
        return cz_error_set(error, "%s", detail.message);
    if (opening == LIST_UNUSABLE) {
        cz_keeper_complain(keeper, detail.message, "; the list is left out and asked for again");
        make_due(&keeper->catalogue, sha256);
    }
    return true;
}

/* Each is opened anew, and stays in the catalogue only where all of it is sound. */
static bool open_lists(struct keeper *keeper, struct error *error) {
    struct catalogue_list *found = CZ_STEAL(keeper->catalogue.lists);
    size_t count = keeper->catalogue.list_count;
    bool good = true;
    keeper->catalogue.list_count = 0;
    for (size_t i = 0; i < count; i++) {
        good = good && open_list(keeper, found[i].sha256, error);
        free(found[i].issuer);
    }
    free(found);
    return good;
}

/* A file that stays is no failure: it costs room. */
static bool remove_unneeded(void *context, const uint8_t sha256[CZ_SHA256_SIZE]) {
    const struct keeper *keeper = context;
    char path[PATH_MAX];
    struct error unused = {0};
    if (cz_keeper_find_list(keeper, sha256) == NULL &&
        cz_store_key_path(path, keeper->folder, "lists", sha256, ".list", &unused))
        unlink(path);
    return true;
}

/* What a child has just laid in is not in the catalogue yet. */
static void sweep_lists(struct keeper *keeper) {
    struct error unused = {0};
    if (!keeper->lent)
        cz_store_each_key(keeper->folder, "lists", ".list", remove_unneeded, keeper, &unused);
}

static void remove_half_done(const struct keeper *keeper) {
    static const char *const names[] = {"catalogue.new", "newest.new", "lists/new", "ocsp/new"};
    char path[PATH_MAX];
    struct error ignored = {0};
    for (size_t i = 0; i < CZ_COUNT(names); i++)
        if (cz_store_path(path, keeper->folder, names[i], &ignored))
            unlink(path);
}

bool cz_keeper_open(const char *folder, unsigned wait_milliseconds, struct keeper **variable,
                    struct error *error) {
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = calloc(1, sizeof *keeper);
    bool sound;
    *variable = NULL;
    if (keeper == NULL)
        return cz_error_set(error, "out of memory");
    keeper->lock = -1;
    keeper->folder = strdup(folder);
    if (keeper->folder == NULL)
        return cz_error_set(error, "out of memory");
    if (!make_folders(folder, error) || !lock_folder(keeper, wait_milliseconds, error) ||
        !read_catalogue(keeper, &sound, error) || !cz_keeper_read_newest(keeper, error))
        return false;
    remove_half_done(keeper);
    if (!open_lists(keeper, error))
        return false;
    if (keeper->problem.failed)
        return cz_error_set(error, "out of memory");
    if (sound)
        sweep_lists(keeper);
    *variable = CZ_STEAL(keeper);
    return true;
}

void cz_keeper_close(struct keeper **variable) {
    struct keeper *keeper = CZ_STEAL(*variable);
    if (keeper == NULL)
        return;
    for (size_t i = 0; keeper->lists != NULL && i < keeper->catalogue.list_count; i++)
        cz_stored_list_let_go(&keeper->lists[i]);
    free(keeper->lists);
    cz_catalogue_release(&keeper->catalogue);
    cz_newest_release(&keeper->newest);
    cz_buffer_release(&keeper->problem);
    cz_close_fd(&keeper->lock); /* and the lock with it */
    free(keeper->folder);
    free(keeper);
}

const char *cz_keeper_problem(const struct keeper *keeper) {
    return cz_buffer_text(&keeper->problem);
}

struct catalogue *cz_keeper_catalogue(struct keeper *keeper) {
    return &keeper->catalogue;
}

/* --- a child that takes lists --- */

void cz_keeper_lend(struct keeper *keeper) {
    keeper->lent = true;
}

void cz_keeper_take_back(struct keeper *keeper) {
    keeper->lent = false;
    remove_half_done(keeper);
}

int cz_keeper_lock_fd(const struct keeper *keeper) {
    return keeper->lock;
}

/* --- publishing --- */

static bool put_catalogue(struct keeper *keeper, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {.limit = CZ_CATALOGUE_SIZE_MAX};
    CZ_CLEANUP(cz_new_file_release) struct new_file file = {.fd = -1};
    char path[PATH_MAX];
    cz_catalogue_write(&keeper->catalogue, &content);
    if (content.failed)
        return cz_error_set(error, "%s: the catalogue is larger than %u bytes, or out of memory",
                            keeper->folder, CZ_CATALOGUE_SIZE_MAX);
    return cz_store_path(path, keeper->folder, "catalogue", error) &&
           cz_new_file_open(&file, keeper->folder, "catalogue.new", error) &&
           cz_new_file_put(&file, cz_buffer_view(&content), error) &&
           cz_new_file_place(&file, path, error);
}

/* Where somebody has removed the lock, or the whole store, another writer may be at work. */
static bool holds_lock(const struct keeper *keeper, struct error *error) {
    struct stat held, there;
    char path[PATH_MAX];
    if (!cz_store_path(path, keeper->folder, "lock", error))
        return false;
    return (fstat(keeper->lock, &held) == 0 && lstat(path, &there) == 0 &&
            held.st_dev == there.st_dev && held.st_ino == there.st_ino) ||
           cz_error_set(error,
                        "%s: it was removed while certauthz-refresh ran; nothing is written until "
                        "that is started again",
                        path);
}

static bool leave_what_counts(struct keeper *keeper, int64_t now) {
    struct catalogue *catalogue = &keeper->catalogue;
    for (size_t i = 0; i < catalogue->list_count; i++)
        if (is_named(catalogue, catalogue->lists[i].sha256) &&
            !cz_keeper_note_newest(keeper, keeper->lists[i], now))
            return false;
    for (size_t i = catalogue->list_count; i-- > 0;)
        if (!is_named(catalogue, catalogue->lists[i].sha256) &&
            !cz_keeper_is_orphan(keeper, keeper->lists[i], now))
            drop_list(keeper, i);
    return true;
}

bool cz_keeper_publish(struct keeper *keeper, int64_t now, struct error *error) {
    struct catalogue *catalogue = &keeper->catalogue;
    int64_t written = catalogue->written;
    if (!holds_lock(keeper, error))
        return false;
    if (!leave_what_counts(keeper, now))
        return cz_error_set(error, "out of memory");
    if (!cz_keeper_write_newest(keeper, error))
        return false;
    catalogue->revision++;
    catalogue->written = now;
    if (!put_catalogue(keeper, error)) {
        catalogue->revision--;
        catalogue->written = written;
        return false;
    }
    bool synced = cz_folder_sync(keeper->folder, error);
    if (synced)
        sweep_lists(keeper);
    return synced;
}
