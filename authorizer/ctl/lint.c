/* certauthzctl lint: what in a good configuration is likely a mistake. */
#include "ctl/lint.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "certificate/name.h"
#include "config/certificate_file.h"
#include "ctl/command.h"

#include <stdarg.h>
#include <stdio.h>

static void put(struct lint *lint, const struct place *place, const char *kind, const char *format,
                va_list arguments) __attribute__((format(printf, 4, 0)));

static void put(struct lint *lint, const struct place *place, const char *kind, const char *format,
                va_list arguments) {
    CZ_CLEANUP(cz_free_ptr) char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0) {
        text = NULL;
        cz_buffer_fail(&lint->out);
        return;
    }
    cz_buffer_printf(&lint->out, "%s:%u: %s: ", place->file, place->line, kind);
    cz_buffer_puts(&lint->out, text);
    cz_buffer_putc(&lint->out, '\n');
}

void cz_lint_warn(struct lint *lint, const struct place *place, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    put(lint, place, "warning", format, arguments);
    va_end(arguments);
    lint->warnings++;
}

void cz_lint_note(struct lint *lint, const struct place *place, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    put(lint, place, "note", format, arguments);
    va_end(arguments);
    lint->notes++;
}

bool cz_lint_end(const struct lint *lint, int64_t end, struct buffer *out) {
    int64_t left = end - lint->now;
    if (end == INT64_MAX || left >= CZ_LINT_SOON)
        return false;
    cz_buffer_puts(out, left < 0 ? "ended at " : "ends at ");
    cz_time_append(out, end);
    if (left >= 0)
        cz_buffer_printf(out, ", in %lld days", (long long)(left / CZ_LINT_DAY));
    return true;
}

struct sha1_search {
    const struct vocabulary *vocabulary;
    bool found;
};

static void look_for_sha1(void *context, uint32_t term) {
    struct sha1_search *search = context;
    search->found |= cz_term_kind(search->vocabulary->terms[term]) == TERM_SHA1;
}

bool cz_lint_has_sha1(const struct lint *lint, const struct condition *condition) {
    struct sha1_search search = {.vocabulary = &lint->setup->snapshot.vocabulary};
    if (condition->kind != CONDITION_NONE)
        cz_condition_terms(condition, look_for_sha1, &search);
    return search.found;
}

static void lint_anchor(struct lint *lint, const struct config_text *text,
                        const struct certificate *anchor) {
    CZ_CLEANUP(cz_buffer_release) struct buffer end = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    struct place place = {.file = text->file, .line = text->line};
    if (!cz_lint_end(lint, anchor->not_after, &end))
        return;
    cz_name_append(&name, anchor->subject);
    cz_lint_warn(lint, &place,
                 "trust.anchors: %s: the anchor %s %s; behind that every certificate below it is "
                 "refused; add its successor",
                 text->text, cz_buffer_text(&name), cz_buffer_text(&end));
    if (name.failed || end.failed)
        cz_buffer_fail(&lint->out);
}

/* The anchors that it has of its own. False where a file cannot be read any more. */
static bool lint_anchors(struct lint *lint, size_t number, struct error *error) {
    const struct config *config = &lint->setup->config;
    const struct policy_config *policy = &config->policies[number];
    for (size_t i = 0; policy->own_trust && i < policy->trust.anchors.count; i++) {
        const struct config_text *text = &policy->trust.anchors.items[i];
        CZ_CLEANUP(cz_pool_release) struct certificate_pool pool = {0};
        CZ_CLEANUP(cz_free_ptr) char *file = cz_config_resolve(config, text->text);
        if (file == NULL)
            return cz_error_set(error, "out of memory");
        if (!cz_certificates_load(file, &pool, error))
            return false;
        cz_pool_sort(&pool);
        for (size_t j = 0; j < pool.count; j++)
            lint_anchor(lint, text, pool.items[j]);
    }
    return true;
}

/* The two readings of the file have to be of one content. */
static bool agree(const struct setup *setup, const struct places *places) {
    if (setup->snapshot.policy_count != places->policy_count)
        return false;
    for (size_t i = 0; i < places->policy_count; i++) {
        const struct policy *policy = &setup->snapshot.policies[i];
        const struct policy_places *read = &places->policies[i];
        if (policy->rules.count != read->rules.count ||
            policy->revocation.authority_count < read->authorities.count)
            return false;
        if (read->has_clients &&
            (policy->clients == NULL || policy->clients->count != read->clients.count ||
             policy->clients->credential_count != read->credentials.count))
            return false;
    }
    return true;
}

static bool lint_all(struct lint *lint, struct error *error) {
    for (size_t i = 0; i < lint->places->policy_count; i++) {
        cz_lint_rules(lint, i);
        cz_lint_revocation(lint, i);
        if (lint->places->policies[i].has_clients) {
            cz_lint_clients(lint, i);
            cz_lint_overlaps(lint, i);
        }
        if (!lint_anchors(lint, i, error))
            return false;
    }
    cz_lint_forwarded(lint);
    return !lint->out.failed || cz_error_set(error, "out of memory");
}

int cz_run_lint(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_places_release) struct places places = {0};
    struct lint lint = {.setup = &setup, .places = &places};
    struct error error = {0};
    const char *file = cz_setup_file(arguments->values[CTL_CONFIG]);
    if (!cz_ctl_time(arguments, &lint.now, &error) || !cz_setup_load(file, &setup, &error) ||
        !cz_places_load(file, &places, &error))
        return cz_ctl_complain(&error);
    if (!agree(&setup, &places)) {
        cz_error_set(&error, "%s: it changed while it was read; try again", file);
        return cz_ctl_complain(&error);
    }
    bool good = lint_all(&lint, &error);
    if (lint.warnings + lint.notes == 0)
        cz_buffer_printf(&lint.out, "%s: nothing to warn of\n", file);
    good = good && cz_ctl_print(&lint.out, &error);
    cz_buffer_release(&lint.out);
    if (!good)
        return cz_ctl_complain(&error);
    return lint.warnings > 0 ? CTL_BAD : CTL_GOOD;
}
