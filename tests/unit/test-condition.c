/* Conditions and the vocabulary that their terms are numbered by. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "selector/condition.h"

static uint32_t numbers[] = {1, 3, 5};
static const struct term_set set = {.numbers = numbers, .count = CZ_COUNT(numbers)};

#define TERM(number)                                                                               \
    { .kind = CONDITION_TERM, .term = number }
#define OF(what, ...)                                                                              \
    {                                                                                              \
        .kind = what, .parts = (struct condition[]){__VA_ARGS__},                                  \
        .count = sizeof((struct condition[]){__VA_ARGS__}) / sizeof(struct condition)              \
    }
#define ALL(...) OF(CONDITION_ALL, __VA_ARGS__)
#define ANY(...) OF(CONDITION_ANY, __VA_ARGS__)
#define NOT(part) OF(CONDITION_NOT, part)

static void test_conditions(void) {
    const struct {
        const char *name;
        struct condition condition;
        bool holds;
    } cases[] = {
        {"none", {.kind = CONDITION_NONE}, false},
        {"an unknown kind", {.kind = (enum condition_kind)99}, false},
        {"a term", TERM(3), true},
        {"another", TERM(4), false},
        {"all of nothing", {.kind = CONDITION_ALL}, false},
        {"any of nothing", {.kind = CONDITION_ANY}, false},
        {"not of nothing", {.kind = CONDITION_NOT}, false},
        {"all", ALL(TERM(5), TERM(1)), true},
        {"all but one", ALL(TERM(1), TERM(2)), false},
        {"any", ANY(TERM(2), TERM(5)), true},
        {"any of none", ANY(TERM(2), TERM(4)), false},
        {"not", NOT(TERM(2)), true},
        {"not that", NOT(TERM(3)), false},
        {"all, one of them not", ALL(NOT(TERM(2)), TERM(5)), true},
        {"any, one of them not", ANY(NOT(TERM(3)), TERM(5)), true},
        {"all of two any: the lighter one", ALL(ANY(TERM(3), TERM(4)), ANY(TERM(1), TERM(2))),
         true},
        {"any of all", ANY(ALL(TERM(3), TERM(9)), ALL(TERM(1), TERM(5))), true},
        {"not all", NOT(ALL(TERM(1), TERM(2))), true},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_ok(cz_condition_holds(&cases[i].condition, &set) == cases[i].holds, "%s %s",
               cases[i].name, cases[i].holds ? "holds" : "does not hold");
}

static void append_number(void *context, uint32_t term) {
    cz_buffer_printf(context, "%u ", term);
}

/* Weights are the terms' own numbers. */
static void check_triggers(const struct condition *condition, const char *wanted) {
    static const uint32_t weights[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    CZ_CLEANUP(cz_buffer_release) struct buffer found = {0};
    bool has = cz_condition_triggers(condition, weights, append_number, &found);
    tap_is(has ? cz_buffer_text(&found) : "none", wanted, support_text("triggers: %s", wanted));
    if (!has)
        tap_ok(found.len == 0, "and nothing is visited");
}

static void test_triggers(void) {
    const struct condition term = TERM(3), not = NOT(TERM(3));
    const struct condition all = ALL(NOT(TERM(1)), TERM(5), ANY(TERM(2), TERM(4)), TERM(5));
    const struct condition any = ANY(ALL(TERM(3), TERM(9)), ALL(TERM(5), TERM(1)));
    const struct condition hole = ANY(TERM(1), NOT(TERM(2)));
    const struct condition empty = {.kind = CONDITION_ALL};
    check_triggers(&term, "3 ");
    check_triggers(&not, "none");
    check_triggers(&all, "5 ");
    check_triggers(&any, "3 1 ");
    check_triggers(&hole, "none");
    check_triggers(&empty, "none");
    CZ_CLEANUP(cz_buffer_release) struct buffer terms = {0};
    cz_condition_terms(&all, append_number, &terms);
    tap_is(cz_buffer_text(&terms), "1 5 2 4 5 ", "every term is visited");
}

static bool same_form(const struct condition *a, const struct condition *b) {
    CZ_CLEANUP(cz_buffer_release) struct buffer left = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer right = {0};
    cz_condition_canonical(&left, a);
    cz_condition_canonical(&right, b);
    return cz_bytes_equal(cz_buffer_view(&left), cz_buffer_view(&right));
}

static void test_canonical(void) {
    const struct condition a = ALL(TERM(1), ANY(TERM(2), TERM(3)));
    const struct condition turned = ALL(ANY(TERM(3), TERM(2)), TERM(1));
    const struct condition other = ALL(TERM(1), ALL(TERM(2), TERM(3)));
    const struct condition less = ALL(TERM(1), TERM(2)), more = ALL(TERM(1), TERM(2), TERM(2));
    const struct condition not = NOT(TERM(1)), term = TERM(1);
    tap_ok(same_form(&a, &turned), "the order of parts does not count");
    tap_ok(!same_form(&a, &other), "all is not any");
    tap_ok(!same_form(&less, &more), "the number of parts counts");
    tap_ok(!same_form(&not, &term), "not is not its part");
}

static void test_vocabulary(void) {
    CZ_CLEANUP(cz_vocabulary_release) struct vocabulary vocabulary = {0};
    uint32_t number, again;
    unsigned wrong = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        char text[16];
        text[0] = (char)TERM_URI;
        text[1] = 0;
        snprintf(text + 2, sizeof text - 2, "%u", i);
        struct bytes term = {.data = (uint8_t *)text, .len = 2 + strlen(text + 2)};
        wrong += !cz_vocabulary_add(&vocabulary, term, &number) || number != i;
        wrong += !cz_vocabulary_add(&vocabulary, term, &again) || again != i;
    }
    tap_ok(wrong == 0 && vocabulary.count == 20000, "each term has one number, by first use");
    struct bytes large = support_fill('x', 200000);
    ((uint8_t *)(uintptr_t)large.data)[0] = TERM_EXTENSION;
    ((uint8_t *)(uintptr_t)large.data)[1] = 0;
    tap_ok(cz_vocabulary_add(&vocabulary, large, &number) && number == 20000,
           "also one larger than a block");
    tap_ok(vocabulary.wishes.how[TERM_URI] == 1 && vocabulary.wishes.how[TERM_EXTENSION] == 1 &&
               vocabulary.wishes.how[TERM_SHA256] == 0,
           "only what is mentioned is wished for");
}

int main(void) {
    test_conditions();
    test_triggers();
    test_canonical();
    test_vocabulary();
    return tap_done();
}
