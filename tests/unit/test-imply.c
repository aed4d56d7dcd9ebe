/* Which conditions follow from others, and which exclude one another: random ones, against every
 * certificate of a small world. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "selector/imply.h"

/* Two digests, of which a certificate has at most one, and two names, which it may both have. */
enum { DIGEST_1, DIGEST_2, NAME_1, NAME_2, TERMS };

static uint32_t state = 1;

static uint32_t draw(uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (state >> 16) % below;
}

static void make(struct condition *condition, int depth) {
    static const enum condition_kind kinds[] = {CONDITION_ALL, CONDITION_ANY, CONDITION_NOT};
    if (depth == 0 || draw(3) == 0) {
        *condition = (struct condition){.kind = CONDITION_TERM, .term = draw(TERMS)};
        return;
    }
    *condition = (struct condition){.kind = kinds[draw(3)]};
    condition->count = condition->kind == CONDITION_NOT ? 1 : 1 + draw(3);
    condition->parts = calloc(condition->count, sizeof *condition->parts);
    if (condition->parts == NULL)
        support_die("out of memory");
    for (size_t i = 0; i < condition->count; i++)
        make(&condition->parts[i], depth - 1);
}

static bool holds(const struct condition *condition, unsigned certificate) {
    uint32_t numbers[TERMS];
    struct term_set set = {.numbers = numbers};
    for (uint32_t i = 0; i < TERMS; i++)
        if ((certificate >> i & 1) != 0)
            numbers[set.count++] = i;
    return cz_condition_holds(condition, &set);
}

static void fill(struct vocabulary *vocabulary) {
    static const struct {
        enum term_kind kind;
        const char *value;
    } terms[TERMS] = {{TERM_SHA256, "one"}, {TERM_SHA256, "two"}, {TERM_DNS, "a"}, {TERM_DNS, "b"}};
    for (uint32_t i = 0; i < TERMS; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer term = {0};
        uint32_t number;
        cz_term_bytes(&term, terms[i].kind, cz_bytes_of(terms[i].value));
        if (!cz_vocabulary_add(vocabulary, cz_buffer_view(&term), &number) || number != i)
            support_die("the vocabulary is not as it should be");
    }
}

struct tally {
    size_t wrong_implied, wrong_excluded, implied, excluded;
};

static void compare(const struct condition *a, const struct condition *b,
                    const struct vocabulary *vocabulary, struct tally *tally) {
    bool implies = cz_condition_implies(a, b);
    bool excludes = cz_conditions_exclude(a, b, vocabulary);
    for (unsigned certificate = 0; certificate < 1u << TERMS; certificate++) {
        bool possible = (certificate & 1u << DIGEST_1) == 0 || (certificate & 1u << DIGEST_2) == 0;
        tally->wrong_implied += implies && holds(a, certificate) && !holds(b, certificate);
        tally->wrong_excluded +=
            excludes && possible && holds(a, certificate) && holds(b, certificate);
    }
    tally->implied += implies;
    tally->excluded += excludes;
}

int main(void) {
    CZ_CLEANUP(cz_vocabulary_release) struct vocabulary vocabulary = {0};
    struct tally tally = {0};
    fill(&vocabulary);
    for (int i = 0; i < 50000; i++) {
        CZ_CLEANUP(cz_condition_release) struct condition a = {0};
        CZ_CLEANUP(cz_condition_release) struct condition b = {0};
        make(&a, 3);
        make(&b, 3);
        compare(&a, &b, &vocabulary, &tally);
    }
    tap_is_int((long long)tally.wrong_implied, 0, "what is said to follow does");
    tap_is_int((long long)tally.wrong_excluded, 0, "what is said to exclude does");
    tap_ok(tally.implied > 1000 && tally.excluded > 1000, "and much is said (%zu, %zu)",
           tally.implied, tally.excluded);
    return tap_done();
}
