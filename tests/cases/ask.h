/* One request put to the engine, the way the programs do it, at a time of the case's choice. */
#ifndef CERTAUTHZ_TESTS_CASES_ASK_H
#define CERTAUTHZ_TESTS_CASES_ASK_H

#include "authorize/authorize.h"

#define ASK_VARIABLES_MAX 64
#define ASK_ID "golden-case-0001"

struct variable {
    char *name;          /* owned */
    struct buffer value; /* may hold a NUL, which no environment could */
};

struct variables {
    struct variable items[ASK_VARIABLES_MAX];
    size_t count;
};

struct answer {
    struct decision decision;
    struct buffer reply;
};

/* Adds one more, whether or not there is one of this name. False when out of room. */
bool variables_add(struct variables *variables, const char *name, struct buffer *value);
void variables_remove(struct variables *variables, const char *name);
void variables_release(struct variables *variables);

/* The caller releases `answer`, before the snapshot. False when out of memory. */
bool ask(const struct snapshot *snapshot, struct memory *memory,
         const struct revocation_holdings *holdings, const struct variables *variables, int64_t now,
         struct answer *answer);
void answer_release(struct answer *answer);

#endif
