/* Rules that can never decide, that let in more than they seem to, or that are left half done. */
#include "ctl/lint.h"

#include "policy/subsume.h"

struct rule_lint {
    struct lint *lint;
    const struct rules *rules;
    const struct place *places; /* of each */
};

static bool denies_everybody(const struct rule *rule) {
    return rule->action == ACTION_DENY && !rule->report_only && !cz_rule_asks_who(rule);
}

/* Whether the rule, once it covers a request, leaves it to no other. Denies come first wherever
 * they stand. */
static bool decides_before(const struct rule *rule, const struct rule *other) {
    if (denies_everybody(rule))
        return other->action == ACTION_ALLOW || rule < other;
    return rule->action == ACTION_ALLOW && other->action == ACTION_ALLOW && rule < other &&
           !rule->report_only && !rule->passes_on;
}

static void lint_reach(const struct rule_lint *rules, size_t index) {
    const struct rule *rule = &rules->rules->items[index];
    for (size_t i = 0; i < rules->rules->count; i++) {
        const struct rule *other = &rules->rules->items[i];
        const struct place *at = &rules->places[i];
        if (i == index || !decides_before(other, rule) || !cz_rule_subsumes(other, rule))
            continue;
        cz_lint_warn(rules->lint, &rules->places[index],
                     "rule \"%s\": it can never decide, since the rule \"%s\" (%s:%u) %s; what it "
                     "says has no effect; %s",
                     rule->name, other->name, at->file, at->line,
                     other->action == ACTION_DENY ? "denies everybody all that it covers"
                                                  : "covers all that it covers and decides first",
                     other->action == ACTION_DENY ? "narrow the other, or remove this one"
                                                  : "move it above the other, or remove it");
        return;
    }
}

/* Asks the wider rule no more of whoever comes than the narrower one? */
static bool asks_no_more(const struct rule *wide, const struct rule *narrow) {
    static const int demands[] = {[NEED_NONE] = 0, [NEED_OPTIONAL] = 1, [NEED_REQUIRED] = 2};
    int one = demands[wide->need], other = demands[narrow->need];
    return one < other || (one == other && (cz_rule_asks_who(narrow) || !cz_rule_asks_who(wide)));
}

static bool shares_a_method(const struct rule *a, const struct rule *b) {
    for (size_t i = 0; i < a->method_count; i++)
        for (size_t j = 0; j < b->method_count; j++)
            if (strcmp(a->methods[i], b->methods[j]) == 0)
                return true;
    return a->method_count == 0 || b->method_count == 0;
}

/* Somebody thought of the other methods: a deny for everybody names some. */
static bool others_are_denied(const struct rule_lint *rules, const struct rule *rule) {
    for (size_t i = 0; i < rules->rules->count; i++) {
        const struct rule *other = &rules->rules->items[i];
        if (denies_everybody(other) && cz_rule_paths_subsume(other, rule) &&
            !shares_a_method(other, rule))
            return true;
    }
    return false;
}

/* The rule below that takes over the methods that this one does not name; NULL where there is
 * none, or one for the same paths, which is meant. */
static const struct rule *find_heir(const struct rule_lint *rules, size_t index) {
    const struct rule *rule = &rules->rules->items[index];
    for (size_t i = index + 1; i < rules->rules->count; i++) {
        const struct rule *other = &rules->rules->items[i];
        if (other->action == ACTION_DENY || other->report_only ||
            !cz_rule_paths_subsume(other, rule) || !cz_rule_places_subsume(other, rule) ||
            cz_rule_methods_subsume(rule, other))
            continue;
        return cz_rule_paths_subsume(rule, other) ? NULL : other;
    }
    return NULL;
}

static void lint_methods(const struct rule_lint *rules, size_t index) {
    const struct rule *rule = &rules->rules->items[index];
    if (rule->method_count == 0 || rule->action == ACTION_DENY || rule->report_only)
        return;
    const struct rule *heir = find_heir(rules, index);
    if (heir == NULL || !asks_no_more(heir, rule) || others_are_denied(rules, rule))
        return;
    const struct place *at = &rules->places[heir - rules->rules->items];
    cz_lint_warn(rules->lint, &rules->places[index],
                 "rule \"%s\": methods that it does not name are decided by the wider rule \"%s\" "
                 "(%s:%u), which asks no more, so it closes nothing; deny the others by a rule "
                 "with action = \"deny\", or say below it who may use them, by a rule with the "
                 "same path",
                 rule->name, heir->name, at->file, at->line);
}

static void lint_rest(const struct rule_lint *rules, size_t index) {
    const struct rule *rule = &rules->rules->items[index];
    if (rule->report_only)
        cz_lint_warn(rules->lint, &rules->places[index],
                     "rule \"%s\": enforce is false, so it is only told about, and requests are "
                     "decided without it; remove enforce when it does what you want",
                     rule->name);
    if (cz_lint_has_sha1(rules->lint, &rule->condition))
        cz_lint_warn(rules->lint, &rules->places[index],
                     "rule \"%s\": its condition names a SHA-1 digest, and another certificate "
                     "with the same one can be made; write sha256, which certauthzctl inspect "
                     "prints",
                     rule->name);
}

void cz_lint_rules(struct lint *lint, size_t number) {
    struct rule_lint rules = {.lint = lint,
                              .rules = &lint->setup->snapshot.policies[number].rules,
                              .places = lint->places->policies[number].rules.items};
    for (size_t i = 0; i < rules.rules->count; i++) {
        lint_reach(&rules, i);
        lint_methods(&rules, i);
        lint_rest(&rules, i);
    }
}
