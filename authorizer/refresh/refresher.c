#include "refresh/refresher.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "config/store_folder.h"
#include "refresh/file_round.h"
#include "refresh/list_task.h"
#include "refresh/ocsp_task.h"
#include "refresh/sources.h"
#include "refresh/task.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define REDIRECTS 5
#define CONNECT_SECONDS 10
#define LEAST_BYTES_A_SECOND 1000
#define LEAST_SECONDS 20
#define LOOK_SECONDS 60 /* at files that nothing tells of, and at the lists' age */
#define REST_MILLISECONDS 100

uint32_t cz_random(void) {
    uint32_t number = 0;
    /* it spreads load, and guards nothing: without any it is spread by the time alone */
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
        number = (uint32_t)time(NULL) * 2654435761u;
    return number;
}

void cz_refresher_tell(const struct refresher *refresher, const char *level, const char *format,
                       ...) {
    char text[1100];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (refresher->log != NULL)
        cz_log_message(refresher->log, level, "%s", text);
    else if (strcmp(level, "info") != 0)
        fprintf(stderr, "certauthz-refresh: %s\n", text);
}

static void turn_back(struct refresher *refresher) {
    cz_sources_turn_back(cz_keeper_catalogue(refresher->keeper), refresher->now);
    cz_ocsp_turn_back(refresher);
    refresher->publish_next = 0;
}

/* The only place that looks at the clock. */
static void tick(struct refresher *refresher) {
    int64_t before = refresher->now;
    refresher->now = time(NULL);
    if (refresher->now < before && refresher->keeper != NULL)
        turn_back(refresher);
}

/* --- opening, closing, other configurations --- */

/* What a configuration makes of the network. */
struct network {
    struct fetcher *fetcher;
    const char **hosts; /* see struct refresher */
};

static bool copy_hosts(const struct config_texts *hosts, const char ***copy) {
    if (hosts->items == NULL)
        return true;
    *copy = calloc(hosts->count + 1, sizeof **copy);
    for (size_t i = 0; *copy != NULL && i < hosts->count; i++)
        (*copy)[i] = hosts->items[i].text;
    return *copy != NULL;
}

/* `network` is to be empty, and the caller's to release in either case. */
static bool network_open(struct network *network, const struct revocation_sources *sources,
                         struct error *error) {
    unsigned seconds = (unsigned)sources->fetch_timeout;
    if (!copy_hosts(&sources->hosts, &network->hosts))
        return cz_error_set(error, "out of memory");
    const struct fetch_limits limits = {
        .size = (size_t)sources->fetch_size << 20,
        .seconds = seconds,
        .connect_seconds = seconds < CONNECT_SECONDS ? seconds : CONNECT_SECONDS,
        .redirects = REDIRECTS,
        .least_bytes_a_second = LEAST_BYTES_A_SECOND,
        .least_seconds = LEAST_SECONDS,
        .hosts = network->hosts,
        .host_count = sources->hosts.items != NULL ? sources->hosts.count : 0};
    return cz_fetcher_new(&limits, &network->fetcher, error);
}

static void network_release(struct network *network) {
    cz_fetcher_free(&network->fetcher);
    free(network->hosts);
    *network = (struct network){.fetcher = NULL};
}

/* What `setup` made of it, in place of the one before, whose fetches end unanswered. */
static void take_network(struct refresher *refresher, struct network *network) {
    const struct revocation_sources *sources = &refresher->setup.config.revocation;
    struct network former = {.fetcher = refresher->fetcher, .hosts = refresher->hosts};
    /* whoever asks for a look every ten seconds gets it, though he left the default of `retry` */
    int64_t retry = sources->retry < sources->every ? sources->retry : sources->every;
    refresher->schedule = (struct schedule_settings){
        .every = sources->every, .least = retry, .retry = retry, .retry_most = sources->every};
    refresher->fetcher = network->fetcher;
    refresher->hosts = network->hosts;
    *network = (struct network){.fetcher = NULL};
    network_release(&former);
}

/* A store that was damaged mends itself: what that costs should not pass in silence. */
static void tell_damage(const struct refresher *refresher) {
    const char *problem = cz_keeper_problem(refresher->keeper);
    for (struct bytes line; (line = cz_text_next_line(&problem)).len > 0;)
        cz_refresher_tell(refresher, "warning", "%.*s", (int)line.len, (const char *)line.data);
}

bool cz_refresher_open(struct refresher *refresher, unsigned wait_milliseconds,
                       struct error *error) {
    CZ_CLEANUP(network_release) struct network network = {.fetcher = NULL};
    tick(refresher);
    refresher->generation = 1;
    refresher->imports = (struct imports){.pipe = -1};
    refresher->folder = cz_config_store_folder(&refresher->setup.config);
    refresher->breaker = cz_breaker_new();
    if (refresher->folder == NULL || refresher->breaker == NULL)
        return cz_error_set(error, "out of memory");
    if (!cz_keeper_open(refresher->folder, wait_milliseconds, &refresher->keeper, error))
        return false;
    tell_damage(refresher);
    refresher->store = cz_store_open(refresher->folder);
    if (refresher->store == NULL)
        return cz_error_set(error, "out of memory");
    if (!network_open(&network, &refresher->setup.config.revocation, error))
        return false;
    take_network(refresher, &network);
    if (!cz_ocsp_load(refresher, error))
        return false;
    /* the clock may have been set back while nobody looked */
    cz_sources_turn_back(cz_keeper_catalogue(refresher->keeper), refresher->now);
    return true;
}

void cz_refresher_shut(struct refresher *refresher) {
    cz_fetcher_free(&refresher->fetcher);
    cz_imports_release(refresher);
    cz_tasks_release(refresher);
    cz_files_release(refresher);
    cz_store_close(&refresher->store);
    cz_keeper_close(&refresher->keeper);
    cz_breaker_free(&refresher->breaker);
    cz_health_memory_release(&refresher->health);
    free(refresher->ocsp);
    free(refresher->hosts);
    free(refresher->folder);
    *refresher = (struct refresher){.file = refresher->file,
                                    .setup = refresher->setup,
                                    .log = refresher->log,
                                    .tells_each_try = refresher->tells_each_try};
}

void cz_refresher_close(struct refresher *refresher) {
    cz_refresher_shut(refresher);
    cz_setup_release(&refresher->setup);
}

static void tell_folder(const struct refresher *refresher) {
    CZ_CLEANUP(cz_free_ptr) char *folder = cz_config_store_folder(&refresher->setup.config);
    if (folder != NULL && strcmp(folder, refresher->folder) != 0)
        cz_refresher_tell(refresher, "warning", "revocation.store: takes effect at the next start");
}

static bool load_setup(const char *file, struct setup *setup, struct error *error) {
    return cz_setup_load(file, setup, error) &&
           (setup->config.revocation.configured ||
            cz_error_set(error, "%s: has no group `revocation`", file));
}

bool cz_refresher_reload(struct refresher *refresher, struct error *error) {
    CZ_CLEANUP(network_release) struct network network = {.fetcher = NULL};
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    if (!load_setup(refresher->file, &setup, error) ||
        !network_open(&network, &setup.config.revocation, error))
        return false;
    /* nothing can fail any more; what is on its way was begun by limits that are no more, and
     * judged by other anchors */
    struct setup former = refresher->setup;
    refresher->setup = setup;
    setup = former;
    take_network(refresher, &network);
    cz_imports_abandon(&refresher->imports);
    cz_tasks_rewind(refresher);
    refresher->generation++;
    refresher->progress++;
    tell_folder(refresher);
    return true;
}

/* --- rounds --- */

static bool is_wanted(const struct catalogue_source *source, enum round_extent extent,
                      int64_t now) {
    switch (extent) {
    case ROUND_ALL:
        return true;
    case ROUND_LEFT_OUT:
        return source->left_out;
    case ROUND_DUE:
    case ROUND_FILES:
        break;
    }
    return source->next_try <= now;
}

/* What is left out is due as soon as there is room. */
static void want_lists(struct refresher *refresher, enum round_extent extent) {
    struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        struct catalogue_source *source = &catalogue->sources[i];
        if (source->kind == SOURCE_FILE || !is_wanted(source, extent, refresher->now))
            continue;
        source->left_out =
            refresher->task_count >= CZ_TASKS_MAX || !cz_list_want(refresher, source);
        if (source->left_out && source->next_try > refresher->now)
            source->next_try = refresher->now;
        refresher->left_out += source->left_out;
    }
}

static void tell_health(void *context, const struct source_health *health) {
    const struct refresher *refresher = context;
    CZ_CLEANUP(cz_buffer_release) struct buffer news = {0};
    cz_health_put_news(&news, health, refresher->now);
    cz_refresher_tell(refresher, health->health == HEALTH_GOOD ? "info" : "warning", "%s",
                      cz_buffer_text(&news));
}

bool cz_refresher_round(struct refresher *refresher, enum round_extent extent,
                        struct error *error) {
    if (!cz_files_round(refresher, extent == ROUND_FILES || extent == ROUND_ALL, error))
        return false;
    refresher->left_out = 0;
    want_lists(refresher, extent);
    cz_ocsp_round(refresher, extent);
    /* one that was never tried will be in a moment; and who runs once has seen what failed */
    if (refresher->log != NULL && !cz_refresher_busy(refresher) &&
        !cz_health_look(&refresher->health, cz_keeper_catalogue(refresher->keeper), refresher->now,
                        tell_health, refresher))
        return cz_error_set(error, "out of memory");
    return true;
}

bool cz_refresher_step(struct refresher *refresher, struct pollfd *more, size_t more_count,
                       int milliseconds, struct error *error) {
    uint64_t before = refresher->progress;
    int look = cz_imports_wait(&refresher->imports);
    if (look >= 0 && look < milliseconds)
        milliseconds = look;
    cz_tasks_start(refresher);
    cz_imports_start(refresher);
    more[more_count] = cz_imports_polled(&refresher->imports);
    /* what could not even be begun is news already */
    bool good = cz_fetcher_run(refresher->fetcher, more, more_count + 1,
                               refresher->progress == before ? milliseconds : 0, error);
    tick(refresher);
    return good && cz_imports_advance(refresher, error);
}

bool cz_refresher_busy(const struct refresher *refresher) {
    return refresher->task_count > 0 || cz_imports_any(&refresher->imports);
}

void cz_refresher_publish(struct refresher *refresher) {
    struct error error = {0};
    if (!refresher->dirty || refresher->now < refresher->publish_next)
        return;
    if (cz_keeper_publish(refresher->keeper, refresher->now, &error)) {
        refresher->dirty = false;
        refresher->publish_next = 0;
        if (refresher->unpublished.message[0] != '\0')
            cz_refresher_tell(refresher, "info", "the store can be written again");
        refresher->unpublished = (struct error){0};
        return;
    }
    refresher->publish_next = refresher->now + CZ_PUBLISH_AGAIN;
    if (strcmp(error.message, refresher->unpublished.message) != 0)
        cz_refresher_tell(refresher, "error", "%s; the last good state stays", error.message);
    refresher->unpublished = error;
}

int cz_refresher_milliseconds(const struct refresher *refresher, int64_t moment) {
    if (moment <= refresher->now)
        return 0;
    return moment >= cz_time_later(refresher->now, LOOK_SECONDS)
               ? LOOK_SECONDS * 1000
               : (int)(moment - refresher->now) * 1000;
}

int cz_refresher_wait(const struct refresher *refresher) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    int64_t next = refresher->now + LOOK_SECONDS;
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        /* when the last of the files has been imported, this is asked again */
        if (source->kind == SOURCE_FILE && cz_imports_any_file(&refresher->imports))
            continue;
        if (source->next_try < next && !cz_list_is_wanted(refresher, source->kind, source->name))
            next = source->next_try;
    }
    if (cz_ocsp_next_due(refresher) < next)
        next = cz_ocsp_next_due(refresher);
    if (refresher->dirty && refresher->publish_next < next)
        next = refresher->publish_next;
    return next <= refresher->now ? REST_MILLISECONDS : cz_refresher_milliseconds(refresher, next);
}
