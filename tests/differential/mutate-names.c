/* Names that are the same and spelt otherwise, or look the same and are not (RFC 5280 7.1). */
#include "mutation.h"

enum spelling {
    SPELLING_CASE,
    SPELLING_INNER_BLANKS,
    SPELLING_OUTER_BLANKS,
    SPELLING_PRINTABLE,
    SPELLING_TELETEX,
    SPELLING_BMP,
    SPELLING_UNIVERSAL,
    SPELLING_IA5,
    SPELLING_VISIBLE,
    SPELLING_TAB,
    SPELLING_RDN_ORDER,
    SPELLING_FEWER_RDNS,
    SPELLING_ONE_RDN,
    SPELLING_OTHER,
    SPELLING_MORE,
};

static struct bytes wide(struct bytes text, size_t width) {
    struct bytes out = NOTHING;
    for (size_t i = 0; i < text.len; i++)
        out = JOIN(out, {.data = (const uint8_t *)"\0\0\0", .len = width - 1},
                   {.data = text.data + i, .len = 1});
    return out;
}

static struct bytes common_name_text(unsigned entity, enum spelling spelling) {
    switch (spelling) {
    case SPELLING_CASE:
        return forge_text("eNTITY %u", entity);
    case SPELLING_INNER_BLANKS:
        return forge_text("Entity   %u", entity);
    case SPELLING_OUTER_BLANKS:
        return forge_text("  Entity %u ", entity);
    case SPELLING_TAB:
        return forge_text("Entity\t%u", entity);
    case SPELLING_OTHER:
        return forge_text("Entity %u.", entity);
    default:
        return forge_text("Entity %u", entity);
    }
}

static struct bytes common_name(unsigned entity, enum spelling spelling) {
    static const uint8_t tags[] = {[SPELLING_PRINTABLE] = DER_PRINTABLE_STRING,
                                   [SPELLING_TELETEX] = DER_TELETEX_STRING,
                                   [SPELLING_BMP] = DER_BMP_STRING,
                                   [SPELLING_UNIVERSAL] = DER_UNIVERSAL_STRING,
                                   [SPELLING_IA5] = DER_IA5_STRING,
                                   [SPELLING_VISIBLE] = DER_VISIBLE_STRING,
                                   [SPELLING_MORE] = 0};
    struct bytes text = common_name_text(entity, spelling);
    if (spelling == SPELLING_BMP || spelling == SPELLING_UNIVERSAL)
        text = wide(text, spelling == SPELLING_BMP ? 2 : 4);
    return plan_rdn(OID_COMMON_NAME, tags[spelling] != 0 ? tags[spelling] : DER_UTF8_STRING, text);
}

static struct bytes spell(unsigned entity, enum spelling spelling) {
    struct bytes o = plan_rdn(OID_ORGANIZATION, DER_UTF8_STRING, TEXT("Differential Test"));
    struct bytes ou = plan_rdn(OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, TEXT("Unit One"));
    struct bytes cn = common_name(entity, spelling);
    switch (spelling) {
    case SPELLING_RDN_ORDER:
        return DER(DER_SEQUENCE, ou, o, cn);
    case SPELLING_FEWER_RDNS:
        return DER(DER_SEQUENCE, o, cn);
    case SPELLING_MORE:
        return DER(DER_SEQUENCE, o, ou, cn, cn);
    case SPELLING_ONE_RDN: {
        struct bytes first = NOTHING, second = NOTHING;
        cz_der_take(&ou, DER_SET, &first);
        cz_der_take(&cn, DER_SET, &second);
        return DER(DER_SEQUENCE, o, DER(DER_SET, second, first));
    }
    default:
        return DER(DER_SEQUENCE, o, ou, cn);
    }
}

/* Either what a certificate calls its issuer, or what the issuer calls itself. */
static void respell(struct plan *plan, unsigned spelling) {
    size_t below = random_below((unsigned)plan->anchor);
    struct plan_certificate *issuer = &plan->certificates[below + 1];
    struct bytes name = spell(issuer->subject_entity, (enum spelling)spelling);
    if (random_chance(50))
        plan->certificates[below].issuer = name;
    else
        issuer->subject = name;
}

/* O and a second RDN of two attributes, in either order: a SET has none, though DER has one. */
static struct bytes multi_valued(unsigned entity, bool reversed, bool apart, const char *format) {
    struct bytes a = DER(DER_SEQUENCE, DER(DER_OID, OID_COMMON_NAME),
                         DER(DER_UTF8_STRING, forge_text("Entity %u", entity)));
    struct bytes b = DER(DER_SEQUENCE, DER(DER_OID, OID_ORGANIZATIONAL_UNIT),
                         DER(DER_UTF8_STRING, cz_bytes_of(format)));
    struct bytes o = plan_rdn(OID_ORGANIZATION, DER_UTF8_STRING, TEXT("Differential Test"));
    if (apart)
        return DER(DER_SEQUENCE, o, DER(DER_SET, a), DER(DER_SET, b));
    return DER(DER_SEQUENCE, o, reversed ? DER(DER_SET, b, a) : DER(DER_SET, a, b));
}

static void multi_valued_names(struct plan *plan, unsigned difference) {
    size_t below = random_below((unsigned)plan->anchor);
    unsigned entity = plan->certificates[below].issuer_entity;
    plan->certificates[below].issuer = multi_valued(entity, false, false, "Unit");
    plan->certificates[below + 1].subject =
        multi_valued(entity, difference == 1, difference == 2, difference == 3 ? "UNIT" : "Unit");
    if (below + 1 == plan->anchor)
        plan->certificates[plan->anchor].issuer = plan->certificates[plan->anchor].subject;
}

static const struct bytes beyond_ascii[][2] = {
    {CZ_BYTES("\x0c\x03zo\xc3"), CZ_BYTES("\x0c\x03zo\xc3")}, /* cut off in a character */
    {CZ_BYTES("\x0c\x03z\xc3\xa9"), CZ_BYTES("\x0c\x03z\xc3\xa9")},
    {CZ_BYTES("\x0c\x03z\xc3\xa9"), CZ_BYTES("\x0c\x03z\xc3\x89")}, /* é, É */
    {CZ_BYTES("\x0c\x03z\xc3\xa9"), CZ_BYTES("\x1e\x04\x00z\x00\xe9")},
    {CZ_BYTES("\x0c\x03z\xc3\xa9"), CZ_BYTES("\x14\x02z\xe9")}, /* T61String read as Latin-1 */
    {CZ_BYTES("\x13\x02z\xe9"), CZ_BYTES("\x13\x02z\xe9")},     /* no PrintableString at all */
    {CZ_BYTES("\x04\x02zz"), CZ_BYTES("\x0c\x02zz")},           /* no string at all */
    {CZ_BYTES("\x04\x02zz"), CZ_BYTES("\x04\x02ZZ")},
    {CZ_BYTES("\x0c\x03z\0a"), CZ_BYTES("\x0c\x03z\0A")}, /* a NUL inside */
    {CZ_BYTES("\x0c\x00"), CZ_BYTES("\x13\x00")},
    {CZ_BYTES("\x1e\x03\x00z\x00"), CZ_BYTES("\x1e\x03\x00z\x00")}, /* half a character */
};

static struct bytes name_of_value(struct bytes value) {
    return DER(DER_SEQUENCE, DER(DER_SET, DER(DER_SEQUENCE, DER(DER_OID, OID_COMMON_NAME), value)));
}

static void odd_values(struct plan *plan, unsigned which) {
    size_t below = random_below((unsigned)plan->anchor);
    plan->certificates[below].issuer = name_of_value(beyond_ascii[which][0]);
    plan->certificates[below + 1].subject = name_of_value(beyond_ascii[which][1]);
}

enum emptied { EMPTY_SUBJECT, EMPTY_SUBJECT_AND_NAMES, EMPTY_ISSUER_NAME, EMPTY_RDN };

static void empty(struct plan *plan, unsigned which) {
    struct plan_certificate *end = &plan->certificates[0];
    struct bytes nothing = DER(DER_SEQUENCE, NOTHING);
    if (which == EMPTY_ISSUER_NAME) {
        size_t below = random_below((unsigned)plan->anchor);
        plan->certificates[below].issuer = plan->certificates[below + 1].subject = nothing;
        return;
    }
    end->subject = which == EMPTY_RDN ? DER(DER_SEQUENCE, DER(DER_SET, NOTHING)) : nothing;
    if (which == EMPTY_SUBJECT_AND_NAMES)
        plan_remove(end, OID_SUBJECT_ALT_NAME);
    else
        plan_make_critical(end, OID_SUBJECT_ALT_NAME);
}

static void self_issued_end(struct plan *plan, unsigned unused) {
    (void)unused;
    plan->certificates[0].subject = plan->certificates[0].issuer;
}

static void of_another_issuer(struct plan *plan, unsigned unused) {
    (void)unused;
    plan->certificates[random_below((unsigned)plan->anchor)].issuer = plan_name(77);
}

/* RFC 7.1 makes them equal; GnuTLS compares the bytes. */
#define SAME BLINDS_GNUTLS

static const struct mutation names[] = {
    {"names/case", respell, SPELLING_CASE, SAME},
    {"names/inner blanks", respell, SPELLING_INNER_BLANKS, SAME},
    {"names/outer blanks", respell, SPELLING_OUTER_BLANKS, SAME},
    {"names/PrintableString", respell, SPELLING_PRINTABLE, SAME},
    {"names/T61String", respell, SPELLING_TELETEX, SAME},
    {"names/BMPString", respell, SPELLING_BMP, SAME},
    {"names/UniversalString", respell, SPELLING_UNIVERSAL, SAME},
    {"names/IA5String", respell, SPELLING_IA5, SAME},
    {"names/VisibleString", respell, SPELLING_VISIBLE, SAME},
    {"names/TAB for a blank", respell, SPELLING_TAB, SAME},
    {"names/order of RDNs", respell, SPELLING_RDN_ORDER, BLINDS_NONE},
    {"names/fewer RDNs", respell, SPELLING_FEWER_RDNS, BLINDS_NONE},
    {"names/two RDNs in one", respell, SPELLING_ONE_RDN, BLINDS_NONE},
    {"names/another", respell, SPELLING_OTHER, BLINDS_NONE},
    {"names/an RDN more", respell, SPELLING_MORE, BLINDS_NONE},
    {"names/RDN of two", multi_valued_names, 0, BLINDS_NONE},
    {"names/RDN of two, order", multi_valued_names, 1, SAME},
    {"names/RDN of two, apart", multi_valued_names, 2, BLINDS_NONE},
    {"names/RDN of two, case", multi_valued_names, 3, SAME},
    {"names/UTF-8 cut off", odd_values, 0, BLINDS_OPENSSL},
    {"names/UTF-8", odd_values, 1, BLINDS_NONE},
    {"names/UTF-8, case", odd_values, 2, BLINDS_NONE},
    {"names/UTF-8 and BMPString", odd_values, 3, SAME},
    {"names/UTF-8 and T61String", odd_values, 4, SAME},
    {"names/PrintableString beyond ASCII", odd_values, 5, BLINDS_NONE},
    {"names/OCTET STRING and UTF8String", odd_values, 6, BLINDS_NONE},
    {"names/OCTET STRING, case", odd_values, 7, BLINDS_NONE},
    {"names/NUL inside, case", odd_values, 8, SAME},
    {"names/empty values", odd_values, 9, SAME},
    {"names/BMPString of three octets", odd_values, 10, BLINDS_OPENSSL},
    {"names/empty subject", empty, EMPTY_SUBJECT, BLINDS_NONE},
    {"names/empty subject and no other name", empty, EMPTY_SUBJECT_AND_NAMES, BLINDS_NONE},
    {"names/empty issuer", empty, EMPTY_ISSUER_NAME, BLINDS_NONE},
    {"names/empty RDN", empty, EMPTY_RDN, BLINDS_NONE},
    {"names/self-issued end", self_issued_end, 0, BLINDS_NONE},
    {"names/of another issuer", of_another_issuer, 0, BLINDS_NONE},
};

const struct mutation_family names_family = {"names", names, CZ_COUNT(names)};
