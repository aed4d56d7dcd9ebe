#include "selector/condition.h"

#include "base/cleanup.h"

#include <stdlib.h>

#define NO_TRIGGER UINT64_MAX

bool cz_condition_holds(const struct condition *condition, const struct term_set *terms) {
    switch (condition->kind) {
    case CONDITION_TERM:
        return cz_term_set_holds(terms, condition->term);
    case CONDITION_NOT:
        return condition->count == 1 && !cz_condition_holds(&condition->parts[0], terms);
    case CONDITION_ALL:
        for (size_t i = 0; i < condition->count; i++)
            if (!cz_condition_holds(&condition->parts[i], terms))
                return false;
        return condition->count > 0;
    case CONDITION_ANY:
        for (size_t i = 0; i < condition->count; i++)
            if (cz_condition_holds(&condition->parts[i], terms))
                return true;
        return false;
    case CONDITION_NONE:
        break;
    }
    return false;
}

/* What looking it up by its triggers costs, or NO_TRIGGER. */
static uint64_t weigh(const struct condition *condition, const uint32_t *weights) {
    uint64_t least = NO_TRIGGER, sum = 0;
    if (condition->kind == CONDITION_TERM)
        return weights[condition->term];
    if (condition->kind != CONDITION_ALL && condition->kind != CONDITION_ANY)
        return NO_TRIGGER;
    for (size_t i = 0; i < condition->count; i++) {
        uint64_t part = weigh(&condition->parts[i], weights);
        least = part < least ? part : least;
        sum = part == NO_TRIGGER || sum == NO_TRIGGER ? NO_TRIGGER : sum + part;
    }
    return condition->kind == CONDITION_ALL || condition->count == 0 ? least : sum;
}

static void visit_triggers(const struct condition *condition, const uint32_t *weights,
                           void (*visit)(void *context, uint32_t term), void *context) {
    if (condition->kind == CONDITION_TERM) {
        visit(context, condition->term);
        return;
    }
    uint64_t least = weigh(condition, weights);
    for (size_t i = 0; i < condition->count; i++) {
        bool is_all = condition->kind == CONDITION_ALL;
        if (is_all && weigh(&condition->parts[i], weights) != least)
            continue;
        visit_triggers(&condition->parts[i], weights, visit, context);
        if (is_all)
            return;
    }
}

bool cz_condition_triggers(const struct condition *condition, const uint32_t *weights,
                           void (*visit)(void *context, uint32_t term), void *context) {
    if (weigh(condition, weights) == NO_TRIGGER)
        return false;
    visit_triggers(condition, weights, visit, context);
    return true;
}

void cz_condition_terms(const struct condition *condition,
                        void (*visit)(void *context, uint32_t term), void *context) {
    if (condition->kind == CONDITION_TERM)
        visit(context, condition->term);
    for (size_t i = 0; i < condition->count; i++)
        cz_condition_terms(&condition->parts[i], visit, context);
}

static void put_number(struct buffer *out, size_t number) {
    uint32_t fixed = (uint32_t)number;
    cz_buffer_append(out, &fixed, sizeof fixed);
}

static int compare_buffers(const void *a, const void *b) {
    const struct buffer *left = a, *right = b;
    size_t common = left->len < right->len ? left->len : right->len;
    int order = common > 0 ? memcmp(left->data, right->data, common) : 0;
    return order != 0 ? order : (left->len > right->len) - (left->len < right->len);
}

static void put_parts(struct buffer *out, const struct condition *condition) {
    CZ_CLEANUP(cz_free_ptr)
    struct buffer *parts = calloc(condition->count + 1, sizeof *parts);
    if (parts == NULL) {
        cz_buffer_fail(out);
        return;
    }
    for (size_t i = 0; i < condition->count; i++) {
        cz_condition_canonical(&parts[i], &condition->parts[i]);
        if (parts[i].failed)
            cz_buffer_fail(out);
    }
    qsort(parts, condition->count, sizeof *parts, compare_buffers);
    for (size_t i = 0; i < condition->count; i++) {
        put_number(out, parts[i].len);
        cz_buffer_bytes(out, cz_buffer_view(&parts[i]));
        cz_buffer_release(&parts[i]);
    }
}

void cz_condition_canonical(struct buffer *out, const struct condition *condition) {
    cz_buffer_putc(out, (char)condition->kind);
    if (condition->kind == CONDITION_TERM) {
        put_number(out, condition->term);
        return;
    }
    put_number(out, condition->count);
    put_parts(out, condition);
}

void cz_condition_release(struct condition *condition) {
    for (size_t i = 0; i < condition->count; i++)
        cz_condition_release(&condition->parts[i]);
    free(condition->parts);
    *condition = (struct condition){0};
}
