#include "store/deny_file.h"

#include "base/cleanup.h"
#include "config/whole_file.h"

#include <errno.h>
#include <fcntl.h>

/* Others hold it for as long as it takes to write the list. */
static const struct lock_file lock = {
    .name = "deny.lock",
    .access = O_RDONLY,
    .milliseconds = 5000,
    .busy = "another process holds it for 5 seconds now; end that process, and try again"};

static bool list_path(char path[PATH_MAX], const char *folder, struct error *error) {
    return cz_store_path(path, folder, "deny", error);
}

/* --- read ---------------------------------------------------------------------------------- */

/* A link that leads nowhere, as to a disk that is not there, is not absent: who is denied is not
 * known. */
static bool is_absent(const char *path) {
    struct stat status;
    return lstat(path, &status) != 0 && errno == ENOENT;
}

enum file_reading cz_deny_file_read(const char *folder, struct deny_list *list,
                                    struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {.limit = CZ_DENY_FILE_SIZE_MAX};
    char path[PATH_MAX];
    struct error cause = {0};
    *list = (struct deny_list){0};
    if (!list_path(path, folder, error))
        return FILE_UNREADABLE;
    if (is_absent(path))
        return FILE_ABSENT;
    if (!cz_file_read(path, &text, error))
        return FILE_UNREADABLE;
    if (cz_deny_list_parse(cz_buffer_view(&text), list, &cause))
        return FILE_READ;
    cz_error_set(error, "%s: %s; mend it, or move it away to begin an empty list", path,
                 cause.message);
    return FILE_MALFORMED;
}

bool cz_deny_file_load(const char *folder, struct deny_list *list, struct error *error) {
    enum file_reading reading = cz_deny_file_read(folder, list, error);
    return reading == FILE_READ || reading == FILE_ABSENT;
}

/* --- changed ------------------------------------------------------------------------------- */

static bool store_list(const char *folder, const struct deny_list *list, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {.limit = CZ_DENY_FILE_SIZE_MAX};
    CZ_CLEANUP(cz_new_file_release) struct new_file file = {.fd = -1};
    char path[PATH_MAX];
    if (!list_path(path, folder, error))
        return false;
    cz_deny_list_write(list, &text);
    if (text.failed)
        return cz_error_set(error, "%s: would be larger than %u bytes, or out of memory", path,
                            CZ_DENY_FILE_SIZE_MAX);
    return cz_new_file_open(&file, folder, "deny.new", error) &&
           cz_new_file_put(&file, cz_buffer_view(&text), error) &&
           cz_new_file_place(&file, path, error) && cz_folder_sync(folder, error);
}

bool cz_deny_file_change(const char *folder,
                         bool (*change)(void *context, struct deny_list *list, struct error *error),
                         void *context, struct error *error) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    CZ_CLEANUP(cz_close_fd) int locked = -1;
    return cz_folder_make(folder, error) && cz_store_lock(folder, &lock, &locked, error) &&
           cz_deny_file_load(folder, &list, error) && change(context, &list, error) &&
           store_list(folder, &list, error);
}
