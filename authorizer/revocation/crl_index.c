#include "revocation/crl_index.h"

#include "base/cleanup.h"
#include "certificate/name.h"

#include <stdlib.h>

/* Names of issuers may take this much: an indirect CRL speaks of few issuers many times. */
#define NAMES_SIZE_MAX CZ_CRL_SIZE_MAX

static bool pad_serial(struct bytes serial, uint8_t padded[CZ_SERIAL_SIZE_MAX]) {
    if (serial.len == 0 || serial.len > CZ_SERIAL_SIZE_MAX)
        return false;
    memset(padded, 0, CZ_SERIAL_SIZE_MAX - serial.len);
    memcpy(padded + CZ_SERIAL_SIZE_MAX - serial.len, serial.data, serial.len);
    return true;
}

static int compare_names(struct bytes a, struct bytes b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* --- whose an entry is --- */

static uint32_t issuer_of(const struct crl_index *index, uint32_t offset) {
    size_t low = 0, high = index->span_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (index->spans[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return index->spans[low].issuer;
}

static struct bytes name_at(const struct crl_index *index, size_t i) {
    return (struct bytes){.data = (const uint8_t *)index->names.data + index->name_starts[i],
                          .len = index->name_starts[i + 1] - index->name_starts[i]};
}

static bool find_issuer(const struct crl_index *index, struct bytes name, uint32_t *issuer) {
    size_t low = 0, high = index->issuer_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_names(name_at(index, middle), name);
        if (order == 0) {
            *issuer = (uint32_t)middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* --- building --- */

/* Entries that name an issuer, and the list itself. */
static size_t count_spans(const struct crl *crl) {
    size_t count = 1;
    struct bytes last = {0};
    struct crl_walk walk = cz_crl_walk(crl);
    struct crl_entry entry;
    if (!crl->totals.names_issuers)
        return count;
    for (; cz_crl_next(&walk, &entry); last = entry.certificate_issuer)
        count += !cz_bytes_equal(last, entry.certificate_issuer);
    return count;
}

/* Where the spans begin, and their names, as they come. */
struct gathering {
    struct buffer text;
    size_t *starts; /* of the names in `text`; ends with the end of the last one */
    struct bytes *names;
};

static void release_gathering(struct gathering *gathering) {
    cz_buffer_release(&gathering->text);
    free(gathering->starts);
    free(gathering->names);
}

static bool gather(struct crl_index *index, struct gathering *gathering) {
    struct crl_walk walk = cz_crl_walk(index->crl);
    struct crl_entry entry;
    struct bytes last = {0};
    gathering->text.limit = NAMES_SIZE_MAX;
    cz_buffer_bytes(&gathering->text, index->crl->issuer_canonical);
    index->span_count = 1;
    while (index->crl->totals.names_issuers && cz_crl_next(&walk, &entry)) {
        if (cz_bytes_equal(last, entry.certificate_issuer))
            continue;
        last = entry.certificate_issuer;
        index->spans[index->span_count].offset = (uint32_t)entry.offset;
        gathering->starts[index->span_count++] = gathering->text.len;
        cz_name_canonical(&gathering->text, last);
    }
    gathering->starts[index->span_count] = gathering->text.len;
    return !gathering->text.failed;
}

static int compare_items(const void *left, const void *right) {
    return compare_names(*(const struct bytes *)left, *(const struct bytes *)right);
}

static struct bytes gathered(const struct gathering *gathering, size_t i) {
    return (struct bytes){.data = (const uint8_t *)gathering->text.data + gathering->starts[i],
                          .len = gathering->starts[i + 1] - gathering->starts[i]};
}

/* Each name once, in order. */
static bool keep_names(struct crl_index *index, struct gathering *gathering) {
    size_t count = index->span_count;
    for (size_t i = 0; i < count; i++)
        gathering->names[i] = gathered(gathering, i);
    qsort(gathering->names, count, sizeof *gathering->names, compare_items);
    index->names.limit = NAMES_SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && cz_bytes_equal(gathering->names[i - 1], gathering->names[i]))
            continue;
        index->name_starts[index->issuer_count++] = (uint32_t)index->names.len;
        cz_buffer_bytes(&index->names, gathering->names[i]);
    }
    index->name_starts[index->issuer_count] = (uint32_t)index->names.len;
    return !index->names.failed;
}

static bool build_spans(struct crl_index *index) {
    CZ_CLEANUP(release_gathering) struct gathering gathering = {.starts = NULL};
    size_t count = count_spans(index->crl);
    gathering.starts = calloc(count + 1, sizeof *gathering.starts);
    gathering.names = calloc(count, sizeof *gathering.names);
    index->spans = calloc(count, sizeof *index->spans);
    index->name_starts = calloc(count + 1, sizeof *index->name_starts);
    if (gathering.starts == NULL || gathering.names == NULL || index->spans == NULL ||
        index->name_starts == NULL || !gather(index, &gathering) || !keep_names(index, &gathering))
        return false;
    for (size_t i = 0; i < count; i++)
        find_issuer(index, gathered(&gathering, i), &index->spans[i].issuer);
    return true;
}

static int compare_records(const void *left, const void *right, void *context) {
    const struct crl_record *a = left, *b = right;
    int order = memcmp(a->serial, b->serial, sizeof a->serial);
    if (order != 0)
        return order;
    uint32_t issuer_a = issuer_of(context, a->offset), issuer_b = issuer_of(context, b->offset);
    if (issuer_a != issuer_b)
        return issuer_a < issuer_b ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static bool says_remove(const struct crl_index *index, const struct crl_record *record) {
    struct crl_entry entry;
    return cz_crl_entry_at(index->crl, record->offset, &entry) &&
           entry.reason == CRL_REASON_REMOVE_FROM_CRL;
}

static bool same_certificate(const struct crl_index *index, const struct crl_record *a,
                             const struct crl_record *b) {
    return memcmp(a->serial, b->serial, sizeof a->serial) == 0 &&
           issuer_of(index, a->offset) == issuer_of(index, b->offset);
}

static void drop_duplicates(struct crl_index *index) {
    size_t kept = 0;
    for (size_t i = 0; i < index->count; i++) {
        struct crl_record *last = kept > 0 ? &index->records[kept - 1] : NULL;
        if (last == NULL || !same_certificate(index, last, &index->records[i]))
            index->records[kept++] = index->records[i];
        else if (says_remove(index, last))
            *last = index->records[i];
    }
    index->count = kept;
}

static void fill_records(struct crl_index *index) {
    struct crl_walk walk = cz_crl_walk(index->crl);
    struct crl_entry entry;
    bool in_order = true;
    while (cz_crl_next(&walk, &entry)) {
        struct crl_record *record = &index->records[index->count];
        if (!entry.matchable || !pad_serial(entry.serial, record->serial))
            continue;
        record->offset = (uint32_t)entry.offset;
        in_order = in_order && (index->count == 0 || memcmp(record[-1].serial, record->serial,
                                                            sizeof record->serial) < 0);
        index->count++;
    }
    if (in_order)
        return;
    qsort_r(index->records, index->count, sizeof *index->records, compare_records, index);
    drop_duplicates(index);
}

bool cz_crl_index_build(const struct crl *crl, struct crl_index *index) {
    *index = (struct crl_index){.crl = crl};
    if (!build_spans(index))
        return false;
    if (crl->totals.entry_count == 0)
        return true;
    index->records = calloc(crl->totals.entry_count, sizeof *index->records);
    if (index->records == NULL)
        return false;
    fill_records(index);
    return true;
}

void cz_crl_index_release(struct crl_index *index) {
    free(index->records);
    free(index->spans);
    free(index->name_starts);
    cz_buffer_release(&index->names);
    *index = (struct crl_index){0};
}

/* --- look-up --- */

static int compare_wanted(const struct crl_index *index, const uint8_t serial[CZ_SERIAL_SIZE_MAX],
                          uint32_t issuer, const struct crl_record *record) {
    int order = memcmp(serial, record->serial, CZ_SERIAL_SIZE_MAX);
    if (order != 0 || index->span_count == 1)
        return order;
    uint32_t other = issuer_of(index, record->offset);
    return (issuer > other) - (issuer < other);
}

enum crl_lookup_result cz_crl_index_find(const void *context, struct bytes issuer_canonical,
                                         struct bytes serial, struct crl_entry *entry) {
    const struct crl_index *index = context;
    uint8_t wanted[CZ_SERIAL_SIZE_MAX];
    uint32_t issuer;
    if (!pad_serial(serial, wanted))
        return CRL_LOOKUP_FAILED; /* no certificate has such a serial */
    if (!find_issuer(index, issuer_canonical, &issuer))
        return CRL_LOOKUP_ABSENT;
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_wanted(index, wanted, issuer, &index->records[middle]);
        if (order == 0)
            return cz_crl_entry_at(index->crl, index->records[middle].offset, entry)
                       ? CRL_LOOKUP_FOUND
                       : CRL_LOOKUP_FAILED;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return CRL_LOOKUP_ABSENT;
}
