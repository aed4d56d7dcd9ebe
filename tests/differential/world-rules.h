/* Why OpenSSL may say otherwise than we do of revocation. What no rule explains fails the test. */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_WORLD_RULES_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_WORLD_RULES_H

#include "judge.h"
#include "world.h"

struct world_case {
    uint64_t number;
    struct world world;
    struct verdict ours, theirs;
};

struct world_rule {
    /*
     * Where we accept and OpenSSL refuses: makes the world one that says the same and does without
     * what OpenSSL does not know; false where nothing of it is there. That this is why OpenSSL
     * refuses is proven, not believed: it has to accept what comes out.
     */
    bool (*amend)(struct world *world);
    bool is_alternative; /* is not kept where OpenSSL refuses what comes out */
    /* Where we refuse and OpenSSL accepts. */
    const char *twist; /* how the name of one begins that was applied; NULL: any */
    bool (*holds)(const struct world_case *c); /* or NULL */
    const char *why;
};

extern const struct world_rule world_rules[];
extern const size_t world_rule_count;

/* NULL: none. */
const struct world_rule *world_rule_for(const struct world_case *c);

#endif
