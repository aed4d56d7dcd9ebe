#include "case.h"

#include "ask.h"
#include "base/cleanup.h"
#include "expectation.h"
#include "stock.h"
#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NAME_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
#define MEMORY_ENTRIES 64
#define MEMORY_SECONDS 300

struct run {
    struct workshop *workshop;
    struct error *error;
    case_report *report;
    void *context;
    bool configured;
    bool in_config; /* between `config {` and `}` */
    struct buffer config;
    struct variables variables;
    bool has_time;
    int64_t now;
    struct memory *memory;
    struct stock stock;
    bool pending; /* `expectation` waits for more header lines */
    struct expectation expectation;
    unsigned asked;
};

static void run_release(struct run *run) {
    cz_buffer_release(&run->config);
    variables_release(&run->variables);
    cz_memory_release(&run->memory);
    stock_release(&run->stock);
    expectation_release(&run->expectation);
}

static bool write_file(const char *file, const struct buffer *content, struct error *error) {
    FILE *out = fopen(file, "w");
    bool written =
        out != NULL && fwrite(cz_buffer_text(content), 1, content->len, out) == content->len;
    if (out != NULL && fclose(out) != 0)
        written = false;
    return written || cz_error_set(error, "%s cannot be written", file);
}

/* Reads the configuration `file` unless it was the last one, which `key` tells. */
static bool configure(struct run *run, const char *file, const char *key) {
    struct workshop *workshop = run->workshop;
    cz_memory_release(&run->memory);
    run->memory = cz_memory_new(MEMORY_ENTRIES, MEMORY_SECONDS);
    run->configured = run->memory != NULL;
    if (!run->configured || strcmp(cz_buffer_text(&workshop->setup_key), key) == 0)
        return run->configured;
    cz_buffer_clear(&workshop->setup_key);
    cz_setup_release(&workshop->setup);
    if (!cz_setup_load(file, &workshop->setup, run->error))
        return false;
    cz_buffer_puts(&workshop->setup_key, key);
    return true;
}

static bool take_config_line(struct run *run, const char *text) {
    CZ_CLEANUP(cz_buffer_release) struct buffer file = {0};
    if (strcmp(text, "}") != 0) {
        cz_buffer_puts(&run->config, text);
        cz_buffer_putc(&run->config, '\n');
        return true;
    }
    run->in_config = false;
    cz_buffer_printf(&file, "%s/of-the-case.conf", run->workshop->scratch);
    return write_file(cz_buffer_text(&file), &run->config, run->error) &&
           configure(run, cz_buffer_text(&file), cz_buffer_text(&run->config));
}

static bool take_config(struct run *run, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer file = {0};
    if (strcmp(name, "{") == 0) {
        run->in_config = true;
        cz_buffer_clear(&run->config);
        return true;
    }
    cz_buffer_printf(&file, "%s/%s.conf", run->workshop->scratch, name);
    return configure(run, cz_buffer_text(&file), cz_buffer_text(&file));
}

/* By the C library, not by our own reader of times. */
static bool take_time(struct run *run, const char *text) {
    struct tm fields = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &fields);
    run->has_time = end != NULL && *end == '\0';
    run->now = (int64_t)timegm(&fields);
    return run->has_time || cz_error_set(run->error, "not a time: %s", text);
}

static bool take_variable(struct run *run, const char *text, bool replace) {
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    size_t len = strspn(text, NAME_LETTERS);
    CZ_CLEANUP(cz_free_ptr) char *name = strndup(text, len);
    if (len == 0 || text[len] != '=')
        return cz_error_set(run->error, "NAME=value is wanted: %s", text);
    if (name == NULL || !value_read(text + len + 1, run->workshop->pki, &value, run->error))
        return cz_error_set(run->error, "out of memory");
    if (replace)
        variables_remove(&run->variables, name);
    return (!value.failed && variables_add(&run->variables, name, &value)) ||
           cz_error_set(run->error, "too many variables, or too long a value");
}

/* The same question without a memory, and twice with the case's: all must answer the same. */
static void ask_thrice(struct run *run, struct buffer *complaints) {
    static const char *const ways[] = {"without memory", "with memory", "with memory, again"};
    const struct expectation *expectation = &run->expectation;
    const struct revocation_holdings holdings = stock_holdings(&run->stock);
    for (size_t i = 0; i < CZ_COUNT(ways); i++) {
        CZ_CLEANUP(answer_release) struct answer answer;
        CZ_CLEANUP(cz_buffer_release) struct buffer found = {0};
        if (!ask(&run->workshop->setup.snapshot, i == 0 ? NULL : run->memory, &holdings,
                 &run->variables, run->now, &answer))
            cz_buffer_puts(&found, "out of memory\n");
        else
            expectation_check(expectation, &answer, &found);
        const struct assessment *assessment = answer.decision.assessment;
        bool valid = assessment != NULL && assessment->validation.valid;
        const enum recollection wanted[] = {RECOLLECTION_FRESH, expectation->recollection,
                                            valid ? RECOLLECTION_REMEMBERED : RECOLLECTION_FRESH};
        enum recollection got =
            answer.decision.remembered ? RECOLLECTION_REMEMBERED : RECOLLECTION_FRESH;
        if (wanted[i] != RECOLLECTION_ANY && wanted[i] != got)
            cz_buffer_printf(&found, "the verdict was %s\n",
                             answer.decision.remembered ? "remembered" : "made anew");
        if (found.len > 0)
            cz_buffer_printf(complaints, "%s:\n%s", ways[i], cz_buffer_text(&found));
    }
}

/* Asks what waited for the end of its header lines. */
static bool settle(struct run *run) {
    CZ_CLEANUP(cz_buffer_release) struct buffer complaints = {0};
    if (!run->pending)
        return true;
    run->pending = false;
    run->asked++;
    if (!run->configured || !run->has_time)
        return cz_error_set(run->error, "line %u: a configuration and a time must come first",
                            run->expectation.line);
    ask_thrice(run, &complaints);
    run->report(run->context, run->expectation.line, cz_buffer_text(&complaints));
    return true;
}

static bool expect(struct run *run, const char *text, unsigned number) {
    expectation_release(&run->expectation);
    run->pending = expectation_read(&run->expectation, text, number, run->error);
    return run->pending;
}

static bool is_header(const char *text) {
    return strcmp(text, "...") == 0 || text[strspn(text, NAME_LETTERS "-")] == ':';
}

static const char *behind(const char *text, const char *prefix) {
    size_t len = strlen(prefix);
    return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

static bool take_line(struct run *run, const char *text, unsigned number) {
    const char *rest;
    if (run->in_config)
        return take_config_line(run, text);
    if (run->pending && is_header(text))
        return expectation_add_header(&run->expectation, text) ||
               cz_error_set(run->error, "too many header lines");
    if (text[0] == '\0' || text[0] == '#')
        return true;
    if (!settle(run))
        return false;
    if ((rest = behind(text, "=> ")) != NULL)
        return expect(run, rest, number);
    if ((rest = behind(text, "config ")) != NULL)
        return take_config(run, rest);
    if ((rest = behind(text, "time ")) != NULL)
        return take_time(run, rest);
    if ((rest = behind(text, "crl ")) != NULL)
        return stock_take_crl(&run->stock, run->workshop->pki, rest, run->error);
    if ((rest = behind(text, "deny ")) != NULL)
        return stock_take_deny(&run->stock, run->workshop->pki, rest, run->now, run->error);
    if ((rest = behind(text, "points ")) != NULL)
        return stock_take_points(&run->stock, rest, run->error);
    if (text[0] == '-') {
        variables_remove(&run->variables, text + 1);
        return true;
    }
    return take_variable(run, text[0] == '+' ? text + 1 : text, text[0] != '+');
}

bool case_run(struct workshop *workshop, const struct lines *lines, case_report *report,
              void *context, struct error *error) {
    CZ_CLEANUP(run_release)
    struct run run = {.workshop = workshop, .error = error, .report = report, .context = context};
    for (size_t i = 0; i < lines->count; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        struct error cause = {0};
        run.error = &cause;
        if (!value_expand(lines->items[i].text, workshop->pki, &text, &cause) ||
            !take_line(&run, cz_buffer_text(&text), lines->items[i].number))
            return cz_error_set(error, "line %u: %s", lines->items[i].number, cause.message);
        run.error = error;
    }
    return settle(&run) && (run.asked > 0 || cz_error_set(error, "the case asks nothing"));
}
