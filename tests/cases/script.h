/*
 * A case file taken apart (see tests/cases/README): what stands before the first case, and the
 * cases, one for each row of their tables.
 */
#ifndef CERTAUTHZ_TESTS_CASES_SCRIPT_H
#define CERTAUTHZ_TESTS_CASES_SCRIPT_H

#include "base/buffer.h"
#include "base/error.h"

struct line {
    char *text; /* owned; without its newline */
    unsigned number;
};

struct lines {
    struct line *items; /* owned */
    size_t count;
};

/* Called for each case with its title and its lines, those before the first case among them. */
typedef void script_visitor(void *context, const char *title, unsigned number,
                            const struct lines *lines);

/* False where the file cannot be read or its tables are malformed. */
bool script_run(const char *file, script_visitor *visit, void *context, struct error *error);

#endif
