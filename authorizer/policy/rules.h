/*
 * Rules: which requests need what. A rule covers requests by path, host, method and address, and
 * says what it asks of whoever sends them. How several rules make one outcome is authorize/judge.h.
 */
#ifndef CERTAUTHZ_POLICY_RULES_H
#define CERTAUTHZ_POLICY_RULES_H

#include "policy/address.h"
#include "policy/pattern.h"
#include "selector/condition.h"

enum rule_action {
    ACTION_ALLOW = 0,
    ACTION_DENY,
};

enum certificate_need {
    NEED_REQUIRED = 0, /* a valid certificate */
    NEED_OPTIONAL,     /* none, or a valid one */
    NEED_NONE,         /* it is not looked at */
};

struct number_list {
    uint32_t *numbers; /* owned, rising */
    size_t count;
};

/* What a walk over many rules looks at stands first, to lie in few lines of the cache. */
struct rule {
    char *path;          /* owned; normalised, begins with a slash; a glob where is_glob */
    size_t path_length;  /* set by cz_rules_index */
    size_t method_count; /* 0: any method */
    size_t host_count;   /* 0: any host */
    size_t from_count;   /* 0: from anywhere */
    bool is_glob;
    bool passes_on;             /* an allow that does not fit leaves it to the next rule */
    bool report_only;           /* it is judged and told, and the next rule decides */
    bool allow_unknown_clients; /* an allow: a valid certificate of no client will do */
    bool has_clients, has_roles;
    enum rule_action action;
    enum certificate_need need; /* of an allow */

    /* Who it is for. Each that is given has to fit; within a list one is enough. */
    struct condition issuers;   /* CONDITION_NONE: not given */
    struct condition condition; /* the same */
    struct number_list clients; /* indexes in the policy's clients */
    struct number_list roles;   /* numbers of its roles */

    char **methods;             /* owned, each too; upper-case tokens */
    char **hosts;               /* owned, each too; lower case, see cz_host_covers */
    struct address_range *from; /* owned */
    char *name; /* owned; for the log and the claims: the configured name, else the path */
};

/* Rules by the folder that all they cover lies in. */
struct rule_index {
    uint32_t *slots;           /* owned; number of a chain + 1, 0: free */
    size_t slot_count;         /* a power of two, or 0 where there are no rules */
    struct rule_chain *chains; /* owned */
    size_t chain_count;
    size_t deepest; /* segments of the deepest folder */
};

struct rules {
    struct rule *items; /* owned */
    size_t count;
    struct rule_index denies, allows;
    bool compare_address;       /* some rule covers by it */
    bool ask_host, ask_address; /* some rule in force covers by them */
    bool have_globs;            /* some rule in force is one */
};

/* What is asked for; borrowed from the request. */
struct resource {
    struct bytes path; /* normalised, see cz_target_path */
    struct bytes host; /* may be empty, which no rule's host covers */
    struct bytes method;
    bool has_address;
    struct ip_address address; /* meaningful only where has_address */
};

enum rule_mismatch { RULE_COVERS = 0, OTHER_PATH, OTHER_HOST, OTHER_METHOD, OTHER_ADDRESS };

/* Whether the rule covers the request, and if not, by which of these: the first that does not
 * fit, of path, host, address and method. A glob covers no path beyond CZ_GLOB_PATH_MAX. */
enum rule_mismatch cz_rule_covers(const struct rule *rule, const struct resource *resource);

/* Whether a rule in force covers one of the two paths and not the other, whatever else it asks. */
bool cz_rules_tell_apart(const struct rules *rules, struct bytes path, struct bytes other);

/* To be called once, after the last rule. False when out of memory. */
bool cz_rules_index(struct rules *rules);

/* A walk over the rules of one action whose path may cover the request, in their order. */
struct rule_walk {
    const struct rules *rules;
    struct resource resource;
    const uint32_t *heads[CZ_RULE_SEGMENTS_MAX + 2], *ends[CZ_RULE_SEGMENTS_MAX + 2];
    size_t chain_count;
    size_t whole;      /* the chain of rules whose folder is the path itself, or SIZE_MAX */
    bool other_method; /* one in force was met that only the method kept from covering */
};

void cz_rule_walk_begin(struct rule_walk *walk, const struct rules *rules, enum rule_action action,
                        const struct resource *resource);
/* The next rule that covers the request, or NULL. Borrowed from the rules. */
const struct rule *cz_rule_walk_next(struct rule_walk *walk);

/* True where the rule says who it is for. */
bool cz_rule_asks_who(const struct rule *rule);
/* True where one of them looks at certificates. */
bool cz_rules_need_certificates(const struct rules *rules);
const char *cz_need_name(enum certificate_need need);
void cz_rules_release(struct rules *rules);

#endif
