/* Distinguished names in their canonical form: equal names are equal bytes, and no others. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/name.h"

#define COUNTRY TEXT("\x55\x04\x06")
#define CN(tag, text) support_rdn(OID_COMMON_NAME, tag, TEXT(text))
#define O(tag, text) support_rdn(OID_ORGANIZATION, tag, TEXT(text))
#define UTF8(text) CN(DER_UTF8_STRING, text)
#define PRINTABLE(text) CN(DER_PRINTABLE_STRING, text)
#define PAIR(oid, text) DER(DER_SEQUENCE, DER(DER_OID, oid), DER(DER_UTF8_STRING, TEXT(text)))

static struct bytes canonical(struct bytes name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_name_canonical(&out, name);
    return support_keep(out.data, out.len);
}

static void compare(struct bytes a, struct bytes b, bool equal, const char *name) {
    bool valid = cz_name_valid(a) && cz_name_valid(b);
    bool same = cz_bytes_equal(canonical(a), canonical(b));
    tap_ok(valid && same == equal, "%s: %s", name, equal ? "equal" : "different");
}

static void test_equal(void) {
    compare(UTF8("alice"), UTF8("alice"), true, "the same text");
    compare(UTF8("Alice"), UTF8("aLICE"), true, "case");
    compare(UTF8("a b"), UTF8("a    b"), true, "inner blanks");
    compare(UTF8("a b"), UTF8("  a b "), true, "blanks at the ends");
    compare(UTF8("Alice  Doe"), PRINTABLE("alice doe"), true, "UTF8String and PrintableString");
    compare(UTF8("alice"), CN(DER_BMP_STRING, "\0a\0L\0i\0c\0e"), true, "and BMPString");
    compare(UTF8("ali"), CN(DER_UNIVERSAL_STRING, "\0\0\0a\0\0\0l\0\0\0i"), true,
            "and UniversalString");
    compare(UTF8("alice"), CN(DER_TELETEX_STRING, "alice"), true, "and TeletexString in ASCII");
    compare(UTF8("alice"), CN(DER_IA5_STRING, "Alice"), true, "and IA5String");
    compare(UTF8("alice"), CN(DER_VISIBLE_STRING, "alice"), false,
            "but not VisibleString, which RFC 5280 does not allow there");
    compare(UTF8("12"), CN(DER_NUMERIC_STRING, "12"), true, "and NumericString");
    compare(UTF8("\xc3\xa9"), CN(DER_BMP_STRING, "\0\xe9"), true, "beyond ASCII, other types");
    compare(UTF8("\xf0\x9f\x98\x80"), CN(DER_UNIVERSAL_STRING, "\0\x01\xf6\0"), true,
            "four bytes of UTF-8");
    compare(UTF8("\xe5\xb1\xb1"), CN(DER_BMP_STRING, "\x5c\x71"), true, "three bytes of UTF-8");
    compare(TEXT(""), TEXT(""), true, "empty names");
    compare(UTF8("\xff"), UTF8("\xff"), true, "the same malformed bytes");
}

static void test_different(void) {
    compare(UTF8("alice"), UTF8("alicia"), false, "other text");
    compare(UTF8("alice"), TEXT(""), false, "the empty name");
    compare(UTF8("ab"), UTF8("a b"), false, "a blank and none");
    compare(UTF8("a b"), UTF8("a\tb"), true, "a blank and a TAB");
    compare(UTF8("a b"), UTF8("\n\va\f\r b\n"), true, "line ends and blanks");
    compare(UTF8("a b"), UTF8("a\bb"), false, "a blank and a BACKSPACE");
    compare(UTF8("a b"),
            UTF8("a\x0e"
                 "b"),
            false, "a blank and a SHIFT OUT");
    compare(UTF8("\xc3\xa9"), UTF8("\xc3\x89"), false, "case beyond ASCII");
    compare(UTF8("\xc3\xa9"), UTF8("e\xcc\x81"), false, "composed and decomposed");
    compare(UTF8("alice"), O(DER_UTF8_STRING, "alice"), false, "another type");
    compare(UTF8("a"), UTF8("a\0"), false, "a NUL behind");
    compare(UTF8("a\0b"), UTF8("a\0c"), false, "what stands behind a NUL");
    compare(JOIN(UTF8("a"), O(DER_UTF8_STRING, "b")), JOIN(O(DER_UTF8_STRING, "b"), UTF8("a")),
            false, "the order of RDNs");
    compare(JOIN(UTF8("a"), UTF8("a")), UTF8("a"), false, "an RDN twice");
    compare(UTF8("\xff"), UTF8("\xfe"), false, "malformed bytes");
    compare(UTF8("\xff\x41"), UTF8("\xff\x61"), false, "malformed bytes keep their case");
    compare(UTF8("\xff"), PRINTABLE("\xff"), false, "malformed bytes of other types");
    compare(UTF8("\xc3\xa9"), PRINTABLE("\xc3\xa9"), false,
            "a PrintableString of bytes that it cannot hold, and UTF-8");
    compare(UTF8("\xc3\xa9"), CN(DER_TELETEX_STRING, "\xc3\xa9"), false,
            "a TeletexString beyond ASCII, and UTF-8");
    compare(CN(DER_BMP_STRING, "\xd8\x3d\xde\x00"), UTF8("\xf0\x9f\x98\x80"), false,
            "surrogates in a BMPString");
    compare(CN(DER_BMP_STRING, "\0aX"), CN(DER_BMP_STRING, "\0a"), false, "half a BMP character");
    compare(CN(DER_UNIVERSAL_STRING, "\0\x11\0\0"), UTF8(""), false, "beyond U+10FFFF");
    compare(CN(DER_OCTET_STRING, "alice"), UTF8("alice"), false, "no string type at all");
    compare(CN(DER_OCTET_STRING, "a"), UTF8("\x04\x01\x61"), false,
            "no string, and a string of its very bytes");
    compare(CN(DER_OCTET_STRING, "alice"), CN(DER_BIT_STRING, "alice"), false,
            "two types that are no strings");
}

static void test_sets(void) {
    struct bytes cn = PAIR(OID_COMMON_NAME, "a"), ou = PAIR(OID_ORGANIZATIONAL_UNIT, "b"),
                 o = PAIR(OID_ORGANIZATION, "c");
    compare(DER(DER_SET, cn, ou, o), DER(DER_SET, o, cn, ou), true, "an RDN is a set");
    compare(DER(DER_SET, cn, ou, o), DER(DER_SET, ou, o, cn), true, "in any order");
    compare(DER(DER_SET, cn, ou), JOIN(DER(DER_SET, cn), DER(DER_SET, ou)), false,
            "one RDN of two and two of one");
    compare(DER(DER_SET, cn, ou), DER(DER_SET, cn), false, "one attribute more");
    compare(DER(DER_SET, cn, cn), DER(DER_SET, cn), false, "an attribute twice");
    compare(DER(DER_SET, PAIR(OID_COMMON_NAME, "A  x"), ou),
            DER(DER_SET, ou, PAIR(OID_COMMON_NAME, "a X")), true, "folded inside a set");
}

/* `count` attributes with values from "a" on, in one RDN. */
static struct bytes rdn_of(size_t first, size_t count) {
    struct bytes all = TEXT("");
    for (size_t i = first; i < first + count; i++) {
        uint8_t letter[] = {'m', (uint8_t)('a' + i)};
        all = JOIN(all, DER(DER_SEQUENCE, DER(DER_OID, OID_COMMON_NAME),
                            DER(DER_UTF8_STRING, {.data = letter, .len = 2})));
    }
    return DER(DER_SET, all);
}

static void test_large_sets(void) {
    struct bytes first = UTF8("x");
    compare(JOIN(first, rdn_of(0, 17)), JOIN(first, rdn_of(0, 16), rdn_of(16, 1)), false,
            "an RDN of 17, and the same cut in two");
    compare(JOIN(first, rdn_of(0, 20)), JOIN(first, rdn_of(0, 20)), true, "an RDN of 20");
    compare(rdn_of(0, 17), JOIN(rdn_of(0, 16), rdn_of(16, 1)), false, "the same in front");
}

/* The canonical form writes lengths, so no text can pass for a boundary. */
static void test_boundaries(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer forged = {0};
    struct bytes two = JOIN(UTF8("a"), UTF8("b"));
    struct bytes form = canonical(two);
    cz_buffer_append(&forged, form.data + form.len / 2 - 1, form.len / 2 + 1);
    struct bytes value = cz_buffer_view(&forged);
    struct bytes one = support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, value);
    compare(two, one, false, "a value that looks like a boundary");
}

struct valid_case {
    const char *name;
    struct bytes content;
    bool valid;
};

static void test_valid(void) {
    struct bytes cn = PAIR(OID_COMMON_NAME, "a");
    struct bytes oid = DER(DER_OID, OID_COMMON_NAME), value = DER(DER_UTF8_STRING, TEXT("a"));
    const struct valid_case cases[] = {
        {"the empty name", TEXT(""), true},
        {"one RDN", DER(DER_SET, cn), true},
        {"an empty RDN", DER(DER_SET, TEXT("")), false},
        {"an empty RDN behind a good one", JOIN(DER(DER_SET, cn), DER(DER_SET, TEXT(""))), false},
        {"an empty RDN before a good one", JOIN(DER(DER_SET, TEXT("")), DER(DER_SET, cn)), false},
        {"a SEQUENCE for the SET", DER(DER_SEQUENCE, cn), false},
        {"a SET for the SEQUENCE", DER(DER_SET, DER(DER_SET, oid, value)), false},
        {"a type without a value", DER(DER_SET, DER(DER_SEQUENCE, oid)), false},
        {"a value without a type", DER(DER_SET, DER(DER_SEQUENCE, value)), false},
        {"two values", DER(DER_SET, DER(DER_SEQUENCE, oid, value, value)), false},
        {"an invalid type", DER(DER_SET, DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x80")), value)),
         false},
        {"an empty type", DER(DER_SET, DER(DER_SEQUENCE, DER(DER_OID, TEXT("")), value)), false},
        {"a loose byte behind", JOIN(DER(DER_SET, cn), TEXT("\x31")), false},
        {"a loose byte inside", DER(DER_SET, cn, TEXT("\x30")), false},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_ok(cz_name_valid(cases[i].content) == cases[i].valid, "%s is %s", cases[i].name,
               cases[i].valid ? "valid" : "refused");
    struct bytes whole = DER(DER_SET, cn);
    bool all_refused = true;
    for (size_t len = 1; len < whole.len; len++)
        all_refused &= !cz_name_valid(support_keep(whole.data, len));
    tap_ok(all_refused, "a name cut off anywhere is refused");
    struct bytes many = TEXT("");
    for (size_t i = 0; i < CZ_NAME_RDNS_MAX; i++)
        many = JOIN(many, DER(DER_SET, cn));
    tap_ok(cz_name_valid(many), "128 RDNs are valid");
    tap_ok(!cz_name_valid(JOIN(many, DER(DER_SET, cn))), "129 are refused");
}

static void test_walk(void) {
    struct bytes name = JOIN(DER(DER_SET, PAIR(OID_ORGANIZATION, "o")),
                             DER(DER_SET, PAIR(OID_COMMON_NAME, "1"), PAIR(OID_COMMON_NAME, "2")));
    struct name_walk walk = cz_name_walk(name);
    struct name_attribute attribute;
    static const size_t rdns[] = {0, 1, 1};
    static const char values[] = "o12";
    size_t count = 0;
    bool as_wanted = true;
    for (; cz_name_next(&walk, &attribute); count++)
        as_wanted &= count < 3 && attribute.rdn == rdns[count] && attribute.value.len == 1 &&
                     attribute.value.data[0] == values[count] &&
                     attribute.value_tag == DER_UTF8_STRING && attribute.whole_value.len == 3;
    tap_ok(as_wanted && count == 3 && !walk.malformed, "a walk gives each attribute and its RDN");
    tap_ok(cz_name_find(name, OID_COMMON_NAME, &attribute) && attribute.value.data[0] == '1',
           "the first attribute of a type is found");
    tap_ok(!cz_name_find(name, COUNTRY, &attribute), "one that is not there is not");
    walk = cz_name_walk(JOIN(name, TEXT("\x31\x00")));
    while (cz_name_next(&walk, &attribute))
        ;
    tap_ok(walk.malformed, "a walk tells the malformed from the end");
}

int main(void) {
    test_equal();
    test_different();
    test_sets();
    test_large_sets();
    test_boundaries();
    test_valid();
    test_walk();
    return tap_done();
}
