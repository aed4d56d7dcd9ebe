#include "world.h"

#define UNKNOWN_EXTENSION TEXT("\x2a\x03\x04")

struct world_list *world_copy_list(struct world *world, const struct world_list *list) {
    if (world->list_count == WORLD_LISTS_MAX)
        return NULL;
    struct world_list *copy = &world->lists[world->list_count++];
    *copy = *list;
    return copy;
}

void world_revoke(struct world_list *list, const struct plan_certificate *certificate, int reason) {
    if (list->entry_count < WORLD_ENTRIES_MAX)
        list->entries[list->entry_count++] = (struct world_entry){
            .serial = certificate->serial, .reason = reason, .issuer = WORLD_NONE};
}

struct bytes world_place(unsigned number) {
    return DER(DER_CONTEXT_CONSTRUCTED(0),
               DER(DER_CONTEXT_CONSTRUCTED(0),
                   DER(DER_CONTEXT(6), forge_text("http://lists.example/%u", number))));
}

struct bytes world_issuers_place(unsigned entity) {
    return DER(DER_CONTEXT_CONSTRUCTED(0),
               DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_CONTEXT_CONSTRUCTED(4), plan_name(entity))));
}

struct bytes world_delegated_point(void) {
    return DER(DER_SEQUENCE,
               DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(2),
                                     DER(DER_CONTEXT_CONSTRUCTED(4), plan_name(WORLD_DELEGATE)))));
}

struct bytes world_reasons(uint8_t tag, unsigned half) {
    return DER((uint8_t)DER_CONTEXT(tag), half == 1 ? TEXT("\x03\x78") : TEXT("\x07\x07\x80"));
}

struct bytes world_split_points(bool name_reasons) {
    struct bytes none = NOTHING;
    return DER(DER_SEQUENCE,
               DER(DER_SEQUENCE, world_place(1), name_reasons ? world_reasons(1, 1) : none),
               DER(DER_SEQUENCE, world_place(2), name_reasons ? world_reasons(1, 2) : none));
}

bool world_has(const struct world *world, const char *name) {
    for (size_t i = 0; i < world->twist_count; i++)
        if (strncmp(world->twists[i]->name, name, strlen(name)) == 0)
            return true;
    return false;
}

void world_draw(struct world *world) {
    *world = (struct world){.whole_chain = random_chance(70)};
    plan_draw(&world->plan);
    for (size_t i = 1; i <= world->plan.anchor; i++)
        world->lists[world->list_count++] = (struct world_list){
            .issuer = world->plan.certificates[i].subject_entity,
            .signer = world->plan.certificates[i].key,
            .this_update = PLAN_NOW - 3 * DAY,
            .next_update = PLAN_NOW + 3 * DAY,
            .number = 10,
            .base = WORLD_NONE,
        };
}

/* --- from the world to the bytes --- */

static struct bytes extension(struct bytes oid, bool critical, struct bytes value) {
    return DER(DER_SEQUENCE, DER(DER_OID, oid), critical ? DER(DER_BOOLEAN, TEXT("\xff")) : NOTHING,
               DER(DER_OCTET_STRING, value));
}

static struct bytes entry_of(const struct world_entry *entry) {
    uint8_t code = (uint8_t)entry->reason;
    struct bytes none = NOTHING, extensions = NOTHING;
    if (entry->reason != WORLD_NONE)
        extensions =
            extension(OID_REASON_CODE, false, DER(DER_ENUMERATED, {.data = &code, .len = 1}));
    if (entry->issuer != WORLD_NONE)
        extensions =
            JOIN(extensions, extension(OID_CERTIFICATE_ISSUER, true,
                                       DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(4),
                                                             plan_name((unsigned)entry->issuer)))));
    if (entry->unknown_critical)
        extensions = JOIN(extensions, extension(UNKNOWN_EXTENSION, true, TEXT("\x05\x00")));
    return DER(DER_SEQUENCE, entry->serial, forge_time(PLAN_NOW - 5 * DAY, false),
               extensions.len > 0 ? DER(DER_SEQUENCE, extensions) : none);
}

static struct bytes extensions_of(const struct world_list *list) {
    struct bytes all = NOTHING;
    unsigned named = list->key_id == KEY_ID_WRONG ? KEY_COUNT : list->signer;
    if (list->key_id != KEY_ID_ABSENT)
        all = extension(OID_AUTHORITY_KEY_IDENTIFIER, false,
                        DER(DER_SEQUENCE, DER(DER_CONTEXT(0), forge_key_identifier(named))));
    if (list->number != WORLD_NONE)
        all = JOIN(all, extension(OID_CRL_NUMBER, false, forge_integer((unsigned)list->number)));
    if (list->base != WORLD_NONE)
        all = JOIN(all,
                   extension(OID_DELTA_CRL_INDICATOR, true, forge_integer((unsigned)list->base)));
    if (list->point.data != NULL)
        all = JOIN(all,
                   extension(OID_ISSUING_DISTRIBUTION_POINT, true, DER(DER_SEQUENCE, list->point)));
    if (list->names_freshest)
        all = JOIN(all, extension(OID_FRESHEST_CRL, false,
                                  DER(DER_SEQUENCE, DER(DER_SEQUENCE, world_place(9)))));
    if (list->unknown_critical)
        all = JOIN(all, extension(UNKNOWN_EXTENSION, true, TEXT("\x05\x00")));
    return all.len > 0 ? DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_SEQUENCE, all)) : all;
}

void world_sign_list(const struct world *world, struct world_list *list) {
    struct bytes algorithm = forge_algorithm(list->signer, list->hash), entries = NOTHING;
    (void)world;
    for (size_t i = 0; i < list->entry_count; i++)
        entries = JOIN(entries, entry_of(&list->entries[i]));
    struct bytes next = NOTHING, none = NOTHING;
    if (list->next_update != 0)
        next = forge_time(list->next_update, false);
    struct bytes tbs =
        DER(DER_SEQUENCE, forge_integer(1), algorithm, plan_name(list->issuer),
            forge_time(list->this_update, false), next,
            list->entry_count > 0 ? DER(DER_SEQUENCE, entries) : none, extensions_of(list));
    struct bytes signature = forge_signature(list->signer, list->hash, tbs);
    if (list->bad_signature)
        ((uint8_t *)signature.data)[signature.len - 1] ^= 1;
    list->der = DER(DER_SEQUENCE, tbs, algorithm, DER(DER_BIT_STRING, TEXT("\0"), signature));
}

void world_sign(struct world *world) {
    plan_sign(&world->plan);
    for (size_t i = 0; i < world->list_count; i++)
        world_sign_list(world, &world->lists[i]);
}
