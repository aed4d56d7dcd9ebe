/*
 * Names as each program spells them, and in the forms in which they are compared: random names
 * give the same form however they are spelt, and another one where they differ.
 */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/name.h"
#include "certificate/name_text.h"

#define RDNS 5
#define ROUNDS 2000
#define UTF8(text) support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, TEXT(text))
#define O(text) support_rdn(OID_ORGANIZATION, DER_UTF8_STRING, TEXT(text))
#define PAIR(oid, tag, text) DER(DER_SEQUENCE, DER(DER_OID, oid), DER(tag, TEXT(text)))

typedef void append_function(struct buffer *out, struct bytes name);

static const char *text_of(append_function *append, struct bytes name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    append(&out, name);
    return (const char *)support_keep(out.data, out.len).data;
}

static bool same(struct bytes a, struct bytes b, enum name_comparison how) {
    CZ_CLEANUP(cz_buffer_release) struct buffer left = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer right = {0};
    cz_name_comparable(&left, a, how);
    cz_name_comparable(&right, b, how);
    return cz_bytes_equal(cz_buffer_view(&left), cz_buffer_view(&right));
}

/* --- spellings --- */

struct type_case {
    struct bytes type;
    const char *dotnet, *openssl;
};

static const struct type_case types[] = {
    {TEXT("\x55\x04\x03"), "CN", "CN"},
    {TEXT("\x55\x04\x0b"), "OU", "OU"},
    {TEXT("\x55\x04\x0a"), "O", "O"},
    {TEXT("\x55\x04\x06"), "C", "C"},
    {TEXT("\x55\x04\x07"), "L", "L"},
    {TEXT("\x55\x04\x08"), "S", "ST"},
    {TEXT("\x55\x04\x09"), "STREET", "street"},
    {TEXT("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"), "DC", "DC"},
    {TEXT("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"), "OID.0.9.2342.19200300.100.1.1", "UID"},
    {TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"), "E", "emailAddress"},
    {TEXT("\x55\x04\x05"), "SERIALNUMBER", "serialNumber"},
    {TEXT("\x55\x04\x04"), "SN", "SN"},
    {TEXT("\x55\x04\x2a"), "G", "GN"},
    {TEXT("\x55\x04\x2b"), "I", "initials"},
    {TEXT("\x55\x04\x29"), "OID.2.5.4.41", "name"},
    {TEXT("\x55\x04\x0c"), "T", "title"},
    {TEXT("\x55\x04\x0d"), "Description", "description"},
    {TEXT("\x55\x04\x2c"), "OID.2.5.4.44", "generationQualifier"},
    {TEXT("\x55\x04\x2e"), "dnQualifier", "dnQualifier"},
    {TEXT("\x55\x04\x41"), "OID.2.5.4.65", "pseudonym"},
    {TEXT("\x55\x04\x11"), "PostalCode", "postalCode"},
    {TEXT("\x55\x04\x12"), "POBox", "postOfficeBox"},
    {TEXT("\x55\x04\x14"), "Phone", "telephoneNumber"},
    {TEXT("\x55\x04\x0f"), "OID.2.5.4.15", "businessCategory"},
    {TEXT("\x55\x04\x61"), "OID.2.5.4.97", "organizationIdentifier"},
    {TEXT("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01"), "OID.1.3.6.1.4.1.311.60.2.1.1",
     "jurisdictionL"},
    {TEXT("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02"), "OID.1.3.6.1.4.1.311.60.2.1.2",
     "jurisdictionST"},
    {TEXT("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03"), "OID.1.3.6.1.4.1.311.60.2.1.3",
     "jurisdictionC"},
    {TEXT("\x2a\x03"), "OID.1.2.3", "1.2.3"},
};

static bool is_read_as(const char *text, struct bytes name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer rdns = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
    bool is_read = cz_name_parse(text, false, &rdns, &problem);
    if (is_read && same(cz_buffer_view(&rdns), name, NAME_EXACT))
        return true;
    printf("# %s: %s\n", text, is_read ? "another name" : cz_buffer_text(&problem));
    return false;
}

static void test_types(void) {
    for (size_t i = 0; i < CZ_COUNT(types); i++) {
        struct bytes name = support_rdn(types[i].type, DER_UTF8_STRING, TEXT("v"));
        const char *dotnet = text_of(cz_name_append_dotnet, name);
        const char *openssl = text_of(cz_name_append_openssl, name);
        tap_is(dotnet, support_text("%s=v", types[i].dotnet), types[i].dotnet);
        tap_is(openssl, support_text("/%s=v", types[i].openssl), types[i].openssl);
        tap_ok(is_read_as(dotnet, name) && is_read_as(openssl, name) &&
                   is_read_as(text_of(cz_name_append, name), name),
               "each is read again as the same type");
    }
}

struct value_case {
    struct bytes value;
    const char *dotnet, *openssl, *slash;
};

static const struct value_case values[] = {
    {TEXT("a b"), "a b", "a b", "a b"},
    {TEXT("Ex, Ltd"), "\"Ex, Ltd\"", "Ex, Ltd", "Ex, Ltd"},
    {TEXT("a+b"), "\"a+b\"", "a\\+b", "a\\+b"},
    {TEXT("a=b"), "\"a=b\"", "a=b", "a=b"},
    {TEXT("a, b=c;"), "\"a, b=c;\"", "a\\, b=c\\;", "a\\, b=c\\;"},
    {TEXT("say \"x\""), "\"say \"\"x\"\"\"", "say \"x\"", "say \"x\""},
    {TEXT("<a>"), "\"<a>\"", "<a>", "<a>"},
    {TEXT("#1"), "\"#1\"", "\\#1", "\\#1"},
    {TEXT("a#"), "\"a#\"", "a#", "a#"},
    {TEXT("a;b"), "\"a;b\"", "a;b", "a;b"},
    {TEXT(" a"), "\" a\"", " a", " a"},
    {TEXT("a "), "\"a \"", "a ", "a "},
    {TEXT("a/b"), "a/b", "a\\/b", "a\\/b"},
    {TEXT("D\\u"), "D\\u", "D\\\\u", "D\\\\u"},
    {TEXT("zo\xc3\xa9"), "zo\xc3\xa9", "zo\\xC3\\xA9", "zo\xc3\xa9"},
    {TEXT("a\nb"), "\"a\\0Ab\"", "a\\x0Ab", "a\\x0Ab"},
    {TEXT("\ta"), "\"\\09a\"", "\\x09a", "\\x09a"},
    {TEXT("a\r"), "\"a\\0D\"", "a\\x0D", "a\\x0D"},
    {TEXT("a\rb"), "a\\0Db", "a\\x0Db", "a\\x0Db"},
    {TEXT("\xc2\x85\x7f"), "\\C2\\85\\7F", "\\xC2\\x85\\x7F", "\\xC2\\x85\\x7F"},
    {TEXT("a\0b"), "a\\00b", "a\\x00b", "a\\x00b"},
    {TEXT(""), "\"\"", "", ""},
};

static void test_values(void) {
    for (size_t i = 0; i < CZ_COUNT(values); i++) {
        struct bytes name = support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, values[i].value);
        tap_is(text_of(cz_name_append_dotnet, name), support_text("CN=%s", values[i].dotnet),
               values[i].dotnet);
        tap_is(text_of(cz_name_append_openssl, name), support_text("/CN=%s", values[i].openssl),
               values[i].openssl);
        tap_is(text_of(cz_name_append_slash, name), support_text("/CN=%s", values[i].slash),
               values[i].slash);
    }
}

static void test_shape(void) {
    struct bytes name =
        JOIN(support_rdn(TEXT("\x55\x04\x06"), DER_PRINTABLE_STRING, TEXT("DE")), O("Ex"),
             DER(DER_SET, PAIR(OID_COMMON_NAME, DER_BMP_STRING, "\0a\0b"),
                 PAIR(TEXT("\x2a\x03"), DER_UTF8_STRING, "x"),
                 PAIR(OID_COMMON_NAME, DER_BIT_STRING, "\0\x01")));
    tap_is(text_of(cz_name_append_dotnet, name), "CN=ab + OID.1.2.3=x + CN=#03020001, O=Ex, C=DE",
           ".NET: the last first");
    tap_is(text_of(cz_name_append_openssl, name), "/C=DE/O=Ex/CN=ab+1.2.3=x+CN=#03020001",
           "OpenSSL: as encoded");
    tap_is(text_of(cz_name_append_slash, name), "/C=DE/O=Ex/CN=ab+1.2.3=x+CN=#03020001",
           "and so for messages");
    tap_is(text_of(cz_name_append_dotnet, TEXT("")), "", "an empty name");
    tap_is(text_of(cz_name_append_openssl, TEXT("")), "", "is empty in each");
    tap_is(text_of(cz_name_append_openssl, support_rdn(OID_COMMON_NAME, DER_BMP_STRING, TEXT(""))),
           "/CN=", "an empty BMPString");
}

/* --- comparing --- */

static const struct {
    const char *name;
    struct {
        struct bytes type;
        uint8_t tag;
        struct bytes value;
    } a[2], b[2];
    bool normalised, exact, any_order;
} comparisons[] = {
#define ONE(text)                                                                                  \
    {                                                                                              \
        { OID_COMMON_NAME, DER_UTF8_STRING, TEXT(text) }                                           \
    }
#define TYPED(tag, text)                                                                           \
    {                                                                                              \
        { OID_COMMON_NAME, tag, TEXT(text) }                                                       \
    }
#define TWO(first, second)                                                                         \
    {                                                                                              \
        {OID_ORGANIZATION, DER_UTF8_STRING, TEXT(first)}, {                                        \
            OID_ORGANIZATION, DER_UTF8_STRING, TEXT(second)                                        \
        }                                                                                          \
    }
    {"the same text", ONE("Ab c"), ONE("Ab c"), true, true, true},
    {"case", ONE("alice"), ONE("Alice"), true, false, true},
    {"blanks inside", ONE("a b"), ONE("a  b"), true, false, true},
    {"blanks around", ONE("a"), ONE(" a "), true, false, true},
    {"another string type", ONE("Alice"), TYPED(DER_PRINTABLE_STRING, "Alice"), true, true, true},
    {"BMPString", ONE("Ab"), TYPED(DER_BMP_STRING, "\0A\0b"), true, true, true},
    {"a type that is no string", ONE("ab"), TYPED(DER_OCTET_STRING, "ab"), false, false, false},
    {"the order", TWO("a", "b"), TWO("b", "a"), false, false, true},
    {"the order and case", TWO("a", "b"), TWO("B", "a"), false, false, true},
    {"another text", TWO("a", "b"), TWO("a", "c"), false, false, false},
    {"one of them twice", TWO("a", "a"), TWO("a", "b"), false, false, false},
    {"one of them missing",
     TWO("a", "a"),
     {{OID_ORGANIZATION, DER_UTF8_STRING, TEXT("a")}},
     false,
     false,
     false},
};

static void test_comparisons(void) {
    for (size_t i = 0; i < CZ_COUNT(comparisons); i++) {
        struct bytes a = TEXT(""), b = TEXT("");
        for (size_t j = 0; j < 2; j++) {
            if (comparisons[i].a[j].tag != 0)
                a = JOIN(a, support_rdn(comparisons[i].a[j].type, comparisons[i].a[j].tag,
                                        comparisons[i].a[j].value));
            if (comparisons[i].b[j].tag != 0)
                b = JOIN(b, support_rdn(comparisons[i].b[j].type, comparisons[i].b[j].tag,
                                        comparisons[i].b[j].value));
        }
        tap_ok(same(a, b, NAME_NORMALISED) == comparisons[i].normalised, "%s, normalised",
               comparisons[i].name);
        tap_ok(same(a, b, NAME_EXACT) == comparisons[i].exact, "%s, exact", comparisons[i].name);
        tap_ok(same(a, b, NAME_ANY_ORDER) == comparisons[i].any_order, "%s, in any order",
               comparisons[i].name);
    }
    struct bytes cn = PAIR(OID_COMMON_NAME, DER_UTF8_STRING, "A");
    struct bytes ou = PAIR(OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, "b");
    tap_ok(same(DER(DER_SET, cn, ou), DER(DER_SET, ou, cn), NAME_EXACT),
           "an RDN is a set where names are compared exactly");
    tap_ok(!same(DER(DER_SET, cn, ou), JOIN(DER(DER_SET, cn), DER(DER_SET, ou)), NAME_ANY_ORDER),
           "in any order, an RDN of two is not two of one");
    struct bytes many = TEXT(""), reversed = TEXT("");
    for (size_t i = 0; i < CZ_NAME_RDNS_MAX; i++) {
        uint8_t letter[] = {'a', (uint8_t)i};
        struct bytes rdn =
            support_rdn(OID_COMMON_NAME, DER_BMP_STRING, (struct bytes){.data = letter, .len = 2});
        many = JOIN(many, rdn);
        reversed = JOIN(rdn, reversed);
    }
    tap_ok(same(many, reversed, NAME_ANY_ORDER) && !same(many, reversed, NAME_NORMALISED),
           "128 RDNs in any order");
}

static bool attribute_is(struct bytes name, const char *text, bool exact) {
    CZ_CLEANUP(cz_buffer_release) struct buffer ours = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer theirs = {0};
    struct name_attribute attribute;
    if (!cz_name_find(name, OID_COMMON_NAME, &attribute))
        support_die("no common name");
    cz_name_attribute_comparable(&theirs, &attribute, exact);
    cz_attribute_comparable(&ours, OID_COMMON_NAME, cz_bytes_of(text), exact);
    return cz_bytes_equal(cz_buffer_view(&ours), cz_buffer_view(&theirs));
}

static void test_attribute(void) {
    struct bytes bmp = support_rdn(OID_COMMON_NAME, DER_BMP_STRING, TEXT("\0A\0b"));
    tap_ok(attribute_is(bmp, "Ab", true), "an attribute and a text: exact");
    tap_ok(!attribute_is(bmp, "ab", true), "an attribute and a text: exact, other case");
    tap_ok(attribute_is(bmp, " aB", false), "an attribute and a text: normalised");
    tap_ok(!attribute_is(bmp, "a b", false), "an attribute and a text: normalised, other text");
    tap_ok(!attribute_is(support_rdn(OID_COMMON_NAME, DER_OCTET_STRING, TEXT("Ab")), "Ab", false),
           "an attribute that is no string is no text");
    CZ_CLEANUP(cz_buffer_release) struct buffer cn = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer ou = {0};
    cz_attribute_comparable(&cn, OID_COMMON_NAME, TEXT("a"), false);
    cz_attribute_comparable(&ou, OID_ORGANIZATIONAL_UNIT, TEXT("a"), false);
    tap_ok(!cz_bytes_equal(cz_buffer_view(&cn), cz_buffer_view(&ou)), "another type is another");
}

/* --- random names --- */

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* No backslash, which .NET does not escape; no '/', before a type, that commas would not allow. */
static struct bytes random_value(uint32_t *state) {
    static const char *const pieces[] = {"a", "B",        " ",   ",",  "+",  "=",  "\"", ";", "<",
                                         "#", "\xc3\xa9", "CN=", "\n", "ZZ", "|a", ">",  "'", "O"};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    size_t count = 1 + next_random(state) % 6;
    for (size_t i = 0; i < count; i++)
        cz_buffer_puts(&out, pieces[next_random(state) % CZ_COUNT(pieces)]);
    return support_keep(out.data, out.len);
}

/* Each with a type and a serial of its own, so that no two RDNs are equal. */
static void random_rdns(uint32_t *state, struct bytes *rdns) {
    for (size_t i = 0; i < RDNS; i++) {
        uint8_t serial = (uint8_t)('0' + i);
        struct bytes value = JOIN({.data = &serial, .len = 1}, random_value(state));
        if (next_random(state) % 2 == 0)
            value = JOIN(random_value(state), value, random_value(state));
        struct bytes pair = DER(DER_SEQUENCE, DER(DER_OID, types[next_random(state) % 29].type),
                                DER(DER_UTF8_STRING, value));
        rdns[i] = next_random(state) % 4 != 0
                      ? DER(DER_SET, pair)
                      : DER(DER_SET, pair, PAIR(OID_COMMON_NAME, DER_UTF8_STRING, "more"));
    }
}

static bool check_random(uint32_t *state) {
    static append_function *const spellings[] = {cz_name_append, cz_name_append_dotnet,
                                                 cz_name_append_openssl, cz_name_append_slash};
    struct bytes rdns[RDNS], shuffled[RDNS];
    random_rdns(state, rdns);
    struct bytes name = support_join(rdns, RDNS);
    bool good = cz_name_valid(name);
    for (size_t i = 0; i < CZ_COUNT(spellings); i++)
        good &= is_read_as(text_of(spellings[i], name), name);
    memcpy(shuffled, rdns, sizeof rdns);
    size_t from = next_random(state) % RDNS, to = (from + 1 + next_random(state) % 4) % RDNS;
    shuffled[from] = rdns[to];
    shuffled[to] = rdns[from];
    struct bytes other = support_join(shuffled, RDNS);
    good &= same(name, other, NAME_ANY_ORDER) && !same(name, other, NAME_NORMALISED) &&
            !same(name, other, NAME_EXACT);
    struct bytes fewer = support_join(rdns, RDNS - 1), twice = JOIN(name, rdns[from]);
    return good && !same(name, fewer, NAME_ANY_ORDER) && !same(name, twice, NAME_ANY_ORDER);
}

static void test_random(void) {
    uint32_t state = 20260901;
    int good = 0;
    while (good < ROUNDS && check_random(&state))
        good++;
    tap_is_int(good, ROUNDS, "random names: spelling changes nothing, order what it should");
}

int main(void) {
    test_types();
    test_values();
    test_shape();
    test_comparisons();
    test_attribute();
    test_random();
    return tap_done();
}
