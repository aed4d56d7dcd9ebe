#include "config/fingerprint.h"

#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* ctime too: it tells a change of mode, and one whose writer put the old mtime back. The mtime
 * of a folder is left out: its entries say what matters, and others may come and go. */
static void put_status(struct buffer *print, const char *name, const struct stat *status) {
    cz_buffer_append(print, name, strlen(name) + 1);
    if (S_ISDIR(status->st_mode))
        cz_buffer_printf(print, "folder %ju %ju\n", (uintmax_t)status->st_dev,
                         (uintmax_t)status->st_ino);
    else
        cz_buffer_printf(print, "%ju %ju %jd %jd.%09ld %jd.%09ld\n", (uintmax_t)status->st_dev,
                         (uintmax_t)status->st_ino, (intmax_t)status->st_size,
                         (intmax_t)status->st_mtim.tv_sec, status->st_mtim.tv_nsec,
                         (intmax_t)status->st_ctim.tv_sec, status->st_ctim.tv_nsec);
}

static void put_failure(struct buffer *print, const char *name, int cause) {
    cz_buffer_append(print, name, strlen(name) + 1);
    cz_buffer_printf(print, "error %d\n", cause);
}

/* Hidden files are never read from a folder (config/certificate_file.c). */
static int is_shown(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void put_entries(struct buffer *print, const char *folder) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_shown, alphasort);
    if (count < 0)
        put_failure(print, folder, errno);
    for (int i = 0; i < count; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
        struct stat status;
        cz_buffer_printf(&path, "%s/%s", folder, entries[i]->d_name);
        if (path.failed)
            cz_buffer_fail(print);
        else if (stat(cz_buffer_text(&path), &status) == 0)
            put_status(print, entries[i]->d_name, &status);
        else
            put_failure(print, entries[i]->d_name, errno);
        free(entries[i]);
    }
    free(entries);
}

void cz_fingerprint(const struct file_names *names, struct buffer *print) {
    for (size_t i = 0; i < names->count; i++) {
        struct stat status;
        if (stat(names->items[i], &status) != 0) {
            put_failure(print, names->items[i], errno);
            continue;
        }
        put_status(print, names->items[i], &status);
        if (S_ISDIR(status.st_mode))
            put_entries(print, names->items[i]);
    }
    if (names->failed)
        cz_buffer_fail(print);
}

bool cz_fingerprint_equal(const struct buffer *a, const struct buffer *b) {
    return !a->failed && !b->failed && cz_bytes_equal(cz_buffer_view(a), cz_buffer_view(b));
}
