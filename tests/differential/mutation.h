/* What is done to a sound plan, in families; each is named family/what. */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_MUTATION_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_MUTATION_H

#include "plan.h"

/*
 * A mutation that one of the others refuses though nothing is wrong with it. Two that take away
 * different witnesses are never put on one plan, so that whatever we accept has one of the others
 * to stand by us.
 *
 * Key identifiers are hints for the search and rule no issuer out (RFC 4158 3.5.12), yet both
 * others let them: they judge the same plan without.
 */
enum blinds {
    BLINDS_NONE = 0,
    BLINDS_GNUTLS = 1,
    BLINDS_OPENSSL = 2,
    BLINDS_BOTH = 3,
    IS_HINT = 4
};

struct mutation {
    const char *name;
    void (*apply)(struct plan *plan, unsigned argument);
    unsigned argument;
    unsigned blinds; /* enum blinds */
};

struct mutation_family {
    const char *name;
    const struct mutation *mutations;
    size_t count;
};

extern const struct mutation_family fields_family, names_family, usage_family, extensions_family,
    encodings_family, algorithms_family, constraints_family, policies_family, shapes_family;

#endif
