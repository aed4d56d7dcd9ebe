/* What is done to a sound world; each is named family/what. */
#include "world.h"

/* An entity that is none of the path's. */
#define OTHER_ENTITY 20
/* Keys that no certificate of a path has. */
#define KEY_RENEWED (KEY_EC + 5)
#define KEY_DELEGATE (KEY_EC + 6)
#define KEY_STRANGER (KEY_EC + 7)

static struct world_list *any_list(struct world *world) {
    return world->list_count > 0 ? &world->lists[random_below((unsigned)world->list_count)] : NULL;
}

/* A certificate of the path, mostly the end. */
static struct plan_certificate *any_certificate(struct world *world) {
    return random_chance(60) ? &world->plan.certificates[0] : plan_any(&world->plan);
}

static bool is_about(const struct world_list *list, const struct plan_certificate *certificate) {
    return list->issuer == certificate->issuer_entity;
}

/* A list of the certificate's issuer. */
static struct world_list *list_about(struct world *world,
                                     const struct plan_certificate *certificate) {
    size_t first = random_below(WORLD_LISTS_MAX);
    for (size_t i = 0; i < world->list_count; i++) {
        struct world_list *list = &world->lists[(first + i) % world->list_count];
        if (is_about(list, certificate))
            return list;
    }
    return NULL;
}

/* --- entries --- */

static void revoke_one(struct world *world, unsigned reason) {
    struct plan_certificate *certificate = any_certificate(world);
    struct world_list *list = list_about(world, certificate);
    if (list != NULL)
        world_revoke(list, certificate, (int)reason);
}

static void revoke_without_reason(struct world *world, unsigned argument) {
    (void)argument;
    revoke_one(world, (unsigned)WORLD_NONE);
}

static void revoke_other(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    struct plan_certificate other = {.serial = forge_integer(0x30000000u + argument)};
    if (list != NULL)
        world_revoke(list, &other, 1);
}

/* On any list, whosever it is. */
static void revoke_anywhere(struct world *world, unsigned reason) {
    struct world_list *list = any_list(world);
    if (list != NULL)
        world_revoke(list, any_certificate(world), (int)reason);
}

static void twice(struct world *world, unsigned reason) {
    struct plan_certificate *certificate = any_certificate(world);
    struct world_list *list = list_about(world, certificate);
    if (list == NULL)
        return;
    world_revoke(list, certificate, (int)reason);
    world_revoke(list, certificate, CRL_REASON_KEY_COMPROMISE);
}

static void make_entry_critical(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    (void)argument;
    if (list != NULL && list->entry_count > 0)
        list->entries[0].unknown_critical = true;
}

static void name_issuer(struct world *world, unsigned entity) {
    struct world_list *list = any_list(world);
    if (list != NULL && list->entry_count > 0)
        list->entries[list->entry_count - 1].issuer = (int)entity;
}

/* --- times --- */

static void shift(struct world *world, unsigned argument) {
    static const struct {
        int64_t begin, end;
    } spans[] = {{-9, -2}, {2, 9}, {-1, 4}, {-8, 8}, {-3, 0}};
    struct world_list *list = any_list(world);
    if (list == NULL)
        return;
    list->this_update = PLAN_NOW + spans[argument].begin * DAY;
    list->next_update = PLAN_NOW + spans[argument].end * DAY;
}

static void drop_next_update(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    (void)argument;
    if (list != NULL)
        list->next_update = 0;
}

/* --- signatures --- */

static void break_signature(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    (void)argument;
    if (list != NULL)
        list->bad_signature = true;
}

static void sign_with(struct world *world, unsigned key) {
    struct world_list *list = any_list(world);
    if (list != NULL)
        list->signer = key;
}

static void sign_weakly(struct world *world, unsigned hash) {
    struct world_list *list = any_list(world);
    if (list != NULL)
        list->hash = (enum forge_hash)hash;
}

static void set_key_id(struct world *world, unsigned key_id) {
    struct world_list *list = any_list(world);
    if (list != NULL)
        list->key_id = (enum world_key_id)key_id;
}

static void forbid_signing(struct world *world, unsigned argument) {
    (void)argument;
    plan_set(plan_issuer(&world->plan), OID_KEY_USAGE, true, DER(DER_BIT_STRING, TEXT("\x02\x04")));
}

/* --- lists --- */

static void lose_list(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    (void)argument;
    if (list != NULL)
        *list = world->lists[--world->list_count];
}

/* Another of the same issuer, without its entries. */
static void reissue(struct world *world, unsigned argument) {
    static const struct {
        int64_t later; /* days */
        int number;
    } changes[] = {{1, 1}, {-1, -1}, {0, 0}, {0, 1}, {1, -1}};
    const struct world_list *list = any_list(world);
    struct world_list *copy = list != NULL ? world_copy_list(world, list) : NULL;
    if (copy == NULL)
        return;
    copy->entry_count = random_chance(70) ? 0 : copy->entry_count;
    copy->this_update += changes[argument].later * DAY;
    if (copy->number != WORLD_NONE)
        copy->number += changes[argument].number;
}

static void drop_number(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    (void)argument;
    if (list != NULL)
        list->number = WORLD_NONE;
}

static void make_critical(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    (void)argument;
    if (list != NULL)
        list->unknown_critical = true;
}

/* --- scopes --- */

/* onlyContainsUserCerts, onlyContainsCACerts and onlyContainsAttributeCerts are [1], [2] and [5].
 */
static void limit_kind(struct world *world, unsigned tag) {
    struct world_list *list = any_list(world);
    if (list != NULL)
        list->point = DER((uint8_t)DER_CONTEXT(tag), TEXT("\xff"));
}

static void split_kinds(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    struct world_list *copy = list != NULL ? world_copy_list(world, list) : NULL;
    (void)argument;
    if (copy == NULL)
        return;
    list->point = DER(DER_CONTEXT(1), TEXT("\xff"));
    copy->point = DER(DER_CONTEXT(2), TEXT("\xff"));
}

/* `argument`: the place of the list; the certificate's is 1. */
static void partition(struct world *world, unsigned argument) {
    struct plan_certificate *certificate = any_certificate(world);
    struct world_list *list = list_about(world, certificate);
    plan_set(certificate, OID_CRL_DISTRIBUTION_POINTS, false,
             DER(DER_SEQUENCE, DER(DER_SEQUENCE, world_place(1))));
    if (list != NULL && argument > 0)
        list->point = world_place(argument);
}

static void partition_list_alone(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    if (list != NULL)
        list->point = world_place(argument);
}

/* The list's issuer as its place, which every certificate has. */
static void place_by_issuer(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    (void)argument;
    if (list != NULL)
        list->point = world_issuers_place(list->issuer);
}

/* `argument`: 1 and 2 leave a half alone, 3 has both. */
static void split_reasons(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    struct world_list *copy = list != NULL && argument == 3 ? world_copy_list(world, list) : NULL;
    if (list == NULL || (argument == 3 && copy == NULL))
        return;
    list->point = world_reasons(3, argument == 2 ? 2 : 1);
    if (copy != NULL)
        copy->point = world_reasons(3, 2);
}

/* The certificate's points name reasons, each a place of its own. */
static void split_points(struct world *world, unsigned argument) {
    struct plan_certificate *certificate = any_certificate(world);
    struct world_list *list = list_about(world, certificate);
    struct world_list *copy = list != NULL ? world_copy_list(world, list) : NULL;
    if (copy == NULL)
        return;
    plan_set(certificate, OID_CRL_DISTRIBUTION_POINTS, false, world_split_points(true));
    list->point = JOIN(world_place(1), world_reasons(3, 1));
    copy->point = JOIN(world_place(argument), world_reasons(3, 2));
}

/* --- deltas --- */

enum { DELTA_SILENT, DELTA_REVOKES, DELTA_RELEASES, DELTA_STALE, DELTA_FUTURE, DELTA_OTHER_BASE };

static void add_delta(struct world *world, unsigned argument) {
    struct plan_certificate *certificate = any_certificate(world);
    struct world_list *list = list_about(world, certificate);
    struct world_list *delta = list != NULL ? world_copy_list(world, list) : NULL;
    if (delta == NULL || list->number == WORLD_NONE)
        return;
    delta->entry_count = 0;
    list->names_freshest |= random_chance(90);
    delta->base = list->number + (argument == DELTA_OTHER_BASE ? 1 : 0);
    delta->number = list->number + 2;
    if (argument == DELTA_REVOKES || argument == DELTA_OTHER_BASE || random_chance(20))
        world_revoke(delta, certificate, CRL_REASON_KEY_COMPROMISE);
    if (argument == DELTA_RELEASES || argument == DELTA_STALE) {
        world_revoke(list, certificate, CRL_REASON_CERTIFICATE_HOLD);
        world_revoke(delta, certificate, CRL_REASON_REMOVE_FROM_CRL);
    }
    if (argument == DELTA_STALE)
        delta->next_update = PLAN_NOW - DAY;
    if (argument == DELTA_FUTURE)
        delta->this_update = PLAN_NOW + DAY;
}

/* --- issuers --- */

static struct plan_certificate *renew(struct world *world, struct plan_certificate *ca,
                                      bool by_itself) {
    return plan_add(&world->plan, ca->subject_entity,
                    by_itself ? ca->subject_entity : ca->issuer_entity, KEY_RENEWED,
                    by_itself ? ca->key : ca->signer, true);
}

/* The CA has a new key, and signs its lists with it. `argument`: 1: the new key's certificate is
 * of the old key; 2: the list of the old key stays; 3: and the certificate will be valid later. */
static void renew_key(struct world *world, unsigned argument) {
    struct plan_certificate *ca = plan_intermediate(&world->plan);
    struct plan_certificate *renewed = ca->is_anchor ? NULL : renew(world, ca, argument == 1);
    if (renewed == NULL)
        return;
    if (argument == 3)
        renewed->not_before = forge_time(PLAN_NOW + DAY, false);
    for (size_t i = 0, count = world->list_count; i < count; i++) {
        struct world_list *list = &world->lists[i];
        if (list->issuer == ca->subject_entity && argument >= 2)
            list = world_copy_list(world, list);
        if (list != NULL && list->issuer == ca->subject_entity)
            list->signer = KEY_RENEWED;
        if (list != NULL && list->signer == KEY_RENEWED && random_chance(30))
            world_revoke(list, &world->plan.certificates[0], CRL_REASON_KEY_COMPROMISE);
    }
}

/* A CA of the same name under the same anchor, with another key: whose lists are they? */
static void add_cross(struct world *world, unsigned argument) {
    struct plan_certificate *ca = plan_intermediate(&world->plan);
    (void)argument;
    if (!ca->is_anchor)
        plan_add(&world->plan, ca->subject_entity,
                 world->plan.certificates[world->plan.anchor].subject_entity, ca->key,
                 world->plan.certificates[world->plan.anchor].key, true);
}

/* An authority of its own signs an indirect list. `argument`: 0: about nobody; 1: that names the
 * certificate; 2: that names its serial of another CA; 3: that does not say it is indirect; 4: the
 * certificate's point does not name it. */
static void delegate(struct world *world, unsigned argument) {
    struct plan_certificate *certificate = any_certificate(world);
    struct plan_certificate *above = plan_issuer(&world->plan);
    struct plan_certificate *signer = plan_add(&world->plan, WORLD_DELEGATE, above->subject_entity,
                                               KEY_DELEGATE, above->key, false);
    struct world_list *list = list_about(world, certificate);
    if (signer == NULL || list == NULL)
        return;
    plan_set(signer, OID_KEY_USAGE, true, DER(DER_BIT_STRING, TEXT("\x01\x02")));
    if (random_chance(60) && (list = world_copy_list(world, list)) == NULL)
        return;
    list->issuer = WORLD_DELEGATE;
    list->signer = KEY_DELEGATE;
    list->entry_count = 0;
    list->point = argument == 3 ? NOTHING : DER(DER_CONTEXT(4), TEXT("\xff"));
    if (argument != 4)
        plan_set(certificate, OID_CRL_DISTRIBUTION_POINTS, false, world_delegated_point());
    if (argument == 0)
        return;
    world_revoke(list, certificate, CRL_REASON_KEY_COMPROMISE);
    if (list->entry_count > 0)
        list->entries[list->entry_count - 1].issuer =
            argument == 2 ? OTHER_ENTITY : (int)certificate->issuer_entity;
}

static void make_indirect(struct world *world, unsigned argument) {
    struct world_list *list = any_list(world);
    (void)argument;
    if (list != NULL)
        list->point = DER(DER_CONTEXT(4), TEXT("\xff"));
}

const struct twist world_twists[] = {
    {"entry/revoked", revoke_one, CRL_REASON_KEY_COMPROMISE},
    {"entry/revoked without a reason", revoke_without_reason, 0},
    {"entry/on hold", revoke_one, CRL_REASON_CERTIFICATE_HOLD},
    {"entry/removed", revoke_one, CRL_REASON_REMOVE_FROM_CRL},
    {"entry/of somebody else", revoke_other, 0},
    {"entry/anywhere", revoke_anywhere, CRL_REASON_KEY_COMPROMISE},
    {"entry/twice", twice, CRL_REASON_CERTIFICATE_HOLD},
    {"entry/removed twice", twice, CRL_REASON_REMOVE_FROM_CRL},
    {"entry/critical", make_entry_critical, 0},
    {"entry/names its issuer", name_issuer, 1},
    {"entry/names another issuer", name_issuer, OTHER_ENTITY},
    {"time/stale", shift, 0},
    {"time/future", shift, 1},
    {"time/newer", shift, 2},
    {"time/longer", shift, 3},
    {"time/ends now", shift, 4},
    {"time/no nextUpdate", drop_next_update, 0},
    {"signature/bad", break_signature, 0},
    {"signature/of a stranger", sign_with, KEY_STRANGER},
    {"signature/of the end", sign_with, KEY_EC},
    {"signature/weak", sign_weakly, HASH_SHA1},
    {"signature/no key identifier", set_key_id, KEY_ID_ABSENT},
    {"signature/wrong key identifier", set_key_id, KEY_ID_WRONG},
    {"signature/no cRLSign", forbid_signing, 0},
    {"list/lost", lose_list, 0},
    {"list/newer", reissue, 0},
    {"list/older", reissue, 1},
    {"list/equal", reissue, 2},
    {"list/equal but for the number", reissue, 3},
    {"list/newer with a lower number", reissue, 4},
    {"list/no number", drop_number, 0},
    {"list/critical", make_critical, 0},
    {"kind/users", limit_kind, 1},
    {"kind/authorities", limit_kind, 2},
    {"kind/attributes", limit_kind, 5},
    {"kind/split", split_kinds, 0},
    {"point/of the certificate", partition, 0},
    {"point/same", partition, 1},
    {"point/other", partition, 2},
    {"point/of the list", partition_list_alone, 1},
    {"point/issuer", place_by_issuer, 0},
    {"reasons/first", split_reasons, 1},
    {"reasons/second", split_reasons, 2},
    {"reasons/both", split_reasons, 3},
    {"reasons/points", split_points, 2},
    {"reasons/points astray", split_points, 3},
    {"delta/silent", add_delta, DELTA_SILENT},
    {"delta/revokes", add_delta, DELTA_REVOKES},
    {"delta/releases", add_delta, DELTA_RELEASES},
    {"delta/stale", add_delta, DELTA_STALE},
    {"delta/future", add_delta, DELTA_FUTURE},
    {"delta/other base", add_delta, DELTA_OTHER_BASE},
    {"issuer/renewed", renew_key, 0},
    {"issuer/renewed by itself", renew_key, 1},
    {"issuer/both keys", renew_key, 2},
    {"issuer/renewed later", renew_key, 3},
    {"issuer/cross", add_cross, 0},
    {"indirect/silent", delegate, 0},
    {"indirect/revokes", delegate, 1},
    {"indirect/of another", delegate, 2},
    {"indirect/not said", delegate, 3},
    {"indirect/not asked for", delegate, 4},
    {"indirect/own", make_indirect, 0},
};
const size_t world_twist_count = CZ_COUNT(world_twists);
