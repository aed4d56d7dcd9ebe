#include "policy/policy.h"

#include <stdlib.h>

void cz_policy_release(struct policy *policy) {
    free(policy->name);
    cz_requirements_release(&policy->requirements);
    cz_revocation_settings_release(&policy->revocation);
    cz_rules_release(&policy->rules);
    *policy = (struct policy){0};
}
