/*
 * The table of `certauthzctl test`: lines of cells with '|' between, whose first line names the
 * columns. Blank lines, and lines that begin with '#', mean nothing. Where the first line begins
 * with a '|', so do all, and end with one, as in Markdown. Pure.
 */
#ifndef CERTAUTHZ_CTL_TABLE_H
#define CERTAUTHZ_CTL_TABLE_H

#include "base/buffer.h"
#include "base/error.h"

enum table_column {
    COLUMN_CERTIFICATE = 0, /* these to COLUMN_TIME are given */
    COLUMN_CHAIN,
    COLUMN_METHOD,
    COLUMN_URI,
    COLUMN_HOST,
    COLUMN_ADDRESS,
    COLUMN_POLICY,
    COLUMN_TIME,
    COLUMN_VERDICT, /* from here on: wanted */
    COLUMN_REASON,
    COLUMN_CLIENT,
    COLUMN_CREDENTIAL,
    COLUMN_RULE,
    COLUMN_COUNT
};

struct table_row {
    unsigned line;
    const char *cells[COLUMN_COUNT]; /* NULL: not given, or not wanted; "": none ("-") */
};

struct table {
    struct buffer content;  /* owned; what the cells point into */
    struct table_row *rows; /* owned */
    size_t count, capacity;
    enum table_column columns[COLUMN_COUNT]; /* in the order of the first line */
    size_t column_count;
    bool framed; /* each line begins and ends with a '|' */
};

/* Takes `content` over. False, with file, line and what is wanted in `error`, where it is no such
 * table, has no row, or a row asks for nothing or wants nothing. The caller releases `table` in
 * either case. */
bool cz_table_read(const char *file, struct buffer *content, struct table *table,
                   struct error *error);
const char *cz_table_column_name(enum table_column column);
void cz_table_release(struct table *table);

#endif
