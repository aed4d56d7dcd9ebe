#include "selector/imply.h"

#define STEPS_MAX 10000 /* of one comparison */

static bool implies(const struct condition *narrow, const struct condition *wide, unsigned *steps);

/* Of `narrow`'s parts one, or all, have to imply `wide`. */
static bool parts_imply(const struct condition *narrow, const struct condition *wide, bool all,
                        unsigned *steps) {
    for (size_t i = 0; i < narrow->count; i++)
        if (implies(&narrow->parts[i], wide, steps) != all)
            return !all;
    return all && narrow->count > 0;
}

static bool implies_parts(const struct condition *narrow, const struct condition *wide, bool all,
                          unsigned *steps) {
    for (size_t i = 0; i < wide->count; i++)
        if (implies(narrow, &wide->parts[i], steps) != all)
            return !all;
    return all && wide->count > 0;
}

static bool implies(const struct condition *narrow, const struct condition *wide, unsigned *steps) {
    if (++*steps > STEPS_MAX)
        return false;
    if (narrow->kind == CONDITION_TERM && wide->kind == CONDITION_TERM)
        return narrow->term == wide->term;
    if (narrow->kind == CONDITION_NOT && wide->kind == CONDITION_NOT)
        return implies(&wide->parts[0], &narrow->parts[0], steps);
    if (narrow->kind == CONDITION_ANY)
        return parts_imply(narrow, wide, true, steps);
    if (wide->kind == CONDITION_ALL)
        return implies_parts(narrow, wide, true, steps);
    return (narrow->kind == CONDITION_ALL && parts_imply(narrow, wide, false, steps)) ||
           (wide->kind == CONDITION_ANY && implies_parts(narrow, wide, false, steps));
}

bool cz_condition_implies(const struct condition *narrow, const struct condition *wide) {
    unsigned steps = 0;
    return implies(narrow, wide, &steps);
}

/* Kinds of which a certificate has exactly one. */
static bool is_single(enum term_kind kind) {
    static const bool single[TERM_KIND_COUNT] = {
        [TERM_SHA256] = true,  [TERM_SHA1] = true,   [TERM_SPKI_SHA256] = true,
        [TERM_SUBJECT] = true, [TERM_ISSUER] = true, [TERM_SERIAL] = true};
    return single[kind];
}

static bool terms_exclude(struct bytes a, struct bytes b) {
    return is_single(cz_term_kind(a)) && a.len > 1 && b.len > 1 && a.data[0] == b.data[0] &&
           a.data[1] == b.data[1] && !cz_bytes_equal(a, b);
}

/* Both kinds of combination: of an ALL one part is enough, of an ANY each has to exclude. */
static bool exclude(const struct condition *a, const struct condition *b,
                    const struct vocabulary *vocabulary, unsigned *steps) {
    if (++*steps > STEPS_MAX || a->kind == CONDITION_NOT || a->kind == CONDITION_NONE)
        return false;
    if (a->kind == CONDITION_TERM) {
        if (b->kind != CONDITION_TERM)
            return b->kind != CONDITION_NOT && b->kind != CONDITION_NONE &&
                   exclude(b, a, vocabulary, steps);
        return terms_exclude(vocabulary->terms[a->term], vocabulary->terms[b->term]);
    }
    for (size_t i = 0; i < a->count; i++)
        if (exclude(&a->parts[i], b, vocabulary, steps) != (a->kind == CONDITION_ANY))
            return a->kind == CONDITION_ALL;
    return a->kind == CONDITION_ANY && a->count > 0;
}

bool cz_conditions_exclude(const struct condition *a, const struct condition *b,
                           const struct vocabulary *vocabulary) {
    unsigned steps = 0;
    return exclude(a, b, vocabulary, &steps);
}
