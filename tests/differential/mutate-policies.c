/* Certificate policies (RFC 5280 6.1.2 to 6.1.5); and paths of other shapes than one line. */
#include "mutation.h"

/* 1.3.6.1.4.1.99999.2.n; number 0 is anyPolicy. */
static struct bytes policy(unsigned number) {
    uint8_t last = (uint8_t)number;
    return number == 0 ? OID_ANY_POLICY
                       : JOIN(TEXT("\x2b\x06\x01\x04\x01\x86\x8d\x1f\x02"), {&last, 1});
}

static void add_policies(struct plan_certificate *certificate, const unsigned *numbers,
                         size_t count) {
    struct bytes all = NOTHING;
    for (size_t i = 0; i < count; i++)
        all = JOIN(all, DER(DER_SEQUENCE, DER(DER_OID, policy(numbers[i]))));
    plan_set(certificate, OID_CERTIFICATE_POLICIES, random_chance(30), DER(DER_SEQUENCE, all));
}

static void draw_policies(struct plan_certificate *certificate) {
    unsigned numbers[2] = {random_chance(25) ? 0 : 1 + random_below(3)};
    numbers[1] = (numbers[0] + 1 + random_below(2)) % 4;
    if (random_chance(85))
        add_policies(certificate, numbers, 1 + random_below(2));
}

static void draw_inputs(struct plan *plan) {
    plan->check_policies = true;
    plan->require_explicit_policy = random_chance(50);
    plan->inhibit_policy_mapping = random_chance(10);
    plan->inhibit_any_policy = random_chance(10);
    for (unsigned i = random_chance(50) ? 0 : 1 + random_below(2); i > 0; i--)
        plan->initial_policies[plan->initial_policy_count++] = policy(i);
}

static void draw_all(struct plan *plan) {
    if (plan->check_policies)
        return;
    draw_inputs(plan);
    for (size_t i = 0; i <= plan->anchor; i++)
        draw_policies(&plan->certificates[i]);
}

static void drawn(struct plan *plan, unsigned unused) {
    (void)unused;
    draw_all(plan);
}

static void same(struct plan *plan, unsigned number) {
    plan->check_policies = true;
    plan->require_explicit_policy = true;
    for (size_t i = 0; i <= plan->anchor; i++)
        add_policies(&plan->certificates[i], &number, 1);
    if (plan->initial_policy_count == 0 && random_chance(50))
        plan->initial_policies[plan->initial_policy_count++] = policy(1 + random_below(2));
}

static void mapped(struct plan *plan, unsigned unused) {
    struct bytes all = NOTHING;
    (void)unused;
    draw_all(plan);
    for (unsigned i = 1 + random_below(3); i > 0; i--)
        all = JOIN(all, DER(DER_SEQUENCE, DER(DER_OID, policy(1 + random_below(3))),
                            DER(DER_OID, policy(1 + random_below(3)))));
    if (random_chance(5))
        all = JOIN(all, DER(DER_SEQUENCE, DER(DER_OID, policy(0)), DER(DER_OID, policy(1))));
    plan_set(plan_issuer(plan), OID_POLICY_MAPPINGS, random_chance(50), DER(DER_SEQUENCE, all));
}

static void constrained(struct plan *plan, unsigned unused) {
    uint8_t explicit_policy = (uint8_t)random_below(3), mapping = (uint8_t)random_below(3);
    bool both = random_chance(30), first = random_chance(70);
    (void)unused;
    draw_all(plan);
    plan_set(plan_any(plan), OID_POLICY_CONSTRAINTS, random_chance(70),
             DER(DER_SEQUENCE, first || both ? DER(DER_CONTEXT(0), {&explicit_policy, 1}) : NOTHING,
                 !first || both ? DER(DER_CONTEXT(1), {&mapping, 1}) : NOTHING));
}

static void inhibited(struct plan *plan, unsigned unused) {
    (void)unused;
    draw_all(plan);
    plan_set(plan_issuer(plan), OID_INHIBIT_ANY_POLICY, random_chance(70),
             forge_integer(random_below(3)));
}

static void everything(struct plan *plan, unsigned unused) {
    (void)unused;
    mapped(plan, 0);
    constrained(plan, 0);
    if (random_chance(50))
        inhibited(plan, 0);
    if (random_chance(50))
        mapped(plan, 0);
}

/* What is below is good for something by a mapping alone, which an input or the anchor's side may
 * forbid. */
static void mapping_needed(struct plan *plan, unsigned inhibited) {
    size_t mapper = 1 + random_below((unsigned)plan->anchor);
    plan->check_policies = plan->require_explicit_policy = true;
    for (size_t i = 0; i <= plan->anchor; i++)
        add_policies(&plan->certificates[i], (unsigned[]){i < mapper ? 2 : 1}, 1);
    plan_set(
        &plan->certificates[mapper], OID_POLICY_MAPPINGS, random_chance(30),
        DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_OID, policy(1)), DER(DER_OID, policy(2)))));
    uint8_t skip = (uint8_t)random_below(2);
    if (inhibited && random_chance(50))
        plan->inhibit_policy_mapping = true;
    else if (inhibited)
        plan_set(&plan->certificates[plan->anchor - 1], OID_POLICY_CONSTRAINTS, random_chance(30),
                 DER(DER_SEQUENCE, DER(DER_CONTEXT(1), {&skip, 1})));
}

static void twice(struct plan *plan, unsigned number) {
    draw_all(plan);
    add_policies(plan_any(plan), (unsigned[]){number, number}, 2);
}

static const struct {
    struct bytes oid, value;
} forms[] = {
    {OID_CERTIFICATE_POLICIES, CZ_BYTES("\x30\x00")},
    {OID_CERTIFICATE_POLICIES, CZ_BYTES("\x30\x02\x30\x00")},
    {OID_CERTIFICATE_POLICIES, CZ_BYTES("\x30\x05\x30\x03\x06\x01\x80")},
    {OID_CERTIFICATE_POLICIES, CZ_BYTES("\x05\x00")},
    {OID_POLICY_MAPPINGS, CZ_BYTES("\x30\x00")},
    {OID_POLICY_MAPPINGS, CZ_BYTES("\x30\x05\x30\x03\x06\x01\x2a")},
    {OID_POLICY_CONSTRAINTS, CZ_BYTES("\x30\x00")},
    {OID_POLICY_CONSTRAINTS, CZ_BYTES("\x30\x03\x80\x01\xff")},
    {OID_POLICY_CONSTRAINTS, CZ_BYTES("\x30\x03\x82\x01\x00")},
    {OID_POLICY_CONSTRAINTS, CZ_BYTES("\x30\x07\x80\x05\x01\x00\x00\x00\x00")},
    {OID_INHIBIT_ANY_POLICY, CZ_BYTES("\x02\x01\xff")},
    {OID_INHIBIT_ANY_POLICY, CZ_BYTES("\x30\x00")},
    {OID_INHIBIT_ANY_POLICY, CZ_BYTES("\x02\x05\x01\x00\x00\x00\x00")},
};

static void form(struct plan *plan, unsigned checked) {
    size_t which = random_below(CZ_COUNT(forms));
    if (checked)
        draw_all(plan);
    plan_set(plan_any(plan), forms[which].oid, random_chance(50), forms[which].value);
}

static const struct mutation policies[] = {
    {"policies/drawn", drawn, 0, BLINDS_NONE},
    {"policies/the same", same, 1, BLINDS_NONE},
    {"policies/any", same, 0, BLINDS_NONE},
    {"policies/mapped", mapped, 0, BLINDS_GNUTLS},
    {"policies/constrained", constrained, 0, BLINDS_GNUTLS},
    {"policies/any inhibited", inhibited, 0, BLINDS_GNUTLS},
    {"policies/everything", everything, 0, BLINDS_GNUTLS},
    {"policies/everything again", everything, 0, BLINDS_GNUTLS},
    {"policies/mapping needed", mapping_needed, 0, BLINDS_GNUTLS},
    {"policies/mapping needed and inhibited", mapping_needed, 1, BLINDS_GNUTLS},
    {"policies/twice", twice, 1, BLINDS_NONE},
    {"policies/form", form, 1, BLINDS_GNUTLS},
    {"policies/form, not asked for", form, 0, BLINDS_GNUTLS},
};

const struct mutation_family policies_family = {"policies", policies, CZ_COUNT(policies)};

/* --- shapes --- */

enum { OTHER_ROOT = 60, FREE_KEY = KEY_EC + 4 };

/* Another certificate for the same intermediate, from another anchor, or from one that is not. */
static void crossed(struct plan *plan, unsigned trusted) {
    const struct plan_certificate *middle = plan_intermediate(plan);
    struct plan_certificate *root =
        plan_add(plan, OTHER_ROOT, OTHER_ROOT, FREE_KEY, FREE_KEY, true);
    if (middle->is_anchor || root == NULL)
        return;
    root->is_anchor = trusted != 0;
    plan_add(plan, middle->subject_entity, OTHER_ROOT, middle->key, FREE_KEY, true);
}

/* Of the same name, with another key. */
static void same_name(struct plan *plan, unsigned unused) {
    const struct plan_certificate *middle = plan_intermediate(plan);
    (void)unused;
    struct plan_certificate *other =
        plan_add(plan, middle->subject_entity, middle->issuer_entity, FREE_KEY + 1,
                 middle->is_anchor ? FREE_KEY + 1 : middle->signer, true);
    if (other != NULL)
        other->is_anchor = middle->is_anchor;
}

/* A copy of an intermediate that is no use, beside it. Kept apart from what blinds a witness: of
 * two paths that fail we tell of one, and it need not be the one that a rule knows. */
static void useless_copy(struct plan *plan, unsigned unused) {
    const struct plan_certificate *middle = plan_intermediate(plan);
    (void)unused;
    if (middle->is_anchor)
        return;
    struct plan_certificate *copy = plan_add(plan, middle->subject_entity, middle->issuer_entity,
                                             middle->key, middle->signer, true);
    if (copy == NULL)
        return;
    if (random_chance(50))
        copy->not_after = forge_time(PLAN_NOW - DAY, false);
    else
        plan_remove(copy, OID_BASIC_CONSTRAINTS);
}

/* Equal to the usual spelling, and other bytes. */
static struct bytes respelt_name(unsigned entity) {
    return DER(DER_SEQUENCE, plan_rdn(OID_ORGANIZATION, DER_IA5_STRING, TEXT("differential test")),
               plan_rdn(OID_ORGANIZATIONAL_UNIT, DER_PRINTABLE_STRING, TEXT("Unit  One")),
               plan_rdn(OID_COMMON_NAME, DER_UTF8_STRING, forge_text("ENTITY %u", entity)));
}

enum roll_over { ROLL_OVER = 0, ROLL_OVER_LIMITED = 1, ROLL_OVER_RESPELT = 2 };

/* An issuer's new key under its old one (RFC 5280 3.2): self-issued, and no part of the length. */
static void rolled_over(struct plan *plan, unsigned how) {
    struct plan_certificate *below = &plan->certificates[random_below((unsigned)plan->anchor)];
    struct plan_certificate *issuer = below + 1;
    struct plan_certificate *rolled = plan_add(plan, issuer->subject_entity, issuer->subject_entity,
                                               FREE_KEY + 2, issuer->key, true);
    if (rolled != NULL && how == ROLL_OVER_RESPELT)
        rolled->issuer = respelt_name(issuer->subject_entity);
    below->signer = FREE_KEY + 2;
    plan_set(below, OID_AUTHORITY_KEY_IDENTIFIER, false,
             DER(DER_SEQUENCE, DER(DER_CONTEXT(0), forge_key_identifier(FREE_KEY + 2))));
    if (how != ROLL_OVER)
        plan_set(&plan->certificates[plan->anchor], OID_BASIC_CONSTRAINTS, true,
                 DER(DER_SEQUENCE, DER(DER_BOOLEAN, TEXT("\xff")),
                     forge_integer(random_below((unsigned)plan->anchor + 1))));
}

/* Two that certify each other: a search must not go round in them. */
static void loop(struct plan *plan, unsigned unused) {
    const struct plan_certificate *middle = plan_intermediate(plan);
    (void)unused;
    plan_add(plan, middle->subject_entity, OTHER_ROOT, middle->key, FREE_KEY, true);
    plan_add(plan, OTHER_ROOT, middle->subject_entity, FREE_KEY, middle->key, true);
}

/* The one intermediate that the path cannot do without is an anchor too. */
static void trusted_intermediate(struct plan *plan, unsigned rootless) {
    plan_intermediate(plan)->is_anchor = true;
    if (rootless)
        plan->certificates[plan->anchor].is_anchor = plan->anchor == 1;
}

static void no_anchor(struct plan *plan, unsigned unused) {
    (void)unused;
    plan->certificates[plan->anchor].is_anchor = false;
}

static void end_as_issuer(struct plan *plan, unsigned unused) {
    struct plan_certificate *end = &plan->certificates[0];
    (void)unused;
    struct plan_certificate *below = plan_add(plan, 50, 50, FREE_KEY, FREE_KEY, false);
    if (below == NULL)
        return;
    /* a client's certificate signs another: it takes the end's place */
    struct plan_certificate issuer = *end;
    *end = *below;
    end->issuer_entity = issuer.subject_entity;
    end->issuer = issuer.subject;
    end->signer = issuer.key;
    plan_remove(end, OID_AUTHORITY_KEY_IDENTIFIER);
    *below = issuer;
}

static const struct mutation shapes[] = {
    {"shapes/no anchor", no_anchor, 0, BLINDS_NONE},
    {"shapes/crossed, both trusted", crossed, 1, BLINDS_NONE},
    {"shapes/crossed, one trusted", crossed, 0, BLINDS_NONE},
    {"shapes/same name", same_name, 0, BLINDS_GNUTLS},
    {"shapes/useless copy", useless_copy, 0, BLINDS_BOTH},
    {"shapes/rolled over", rolled_over, ROLL_OVER, BLINDS_GNUTLS},
    {"shapes/rolled over, limited", rolled_over, ROLL_OVER_LIMITED, BLINDS_GNUTLS},
    {"shapes/rolled over, limited, respelt", rolled_over, ROLL_OVER_RESPELT, BLINDS_GNUTLS},
    {"shapes/loop", loop, 0, BLINDS_NONE},
    {"shapes/intermediate trusted too", trusted_intermediate, 0, BLINDS_GNUTLS},
    {"shapes/intermediate trusted alone", trusted_intermediate, 1, BLINDS_GNUTLS},
    {"shapes/end as an issuer", end_as_issuer, 0, BLINDS_NONE},
};

const struct mutation_family shapes_family = {"shapes", shapes, CZ_COUNT(shapes)};
