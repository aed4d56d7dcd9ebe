#include "server/forerunner.h"

#include "base/cleanup.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

static void add_name(struct file_names *names, const char *folder, const char *name) {
    CZ_CLEANUP(cz_free_ptr) char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        path = NULL;
    if (path != NULL)
        cz_names_add(names, path);
}

/* Anew after each event, since a folder may have come or gone. What cannot be watched is seen by
 * the requests. */
static void set_watch(struct forerunner *forerunner) {
    CZ_CLEANUP(cz_names_release) struct file_names names = {0};
    struct error ignored = {0};
    add_name(&names, forerunner->folder, "catalogue");
    add_name(&names, forerunner->folder, "deny");
    cz_watch_set(&forerunner->watch, &names, &ignored);
}

static void look(const struct generation *generation) {
    CZ_CLEANUP(cz_store_let_go)
    struct store_view *view = cz_store_hold(generation->store->store, true);
    (void)view;
}

static int prepare(void *context, struct pollfd *polled) {
    struct forerunner *forerunner = context;
    const char *folder = forerunner->generations->current->store->folder;
    if (forerunner->folder == NULL || strcmp(forerunner->folder, folder) != 0) {
        free(forerunner->folder);
        forerunner->folder = strdup(folder);
        if (forerunner->folder != NULL)
            set_watch(forerunner);
    }
    *polled = (struct pollfd){.fd = forerunner->watch.fd, .events = POLLIN};
    return -1;
}

static void dispatch(void *context, short events) {
    struct forerunner *forerunner = context;
    if (events == 0 || !cz_watch_drain(&forerunner->watch))
        return;
    look(forerunner->generations->current);
    if (forerunner->folder != NULL)
        set_watch(forerunner);
}

struct loop_source cz_forerunner_source(struct forerunner *forerunner) {
    return (struct loop_source){.context = forerunner, .prepare = prepare, .dispatch = dispatch};
}

void cz_forerunner_release(struct forerunner *forerunner) {
    cz_watch_release(&forerunner->watch);
    free(forerunner->folder);
    forerunner->folder = NULL;
}
