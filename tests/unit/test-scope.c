/* Which CRL speaks of which certificate (RFC 5280 5.2.5 and 6.3.3). */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/cleanup.h"
#include "revocation/scope.h"

/* --- names of distribution points --- */

static struct bytes uri(const char *text) {
    return DER(DER_CONTEXT(6), cz_bytes_of(text));
}

static struct bytes directory(const char *common_name) {
    return DER(DER_CONTEXT_CONSTRUCTED(4), support_name(common_name));
}

/* DistributionPointName */
static struct bytes full(struct bytes names) {
    return DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_CONTEXT_CONSTRUCTED(0), names));
}

static struct bytes relative(const char *unit) {
    return DER(
        DER_CONTEXT_CONSTRUCTED(0),
        DER(DER_CONTEXT_CONSTRUCTED(1), DER(DER_SEQUENCE, DER(DER_OID, OID_ORGANIZATIONAL_UNIT),
                                            DER(DER_UTF8_STRING, cz_bytes_of(unit)))));
}

/* The directoryName "CN=issuer, OU=unit" in the order of the encoding. */
static struct bytes below(const char *issuer, const char *unit) {
    return DER(DER_CONTEXT_CONSTRUCTED(4),
               DER(DER_SEQUENCE,
                   support_rdn(OID_COMMON_NAME, DER_PRINTABLE_STRING, cz_bytes_of(issuer)),
                   support_rdn(OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, cz_bytes_of(unit))));
}

/* --- one CRL and one certificate --- */

#define USER TEXT("\x81\x01\xff")
#define AUTHORITY TEXT("\x82\x01\xff")
#define ATTRIBUTE TEXT("\x85\x01\xff")
#define INDIRECT TEXT("\x84\x01\xff")
/* keyCompromise and cACompromise; affiliationChanged; all but these three */
#define SOME TEXT("\x83\x02\x05\x60")
#define ONE TEXT("\x83\x02\x04\x10")
#define MOST TEXT("\x83\x03\x07\x0f\x80")
#define OF_POINT(reasons) DER(DER_CONTEXT(1), reasons)
#define POINT(...) DER(DER_SEQUENCE, __VA_ARGS__)

struct scope_case {
    const char *name;
    struct bytes crl;    /* the content of issuingDistributionPoint; data NULL: none */
    struct bytes points; /* of the certificate, in a row; data NULL: no extension */
    unsigned reasons;    /* 0: outside */
    bool is_ca;
    const char *list_issuer; /* NULL: the certificate's */
};

#define CASE(text, of_crl, of_certificate, mask, ...)                                              \
    { .name = text, .crl = of_crl, .points = of_certificate, .reasons = mask, __VA_ARGS__ }
#define NONE ((struct bytes){0})

static unsigned judge(const struct scope_case *c) {
    const char *detail = "";
    struct crl crl;
    const struct bytes more[] = {
        support_extension(OID_CRL_DISTRIBUTION_POINTS, false, DER(DER_SEQUENCE, c->points)), {0}};
    const struct forge forge = {.subject = "c",
                                .issuer = "ca",
                                .ca = c->is_ca,
                                .more = c->points.data != NULL ? more : NULL};
    const struct forge_list list = {.issuer = c->list_issuer != NULL ? c->list_issuer : "ca",
                                    .point = c->crl};
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = forge_certificate(&forge);
    if (cz_crl_parse(forge_crl(&list), &crl, &detail) != CRL_OK)
        support_die("%s: %s", c->name, detail);
    unsigned reasons;
    enum scope_result result = cz_scope_check(&crl, certificate, &reasons);
    cz_crl_release(&crl);
    if (result == SCOPE_FAILED || (result == SCOPE_COVERED) != (reasons != 0))
        support_die("%s: a result that cannot be", c->name);
    return reasons;
}

static void check_all(const struct scope_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        unsigned reasons = judge(&cases[i]);
        if (!tap_ok(reasons == cases[i].reasons, "%s", cases[i].name))
            printf("#      got: 0x%x\n# expected: 0x%x\n", reasons, cases[i].reasons);
    }
}

static void test_kinds(void) {
    const struct scope_case cases[] = {
        {.name = "a list without limits", .reasons = CZ_REASONS_ALL},
        {.name = "of another issuer", .list_issuer = "cb"},
        {.name = "of the issuer written otherwise",
         .list_issuer = " CA ",
         .reasons = CZ_REASONS_ALL},
        {.name = "an empty issuing distribution point", .crl = TEXT(""), .reasons = CZ_REASONS_ALL},
        {.name = "user certificates only, and one", .crl = USER, .reasons = CZ_REASONS_ALL},
        {.name = "user certificates only, and a CA", .crl = USER, .is_ca = true},
        {.name = "CA certificates only, and one",
         .crl = AUTHORITY,
         .is_ca = true,
         .reasons = CZ_REASONS_ALL},
        {.name = "CA certificates only, and a user's", .crl = AUTHORITY},
        {.name = "both only, which is neither", .crl = JOIN(USER, AUTHORITY)},
        {.name = "both only, which is no CA either", .crl = JOIN(USER, AUTHORITY), .is_ca = true},
        {.name = "attribute certificates only", .crl = ATTRIBUTE},
        {.name = "some reasons", .crl = SOME, .reasons = 0x6},
        {.name = "the last reason too", .crl = MOST, .reasons = 0x1f0},
        {.name = "no reason at all", .crl = TEXT("\x83\x01\0")},
        {.name = "an indirect list of its own issuer", .crl = INDIRECT, .reasons = CZ_REASONS_ALL},
        {.name = "an indirect list of another", .crl = INDIRECT, .list_issuer = "cb"},
    };
    check_all(cases, CZ_COUNT(cases));
}

static void test_names(void) {
    struct bytes a = uri("http://a/"), b = uri("http://b/"), none = TEXT("");
    struct bytes many = none, seventeen = none;
    for (int i = 0; i < 17; i++) {
        many = JOIN(many, uri(support_text("http://x/%d", i)));
        seventeen = JOIN(seventeen, POINT(full(uri(support_text("http://x/%d", i)))));
    }
    struct bytes malformed = TEXT("\x30\x03\x02\x01\x00");
    struct bytes other = DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_OID, OID_UPN),
                             DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_UTF8_STRING, TEXT("x"))));
    const struct scope_case cases[] = {
        CASE("a name on both sides", full(a), POINT(full(a)), CZ_REASONS_ALL),
        CASE("one of several on both sides", full(JOIN(b, a)),
             POINT(full(JOIN(uri("ldap://x"), a))), CZ_REASONS_ALL),
        CASE("at the second of two points", full(a), JOIN(POINT(full(b)), POINT(full(a))),
             CZ_REASONS_ALL),
        CASE("another name", full(a), POINT(full(b)), 0),
        CASE("a URI is compared exactly", full(a), POINT(full(uri("http://A/"))), 0),
        CASE("the same text as another kind of name", full(a),
             POINT(full(DER(DER_CONTEXT(2), TEXT("http://a/")))), 0),
        CASE("an otherName", full(other), POINT(full(other)), CZ_REASONS_ALL),
        CASE("a name on the list alone", full(a), NONE, 0),
        CASE("a name on the certificate alone", NONE, POINT(full(a)), CZ_REASONS_ALL),
        CASE("the issuer's name on the list alone", full(directory("CA")), NONE, CZ_REASONS_ALL),
        CASE("a directoryName written otherwise", full(directory("D  d")),
             POINT(full(directory("d d"))), CZ_REASONS_ALL),
        CASE("a relative name on both sides", relative("u"), POINT(relative("U")), CZ_REASONS_ALL),
        CASE("another one", relative("u"), POINT(relative("v")), 0),
        CASE("relative on the list, full on the certificate", relative("u"),
             POINT(full(below("ca", "u"))), CZ_REASONS_ALL),
        CASE("full on the list, relative on the certificate", full(below("ca", "u")),
             POINT(relative("u")), CZ_REASONS_ALL),
        CASE("relative to another", full(below("cb", "u")), POINT(relative("u")), 0),
        CASE("a long relative name", relative((const char *)support_fill('u', 200).data),
             POINT(relative((const char *)support_fill('u', 200).data)), CZ_REASONS_ALL),
        CASE("a very long relative name", relative((const char *)support_fill('u', 300).data),
             POINT(relative((const char *)support_fill('u', 300).data)), CZ_REASONS_ALL),
        CASE("one too long to be anyone's", relative((const char *)support_fill('u', 0xffff).data),
             POINT(relative((const char *)support_fill('u', 0xffff).data)), 0),
        CASE("a relative name that is no RDN",
             DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_CONTEXT_CONSTRUCTED(1), TEXT("\x05\x00"))),
             POINT(DER(DER_CONTEXT_CONSTRUCTED(0),
                       DER(DER_CONTEXT_CONSTRUCTED(1), TEXT("\x05\x00")))),
             0),
        CASE("17 names on the certificate", full(a), POINT(full(JOIN(a, many))), 0),
        CASE("17 names on the list", full(JOIN(a, many)), POINT(full(a)), 0),
        CASE("17 points", NONE, seventeen, 0),
        CASE("no points in the extension", NONE, none, 0),
        CASE("a malformed point", NONE, malformed, 0),
        CASE("a good point and a malformed one", full(a), JOIN(POINT(full(a)), malformed), 0),
        CASE("a point of reasons alone", NONE, POINT(OF_POINT(TEXT("\x01\x06"))), 0),
        CASE("a point without anything", NONE, POINT(none), 0),
        CASE("a point with a malformed name", NONE, POINT(full(TEXT("\x05\x00"))), 0),
        CASE("a point with names of no kind", NONE, POINT(full(none)), 0),
        CASE("a point with a name of a third form", NONE,
             POINT(DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_CONTEXT_CONSTRUCTED(2), a))), 0),
        CASE("a point with two names", NONE,
             POINT(DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_CONTEXT_CONSTRUCTED(0), a),
                       DER(DER_CONTEXT_CONSTRUCTED(0), a))),
             0),
        CASE("a point with something behind", NONE, POINT(full(a), TEXT("\x05\x00")), 0),
        CASE("a point with a malformed cRLIssuer", NONE,
             POINT(DER(DER_CONTEXT_CONSTRUCTED(2), TEXT("\x05\x00"))), 0),
    };
    check_all(cases, CZ_COUNT(cases));
}

static void test_reasons(void) {
    struct bytes a = full(uri("http://a/")), b = full(uri("http://b/"));
    struct bytes both =
        JOIN(POINT(a, OF_POINT(TEXT("\x05\x60"))), POINT(a, OF_POINT(TEXT("\x04\x10"))));
    const struct scope_case cases[] = {
        CASE("reasons of the point", a, POINT(a, OF_POINT(TEXT("\x05\x60"))), 0x6),
        CASE("of the point and the list", JOIN(a, SOME), POINT(a, OF_POINT(TEXT("\x04\x30"))), 0x4),
        CASE("of neither together", JOIN(a, SOME), POINT(a, OF_POINT(TEXT("\x04\x10"))), 0),
        CASE("of two points together", a, both, 0xe),
        CASE("of the point that is meant", a,
             JOIN(POINT(a, OF_POINT(TEXT("\x04\x10"))), POINT(b, OF_POINT(TEXT("\x05\x60")))), 0x8),
        CASE("a list for all of the issuer's, beside a point's reasons", NONE,
             POINT(a, OF_POINT(TEXT("\x05\x60"))), CZ_REASONS_ALL),
        CASE("reasons with bits set that do not count", a, POINT(a, OF_POINT(TEXT("\x05\x61"))), 0),
        CASE("reasons of no octets", a, POINT(a, OF_POINT(TEXT(""))), 0),
        CASE("nine unused bits", a, POINT(a, OF_POINT(TEXT("\x09\x60"))), 0),
        CASE("unused bits of no octet", a, POINT(a, OF_POINT(TEXT("\x05"))), 0),
        CASE("reasons of three octets", a, POINT(a, OF_POINT(TEXT("\x00\x60\x00\x00"))), 0),
    };
    check_all(cases, CZ_COUNT(cases));
}

static struct bytes issuer_is(struct bytes names) {
    return DER(DER_CONTEXT_CONSTRUCTED(2), names);
}

static void test_indirect(void) {
    struct bytes a = uri("http://a/");
    struct bytes point = POINT(issuer_is(directory("cb")));
    struct bytes named = POINT(full(a), issuer_is(directory("cb")));
    const struct scope_case cases[] = {
        CASE("the cRLIssuer's indirect list", INDIRECT, point, CZ_REASONS_ALL, .list_issuer = "CB"),
        CASE("which does not say that it is indirect", NONE, point, 0, .list_issuer = "cb"),
        CASE("another's indirect list", INDIRECT, point, 0, .list_issuer = "cc"),
        CASE("the issuer's own list all the same", NONE, point, CZ_REASONS_ALL),
        CASE("the cRLIssuer among others", INDIRECT,
             POINT(issuer_is(JOIN(a, directory("x"), directory("cb")))), CZ_REASONS_ALL,
             .list_issuer = "cb"),
        CASE("a cRLIssuer that is the issuer, and a list that is not indirect", full(a),
             POINT(full(a), issuer_is(directory("ca"))), 0),
        CASE("a cRLIssuer that is no directoryName", INDIRECT, POINT(issuer_is(a)), 0,
             .list_issuer = "cb"),
        CASE("with a name on both sides", JOIN(full(a), INDIRECT), named, CZ_REASONS_ALL,
             .list_issuer = "cb"),
        CASE("with another name", JOIN(full(uri("http://b/")), INDIRECT), named, 0,
             .list_issuer = "cb"),
        CASE("with no name on the certificate's side", JOIN(full(directory("cb")), INDIRECT), point,
             CZ_REASONS_ALL, .list_issuer = "cb"),
        CASE("which is not the list's", JOIN(full(a), INDIRECT), point, 0, .list_issuer = "cb"),
        CASE("a name relative to the cRLIssuer", JOIN(full(below("cb", "u")), INDIRECT),
             POINT(relative("u"), issuer_is(directory("cb"))), CZ_REASONS_ALL, .list_issuer = "cb"),
        CASE("and not to the certificate's issuer", JOIN(full(below("ca", "u")), INDIRECT),
             POINT(relative("u"), issuer_is(directory("cb"))), 0, .list_issuer = "cb"),
        CASE("user certificates only", JOIN(USER, INDIRECT), point, 0, .is_ca = true,
             .list_issuer = "cb"),
    };
    check_all(cases, CZ_COUNT(cases));
}

/* --- delta CRLs --- */

static void parse(const struct forge_list *list, struct crl *crl) {
    struct forge_list named = *list;
    const char *detail = "";
    if (named.issuer == NULL)
        named.issuer = "ca";
    if (cz_crl_parse(forge_crl(&named), crl, &detail) != CRL_OK)
        support_die("%s", detail);
}

static void test_deltas(void) {
    static const struct {
        const char *name;
        struct forge_list complete, delta;
        bool fits;
    } cases[] = {
        {"a delta CRL to this number", {.number = 5}, {.number = 6, .base = 5}, true},
        {"to a number before", {.number = 5}, {.number = 9, .base = 3}, true},
        {"to a number after", {.number = 5}, {.number = 9, .base = 6}, false},
        {"of this number", {.number = 5}, {.number = 5, .base = 5}, false},
        {"of a number before", {.number = 5}, {.number = 4, .base = 3}, false},
        {"of two octets", {.number = 255}, {.number = 256, .base = 255}, true},
        {"of another issuer", {.number = 5}, {.issuer = "cb", .number = 6, .base = 5}, false},
        {"without a number", {.number = 5}, {.number = -1, .base = 5}, false},
        {"to a list without one", {.number = -1}, {.number = 6, .base = 5}, false},
        {"a complete list", {.number = 5}, {.number = 6}, false},
        {"a delta CRL to a delta CRL", {.number = 5, .base = 3}, {.number = 6, .base = 5}, false},
        {"of the same scope",
         {.number = 5, .point = TEXT("\x81\x01\xff")},
         {.number = 6, .base = 5, .point = TEXT("\x81\x01\xff")},
         true},
        {"of another scope",
         {.number = 5, .point = TEXT("\x81\x01\xff")},
         {.number = 6, .base = 5, .point = TEXT("\x82\x01\xff")},
         false},
        {"of all where the list has a scope",
         {.number = 5, .point = TEXT("\x81\x01\xff")},
         {.number = 6, .base = 5},
         false},
        {"with a scope where the list has none",
         {.number = 5},
         {.number = 6, .base = 5, .point = TEXT("\x81\x01\xff")},
         false},
        {"of the same key",
         {.number = 5, .authority_key = "k"},
         {.number = 6, .base = 5, .authority_key = "k"},
         true},
        {"of another key",
         {.number = 5, .authority_key = "k"},
         {.number = 6, .base = 5, .authority_key = "l"},
         false},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct crl complete, delta;
        parse(&cases[i].complete, &complete);
        parse(&cases[i].delta, &delta);
        tap_ok(cz_scope_delta_fits(&complete, &delta) == cases[i].fits, "%s %s", cases[i].name,
               cases[i].fits ? "goes with it" : "does not");
        cz_crl_release(&complete);
        cz_crl_release(&delta);
    }
    struct crl delta;
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate =
        forge_certificate(&(struct forge){.subject = "c", .issuer = "ca"});
    unsigned reasons;
    parse(&(struct forge_list){.number = 6, .base = 5}, &delta);
    tap_ok(cz_scope_check(&delta, certificate, &reasons) == SCOPE_OUTSIDE && reasons == 0,
           "a delta CRL alone covers nothing");
    cz_crl_release(&delta);
}

/* --- what forbids to use a list --- */

static void test_objections(void) {
    const struct bytes unknown[] = {support_extension(TEXT("\x2a\x03\x04"), true, TEXT("x")), {0}};
    const struct forge_entry critical[] = {ENTRY(TEXT("\x01"), .more = unknown), LAST_ENTRY};
    const struct forge_entry named[] = {ENTRY(TEXT("\x01"), .issuer = "b"), LAST_ENTRY};
    struct bytes early = DER(DER_GENERALIZED_TIME, TEXT("20290101000000Z"));
    const char *dates = "a date before 2050 is written as GeneralizedTime (RFC 5280 5.1.2.4)";
    const struct {
        const char *name;
        struct forge_list list;
        const char *strict, *lenient;
    } cases[] = {
        {"a list", {.number = 1}, NULL, NULL},
        {"an unknown critical extension",
         {.more = unknown},
         "it holds a critical extension that is not processed (RFC 5280 5.2)",
         "it holds a critical extension that is not processed (RFC 5280 5.2)"},
        {"one of an entry",
         {.entries = critical},
         "an entry holds a critical extension that is not processed (RFC 5280 5.3)",
         "an entry holds a critical extension that is not processed (RFC 5280 5.3)"},
        {"an issuer in a list that is not indirect",
         {.entries = named},
         "an entry names its certificate's issuer, and the CRL does not say that it is indirect "
         "(RFC 5280 5.3.3)",
         "an entry names its certificate's issuer, and the CRL does not say that it is indirect "
         "(RFC 5280 5.3.3)"},
        {"an issuer in an indirect one", {.entries = named, .point = INDIRECT}, NULL, NULL},
        {"an early GeneralizedTime", {.parts = {[LIST_THIS_UPDATE] = early}}, dates, NULL},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct crl crl;
        parse(&cases[i].list, &crl);
        const char *strict = cz_scope_objection(&crl, false);
        const char *lenient = cz_scope_objection(&crl, true);
        tap_is(strict != NULL ? strict : "", cases[i].strict != NULL ? cases[i].strict : "",
               cases[i].name);
        tap_is(lenient != NULL ? lenient : "", cases[i].lenient != NULL ? cases[i].lenient : "",
               "and leniently");
        cz_crl_release(&crl);
    }
}

/* Without memory nothing is said to be outside, nor covered. */
static void test_faults(void) {
    struct bytes names = JOIN(uri("http://a/"), directory("x"));
    struct bytes point = JOIN(POINT(relative("u"), issuer_is(directory("ca"))), POINT(full(names)));
    const struct bytes more[] = {
        support_extension(OID_CRL_DISTRIBUTION_POINTS, false, DER(DER_SEQUENCE, point)), {0}};
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate =
        forge_certificate(&(struct forge){.subject = "c", .issuer = "ca", .more = more});
    struct crl crl;
    parse(&(struct forge_list){.point = JOIN(relative("u"), INDIRECT)}, &crl);
    long reached = 0, unsafe = 0;
    for (bool failed = true; failed && reached < 200;) {
        unsigned reasons;
        faults_begin(reached, false);
        enum scope_result result = cz_scope_check(&crl, certificate, &reasons);
        failed = faults_end();
        unsafe += failed ? result != SCOPE_FAILED || reasons != 0 : result != SCOPE_COVERED;
        reached += failed;
    }
    tap_ok(unsafe == 0 && reached >= 5, "a failure at each of %ld allocations (%ld)", reached,
           unsafe);
    cz_crl_release(&crl);
}

int main(void) {
    test_kinds();
    test_names();
    test_reasons();
    test_indirect();
    test_deltas();
    test_objections();
    test_faults();
    return tap_done();
}
