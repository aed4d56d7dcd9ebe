#include "store/newest.h"

#include "base/cleanup.h"
#include "store/form.h"

#include <gnutls/crypto.h>
#include <stdlib.h>

#define FORM 1
#define ITEM_SIZE_LEAST (2 * CZ_SHA256_SIZE + 8 * 3)

bool cz_newest_kind(const struct crl *crl, struct bytes spki, uint8_t kind[CZ_SHA256_SIZE]) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_form_bytes(&text, crl->issuer_canonical);
    cz_form_bytes(&text, spki);
    cz_form_bytes(&text, crl->issuing_distribution_point);
    cz_form_number(&text, crl->is_delta);
    return !text.failed && gnutls_hash_fast(GNUTLS_DIG_SHA256, text.data, text.len, kind) >= 0;
}

struct newest_list *cz_newest_find(const struct newest *newest,
                                   const uint8_t kind[CZ_SHA256_SIZE]) {
    for (size_t i = 0; i < newest->count; i++)
        if (memcmp(newest->items[i].kind, kind, CZ_SHA256_SIZE) == 0)
            return &newest->items[i];
    return NULL;
}

static struct bytes number_of(const struct newest_list *item) {
    return (struct bytes){.data = item->number, .len = item->number_len};
}

enum newest_age cz_newest_age(const struct newest_list *than, const struct crl *crl) {
    if (crl->this_update < than->this_update)
        return NEWEST_EARLIER;
    if (crl->has_number && than->number_len > 0 &&
        cz_crl_compare_numbers(crl->number, number_of(than)) < 0)
        return NEWEST_LOWER_NUMBER;
    return NEWEST_UP_TO_DATE;
}

static struct newest_list *longest_ago(struct newest *newest) {
    struct newest_list *found = newest->items;
    for (size_t i = 1; i < newest->count; i++)
        if (newest->items[i].this_update < found->this_update)
            found = &newest->items[i];
    return found;
}

/* NULL when out of memory. */
static struct newest_list *add(struct newest *newest) {
    if (newest->count >= CZ_NEWEST_MAX)
        return longest_ago(newest);
    struct newest_list *grown =
        reallocarray(newest->items, newest->count + 1, sizeof *newest->items);
    if (grown == NULL)
        return NULL;
    newest->items = grown;
    return &grown[newest->count++];
}

static void take_number(struct newest_list *item, struct bytes number) {
    if (number.len > sizeof item->number ||
        (item->number_len > 0 && cz_crl_compare_numbers(number, number_of(item)) <= 0))
        return;
    item->number_len = number.len;
    memcpy(item->number, number.data, number.len);
}

bool cz_newest_note(struct newest *newest, const uint8_t kind[CZ_SHA256_SIZE],
                    const struct crl *crl, const uint8_t sha256[CZ_SHA256_SIZE]) {
    struct newest_list *item = cz_newest_find(newest, kind);
    if (item != NULL && (memcmp(item->list, sha256, CZ_SHA256_SIZE) == 0 ||
                         cz_newest_age(item, crl) != NEWEST_UP_TO_DATE))
        return true;
    if (item == NULL) {
        item = add(newest);
        if (item == NULL)
            return false;
        *item = (struct newest_list){.this_update = crl->this_update};
        memcpy(item->kind, kind, sizeof item->kind);
    }
    memcpy(item->list, sha256, sizeof item->list);
    item->this_update = crl->this_update;
    item->orphaned = false;
    if (crl->has_number)
        take_number(item, crl->number);
    newest->changed = true;
    return true;
}

/* --- its file form --- */

void cz_newest_write(const struct newest *newest, struct buffer *out) {
    cz_form_begin(out, "newest", FORM);
    cz_form_number(out, newest->count);
    for (size_t i = 0; i < newest->count; i++) {
        const struct newest_list *item = &newest->items[i];
        cz_buffer_append(out, item->kind, sizeof item->kind);
        cz_buffer_append(out, item->list, sizeof item->list);
        cz_form_number(out, (uint64_t)item->this_update);
        cz_form_bytes(out, number_of(item));
        cz_form_number(out, item->orphaned);
    }
    cz_form_end(out);
}

static void take_item(struct form_reader *reader, struct newest_list *item) {
    *item = (struct newest_list){.number_len = 0};
    cz_form_take_exactly(reader, item->kind, sizeof item->kind);
    cz_form_take_exactly(reader, item->list, sizeof item->list);
    item->this_update = (int64_t)cz_form_take_number(reader);
    struct bytes number = cz_form_take_bytes(reader);
    reader->malformed |= number.len > sizeof item->number;
    item->orphaned = cz_form_take_small(reader, 2) != 0;
    if (!reader->malformed && number.len > 0) {
        item->number_len = number.len;
        memcpy(item->number, number.data, number.len);
    }
}

bool cz_newest_parse(struct bytes bytes, struct newest *newest, struct error *error) {
    struct form_reader reader;
    *newest = (struct newest){.count = 0};
    if (!cz_form_open(bytes, "newest", FORM, &reader, error))
        return false;
    size_t count = cz_form_take_count(&reader, ITEM_SIZE_LEAST);
    newest->items = calloc(count + 1, sizeof *newest->items);
    reader.no_memory |= newest->items == NULL;
    while (newest->items != NULL && newest->count < count)
        take_item(&reader, &newest->items[newest->count++]);
    if (cz_form_close(&reader, error))
        return true;
    cz_newest_release(newest);
    return false;
}

void cz_newest_release(struct newest *newest) {
    free(newest->items);
    *newest = (struct newest){.count = 0};
}
