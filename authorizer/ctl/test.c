/* certauthzctl test: does the configuration answer as a table says? */
#include "base/calendar.h"
#include "base/cleanup.h"
#include "ctl/command.h"
#include "ctl/decide.h"
#include "ctl/presented.h"
#include "ctl/report.h"
#include "ctl/store_at_hand.h"
#include "ctl/table.h"

#include <stdio.h>
#include <time.h>

static const struct {
    enum table_column column;
    size_t offset; /* of its struct buffer in struct question */
} inputs[] = {
    {COLUMN_METHOD, offsetof(struct question, method)},
    {COLUMN_URI, offsetof(struct question, uri)},
    {COLUMN_HOST, offsetof(struct question, host)},
    {COLUMN_ADDRESS, offsetof(struct question, address)},
    {COLUMN_POLICY, offsetof(struct question, policy)},
};

struct run {
    const char *file; /* the table's */
    const struct setup *setup;
    struct store_at_hand store; /* owned */
    int64_t now;
    struct buffer out; /* owned */
    size_t failures;
};

typedef bool certificate_reader(const char *file, struct question *question, struct error *error);

/* A file that a cell names, from the table's own folder. */
static bool read_cell(const struct run *run, const struct table_row *row, enum table_column column,
                      certificate_reader *read, struct question *question, struct error *error) {
    const char *name = row->cells[column], *slash = strrchr(run->file, '/');
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    struct error cause = {0};
    if (name == NULL || name[0] == '\0')
        return true;
    if (name[0] != '/' && slash != NULL)
        cz_buffer_append(&path, run->file, (size_t)(slash - run->file) + 1);
    cz_buffer_puts(&path, name);
    if (path.failed)
        return cz_error_set(error, "out of memory");
    return read(cz_buffer_text(&path), question, &cause) ||
           cz_error_set(error, "%s:%u: %s: %s", run->file, row->line, cz_table_column_name(column),
                        cause.message);
}

static bool make_question(const struct run *run, const struct table_row *row,
                          struct question *question, struct error *error) {
    const char *time = row->cells[COLUMN_TIME];
    *question = (struct question){.now = run->now};
    if (time != NULL)
        cz_time_parse(cz_bytes_of(time), &question->now); /* the table's reader has tried it */
    for (size_t i = 0; i < CZ_COUNT(inputs); i++) {
        const char *cell = row->cells[inputs[i].column];
        struct buffer *place = (struct buffer *)(void *)((char *)question + inputs[i].offset);
        cz_buffer_puts(place, cell != NULL ? cell : "");
        if (place == &question->method && place->len == 0)
            cz_buffer_puts(place, "GET");
        if (place->failed)
            return cz_error_set(error, "out of memory");
    }
    return read_cell(run, row, COLUMN_CERTIFICATE, cz_presented_read, question, error) &&
           read_cell(run, row, COLUMN_CHAIN, cz_presented_chain, question, error);
}

/* A name of a test: '#' would begin a directive of TAP. */
static void put_name(struct run *run, size_t number, const struct table_row *row,
                     const struct question *question) {
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    cz_buffer_printf(&name, "%s:%u: %s %s", run->file, row->line, cz_buffer_text(&question->method),
                     cz_buffer_text(&question->uri));
    if (row->cells[COLUMN_CERTIFICATE] != NULL && row->cells[COLUMN_CERTIFICATE][0] != '\0')
        cz_buffer_printf(&name, " with %s", row->cells[COLUMN_CERTIFICATE]);
    cz_buffer_printf(&run->out, " %zu - ", number);
    for (const char *c = cz_buffer_text(&name); *c != '\0'; c++) {
        if (*c == '#' || *c == '\\')
            cz_buffer_putc(&run->out, '\\');
        cz_buffer_putc(&run->out, *c);
    }
    cz_buffer_putc(&run->out, '\n');
    if (name.failed)
        cz_buffer_fail(&run->out);
}

static const char *text_or_none(struct bytes text) {
    return text.len > 0 ? (const char *)text.data : "none";
}

/* What came out differently than wanted, a line for each. */
static bool put_differences(struct buffer *out, const struct table_row *row,
                            const struct question *question, const struct decision *decision) {
    struct comparison got[CZ_COMPARISONS];
    bool same = true;
    cz_report_compare(question, decision, got);
    for (size_t column = COLUMN_VERDICT; column < COLUMN_COUNT; column++) {
        const char *wanted = row->cells[column];
        const struct comparison *found = got;
        while (strcmp(found->name, cz_table_column_name((enum table_column)column)) != 0)
            found++;
        if (wanted == NULL || cz_bytes_equal(cz_bytes_of(wanted), found->now))
            continue;
        same = false;
        cz_buffer_printf(out, "#   %s: %s is wanted, %s came out\n", found->name,
                         text_or_none(cz_bytes_of(wanted)), text_or_none(found->now));
    }
    return same;
}

static bool run_row(struct run *run, size_t number, const struct table_row *row,
                    struct error *error) {
    CZ_CLEANUP(cz_question_release) struct question question = {0};
    CZ_CLEANUP(cz_decision_release) struct decision decision;
    CZ_CLEANUP(cz_buffer_release) struct buffer differences = {0};
    cz_decision_init(&decision);
    if (!make_question(run, row, &question, error))
        return false;
    if (!cz_question_decide(&run->setup->snapshot, cz_store_holdings(run->store.view), &question,
                            &decision, error))
        return false;
    bool same = put_differences(&differences, row, &question, &decision);
    cz_buffer_puts(&run->out, same ? "ok" : "not ok");
    put_name(run, number, row, &question);
    cz_buffer_bytes(&run->out, cz_buffer_view(&differences));
    run->failures += !same;
    return (!run->out.failed && !differences.failed) || cz_error_set(error, "out of memory");
}

static bool run_table(struct run *run, const struct table *table, struct error *error) {
    cz_buffer_printf(&run->out, "1..%zu\n", table->count);
    for (size_t i = 0; i < table->count; i++)
        if (!run_row(run, i + 1, &table->rows[i], error))
            return false;
    return cz_ctl_print(&run->out, error);
}

int cz_run_test(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_table_release) struct table table = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    struct run run = {.file = arguments->file, .setup = &setup, .now = time(NULL)};
    struct error error = {0};
    bool ran = cz_ctl_read(arguments->file, &content, &error) &&
               cz_table_read(arguments->file, &content, &table, &error) &&
               cz_ctl_load(arguments, &setup, &error) &&
               cz_store_at_hand_open(&setup.config, &run.store, &error) &&
               run_table(&run, &table, &error);
    cz_buffer_release(&run.out);
    cz_store_at_hand_release(&run.store);
    if (!ran)
        return cz_ctl_complain(&error);
    return run.failures > 0 ? CTL_BAD : CTL_GOOD;
}
