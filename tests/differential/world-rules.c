#include "world-rules.h"

#include "reason/reason.h"
#include "world-judge.h"

/* --- what makes worlds that OpenSSL knows; each true where it changed something --- */

static bool drop_lists(struct world *world, bool (*is_dropped)(const struct world *world,
                                                               const struct world_list *list)) {
    const struct world before = *world;
    world->list_count = 0;
    for (size_t i = 0; i < before.list_count; i++)
        if (!is_dropped(&before, &before.lists[i]))
            world->lists[world->list_count++] = before.lists[i];
    return world->list_count < before.list_count;
}

/* A delta CRL that goes with no list at hand: they may not be combined (RFC 5280 5.2.4 (a) to (d),
 * 6.3.3 (c)). */
static bool is_lone_delta(const struct world *world, const struct world_list *delta) {
    for (size_t i = 0; delta->base != WORLD_NONE && i < world->list_count; i++) {
        const struct world_list *list = &world->lists[i];
        if (list->base == WORLD_NONE && list->issuer == delta->issuer &&
            list->signer == delta->signer && list->number >= delta->base &&
            list->number < delta->number && cz_bytes_equal(list->point, delta->point))
            return false;
    }
    return delta->base != WORLD_NONE;
}

/* A list whose place is its issuer's name is about all that its issuer issued. What did not go with
 * it must not do so because of this. */
static bool without_issuers_place(struct world *world) {
    bool changed = drop_lists(world, is_lone_delta);
    for (size_t i = 0; i < world->list_count; i++) {
        struct world_list *list = &world->lists[i];
        if (!cz_bytes_equal(list->point, world_issuers_place(list->issuer)))
            continue;
        list->point = NOTHING;
        changed = true;
    }
    return changed;
}

static bool freshest_named(struct world *world) {
    bool changed = false;
    for (size_t i = 0; i < world->list_count; i++) {
        changed |= !world->lists[i].names_freshest;
        world->lists[i].names_freshest |= world->lists[i].base == WORLD_NONE;
    }
    return changed;
}

static bool is_current(const struct world_list *list) {
    return list->this_update <= PLAN_NOW && list->next_update > PLAN_NOW;
}

static bool may_sign(const struct plan_certificate *certificate) {
    const struct plan_extension *usage =
        plan_find((struct plan_certificate *)certificate, OID_KEY_USAGE);
    /* BIT STRING { unused bits, the first octet } */
    return usage == NULL || (usage->value.data[3] & 0x02) != 0;
}

/* As issuer/renewed later has it. */
static bool is_valid_later(const struct plan_certificate *certificate) {
    return cz_bytes_equal(certificate->not_before, forge_time(PLAN_NOW + DAY, false));
}

/* A key that its CA certified with its old one, and all lists of the CA are signed with the new
 * one: what they say of the new key's certificate it says itself. */
static bool vouches_for_itself(const struct world *world,
                               const struct plan_certificate *certificate) {
    if (!world->whole_chain || certificate->is_anchor ||
        certificate->subject_entity != certificate->issuer_entity)
        return false;
    for (size_t i = 0; i < world->list_count; i++)
        if (world->lists[i].issuer == certificate->issuer_entity &&
            world->lists[i].signer != certificate->key)
            return false;
    return true;
}

/* By a key that some certificate of its issuer has which may, and which can be validated (RFC 5280
 * 6.3.3 (f)). */
static bool is_signed(const struct world *world, const struct world_list *list) {
    for (size_t i = 0; i < world->plan.count; i++) {
        const struct plan_certificate *certificate = &world->plan.certificates[i];
        if (certificate->subject_entity == list->issuer && certificate->key == list->signer &&
            may_sign(certificate) && !is_valid_later(certificate) &&
            !vouches_for_itself(world, certificate))
            return !list->bad_signature;
    }
    return false;
}

static bool has_bad_entry(const struct world_list *list) {
    for (size_t i = 0; i < list->entry_count; i++)
        if ((list->point.data == NULL && list->entries[i].issuer != WORLD_NONE) ||
            list->entries[i].unknown_critical)
            return true;
    return false;
}

/* Some keys have one algorithm, whatever hash is asked for. */
static bool is_weak(const struct world_list *list) {
    return list->hash == HASH_SHA1 && !cz_bytes_equal(forge_algorithm(list->signer, HASH_SHA1),
                                                      forge_algorithm(list->signer, HASH_USUAL));
}

/* Nothing can be learned from it, whatever it says. */
static bool is_useless(const struct world *world, const struct world_list *list) {
    return !is_current(list) || !is_signed(world, list) || list->unknown_critical ||
           is_weak(list) || has_bad_entry(list);
}

static bool without_useless(struct world *world) {
    return drop_lists(world, is_useless);
}

/* A delta CRL whose authority key identifier is not that of the list does not go with it. */
static bool is_delta_astray(const struct world *world, const struct world_list *list) {
    for (size_t i = 0; list->base != WORLD_NONE && i < world->list_count; i++)
        if (world->lists[i].issuer == list->issuer && world->lists[i].key_id != list->key_id)
            return true;
    return false;
}

static bool right_key_ids(struct world *world) {
    bool changed = drop_lists(world, is_delta_astray);
    for (size_t i = 0; i < world->list_count; i++) {
        changed |= world->lists[i].key_id == KEY_ID_WRONG;
        world->lists[i].key_id = KEY_ID_RIGHT;
    }
    return changed;
}

static bool is_replaced(const struct world *world, const struct world_list *list) {
    for (size_t i = 0; i < world->list_count; i++) {
        const struct world_list *other = &world->lists[i];
        if ((other->base != WORLD_NONE) == (list->base != WORLD_NONE) &&
            other->issuer == list->issuer && other->signer == list->signer &&
            cz_bytes_equal(other->point, list->point) && is_current(other) &&
            other->number >= list->number && other->this_update >= list->this_update &&
            (other->number > list->number || other->this_update > list->this_update))
            return true;
    }
    return false;
}

static bool without_replaced(struct world *world) {
    return drop_lists(world, is_replaced);
}

/* A list to which one of the certificate's points leads, and that alone, tells of that point's
 * reasons. */
static void narrow_lists(struct world *world, unsigned issuer) {
    for (size_t i = 0; i < world->list_count; i++)
        for (unsigned half = 1; half <= 2; half++)
            if (world->lists[i].issuer == issuer &&
                cz_bytes_equal(world->lists[i].point, world_place(half)))
                world->lists[i].point = JOIN(world_place(half), world_reasons(3, half));
}

/* Both points together are for all reasons: where the lists say which reasons they are for, the
 * points need not. */
static bool without_reasons_of_points(struct world *world) {
    bool changed = false;
    for (size_t i = 0; i < world->plan.count; i++) {
        struct plan_certificate *certificate = &world->plan.certificates[i];
        const struct plan_extension *points = plan_find(certificate, OID_CRL_DISTRIBUTION_POINTS);
        if (points == NULL || !cz_bytes_equal(points->value, world_split_points(true)))
            continue;
        narrow_lists(world, certificate->issuer_entity);
        plan_set(certificate, OID_CRL_DISTRIBUTION_POINTS, false, world_split_points(false));
        changed = true;
    }
    return changed;
}

/* What a CA signs with its new key it may sign with its old one. */
static bool with_old_keys(struct world *world) {
    bool changed = false;
    for (size_t i = 0; i < world->list_count; i++)
        for (size_t j = 1; j <= world->plan.anchor; j++) {
            const struct plan_certificate *certificate = &world->plan.certificates[j];
            if (certificate->subject_entity != world->lists[i].issuer ||
                certificate->key == world->lists[i].signer)
                continue;
            world->lists[i].signer = certificate->key;
            changed = true;
        }
    return changed;
}

/* What a delegate says of the anchor the anchor may say itself, at a place of its own. */
static bool with_anchors_own_list(struct world *world) {
    struct plan_certificate *anchor = &world->plan.certificates[world->plan.anchor];
    const struct plan_extension *points = plan_find(anchor, OID_CRL_DISTRIBUTION_POINTS);
    if (points == NULL || !cz_bytes_equal(points->value, world_delegated_point()))
        return false;
    plan_set(anchor, OID_CRL_DISTRIBUTION_POINTS, false,
             DER(DER_SEQUENCE, DER(DER_SEQUENCE, world_place(4))));
    for (size_t i = 0, count = world->list_count; i < count; i++) {
        struct world_list *list =
            world->lists[i].issuer == WORLD_DELEGATE && world->lists[i].base == WORLD_NONE
                ? world_copy_list(world, &world->lists[i])
                : NULL;
        if (list == NULL)
            continue;
        list->issuer = anchor->subject_entity;
        list->signer = anchor->key;
        list->point = JOIN(world_place(4), list->point);
        if (list->entry_count > 0 && list->entries[0].issuer == WORLD_NONE)
            list->entries[0].issuer = WORLD_DELEGATE; /* as it was without saying */
    }
    return true;
}

static bool have_one_key(const struct plan_certificate *a, const struct plan_certificate *b) {
    return a->subject_entity == b->subject_entity && a->key == b->key;
}

static void drop_certificate(struct plan *plan, size_t at) {
    memmove(&plan->certificates[at], &plan->certificates[at + 1],
            (--plan->count - at) * sizeof plan->certificates[at]);
    plan->anchor -= at < plan->anchor;
}

/* Of two certificates for one key of one issuer that which was there first. */
static bool drop_first_of_two(struct plan *plan) {
    for (size_t i = 1; i < plan->count; i++)
        for (size_t j = i + 1; i != plan->anchor && j < plan->count; j++)
            if (have_one_key(&plan->certificates[i], &plan->certificates[j])) {
                drop_certificate(plan, i);
                return true;
            }
    return false;
}

static bool without_first_of_two(struct world *world) {
    return drop_first_of_two(&world->plan);
}

static bool without_first_of_each_two(struct world *world) {
    bool changed = false;
    while (drop_first_of_two(&world->plan))
        changed = true;
    return changed;
}

/* --- where we refuse --- */

/* Complete lists of the certificate's issuer, and of the delegate that it names. */
static size_t count_lists(const struct world *world, const struct plan_certificate *certificate) {
    const struct plan_extension *points =
        plan_find((struct plan_certificate *)certificate, OID_CRL_DISTRIBUTION_POINTS);
    bool is_delegated = points != NULL && cz_bytes_equal(points->value, world_delegated_point());
    size_t found = 0;
    for (size_t i = 0; i < world->list_count; i++)
        found += world->lists[i].base == WORLD_NONE &&
                 (world->lists[i].issuer == certificate->issuer_entity ||
                  (is_delegated && world->lists[i].issuer == WORLD_DELEGATE));
    return found;
}

static bool some_freshest_is_hidden(const struct world_case *c) {
    struct world world = c->world;
    return c->ours.code == REASON_REVOKED && freshest_named(&world);
}

static bool is_revoked(const struct world_case *c) {
    return c->ours.code == REASON_REVOKED;
}

static bool is_unusable(const struct world_case *c) {
    return strstr(c->ours.text, "unusable") != NULL;
}

static bool is_stale(const struct world_case *c) {
    return c->ours.code == REASON_REVOCATION_STALE;
}

static bool is_not_revoked(const struct world_case *c) {
    return c->ours.code != REASON_REVOKED;
}

static bool lists_are_many(const struct world_case *c) {
    const struct plan *plan = &c->world.plan;
    bool many = false;
    for (size_t i = 0; i < plan->count; i++)
        many |= count_lists(&c->world, &plan->certificates[i]) > 1;
    return many && c->ours.code == REASON_REVOKED;
}

const struct world_rule world_rules[] = {
    /* --- We accept, and OpenSSL refuses; in this order, each beside those before it. --- */
    {.amend = right_key_ids,
     .why = "the authority key identifier of a CRL is a hint; whose key verifies it has signed it"},
    {.amend = without_issuers_place,
     .why = "OpenSSL does not know the point that every certificate has, its issuer's name (RFC "
            "5280, end of 6.3.3)"},
    {.amend = without_useless,
     .why = "a list that cannot be used is left aside where another tells; OpenSSL gives up"},
    {.amend = freshest_named,
     .why = "OpenSSL looks for delta CRLs only where something names a freshest CRL"},
    {.amend = without_replaced,
     .why = "of lists with one thisUpdate that with the highest number is the newest (RFC 5280 "
            "5.2.3); OpenSSL takes any, and of several delta CRLs the first"},
    {.amend = without_first_of_two,
     .is_alternative = true,
     .why = "there is another certificate for a key, of the path or of a list; OpenSSL looks at "
            "one"},
    {.amend = without_first_of_each_two,
     .is_alternative = true,
     .why = "the same, of the path and of a list"},
    {.amend = without_reasons_of_points,
     .why = "a list to which both points of a certificate lead tells for the reasons of both; "
            "OpenSSL takes those of the first"},
    {.amend = with_old_keys,
     .why = "whoever signed a list may need another's list for its own status; OpenSSL looks no "
            "further than one"},
    {.amend = with_anchors_own_list,
     .why = "somebody below an anchor may tell of the anchor (RFC 5280 does not even ask); for "
            "that OpenSSL asks about the anchor again, and gives up"},
    /* --- We refuse, and OpenSSL accepts. --- */
    {.twist = "signature/weak",
     .holds = is_not_revoked,
     .why = "OpenSSL does not ask how strong a CRL's signature is"},
    {.twist = "entry/removed",
     .holds = is_revoked,
     .why = "removeFromCRL means nothing but in a delta CRL (RFC 5280 5.3.1)"},
    {.twist = "time/no nextUpdate",
     .holds = is_stale,
     .why = "without nextUpdate (RFC 5280 5.1.2.5) a list is stale"},
    {.twist = "delta/stale",
     .holds = is_revoked,
     .why =
         "OpenSSL does not ask how old a delta CRL is; ours takes nothing back when it is stale"},
    {.twist = "delta/",
     .holds = is_stale,
     .why = "a list is stale whatever delta CRL goes with it; OpenSSL does not ask how old it is "
            "beside a fresh one"},
    {.twist = "delta/",
     .holds = is_unusable,
     .why = "a list is unusable whatever delta CRL goes with it; OpenSSL looks no further where "
            "that says removeFromCRL"},
    {.twist = "issuer/",
     .holds = is_revoked,
     .why = "lists by all keys of a CA are heard; OpenSSL takes one"},
    {.twist = "delta/",
     .holds = some_freshest_is_hidden,
     .why = "OpenSSL looks for delta CRLs only where something names a freshest CRL"},
    {.twist = "entry/names",
     .holds = is_unusable,
     .why = "an entry names its certificate's issuer, and the list is not indirect (RFC 5280 "
            "5.3.3)"},
    {.holds = lists_are_many,
     .why = "every list is heard that no other replaces; OpenSSL takes one"},
};
const size_t world_rule_count = CZ_COUNT(world_rules);

static const struct world_rule *find_amendment(const struct world_case *c) {
    struct world world = c->world;
    struct verdict verdict;
    for (size_t i = 0; i < world_rule_count; i++) {
        const struct world_rule *rule = &world_rules[i];
        const struct world before = world;
        if (rule->amend == NULL || !rule->amend(&world))
            continue;
        world_sign(&world);
        world_judge_openssl(&world, &verdict);
        if (verdict.accepted)
            return rule;
        if (rule->is_alternative)
            world = before;
    }
    return NULL;
}

const struct world_rule *world_rule_for(const struct world_case *c) {
    if (c->ours.accepted)
        return find_amendment(c);
    for (size_t i = 0; i < world_rule_count; i++) {
        const struct world_rule *rule = &world_rules[i];
        if (rule->amend == NULL && (rule->twist == NULL || world_has(&c->world, rule->twist)) &&
            (rule->holds == NULL || rule->holds(c)))
            return rule;
    }
    return NULL;
}
