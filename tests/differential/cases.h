/* Which cases a program of this folder runs. */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_CASES_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_CASES_H

#include <stdint.h>

struct cases {
    uint64_t seed, first, count;
    unsigned shown; /* failures that are printed, at most */
};

/* Takes the place of what `cases` holds by the arguments [SEED [COUNT [SHOWN]]], or SEED =CASE. */
void cases_choose(struct cases *cases, int argc, char **argv);

#endif
