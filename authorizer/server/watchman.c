#include "server/watchman.h"

#include "base/cleanup.h"
#include "config/revocation.h"
#include "config/store_folder.h"

#include <time.h>

struct telling {
    const struct log *log;
    int64_t now;
};

static void tell(void *context, const struct source_health *health) {
    const struct telling *telling = context;
    CZ_CLEANUP(cz_buffer_release) struct buffer news = {0};
    cz_health_put_news(&news, health, telling->now);
    if (news.len > 0)
        cz_log_message(telling->log, health->health == HEALTH_GOOD ? "notice" : "warning", "%s",
                       cz_buffer_text(&news));
}

static bool is_due(const struct watchman *watchman, int64_t now) {
    return !watchman->absent || now < watchman->told_absent ||
           now - watchman->told_absent >= CZ_HEALTH_TELL_AGAIN;
}

static void tell_absent(struct watchman *watchman, const char *folder, int64_t now) {
    if (is_due(watchman, now)) {
        cz_log_message(watchman->log, "warning",
                       "revocation: %s: certauthz-refresh has never run here, so that nothing is "
                       "known of any certificate; start it",
                       folder);
        watchman->told_absent = now;
    }
    watchman->absent = true;
}

static void look_at(struct watchman *watchman, const char *folder, int64_t now) {
    CZ_CLEANUP(cz_catalogue_release) struct catalogue catalogue;
    struct telling telling = {.log = watchman->log, .now = now};
    struct error unused = {0};
    enum file_reading reading = cz_catalogue_load(folder, &catalogue, &unused);
    if (reading == FILE_ABSENT)
        tell_absent(watchman, folder, now);
    if (reading != FILE_READ)
        return;
    watchman->absent = false;
    cz_health_look(&watchman->memory, &catalogue, now, tell, &telling);
}

void cz_watchman_look(struct watchman *watchman, int64_t now) {
    const struct config *config = &watchman->generations->current->setup.config;
    CZ_CLEANUP(cz_free_ptr) char *folder = NULL;
    if (!cz_config_checks_revocation(config)) {
        cz_watchman_release(watchman);
        return;
    }
    folder = cz_config_store_folder(config);
    if (folder != NULL)
        look_at(watchman, folder, now);
}

static int prepare(void *context, struct pollfd *polled) {
    struct watchman *watchman = context;
    int64_t now = cz_loop_now();
    *polled = (struct pollfd){.fd = -1};
    if (watchman->due == 0)
        watchman->due = now + CZ_WATCHMAN_MILLISECONDS;
    return watchman->due > now ? (int)(watchman->due - now) : 0;
}

static void dispatch(void *context, short events) {
    struct watchman *watchman = context;
    int64_t now = cz_loop_now();
    (void)events;
    if (now < watchman->due)
        return;
    watchman->due = now + CZ_WATCHMAN_MILLISECONDS;
    cz_watchman_look(watchman, time(NULL));
}

struct loop_source cz_watchman_source(struct watchman *watchman) {
    return (struct loop_source){.context = watchman, .prepare = prepare, .dispatch = dispatch};
}

void cz_watchman_release(struct watchman *watchman) {
    cz_health_memory_release(&watchman->memory);
    watchman->absent = false;
}
