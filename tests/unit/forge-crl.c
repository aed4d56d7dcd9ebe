/* CRLs made on the spot: every part can be what no sound CA would write. */
#include "support.h"

static struct bytes part(const struct forge_list *list, enum list_part number, struct bytes usual) {
    return list->parts[number].data != NULL ? list->parts[number] : usual;
}

static struct bytes small(int number) {
    const uint8_t octets[] = {(uint8_t)(number >> 8), (uint8_t)number};
    bool two = number > 0x7f;
    return DER(DER_INTEGER, {.data = two ? octets : octets + 1, .len = two ? 2 : 1});
}

static struct bytes join_all(const struct bytes *items) {
    struct bytes all = TEXT("");
    for (; items != NULL && items->data != NULL; items++)
        all = JOIN(all, *items);
    return all;
}

static struct bytes entry_of(const struct forge_entry *entry) {
    struct bytes none = TEXT("");
    uint8_t code = (uint8_t)(entry->reason - 1);
    if (entry->whole != NULL)
        return *entry->whole;
    struct bytes extensions =
        JOIN(entry->reason != 0 ? support_extension(OID_REASON_CODE, false,
                                                    DER(DER_ENUMERATED, {.data = &code, .len = 1}))
                                : none,
             entry->issuer != NULL
                 ? support_extension(OID_CERTIFICATE_ISSUER, true,
                                     DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(4),
                                                           support_name(entry->issuer))))
                 : none,
             join_all(entry->more));
    return DER(DER_SEQUENCE, DER(DER_INTEGER, entry->serial), forge_time(NOW - 2 * DAY),
               extensions.len > 0 ? DER(DER_SEQUENCE, extensions) : none);
}

static struct bytes entries_of(const struct forge_list *list) {
    struct bytes all = TEXT("");
    if (list->entries == NULL)
        return all;
    for (const struct forge_entry *entry = list->entries;
         entry->serial.data != NULL || entry->whole != NULL; entry++)
        all = JOIN(all, entry_of(entry));
    return DER(DER_SEQUENCE, all);
}

static struct bytes extensions_of(const struct forge_list *list) {
    struct bytes none = TEXT("");
    struct bytes all = JOIN(
        list->authority_key != NULL
            ? support_extension(
                  OID_AUTHORITY_KEY_IDENTIFIER, false,
                  DER(DER_SEQUENCE, DER(DER_CONTEXT(0), cz_bytes_of(list->authority_key))))
            : none,
        list->number >= 0
            ? support_extension(OID_CRL_NUMBER, false, small(list->number > 0 ? list->number : 1))
            : none,
        list->base > 0 ? support_extension(OID_DELTA_CRL_INDICATOR, true, small(list->base)) : none,
        list->point.data != NULL ? support_extension(OID_ISSUING_DISTRIBUTION_POINT, true,
                                                     DER(DER_SEQUENCE, list->point))
                                 : none,
        join_all(list->more));
    return all.len > 0 ? DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_SEQUENCE, all)) : none;
}

struct bytes forge_crl(const struct forge_list *list) {
    const struct forge forge = {.signer = list->signer,
                                .sha1 = list->sha1,
                                .pss = list->pss,
                                .bad_signature = list->bad_signature};
    struct bytes algorithm = DER(DER_SEQUENCE, forge_algorithm(&forge));
    struct bytes tbs = DER(DER_SEQUENCE, part(list, LIST_VERSION, DER(DER_INTEGER, TEXT("\x01"))),
                           part(list, LIST_ALGORITHM, algorithm),
                           part(list, LIST_ISSUER, support_name(list->issuer)),
                           part(list, LIST_THIS_UPDATE,
                                forge_time(list->this_update != 0 ? list->this_update : NOW - DAY)),
                           part(list, LIST_NEXT_UPDATE,
                                forge_time(list->next_update != 0 ? list->next_update : NOW + DAY)),
                           part(list, LIST_ENTRIES, entries_of(list)),
                           part(list, LIST_EXTENSIONS, extensions_of(list)));
    return DER(DER_SEQUENCE, tbs, part(list, LIST_OUTER_ALGORITHM, algorithm),
               part(list, LIST_SIGNATURE, forge_signature(&forge, tbs)),
               part(list, LIST_INSIDE_TRAILING, TEXT("")));
}
