/* What a case expects of an answer: the line `=> STATUS SLUG RULE …` and the headers below it. */
#ifndef CERTAUTHZ_TESTS_CASES_EXPECTATION_H
#define CERTAUTHZ_TESTS_CASES_EXPECTATION_H

#include "ask.h"
#include "base/error.h"
#include "reply.h"

enum recollection {
    RECOLLECTION_ANY = 0,
    RECOLLECTION_FRESH,      /* judged anew */
    RECOLLECTION_REMEMBERED, /* the verdict was made for an earlier question of the case */
};

struct expectation {
    char *text; /* owned; the words point into it */
    unsigned line;
    int status;
    const char *slug;
    const char *rule; /* "-": none */
    bool anonymous;
    enum recollection recollection;
    const char *at;         /* the check that failed, with its depth; NULL: any */
    const char *path;       /* the normalised path; NULL: any */
    const char *client;     /* whose certificate it is, "-": nobody's; NULL: any */
    const char *credential; /* the label of the credential that says so; the same */
    const char *report;     /* RULE:SLUG,… of rules that are only told about; NULL: none */
    struct header_lines golden;
};

/* `text` begins behind the arrow. The caller releases `expectation` in either case. */
bool expectation_read(struct expectation *expectation, const char *text, unsigned line,
                      struct error *error);
bool expectation_add_header(struct expectation *expectation, const char *line);
void expectation_release(struct expectation *expectation);

/* Appends a line to `complaints` for everything that is otherwise. */
void expectation_check(const struct expectation *expectation, const struct answer *answer,
                       struct buffer *complaints);

#endif
