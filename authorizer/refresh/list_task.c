#include "refresh/list_task.h"

#include "base/cleanup.h"
#include "refresh/intake.h"
#include "refresh/sources.h"
#include "refresh/task.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct mapping {
    void *address;
    size_t size;
};

static void mapping_release(struct mapping *mapping) {
    if (mapping->address != NULL)
        munmap(mapping->address, mapping->size);
}

/* The source may have gone while its list was on the way. */
static struct catalogue_source *source_of(const struct task *task) {
    return cz_source_find(cz_keeper_catalogue(task->refresher->keeper), task->source_kind,
                          task->name);
}

/* Nobody else has the file, so that it cannot be cut short under us. */
static void take_spool(struct task *task, struct catalogue_source *source,
                       const struct fetch_reply *reply) {
    CZ_CLEANUP(mapping_release) struct mapping mapping = {.size = reply->size};
    struct bytes content = {0};
    if (reply->size > 0) {
        void *address = mmap(NULL, reply->size, PROT_READ, MAP_PRIVATE, task->spool, 0);
        if (address == MAP_FAILED) {
            struct error error = {0};
            cz_error_set(&error, "%s: %s", source->name, strerror(errno));
            cz_intake_failed(task->refresher, source, SOURCE_UNREACHABLE, error.message, -1, 0);
            return;
        }
        mapping.address = address;
        content = (struct bytes){.data = address, .len = reply->size};
    }
    if (cz_intake_take(task->refresher, source, content)) {
        cz_replace_text(&source->etag, reply->etag);
        cz_replace_text(&source->last_modified, reply->last_modified);
    }
}

static void done(void *context, struct fetch_reply *reply) {
    struct task *task = context;
    struct refresher *refresher = task->refresher;
    struct catalogue_source *source = source_of(task);
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
            take_spool(task, source, reply);
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

static const struct task_kind kind = {.start = start, .fail = fail};

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
