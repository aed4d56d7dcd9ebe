/*
 * Rules: which requests need what. The first rule whose path and method match decides;
 * where none matches the request is refused.
 */
#ifndef CERTAUTHZ_POLICY_RULES_H
#define CERTAUTHZ_POLICY_RULES_H

#include "base/bytes.h"

enum certificate_need {
    NEED_REQUIRED = 0, /* a valid certificate */
    NEED_OPTIONAL,     /* none, or a valid one */
    NEED_NONE,         /* it is not looked at */
};

struct rule {
    char *name;     /* owned; for the log and the claims: the configured name, else the path */
    char *path;     /* owned; normalised, begins with a slash; one that ends with a slash covers
                       the folder and everything below it, another only itself */
    char **methods; /* owned, each too; upper-case tokens */
    size_t method_count; /* 0: any method */
    enum certificate_need need;
};

struct rules {
    struct rule *items; /* owned */
    size_t count;
};

struct rule_match {
    const struct rule *rule; /* borrowed; NULL where none matched */
    bool other_method;       /* none matched, but one would have for another method */
};

/* True where the rule covers the path (normalised, see cz_target_path): by whole segments. */
bool cz_rule_covers(const struct rule *rule, struct bytes path);
struct rule_match cz_rules_match(const struct rules *rules, struct bytes path, struct bytes method);
const char *cz_need_name(enum certificate_need need);
void cz_rules_release(struct rules *rules);

#endif
