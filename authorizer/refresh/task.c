#include "refresh/task.h"

#include "base/cleanup.h"
#include "refresh/ocsp_task.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The host and port of a URL, borrowed from it. */
static struct bytes host_of(const char *url) {
    const char *start = strstr(url, "://");
    start = start != NULL ? start + 3 : url;
    size_t len = strcspn(start, "/?#");
    return (struct bytes){.data = (const uint8_t *)start, .len = len};
}

static void free_task(struct task *task) {
    free(task->url);
    free(task->name);
    free(task->etag);
    free(task->last_modified);
    cz_close_fd(&task->spool);
    cz_ocsp_asking_free(&task->ocsp);
    free(task);
}

static size_t room_for(bool proven) {
    return proven ? CZ_TASKS_MAX : CZ_TASKS_UNPROVEN_MAX;
}

struct task *cz_task_add(struct refresher *refresher, const struct task_kind *kind, char *url,
                         char *name, bool proven) {
    struct task *task = calloc(1, sizeof *task);
    struct task **grown =
        reallocarray(refresher->tasks, refresher->task_count + 1, sizeof *refresher->tasks);
    if (grown != NULL)
        refresher->tasks = grown;
    if (task == NULL || grown == NULL || url == NULL || refresher->task_count >= room_for(proven)) {
        free(url);
        free(name);
        free(task);
        return NULL;
    }
    *task = (struct task){.refresher = refresher,
                          .kind = kind,
                          .proven = proven,
                          .url = url,
                          .name = name,
                          .spool = -1};
    refresher->tasks[refresher->task_count++] = task;
    return task;
}

void cz_task_finish(struct task *task) {
    struct refresher *refresher = task->refresher;
    size_t at = 0;
    while (at < refresher->task_count && refresher->tasks[at] != task)
        at++;
    if (at < refresher->task_count) {
        refresher->task_count--;
        memmove(&refresher->tasks[at], &refresher->tasks[at + 1],
                (refresher->task_count - at) * sizeof(struct task *));
    }
    refresher->progress++;
    free_task(task);
}

static size_t count_running(const struct refresher *refresher) {
    size_t count = 0;
    for (size_t i = 0; i < refresher->task_count; i++)
        count += refresher->tasks[i]->running;
    return count;
}

static bool same_host(const char *a, const char *b) {
    struct bytes first = host_of(a), second = host_of(b);
    return first.len == second.len &&
           strncasecmp((const char *)first.data, (const char *)second.data, first.len) == 0;
}

static bool is_full(const struct refresher *refresher, bool proven) {
    size_t unproven = 0;
    for (size_t i = 0; !proven && i < refresher->task_count; i++)
        unproven += refresher->tasks[i]->running && !refresher->tasks[i]->proven;
    return unproven >= CZ_FETCHES_UNPROVEN_MAX;
}

static bool host_is_busy(const struct refresher *refresher, const char *url) {
    size_t count = 0;
    for (size_t i = 0; i < refresher->task_count; i++)
        count += refresher->tasks[i]->running && same_host(refresher->tasks[i]->url, url);
    return count >= CZ_FETCHES_OF_HOST_MAX;
}

static bool may_start(const struct refresher *refresher, const struct task *task) {
    return !task->running && !task->importing && !is_full(refresher, task->proven) &&
           !host_is_busy(refresher, task->url) &&
           !(task->kind->imports && refresher->imports.fetched >= CZ_IMPORTS_FETCHED_MAX);
}

/* False where the task is over. */
static bool start(struct task *task) {
    struct refresher *refresher = task->refresher;
    struct error error = {0};
    int64_t again = 0;
    if (!cz_breaker_allows(refresher->breaker, task->url, refresher->now, &again)) {
        struct bytes host = host_of(task->url);
        cz_error_set(&error, "%s: not asked, since %.*s failed several times in a row", task->url,
                     (int)host.len, (const char *)host.data);
        task->kind->fail(task, &error, again);
        return false;
    }
    task->running = true;
    if (task->kind->start(task, &error))
        return true;
    task->running = false;
    task->kind->fail(task, &error, 0);
    return false;
}

void cz_tasks_start(struct refresher *refresher) {
    size_t running = count_running(refresher);
    for (size_t i = 0; i < refresher->task_count && running < CZ_FETCHES_MAX;) {
        struct task *task = refresher->tasks[i];
        if (!may_start(refresher, task)) {
            i++;
        } else if (start(task)) {
            running++;
            i++;
        }
        /* else it is over, or goes on with another URL: look at this place again */
    }
}

void cz_tasks_rewind(struct refresher *refresher) {
    for (size_t i = 0; i < refresher->task_count; i++) {
        refresher->tasks[i]->running = refresher->tasks[i]->importing = false;
        cz_close_fd(&refresher->tasks[i]->spool);
    }
}

void cz_tasks_release(struct refresher *refresher) {
    for (size_t i = 0; i < refresher->task_count; i++)
        free_task(refresher->tasks[i]);
    free(refresher->tasks);
    refresher->tasks = NULL;
    refresher->task_count = 0;
}
