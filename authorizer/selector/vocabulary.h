/*
 * The vocabulary: every term that a configuration mentions, each once, under a number. Filled
 * while loading, then unchanged and shared by all threads.
 */
#ifndef CERTAUTHZ_SELECTOR_VOCABULARY_H
#define CERTAUTHZ_SELECTOR_VOCABULARY_H

#include "selector/term.h"

/* The numbers of the terms that a certificate has, rising, each once. */
struct term_set {
    uint32_t *numbers; /* owned */
    size_t count;
    size_t capacity;
};

bool cz_term_set_holds(const struct term_set *set, uint32_t number);
void cz_term_set_release(struct term_set *set);

struct vocabulary {
    struct buffer *blocks; /* owned: the terms' bytes, in blocks that never move */
    size_t block_count;
    struct bytes *terms; /* owned; by number, each points into a block */
    size_t count, capacity;
    uint32_t *slots; /* owned; number + 1, 0: free; open addressing */
    size_t slot_count;
    struct term_wishes wishes;
};

/* The term's number, a new one where it was not known. False when out of memory. `term` is
 * copied. */
bool cz_vocabulary_add(struct vocabulary *vocabulary, struct bytes term, uint32_t *number);
/* The terms of the vocabulary that the certificate has (see cz_terms_visit). False when out of
 * memory or where a digest is not to be had; then `set` is empty and nothing may be concluded. The
 * caller releases `set` in either case. */
bool cz_vocabulary_match(const struct vocabulary *vocabulary, const struct certificate *certificate,
                         const struct policies_found *policies, struct term_set *set);
void cz_vocabulary_release(struct vocabulary *vocabulary);

#endif
