/* Distinguished names as text (RFC 4514), and attribute values as UTF-8. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/name.h"

struct type_case {
    struct bytes type;
    const char *name;
};

static const struct type_case types[] = {
    {TEXT("\x55\x04\x03"), "CN"},
    {TEXT("\x55\x04\x0b"), "OU"},
    {TEXT("\x55\x04\x0a"), "O"},
    {TEXT("\x55\x04\x06"), "C"},
    {TEXT("\x55\x04\x07"), "L"},
    {TEXT("\x55\x04\x08"), "ST"},
    {TEXT("\x55\x04\x09"), "STREET"},
    {TEXT("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"), "DC"},
    {TEXT("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"), "UID"},
    {TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"), "emailAddress"},
    {TEXT("\x55\x04\x05"), "serialNumber"},
    {TEXT("\x55\x04\x04"), "SN"},
    {TEXT("\x55\x04\x2a"), "GN"},
    {TEXT("\x55\x04\x0c"), "title"},
    {TEXT("\x55\x04\x0d"), "description"},
    {TEXT("\x55\x04\x11"), "postalCode"},
    {TEXT("\x55\x04\x61"), "organizationIdentifier"},
};

static const char *text_of(struct bytes name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_name_append(&out, name);
    return support_text("%s", cz_buffer_text(&out));
}

static void test_types(void) {
    for (size_t i = 0; i < CZ_COUNT(types); i++)
        tap_is(text_of(support_rdn(types[i].type, DER_UTF8_STRING, TEXT("v"))),
               support_text("%s=v", types[i].name), types[i].name);
    /* RFC 4514 2.3 and 2.4: a type without a name, and a value that is no string */
    tap_is(text_of(support_rdn(TEXT("\x2a\x03\x04"), DER_UTF8_STRING, TEXT("ab"))),
           "1.2.3.4=#0c026162", "an unknown type has its value in hexadecimal");
    tap_is(text_of(support_rdn(OID_COMMON_NAME, DER_BIT_STRING, TEXT("\0\x01"))), "CN=#03020001",
           "so has a value that is no string");
    tap_is(text_of(support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, TEXT("a\xff"))), "CN=#0c0261ff",
           "and malformed UTF-8");
    tap_is(text_of(support_rdn(OID_COMMON_NAME, DER_PRINTABLE_STRING, TEXT("\xc3\xa9"))),
           "CN=#1302c3a9", "and a PrintableString beyond ASCII");
}

struct value_case {
    struct bytes value;
    const char *text;
};

static const struct value_case values[] = {
    {TEXT("James \"Jim\" Smith, III"), "James \\\"Jim\\\" Smith\\, III"},
    {TEXT("a+b;c<d>e\\f=g"), "a\\+b\\;c\\<d\\>e\\\\f=g"},
    {TEXT("#1 a#b"), "\\#1 a#b"},
    {TEXT(" a  b "), "\\ a  b\\ "},
    {TEXT(" "), "\\ "},
    {TEXT("  "), "\\ \\ "},
    {TEXT(""), ""},
    {TEXT("a\nCN=b\r\t\x7f"), "a\\0ACN=b\\0D\\09\\7F"},
    {TEXT("a\0b"), "a\\00b"},
    {TEXT("\xc2\x85\xc2\x9f\xc2\xa0"), "\\C2\\85\\C2\\9F\xc2\xa0"},
    {TEXT("\xc5\xbdofie \xe5\xb1\xb1\xf0\x9f\x98\x80"),
     "\xc5\xbdofie \xe5\xb1\xb1\xf0\x9f\x98\x80"},
    {TEXT("/slash%25&'`$"), "/slash%25&'`$"},
};

static void test_values(void) {
    for (size_t i = 0; i < CZ_COUNT(values); i++)
        tap_is(text_of(support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, values[i].value)),
               support_text("CN=%s", values[i].text), values[i].text);
}

static void test_shape(void) {
    struct bytes c = support_rdn(TEXT("\x55\x04\x06"), DER_PRINTABLE_STRING, TEXT("CH"));
    struct bytes o = support_rdn(OID_ORGANIZATION, DER_UTF8_STRING, TEXT("Ex, Ltd"));
    struct bytes cn =
        DER(DER_SEQUENCE, DER(DER_OID, OID_COMMON_NAME), DER(DER_BMP_STRING, TEXT("\0A\x5c\x71")));
    struct bytes uid =
        DER(DER_SEQUENCE, DER(DER_OID, types[8].type), DER(DER_IA5_STRING, TEXT("a+b")));
    tap_is(text_of(JOIN(c, o, DER(DER_SET, cn, uid))),
           "CN=A\xe5\xb1\xb1+UID=a\\+b,O=Ex\\, Ltd,C=CH",
           "the last RDN first, a multi-valued one with plus signs");
    tap_is(text_of(TEXT("")), "", "the empty name is empty");
    struct bytes many = TEXT("");
    for (size_t i = 0; i < CZ_NAME_RDNS_MAX + 4; i++)
        many = JOIN(many, c);
    tap_is_int((long long)strlen(text_of(many)), 5 * CZ_NAME_RDNS_MAX - 1,
               "a name of too many RDNs is bounded");
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_name_append(&out, JOIN(DER(DER_SET, DER(DER_SEQUENCE, TEXT("\x06"))), c));
    tap_ok(!out.failed, "a malformed name does no harm");
}

static void test_utf8(void) {
    struct name_attribute attribute = {.value_tag = DER_BMP_STRING, .value = TEXT("\0aX")};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_buffer_puts(&out, "before");
    tap_ok(!cz_name_value_utf8(&out, &attribute), "half a character is refused");
    attribute.value = TEXT("\0a\xd8\x00");
    tap_ok(!cz_name_value_utf8(&out, &attribute), "a surrogate is refused");
    tap_is(cz_buffer_text(&out), "before", "and nothing of it is left behind");
    attribute.value = TEXT("\0a\x07\xff");
    tap_ok(cz_name_value_utf8(&out, &attribute), "two bytes of UTF-8 are written");
    tap_is(cz_buffer_text(&out), "beforea\xdf\xbf", "behind what was there");
}

int main(void) {
    test_types();
    test_values();
    test_shape();
    test_utf8();
    return tap_done();
}
