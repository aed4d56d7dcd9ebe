/* Subtrees of each name form, and whole name constraints. PKITS has more; none of IP addresses. */
#include "../tap.h"
#include "base/cleanup.h"
#include "certificate/der.h"
#include "validate/name_constraints.h"
#include "validate/name_match.h"

struct subtree_case {
    enum general_name_type type;
    const char *name, *base;
    bool permitted; /* inside, where the base permits */
    bool excluded;  /* inside, where it excludes */
};

#define DNS GENERAL_NAME_DNS
#define EMAIL GENERAL_NAME_EMAIL
#define URI GENERAL_NAME_URI

static const struct subtree_case cases[] = {
    {DNS, "example.com", "example.com", true, true},
    {DNS, "EXAMPLE.com", "example.COM", true, true},
    {DNS, "a.example.com", "example.com", true, true},
    {DNS, "a.b.example.com", "example.com", true, true},
    {DNS, "badexample.com", "example.com", false, false},
    {DNS, "example.com.evil.org", "example.com", false, false},
    {DNS, "com", "example.com", false, false},
    {DNS, "example.com", ".example.com", false, false},
    {DNS, "a.example.com", ".example.com", true, true},
    {DNS, "example.com.", "example.com", true, true},
    {DNS, "anything.org", "", true, true},
    {DNS, "*.example.com", "example.com", true, true},
    {DNS, "*.example.com", "a.example.com", false, true}, /* it may be that one */
    {DNS, "*.example.com", "a.b.example.com", false, true},
    {DNS, "*.example.org", "a.example.com", false, false},
    {DNS, "a..example.com", "example.com", false, true}, /* no host name: never in favour */
    {DNS, "exa mple.com", "example.com", false, true},
    {EMAIL, "u@example.com", "example.com", true, true},
    {EMAIL, "u@EXAMPLE.com", "example.com", true, true},
    {EMAIL, "u@a.example.com", "example.com", false, false},
    {EMAIL, "u@a.example.com", ".example.com", true, true},
    {EMAIL, "u@example.com", ".example.com", false, false},
    {EMAIL, "u@example.com", "u@example.com", true, true},
    {EMAIL, "U@example.com", "u@example.com", false, true},
    {EMAIL, "v@example.com", "u@example.com", false, false},
    {EMAIL, "\"u@evil.org\"@example.com", "evil.org", false, false},
    {EMAIL, "\"u\"@example.com", "u@example.com", false, true}, /* the same to RFC 5321 */
    {EMAIL, "\"v\"@example.org", "u@example.com", false, false},
    {EMAIL, "u@example.com", "\"u\"@example.com", false, true},
    {EMAIL, "\"a\\\"b\"@example.com", "example.com", true, true},
    {EMAIL, "\"a\"b\"@example.com", "example.com", false, true},
    {EMAIL, "\"a\\\"@example.com", "example.com", false, true}, /* its last quote is quoted */
    {EMAIL, "\"@example.com", "example.com", false, true},
    {EMAIL, "u@evil.org@example.com", "example.com", false, true}, /* whose is it? */
    {EMAIL, "u@example.com@evil.org", "example.com", false, true},
    {EMAIL, "a.b+c@example.com", "example.com", true, true},
    {EMAIL, "a..b@example.com", "example.com", false, true},
    {EMAIL, ".a@example.com", "example.com", false, true},
    {EMAIL, "a.@example.com", "example.com", false, true},
    {EMAIL, "a b@example.com", "example.com", false, true},
    {EMAIL, "<a>@example.com", "example.com", false, true},
    {EMAIL, "no-at-sign", "example.com", false, true},
    {EMAIL, "u@", "example.com", false, true},
    {EMAIL, "u@example.com", "", false, true}, /* an empty base has no meaning */
    {URI, "https://example.com/x", "", false, true},
    {URI, "https://example.com/x", "example.com", true, true},
    {URI, "https://a.example.com/x", "example.com", false, false},
    {URI, "https://a.example.com/x", ".example.com", true, true},
    {URI, "https://user@example.com:8443?q", "example.com", true, true},
    {URI, "https://example.com@evil.org/", "example.com", false, false},
    {URI, "https://evil.org/example.com", "example.com", false, false},
    {URI, "https://192.0.2.1/", "example.com", false, true}, /* has no host name */
    {URI, "urn:example:com", "example.com", false, true},
    {URI, "spiffe://example.com", "example.com", true, true},
};

static struct general_name named(enum general_name_type type, const char *text) {
    return (struct general_name){.type = type, .value = cz_bytes_of(text)};
}

static void test_subtrees(void) {
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct general_name name = named(cases[i].type, cases[i].name);
        struct general_name base = named(cases[i].type, cases[i].base);
        tap_ok(cz_subtree_base_valid(&base) &&
                   cz_name_within(&name, &base, SUBTREE_PERMITTED) == cases[i].permitted,
               "%s is %sin what %s permits", cases[i].name, cases[i].permitted ? "" : "not ",
               cases[i].base);
        tap_ok(cz_name_within(&name, &base, SUBTREE_EXCLUDED) == cases[i].excluded,
               "%s is %sin what %s excludes", cases[i].name, cases[i].excluded ? "" : "not ",
               cases[i].base);
    }
}

#define IP(literal)                                                                                \
    (struct general_name) {                                                                        \
        .type = GENERAL_NAME_IP, .value = CZ_BYTES(literal)                                        \
    }

static void test_addresses(void) {
    struct general_name net = IP("\xc0\x00\x02\x00\xff\xff\xff\x00");
    struct general_name all = IP("\x00\x00\x00\x00\x00\x00\x00\x00");
    struct general_name inside = IP("\xc0\x00\x02\x7f"), outside = IP("\xc0\x00\x03\x7f");
    struct general_name six = IP("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01");
    struct general_name hole = IP("\xc0\x00\x02\x00\xff\x00\xff\x00");
    struct general_name odd = IP("\xc0\x00\x02\x00\xff\xff\xff");
    tap_ok(cz_name_within(&inside, &net, SUBTREE_PERMITTED), "192.0.2.127 is in 192.0.2.0/24");
    tap_ok(!cz_name_within(&outside, &net, SUBTREE_PERMITTED), "192.0.3.127 is not");
    tap_ok(cz_name_within(&outside, &all, SUBTREE_EXCLUDED), "it is in 0.0.0.0/0");
    tap_ok(!cz_name_within(&six, &all, SUBTREE_PERMITTED), "an IPv6 address is in no IPv4 range");
    tap_ok(cz_subtree_base_valid(&net), "a range is valid");
    tap_ok(!cz_subtree_base_valid(&hole), "a mask with a hole is not");
    tap_ok(!cz_subtree_base_valid(&odd), "nor is one of 7 octets");
}

static void test_bases(void) {
    static const struct {
        enum general_name_type type;
        const char *base;
        bool valid;
    } bases[] = {
        {DNS, "*.example.com", false},
        {DNS, "..example.com", false},
        {DNS, ".", false},
        {DNS, "a b", false},
        {EMAIL, "@example.com", false},
        {EMAIL, "u@", false},
        {EMAIL, ".example.com", true},
        {EMAIL, "u@v@example.com", false},
        {EMAIL, "\"u@v\"@example.com", true},
        {URI, "https://example.com", false},
        {URI, "", true},
    };
    for (size_t i = 0; i < CZ_COUNT(bases); i++) {
        struct general_name base = named(bases[i].type, bases[i].base);
        tap_ok(cz_subtree_base_valid(&base) == bases[i].valid, "the base \"%s\" is %svalid",
               bases[i].base, bases[i].valid ? "" : "not ");
    }
}

/* permitted: dNSName example.com */
#define PERMITTED                                                                                  \
    CZ_BYTES("\x30\x11\xa0\x0f\x30\x0d\x82\x0b"                                                    \
             "example.com")

static void test_constraints(void) {
    struct general_name names[2] = {named(DNS, "a.example.com"), named(DNS, "evil.org")};
    struct certificate certificate = {.names = names, .name_count = 1};
    unsigned comparisons = 0;
    const char *detail;
    tap_ok(cz_name_constraints_check(PERMITTED, &certificate, true, &comparisons, &detail) ==
               CONSTRAINT_MET,
           "a name that is permitted");
    certificate.name_count = 2;
    tap_ok(cz_name_constraints_check(PERMITTED, &certificate, true, &comparisons, &detail) ==
               CONSTRAINT_VIOLATED,
           "every name has to be");
    comparisons = CZ_NAME_COMPARISONS_MAX;
    tap_ok(cz_name_constraints_check(PERMITTED, &certificate, true, &comparisons, &detail) ==
               CONSTRAINT_LIMIT,
           "the comparisons are bounded");
    comparisons = 0;
    tap_ok(cz_name_constraints_check(CZ_BYTES("\x30\x06\xa0\x04\x30\x02\x82\x00\x00"), &certificate,
                                     true, &comparisons, &detail) == CONSTRAINT_MALFORMED,
           "bytes behind them are malformed");
    names[0] = (struct general_name){.type = GENERAL_NAME_OTHER, .value = CZ_BYTES("\x05\x00")};
    certificate.name_count = 1;
    tap_ok(cz_name_constraints_check(CZ_BYTES("\x30\x06\xa0\x04\x30\x02\xa0\x00"), &certificate,
                                     true, &comparisons, &detail) == CONSTRAINT_VIOLATED,
           "a name of a form that cannot be compared is not permitted");
    tap_ok(cz_name_constraints_check(CZ_BYTES("\x30\x06\xa1\x04\x30\x02\xa0\x00"), &certificate,
                                     true, &comparisons, &detail) == CONSTRAINT_VIOLATED,
           "and is excluded");
}

/* A common name that reads as a host, of a certificate that says that it is a CA. */
/* --- hosts and addresses, permitted and excluded, in every combination --- */

enum which { NONE, GOOD, BAD, WHICH }; /* GOOD: test.localhost and 127.0.0.1; BAD: others */

static const struct bytes hosts[] = {{0}, CZ_BYTES("test.localhost"), CZ_BYTES("bad.example.com")};
static const struct bytes addresses[] = {
    {0}, CZ_BYTES("\x7f\0\0\x01"), CZ_BYTES("\x01\x01\x01\x01")};
static const struct bytes common_names[] = {{0},
                                            CZ_BYTES("\x31\x17\x30\x15\x06\x03\x55\x04\x03\x0c\x0e"
                                                     "test.localhost"),
                                            CZ_BYTES("\x31\x18\x30\x16\x06\x03\x55\x04\x03\x0c\x0f"
                                                     "bad.example.com")};
static const struct bytes host_trees[] = {{0},
                                          CZ_BYTES("\x30\x0b\x82\x09"
                                                   "localhost"),
                                          CZ_BYTES("\x30\x0d\x82\x0b"
                                                   "example.com")};
static const struct bytes ranges[] = {{0},
                                      CZ_BYTES("\x30\x0a\x87\x08\x7f\0\0\0\xff\xff\xff\0"),
                                      CZ_BYTES("\x30\x0a\x87\x08\x01\x01\x01\0\xff\xff\xff\0")};

/* The context tag and both subtrees, where there are any; one octet tells each length. */
static size_t put_subtrees(uint8_t *out, uint8_t tag, struct bytes host, struct bytes range) {
    if (host.len + range.len == 0)
        return 0;
    out[0] = tag;
    out[1] = (uint8_t)(host.len + range.len);
    if (host.len > 0)
        memcpy(out + 2, host.data, host.len);
    if (range.len > 0)
        memcpy(out + 2 + host.len, range.data, range.len);
    return 2 + host.len + range.len;
}

static bool allows(enum which name, enum which permitted, enum which excluded) {
    return name == NONE || ((permitted == NONE || permitted == name) && excluded != name);
}

/* The base `number` writes which of the three is meant seven times. */
static bool combine(unsigned number) {
    enum which is[7];
    for (size_t i = 0; i < CZ_COUNT(is); i++, number /= WHICH)
        is[i] = (enum which)(number % WHICH);
    uint8_t value[128] = {DER_SEQUENCE};
    size_t len = 2;
    len += put_subtrees(value + len, 0xa0, host_trees[is[0]], ranges[is[1]]);
    len += put_subtrees(value + len, 0xa1, host_trees[is[2]], ranges[is[3]]);
    if (len == 2)
        return true; /* no constraints at all, which would be malformed */
    value[1] = (uint8_t)(len - 2);
    struct general_name names[2];
    struct certificate certificate = {.names = names, .subject = common_names[is[4]]};
    if (is[5] != NONE)
        names[certificate.name_count++] =
            (struct general_name){.type = GENERAL_NAME_DNS, .value = hosts[is[5]]};
    if (is[6] != NONE)
        names[certificate.name_count++] =
            (struct general_name){.type = GENERAL_NAME_IP, .value = addresses[is[6]]};
    enum which host = is[5] != NONE ? is[5] : is[4];
    bool allowed = allows(host, is[0], is[2]) && allows(is[6], is[1], is[3]);
    unsigned comparisons = 0;
    const char *detail;
    return cz_name_constraints_check((struct bytes){.data = value, .len = len}, &certificate, true,
                                     &comparisons,
                                     &detail) == (allowed ? CONSTRAINT_MET : CONSTRAINT_VIOLATED);
}

static void test_combinations(void) {
    unsigned wrong = 0, count = 2187; /* 3 to the 7th */
    for (unsigned i = 0; i < count; i++)
        if (!combine(i) && wrong++ == 0)
            printf("# combination %u\n", i);
    tap_is_int(wrong, 0, "hosts and addresses, permitted and excluded, in 2,187 combinations");
}

static void test_common_name(void) {
    struct certificate certificate = {.is_ca = true,
                                      .subject =
                                          CZ_BYTES("\x31\x11\x30\x0f\x06\x03\x55\x04\x03\x0c\x08"
                                                   "evil.org")};
    unsigned comparisons = 0;
    const char *detail;
    tap_ok(cz_name_constraints_check(PERMITTED, &certificate, true, &comparisons, &detail) ==
               CONSTRAINT_VIOLATED,
           "an end certificate's common name counts as a host, CA or not");
    tap_ok(cz_name_constraints_check(PERMITTED, &certificate, false, &comparisons, &detail) ==
               CONSTRAINT_MET,
           "a CA's above it does not");
}

int main(void) {
    test_combinations();
    test_common_name();
    test_subtrees();
    test_addresses();
    test_bases();
    test_constraints();
    return tap_done();
}
