/* Names that people wrote: every spelling of a name gives the same RDNs, and what could be read in
 * two ways is refused in words that say so. */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/name.h"
#include "certificate/name_text.h"

#define UTF8(oid, text) support_rdn(oid, DER_UTF8_STRING, TEXT(text))
#define PAIR(oid, text) DER(DER_SEQUENCE, DER(DER_OID, oid), DER(DER_UTF8_STRING, TEXT(text)))
#define COUNTRY TEXT("\x55\x04\x06")
#define STATE TEXT("\x55\x04\x08")
#define DOMAIN_COMPONENT TEXT("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19")

/* What the text is read as; the problem, in parentheses, where it is refused. */
static struct bytes read_name(const char *text, bool order_matters) {
    CZ_CLEANUP(cz_buffer_release) struct buffer rdns = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
    bool is_read = cz_name_parse(text, order_matters, &rdns, &problem);
    if (is_read != (problem.len == 0) || is_read != (rdns.len > 0))
        support_die("'%s': both or neither of a name and a problem", text);
    if (!is_read)
        return cz_bytes_of(support_text("(%s)", cz_buffer_text(&problem)));
    return support_keep(rdns.data, rdns.len);
}

struct spelling_case {
    const char *name, *text;
};

static void check_spellings(struct bytes wanted, const struct spelling_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct bytes got = read_name(cases[i].text, true);
        if (!tap_ok(cz_name_valid(got) && cz_bytes_equal(got, wanted), "%s: %s", cases[i].name,
                    cases[i].text))
            printf("#      got: %.*s\n", (int)got.len, (const char *)got.data);
    }
}
#define CHECK_SPELLINGS(wanted, cases) check_spellings(wanted, cases, CZ_COUNT(cases))

static void test_forms(void) {
    static const struct spelling_case plain[] = {
        {"RFC 4514", "CN=client,OU=production,O=company,C=DE"},
        {".NET", "CN=client, OU=production, O=company, C=DE"},
        {"OpenSSL", "/C=DE/O=company/OU=production/CN=client"},
        {"OpenSSL, by options", "CN = client, OU = production, O = company, C = DE"},
        {"types in any case", "cn=client,ou=production,o=company,c=DE"},
        {"long names", "commonName=client,organizationalUnitName=production,organizationName="
                       "company,countryName=DE"},
        {"OIDs", "2.5.4.3=client,OID.2.5.4.11=production,oid.2.5.4.10=company,2.5.4.6=DE"},
        {"OIDs with slashes", "/2.5.4.6=DE/OID.2.5.4.10=company/OU=production/CN=client"},
        {"DER", "CN=#0c06636C69656e74 , OU=#0c0a70726f64756374696f6e,O=company,C=DE"},
        {"DER with slashes", "/C=DE/O=company/OU=#0c0a70726f64756374696f6e/CN=client"},
        {"quotes", "CN=\"client\",OU= \"production\" ,O=\"company\",C=DE"},
        {"blanks around", "  CN = client ,OU=production,  O=company  , C=DE  "},
        {"pairs of digits", "CN=\\63lient,OU=production,O=compan\\79,C=DE"},
        {"blanks in front of a slash", "  /C=DE/ O =company/OU=production/CN=client"},
    };
    CHECK_SPELLINGS(JOIN(UTF8(COUNTRY, "DE"), UTF8(OID_ORGANIZATION, "company"),
                         UTF8(OID_ORGANIZATIONAL_UNIT, "production"),
                         UTF8(OID_COMMON_NAME, "client")),
                    plain);
}

static void test_sets(void) {
    static const struct spelling_case sets[] = {
        {"RFC 4514", "CN=a+OU=b,O=c"},
        {".NET", "CN=a + OU=b, O=c"},
        {"OpenSSL", "/O=c/CN=a+OU=b"},
    };
    CHECK_SPELLINGS(JOIN(UTF8(OID_ORGANIZATION, "c"), DER(DER_SET, PAIR(OID_COMMON_NAME, "a"),
                                                          PAIR(OID_ORGANIZATIONAL_UNIT, "b"))),
                    sets);
}

static void test_escapes(void) {
    static const struct spelling_case special[] = {
        {"RFC 4514", "CN=\\ \\\"\\#\\+\\,\\;\\<\\=\\>\\\\/\\ "},
        {"pairs of digits", "CN=\\20\\22\\23\\2b\\2C\\3b\\3C\\3d\\3e\\5c\\2F\\20"},
        {"quotes", "CN=\" \"\"#+,;<=>\\\\/ \""},
        {"quotes of RFC 1779", "CN=\" \\\"#+,;<=>\\5c/ \""},
        {"OpenSSL", "/CN= \"#\\+,;<=>\\\\\\/ "},
    };
    static const struct spelling_case accents[] = {
        {"UTF-8", "CN=zo\xc3\xa9"},         {"pairs of digits", "CN=zo\\C3\\a9"},
        {"in quotes", "CN=\"zo\\C3\\a9\""}, {"slashes", "/CN=zo\xc3\xa9"},
        {"OpenSSL", "/CN=zo\\xC3\\xA9"},
    };
    static const struct spelling_case controls[] = {
        {"RFC 4514", "CN=a\\0ab"}, {"OpenSSL", "/CN=a\\x0Ab"}, {"quotes", "CN=\"a\\0Ab\""}};
    static const struct spelling_case hash[] = {
        {"RFC 4514", "CN=\\#1"}, {".NET", "CN=\"#1\""}, {"OpenSSL", "/CN=\\#1"}};
    static const struct spelling_case slashes[] = {{"a URL", "CN=http://x"},
                                                   {"its slashes", "/CN=http:\\/\\/x"}};
    static const struct spelling_case types[] = {
        {"two parts", "CN=\"a/OU=b\""}, {"escaped", "CN=a\\/OU=b"}, {"OpenSSL", "/CN=a\\/OU=b"}};
    static const struct spelling_case commas[] = {
        {"escaped", "CN=a\\, OU=b"}, {"in quotes", "CN=\"a, OU=b\""}, {"OpenSSL", "/CN=a\\, OU=b"}};
    CHECK_SPELLINGS(UTF8(OID_COMMON_NAME, " \"#+,;<=>\\/ "), special);
    CHECK_SPELLINGS(UTF8(OID_COMMON_NAME, "zo\xc3\xa9"), accents);
    CHECK_SPELLINGS(UTF8(OID_COMMON_NAME, "a\nb"), controls);
    CHECK_SPELLINGS(UTF8(OID_COMMON_NAME, "#1"), hash);
    CHECK_SPELLINGS(UTF8(OID_COMMON_NAME, "http://x"), slashes);
    CHECK_SPELLINGS(UTF8(OID_COMMON_NAME, "a/OU=b"), types);
    CHECK_SPELLINGS(UTF8(OID_COMMON_NAME, "a, OU=b"), commas);
}

static void test_single(void) {
    static const struct spelling_case state[] = {{"RFC 4514", "ST=x"},
                                                 {".NET", "S=x"},
                                                 {"Java", "SP=x"},
                                                 {"OpenSSL", "/ST=x"},
                                                 {"long", "stateOrProvinceName=x"}};
    static const struct spelling_case email[] = {{".NET", "E=a@b"},
                                                 {"OpenSSL", "/emailAddress=a@b"},
                                                 {"GnuTLS", "EMAIL=a@b"},
                                                 {"by OID", "1.2.840.113549.1.9.1=a@b"}};
    static const struct spelling_case given[] = {
        {".NET", "G=x"}, {"OpenSSL", "/GN=x"}, {"LDAP", "givenName=x"}};
    static const struct spelling_case country[] = {
        {"OpenSSL", "/jurisdictionC=x"},
        {"long", "jurisdictionCountryName=x"},
        {"GnuTLS", "jurisdictionOfIncorporationCountryName=x"}};
    static const struct spelling_case other[] = {{"a type without a name", "1.2.3=x"},
                                                 {"the same", "/OID.1.2.3=x"}};
    static const struct spelling_case comma[] = {{"OpenSSL's comma", "/O=Ex, Ltd; x = y, z"}};
    static const struct spelling_case bits[] = {{"no string", "CN=#03020001"}};
    static const struct spelling_case inner[] = {{"blanks inside", "DC=  a  b  "},
                                                 {"blanks with slashes", "/DC=a  b"}};
    CHECK_SPELLINGS(UTF8(STATE, "x"), state);
    CHECK_SPELLINGS(UTF8(OID_EMAIL_ADDRESS, "a@b"), email);
    CHECK_SPELLINGS(UTF8(TEXT("\x55\x04\x2a"), "x"), given);
    CHECK_SPELLINGS(UTF8(TEXT("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03"), "x"), country);
    CHECK_SPELLINGS(UTF8(TEXT("\x2a\x03"), "x"), other);
    CHECK_SPELLINGS(UTF8(OID_ORGANIZATION, "Ex, Ltd; x = y, z"), comma);
    CHECK_SPELLINGS(support_rdn(OID_COMMON_NAME, DER_BIT_STRING, TEXT("\0\x01")), bits);
    CHECK_SPELLINGS(UTF8(DOMAIN_COMPONENT, "a  b"), inner);
}

struct problem_case {
    const char *text, *problem;
};

#define HINT_START ": a name looks like CN=client,O=company or /O=company/CN=client"
#define HINT_COMMA ": a comma in a value is written '\\,', or the value stands in double quotes"
#define HINT_PLUS ": a plus sign in a value is written '\\+'"
#define HINT_SLASH ": a slash in a value is written '\\/'"
#define HINT_BACKSLASH ": a backslash in a value is written '\\\\'"
#define HINT_DER                                                                                   \
    "the value of CN begins with '#' but is not the DER of one value in hexadecimal: a '#' in "    \
    "front of a text is written '\\#'"
#define CONTROL(byte)                                                                              \
    "byte " #byte " of the name is a control character: such are written \\0A, or \\x0A in a "     \
    "name that begins with '/'"

static const struct problem_case problems[] = {
    {"", "the name is empty"},
    {"   ", "the name is empty"},
    {"a\xff", "byte 2 of the name is no valid UTF-8"},
    {"CN=a\tb", CONTROL(5)},
    {"CN=\xc3\xa9\xc2\x85", CONTROL(6)},
    {"client", "'client' has no '='" HINT_START},
    {"=x", "the name does not begin with an attribute" HINT_START},
    {",CN=x", "the name does not begin with an attribute" HINT_START},
    {"/", "there is no attribute behind '/'" HINT_START},
    {"//CN=x", "there is no attribute behind '/'" HINT_START},
    {"/client", "'client' has no '='" HINT_START},
    {"subject=CN = x", "'subject' is no known attribute type; its OID would do" HINT_START},
    {"1.2.03=x", "'1.2.03' is no known attribute type; its OID would do" HINT_START},
    {"CN=a,O=Ex, Ltd", "'Ltd' has no '='" HINT_COMMA " (read so far: CN=a,O=Ex)"},
    {"CN=a,", "there is no attribute behind ','" HINT_COMMA " (read so far: CN=a)"},
    {"CN=a,,O=b", "there is no attribute behind ','" HINT_COMMA " (read so far: CN=a)"},
    {"CN=a,FOO=b",
     "'FOO' is no known attribute type; its OID would do" HINT_COMMA " (read so far: CN=a)"},
    {"O=x,CN=a+b", "'b' has no '='" HINT_PLUS " (read so far: O=x,CN=a)"},
    {"CN=a+", "there is no attribute behind '+'" HINT_PLUS " (read so far: CN=a)"},
    {"/O=x/CN=a+b", "'b' has no '='" HINT_PLUS " (read so far: /O=x/CN=a)"},
    {"/CN=a+b=c",
     "'b' is no known attribute type; its OID would do" HINT_PLUS " (read so far: /CN=a)"},
    {"/O=AC/DC/CN=x", "'DC' has no '='" HINT_SLASH " (read so far: /O=AC)"},
    {"/O=AC/foo=1/CN=x",
     "'foo' is no known attribute type; its OID would do" HINT_SLASH " (read so far: /O=AC)"},
    {"/O=company/", "there is no attribute behind '/'" HINT_SLASH " (read so far: /O=company)"},
    {"/O=company, CN=client",
     "the value of O was read as 'company, CN=client', which holds ', CN=': write '\\,' if that is "
     "meant, else '/' between the parts"},
    {"/C=DE/O=company;2.5.4.3 =client",
     "the value of O was read as 'company;2.5.4.3 =client', which holds ';2.5.4.3 =': write '\\;' "
     "if that is meant, else '/' between the parts (read so far: /C=DE)"},
    {"O=x,CN=a/OU=b",
     "the value of CN was read as 'a/OU=b', which holds '/OU=': write '\\/' if that is meant, else "
     "',' between the parts, or a '/' in front of the whole name too (read so far: O=x)"},
    {"CN=a;O=b", "';' separates parts for some programs and is text for others: write ',' between "
                 "parts and '\\;' in a value (read so far: CN=a)"},
    {"CN=\"a\" ; O=b",
     "';' separates parts for some programs and is text for others: write ',' between parts and "
     "'\\;' in a value (read so far: CN=a)"},
    {"CN=", "CN has no value"},
    {"CN=a,OU= ,O=x", "OU has no value (read so far: CN=a)"},
    {"CN=\"\"", "CN has no value"},
    {"/O=/CN=x", "O has no value"},
    {"CN=DOMAIN\\user", "'\\u' is no escape here" HINT_BACKSLASH},
    {"CN=a\\xC3\\xA9", "'\\x' is no escape here" HINT_BACKSLASH},
    {"CN=\"a\\\xc3\xa9\"", "'\\\xc3\xa9' is no escape here" HINT_BACKSLASH},
    {"/CN=DOMAIN\\admin", "'\\a' is no escape here" HINT_BACKSLASH},
    {"/CN=a\\x41", "'\\x41' is no escape here" HINT_BACKSLASH},
    {"/CN=a\\x4", "'\\x' is no escape here" HINT_BACKSLASH},
    {"O=x,CN=a\\", "the backslash at the end escapes nothing" HINT_BACKSLASH " (read so far: O=x)"},
    {"CN=DOMAIN\\admin", "the escapes in the value of CN make no valid UTF-8"},
    {"/CN=\\xFF", "the escapes in the value of CN make no valid UTF-8"},
    {"CN=a\\00b", "the value of CN has a NUL, which no value may have"},
    {"CN=\"\\00\"", "the value of CN has a NUL, which no value may have"},
    {"/O=x/CN=\\x00", "the value of CN has a NUL, which no value may have (read so far: /O=x)"},
    {"CN=#1", HINT_DER},
    {"CN=#", HINT_DER},
    {"CN=#0c0261", HINT_DER},
    {"CN=#0c016100", HINT_DER},
    {"CN=#0c0161 x", HINT_DER},
    {"/CN=#0c0161 ", HINT_DER},
    {"/CN=#1", HINT_DER},
    {"CN=\"a", "the double quotes of the value of CN are not closed"},
    {"CN=\"", "the double quotes of the value of CN are not closed"},
    {"CN=\"a\"b", "text follows the closing double quote of the value of CN: a double quote inside "
                  "is written '\"\"'"},
    {"CN=a\"b", "\" in the value of CN is written '\\\"', or the whole value stands in double "
                "quotes"},
    {"CN=<a>", "< in the value of CN is written '\\<', or the whole value stands in double quotes"},
};

static void test_problems(void) {
    for (size_t i = 0; i < CZ_COUNT(problems); i++) {
        const char *wanted = support_text("(%s)", problems[i].problem);
        tap_is((const char *)read_name(problems[i].text, true).data, wanted, problems[i].text);
        tap_ok(strcmp((const char *)read_name(problems[i].text, false).data, wanted) == 0,
               "nor in any order: %s", problems[i].text);
    }
}

static const struct problem_case order_problems[] = {
    {"C = DE, O = company, CN = client",
     "the order is ambiguous: RFC 4514 reads /CN=client/O=company/C=DE, but OpenSSL writes the "
     "same for /C=DE/O=company/CN=client: write '/CN=client/O=company/C=DE' for the first; "
     "'CN=client,O=company,C=DE' or '/C=DE/O=company/CN=client' for the second; or compare with "
     "\"any-order\""},
    {"O=Ex\\, CN=x/y,CN=zo\xc3\xa9",
     "the order is ambiguous: RFC 4514 reads /CN=zo\xc3\xa9/O=Ex\\, CN=x\\/y, but OpenSSL writes "
     "the same for /O=Ex\\, CN=x\\/y/CN=zo\xc3\xa9: write '/CN=zo\xc3\xa9/O=Ex\\, CN=x\\/y' for "
     "the first; 'CN=zo\xc3\xa9,O=Ex\\, CN=x/y' or '/O=Ex\\, CN=x\\/y/CN=zo\xc3\xa9' for the "
     "second; or compare with \"any-order\""},
};

static void test_order(void) {
    static const char *const ambiguous[] = {
        "C=DE,CN=x",    "O=x,UID=y",     "DC=example,emailAddress=y",   "ST=x,serialNumber=y",
        "L=x,C=DE,E=y", "OU=x,O=y+CN=z", "businessCategory=x,C=DE,CN=y"};
    static const char *const clear[] = {
        "CN=x,C=DE", "CN=x", "O=x",          "O=x,C=DE",       "C=DE,O=x",      "CN=x,E=y",
        "E=y,CN=x",  "O=x",  "O=x+CN=y,E=z", "/C=DE/O=x/CN=y", "/CN=y/O=x/C=DE"};
    for (size_t i = 0; i < CZ_COUNT(order_problems); i++)
        tap_is((const char *)read_name(order_problems[i].text, true).data,
               support_text("(%s)", order_problems[i].problem), order_problems[i].text);
    for (size_t i = 0; i < CZ_COUNT(ambiguous); i++) {
        struct bytes got = read_name(ambiguous[i], true);
        tap_ok(strncmp((const char *)got.data, "(the order is ambiguous: ", 25) == 0,
               "ambiguous: %s", ambiguous[i]);
        tap_ok(cz_name_valid(read_name(ambiguous[i], false)), "but not in any order");
    }
    for (size_t i = 0; i < CZ_COUNT(clear); i++)
        tap_ok(cz_name_valid(read_name(clear[i], true)), "not ambiguous: %s", clear[i]);
    tap_ok(cz_bytes_equal(read_name("C=DE,CN=x", false), read_name("/CN=x/C=DE", true)),
           "in any order the last part is still the first of the encoding");
}

/* `count` times the text, with the separator between. */
static const char *repeated(const char *text, char separator, size_t count) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            cz_buffer_putc(&out, separator);
        cz_buffer_puts(&out, text);
    }
    return (const char *)support_keep(out.data, out.len).data;
}

static bool is_problem(const char *text, const char *problem) {
    struct bytes got = read_name(text, true);
    return strncmp((const char *)got.data + 1, problem, strlen(problem)) == 0;
}

static void test_limits(void) {
    struct bytes full = read_name(repeated("CN=x", ',', 128), true);
    tap_ok(cz_name_valid(full), "128 parts");
    tap_ok(is_problem(repeated("CN=x", ',', 129), "the name has more than 128 parts"), "not 129");
    tap_ok(cz_name_valid(read_name(repeated("CN=x", '+', 16), true)), "16 attributes in a part");
    tap_ok(is_problem(repeated("CN=x", '+', 17), "more than 16 attributes are joined by '+'"),
           "not 17");
    struct bytes fill = support_fill('x', 16384);
    const char *value = (const char *)fill.data;
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_buffer_puts(&text, "CN=");
    cz_buffer_puts(&text, value + 3);
    tap_ok(cz_bytes_equal(read_name(cz_buffer_text(&text), true),
                          support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, cz_bytes_of(value + 3))),
           "16384 bytes");
    cz_buffer_putc(&text, 'x');
    tap_ok(is_problem(cz_buffer_text(&text), "the name is longer than 16384 bytes"), "not 16385");
    struct bytes medium = support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, cz_bytes_of(value + 16184));
    tap_ok(cz_bytes_equal(read_name(support_text("CN=%s", value + 16184), true), medium),
           "200 bytes, whose length has two bytes");
}

static const struct {
    const char *text, *result;
} attributes[] = {
    {"OU=production", "2.5.4.11:production"},
    {" ou = a  b ", "2.5.4.11:a  b"},
    {"/OU=a b", "2.5.4.11:a b"},
    {"1.2.3=\"a, b\"", "1.2.3:a, b"},
    {"CN=#13026162", "2.5.4.3:ab"},
    {"CN=#1e0400610062", "2.5.4.3:ab"},
    {"CN=#03020001", "(the value of CN is no string, which only a whole name may have (read so "
                     "far: CN=#03020001))"},
    {"O=Ex, Ltd", "(one attribute is wanted, but ',' ends it" HINT_COMMA " (read so far: O=Ex))"},
    {"CN=a+OU=b", "(one attribute is wanted, but '+' ends it" HINT_PLUS " (read so far: CN=a))"},
    {"CN=a;b", "(one attribute is wanted, but ';' ends it: a semicolon in a value is written '\\;' "
               "(read so far: CN=a))"},
    {"/CN=a/b", "(one attribute is wanted, but '/' ends it" HINT_SLASH " (read so far: /CN=a))"},
    {"CN", "('CN' has no '='" HINT_START ")"},
    {"CN=", "(CN has no value)"},
    {"", "(the name is empty)"},
    {"foo=x", "('foo' is no known attribute type; its OID would do" HINT_START ")"},
};

static void test_attributes(void) {
    for (size_t i = 0; i < CZ_COUNT(attributes); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer oid = {0};
        CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
        if (cz_name_attribute_parse(attributes[i].text, &oid, &value, &problem)) {
            cz_oid_append(&out, cz_buffer_view(&oid));
            cz_buffer_printf(&out, ":%s", cz_buffer_text(&value));
        } else {
            cz_buffer_printf(&out, "(%s)", cz_buffer_text(&problem));
        }
        tap_is(cz_buffer_text(&out), attributes[i].result, attributes[i].text);
        tap_ok((oid.len > 0) == (problem.len == 0) && (value.len > 0) == (problem.len == 0),
               "and nothing is left where it is refused");
    }
}

static bool parse_attribute(const char *text, bool order_matters, struct buffer *rdns,
                            struct buffer *problem) {
    CZ_CLEANUP(cz_buffer_release) struct buffer oid = {0};
    (void)order_matters;
    return cz_name_attribute_parse(text, &oid, rdns, problem);
}

/* Without memory it fails and says nothing untrue; with it, all is as ever. */
static void check_faults(const char *text, __typeof__(cz_name_parse) *parse) {
    CZ_CLEANUP(cz_buffer_release) struct buffer sound = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer sound_problem = {0};
    bool sound_result = parse(text, true, &sound, &sound_problem);
    for (int keep = 0; keep < 2; keep++) {
        long reached = 0;
        bool safe = true, failed = true;
        for (; failed && reached < 1000; reached++) {
            CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
            CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
            faults_begin(reached, keep);
            bool result = parse(text, true, &out, &problem);
            failed = faults_end();
            const char *said = cz_buffer_text(&problem);
            safe &= result ? sound_result &&
                                 cz_bytes_equal(cz_buffer_view(&out), cz_buffer_view(&sound))
                           : out.len == 0 && (*said == '\0' || strcmp(said, "out of memory") == 0 ||
                                              strcmp(said, cz_buffer_text(&sound_problem)) == 0);
            safe &= failed || result == sound_result;
        }
        tap_ok(safe && reached > 3 && reached < 1000, "safe at each of %ld allocations%s: %.40s",
               reached - 1, keep ? " and all that follow" : "", text);
    }
}

static void test_faults(void) {
    const char *many = repeated("CN=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", '+', 16);
    check_faults("CN=client,OU=a+OU=b,O=company", cz_name_parse);
    check_faults("/O=company/CN=client", cz_name_parse);
    check_faults("O=company,CN=client", cz_name_parse);
    check_faults("CN=a,O=Ex, Ltd", cz_name_parse);
    check_faults("CN=a/OU=b", cz_name_parse);
    check_faults("CN=#1e0400610062", cz_name_parse);
    check_faults("CN=\\FF", cz_name_parse);
    check_faults(many, cz_name_parse);
    check_faults("OU=production", parse_attribute);
    check_faults("CN=#1e0400610062", parse_attribute);
    check_faults("CN=#03020001", parse_attribute);
}

int main(void) {
    test_forms();
    test_sets();
    test_escapes();
    test_single();
    test_problems();
    test_order();
    test_limits();
    test_attributes();
    test_faults();
    return tap_done();
}
