#include "ctl/rule_account.h"

#include "base/cleanup.h"

bool cz_rules_were_asked(const struct decision *decision) {
    if (decision->policy == NULL)
        return false;
    for (size_t i = 0; i < decision->trace.count; i++)
        if (decision->trace.entries[i].check == CHECK_RULE)
            return true;
    return false;
}

static const struct rule_outcome *find(const struct rule_outcomes *outcomes,
                                       const struct rule *rule) {
    for (size_t i = 0; i < outcomes->count; i++)
        if (outcomes->items[i].rule == rule)
            return &outcomes->items[i];
    return NULL;
}

/* Whether the search for the deciding rule came as far as this one: denies are asked first. */
static bool was_reached(const struct decision *decision, const struct rule *rule) {
    const struct rule *decided = decision->rule;
    if (decided == NULL || find(&decision->passed_over, decided) != NULL)
        return true;
    if (decided->action != rule->action)
        return rule->action == ACTION_DENY;
    return rule < decided; /* both are of the policy's array */
}

static struct rule_account judged(const struct decision *decision, const struct rule *rule) {
    const struct rule_outcome *reported = find(&decision->report_only, rule);
    const struct rule_outcome *passed = find(&decision->passed_over, rule);
    if (rule == decision->rule)
        return (struct rule_account){.state = STATE_DECIDES, .outcome = passed};
    if (reported != NULL)
        return (struct rule_account){.state = STATE_REPORTED, .outcome = reported};
    if (passed != NULL)
        return (struct rule_account){.state = STATE_PASSED_ON, .outcome = passed};
    if (!was_reached(decision, rule))
        return (struct rule_account){.state = STATE_NOT_REACHED};
    bool lost = rule->report_only ? decision->report_only.truncated : rule->action == ACTION_ALLOW;
    return (struct rule_account){.state = lost ? STATE_NOT_KEPT : STATE_SPARES};
}

struct rule_account cz_rule_account(const struct decision *decision, const struct request *request,
                                    const struct rule *rule) {
    static const enum rule_state states[] = {[OTHER_PATH] = STATE_OTHER_PATH,
                                             [OTHER_HOST] = STATE_OTHER_HOST,
                                             [OTHER_METHOD] = STATE_OTHER_METHOD,
                                             [OTHER_ADDRESS] = STATE_OTHER_ADDRESS};
    struct resource resource = {
        .path = cz_buffer_view(&decision->path), .host = request->host, .method = request->method};
    resource.has_address = cz_address_parse(request->address, &resource.address);
    enum rule_mismatch mismatch = cz_rule_covers(rule, &resource);
    return mismatch == RULE_COVERS ? judged(decision, rule)
                                   : (struct rule_account){.state = states[mismatch]};
}

const char *cz_rule_state_name(enum rule_state state) {
    static const char *const names[] = {
        [STATE_OTHER_PATH] = "other-path",     [STATE_OTHER_HOST] = "other-host",
        [STATE_OTHER_METHOD] = "other-method", [STATE_OTHER_ADDRESS] = "other-address",
        [STATE_DECIDES] = "decides",           [STATE_PASSED_ON] = "passed-on",
        [STATE_REPORTED] = "reported",         [STATE_SPARES] = "spares",
        [STATE_NOT_REACHED] = "not-reached",   [STATE_NOT_KEPT] = "not-kept",
    };
    return (size_t)state < CZ_COUNT(names) ? names[state] : "unknown";
}
