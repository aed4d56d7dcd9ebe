#include "ctl/table.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "reason/reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const names[COLUMN_COUNT] = {
    [COLUMN_CERTIFICATE] = "certificate",
    [COLUMN_CHAIN] = "chain",
    [COLUMN_METHOD] = "method",
    [COLUMN_URI] = "uri",
    [COLUMN_HOST] = "host",
    [COLUMN_ADDRESS] = "address",
    [COLUMN_POLICY] = "policy",
    [COLUMN_TIME] = "time",
    [COLUMN_VERDICT] = "verdict",
    [COLUMN_REASON] = "reason",
    [COLUMN_CLIENT] = "client",
    [COLUMN_CREDENTIAL] = "credential",
    [COLUMN_RULE] = "rule",
};

struct reading {
    const char *file;
    unsigned line;
    struct table *table;
    struct error *error;
};

const char *cz_table_column_name(enum table_column column) {
    return names[column];
}

static bool wrong(const struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(const struct reading *reading, const char *format, ...) {
    char text[800];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return cz_error_set(reading->error, "%s:%u: %s", reading->file, reading->line, text);
}

/* Cuts the first cell off, without the blanks around it; NULL behind the last. */
static char *next_cell(char **rest) {
    char *cell = *rest;
    if (cell == NULL)
        return NULL;
    char *end = strchr(cell, '|');
    *rest = end != NULL ? end + 1 : NULL;
    size_t len = end != NULL ? (size_t)(end - cell) : strlen(cell);
    while (len > 0 && strchr(" \t\r", cell[len - 1]) != NULL)
        len--;
    cell[len] = '\0';
    return cell + strspn(cell, " \t");
}

static bool unknown_column(const struct reading *reading, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer known = {0};
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        cz_buffer_printf(&known, "%s%s", i > 0 ? ", " : "", names[i]);
    if (known.failed)
        return cz_error_set(reading->error, "out of memory");
    return wrong(reading, "\"%.100s\" is no column; there are %s", name, cz_buffer_text(&known));
}

static bool read_columns(const struct reading *reading, char *rest) {
    struct table *table = reading->table;
    for (char *name; (name = next_cell(&rest)) != NULL;) {
        size_t column = 0;
        while (column < COLUMN_COUNT && strcmp(names[column], name) != 0)
            column++;
        if (column == COLUMN_COUNT)
            return unknown_column(reading, name);
        for (size_t i = 0; i < table->column_count; i++)
            if (table->columns[i] == column)
                return wrong(reading, "the column %s is there twice", name);
        table->columns[table->column_count++] = (enum table_column)column;
    }
    return true;
}

static bool is_reason(const char *slug) {
    for (int i = REASON_UNDECIDED; i < REASON_COUNT; i++)
        if (strcmp(cz_reason_info(i)->slug, slug) == 0)
            return true;
    return false;
}

/* What can be told of a row without the configuration. */
static bool check_row(const struct reading *reading, const struct table_row *row) {
    const char *verdict = row->cells[COLUMN_VERDICT], *reason = row->cells[COLUMN_REASON];
    const char *time = row->cells[COLUMN_TIME];
    bool wants = false;
    int64_t ignored;
    for (size_t i = COLUMN_VERDICT; i < COLUMN_COUNT; i++)
        wants |= row->cells[i] != NULL;
    if (row->cells[COLUMN_URI] == NULL || row->cells[COLUMN_URI][0] == '\0')
        return wrong(reading, "uri: what is asked for is wanted, such as /");
    if (!wants)
        return wrong(reading, "nothing is wanted of the answer; give a verdict or a reason");
    if (verdict != NULL && strcmp(verdict, "granted") != 0 && strcmp(verdict, "refused") != 0)
        return wrong(reading, "verdict: granted or refused is wanted, not \"%.100s\"", verdict);
    if (reason != NULL && !is_reason(reason))
        return wrong(reading, "reason: \"%.100s\" is none; certauthz(8) lists them", reason);
    if (time != NULL && !cz_time_parse(cz_bytes_of(time), &ignored))
        return wrong(reading, "time: a time such as 2026-01-02T03:04:05Z is wanted");
    if (row->cells[COLUMN_CHAIN] != NULL && row->cells[COLUMN_CERTIFICATE] == NULL)
        return wrong(reading, "chain: it goes with a certificate");
    return true;
}

static bool read_row(const struct reading *reading, char *rest) {
    struct table *table = reading->table;
    struct table_row row = {.line = reading->line};
    size_t cells = 0;
    for (char *cell; (cell = next_cell(&rest)) != NULL; cells++)
        if (cells < table->column_count && cell[0] != '\0')
            row.cells[table->columns[cells]] = strcmp(cell, "-") == 0 ? "" : cell;
    if (cells != table->column_count)
        return wrong(reading, "there are %zu cells, and the first line names %zu columns", cells,
                     table->column_count);
    if (!check_row(reading, &row))
        return false;
    if (table->count == table->capacity) {
        size_t capacity = table->capacity > 0 ? table->capacity * 2 : 16;
        struct table_row *rows = realloc(table->rows, capacity * sizeof *rows);
        if (rows == NULL)
            return cz_error_set(reading->error, "out of memory");
        table->rows = rows;
        table->capacity = capacity;
    }
    table->rows[table->count++] = row;
    return true;
}

/* Takes the frame off; false where the line has none. */
static bool unframe(char **line) {
    char *begin = *line + strspn(*line, " \t");
    size_t len = strlen(begin);
    while (len > 0 && strchr(" \t\r", begin[len - 1]) != NULL)
        len--;
    if (len < 2 || begin[0] != '|' || begin[len - 1] != '|')
        return false;
    begin[len - 1] = '\0';
    *line = begin + 1;
    return true;
}

/* What Markdown has between the names and the rows. */
static bool is_rule_off(const char *line) {
    return strstr(line, "--") != NULL && line[strspn(line, "|-: \t\r")] == '\0';
}

static bool read_line(const struct reading *reading, char *line) {
    struct table *table = reading->table;
    size_t blanks = strspn(line, " \t\r");
    if (line[blanks] == '\0' || line[blanks] == '#')
        return true;
    if (table->column_count == 0)
        table->framed = line[blanks] == '|';
    if (table->framed && is_rule_off(line))
        return true;
    if (table->framed && !unframe(&line))
        return wrong(reading, "the first line begins and ends with a |, and so must this one");
    return table->column_count == 0 ? read_columns(reading, line) : read_row(reading, line);
}

bool cz_table_read(const char *file, struct buffer *content, struct table *table,
                   struct error *error) {
    struct reading reading = {.file = file, .table = table, .error = error};
    *table = (struct table){.content = *content};
    *content = (struct buffer){0};
    struct bytes text = cz_buffer_view(&table->content);
    if (text.len > 0 && (memchr(text.data, '\0', text.len) != NULL || !cz_utf8_valid(text)))
        return cz_error_set(error, "%s: is no text in UTF-8", file);
    for (char *line = table->content.data, *end; line != NULL; line = end) {
        end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        reading.line++;
        if (!read_line(&reading, line))
            return false;
    }
    return table->count > 0 ||
           cz_error_set(error,
                        "%s: holds no test; a line that names the columns and one for each "
                        "test are wanted",
                        file);
}

void cz_table_release(struct table *table) {
    free(table->rows);
    cz_buffer_release(&table->content);
    *table = (struct table){0};
}
