/* Does one rule cover everything that another covers? */
#ifndef CERTAUTHZ_POLICY_SUBSUME_H
#define CERTAUTHZ_POLICY_SUBSUME_H

#include "policy/rules.h"

/*
 * True where every path that `narrow` covers is covered by `wide`. False where that is not so, and
 * where it cannot be told: of two globs only the same ones and those below a folder are known.
 */
bool cz_rule_paths_subsume(const struct rule *wide, const struct rule *narrow);
/* The same for hosts and addresses, and for methods. */
bool cz_rule_places_subsume(const struct rule *wide, const struct rule *narrow);
bool cz_rule_methods_subsume(const struct rule *wide, const struct rule *narrow);
/* All of them together. */
bool cz_rule_subsumes(const struct rule *wide, const struct rule *narrow);

#endif
