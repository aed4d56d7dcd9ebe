/* The extensions of a certificate, read or refused. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"

#define NONE TEXT("")
#define SEQ(...) DER(DER_SEQUENCE, __VA_ARGS__)
#define TRUE_ DER(DER_BOOLEAN, TEXT("\xff"))
#define NULL_ DER(DER_NULL, NONE)
#define NAME(number, text) DER(DER_CONTEXT(number), TEXT(text))
#define OTHER(oid, ...)                                                                            \
    DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_OID, oid), DER(DER_CONTEXT_CONSTRUCTED(0), __VA_ARGS__))
#define UPN(tag, text) SEQ(OTHER(OID_UPN, DER(tag, TEXT(text))))

static struct certificate *parse(struct bytes extensions, const char **detail) {
    struct forge forge = {.subject = "client", .issuer = "ca"};
    forge.parts[PART_EXTENSIONS] = extensions;
    struct certificate *certificate = NULL;
    cz_certificate_parse(forge_der(&forge), &certificate, detail);
    return certificate;
}

static struct certificate *parse_list(struct bytes list, const char **detail) {
    return parse(DER(DER_CONTEXT_CONSTRUCTED(3), DER(DER_SEQUENCE, list)), detail);
}

struct value_case {
    struct bytes value;
    bool good;
    const char *name;
};

static void check_values(struct bytes oid, const char *refusal, const struct value_case *cases,
                         size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *detail = "";
        CZ_CLEANUP(cz_certificate_release)
        struct certificate *certificate =
            parse_list(support_extension(oid, false, cases[i].value), &detail);
        bool as_wanted = (certificate != NULL) == cases[i].good;
        tap_ok(as_wanted, "%s: %s (%s)", cases[i].name, cases[i].good ? "read" : "refused", detail);
        if (as_wanted && !cases[i].good)
            tap_is(detail, refusal, "with this detail");
    }
}

static void test_basic_constraints(void) {
    struct bytes zero = DER(DER_INTEGER, TEXT("\0"));
    const struct value_case cases[] = {
        {SEQ(NONE), true, "no CA"},
        {SEQ(TRUE_), true, "a CA"},
        {SEQ(DER(DER_BOOLEAN, TEXT("\0"))), true, "an encoded FALSE"},
        {SEQ(TRUE_, zero), true, "a CA with a limit"},
        {SEQ(DER(DER_BOOLEAN, TEXT("\x01"))), false, "a boolean of 1"},
        {SEQ(TRUE_, DER(DER_INTEGER, TEXT("\xff"))), false, "a negative limit"},
        {SEQ(TRUE_, DER(DER_INTEGER, TEXT("\x00\x80\0\0\0"))), false, "a limit of 2^31"},
        {SEQ(zero, TRUE_), false, "the wrong order"},
        {SEQ(TRUE_, zero, zero), false, "two limits"},
        {JOIN(SEQ(TRUE_), NULL_), false, "something behind"},
        {TRUE_, false, "no SEQUENCE"},
        {NONE, false, "nothing"},
    };
    check_values(OID_BASIC_CONSTRAINTS, "the basic constraints are malformed", cases,
                 CZ_COUNT(cases));
}

static void test_key_usage(void) {
    const struct value_case cases[] = {
        {DER(DER_BIT_STRING, TEXT("\x07\x80")), true, "one bit"},
        {DER(DER_BIT_STRING, TEXT("\x07\xff\x80")), true, "nine bits"},
        {DER(DER_BIT_STRING, TEXT("\x00")), false, "no bit"},
        {DER(DER_BIT_STRING, TEXT("\x00\x00")), false, "no bit set"},
        {DER(DER_BIT_STRING, TEXT("\x08\x80")), false, "eight unused bits"},
        {DER(DER_BIT_STRING, TEXT("\x08\x80\x00")), false, "eight unused bits of two octets"},
        {DER(DER_BIT_STRING, TEXT("\x07\xff")), false, "unused bits that are set"},
        {DER(DER_BIT_STRING, TEXT("\x07\x00\xff")), false, "unused bits of the second octet"},
        {DER(DER_BIT_STRING, TEXT("\x00\x80\x80\x80")), false, "three octets"},
        {JOIN(DER(DER_BIT_STRING, TEXT("\x07\x80")), NULL_), false, "something behind"},
        {DER(DER_INTEGER, TEXT("\x07\x80")), false, "another type"},
        {NONE, false, "nothing"},
    };
    check_values(OID_KEY_USAGE, "the key usage is malformed", cases, CZ_COUNT(cases));
}

static void test_extended_key_usage(void) {
    struct bytes purpose = DER(DER_OID, OID_CLIENT_AUTH);
    const struct value_case cases[] = {
        {SEQ(purpose), true, "one purpose"},
        {SEQ(DER(DER_OID, OID_ANY_EXTENDED_KEY_USAGE), purpose), true, "two"},
        {SEQ(NONE), false, "none"},
        {SEQ(purpose, NULL_), false, "something that is no OID"},
        {SEQ(purpose, DER(DER_OID, TEXT("\x80"))), false, "an invalid OID"},
        {JOIN(SEQ(purpose), NULL_), false, "something behind"},
        {purpose, false, "no SEQUENCE"},
    };
    check_values(OID_EXTENDED_KEY_USAGE, "the extended key usage is malformed", cases,
                 CZ_COUNT(cases));
}

static void test_key_identifiers(void) {
    const struct value_case subject[] = {
        {DER(DER_OCTET_STRING, TEXT("id")), true, "a subject key identifier"},
        {JOIN(DER(DER_OCTET_STRING, TEXT("id")), NULL_), false, "something behind"},
        {TEXT("id"), false, "bare octets"},
    };
    check_values(OID_SUBJECT_KEY_IDENTIFIER, "the subject key identifier is malformed", subject,
                 CZ_COUNT(subject));
    const struct value_case authority[] = {
        {SEQ(NONE), true, "an empty authority key identifier"},
        {SEQ(NAME(0, "id")), true, "a key"},
        {SEQ(NAME(2, "\x01")), true, "a serial number alone"},
        {SEQ(NAME(0, "id"), DER(DER_CONTEXT_CONSTRUCTED(1), NAME(6, "urn:x")), NAME(2, "\x01")),
         true, "a key, an issuer and a serial number"},
        {SEQ(NAME(2, "\x01"), NAME(0, "id")), false, "the wrong order"},
        {SEQ(NAME(0, "id"), NAME(0, "id")), false, "two keys"},
        {SEQ(NAME(3, "x")), false, "a field that there is not"},
        {SEQ(NAME(0, "id"), TEXT("\x82\x05")), false, "one that is cut off"},
        {JOIN(SEQ(NONE), NULL_), false, "something behind"},
        {NAME(0, "id"), false, "no SEQUENCE"},
    };
    check_values(OID_AUTHORITY_KEY_IDENTIFIER, "the authority key identifier is malformed",
                 authority, CZ_COUNT(authority));
}

/* Nothing hangs on it, but what is critical must be readable (RFC 5280 4.2). */
static void test_issuer_names(void) {
    const struct {
        struct bytes value;
        bool critical, good;
        const char *name;
    } cases[] = {
        {SEQ(NAME(2, "a.example"), NAME(6, "urn:x")), true, true, "critical issuer's names"},
        {SEQ(NONE), true, false, "none of them"},
        {SEQ(NONE), false, true, "none of them where they are not critical"},
        {NAME(2, "a"), true, false, "no SEQUENCE of them"},
        {SEQ(NAME(2, "")), true, false, "an empty one"},
        {SEQ(NAME(9, "a")), true, false, "one of no known form"},
        {JOIN(SEQ(NAME(2, "a")), NULL_), true, false, "something behind them"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        const char *detail = "";
        CZ_CLEANUP(cz_certificate_release)
        struct certificate *certificate = parse_list(
            support_extension(OID_ISSUER_ALT_NAME, cases[i].critical, cases[i].value), &detail);
        tap_ok((certificate != NULL) == cases[i].good, "%s", cases[i].name);
        if (!cases[i].good)
            tap_is(detail, "the issuer alternative name is malformed", "with this detail");
    }
}

static void test_names(void) {
    struct bytes directory = DER(DER_CONTEXT_CONSTRUCTED(4), support_name("x"));
    const struct value_case cases[] = {
        {SEQ(NAME(2, "a.example"), NAME(1, "a@b"), NAME(6, "urn:x")), true, "DNS, e-mail and URI"},
        {SEQ(NAME(7, "\x7f\0\0\x01")), true, "an IPv4 address"},
        {SEQ(DER(DER_CONTEXT(7), support_fill(1, 16))), true, "an IPv6 address"},
        {SEQ(directory), true, "a directory name"},
        {SEQ(NAME(8, "\x2a\x03")), true, "a registered OID"},
        {UPN(DER_UTF8_STRING, "\xc5\xbd@x"), true, "a UPN"},
        {SEQ(OTHER(TEXT("\x2a\x03"), DER(DER_OCTET_STRING, TEXT("\0\xff")))), true,
         "an other name of any kind"},
        {SEQ(NONE), false, "no name"},
        {NAME(2, "a"), false, "no SEQUENCE"},
        {JOIN(SEQ(NAME(2, "a")), NULL_), false, "something behind"},
        {SEQ(NAME(7, "\x01\x02\x03\x04\x05")), false, "an IP address of 5 bytes"},
        {SEQ(NAME(7, "")), false, "one of none"},
        {SEQ(DER(DER_CONTEXT(7), support_fill(1, 8))), false, "an address and mask"},
        {SEQ(NAME(2, "good.example\0.evil")), false, "a NUL in a dNSName"},
        {SEQ(NAME(2, "a\nb")), false, "a line feed in one"},
        {SEQ(NAME(2, "\xc5\xbd")), false, "UTF-8 in one"},
        {SEQ(NAME(2, "")), false, "an empty one"},
        {SEQ(NAME(1, "a\r@b")), false, "a carriage return in an e-mail address"},
        {SEQ(NAME(6, "urn:\x7f")), false, "DEL in a URI"},
        {UPN(DER_UTF8_STRING, "a\xff"), false, "a UPN of invalid UTF-8"},
        {UPN(DER_UTF8_STRING, "a\nb"), false, "a UPN with a line feed"},
        {UPN(DER_UTF8_STRING, "a\xc2\x85"), false, "a UPN with a C1 control"},
        {UPN(DER_PRINTABLE_STRING, "a"), false, "a UPN of another type"},
        {SEQ(OTHER(OID_UPN, NULL_, NULL_)), false, "two values of an other name"},
        {SEQ(OTHER(OID_UPN, NONE)), false, "no value of it"},
        {SEQ(OTHER(TEXT("\x80"), NULL_)), false, "an other name of an invalid type"},
        {SEQ(DER(DER_CONTEXT(0), TEXT("x"))), false, "a primitive other name"},
        {SEQ(DER(DER_CONTEXT_CONSTRUCTED(2), TEXT("x"))), false, "a constructed dNSName"},
        {SEQ(NAME(9, "x")), false, "an unknown choice"},
        {SEQ(DER(DER_UTF8_STRING, TEXT("x"))), false, "a tag of no choice"},
        {SEQ(DER(DER_CONTEXT_CONSTRUCTED(4), support_name("x"), NULL_)), false,
         "two directory names in one"},
        {SEQ(DER(DER_CONTEXT_CONSTRUCTED(4), DER(DER_SEQUENCE, DER(DER_SET, NONE)))), false,
         "a malformed directory name"},
        {SEQ(NAME(8, "\x80")), false, "an invalid registered OID"},
        {SEQ(NAME(2, "a"), TEXT("\x82\x05")), false, "one that is cut off"},
    };
    check_values(OID_SUBJECT_ALT_NAME, "the subject alternative name is malformed", cases,
                 CZ_COUNT(cases));
}

static void check_list(struct bytes list, const char *refusal, const char *name) {
    const char *detail = "";
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = parse_list(list, &detail);
    if (refusal == NULL)
        tap_ok(certificate != NULL, "%s: read (%s)", name, detail);
    else if (tap_ok(certificate == NULL, "%s: refused", name))
        tap_is(detail, refusal, "with this detail");
}

/* `count` extensions of private types */
static struct bytes many(size_t count) {
    struct bytes all = NONE;
    for (size_t i = 0; i < count; i++) {
        uint8_t oid[] = {0x2a, 0x03, (uint8_t)i};
        all = JOIN(all, support_extension((struct bytes){.data = oid, .len = 3}, false, TEXT("x")));
    }
    return all;
}

static void test_list(void) {
    static const char malformed[] = "an extension is malformed";
    static const char twice[] = "an extension is there twice (RFC 5280 4.2)";
    struct bytes oid = DER(DER_OID, TEXT("\x2a\x03")), value = DER(DER_OCTET_STRING, TEXT("x"));
    struct bytes usage =
        support_extension(OID_KEY_USAGE, true, DER(DER_BIT_STRING, TEXT("\x07\x80")));
    check_list(SEQ(oid, value), NULL, "an unknown extension");
    check_list(SEQ(oid, DER(DER_BOOLEAN, TEXT("\0")), value), NULL, "an encoded FALSE");
    check_list(SEQ(oid, DER(DER_BOOLEAN, TEXT("\x01")), value), malformed, "a critical of 1");
    check_list(SEQ(oid), malformed, "no value");
    check_list(SEQ(value), malformed, "no OID");
    check_list(SEQ(oid, value, value), malformed, "two values");
    check_list(SEQ(oid, value, TRUE_), malformed, "a critical behind the value");
    check_list(SEQ(DER(DER_OID, TEXT("\x80")), value), malformed, "an invalid OID");
    check_list(JOIN(usage, TEXT("\x30")), malformed, "a loose byte");
    check_list(JOIN(usage, usage), twice, "the key usage twice");
    check_list(JOIN(many(3), usage, many(1)), twice, "an unknown one twice");
    check_list(many(64), NULL, "64 extensions");
    check_list(many(65), "more than 64 extensions", "65 extensions");
    check_list(NONE, "the extensions are malformed", "an empty list");
    const char *detail;
    tap_ok(parse(SEQ(usage), &detail) == NULL, "a list that is not tagged is refused");
    tap_is(detail, "the extensions are malformed", "with this detail");
    struct bytes tagged = DER(DER_CONTEXT_CONSTRUCTED(3), SEQ(usage));
    tap_ok(parse(JOIN(tagged, NULL_), &detail) == NULL, "something behind the extensions too");
    tap_ok(parse(DER(DER_CONTEXT_CONSTRUCTED(3), SEQ(usage), NULL_), &detail) == NULL,
           "and beside the list");
}

static void test_values(void) {
    const char *detail;
    struct bytes list = JOIN(
        support_extension(OID_BASIC_CONSTRAINTS, true, SEQ(TRUE_, DER(DER_INTEGER, TEXT("\x03")))),
        support_extension(OID_KEY_USAGE, true, DER(DER_BIT_STRING, TEXT("\x01\x86"))),
        support_extension(OID_SUBJECT_ALT_NAME, false,
                          SEQ(NAME(2, "a.example"), NAME(7, "\x7f\0\0\x01"),
                              OTHER(OID_UPN, DER(DER_UTF8_STRING, TEXT("u@x"))))));
    CZ_CLEANUP(cz_certificate_release) struct certificate *c = parse_list(list, &detail);
    tap_ok(c->has_basic_constraints && c->is_ca && c->path_length == 3, "the basic constraints");
    tap_is_int(c->key_usage,
               KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN,
               "the key usage");
    tap_ok(!c->has_extended_key_usage && !cz_certificate_has_purpose(c, OID_CLIENT_AUTH),
           "no extended key usage");
    tap_ok(c->name_count == 3 && c->names[0].type == GENERAL_NAME_DNS &&
               cz_bytes_equal(c->names[0].value, TEXT("a.example")) &&
               c->names[1].type == GENERAL_NAME_IP && c->names[2].type == GENERAL_NAME_OTHER &&
               cz_bytes_equal(c->names[2].other_type, OID_UPN) &&
               cz_bytes_equal(c->names[2].value, TEXT("\x0c\x03u@x")),
           "the alternative names");
    tap_ok(c->extension_count == 3 && c->extensions[0].critical && !c->extensions[2].critical,
           "what is critical");
}

int main(void) {
    test_basic_constraints();
    test_key_usage();
    test_extended_key_usage();
    test_key_identifiers();
    test_names();
    test_issuer_names();
    test_list();
    test_values();
    return tap_done();
}
