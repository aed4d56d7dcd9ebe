#include "refresh/ocsp_book.h"

#include "base/cleanup.h"
#include "refresh/ocsp_task.h"

#include <stdlib.h>
#include <string.h>

static struct ocsp_due *find(const struct refresher *refresher,
                             const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    for (size_t i = 0; i < refresher->ocsp_count; i++)
        if (memcmp(refresher->ocsp[i].key, key, CZ_OCSP_KEY_SIZE) == 0)
            return &refresher->ocsp[i];
    return NULL;
}

static bool note(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE], int64_t when) {
    struct ocsp_due *due = find(refresher, key);
    if (due == NULL && refresher->ocsp_count == refresher->ocsp_capacity) {
        size_t capacity = refresher->ocsp_capacity > 0 ? refresher->ocsp_capacity * 2 : 64;
        struct ocsp_due *grown = reallocarray(refresher->ocsp, capacity, sizeof *grown);
        if (grown == NULL)
            return false;
        refresher->ocsp = grown;
        refresher->ocsp_capacity = capacity;
    }
    if (due == NULL) {
        due = &refresher->ocsp[refresher->ocsp_count++];
        memcpy(due->key, key, CZ_OCSP_KEY_SIZE);
    }
    due->when = when;
    return true;
}

/* What will not have been seen lately by then waits for being seen again, or for its end. */
static int64_t due_time(const struct ocsp_record *record) {
    return record->next_try - record->last_seen < CZ_OCSP_SEEN_LATELY
               ? record->next_try
               : record->last_seen + CZ_OCSP_KEPT;
}

void cz_ocsp_keep(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE],
                  const struct ocsp_record *record) {
    struct error error = {0};
    if (!cz_keeper_put_ocsp(refresher->keeper, key, record, &error) ||
        (!note(refresher, key, due_time(record)) && !cz_error_set(&error, "out of memory")))
        cz_refresher_tell(refresher, "error", "an OCSP response cannot be stored: %s",
                          error.message);
    refresher->dirty = true;
}

void cz_ocsp_postpone(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE],
                      int64_t when) {
    struct ocsp_due *due = find(refresher, key);
    if (due != NULL)
        due->when = when;
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
    /* one that cannot be read is of no use to anybody: it is dropped in the next round */
    bool readable = cz_keeper_get_ocsp(refresher->keeper, key, &record);
    return note(refresher, key, readable ? due_time(&record) : 0);
}

bool cz_ocsp_load(struct refresher *refresher, struct error *error) {
    refresher->ocsp_count = 0;
    return cz_keeper_each_ocsp(refresher->keeper, load_one, refresher, error);
}

int64_t cz_ocsp_next_due(const struct refresher *refresher) {
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < refresher->ocsp_count; i++)
        if (refresher->ocsp[i].when < next)
            next = refresher->ocsp[i].when;
    return next;
}
