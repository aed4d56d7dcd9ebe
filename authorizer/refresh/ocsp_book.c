#include "refresh/ocsp_book.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "refresh/ocsp_task.h"

#include <stdlib.h>
#include <string.h>

#define NO_ROOM_SECONDS 10 /* after which one is looked at again that there was no room for */

static struct ocsp_due *find(const struct refresher *refresher,
                             const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    for (size_t i = 0; i < refresher->ocsp_count; i++)
        if (memcmp(refresher->ocsp[i].key, key, CZ_OCSP_KEY_SIZE) == 0)
            return &refresher->ocsp[i];
    return NULL;
}

static void set(struct ocsp_due *due, int64_t when, bool left_out) {
    due->when = when;
    due->left_out = left_out;
}

/* NULL when out of memory. Its key is not there yet. */
static struct ocsp_due *add(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    if (refresher->ocsp_count == refresher->ocsp_capacity) {
        size_t capacity = refresher->ocsp_capacity > 0 ? refresher->ocsp_capacity * 2 : 64;
        struct ocsp_due *grown = reallocarray(refresher->ocsp, capacity, sizeof *grown);
        if (grown == NULL)
            return NULL;
        refresher->ocsp = grown;
        refresher->ocsp_capacity = capacity;
    }
    struct ocsp_due *due = &refresher->ocsp[refresher->ocsp_count++];
    memcpy(due->key, key, CZ_OCSP_KEY_SIZE);
    return due;
}

size_t cz_ocsp_first_to_go(const struct ocsp_due *dues, size_t count, int64_t now) {
    int64_t lately = cz_time_later(now, CZ_OCSP_SEEN_LATELY);
    size_t found = 0;
    for (size_t i = 1; i < count; i++) {
        bool rests = dues[i].when > lately && dues[i].when != INT64_MAX;
        bool found_rests = dues[found].when > lately && dues[found].when != INT64_MAX;
        bool is_on_its_way = dues[found].when == INT64_MAX;
        if (rests != found_rests ? rests
                                 : is_on_its_way || (dues[i].when != INT64_MAX &&
                                                     (rests ? dues[i].when < dues[found].when
                                                            : dues[i].when > dues[found].when)))
            found = i;
    }
    return found;
}

static bool note(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE], int64_t when) {
    struct ocsp_due *due = find(refresher, key);
    while (due == NULL && refresher->ocsp_count >= CZ_OCSP_RECORDS_MAX) {
        size_t goes = cz_ocsp_first_to_go(refresher->ocsp, refresher->ocsp_count, refresher->now);
        uint8_t other[CZ_OCSP_KEY_SIZE];
        memcpy(other, refresher->ocsp[goes].key, sizeof other);
        cz_ocsp_forget(refresher, other);
    }
    if (due == NULL)
        due = add(refresher, key);
    if (due != NULL)
        set(due, when, false);
    return due != NULL;
}

/* What will not have been seen lately by then waits for being seen again, or for its end. */
int64_t cz_ocsp_due_time(const struct ocsp_record *record) {
    return record->next_try - record->last_seen < CZ_OCSP_SEEN_LATELY
               ? record->next_try
               : record->last_seen + CZ_OCSP_KEPT;
}

void cz_ocsp_keep(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE],
                  const struct ocsp_record *record) {
    struct error error = {0};
    if (!cz_keeper_put_ocsp(refresher->keeper, key, record, &error) ||
        (!note(refresher, key, cz_ocsp_due_time(record)) &&
         !cz_error_set(&error, "out of memory"))) {
        cz_refresher_tell(refresher, "error", "an OCSP response cannot be stored: %s",
                          error.message);
        cz_ocsp_retry(refresher, key);
    }
    refresher->dirty = true;
}

void cz_ocsp_postpone(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE],
                      int64_t when) {
    struct ocsp_due *due = find(refresher, key);
    if (due != NULL)
        set(due, when, false);
}

void cz_ocsp_leave_out(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    struct ocsp_due *due = find(refresher, key);
    if (due != NULL)
        set(due, cz_time_later(refresher->now, NO_ROOM_SECONDS), true);
    refresher->left_out++;
}

void cz_ocsp_retry(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    refresher->failed++;
    cz_ocsp_postpone(refresher, key, cz_time_later(refresher->now, refresher->schedule.retry));
}

void cz_ocsp_forget(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    struct ocsp_due *due = find(refresher, key);
    struct error error = {0};
    if (!cz_keeper_drop_ocsp(refresher->keeper, key, &error))
        cz_refresher_tell(refresher, "error", "an OCSP response cannot be removed: %s",
                          error.message);
    if (due != NULL)
        *due = refresher->ocsp[--refresher->ocsp_count];
    refresher->dirty = true;
}

static bool load_one(void *context, const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    struct refresher *refresher = context;
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    struct error unused = {0};
    /* the next round sees what is to be done with one that cannot be read */
    bool readable = cz_keeper_get_ocsp(refresher->keeper, key, &record, &unused) == FILE_READ;
    bool is_ahead = record.last_try > refresher->now;
    struct ocsp_due *due = add(refresher, key);
    if (due != NULL)
        set(due, readable && !is_ahead ? cz_ocsp_due_time(&record) : 0, false);
    return due != NULL;
}

bool cz_ocsp_load(struct refresher *refresher, struct error *error) {
    refresher->ocsp_count = 0;
    return cz_keeper_each_ocsp(refresher->keeper, load_one, refresher, error);
}

void cz_ocsp_turn_back(struct refresher *refresher) {
    for (size_t i = 0; i < refresher->ocsp_count; i++)
        if (refresher->ocsp[i].when != INT64_MAX)
            refresher->ocsp[i].when = 0;
}

int64_t cz_ocsp_next_due(const struct refresher *refresher) {
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < refresher->ocsp_count; i++)
        if (refresher->ocsp[i].when < next)
            next = refresher->ocsp[i].when;
    return next;
}
