/*
 * Conditions: terms combined by all, any and not. A value; whether it holds is decided by the
 * terms that a certificate has, and nothing else.
 */
#ifndef CERTAUTHZ_SELECTOR_CONDITION_H
#define CERTAUTHZ_SELECTOR_CONDITION_H

#include "selector/vocabulary.h"

enum condition_kind {
    CONDITION_NONE = 0, /* no condition was given; holds for nobody */
    CONDITION_TERM,
    CONDITION_ALL, /* of no parts: holds for nobody, and so does ANY */
    CONDITION_ANY,
    CONDITION_NOT, /* of its one part */
};

#define CZ_CONDITION_DEPTH_MAX 16

struct condition {
    enum condition_kind kind;
    uint32_t term;           /* CONDITION_TERM: its number in the vocabulary */
    struct condition *parts; /* owned, each too */
    size_t count;
};

bool cz_condition_holds(const struct condition *condition, const struct term_set *terms);

/*
 * Terms of which a certificate has at least one wherever the condition holds; a condition is
 * looked up by them. Of several choices that with the least weight is taken; `weights` holds one
 * for each term of the vocabulary. False, with nothing visited, where there are no such terms: it
 * would hold for certificates of which nothing is known.
 */
bool cz_condition_triggers(const struct condition *condition, const uint32_t *weights,
                           void (*visit)(void *context, uint32_t term), void *context);

/* Visits every term that the condition mentions. */
void cz_condition_terms(const struct condition *condition,
                        void (*visit)(void *context, uint32_t term), void *context);

/* The same bytes for two conditions that are the same but for the order of their parts. Never
 * the same for two that differ. */
void cz_condition_canonical(struct buffer *out, const struct condition *condition);

void cz_condition_release(struct condition *condition);

#endif
