/* Values of claims, one by one: what a configuration chooses from a certificate or a client, and
 * the forms of other systems. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "response/claim_sources.h"

#define RDN(oid, text) support_rdn(oid, DER_UTF8_STRING, TEXT(text))
#define NAME(number, text) DER(DER_CONTEXT(number), TEXT(text))
#define UPN(text)                                                                                  \
    DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_OID, OID_UPN),                                         \
        DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_UTF8_STRING, TEXT(text))))
#define OU OID_ORGANIZATIONAL_UNIT
#define NO_NAMES ((struct bytes){0})
#define EXTENSION_OID TEXT("\x2a\x03\x04") /* 1.2.3.4 */

/* A granted decision about a certificate, at hand for the functions below. */
static struct decision decision;

static void judge(const struct forge *forge) {
    cz_decision_release(&decision);
    cz_decision_init(&decision);
    decision.assessment = cz_assessment_new();
    struct assessment *assessment = decision.assessment;
    assessment->certificate = forge_certificate(forge);
    if (!cz_identity_read(assessment->certificate, &assessment->identity))
        support_die("cz_identity_read");
    assessment->validation.path.certificates[0] = assessment->certificate;
    assessment->validation.path.count = 1;
}

/* With this subject (a whole Name), these alternative names, and one more extension. */
static void judge_parts(struct bytes subject, struct bytes names, struct bytes extension) {
    struct bytes more[3] = {{0}};
    size_t count = 0;
    if (names.len > 0)
        more[count++] = support_extension(OID_SUBJECT_ALT_NAME, false, DER(DER_SEQUENCE, names));
    if (extension.len > 0)
        more[count++] = support_extension(EXTENSION_OID, false, extension);
    struct forge forge = {.subject = "x", .issuer = "ca, \"one\"", .more = more};
    forge.parts[PART_SUBJECT] = subject;
    judge(&forge);
}

static const char *value_of(const struct claim_source *source, struct bytes argument) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct claim_facts facts = {.decision = &decision, .now = NOW};
    source->put(&out, &facts, source, argument);
    if (out.failed)
        support_die("%s", source->name);
    return (const char *)support_keep(cz_buffer_text(&out), out.len + 1).data;
}

static const char *claim(const char *name) {
    size_t count;
    const struct claim_source *sources = cz_claim_sources(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(sources[i].name, name) == 0)
            return value_of(&sources[i], sources[i].argument);
    support_die("no claim %s", name);
}

static const char *from_certificate(const char *name) {
    const struct claim_source *source = cz_certificate_source(name);
    return value_of(source, source->argument);
}

static void test_attributes(void) {
    judge_parts(DER(DER_SEQUENCE, RDN(OU, "a b"), RDN(OID_COMMON_NAME, "one"), RDN(OU, "100%"),
                    RDN(OU, ""), RDN(OU, "#2"), support_rdn(OU, DER_BMP_STRING, TEXT("\0\xe9")),
                    support_rdn(OU, DER_TELETEX_STRING, TEXT("\xe9")), RDN(OU, "c\nd")),
                NO_NAMES, NO_NAMES);
    tap_is(from_certificate("ou"), "a%20b 100%25 %232 \xc3\xa9 #1401e9 c%0Ad",
           "all of a type, whole, and no two that look the same");
    tap_is(from_certificate("cn"), "one", "a single one");
    tap_is(from_certificate("o"), "", "none");
    tap_is(value_of(&cz_attribute_source, OU), from_certificate("ou"), "by its type");
    judge_parts(DER(DER_SEQUENCE, RDN(OU, ""), RDN(OU, "x")), NO_NAMES, NO_NAMES);
    tap_is(from_certificate("ou"), "x", "an empty one in front leaves nothing");
}

static void test_extensions(void) {
    static const struct {
        struct bytes value;
        const char *text;
    } cases[] = {
        {TEXT("\x0c\x05north"), "north"},       {TEXT("\x0c\x03x y"), "x%20y"},
        {TEXT("\x0c\x02#1"), "%231"},           {TEXT("\x0c\x03x\r\n"), "x%0D%0A"},
        {TEXT("\x02\x01\x05"), "#020105"},      {TEXT("\x0c\x01x\x05\x00"), "#0c01780500"},
        {TEXT("\x0c\x01\xff"), "#0c01ff"},      {TEXT("junk"), "#6a756e6b"},
        {TEXT("\x1e\x02\x00\xe9"), "\xc3\xa9"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        judge_parts(DER(DER_SEQUENCE, RDN(OU, "x")), NO_NAMES, cases[i].value);
        tap_is(value_of(&cz_extension_source, EXTENSION_OID), cases[i].text, "an extension");
    }
    tap_is(value_of(&cz_extension_source, TEXT("\x2a\x03\x05")), "", "one that is not there");
}

static void test_spiffe(void) {
    struct bytes subject = DER(DER_SEQUENCE, RDN(OU, "x"));
    judge_parts(subject, NAME(6, "spiffe://example.org/a"), NO_NAMES);
    tap_is(from_certificate("spiffe"), "spiffe://example.org/a", "a SPIFFE ID");
    judge_parts(subject, JOIN(NAME(6, "spiffe://example.org/a"), NAME(6, "urn:x:y")), NO_NAMES);
    tap_is(from_certificate("spiffe"), "", "one beside another URI is none");
    judge_parts(subject, NAME(6, "spiffe://example.org/a/../b"), NO_NAMES);
    tap_is(from_certificate("spiffe"), "", "and neither is a malformed one");
}

static void test_fields(void) {
    static const struct {
        const char *name;
        enum identity_field field;
    } fields[] = {
        {"subject", IDENTITY_SUBJECT}, {"issuer", IDENTITY_ISSUER},
        {"serial", IDENTITY_SERIAL},   {"sha256", IDENTITY_SHA256},
        {"sha1", IDENTITY_SHA1},       {"spki_sha256", IDENTITY_SPKI_SHA256},
        {"dns", IDENTITY_DNS},         {"email", IDENTITY_EMAIL},
        {"uri", IDENTITY_URI},         {"upn", IDENTITY_UPN},
        {"ip", IDENTITY_IP},
    };
    judge_parts(DER(DER_SEQUENCE, RDN(OU, "x")),
                JOIN(NAME(1, "a@example.org"), NAME(2, "a.example"), NAME(6, "urn:x:y"),
                     NAME(7, "\xc0\x00\x02\x07"), UPN("u@corp.example")),
                NO_NAMES);
    for (size_t i = 0; i < CZ_COUNT(fields); i++) {
        struct bytes field = cz_identity_field(&decision.assessment->identity, fields[i].field);
        tap_ok(field.len > 0 &&
                   cz_bytes_equal(cz_bytes_of(from_certificate(fields[i].name)), field),
               "%s is the identity's", fields[i].name);
    }
    decision.assessment->validation.policies =
        (struct policies_found){.oids = {TEXT("\x2a\x03\x03"), TEXT("\x2a\x03\x04")}, .count = 2};
    tap_is(from_certificate("policy"), "1.2.3.3 1.2.3.4", "policies");
    decision.assessment->validation.policies = (struct policies_found){.any = true};
    tap_is(from_certificate("policy"), "2.5.29.32.0", "any policy");
    decision.assessment->validation.policies = (struct policies_found){0};
}

static void test_client(void) {
    struct client_claim carried[] = {{(char *)(uintptr_t) "TEAM", (char *)(uintptr_t) "red"},
                                     {(char *)(uintptr_t) "SITE", (char *)(uintptr_t) "north"}};
    struct client client = {
        .id = (char *)(uintptr_t) "build", .claims = carried, .claim_count = CZ_COUNT(carried)};
    judge_parts(DER(DER_SEQUENCE, RDN(OU, "x")), NO_NAMES, NO_NAMES);
    tap_is(value_of(&cz_client_id_source, NO_NAMES), "", "nobody has no id");
    tap_is(value_of(&cz_client_claim_source, TEXT("SITE")), "", "and carries nothing");
    decision.identification.client = &client;
    tap_is(value_of(&cz_client_id_source, NO_NAMES), "build", "a client's id");
    tap_is(value_of(&cz_client_claim_source, TEXT("SITE")), "north", "what it carries");
    tap_is(value_of(&cz_client_claim_source, TEXT("SIT")), "", "nothing of another name");
    tap_is(value_of(&cz_constant_source, TEXT("blue")), "blue", "a constant");
    decision.identification.client = NULL;
}

/* --- dialects -------------------------------------------------------------------------- */

static void test_dotnet(void) {
    struct bytes names = JOIN(NAME(1, "a@example.org"), NAME(1, "b@example.org"),
                              NAME(2, "a.example"), NAME(2, "b.example"), NAME(6, "urn:x:1"),
                              NAME(6, "urn:x:2"), UPN("u v@corp.example"), UPN("w@corp.example"));
    judge_parts(DER(DER_SEQUENCE, RDN(OID_ORGANIZATION, "One, two"), RDN(OID_COMMON_NAME, "c d")),
                names, NO_NAMES);
    tap_is(claim("ASPNET_X500DISTINGUISHEDNAME"), "CN=c d, O=\"One, two\"", "the subject");
    tap_is(claim("ASPNET_ISSUER"), "CN=\"ca, \"\"one\"\"\"", "the issuer");
    tap_is(claim("ASPNET_NAME"), "c d", "the simple name");
    tap_is(claim("ASPNET_DNS"), "a.example", "the first DNS name");
    tap_is(claim("ASPNET_EMAIL"), "a@example.org", "the first mailbox");
    tap_is(claim("ASPNET_UPN"), "u v@corp.example", "the first user principal name");
    tap_is(claim("ASPNET_URI"), "urn:x:1", "the first URI");
    static const char *const same[][2] = {
        {"KESTRUN_NAMEIDENTIFIER", "ASPNET_X500DISTINGUISHEDNAME"},
        {"KESTRUN_NAME", "ASPNET_X500DISTINGUISHEDNAME"},
        {"KESTRUN_ISSUER", "ASPNET_ISSUER"},
        {"KESTRUN_THUMBPRINT", "ASPNET_THUMBPRINT"},
        {"KESTRUN_SERIALNUMBER", "ASPNET_SERIALNUMBER"},
    };
    for (size_t i = 0; i < CZ_COUNT(same); i++)
        tap_is(claim(same[i][0]), claim(same[i][1]), same[i][0]);
    const char *thumbprint = claim("ASPNET_THUMBPRINT");
    tap_ok(strspn(thumbprint, "0123456789ABCDEF") == 40 && thumbprint[40] == '\0' &&
               strcasecmp(thumbprint, claim("CERT_SHA1")) == 0,
           "the thumbprint is the SHA-1 in capitals: %s", thumbprint);
    judge_parts(DER(DER_SEQUENCE, RDN(OID_COMMON_NAME, "c\nd"), RDN(OID_EMAIL_ADDRESS, "e@x")),
                NO_NAMES, NO_NAMES);
    tap_is(claim("ASPNET_DNS"), "c%0Ad", "without a DNS name the CN");
    tap_is(claim("ASPNET_EMAIL"), "e@x", "without a mailbox the subject's");
    tap_is(claim("ASPNET_UPN"), "", "no user principal name");
    tap_is(claim("ASPNET_URI"), "", "no URI");
}

static void test_dotnet_serials(void) {
    static const struct {
        struct bytes integer;
        const char *text;
    } cases[] = {{TEXT("\x02\x01\x7f"), "7F"},
                 {TEXT("\x02\x02\x00\x80"), "0080"},
                 {TEXT("\x02\x03\x00\xab\xcd"), "00ABCD"},
                 {TEXT("\x02\x02\x01\x02"), "0102"}};
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct forge forge = {.subject = "x", .issuer = "y"};
        forge.parts[PART_SERIAL] = cases[i].integer;
        judge(&forge);
        tap_is(claim("ASPNET_SERIALNUMBER"), cases[i].text, "a serial number as it is encoded");
    }
}

/* Behind the hash. */
static const char *xfcc(struct bytes subject, struct bytes names) {
    judge_parts(DER(DER_SEQUENCE, subject), names, NO_NAMES);
    const char *value = claim("X_FORWARDED_CLIENT_CERT");
    const char *hash = support_text("Hash=%s;", claim("CERT_SHA256"));
    if (strncmp(value, hash, strlen(hash)) != 0)
        support_die("no hash: %s", value);
    return value + strlen(hash);
}

static void test_xfcc(void) {
    struct bytes x = RDN(OID_COMMON_NAME, "x");
    tap_is(xfcc(JOIN(RDN(OID_ORGANIZATION, "Example"), RDN(OID_COMMON_NAME, "a b")),
                JOIN(NAME(2, "a.example"), NAME(6, "spiffe://e/x"), NAME(2, "b.example"))),
           "Subject=\"CN=a b,O=Example\";URI=spiffe://e/x;DNS=a.example;DNS=b.example",
           "all of it");
    tap_is(xfcc(x, NO_NAMES), "Subject=\"CN=x\";URI=", "no names");
    tap_is(xfcc((struct bytes){.data = (const uint8_t *)""}, NAME(6, "urn:x:y")),
           "Subject=\"\";URI=urn:x:y", "no subject");
    tap_is(xfcc(RDN(OID_COMMON_NAME, "a\"b"), NO_NAMES),
           "Subject=\"CN=a\\\"b\";URI=", "a quote in the subject");
    tap_is(xfcc(RDN(OID_COMMON_NAME, "a\\"), NO_NAMES),
           "Subject=\"CN=a\\5C\";URI=", "a backslash at its end does not take the quote with it");
    tap_is(xfcc(RDN(OID_COMMON_NAME, "a\\\""), NO_NAMES),
           "Subject=\"CN=a\\5C\\\"\";URI=", "nor before a quote");
    tap_is(xfcc(RDN(OID_COMMON_NAME, "a,b"), NO_NAMES),
           "Subject=\"CN=a\\,b\";URI=", "a comma in the subject");
    tap_is(xfcc(x, JOIN(NAME(6, "urn:x:1"), NAME(6, "http://e/?a=1,2;b"))),
           "Subject=\"CN=x\";URI=urn:x:1;URI=\"http://e/?a=1,2;b\"", "URIs, one to be quoted");
    tap_is(xfcc(x, NAME(6, "urn:\"x\"\\")), "Subject=\"CN=x\";URI=\"urn:\\\"x\\\"%5C\"",
           "quotes and a backslash in a URI");
    tap_is(xfcc(x, NAME(2, "a\";Hash=b, c")), "Subject=\"CN=x\";URI=;DNS=\"a\\\";Hash=b,%20c\"",
           "a name that would be more");
}

static void test_rfc9440(void) {
    struct certificate *middle =
        forge_certificate(&(struct forge){.subject = "m", .issuer = "r", .ca = true});
    struct certificate *root =
        forge_certificate(&(struct forge){.subject = "r", .issuer = "r", .ca = true});
    judge(&(struct forge){.subject = "x", .issuer = "m"});
    struct path *path = &decision.assessment->validation.path;
    struct bytes value = cz_bytes_of(claim("CLIENT_CERT"));
    tap_ok(value.len == (path->certificates[0]->der.len + 2) / 3 * 4 + 2 && value.data[0] == ':' &&
               memcmp(value.data + 1, "MII", 3) == 0 && value.data[value.len - 1] == ':',
           "the certificate as a byte sequence");
    tap_is(claim("CLIENT_CERT_CHAIN"), "", "a path of one certificate has no chain");
    path->certificates[1] = middle;
    path->certificates[2] = root;
    path->count = 3;
    const char *chain = claim("CLIENT_CERT_CHAIN");
    decision.assessment->validation.path.certificates[1] = root;
    path->count = 2;
    const char *alone = claim("CLIENT_CERT_CHAIN");
    size_t first = (middle->der.len + 2) / 3 * 4 + 2;
    tap_ok(strlen(chain) == first + 2 + strlen(alone) && strncmp(chain + first, ", :", 3) == 0 &&
               strcmp(chain + first + 2, alone) == 0,
           "the path behind it, the anchor last");
    path->count = 1;
    cz_certificate_free(middle);
    cz_certificate_free(root);
}

int main(void) {
    cz_decision_init(&decision);
    test_attributes();
    test_extensions();
    test_spiffe();
    test_fields();
    test_client();
    test_dotnet();
    test_dotnet_serials();
    test_xfcc();
    test_rfc9440();
    cz_decision_release(&decision);
    return tap_done();
}
