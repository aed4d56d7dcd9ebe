#include "base/cleanup.h"
#include "certificate/name.h"
#include "revocation/crl_index.h"

#include <stdlib.h>

/* Names of issuers may take this much: an indirect CRL speaks of few issuers many times. */
#define NAMES_SIZE_MAX CZ_CRL_SIZE_MAX
/* So few records are sorted by comparing them. */
#define SMALL_GROUP 48

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
        index->memory.spans[index->span_count].offset = (uint32_t)entry.offset;
        gathering->starts[index->span_count++] = gathering->text.len;
        cz_name_canonical(&gathering->text, last);
    }
    gathering->starts[index->span_count] = gathering->text.len;
    return !gathering->text.failed;
}

static int compare_items(const void *left, const void *right) {
    return cz_crl_compare_names(*(const struct bytes *)left, *(const struct bytes *)right);
}

static struct bytes gathered(const struct gathering *gathering, size_t i) {
    return (struct bytes){.data = (const uint8_t *)gathering->text.data + gathering->starts[i],
                          .len = gathering->starts[i + 1] - gathering->starts[i]};
}

/* Each name once, in order. */
static bool keep_names(struct crl_index *index, struct gathering *gathering) {
    struct crl_index_memory *memory = &index->memory;
    size_t count = index->span_count;
    for (size_t i = 0; i < count; i++)
        gathering->names[i] = gathered(gathering, i);
    qsort(gathering->names, count, sizeof *gathering->names, compare_items);
    memory->names.limit = NAMES_SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && cz_bytes_equal(gathering->names[i - 1], gathering->names[i]))
            continue;
        memory->name_starts[index->issuer_count++] = (uint32_t)memory->names.len;
        cz_buffer_bytes(&memory->names, gathering->names[i]);
    }
    memory->name_starts[index->issuer_count] = (uint32_t)memory->names.len;
    index->names = cz_buffer_view(&memory->names);
    index->name_starts = memory->name_starts;
    return !memory->names.failed;
}

static bool build_spans(struct crl_index *index) {
    CZ_CLEANUP(release_gathering) struct gathering gathering = {.starts = NULL};
    struct crl_index_memory *memory = &index->memory;
    size_t count = count_spans(index->crl);
    gathering.starts = calloc(count + 1, sizeof *gathering.starts);
    gathering.names = calloc(count, sizeof *gathering.names);
    memory->spans = calloc(count, sizeof *memory->spans);
    memory->name_starts = calloc(count + 1, sizeof *memory->name_starts);
    if (gathering.starts == NULL || gathering.names == NULL || memory->spans == NULL ||
        memory->name_starts == NULL || !gather(index, &gathering) || !keep_names(index, &gathering))
        return false;
    for (size_t i = 0; i < count; i++)
        cz_crl_index_find_issuer(index, gathered(&gathering, i), &memory->spans[i].issuer);
    index->spans = memory->spans;
    return true;
}

static int compare_records(const void *left, const void *right, void *context) {
    const struct crl_record *a = left, *b = right;
    int order = memcmp(a->serial, b->serial, sizeof a->serial);
    if (order != 0)
        return order;
    uint32_t issuer_a = cz_crl_index_issuer_of(context, a->offset),
             issuer_b = cz_crl_index_issuer_of(context, b->offset);
    if (issuer_a != issuer_b)
        return issuer_a < issuer_b ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static void swap(struct crl_record *a, struct crl_record *b) {
    struct crl_record kept = *a;
    *a = *b;
    *b = kept;
}

/* Those that have the same octet come together, in the order of the octet, and `ends` tells where
 * each group ends. */
static void gather_by_octet(struct crl_record *records, size_t count, size_t octet,
                            size_t ends[256]) {
    size_t next[256] = {0};
    for (size_t i = 0; i < count; i++)
        next[records[i].serial[octet]]++;
    for (size_t value = 0, begin = 0; value < 256; value++) {
        size_t end = begin + next[value];
        next[value] = begin;
        ends[value] = begin = end;
    }
    for (size_t value = 0; value < 256; value++)
        while (next[value] < ends[value]) {
            size_t other = records[next[value]].serial[octet];
            if (other == value)
                next[value]++;
            else
                swap(&records[next[value]], &records[next[other]++]);
        }
}

/* In place, by one octet of the serial after the other (American flag sort): a million records take
 * a third of the time that comparing them takes, and no memory. */
static void sort_records(struct crl_index *index, struct crl_record *records, size_t count,
                         size_t octet) {
    size_t ends[256];
    if (count <= SMALL_GROUP || octet == CZ_SERIAL_SIZE_MAX) {
        qsort_r(records, count, sizeof *records, compare_records, index);
        return;
    }
    gather_by_octet(records, count, octet, ends);
    for (size_t value = 0, begin = 0; value < 256; begin = ends[value++])
        if (ends[value] - begin > 1)
            sort_records(index, records + begin, ends[value] - begin, octet + 1);
}

static bool says_remove(const struct crl_index *index, const struct crl_record *record) {
    struct crl_entry entry;
    return cz_crl_entry_at(index->crl, record->offset, &entry) &&
           entry.reason == CRL_REASON_REMOVE_FROM_CRL;
}

static bool same_certificate(const struct crl_index *index, const struct crl_record *a,
                             const struct crl_record *b) {
    return memcmp(a->serial, b->serial, sizeof a->serial) == 0 &&
           cz_crl_index_issuer_of(index, a->offset) == cz_crl_index_issuer_of(index, b->offset);
}

static size_t drop_duplicates(const struct crl_index *index, struct crl_record *records,
                              size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct crl_record *last = kept > 0 ? &records[kept - 1] : NULL;
        if (last == NULL || !same_certificate(index, last, &records[i]))
            records[kept++] = records[i];
        else if (says_remove(index, last))
            *last = records[i];
    }
    return kept;
}

/* Returns how many there are. */
static size_t fill_records(struct crl_index *index, struct crl_record *records) {
    struct crl_walk walk = cz_crl_walk(index->crl);
    struct crl_entry entry;
    bool in_order = true;
    size_t count = 0;
    while (cz_crl_next(&walk, &entry)) {
        struct crl_record *record = &records[count];
        if (!entry.matchable || !cz_crl_pad_serial(entry.serial, record->serial))
            continue;
        record->offset = (uint32_t)entry.offset;
        in_order = in_order && (count == 0 || memcmp(record[-1].serial, record->serial,
                                                     sizeof record->serial) < 0);
        count++;
    }
    if (in_order)
        return count;
    sort_records(index, records, count, 0);
    return drop_duplicates(index, records, count);
}

bool cz_crl_index_build(const struct crl *crl, struct crl_index *index) {
    struct crl_index_memory *memory = &index->memory;
    *index = (struct crl_index){.crl = crl};
    if (!build_spans(index))
        return false;
    if (crl->totals.entry_count == 0)
        return true;
    memory->records = calloc(crl->totals.entry_count, sizeof *memory->records);
    if (memory->records == NULL)
        return false;
    index->count = fill_records(index, memory->records);
    index->records = memory->records;
    return true;
}

void cz_crl_index_release(struct crl_index *index) {
    free(index->memory.records);
    free(index->memory.spans);
    free(index->memory.name_starts);
    cz_buffer_release(&index->memory.names);
    *index = (struct crl_index){0};
}
