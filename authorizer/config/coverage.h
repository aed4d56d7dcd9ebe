/* Which requests a rule is for: the keys path, glob, methods, hosts and from. */
#ifndef CERTAUTHZ_CONFIG_COVERAGE_H
#define CERTAUTHZ_CONFIG_COVERAGE_H

#include "config/schema.h"
#include "policy/rules.h"

struct raw_coverage {
    struct config_text path, glob;
    struct config_texts methods, hosts, from;
};

/* Checks what was read of the group and moves it into the rule. On failure `error` says what,
 * where, and what is wanted. */
bool cz_config_take_coverage(const config_setting_t *group, struct raw_coverage *raw,
                             struct rule *rule, struct error *error);
void cz_raw_coverage_release(struct raw_coverage *raw);

#endif
