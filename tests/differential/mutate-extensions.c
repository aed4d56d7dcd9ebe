/* Extensions as such, key identifiers, and the encoding of the whole. */
#include "mutation.h"

#define OID_UNKNOWN CZ_BYTES("\x2b\x06\x01\x04\x01\x83\xbf\x30\x01")
#define OID_AUTHORITY_INFO_ACCESS CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x01\x01")

static void unknown(struct plan *plan, unsigned critical) {
    plan_append(plan_any(plan), OID_UNKNOWN, critical != 0, TEXT("\x05\x00"));
}

static void twice(struct plan *plan, unsigned same) {
    struct plan_certificate *certificate = plan_any(plan);
    if (certificate->extension_count == 0)
        return;
    const struct plan_extension *extension =
        &certificate->extensions[random_below((unsigned)certificate->extension_count)];
    if (same)
        plan_append(certificate, extension->oid, extension->critical.len > 0, extension->value);
    else
        for (size_t i = 0; i < 2; i++)
            plan_append(certificate, OID_UNKNOWN, false, forge_integer((unsigned)i));
}

/* A second that would give what the first does not. */
static void twice_with_more(struct plan *plan, unsigned first) {
    struct plan_certificate *issuer = plan_issuer(plan);
    struct bytes no_ca = DER(DER_SEQUENCE, NOTHING);
    struct bytes ca = DER(DER_SEQUENCE, DER(DER_BOOLEAN, TEXT("\xff")));
    plan_set(issuer, OID_BASIC_CONSTRAINTS, true, first ? no_ca : ca);
    plan_append(issuer, OID_BASIC_CONSTRAINTS, true, first ? ca : no_ca);
}

static const struct bytes critical_forms[] = {
    CZ_BYTES("\x01\x01\x00"), /* FALSE, written though DER leaves it out */
    CZ_BYTES("\x01\x01\x01"), /* TRUE in BER */
    CZ_BYTES("\x01\x00"),     CZ_BYTES("\x01\x02\xff\xff"), CZ_BYTES("\x02\x01\x01"),
};

static void critical_form(struct plan *plan, unsigned form) {
    struct plan_certificate *certificate = plan_any(plan);
    if (certificate->extension_count > 0)
        certificate->extensions[random_below((unsigned)certificate->extension_count)].critical =
            critical_forms[form];
}

/* An unknown extension whose criticality is written oddly. */
static void unknown_critical_form(struct plan *plan, unsigned form) {
    struct plan_certificate *certificate = plan_any(plan);
    plan_set(certificate, OID_UNKNOWN, true, TEXT("\x05\x00"));
    plan_find(certificate, OID_UNKNOWN)->critical = critical_forms[form];
}

static void made_critical(struct plan *plan, unsigned unused) {
    static const struct bytes oids[] = {OID_SUBJECT_KEY_IDENTIFIER, OID_AUTHORITY_KEY_IDENTIFIER};
    (void)unused;
    plan_make_critical(plan_any(plan), oids[random_below(CZ_COUNT(oids))]);
}

static void names_made_critical(struct plan *plan, unsigned unused) {
    (void)unused;
    plan_make_critical(&plan->certificates[0], OID_SUBJECT_ALT_NAME);
}

static struct bytes distribution_points(void) {
    struct bytes name = DER(DER_CONTEXT(6), TEXT("http://crl.example/1"));
    return DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(0),
                                                   DER(DER_CONTEXT_CONSTRUCTED(0), name))));
}

static void known(struct plan *plan, unsigned which) {
    struct plan_certificate *certificate = plan_any(plan);
    struct bytes access =
        DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2b\x06\x01\x05\x05\x07\x30\x01")),
                              DER(DER_CONTEXT(6), TEXT("http://ocsp.example"))));
    if (which < 2)
        plan_append(certificate, OID_CRL_DISTRIBUTION_POINTS, which == 1, distribution_points());
    else if (which < 4)
        plan_append(certificate, OID_AUTHORITY_INFO_ACCESS, which == 3, access);
    else
        plan_append(certificate, OID_ISSUER_ALT_NAME, which == 5,
                    DER(DER_SEQUENCE, DER(DER_CONTEXT(2), TEXT("a.example"))));
}

static const struct bytes alternative_names[] = {
    CZ_BYTES("\x30\x00"),
    CZ_BYTES("\x30\x02\x82\x00"),         /* an empty dNSName */
    CZ_BYTES("\x30\x04\x82\x02\xc3\xa9"), /* beyond ASCII */
    CZ_BYTES("\x30\x05\x82\x03"
             "a\0b"),
    CZ_BYTES("\x30\x05\x87\x03\x01\x02\x03"), /* an address of three octets */
    CZ_BYTES("\x30\x05\x82\x03"
             "a.b\x00"),
    CZ_BYTES("\x30\x02\xa4\x00"),
    CZ_BYTES("\x30\x03\x89\x01\x00"), /* no form of name has this tag */
    CZ_BYTES("\x30\x05\xa2\x03"
             "a.b"), /* constructed */
    CZ_BYTES("\x82\x01"
             "a"),
};

static void alternative_name_form(struct plan *plan, unsigned unused) {
    (void)unused;
    plan_set(&plan->certificates[0], OID_SUBJECT_ALT_NAME, random_chance(30),
             alternative_names[random_below(CZ_COUNT(alternative_names))]);
}

/* Nothing hangs on it, but it is critical. */
static void issuer_name_form(struct plan *plan, unsigned unused) {
    (void)unused;
    plan_set(plan_any(plan), OID_ISSUER_ALT_NAME, true,
             alternative_names[random_below(CZ_COUNT(alternative_names))]);
}

/* --- key identifiers: hints for the search (RFC 4158 3.5.12) --- */

static void without_identifiers(struct plan *plan, unsigned unused) {
    (void)unused;
    plan_remove(plan_any(plan), OID_SUBJECT_KEY_IDENTIFIER);
    plan_remove(plan_any(plan), OID_AUTHORITY_KEY_IDENTIFIER);
}

static struct bytes issuer_and_serial(const struct plan_certificate *issuer, bool right) {
    struct bytes serial = right ? issuer->serial : forge_integer(7), content = NOTHING;
    cz_der_take(&serial, DER_INTEGER, &content);
    return JOIN(DER(DER_CONTEXT_CONSTRUCTED(1), DER(DER_CONTEXT_CONSTRUCTED(4), issuer->issuer)),
                DER(DER_CONTEXT(2), content));
}

enum identifier { IDENTIFIER_WRONG, SERIAL_WRONG, SERIAL_RIGHT, IDENTIFIER_MALFORMED };

static void authority_identifier(struct plan *plan, unsigned which) {
    size_t below = random_below((unsigned)plan->anchor);
    const struct plan_certificate *issuer = &plan->certificates[below + 1];
    if (plan->certificates[below].damage != DAMAGE_NONE)
        return; /* the others, who are given no hint, would be given other damage */
    struct bytes value = which == IDENTIFIER_WRONG ? DER(DER_CONTEXT(0), TEXT("another key"))
                         : which == IDENTIFIER_MALFORMED
                             ? DER(DER_CONTEXT(2), forge_key_identifier(1))
                             : issuer_and_serial(issuer, which == SERIAL_RIGHT);
    plan_set(&plan->certificates[below], OID_AUTHORITY_KEY_IDENTIFIER, false,
             DER(DER_SEQUENCE, value));
}

static const struct mutation extensions[] = {
    {"extensions/unknown", unknown, 0, BLINDS_NONE},
    {"extensions/unknown critical", unknown, 1, BLINDS_NONE},
    {"extensions/twice the same", twice, 1, BLINDS_NONE},
    {"extensions/twice an unknown one", twice, 0, BLINDS_NONE},
    {"extensions/twice, the second no CA", twice_with_more, 0, BLINDS_NONE},
    {"extensions/twice, the second a CA", twice_with_more, 1, BLINDS_NONE},
    {"extensions/critical FALSE written", critical_form, 0, BLINDS_NONE},
    {"extensions/critical TRUE in BER", critical_form, 1, BLINDS_NONE},
    {"extensions/critical empty", critical_form, 2, BLINDS_NONE},
    {"extensions/critical of two octets", critical_form, 3, BLINDS_NONE},
    {"extensions/critical of another type", critical_form, 4, BLINDS_NONE},
    {"extensions/unknown critical in BER", unknown_critical_form, 1, BLINDS_NONE},
    {"extensions/key identifier critical", made_critical, 0, BLINDS_OPENSSL},
    {"extensions/subjectAltName critical", names_made_critical, 0, BLINDS_NONE},
    {"extensions/cRLDistributionPoints", known, 0, BLINDS_NONE},
    {"extensions/cRLDistributionPoints critical", known, 1, BLINDS_NONE},
    {"extensions/authorityInfoAccess", known, 2, BLINDS_NONE},
    {"extensions/authorityInfoAccess critical", known, 3, BLINDS_NONE},
    {"extensions/issuerAltName", known, 4, BLINDS_NONE},
    {"extensions/issuerAltName critical", known, 5, BLINDS_BOTH},
    {"extensions/issuerAltName odd and critical", issuer_name_form, 0, BLINDS_NONE},
    {"extensions/subjectAltName odd", alternative_name_form, 0, BLINDS_NONE},
    {"extensions/without key identifiers", without_identifiers, 0, BLINDS_OPENSSL},
    {"extensions/authorityKeyIdentifier wrong", authority_identifier, IDENTIFIER_WRONG,
     IS_HINT | BLINDS_OPENSSL},
    {"extensions/authorityKeyIdentifier, wrong serial", authority_identifier, SERIAL_WRONG,
     BLINDS_OPENSSL},
    {"extensions/authorityKeyIdentifier, right serial", authority_identifier, SERIAL_RIGHT,
     BLINDS_OPENSSL},
    {"extensions/authorityKeyIdentifier malformed", authority_identifier, IDENTIFIER_MALFORMED,
     BLINDS_OPENSSL},
};

const struct mutation_family extensions_family = {"extensions", extensions, CZ_COUNT(extensions)};

/* --- encodings --- */

static void damage(struct plan *plan, unsigned which) {
    struct plan_certificate *certificate =
        &plan->certificates[random_below((unsigned)plan->anchor)];
    /* a key identifier is a hint, and to be mistaken in it is another mutation */
    if (which == DAMAGE_RESIGNED_BIT || which == DAMAGE_RESIGNED_BYTE)
        plan_remove_hints(plan);
    certificate->damage = (enum damage)which;
    certificate->damage_at = random_next() >> 20;
}

static void long_lengths(struct plan *plan, unsigned unused) {
    (void)unused;
    plan_any(plan)->long_lengths = true;
}

static void indefinite(struct plan *plan, unsigned unused) {
    (void)unused;
    plan_any(plan)->indefinite = true;
}

static void trailing(struct plan *plan, unsigned where) {
    struct plan_certificate *certificate = plan_any(plan);
    struct bytes more = random_chance(50) ? TEXT("\x05\x00") : TEXT("\0");
    if (where == 0)
        certificate->trailing = more;
    else if (where == 1)
        certificate->after_signature = more;
    else
        certificate->inside_trailing = more;
}

static void unused_bits(struct plan *plan, unsigned bits) {
    plan->certificates[random_below((unsigned)plan->anchor)].unused_bits = (uint8_t)bits;
}

static void outer_algorithm(struct plan *plan, unsigned unused) {
    struct plan_certificate *certificate =
        &plan->certificates[random_below((unsigned)plan->anchor)];
    (void)unused;
    certificate->outer_algorithm =
        forge_algorithm(certificate->signer >= KEY_ED ? KEY_EC : KEY_RSA, HASH_USUAL);
}

/* Both: ECDSA and Ed25519 have no parameters, not even NULL (RFC 5758 3.2, RFC 8410 3). */
static void null_parameters(struct plan *plan, unsigned unused) {
    struct plan_certificate *certificate =
        &plan->certificates[random_below((unsigned)plan->anchor)];
    struct bytes algorithm = forge_algorithm(certificate->signer, certificate->hash), content;
    (void)unused;
    if (!cz_der_take(&algorithm, DER_SEQUENCE, &content))
        return;
    certificate->inner_algorithm = certificate->outer_algorithm =
        DER(DER_SEQUENCE, content, TEXT("\x05\x00"));
}

static void wrong_tag(struct plan *plan, unsigned unused) {
    struct plan_certificate *certificate = plan_any(plan);
    struct bytes *parts[] = {&certificate->version,    &certificate->issuer, &certificate->subject,
                             &certificate->not_before, &certificate->spki,   &certificate->serial};
    struct bytes *part = parts[random_below(CZ_COUNT(parts))];
    (void)unused;
    if (part->len == 0)
        return;
    *part = forge_keep(part->data, part->len);
    *(uint8_t *)part->data ^= (uint8_t)(1u << random_below(8));
}

static const struct mutation encodings[] = {
    {"encodings/bit of the signed part", damage, DAMAGE_TBS_BIT, BLINDS_NONE},
    {"encodings/bit of the signature", damage, DAMAGE_SIGNATURE_BIT, BLINDS_NONE},
    {"encodings/resigned bit", damage, DAMAGE_RESIGNED_BIT, BLINDS_OPENSSL},
    {"encodings/resigned bit again", damage, DAMAGE_RESIGNED_BIT, BLINDS_OPENSSL},
    {"encodings/resigned octet", damage, DAMAGE_RESIGNED_BYTE, BLINDS_OPENSSL},
    {"encodings/lengths not minimal", long_lengths, 0, BLINDS_NONE},
    {"encodings/indefinite length", indefinite, 0, BLINDS_NONE},
    {"encodings/trailing", trailing, 0, BLINDS_NONE},
    {"encodings/trailing behind the signature", trailing, 1, BLINDS_NONE},
    {"encodings/trailing behind the extensions", trailing, 2, BLINDS_NONE},
    {"encodings/unused bits of the signature", unused_bits, 1, BLINDS_NONE},
    {"encodings/two signature algorithms", outer_algorithm, 0, BLINDS_NONE},
    {"encodings/NULL parameters", null_parameters, 0, BLINDS_NONE},
    {"encodings/wrong tag", wrong_tag, 0, BLINDS_NONE},
};

const struct mutation_family encodings_family = {"encodings", encodings, CZ_COUNT(encodings)};
