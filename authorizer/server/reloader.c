#include "server/reloader.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "config/fingerprint.h"

#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#define LOAD_ATTEMPTS 3        /* where includes or trust change while they are read */
#define SWEEP_MILLISECONDS 100 /* while requests hold on to what was replaced */

/* One attempt, and what has to be known to tell later whether it is still true. */
struct attempt {
    struct file_names files; /* of this configuration alone */
    struct file_names all;   /* and of the load before, which may hold what is missing now */
    struct buffer files_print, all_print;
    struct generation *generation;
};

static void attempt_release(struct attempt *attempt) {
    cz_names_release(&attempt->files);
    cz_names_release(&attempt->all);
    cz_buffer_release(&attempt->files_print);
    cz_buffer_release(&attempt->all_print);
    cz_generation_free(&attempt->generation);
}

static void set_watch(struct reloader *reloader, const struct file_names *files) {
    reloader->watch_problem = (struct error){0};
    cz_watch_set(&reloader->watch, files, &reloader->watch_problem);
}

/* Watched and fingerprinted first, then read: so no change is missed. What cannot be read is for
 * the load itself to tell. */
static bool try_load(struct reloader *reloader, struct attempt *attempt, struct error *error) {
    struct error unused = {0};
    cz_config_files(reloader->file, &attempt->files, &unused);
    cz_names_add_all(&attempt->all, &attempt->files);
    cz_names_add_all(&attempt->all, &reloader->files);
    set_watch(reloader, &attempt->all);
    cz_fingerprint(&attempt->files, &attempt->files_print);
    cz_fingerprint(&attempt->all, &attempt->all_print);
    attempt->generation = cz_generation_load(reloader->file, error);
    return attempt->generation != NULL;
}

/* The list of files was made from another state of them than the load; see whether that differs. */
static bool is_consistent(const struct reloader *reloader, const struct attempt *attempt) {
    CZ_CLEANUP(cz_names_release) struct file_names again = {0};
    struct error unused = {0};
    cz_config_files(reloader->file, &again, &unused);
    return cz_names_equal(&again, &attempt->files);
}

static void keep(struct reloader *reloader, struct file_names *files, struct buffer *print) {
    cz_names_release(&reloader->files);
    cz_buffer_release(&reloader->fingerprint);
    reloader->files = *files;
    reloader->fingerprint = *print;
    *files = (struct file_names){0};
    *print = (struct buffer){0};
}

/* The caller publishes or frees the generation; NULL with `error` where anything is wrong. */
static struct generation *load(struct reloader *reloader, struct error *error) {
    for (int left = LOAD_ATTEMPTS;; left--) {
        CZ_CLEANUP(attempt_release) struct attempt attempt = {0};
        struct error cause = {0};
        bool good = try_load(reloader, &attempt, &cause);
        if (left > 1 && !is_consistent(reloader, &attempt))
            continue;
        if (good) {
            keep(reloader, &attempt.files, &attempt.files_print);
            set_watch(reloader, &reloader->files);
            return CZ_STEAL(attempt.generation);
        }
        keep(reloader, &attempt.all, &attempt.all_print);
        cz_error_set(error, "%s", cause.message);
        return NULL;
    }
}

/* What a running process cannot change. */
static const struct {
    const char *key;
    size_t offset;
    bool is_text;
} fixed[] = {
    {"log.destination", offsetof(struct config, log.destination), true},
    {"server.control", offsetof(struct config, server.control), true},
    {"server.threads", offsetof(struct config, server.threads), false},
    {"server.read_timeout", offsetof(struct config, server.read_timeout), false},
    {"server.write_timeout", offsetof(struct config, server.write_timeout), false},
    {"server.request_deadline", offsetof(struct config, server.request_deadline), false},
};

static const char *text_at(const struct config *config, size_t offset) {
    const struct config_text *text = (const void *)((const char *)config + offset);
    return text->text != NULL ? text->text : "";
}

static int number_at(const struct config *config, size_t offset) {
    return *(const int *)(const void *)((const char *)config + offset);
}

static bool copy_fixed(struct config *to, const struct config *from, struct error *error) {
    to->server = from->server;
    to->server.control = (struct config_text){0};
    for (size_t i = 0; i < CZ_COUNT(fixed); i++) {
        if (!fixed[i].is_text)
            continue;
        struct config_text *copy = (void *)((char *)to + fixed[i].offset);
        copy->text = strdup(text_at(from, fixed[i].offset));
        if (copy->text == NULL)
            return cz_error_set(error, "out of memory");
    }
    return true;
}

static void tell_fixed(const struct reloader *reloader, const struct config *config) {
    for (size_t i = 0; i < CZ_COUNT(fixed); i++) {
        size_t offset = fixed[i].offset;
        bool same = fixed[i].is_text
                        ? strcmp(text_at(&reloader->first, offset), text_at(config, offset)) == 0
                        : number_at(&reloader->first, offset) == number_at(config, offset);
        if (!same)
            cz_log_message(reloader->log, "warning", "%s: takes effect at the next start",
                           fixed[i].key);
    }
}

static void tell_watch_problem(struct reloader *reloader) {
    if (reloader->watch_problem.message[0] == '\0' || reloader->problem_told)
        return;
    reloader->problem_told = true;
    cz_log_message(reloader->log, "warning",
                   "%s; after a change there send SIGHUP, or call certauthzctl reload",
                   reloader->watch_problem.message);
}

static void tell_notices(const struct reloader *reloader, const struct buffer *notices) {
    const char *at = cz_buffer_text(notices);
    for (struct bytes line; (line = cz_text_next_line(&at)).len > 0;)
        cz_log_message(reloader->log, "info", "%.*s", (int)line.len, (const char *)line.data);
}

/* Which decisions the log takes. */
static void set_level(struct log *log, const struct config *config) {
    log->refusals = config->log.level >= LOG_REFUSALS;
    log->all_decisions = config->log.level >= LOG_DECISIONS;
}

static void tell_success(struct reloader *reloader, const struct generation *generation,
                         const char *cause) {
    CZ_CLEANUP(cz_buffer_release) struct buffer description = {0};
    cz_setup_describe(&generation->setup, reloader->file, &description);
    cz_log_message(reloader->log, "info", "loaded again (%s): %s; this is generation %ju", cause,
                   cz_buffer_text(&description), (uintmax_t)generation->number);
    tell_notices(reloader, &generation->setup.notices);
    tell_fixed(reloader, &generation->setup.config);
}

bool cz_reloader_start(struct reloader *reloader, struct error *error) {
    struct generation *generation = load(reloader, error);
    if (generation == NULL)
        return false;
    cz_generations_publish(reloader->generations, generation);
    return copy_fixed(&reloader->first, &generation->setup.config, error);
}

bool cz_reloader_load(struct reloader *reloader, const char *cause, struct error *error) {
    struct error failure = {0};
    reloader->first_event = reloader->last_event = 0;
    cz_generations_sweep(reloader->generations);
    struct generation *generation = load(reloader, &failure);
    tell_watch_problem(reloader);
    reloader->failing = generation == NULL;
    if (generation == NULL) {
        reloader->failure = failure;
        reloader->failed_at = time(NULL);
        cz_log_message(reloader->log, "error",
                       "not loaded again (%s): %s; generation %ju stays in force", cause,
                       failure.message, (uintmax_t)reloader->generations->current->number);
        return cz_error_set(error, "%s", failure.message);
    }
    set_level(reloader->log, &generation->setup.config);
    cz_generations_publish(reloader->generations, generation);
    tell_success(reloader, generation, cause);
    return true;
}

static int64_t due(const struct reloader *reloader) {
    int64_t settled = reloader->last_event + CZ_SETTLE_MILLISECONDS;
    int64_t latest = reloader->first_event + CZ_SETTLE_MILLISECONDS_MAX;
    return settled < latest ? settled : latest;
}

static int prepare(void *context, struct pollfd *polled) {
    struct reloader *reloader = context;
    int wanted = -1;
    *polled = (struct pollfd){.fd = reloader->watch.fd, .events = POLLIN};
    tell_watch_problem(reloader);
    if (reloader->first_event != 0) {
        int64_t left = due(reloader) - cz_loop_now();
        wanted = left > 0 ? (int)left : 0;
    }
    if (cz_generations_sweep(reloader->generations) && (wanted < 0 || wanted > SWEEP_MILLISECONDS))
        wanted = SWEEP_MILLISECONDS;
    return wanted;
}

/* Something happened near the files, and then nothing more: have they changed? */
static void look(struct reloader *reloader) {
    CZ_CLEANUP(cz_buffer_release) struct buffer now = {0};
    struct error unused = {0};
    reloader->first_event = reloader->last_event = 0;
    set_watch(reloader, &reloader->files);
    cz_fingerprint(&reloader->files, &now);
    if (!cz_fingerprint_equal(&now, &reloader->fingerprint))
        cz_reloader_load(reloader, "a file changed", &unused);
}

static void dispatch(void *context, short events) {
    struct reloader *reloader = context;
    int64_t now = cz_loop_now();
    if (events != 0 && cz_watch_drain(&reloader->watch)) {
        reloader->last_event = now;
        if (reloader->first_event == 0)
            reloader->first_event = now;
    }
    if (reloader->first_event != 0 && now >= due(reloader))
        look(reloader);
}

struct loop_source cz_reloader_source(struct reloader *reloader) {
    return (struct loop_source){.context = reloader, .prepare = prepare, .dispatch = dispatch};
}

void cz_reloader_release(struct reloader *reloader) {
    cz_watch_release(&reloader->watch);
    cz_names_release(&reloader->files);
    cz_buffer_release(&reloader->fingerprint);
    cz_config_release(&reloader->first);
}
