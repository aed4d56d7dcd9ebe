#include "selector/vocabulary.h"

#include "base/numbers.h"

#include <stdlib.h>

#define BLOCK_SIZE 65536 /* bytes of terms in one block */
#define SLOTS_LEAST 64

bool cz_term_set_holds(const struct term_set *set, uint32_t number) {
    return cz_numbers_hold(set->numbers, set->count, number);
}

void cz_term_set_release(struct term_set *set) {
    free(set->numbers);
    *set = (struct term_set){0};
}

/* The slot of the term, or the free one where it belongs. */
static size_t slot_of(const struct vocabulary *vocabulary, struct bytes term) {
    size_t slot = cz_hash(term) & (vocabulary->slot_count - 1);
    while (vocabulary->slots[slot] != 0 &&
           !cz_bytes_equal(vocabulary->terms[vocabulary->slots[slot] - 1], term))
        slot = (slot + 1) & (vocabulary->slot_count - 1);
    return slot;
}

/* At most half of the slots are ever taken. */
static bool make_room(struct vocabulary *vocabulary) {
    if (vocabulary->count == vocabulary->capacity) {
        size_t capacity = vocabulary->capacity > 0 ? vocabulary->capacity * 2 : SLOTS_LEAST / 2;
        struct bytes *terms = realloc(vocabulary->terms, capacity * sizeof *terms);
        if (terms == NULL)
            return false;
        vocabulary->terms = terms;
        vocabulary->capacity = capacity;
    }
    if (2 * (vocabulary->count + 1) <= vocabulary->slot_count)
        return true;
    size_t slot_count = vocabulary->slot_count > 0 ? vocabulary->slot_count * 2 : SLOTS_LEAST;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    free(vocabulary->slots);
    vocabulary->slots = slots;
    vocabulary->slot_count = slot_count;
    for (size_t i = 0; i < vocabulary->count; i++)
        slots[slot_of(vocabulary, vocabulary->terms[i])] = (uint32_t)i + 1;
    return true;
}

/* A copy that stays where it is: a block is never grown beyond what was reserved for it. */
static bool keep(struct vocabulary *vocabulary, struct bytes term, struct bytes *kept) {
    struct buffer *block =
        vocabulary->block_count > 0 ? &vocabulary->blocks[vocabulary->block_count - 1] : NULL;
    if (block == NULL || block->capacity - block->len <= term.len) {
        struct buffer *blocks =
            realloc(vocabulary->blocks, (vocabulary->block_count + 1) * sizeof *blocks);
        if (blocks == NULL)
            return false;
        vocabulary->blocks = blocks;
        block = &blocks[vocabulary->block_count++];
        *block = (struct buffer){0};
        cz_buffer_reserve(block, term.len < BLOCK_SIZE ? BLOCK_SIZE : term.len);
    }
    size_t start = block->len;
    cz_buffer_bytes(block, term);
    if (block->failed)
        return false;
    *kept = (struct bytes){.data = (const uint8_t *)block->data + start, .len = term.len};
    return true;
}

bool cz_vocabulary_add(struct vocabulary *vocabulary, struct bytes term, uint32_t *number) {
    if (vocabulary->count == UINT32_MAX - 1 || !make_room(vocabulary))
        return false;
    size_t slot = slot_of(vocabulary, term);
    if (vocabulary->slots[slot] == 0) {
        if (!keep(vocabulary, term, &vocabulary->terms[vocabulary->count]))
            return false;
        vocabulary->slots[slot] = (uint32_t)++vocabulary->count;
        cz_term_wish(&vocabulary->wishes, term);
    }
    *number = vocabulary->slots[slot] - 1;
    return true;
}

struct match {
    const struct vocabulary *vocabulary;
    struct term_set *set;
    bool failed;
};

static void take(void *context, struct bytes term) {
    struct match *match = context;
    struct term_set *set = match->set;
    uint32_t entry = match->vocabulary->slots[slot_of(match->vocabulary, term)];
    if (entry == 0)
        return;
    if (set->count == set->capacity) {
        size_t capacity = set->capacity > 0 ? set->capacity * 2 : 16;
        uint32_t *numbers = realloc(set->numbers, capacity * sizeof *numbers);
        if (numbers == NULL) {
            match->failed = true;
            return;
        }
        set->numbers = numbers;
        set->capacity = capacity;
    }
    set->numbers[set->count++] = entry - 1;
}

static void sort_and_unite(struct term_set *set) {
    size_t kept = 0;
    if (set->count == 0)
        return;
    cz_numbers_sort(set->numbers, set->count);
    for (size_t i = 1; i < set->count; i++)
        if (set->numbers[i] != set->numbers[kept])
            set->numbers[++kept] = set->numbers[i];
    set->count = kept + 1;
}

bool cz_vocabulary_match(const struct vocabulary *vocabulary, const struct certificate *certificate,
                         const struct policies_found *policies, struct term_set *set) {
    struct match match = {.vocabulary = vocabulary, .set = set};
    *set = (struct term_set){0};
    if (vocabulary->count == 0)
        return true;
    if (!cz_terms_visit(certificate, policies, &vocabulary->wishes, take, &match) || match.failed) {
        cz_term_set_release(set);
        return false;
    }
    sort_and_unite(set);
    return true;
}

void cz_vocabulary_release(struct vocabulary *vocabulary) {
    for (size_t i = 0; i < vocabulary->block_count; i++)
        cz_buffer_release(&vocabulary->blocks[i]);
    free(vocabulary->blocks);
    free(vocabulary->terms);
    free(vocabulary->slots);
    *vocabulary = (struct vocabulary){0};
}
