/* Runs one case: its lines in their order, each `=>` a question and what is expected. */
#ifndef CERTAUTHZ_TESTS_CASES_CASE_H
#define CERTAUTHZ_TESTS_CASES_CASE_H

#include "config/setup.h"
#include "script.h"

struct workshop {
    const char *pki;     /* the folder that make-pki filled */
    const char *scratch; /* a folder for configurations, with a link `pki` to that */
    /* the configuration read last, since many cases share one */
    struct setup setup;
    struct buffer setup_key;
};

/* Called once for each `=>`: `complaints` is empty where all is as expected. */
typedef void case_report(void *context, unsigned line, const char *complaints);

/* False, with `error` set, where the case itself is faulty. */
bool case_run(struct workshop *workshop, const struct lines *lines, case_report *report,
              void *context, struct error *error);

#endif
