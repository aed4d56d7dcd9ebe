#include "script.h"

#include "base/cleanup.h"
#include "config/whole_file.h"

#include <stdlib.h>

#define CELLS_MAX 16
#define CASE_MARK "=== "

struct row {
    char *cells[CELLS_MAX]; /* owned */
    size_t count;
    unsigned number;
};

static void row_release(struct row *row) {
    for (size_t i = 0; i < row->count; i++)
        free(row->cells[i]);
    row->count = 0;
}

static void lines_release(struct lines *lines) {
    for (size_t i = 0; i < lines->count; i++)
        free(lines->items[i].text);
    free(lines->items);
    *lines = (struct lines){0};
}

static bool add_line(struct lines *lines, const char *text, size_t len, unsigned number) {
    struct line *items = realloc(lines->items, (lines->count + 1) * sizeof *items);
    if (items == NULL)
        return false;
    lines->items = items;
    items[lines->count] = (struct line){.text = strndup(text, len), .number = number};
    return items[lines->count++].text != NULL;
}

static bool load(const char *file, struct lines *lines, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    if (!cz_file_read(file, &content, error))
        return false;
    const char *rest = cz_buffer_text(&content);
    for (unsigned number = 1; *rest != '\0'; number++) {
        size_t len = strcspn(rest, "\n");
        if (!add_line(lines, rest, len, number))
            return cz_error_set(error, "out of memory");
        rest += len + (rest[len] == '\n');
    }
    return true;
}

/* A bar with blanks (or the line's ends) around it; a bar inside a cell has none. */
static bool is_bar(const char *line, size_t at) {
    return line[at] == '|' && (at == 0 || line[at - 1] == ' ') &&
           (line[at + 1] == ' ' || line[at + 1] == '\0');
}

static bool read_row(const struct line *line, struct row *row, struct error *error) {
    size_t start = 1;
    *row = (struct row){.number = line->number};
    for (size_t at = 1; line->text[at] != '\0'; at++) {
        if (!is_bar(line->text, at))
            continue;
        const char *cell = line->text + start;
        size_t len = at - start;
        for (; len > 0 && *cell == ' '; len--)
            cell++;
        while (len > 0 && cell[len - 1] == ' ')
            len--;
        if (row->count == CELLS_MAX)
            return cz_error_set(error, "line %u: too many cells", line->number);
        row->cells[row->count] = strndup(cell, len);
        if (row->cells[row->count++] == NULL)
            return cz_error_set(error, "out of memory");
        start = at + 1;
    }
    return true;
}

/* `text` with {COLUMN} replaced by the row's cell. */
static void fill_in(const char *text, const struct row *columns, const struct row *row,
                    struct buffer *out) {
    while (*text != '\0') {
        size_t len = strcspn(text + 1, "}") + 1;
        size_t i = 0;
        while (i < columns->count &&
               !(text[0] == '{' && text[len] == '}' && strlen(columns->cells[i]) == len - 1 &&
                 memcmp(text + 1, columns->cells[i], len - 1) == 0))
            i++;
        if (i < columns->count) {
            cz_buffer_puts(out, row->cells[i]);
            text += len + 1;
        } else {
            cz_buffer_putc(out, *text++);
        }
    }
}

static bool add_filled(struct lines *lines, const struct line *line, const struct row *columns,
                       const struct row *row) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    fill_in(line->text, columns, row, &text);
    return !text.failed && add_line(lines, cz_buffer_text(&text), text.len, line->number);
}

/* A part of a file's lines. */
struct range {
    const struct line *items;
    size_t count;
};

struct run {
    struct range preamble;
    script_visitor *visit;
    void *context;
    struct error *error;
};

static bool is_table(const struct line *line) {
    return line->text[0] == '|';
}

/* One case with the row's cells filled in. */
static bool run_row(const struct run *run, struct range body, const struct row *columns,
                    const struct row *row) {
    CZ_CLEANUP(lines_release) struct lines lines = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer title = {0};
    bool good = true;
    if (row->count != columns->count)
        return cz_error_set(run->error, "line %u: %zu cells where there are %zu columns",
                            row->number, row->count, columns->count);
    for (size_t i = 0; good && i < run->preamble.count; i++)
        good = add_filled(&lines, &run->preamble.items[i], columns, row);
    for (size_t i = 1; good && i < body.count; i++)
        if (!is_table(&body.items[i]))
            good = add_filled(&lines, &body.items[i], columns, row);
    fill_in(body.items[0].text + strlen(CASE_MARK), columns, row, &title);
    if (!good || title.failed)
        return cz_error_set(run->error, "out of memory");
    run->visit(run->context, cz_buffer_text(&title),
               row->number != 0 ? row->number : body.items[0].number, &lines);
    return true;
}

/* `body` begins with the title. */
static bool run_case(const struct run *run, struct range body) {
    CZ_CLEANUP(row_release) struct row columns = {0};
    bool has_columns = false;
    for (size_t i = 0; i < body.count; i++) {
        CZ_CLEANUP(row_release) struct row row = {0};
        if (!is_table(&body.items[i]))
            continue;
        if (!read_row(&body.items[i], has_columns ? &row : &columns, run->error) ||
            (has_columns && !run_row(run, body, &columns, &row)))
            return false;
        has_columns = true;
    }
    return has_columns || run_row(run, body, &columns, &(struct row){0});
}

static size_t next_case(const struct lines *lines, size_t from) {
    while (from < lines->count &&
           strncmp(lines->items[from].text, CASE_MARK, strlen(CASE_MARK)) != 0)
        from++;
    return from;
}

bool script_run(const char *file, script_visitor *visit, void *context, struct error *error) {
    CZ_CLEANUP(lines_release) struct lines lines = {0};
    if (!load(file, &lines, error))
        return false;
    size_t at = next_case(&lines, 0);
    struct run run = {.preamble = {.items = lines.items, .count = at},
                      .visit = visit,
                      .context = context,
                      .error = error};
    if (at == lines.count)
        return cz_error_set(error, "holds no case (a line that begins with `%s`)", CASE_MARK);
    while (at < lines.count) {
        size_t end = next_case(&lines, at + 1);
        if (!run_case(&run, (struct range){.items = lines.items + at, .count = end - at}))
            return false;
        at = end;
    }
    return true;
}
