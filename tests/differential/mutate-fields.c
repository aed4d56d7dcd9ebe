/* Version, serial number, validity, and the algorithms of keys and signatures. */
#include "mutation.h"

static const struct bytes versions[] = {
    {0}, /* version 1 by default */
    CZ_BYTES("\xa0\x03\x02\x01\x01"),
    CZ_BYTES("\xa0\x03\x02\x01\x00"), /* the default, written though DER leaves it out */
    CZ_BYTES("\xa0\x03\x02\x01\x03"),
    CZ_BYTES("\xa0\x03\x02\x01\xff"),
    CZ_BYTES("\xa0\x04\x02\x02\x00\x02"),
    CZ_BYTES("\xa0\x03\x02\x01\x02"),
};

static void version(struct plan *plan, unsigned number) {
    plan_any(plan)->version = versions[number];
}

static void version_without_extensions(struct plan *plan, unsigned number) {
    struct plan_certificate *certificate = plan_any(plan);
    certificate->version = versions[number];
    certificate->extension_count = 0;
}

static void anchor_of_version_1(struct plan *plan, unsigned unused) {
    (void)unused;
    plan->certificates[plan->anchor].version = versions[0];
    plan->certificates[plan->anchor].extension_count = 0;
}

static const struct bytes serials[] = {
    CZ_BYTES("\x02\x01\x00"),
    CZ_BYTES("\x02\x01\x80"),
    CZ_BYTES("\x02\x14\x7f"
             "2345678901234567890"),
    CZ_BYTES("\x02\x15\x00\x81"
             "2345678901234567890"),
    CZ_BYTES("\x02\x15\x7f"
             "23456789012345678901"),
    CZ_BYTES("\x02\x02\x00\x01"),
    CZ_BYTES("\x02\x00"),
    CZ_BYTES("\x04\x01\x01"),
};

static void serial(struct plan *plan, unsigned number) {
    plan_any(plan)->serial = serials[number];
}

/* --- validity --- */

enum edge { EDGE_FIRST, EDGE_BEFORE_FIRST, EDGE_LAST, EDGE_AFTER_LAST, EDGE_REVERSED, EDGE_9999 };

static void edge(struct plan *plan, unsigned which) {
    struct plan_certificate *certificate = plan_any(plan);
    bool early = which == EDGE_FIRST || which == EDGE_BEFORE_FIRST;
    if (early)
        certificate->not_before = forge_time(PLAN_NOW + (which == EDGE_BEFORE_FIRST), false);
    else if (which == EDGE_LAST || which == EDGE_AFTER_LAST)
        certificate->not_after = forge_time(PLAN_NOW - (which == EDGE_AFTER_LAST), false);
    else if (which == EDGE_9999)
        certificate->not_after = DER(DER_GENERALIZED_TIME, TEXT("99991231235959Z"));
    else
        certificate->not_before = forge_time(PLAN_NOW + 2000 * DAY, false);
}

static void generalized(struct plan *plan, unsigned lenient) {
    struct plan_certificate *certificate = plan_any(plan);
    plan->lenient_dates = lenient != 0;
    if (random_chance(50))
        certificate->not_before = forge_time(PLAN_NOW - 10 * DAY, true);
    else
        certificate->not_after = forge_time(PLAN_NOW + 10 * DAY, true);
}

static const struct bytes times[] = {
    CZ_BYTES("\x17\x0b"
             "3501010000Z"), /* no seconds */
    CZ_BYTES("\x17\x11"
             "350101000000+0000"),
    CZ_BYTES("\x18\x11"
             "20510101000000.5Z"),
    CZ_BYTES("\x17\x0c"
             "350101000000"), /* local time */
    CZ_BYTES("\x17\x0d"
             "351301000000Z"),
    CZ_BYTES("\x17\x0d"
             "350230000000Z"),
    CZ_BYTES("\x17\x0d"
             "350101240000Z"),
    CZ_BYTES("\x17\x0d"
             "350101000060Z"),
    CZ_BYTES("\x17\x0d"
             "350101000000z"),
    CZ_BYTES("\x18\x0f"
             "20510101000000Z"),
    CZ_BYTES("\x18\x0d"
             "510101000000Z"),
    CZ_BYTES("\x17\x0f"
             "20350101000000Z"),
    CZ_BYTES("\x17\x00"),
    CZ_BYTES("\x05\x00"),
};

static void time_form(struct plan *plan, unsigned unused) {
    (void)unused;
    plan_any(plan)->not_after = times[random_below(CZ_COUNT(times))];
}

static void inner_algorithm(struct plan *plan, unsigned unused) {
    struct plan_certificate *certificate = plan_any(plan);
    (void)unused;
    certificate->inner_algorithm = forge_algorithm(certificate->signer, HASH_SHA512);
    if (certificate->signer >= KEY_ED && certificate->signer < KEY_RSA)
        certificate->inner_algorithm = forge_algorithm(KEY_EC, HASH_USUAL);
}

static const struct mutation fields[] = {
    {"fields/version 1 with extensions", version, 0, BLINDS_NONE},
    {"fields/version 2 with extensions", version, 1, BLINDS_NONE},
    {"fields/version 1 written", version, 2, BLINDS_NONE},
    {"fields/version 4", version, 3, BLINDS_NONE},
    {"fields/version 0", version, 4, BLINDS_NONE},
    {"fields/version not minimal", version, 5, BLINDS_NONE},
    {"fields/version 1 without extensions", version_without_extensions, 0, BLINDS_BOTH},
    {"fields/version 2 without extensions", version_without_extensions, 1, BLINDS_BOTH},
    {"fields/version 3 without extensions", version_without_extensions, 6, BLINDS_OPENSSL},
    {"fields/anchor of version 1", anchor_of_version_1, 0, BLINDS_OPENSSL},
    {"fields/serial 0", serial, 0, BLINDS_NONE},
    {"fields/serial negative", serial, 1, BLINDS_NONE},
    {"fields/serial of 20 octets", serial, 2, BLINDS_NONE},
    {"fields/serial of 20 octets and a sign", serial, 3, BLINDS_NONE},
    {"fields/serial of 21 octets", serial, 4, BLINDS_NONE},
    {"fields/serial not minimal", serial, 5, BLINDS_NONE},
    {"fields/serial empty", serial, 6, BLINDS_NONE},
    {"fields/serial of another type", serial, 7, BLINDS_NONE},
    {"fields/valid from this second", edge, EDGE_FIRST, BLINDS_NONE},
    {"fields/valid from the next second", edge, EDGE_BEFORE_FIRST, BLINDS_NONE},
    {"fields/valid until this second", edge, EDGE_LAST, BLINDS_OPENSSL},
    {"fields/valid until the last second", edge, EDGE_AFTER_LAST, BLINDS_NONE},
    {"fields/validity reversed", edge, EDGE_REVERSED, BLINDS_NONE},
    {"fields/valid until 9999", edge, EDGE_9999, BLINDS_NONE},
    {"fields/early GeneralizedTime, strict", generalized, 0, BLINDS_NONE},
    {"fields/early GeneralizedTime, lenient", generalized, 1, BLINDS_NONE},
    {"fields/form of a time", time_form, 0, BLINDS_NONE},
    {"fields/two signature algorithms", inner_algorithm, 0, BLINDS_NONE},
};

const struct mutation_family fields_family = {"fields", fields, CZ_COUNT(fields)};

/* --- algorithms --- */

/* The certificate gets another key, and what it issued is signed with it. */
static void replace_key(struct plan *plan, size_t index, unsigned key) {
    struct plan_certificate *certificate = &plan->certificates[index];
    unsigned before = certificate->key;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->certificates[i].signer == before) {
            plan->certificates[i].signer = key;
            if (plan_find(&plan->certificates[i], OID_AUTHORITY_KEY_IDENTIFIER) != NULL)
                plan_set(&plan->certificates[i], OID_AUTHORITY_KEY_IDENTIFIER, false,
                         DER(DER_SEQUENCE, DER(DER_CONTEXT(0), forge_key_identifier(key))));
        }
    certificate->key = key;
    certificate->spki = forge_spki(key);
    plan_set(certificate, OID_SUBJECT_KEY_IDENTIFIER, false,
             DER(DER_OCTET_STRING, forge_key_identifier(key)));
}

static void key(struct plan *plan, unsigned number) {
    replace_key(plan, random_below((unsigned)plan->anchor + 1), number);
}

static void hash(struct plan *plan, unsigned which) {
    size_t signer = 1 + random_below((unsigned)plan->anchor);
    if (which == HASH_PSS || random_chance(60))
        replace_key(plan, signer, KEY_RSA);
    for (size_t i = 0; i < plan->count; i++)
        if (plan->certificates[i].signer == plan->certificates[signer].key && random_chance(70))
            plan->certificates[i].hash = (enum forge_hash)which;
}

/* Its SubjectPublicKeyInfo says RSASSA-PSS; what it signs is either. */
static void pss_key(struct plan *plan, unsigned which) {
    size_t index = random_below((unsigned)plan->anchor + 1);
    replace_key(plan, index, KEY_RSA);
    plan->certificates[index].spki = forge_spki_pss(KEY_RSA);
    for (size_t i = 0; i < plan->count; i++)
        if (plan->certificates[i].signer == KEY_RSA)
            plan->certificates[i].hash = (enum forge_hash)which;
}

static void wrong_signer(struct plan *plan, unsigned unused) {
    struct plan_certificate *certificate =
        &plan->certificates[random_below((unsigned)plan->anchor)];
    (void)unused;
    certificate->signer = certificate->signer == KEY_EC + 7 ? KEY_EC + 6 : KEY_EC + 7;
}

static const struct mutation algorithms[] = {
    {"algorithms/RSA-2048", key, KEY_RSA, BLINDS_NONE},
    {"algorithms/RSA-1024", key, KEY_RSA_1024, BLINDS_NONE},
    {"algorithms/P-384", key, KEY_P384, BLINDS_NONE},
    {"algorithms/Ed25519", key, KEY_ED + 3, BLINDS_NONE},
    {"algorithms/SHA-1", hash, HASH_SHA1, BLINDS_NONE},
    {"algorithms/SHA-512", hash, HASH_SHA512, BLINDS_NONE},
    {"algorithms/RSASSA-PSS signature", hash, HASH_PSS, BLINDS_NONE},
    {"algorithms/RSASSA-PSS key", pss_key, HASH_PSS, BLINDS_NONE},
    {"algorithms/RSASSA-PSS key, PKCS 1 signature", pss_key, HASH_USUAL, BLINDS_NONE},
    {"algorithms/signed with another key", wrong_signer, 0, BLINDS_NONE},
};

const struct mutation_family algorithms_family = {"algorithms", algorithms, CZ_COUNT(algorithms)};
