#include "refresh/list_task.h"

#include "base/cleanup.h"
#include "refresh/import.h"
#include "refresh/intake.h"
#include "refresh/sources.h"
#include "refresh/task.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* The source may have gone while its list was on the way. */
static struct catalogue_source *source_of(const struct task *task) {
    return cz_source_find(cz_keeper_catalogue(task->refresher->keeper), task->source_kind,
                          task->name);
}

/* --- its import --- */

static void work(struct refresher *refresher, const struct import *import, int tell_to) {
    const struct catalogue_source *source = source_of(import->task);
    struct imported imported;
    cz_intake_judge(refresher, source != NULL ? source->issuers : (struct bytes){0},
                    import->content, &imported);
    cz_import_tell(tell_to, 1, &imported);
}

static bool take(struct refresher *refresher, const struct import *import, size_t number,
                 const struct imported *imported) {
    struct task *task = import->task;
    struct catalogue_source *source = source_of(task);
    (void)number;
    if (source != NULL && cz_intake_settle(refresher, source, imported)) {
        free(source->etag);
        free(source->last_modified);
        source->etag = CZ_STEAL(task->etag);
        source->last_modified = CZ_STEAL(task->last_modified);
    }
    return true;
}

static void fail_with(struct task *task, struct catalogue_source *source, const char *why) {
    struct error error = {0};
    cz_error_set(&error, "%s: %s", source->name, why);
    cz_intake_failed(task->refresher, source, SOURCE_UNREACHABLE, error.message, -1, 0);
}

static void end(struct refresher *refresher, const struct import *import, size_t told,
                const char *failure) {
    struct task *task = import->task;
    struct catalogue_source *source = source_of(task);
    (void)refresher;
    if (source != NULL && told == 0 && failure != NULL)
        fail_with(task, source, failure);
    cz_task_finish(task);
}

static const struct import_kind import_kind = {.work = work, .take = take, .end = end};

/* Nobody else has the file, so that it cannot be cut short under us. False where its import is not
 * to be waited for: then it has failed. */
static bool want_import(struct task *task, struct catalogue_source *source,
                        const struct fetch_reply *reply) {
    struct import import = {.kind = &import_kind, .task = task};
    task->importing = cz_replace_text(&task->etag, reply->etag) &&
                      cz_replace_text(&task->last_modified, reply->last_modified);
    if (task->importing && reply->size > 0) {
        void *address = mmap(NULL, reply->size, PROT_READ, MAP_PRIVATE, task->spool, 0);
        if (address == MAP_FAILED) {
            fail_with(task, source, strerror(errno));
            return task->importing = false;
        }
        import.content = (struct bytes){.data = address, .len = reply->size};
    }
    cz_close_fd(&task->spool); /* the mapping stays */
    task->importing = task->importing && cz_import_want(&task->refresher->imports, &import);
    if (!task->importing)
        fail_with(task, source, "out of memory");
    return task->importing;
}

/* --- fetching it --- */

static void done(void *context, struct fetch_reply *reply) {
    struct task *task = context;
    struct refresher *refresher = task->refresher;
    struct catalogue_source *source = source_of(task);
    task->running = false;
    cz_breaker_tell(refresher->breaker, task->url,
                    reply->outcome != FETCH_FAILED || reply->status != 0, refresher->now);
    if (source != NULL) {
        switch (reply->outcome) {
        case FETCH_FAILED:
            cz_intake_failed(refresher, source, SOURCE_UNREACHABLE, reply->error.message,
                             reply->retry_after, 0);
            break;
        case FETCH_NOT_MODIFIED:
            cz_intake_unchanged(refresher, source);
            break;
        case FETCH_DONE:
            if (want_import(task, source, reply))
                return;
            break;
        }
    }
    cz_task_finish(task);
}

/* Without a name, in the store, where lists have to fit anyhow. */
static int open_spool(const struct refresher *refresher, struct error *error) {
    int fd = open(refresher->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    cz_buffer_printf(&name, "%s/spool.XXXXXX", refresher->folder);
    cz_buffer_putc(&name, '\0');
    fd = name.failed ? -1 : mkostemp(name.data, O_CLOEXEC);
    if (fd < 0)
        cz_error_set(error, "%s: no file can be made there: %s", refresher->folder,
                     strerror(errno));
    else
        unlink(name.data);
    return fd;
}

static bool start(struct task *task, struct error *error) {
    struct refresher *refresher = task->refresher;
    const struct catalogue_source *source = source_of(task);
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    struct fetch_request request = {.url = task->url,
                                    .accept = "application/pkix-crl, application/x-pem-file;q=0.9, "
                                              "*/*;q=0.5"};
    cz_close_fd(&task->spool);
    task->spool = open_spool(refresher, error);
    if (task->spool < 0)
        return false;
    request.spool = task->spool;
    /* what is no longer there has to come whole */
    if (source != NULL && cz_source_list(catalogue, source) != NULL) {
        request.etag = source->etag;
        request.last_modified = source->last_modified;
    }
    return cz_fetcher_start(refresher->fetcher, &request, done, task) ||
           cz_error_set(error, "%s: out of memory", task->url);
}

static void fail(struct task *task, const struct error *error, int64_t again) {
    struct catalogue_source *source = source_of(task);
    if (source != NULL)
        cz_intake_failed(task->refresher, source, SOURCE_UNREACHABLE, error->message, -1, again);
    cz_task_finish(task);
}

static const struct task_kind kind = {.imports = true, .start = start, .fail = fail};

bool cz_list_is_wanted(const struct refresher *refresher, enum source_kind source_kind,
                       const char *name) {
    for (size_t i = 0; i < refresher->task_count; i++) {
        const struct task *task = refresher->tasks[i];
        if (task->kind == &kind && task->source_kind == source_kind &&
            strcmp(task->name, name) == 0)
            return true;
    }
    return false;
}

bool cz_list_want(struct refresher *refresher, const struct catalogue_source *source) {
    if (cz_list_is_wanted(refresher, source->kind, source->name))
        return true;
    bool proven = source->kind != SOURCE_POINT || source->has_list;
    char *name = strdup(source->name);
    struct task *task =
        name != NULL ? cz_task_add(refresher, &kind, strdup(source->name), name, proven) : NULL;
    if (task != NULL)
        task->source_kind = source->kind;
    return task != NULL;
}
