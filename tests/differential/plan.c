#include "plan.h"

#include <stdio.h>

struct bytes plan_rdn(struct bytes type, uint8_t tag, struct bytes value) {
    return DER(DER_SET, DER(DER_SEQUENCE, DER(DER_OID, type), DER(tag, value)));
}

struct bytes plan_name(unsigned entity) {
    return DER(DER_SEQUENCE, plan_rdn(OID_ORGANIZATION, DER_UTF8_STRING, TEXT("Differential Test")),
               plan_rdn(OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, TEXT("Unit One")),
               plan_rdn(OID_COMMON_NAME, DER_UTF8_STRING, forge_text("Entity %u", entity)));
}

struct plan_extension *plan_find(struct plan_certificate *certificate, struct bytes oid) {
    for (size_t i = 0; i < certificate->extension_count; i++)
        if (cz_bytes_equal(certificate->extensions[i].oid, oid))
            return &certificate->extensions[i];
    return NULL;
}

static struct bytes flag(bool critical) {
    return critical ? DER(DER_BOOLEAN, TEXT("\xff")) : NOTHING;
}

void plan_append(struct plan_certificate *certificate, struct bytes oid, bool critical,
                 struct bytes value) {
    if (certificate->extension_count == PLAN_EXTENSIONS_MAX)
        return;
    certificate->extensions[certificate->extension_count++] =
        (struct plan_extension){.oid = oid, .critical = flag(critical), .value = value};
}

void plan_set(struct plan_certificate *certificate, struct bytes oid, bool critical,
              struct bytes value) {
    struct plan_extension *extension = plan_find(certificate, oid);
    if (extension == NULL)
        plan_append(certificate, oid, critical, value);
    else
        *extension =
            (struct plan_extension){.oid = oid, .critical = flag(critical), .value = value};
}

void plan_make_critical(struct plan_certificate *certificate, struct bytes oid) {
    struct plan_extension *extension = plan_find(certificate, oid);
    if (extension != NULL)
        extension->critical = flag(true);
}

void plan_remove(struct plan_certificate *certificate, struct bytes oid) {
    size_t kept = 0;
    for (size_t i = 0; i < certificate->extension_count; i++)
        if (!cz_bytes_equal(certificate->extensions[i].oid, oid))
            certificate->extensions[kept++] = certificate->extensions[i];
    certificate->extension_count = kept;
}

static void add_key_identifiers(struct plan_certificate *certificate) {
    plan_append(certificate, OID_SUBJECT_KEY_IDENTIFIER, false,
                DER(DER_OCTET_STRING, forge_key_identifier(certificate->key)));
    plan_append(certificate, OID_AUTHORITY_KEY_IDENTIFIER, false,
                DER(DER_SEQUENCE, DER(DER_CONTEXT(0), forge_key_identifier(certificate->signer))));
}

static void add_extensions(struct plan_certificate *certificate) {
    add_key_identifiers(certificate);
    if (certificate->is_ca) {
        plan_append(certificate, OID_BASIC_CONSTRAINTS, true,
                    DER(DER_SEQUENCE, DER(DER_BOOLEAN, TEXT("\xff"))));
        plan_append(certificate, OID_KEY_USAGE, true, DER(DER_BIT_STRING, TEXT("\x01\x06")));
        return;
    }
    plan_append(certificate, OID_KEY_USAGE, true, DER(DER_BIT_STRING, TEXT("\x07\x80")));
    plan_append(certificate, OID_EXTENDED_KEY_USAGE, false,
                DER(DER_SEQUENCE, DER(DER_OID, OID_CLIENT_AUTH)));
    plan_append(certificate, OID_SUBJECT_ALT_NAME, false,
                DER(DER_SEQUENCE, DER(DER_CONTEXT(2), TEXT("host.a.example")),
                    DER(DER_CONTEXT(1), TEXT("user@a.example"))));
}

struct plan_certificate *plan_add(struct plan *plan, unsigned entity, unsigned issuer_entity,
                                  unsigned key, unsigned signer, bool is_ca) {
    if (plan->count == PLAN_CERTIFICATES_MAX)
        return NULL;
    struct plan_certificate *certificate = &plan->certificates[plan->count++];
    *certificate = (struct plan_certificate){
        .subject_entity = entity,
        .issuer_entity = issuer_entity,
        .key = key,
        .signer = signer,
        .is_ca = is_ca,
        .version = DER(DER_CONTEXT_CONSTRUCTED(0), forge_integer(2)),
        .serial = forge_integer(0x40000000u + random_below(0x10000000u)),
        .issuer = plan_name(issuer_entity),
        .subject = plan_name(entity),
        .not_before = forge_time(PLAN_NOW - 1000 * DAY, false),
        .not_after = forge_time(PLAN_NOW + 1000 * DAY, false),
        .spki = forge_spki(key),
    };
    add_extensions(certificate);
    return certificate;
}

/* Mostly elliptic curves, which sign fast; a key for each entity, and the last is the anchor's. */
static unsigned draw_key(size_t level) {
    return random_chance(20) ? KEY_ED + (unsigned)level % 4 : KEY_EC + (unsigned)level;
}

void plan_draw(struct plan *plan) {
    unsigned keys[4];
    unsigned levels = 2 + random_below(3);
    *plan = (struct plan){
        .anchor = levels - 1, .configured = random_chance(30), .order = random_below(1000)};
    for (unsigned i = 0; i < levels; i++)
        keys[i] = draw_key(i);
    for (unsigned i = 0; i < levels; i++) {
        unsigned issuer = i + 1 < levels ? i + 1 : i;
        plan_add(plan, i, issuer, keys[i], keys[issuer], i > 0);
    }
    plan->certificates[plan->anchor].is_anchor = true;
}

struct plan_certificate *plan_any(struct plan *plan) {
    return &plan->certificates[random_below((unsigned)plan->anchor + 1)];
}

struct plan_certificate *plan_issuer(struct plan *plan) {
    return &plan->certificates[1 + random_below((unsigned)plan->anchor)];
}

struct plan_certificate *plan_intermediate(struct plan *plan) {
    unsigned intermediates = (unsigned)plan->anchor - 1;
    return &plan->certificates[intermediates > 0 ? 1 + random_below(intermediates) : plan->anchor];
}

void plan_remove_hints(struct plan *plan) {
    for (size_t i = 0; i < plan->count; i++)
        plan_remove(&plan->certificates[i], OID_AUTHORITY_KEY_IDENTIFIER);
}

/* --- from the plan to the bytes --- */

static struct bytes extensions_of(const struct plan_certificate *certificate) {
    struct bytes all = NOTHING;
    for (size_t i = 0; i < certificate->extension_count; i++) {
        const struct plan_extension *extension = &certificate->extensions[i];
        all = JOIN(all, DER(DER_SEQUENCE, DER(DER_OID, extension->oid), extension->critical,
                            DER(DER_OCTET_STRING, extension->value)));
    }
    return certificate->extension_count == 0
               ? NOTHING
               : DER(DER_CONTEXT_CONSTRUCTED(3), DER(DER_SEQUENCE, all));
}

static void flip(struct bytes bytes, uint64_t at) {
    ((uint8_t *)bytes.data)[at / 8 % bytes.len] ^= (uint8_t)(1u << at % 8);
}

/* Not in the key: it is another in each run, and the verdicts shall not be. */
static void damage_resigned(const struct plan_certificate *certificate, struct bytes tbs) {
    const uint8_t *key = memmem(tbs.data, tbs.len, certificate->spki.data, certificate->spki.len);
    size_t before = key != NULL ? (size_t)(key - tbs.data) : tbs.len;
    size_t around = key != NULL ? tbs.len - certificate->spki.len : tbs.len;
    size_t at = certificate->damage_at / 8 % around;
    uint8_t *octet = (uint8_t *)tbs.data + (at < before ? at : at + certificate->spki.len);
    unsigned change = certificate->damage == DAMAGE_RESIGNED_BIT
                          ? 1u << certificate->damage_at % 8
                          : 1 + (unsigned)(certificate->damage_at / 100003 % 255);
    *octet = (uint8_t)(*octet ^ change);
}

static struct bytes with_long_length(uint8_t tag, struct bytes content) {
    uint8_t header[] = {tag, 0x83, 0, (uint8_t)(content.len >> 8), (uint8_t)content.len};
    return JOIN({.data = header, .len = sizeof header}, content);
}

static struct bytes tbs_of(const struct plan_certificate *certificate, struct bytes algorithm) {
    struct bytes content = JOIN(
        certificate->version, certificate->serial,
        certificate->inner_algorithm.data != NULL ? certificate->inner_algorithm : algorithm,
        certificate->issuer, DER(DER_SEQUENCE, certificate->not_before, certificate->not_after),
        certificate->subject, certificate->spki, extensions_of(certificate),
        certificate->inside_trailing);
    return certificate->long_lengths ? with_long_length(DER_SEQUENCE, content)
                                     : DER(DER_SEQUENCE, content);
}

static void sign(struct plan_certificate *certificate) {
    struct bytes algorithm = forge_algorithm(certificate->signer, certificate->hash);
    struct bytes tbs = tbs_of(certificate, algorithm);
    if (certificate->damage == DAMAGE_RESIGNED_BIT || certificate->damage == DAMAGE_RESIGNED_BYTE)
        damage_resigned(certificate, tbs);
    struct bytes signature = forge_signature(certificate->signer, certificate->hash, tbs);
    if (certificate->damage == DAMAGE_TBS_BIT)
        flip(tbs, certificate->damage_at);
    if (certificate->damage == DAMAGE_SIGNATURE_BIT)
        flip(signature, certificate->damage_at);
    struct bytes unused = {.data = &certificate->unused_bits, .len = 1};
    struct bytes content = JOIN(
        tbs, certificate->outer_algorithm.data != NULL ? certificate->outer_algorithm : algorithm,
        DER(DER_BIT_STRING, unused, signature), certificate->after_signature);
    certificate->der = certificate->indefinite     ? JOIN(TEXT("\x30\x80"), content, TEXT("\0\0"))
                       : certificate->long_lengths ? with_long_length(DER_SEQUENCE, content)
                                                   : DER(DER_SEQUENCE, content);
    certificate->der = JOIN(certificate->der, certificate->trailing);
}

void plan_sign(struct plan *plan) {
    for (size_t i = 0; i < plan->count; i++)
        sign(&plan->certificates[i]);
}
