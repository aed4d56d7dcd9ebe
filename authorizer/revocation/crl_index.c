#include "revocation/crl_index.h"

bool cz_crl_pad_serial(struct bytes serial, uint8_t padded[CZ_SERIAL_SIZE_MAX]) {
    if (serial.len == 0 || serial.len > CZ_SERIAL_SIZE_MAX)
        return false;
    memset(padded, 0, CZ_SERIAL_SIZE_MAX - serial.len);
    memcpy(padded + CZ_SERIAL_SIZE_MAX - serial.len, serial.data, serial.len);
    return true;
}

int cz_crl_compare_names(struct bytes a, struct bytes b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

uint32_t cz_crl_index_issuer_of(const struct crl_index *index, uint32_t offset) {
    size_t low = 0, high = index->span_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (index->spans[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return index->span_count > 0 ? index->spans[low].issuer : 0;
}

/* Empty where the file that it lies in has no such one. */
static struct bytes name_at(const struct crl_index *index, size_t i) {
    size_t begin = index->name_starts[i], end = index->name_starts[i + 1];
    if (begin > end || end > index->names.len)
        return (struct bytes){0};
    return (struct bytes){.data = index->names.data + begin, .len = end - begin};
}

bool cz_crl_index_find_issuer(const struct crl_index *index, struct bytes name, uint32_t *issuer) {
    size_t low = 0, high = index->issuer_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = cz_crl_compare_names(name_at(index, middle), name);
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

static int compare_wanted(const struct crl_index *index, const uint8_t serial[CZ_SERIAL_SIZE_MAX],
                          uint32_t issuer, const struct crl_record *record) {
    int order = memcmp(serial, record->serial, CZ_SERIAL_SIZE_MAX);
    if (order != 0 || index->span_count == 1)
        return order;
    uint32_t other = cz_crl_index_issuer_of(index, record->offset);
    return (issuer > other) - (issuer < other);
}

/* The record says what the list itself says at its offset, which *entry is filled with. */
static bool agrees(const struct crl_index *index, size_t i, struct crl_entry *entry) {
    uint8_t serial[CZ_SERIAL_SIZE_MAX];
    const struct crl_record *record = &index->records[i];
    return cz_crl_entry_at(index->crl, record->offset, entry) && entry->matchable &&
           cz_crl_pad_serial(entry->serial, serial) &&
           memcmp(serial, record->serial, sizeof serial) == 0;
}

/* `place` is where one would be that is not there. */
static enum crl_lookup_result confirm_absence(const struct crl_index *index, size_t place) {
    struct crl_entry neighbour;
    bool agree = (place == 0 || agrees(index, place - 1, &neighbour)) &&
                 (place == index->count || agrees(index, place, &neighbour));
    return agree ? CRL_LOOKUP_ABSENT : CRL_LOOKUP_FAILED;
}

enum crl_lookup_result cz_crl_index_find(const void *context, struct bytes issuer_canonical,
                                         struct bytes serial, struct crl_entry *entry) {
    const struct crl_index *index = context;
    uint8_t wanted[CZ_SERIAL_SIZE_MAX];
    uint32_t issuer;
    if (!cz_crl_pad_serial(serial, wanted))
        return CRL_LOOKUP_FAILED; /* no certificate has such a serial */
    if (!cz_crl_index_find_issuer(index, issuer_canonical, &issuer))
        return CRL_LOOKUP_ABSENT;
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_wanted(index, wanted, issuer, &index->records[middle]);
        if (order == 0)
            return agrees(index, middle, entry) ? CRL_LOOKUP_FOUND : CRL_LOOKUP_FAILED;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return confirm_absence(index, low);
}
