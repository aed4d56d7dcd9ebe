#include "config/watch.h"

#include "base/buffer.h"
#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>

/* Without IN_MODIFY: a log in the same folder would wake us at each line. Who writes a file closes
 * it at the end. */
#define EVENTS                                                                                     \
    (IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB |            \
     IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR)

/* The folder itself, and those of the links in it, such as `openssl rehash` makes. */
static void add_entries(struct file_names *folders, const char *folder) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    cz_names_add(folders, folder);
    for (int i = 0; i < count; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
        struct stat status;
        cz_buffer_printf(&path, "%s/%s", folder, entries[i]->d_name);
        if (!path.failed && lstat(cz_buffer_text(&path), &status) == 0 && S_ISLNK(status.st_mode))
            cz_names_add_folders(folders, cz_buffer_text(&path));
        free(entries[i]);
    }
    free(entries);
}

static void add_folders(struct file_names *folders, const struct file_names *files) {
    folders->failed = files->failed;
    for (size_t i = 0; i < files->count; i++) {
        struct stat status;
        cz_names_add_folders(folders, files->items[i]);
        if (stat(files->items[i], &status) == 0 && S_ISDIR(status.st_mode))
            add_entries(folders, files->items[i]);
    }
}

static bool is_kept(const int *ids, size_t count, int id) {
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

static bool open_watch(struct watch *watch, struct error *error) {
    if (watch->fd < 0)
        watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return watch->fd >= 0 ||
           cz_error_set(error, "no file can be watched: %s (see fs.inotify.max_user_instances)",
                        strerror(errno));
}

static bool tell_failure(struct error *error, const char *folder, int cause) {
    return cz_error_set(error, "%s: cannot be watched: %s%s", folder, strerror(cause),
                        cause == ENOSPC ? " (see fs.inotify.max_user_watches)" : "");
}

bool cz_watch_set(struct watch *watch, const struct file_names *files, struct error *error) {
    CZ_CLEANUP(cz_names_release) struct file_names folders = {0};
    bool all = true;
    if (!open_watch(watch, error))
        return false;
    add_folders(&folders, files);
    CZ_CLEANUP(cz_free_ptr) int *ids = calloc(folders.count + 1, sizeof *ids);
    if (folders.failed || ids == NULL)
        return cz_error_set(error, "no file can be watched: out of memory");
    size_t count = 0;
    for (size_t i = 0; i < folders.count; i++) {
        int id = inotify_add_watch(watch->fd, folders.items[i], EVENTS);
        if (id >= 0 && !is_kept(ids, count, id))
            ids[count++] = id;
        else if (id < 0 && errno != ENOENT && errno != ENOTDIR)
            all = tell_failure(error, folders.items[i], errno);
    }
    for (size_t i = 0; i < watch->count; i++)
        if (!is_kept(ids, count, watch->ids[i]))
            inotify_rm_watch(watch->fd, watch->ids[i]);
    free(watch->ids);
    watch->ids = CZ_STEAL(ids);
    watch->count = count;
    return all;
}

bool cz_watch_drain(struct watch *watch) {
    _Alignas(struct inotify_event) char events[4096];
    bool any = false;
    while (watch->fd >= 0 && read(watch->fd, events, sizeof events) > 0)
        any = true;
    return any;
}

void cz_watch_release(struct watch *watch) {
    cz_close_fd(&watch->fd);
    free(watch->ids);
    *watch = (struct watch){.fd = -1};
}
