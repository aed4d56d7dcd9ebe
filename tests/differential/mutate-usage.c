/* Basic constraints, key usage and extended key usage. */
#include "mutation.h"

#define OID_SERVER_AUTH CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x03\x01")

static const struct bytes basic_constraints[] = {
    {0},                                          /* absent */
    CZ_BYTES("\x30\x00"),                         /* cA FALSE by default */
    CZ_BYTES("\x30\x03\x01\x01\x00"),             /* FALSE, written */
    CZ_BYTES("\x30\x03\x01\x01\x01"),             /* BER's TRUE */
    CZ_BYTES("\x30\x03\x02\x01\x00"),             /* a limit and no cA */
    CZ_BYTES("\x30\x06\x01\x01\xff\x02\x01\xff"), /* a negative limit */
    CZ_BYTES("\x30\x09\x01\x01\xff\x02\x04\x7f\xff\xff\xff"),
    CZ_BYTES("\x30\x0a\x01\x01\xff\x02\x05\x00\x80\x00\x00\x00"),
    CZ_BYTES("\x30\x0e\x01\x01\xff\x02\x09\x01\x00\x00\x00\x00\x00\x00\x00\x00"),
    CZ_BYTES("\x30\x07\x01\x01\xff\x02\x02\x00\x00"), /* not minimal */
    CZ_BYTES("\x30\x06\x01\x01\xff\x04\x01\x00"),     /* more than belongs there */
    CZ_BYTES("\x30\x03\x01\x01\xff\x00"),             /* an octet behind */
    CZ_BYTES("\x04\x00"),
    {0},
};

static void set_or_remove(struct plan_certificate *certificate, struct bytes oid, bool critical,
                          struct bytes value) {
    if (value.len == 0)
        plan_remove(certificate, oid);
    else
        plan_set(certificate, oid, critical, value);
}

static void issuer_constraints(struct plan *plan, unsigned which) {
    set_or_remove(plan_issuer(plan), OID_BASIC_CONSTRAINTS, true, basic_constraints[which]);
}

static void issuer_not_critical(struct plan *plan, unsigned unused) {
    (void)unused;
    struct plan_extension *extension = plan_find(plan_issuer(plan), OID_BASIC_CONSTRAINTS);
    if (extension != NULL)
        extension->critical = NOTHING;
}

static void end_constraints(struct plan *plan, unsigned which) {
    plan_set(&plan->certificates[0], OID_BASIC_CONSTRAINTS, true,
             which == 0 ? DER(DER_SEQUENCE, DER(DER_BOOLEAN, TEXT("\xff")))
                        : basic_constraints[which]);
}

static void path_length(struct plan *plan, unsigned limit) {
    plan_set(plan_issuer(plan), OID_BASIC_CONSTRAINTS, true,
             DER(DER_SEQUENCE, DER(DER_BOOLEAN, TEXT("\xff")), forge_integer(limit)));
}

static const struct bytes key_usages[] = {
    {0},                              /* absent */
    CZ_BYTES("\x03\x02\x07\x80"),     /* digitalSignature */
    CZ_BYTES("\x03\x02\x02\x04"),     /* keyCertSign */
    CZ_BYTES("\x03\x02\x01\x02"),     /* cRLSign */
    CZ_BYTES("\x03\x02\x05\x20"),     /* keyEncipherment */
    CZ_BYTES("\x03\x02\x03\x08"),     /* keyAgreement */
    CZ_BYTES("\x03\x03\x07\x00\x80"), /* decipherOnly */
    CZ_BYTES("\x03\x03\x07\x84\x80"), /* and digitalSignature and keyCertSign */
    CZ_BYTES("\x03\x02\x00\x00"),     /* none */
    CZ_BYTES("\x03\x01\x00"),         /* no bits */
    CZ_BYTES("\x03\x02\x03\x04"),     /* keyCertSign among the unused bits */
    CZ_BYTES("\x03\x02\x00\x84"),     /* zeros at the end, which DER leaves out */
    CZ_BYTES("\x03\x04\x07\x84\x00\x80"),
    CZ_BYTES("\x03\x02\x08\x84"),
    CZ_BYTES("\x03\x00"),
    CZ_BYTES("\x04\x02\x02\x84"),
    CZ_BYTES("\x03\x02\x02\x84\x00"), /* an octet behind */
};

static void issuer_usage(struct plan *plan, unsigned which) {
    set_or_remove(plan_issuer(plan), OID_KEY_USAGE, random_chance(70), key_usages[which]);
}

static void end_usage(struct plan *plan, unsigned which) {
    set_or_remove(&plan->certificates[0], OID_KEY_USAGE, random_chance(70), key_usages[which]);
}

static void odd_usage(struct plan *plan, unsigned unused) {
    (void)unused;
    plan_set(plan_any(plan), OID_KEY_USAGE, random_chance(70),
             key_usages[8 + random_below(CZ_COUNT(key_usages) - 8)]);
}

enum purposes { PURPOSE_NONE = 0, PURPOSE_CLIENT = 1, PURPOSE_SERVER = 2, PURPOSE_ANY = 4 };

static struct bytes purposes_of(unsigned which) {
    return DER(DER_SEQUENCE, which & PURPOSE_SERVER ? DER(DER_OID, OID_SERVER_AUTH) : NOTHING,
               which & PURPOSE_CLIENT ? DER(DER_OID, OID_CLIENT_AUTH) : NOTHING,
               which & PURPOSE_ANY ? DER(DER_OID, OID_ANY_EXTENDED_KEY_USAGE) : NOTHING);
}

static void issuer_purposes(struct plan *plan, unsigned which) {
    plan_set(plan_intermediate(plan), OID_EXTENDED_KEY_USAGE, random_chance(30),
             purposes_of(which));
}

static void anchor_purposes(struct plan *plan, unsigned which) {
    plan_set(&plan->certificates[plan->anchor], OID_EXTENDED_KEY_USAGE, random_chance(30),
             purposes_of(which));
}

static void end_purposes(struct plan *plan, unsigned which) {
    plan_set(&plan->certificates[0], OID_EXTENDED_KEY_USAGE, random_chance(30), purposes_of(which));
}

static void no_end_purposes(struct plan *plan, unsigned unused) {
    (void)unused;
    plan_remove(&plan->certificates[0], OID_EXTENDED_KEY_USAGE);
}

static const struct mutation usage[] = {
    {"usage/basicConstraints absent", issuer_constraints, 0, BLINDS_NONE},
    {"usage/basicConstraints empty", issuer_constraints, 1, BLINDS_NONE},
    {"usage/cA FALSE written", issuer_constraints, 2, BLINDS_NONE},
    {"usage/cA TRUE in BER", issuer_constraints, 3, BLINDS_NONE},
    {"usage/pathLen without cA", issuer_constraints, 4, BLINDS_NONE},
    {"usage/pathLen negative", issuer_constraints, 5, BLINDS_NONE},
    {"usage/pathLen 2^31-1", issuer_constraints, 6, BLINDS_NONE},
    {"usage/pathLen 2^31", issuer_constraints, 7, BLINDS_NONE},
    {"usage/pathLen 2^64", issuer_constraints, 8, BLINDS_NONE},
    {"usage/pathLen not minimal", issuer_constraints, 9, BLINDS_NONE},
    {"usage/basicConstraints with more", issuer_constraints, 10, BLINDS_NONE},
    {"usage/basicConstraints trailing", issuer_constraints, 11, BLINDS_NONE},
    {"usage/basicConstraints no SEQUENCE", issuer_constraints, 12, BLINDS_NONE},
    {"usage/basicConstraints not critical", issuer_not_critical, 0, BLINDS_NONE},
    {"usage/end is a CA", end_constraints, 0, BLINDS_NONE},
    {"usage/end has cA FALSE", end_constraints, 1, BLINDS_NONE},
    {"usage/end has cA FALSE written", end_constraints, 2, BLINDS_NONE},
    {"usage/end has a pathLen", end_constraints, 4, BLINDS_NONE},
    {"usage/pathLen 0", path_length, 0, BLINDS_NONE},
    {"usage/pathLen 0 again", path_length, 0, BLINDS_NONE},
    {"usage/pathLen 1", path_length, 1, BLINDS_NONE},
    {"usage/pathLen 2", path_length, 2, BLINDS_NONE},
    {"usage/keyUsage absent", issuer_usage, 0, BLINDS_NONE},
    {"usage/keyUsage digitalSignature", issuer_usage, 1, BLINDS_NONE},
    {"usage/keyUsage keyCertSign alone", issuer_usage, 2, BLINDS_NONE},
    {"usage/keyUsage cRLSign", issuer_usage, 3, BLINDS_NONE},
    {"usage/keyUsage of nine bits", issuer_usage, 7, BLINDS_NONE},
    {"usage/keyUsage odd", odd_usage, 0, BLINDS_NONE},
    {"usage/end without keyUsage", end_usage, 0, BLINDS_NONE},
    {"usage/end with keyEncipherment", end_usage, 4, BLINDS_NONE},
    {"usage/end with keyAgreement", end_usage, 5, BLINDS_NONE},
    {"usage/end with keyCertSign", end_usage, 2, BLINDS_NONE},
    {"usage/end with decipherOnly", end_usage, 6, BLINDS_NONE},
    {"usage/CA for clients", issuer_purposes, PURPOSE_CLIENT, BLINDS_NONE},
    {"usage/CA for servers", issuer_purposes, PURPOSE_SERVER, BLINDS_NONE},
    {"usage/CA for both", issuer_purposes, PURPOSE_CLIENT | PURPOSE_SERVER, BLINDS_NONE},
    {"usage/CA for any", issuer_purposes, PURPOSE_ANY, BLINDS_OPENSSL},
    {"usage/CA for nothing", issuer_purposes, PURPOSE_NONE, BLINDS_NONE},
    {"usage/anchor for servers", anchor_purposes, PURPOSE_SERVER, BLINDS_NONE},
    {"usage/anchor for any", anchor_purposes, PURPOSE_ANY, BLINDS_OPENSSL},
    {"usage/end for servers", end_purposes, PURPOSE_SERVER, BLINDS_NONE},
    {"usage/end for both", end_purposes, PURPOSE_CLIENT | PURPOSE_SERVER, BLINDS_NONE},
    {"usage/end for any", end_purposes, PURPOSE_ANY, BLINDS_NONE},
    {"usage/end for nothing", end_purposes, PURPOSE_NONE, BLINDS_NONE},
    {"usage/end without extKeyUsage", no_end_purposes, 0, BLINDS_NONE},
};

const struct mutation_family usage_family = {"usage", usage, CZ_COUNT(usage)};
