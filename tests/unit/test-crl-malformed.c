/* Malformed CRLs: each is refused whole, with its reason. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "revocation/crl.h"

#define LIST(...) (&(struct forge_list){.issuer = "ca", __VA_ARGS__})

static struct bytes invalidity_date(const char *text, uint8_t tag) {
    return support_extension(OID_INVALIDITY_DATE, false, DER(tag, cz_bytes_of(text)));
}

struct bad_case {
    const char *name;
    struct forge_list list;
    const char *detail;
};

static void check_bad(const struct bad_case *c) {
    struct forge_list list = c->list;
    struct crl crl;
    const char *detail = "";
    list.issuer = "ca";
    tap_ok(cz_crl_parse(forge_crl(&list), &crl, &detail) == CRL_MALFORMED, "%s is refused",
           c->name);
    tap_is(detail, c->detail, "with its detail");
    tap_ok(crl.der.data == NULL && crl.canonical.data == NULL, "and nothing is left of it");
}

static void test_bad_headers(void) {
    struct bytes ecdsa = DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2a\x86\x48\xce\x3d\x04\x03\x02")));
    const char *version = "the version is neither 1 nor 2";
    const char *algorithm = "the signature algorithm is malformed";
    const char *issuer = "the issuer's name is empty or malformed";
    const char *dates = "thisUpdate or nextUpdate is malformed (RFC 5280 5.1.2.4)";
    const char *differ = "the two signature algorithms differ (RFC 5280 5.1.1.2)";
    const char *signature = "the signature is malformed";
#define DATE(tag, text)                                                                            \
    {                                                                                              \
        .parts = { [LIST_THIS_UPDATE] = DER(tag, TEXT(text)) }                                     \
    }
    const struct bad_case cases[] = {
        {"version 3", {.parts = {[LIST_VERSION] = DER(DER_INTEGER, TEXT("\x02"))}}, version},
        {"version 1 written out",
         {.parts = {[LIST_VERSION] = DER(DER_INTEGER, TEXT("\0"))}},
         version},
        {"a version of no octets",
         {.parts = {[LIST_VERSION] = DER(DER_INTEGER, TEXT(""))}},
         version},
        {"no algorithm", {.parts = {[LIST_ALGORITHM] = DER(DER_SET, ecdsa)}}, algorithm},
        {"another algorithm outside",
         {.parts = {[LIST_OUTER_ALGORITHM] = DER(DER_SEQUENCE, DER(DER_OID, OID_ED25519))}},
         differ},
        {"no algorithm outside", {.parts = {[LIST_OUTER_ALGORITHM] = TEXT("")}}, differ},
        {"an empty issuer", {.parts = {[LIST_ISSUER] = DER(DER_SEQUENCE, TEXT(""))}}, issuer},
        {"a malformed issuer",
         {.parts = {[LIST_ISSUER] = DER(DER_SEQUENCE, DER(DER_SET, TEXT("x")))}},
         issuer},
        {"no thisUpdate", {.parts = {[LIST_THIS_UPDATE] = ecdsa}}, dates},
        {"a thirteenth month", DATE(DER_UTC_TIME, "291301000000Z"), dates},
        {"a UTCTime without seconds", DATE(DER_UTC_TIME, "2912010000Z"), dates},
        {"a UTCTime with an offset", DATE(DER_UTC_TIME, "291201000000+0100"), dates},
        {"a GeneralizedTime with a fraction", DATE(DER_GENERALIZED_TIME, "20291201000000.5Z"),
         dates},
        {"a GeneralizedTime without Z", DATE(DER_GENERALIZED_TIME, "20291201000000"), dates},
        {"a bad nextUpdate",
         {.parts = {[LIST_NEXT_UPDATE] = DER(DER_GENERALIZED_TIME, TEXT("2029"))}},
         dates},
        {"a signature of no octets",
         {.parts = {[LIST_SIGNATURE] = DER(DER_BIT_STRING, TEXT("\0"))}},
         signature},
        {"a signature with unused bits",
         {.parts = {[LIST_SIGNATURE] = DER(DER_BIT_STRING, TEXT("\x01xxxx"))}},
         signature},
        {"no signature", {.parts = {[LIST_SIGNATURE] = TEXT("")}}, signature},
        {"something behind the signature",
         {.parts = {[LIST_INSIDE_TRAILING] = TEXT("\x05\x00")}},
         signature},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        check_bad(&cases[i]);
}

static void test_bad_extensions(void) {
    struct bytes number = support_extension(OID_CRL_NUMBER, false, DER(DER_INTEGER, TEXT("\x01")));
    struct bytes long_number =
        support_extension(OID_CRL_NUMBER, false, DER(DER_INTEGER, support_fill(1, 21)));
    struct bytes negative =
        support_extension(OID_CRL_NUMBER, false, DER(DER_INTEGER, TEXT("\xff")));
    struct bytes base =
        support_extension(OID_DELTA_CRL_INDICATOR, true, DER(DER_INTEGER, TEXT("\0\x01")));
    struct bytes key = support_extension(OID_AUTHORITY_KEY_IDENTIFIER, false, TEXT("\x05\x00"));
    struct bytes freshest = support_extension(OID_FRESHEST_CRL, false, DER(DER_SEQUENCE, TEXT("")));
    struct bytes fresh_point = support_extension(
        OID_FRESHEST_CRL, false,
        DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_CONTEXT(1), TEXT("\x01\x06")))));
    struct bytes sequence = DER(DER_SEQUENCE, number);
    struct bytes many = TEXT("");
    for (uint8_t i = 0; i < 65; i++)
        many = JOIN(many, support_extension(JOIN(TEXT("\x2a\x03"), {.data = &i, .len = 1}), false,
                                            TEXT("x")));
    const char *list = "the extensions are malformed, or of a CRL of version 1";
    const char *numbers = "the CRL number is negative, longer than 20 octets or malformed";
    const char *freshest_detail = "the freshest CRL's distribution point is malformed";
#define MORE(...)                                                                                  \
    {                                                                                              \
        .number = -1, .more = (const struct bytes[]) {                                             \
            __VA_ARGS__, {                                                                         \
                0                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }
#define RAW(...)                                                                                   \
    {                                                                                              \
        .parts = { [LIST_EXTENSIONS] = __VA_ARGS__ }                                               \
    }
    const struct bad_case cases[] = {
        {"an extension in version 1", {.parts = {[LIST_VERSION] = TEXT("")}}, list},
        {"extensions without their tag", RAW(DER(DER_CONTEXT(1), sequence)), list},
        {"an empty list of extensions",
         RAW(DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_SEQUENCE, TEXT("")))), list},
        {"something behind the extensions",
         RAW(JOIN(DER(DER_CONTEXT_CONSTRUCTED(0), sequence), TEXT("\x05\x00"))), list},
        {"something behind their SEQUENCE",
         RAW(DER(DER_CONTEXT_CONSTRUCTED(0), sequence, TEXT("\x05\x00"))), list},
        {"a malformed extension", MORE(DER(DER_SEQUENCE, TEXT("x"))), "an extension is malformed"},
        {"a number twice", MORE(number, number), "an extension is there twice (RFC 5280 4.2)"},
        {"65 extensions", MORE(many), "more than 64 extensions"},
        {"a number of 21 octets", MORE(long_number), numbers},
        {"a negative number", MORE(negative), numbers},
        {"a base that is not minimal", MORE(base), "the delta CRL indicator is malformed"},
        {"no authority key identifier in its extension", MORE(key),
         "the authority key identifier is malformed"},
        {"a freshest CRL nowhere", MORE(freshest), freshest_detail},
        {"a freshest CRL with reasons alone", MORE(fresh_point), freshest_detail},
        {"an issuing distribution point of something else",
         {.point = DER(DER_CONTEXT(7), TEXT("\xff"))},
         "the issuing distribution point is malformed"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        check_bad(&cases[i]);
}

static struct bytes entry(struct bytes serial, struct bytes date, struct bytes extensions) {
    return DER(DER_SEQUENCE, DER(DER_INTEGER, serial), date, extensions);
}

static void test_bad_entries(void) {
    struct bytes none = TEXT(""), date = forge_time(NOW), one = TEXT("\x01");
    struct bytes reason =
        support_extension(OID_REASON_CODE, false, DER(DER_ENUMERATED, TEXT("\x01")));
    struct bytes dns = DER(DER_CONTEXT(2), TEXT("x"));
    struct bytes directory = DER(DER_CONTEXT_CONSTRUCTED(4), support_name("x"));
    struct bytes many = TEXT("");
    for (uint8_t i = 0; i < 17; i++)
        many = JOIN(many, support_extension(JOIN(TEXT("\x2a\x03"), {.data = &i, .len = 1}), false,
                                            TEXT("x")));
#define EXTENSIONS(...) entry(one, date, DER(DER_SEQUENCE, __VA_ARGS__))
#define ISSUER(...)                                                                                \
    EXTENSIONS(support_extension(OID_CERTIFICATE_ISSUER, true, DER(DER_SEQUENCE, __VA_ARGS__)))
    const struct {
        const char *name;
        struct bytes entry;
    } cases[] = {
        {"an entry that is no SEQUENCE", DER(DER_SET, one)},
        {"a serial of no octets", entry(none, date, none)},
        {"a serial that is not minimal", entry(TEXT("\0\x01"), date, none)},
        {"a negative serial that is not minimal", entry(TEXT("\xff\x80"), date, none)},
        {"no date", DER(DER_SEQUENCE, DER(DER_INTEGER, one))},
        {"a bad date", entry(one, DER(DER_UTC_TIME, TEXT("x")), none)},
        {"something behind the date", entry(one, date, TEXT("\x05\x00"))},
        {"no extensions in their SEQUENCE", EXTENSIONS(none)},
        {"something behind the extensions", entry(one, date, JOIN(DER(DER_SEQUENCE, reason), one))},
        {"a malformed extension", EXTENSIONS(TEXT("\x05\x00"))},
        {"a reason twice", EXTENSIONS(reason, reason)},
        {"17 extensions", EXTENSIONS(many)},
        {"a reason as INTEGER",
         EXTENSIONS(support_extension(OID_REASON_CODE, false, DER(DER_INTEGER, one)))},
        {"a negative reason",
         EXTENSIONS(support_extension(OID_REASON_CODE, false, DER(DER_ENUMERATED, TEXT("\xff"))))},
        {"something behind the reason",
         EXTENSIONS(support_extension(OID_REASON_CODE, false,
                                      JOIN(DER(DER_ENUMERATED, one), TEXT("\x05\x00"))))},
        {"a hold instruction that is no OID",
         EXTENSIONS(support_extension(OID_HOLD_INSTRUCTION, false, TEXT("\x05\x00")))},
        {"a date of invalidity as UTCTime",
         EXTENSIONS(invalidity_date("290101000000Z", DER_UTC_TIME))},
        {"a date of invalidity with a fraction",
         EXTENSIONS(invalidity_date("20290101000000.1Z", DER_GENERALIZED_TIME))},
        {"an issuer without a directoryName", ISSUER(dns)},
        {"an issuer with two", ISSUER(directory, directory)},
        {"an issuer with an empty one",
         ISSUER(DER(DER_CONTEXT_CONSTRUCTED(4), support_name(NULL)))},
        {"an issuer of no names", ISSUER(none)},
        {"an issuer with a malformed name", ISSUER(directory, DER(DER_CONTEXT(12), one))},
        {"an issuer that is no SEQUENCE",
         EXTENSIONS(support_extension(OID_CERTIFICATE_ISSUER, true, directory))},
        {"a length that is cut off", TEXT("\x30\x82\x01")},
        {"a length beyond the list", TEXT("\x30\x84\xff\xff\xff\xff")},
        {"an indefinite length", TEXT("\x30\x80\x00\x00")},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        const struct forge_entry entries[] = {
            ENTRY(TEXT("\x07")), {.whole = &cases[i].entry}, LAST_ENTRY};
        check_bad(&(struct bad_case){cases[i].name, {.entries = entries}, "an entry is malformed"});
    }
    struct bytes good = EXTENSIONS(reason);
    const struct forge_entry entries[] = {{.whole = &good}, LAST_ENTRY};
    check_bad(
        &(struct bad_case){"an entry of version 1 with extensions",
                           {.number = -1, .entries = entries, .parts = {[LIST_VERSION] = none}},
                           "an entry is malformed"});
}

/* Cut off anywhere, or with something behind it. */
static void test_cut(void) {
    const struct forge_entry entries[] = {ENTRY(TEXT("\x07"), .reason = REASON(1)),
                                          ENTRY(TEXT("\x08"), .issuer = "x"), LAST_ENTRY};
    struct bytes der = forge_crl(LIST(.entries = entries, .authority_key = "k"));
    struct crl crl;
    const char *detail;
    size_t taken = 0;
    for (size_t len = 0; len < der.len; len++)
        taken += cz_crl_parse(support_keep(der.data, len), &crl, &detail) != CRL_MALFORMED;
    tap_is_int((long long)taken, 0, "no list that is cut off is taken");
    detail = "";
    tap_ok(cz_crl_parse(JOIN(der, TEXT("\0")), &crl, &detail) == CRL_MALFORMED,
           "nor one with a byte behind it");
    tap_is(detail, "not one DER CRL and nothing else", "with its detail");
    struct bytes inner = DER(DER_SEQUENCE, DER(DER_SET, TEXT("")));
    tap_ok(cz_crl_parse(inner, &crl, &detail) == CRL_MALFORMED, "nor one without content");
    tap_is(detail, "the CRL's content is malformed", "with its detail");
    struct bytes list =
        forge_crl(LIST(.parts = {[LIST_ENTRIES] = TEXT("\x30\x84\x7f\xff\xff\xff")}));
    tap_ok(cz_crl_parse(list, &crl, &detail) == CRL_MALFORMED, "nor one whose entries overflow");
    tap_is(detail, "the list of entries is malformed or cut off", "with its detail");
    const struct bytes huge = {.data = der.data, .len = (size_t)CZ_CRL_SIZE_MAX + 1};
    tap_ok(cz_crl_parse(huge, &crl, &detail) == CRL_MALFORMED, "nor one that is too large");
    tap_is(detail, "it is larger than 1 GiB", "which is told before a byte is read");
}

int main(void) {
    test_bad_headers();
    test_bad_extensions();
    test_bad_entries();
    test_cut();
    return tap_done();
}
