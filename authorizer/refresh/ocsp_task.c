#include "refresh/ocsp_task.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "refresh/intake.h"
#include "refresh/ocsp_accept.h"
#include "refresh/ocsp_book.h"
#include "refresh/points.h"
#include "refresh/signers.h"
#include "refresh/task.h"
#include "revocation/ocsp.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define URLS_MAX 16 /* of the configuration and the certificate together */

struct ocsp_asking {
    uint8_t key[CZ_OCSP_KEY_SIZE];
    struct certificate *certificates[CZ_PATH_MAX]; /* owned: the one in question and its path */
    size_t certificate_count;
    char *urls[URLS_MAX]; /* owned */
    size_t url_count, next_url;
    uint8_t nonce[CZ_OCSP_NONCE_SIZE];
    bool has_nonce;
    bool is_proven; /* somebody has answered about it before, or the configuration says who will */
    int64_t retry_after;  /* the longest that a responder asked for; -1: none did */
    struct error failure; /* of the first that failed */
    enum source_state state;
};

void cz_ocsp_asking_free(struct ocsp_asking **variable) {
    struct ocsp_asking *asking = *variable;
    *variable = NULL;
    if (asking == NULL)
        return;
    for (size_t i = 0; i < asking->certificate_count; i++)
        cz_certificate_release(&asking->certificates[i]);
    for (size_t i = 0; i < asking->url_count; i++)
        free(asking->urls[i]);
    free(asking);
}

/* A root's is itself. */
static const struct certificate *issuer_of(const struct ocsp_asking *asking) {
    return asking->certificates[asking->certificate_count > 1 ? 1 : 0];
}

/* --- what the store keeps --- */

static bool put_certificates(const struct ocsp_asking *asking, struct ocsp_record *record) {
    CZ_CLEANUP(cz_buffer_release) struct buffer row = {0};
    for (size_t i = 0; i < asking->certificate_count; i++)
        cz_buffer_bytes(&row, asking->certificates[i]->der);
    if (row.failed)
        return false;
    free((void *)(uintptr_t)record->certificates.data);
    record->certificates = cz_buffer_view(&row);
    row = (struct buffer){0};
    return true;
}

/* What is known of it already, or what a new one begins with. What cannot be read now is not
 * written over. */
static bool open_record(const struct task *task, struct ocsp_record *record, struct error *error) {
    struct refresher *refresher = task->refresher;
    struct error found = {0};
    enum file_reading reading =
        cz_keeper_get_ocsp(refresher->keeper, task->ocsp->key, record, &found);
    if (reading == FILE_UNREADABLE)
        return cz_error_set(error, "%s", found.message);
    if (reading != FILE_READ)
        record->last_seen = refresher->now;
    record->last_try = refresher->now;
    return ((record->error != NULL || (record->error = strdup("")) != NULL) &&
            (record->url != NULL || (record->url = strdup("")) != NULL) &&
            cz_replace_text(&record->url, task->url) && put_certificates(task->ocsp, record)) ||
           cz_error_set(error, "out of memory");
}

/* Half of its life is left for tries that fail. */
static int64_t next_try(const struct refresher *refresher, const struct ocsp_record *record) {
    struct schedule_settings schedule = refresher->schedule;
    int64_t life = record->has_next_update ? record->next_update - record->this_update : 0;
    if (life > 0 && life / 2 < schedule.every)
        schedule.every = life / 2 > schedule.least ? life / 2 : schedule.least;
    return cz_schedule_after_success(&schedule, refresher->now, record->this_update,
                                     record->has_next_update, record->next_update, cz_random());
}

/* What came of it cannot be kept, so that nothing else says when it is asked about again. */
static void put_off(const struct task *task, const char *why) {
    cz_refresher_tell(task->refresher, "error", "%s: %s", task->url, why);
    cz_ocsp_retry(task->refresher, task->ocsp->key);
}

static void keep_response(struct task *task, struct bytes response,
                          const struct ocsp_answer *answer) {
    struct refresher *refresher = task->refresher;
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer copy = {0};
    struct error error = {0};
    cz_buffer_bytes(&copy, response);
    if (!open_record(task, &record, &error) ||
        (copy.failed && !cz_error_set(&error, "out of memory"))) {
        put_off(task, error.message);
        return;
    }
    free((void *)(uintptr_t)record.response.data);
    record.response = cz_buffer_view(&copy);
    copy = (struct buffer){0};
    if (record.error[0] != '\0')
        cz_refresher_tell(refresher, "info", "%s: good again", task->url);
    record.error[0] = '\0';
    record.state = SOURCE_GOOD;
    record.failures = 0;
    record.last_success = refresher->now;
    record.this_update = answer->this_update;
    record.has_next_update = answer->next_update != INT64_MAX;
    record.next_update = record.has_next_update ? answer->next_update : 0;
    record.next_try = next_try(refresher, &record);
    cz_ocsp_keep(refresher, task->ocsp->key, &record);
}

static void keep_failure(struct task *task, int64_t again) {
    struct refresher *refresher = task->refresher;
    const struct ocsp_asking *asking = task->ocsp;
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    struct error error = {0};
    if (!open_record(task, &record, &error)) {
        put_off(task, error.message);
        return;
    }
    bool news =
        refresher->tells_each_try || record.state != asking->state || record.error[0] == '\0';
    record.state = asking->state;
    cz_replace_text(&record.error, asking->failure.message);
    if (record.failures < UINT32_MAX)
        record.failures++;
    record.next_try =
        again > 0 ? again
                  : cz_schedule_after_failure(&refresher->schedule, refresher->now, record.failures,
                                              asking->retry_after, cz_random());
    refresher->failed++;
    if (news)
        cz_refresher_tell(refresher, "warning", "%s%s", asking->failure.message,
                          record.response.len > 0 ? "; the last good response stays" : "");
    /* an empty response leaves the one that is there */
    free((void *)(uintptr_t)record.response.data);
    record.response = (struct bytes){0};
    cz_ocsp_keep(refresher, asking->key, &record);
}

/* --- asking --- */

/* The next responder, or nobody is left. */
static void go_on(struct task *task, int64_t again) {
    struct ocsp_asking *asking = task->ocsp;
    task->running = false;
    if (asking->next_url < asking->url_count &&
        cz_replace_text(&task->url, asking->urls[asking->next_url])) {
        asking->next_url++;
        return;
    }
    keep_failure(task, again);
    cz_task_finish(task);
}

static void note_failure(struct ocsp_asking *asking, enum source_state state, const char *why) {
    cz_error_set(&asking->failure, "%s", why);
    if (asking->state != SOURCE_BAD_SIGNATURE)
        asking->state = state;
}

static void judge(struct task *task, struct bytes response) {
    struct ocsp_asking *asking = task->ocsp;
    struct ocsp_answer answer = {.heard = false};
    struct error found = {0}, error = {0}, told = {0};
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    /* what cannot be read may be newer than what came */
    if (cz_keeper_get_ocsp(task->refresher->keeper, asking->key, &record, &found) ==
        FILE_UNREADABLE) {
        put_off(task, found.message);
        cz_task_finish(task);
        return;
    }
    const struct ocsp_expectation expected = {
        .snapshot = &task->refresher->setup.snapshot,
        .certificate = asking->certificates[0],
        .issuer = issuer_of(asking),
        .nonce = {.data = asking->nonce, .len = asking->has_nonce ? sizeof asking->nonce : 0},
        .has_before = record.response.len > 0,
        .before = record.this_update,
        .now = task->refresher->now};
    enum source_state state = cz_ocsp_accept(&expected, response, &answer, &error);
    if (state == SOURCE_GOOD) {
        keep_response(task, response, &answer);
        cz_task_finish(task);
        return;
    }
    cz_error_set(&told, "%s: %s", task->url, error.message);
    note_failure(asking, state, told.message);
    go_on(task, 0);
}

static void done(void *context, struct fetch_reply *reply) {
    struct task *task = context;
    struct refresher *refresher = task->refresher;
    cz_breaker_tell(refresher->breaker, task->url, reply->status != 0, refresher->now);
    if (reply->outcome == FETCH_DONE) {
        judge(task, cz_buffer_view(&reply->body));
        return;
    }
    if (reply->retry_after > task->ocsp->retry_after)
        task->ocsp->retry_after = reply->retry_after;
    note_failure(task->ocsp, SOURCE_UNREACHABLE, reply->error.message);
    go_on(task, 0);
}

static bool draw_nonce(struct ocsp_asking *asking, bool wanted) {
    asking->has_nonce =
        wanted && getrandom(asking->nonce, sizeof asking->nonce, 0) == sizeof asking->nonce;
    return asking->has_nonce == wanted;
}

static bool start(struct task *task, struct error *error) {
    struct ocsp_asking *asking = task->ocsp;
    const struct revocation_sources *sources = &task->refresher->setup.config.revocation;
    CZ_CLEANUP(cz_buffer_release) struct buffer body = {0}, get_url = {0};
    if (!draw_nonce(asking, sources->ocsp.nonce))
        return cz_error_set(error, "%s: no random numbers are to be had", task->url);
    struct bytes nonce = {.data = asking->nonce,
                          .len = asking->has_nonce ? sizeof asking->nonce : 0};
    if (!cz_ocsp_request_write(&body, asking->certificates[0], issuer_of(asking), false, nonce))
        return cz_error_set(error, "%s: out of memory", task->url);
    if (sources->ocsp.get)
        cz_ocsp_get_url(&get_url, task->url, cz_buffer_view(&body));
    struct fetch_request request = {.url = task->url,
                                    .post = cz_buffer_view(&body),
                                    .content_type = "application/ocsp-request",
                                    .accept = "application/ocsp-response",
                                    .spool = -1,
                                    .size_limit = CZ_OCSP_RESPONSE_SIZE_MAX};
    if (get_url.len > 0 && !get_url.failed) {
        request.url = cz_buffer_text(&get_url);
        request.post = (struct bytes){0};
        request.content_type = NULL;
    }
    return cz_fetcher_start(task->refresher->fetcher, &request, done, task) ||
           cz_error_set(error, "%s: out of memory", task->url);
}

static void fail(struct task *task, const struct error *error, int64_t again) {
    note_failure(task->ocsp, SOURCE_UNREACHABLE, error->message);
    go_on(task, again);
}

static const struct task_kind kind = {.start = start, .fail = fail};

/* --- what is asked about --- */

static bool add_url(struct ocsp_asking *asking, struct bytes url) {
    if (asking->url_count == URLS_MAX)
        return true;
    char *copy = strndup((const char *)url.data, url.len);
    if (copy != NULL)
        asking->urls[asking->url_count++] = copy;
    return copy != NULL;
}

static bool add_urls(struct ocsp_asking *asking, const struct config_texts *configured) {
    struct bytes urls[CZ_OCSP_URLS_MAX];
    size_t count = cz_ocsp_urls(asking->certificates[0], urls, CZ_COUNT(urls));
    bool good = true;
    for (size_t i = 0; i < configured->count; i++)
        good = add_url(asking, cz_bytes_of(configured->items[i].text)) && good;
    for (size_t i = 0; i < count; i++)
        if (cz_learned_url_good(urls[i]))
            good = add_url(asking, urls[i]) && good;
    return good;
}

static bool is_asked(const struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    for (size_t i = 0; i < refresher->task_count; i++) {
        const struct task *task = refresher->tasks[i];
        if (task->kind == &kind && memcmp(task->ocsp->key, key, CZ_OCSP_KEY_SIZE) == 0)
            return true;
    }
    return false;
}

/* Takes the asking over. False where there is no room for it; where there is nobody to be asked,
 * that is all. */
static bool begin(struct refresher *refresher, struct ocsp_asking *asking) {
    asking->retry_after = -1;
    asking->is_proven |= refresher->setup.config.revocation.ocsp.responders.count > 0;
    bool is_whole = add_urls(asking, &refresher->setup.config.revocation.ocsp.responders);
    if (!is_whole || asking->url_count == 0) {
        cz_ocsp_asking_free(&asking);
        return is_whole;
    }
    struct task *task =
        cz_task_add(refresher, &kind, strdup(asking->urls[0]), NULL, asking->is_proven);
    if (task == NULL) {
        cz_ocsp_asking_free(&asking);
        return false;
    }
    asking->next_url = 1;
    task->ocsp = asking;
    cz_ocsp_postpone(refresher, asking->key, INT64_MAX);
    return true;
}

static const struct certificate *issuer_at(const struct path *path, size_t depth) {
    return path->certificates[depth + 1 < path->count ? depth + 1 : depth];
}

bool cz_ocsp_is_wanted(const struct refresher *refresher, const struct path *path, size_t depth) {
    uint8_t key[CZ_OCSP_KEY_SIZE];
    return cz_ocsp_key(path->certificates[depth], issuer_at(path, depth), key) &&
           is_asked(refresher, key);
}

static struct ocsp_asking *asking_of(const struct path *path, size_t depth) {
    struct ocsp_asking *asking = calloc(1, sizeof *asking);
    const char *detail;
    for (size_t i = depth; asking != NULL && i < path->count; i++) {
        struct certificate *copy = NULL;
        if (cz_certificate_parse(path->certificates[i]->der, &copy, &detail) != CERTIFICATE_OK) {
            cz_ocsp_asking_free(&asking);
            return NULL;
        }
        cz_certificate_import_key(copy);
        asking->certificates[asking->certificate_count++] = copy;
    }
    return asking;
}

/* A clock that was set back does not let it rest. */
static bool is_due(const struct refresher *refresher, const struct ocsp_record *record) {
    return record->next_try <= refresher->now || record->last_try > refresher->now;
}

/* Seldom enough that traffic does not write the store all the time. */
static void note_seen(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE],
                      struct ocsp_record *record) {
    if (record->last_seen <= refresher->now && refresher->now - record->last_seen < 3600)
        return;
    record->last_seen = refresher->now;
    cz_ocsp_keep(refresher, key, record);
}

void cz_ocsp_want(struct refresher *refresher, const struct path *path, size_t depth, bool all) {
    uint8_t key[CZ_OCSP_KEY_SIZE];
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    if (!cz_ocsp_key(path->certificates[depth], issuer_at(path, depth), key) ||
        is_asked(refresher, key))
        return;
    struct error unused = {0};
    if (cz_keeper_get_ocsp(refresher->keeper, key, &record, &unused) == FILE_READ) {
        note_seen(refresher, key, &record);
        if (!all && !is_due(refresher, &record))
            return;
    }
    struct ocsp_asking *asking = asking_of(path, depth);
    if (asking == NULL)
        return;
    memcpy(asking->key, key, sizeof key);
    asking->is_proven = record.response.len > 0;
    begin(refresher, asking);
}

/* --- rounds --- */

/* False where there is no room for it. */
static bool ask_again(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE],
                      const struct ocsp_record *record) {
    struct ocsp_asking *asking = calloc(1, sizeof *asking);
    if (asking == NULL)
        return false;
    asking->is_proven = record->response.len > 0;
    memcpy(asking->key, key, CZ_OCSP_KEY_SIZE);
    if (!cz_certificates_read(record->certificates, asking->certificates, CZ_PATH_MAX,
                              &asking->certificate_count)) {
        cz_ocsp_asking_free(&asking);
        return false;
    }
    if (asking->certificate_count == 0 || asking->certificates[0]->not_after < refresher->now) {
        cz_ocsp_asking_free(&asking);
        cz_ocsp_forget(refresher, key);
        return true;
    }
    return begin(refresher, asking);
}

static void consider(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE],
                     const struct ocsp_record *record, bool all) {
    int64_t now = refresher->now;
    if (now - record->last_seen > CZ_OCSP_KEPT) {
        cz_ocsp_forget(refresher, key);
        return;
    }
    bool is_lately_seen = now - record->last_seen < CZ_OCSP_SEEN_LATELY;
    if (is_lately_seen && !all && !is_due(refresher, record)) {
        cz_ocsp_postpone(refresher, key, cz_ocsp_due_time(record));
        return;
    }
    /* with a due time of its own, so that one that nobody can be asked about rests */
    cz_ocsp_postpone(refresher, key, record->last_seen + CZ_OCSP_KEPT);
    if (is_lately_seen && !ask_again(refresher, key, record))
        cz_ocsp_leave_out(refresher, key);
}

/* False, with `error`, where it cannot be read now. */
static bool look(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE], bool all,
                 struct error *error) {
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    struct error found = {0};
    if (is_asked(refresher, key))
        return true;
    switch (cz_keeper_get_ocsp(refresher->keeper, key, &record, &found)) {
    case FILE_READ:
        consider(refresher, key, &record, all);
        return true;
    case FILE_UNREADABLE:
        cz_ocsp_retry(refresher, key);
        return cz_error_set(error, "%s", found.message);
    case FILE_MALFORMED:
    case FILE_ABSENT:
        break;
    }
    cz_ocsp_forget(refresher, key);
    return true;
}

static bool is_looked_at(const struct ocsp_due *due, enum round_extent extent, int64_t now) {
    switch (extent) {
    case ROUND_ALL:
        return true;
    case ROUND_LEFT_OUT:
        return due->left_out;
    case ROUND_DUE:
    case ROUND_FILES:
        break;
    }
    return due->when <= now;
}

void cz_ocsp_round(struct refresher *refresher, enum round_extent extent) {
    struct error error = {0};
    bool good = true;
    for (size_t i = refresher->ocsp_count; i-- > 0;) {
        const struct ocsp_due due = refresher->ocsp[i];
        if (!is_looked_at(&due, extent, refresher->now))
            continue;
        good = look(refresher, due.key, extent == ROUND_ALL || due.left_out, &error) && good;
    }
    /* one of them: what there is a shortage of fails many */
    if (!good)
        cz_refresher_tell(refresher, "error", "%s", error.message);
}
