/* Who a certificate says its holder is: every field, and no two values that look the same. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "identity/identity.h"

#include <gnutls/crypto.h>
#include <stdlib.h>

#define UID TEXT("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01")
#define RDN(oid, text) support_rdn(oid, DER_UTF8_STRING, TEXT(text))
#define SUBJECT(...) DER(DER_SEQUENCE, __VA_ARGS__)
#define NAME(number, text) DER(DER_CONTEXT(number), TEXT(text))
#define UPN(text)                                                                                  \
    DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_OID, OID_UPN),                                         \
        DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_UTF8_STRING, TEXT(text))))

/* All fields of a certificate with this subject (a whole Name) and these alternative names. */
static const char *const *read_fields(struct bytes subject, struct bytes names) {
    static const char *fields[IDENTITY_COUNT];
    struct bytes more[2] = {{0}};
    if (names.len > 0)
        more[0] = support_extension(OID_SUBJECT_ALT_NAME, false, DER(DER_SEQUENCE, names));
    struct forge forge = {.subject = "x", .issuer = "ca", .more = more};
    forge.parts[PART_SUBJECT] = subject;
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = forge_certificate(&forge);
    CZ_CLEANUP(cz_identity_release) struct identity identity;
    memset(&identity, 0xa5, sizeof identity);
    if (!cz_identity_read(certificate, &identity))
        support_die("cz_identity_read");
    for (enum identity_field i = 0; i < IDENTITY_COUNT; i++) {
        struct bytes field = cz_identity_field(&identity, i);
        fields[i] = (const char *)support_keep(field.data, field.len).data;
        if (strlen(fields[i]) != field.len)
            support_die("a NUL in field %d", i);
    }
    return fields;
}

static const char *field_of(enum identity_field field, struct bytes subject, struct bytes names) {
    return read_fields(subject, names)[field];
}

/* Against GnuTLS's own reading of a certificate that certtool made. */
static void test_good(void) {
    CZ_CLEANUP(cz_certificate_release) struct certificate *c = support_pki_certificate("good");
    CZ_CLEANUP(cz_identity_release) struct identity identity;
    tap_ok(cz_identity_read(c, &identity), "good.pem is read");
    uint8_t sha1[20], serial[32];
    size_t sha1_len = sizeof sha1, serial_len = sizeof serial;
    gnutls_x509_crt_t crt;
    gnutls_datum_t der = {.data = (unsigned char *)c->der.data, .size = (unsigned)c->der.len};
    gnutls_x509_crt_init(&crt);
    gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER);
    gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA1, sha1, &sha1_len);
    gnutls_x509_crt_get_serial(crt, serial, &serial_len);
    gnutls_x509_crt_deinit(crt);
    CZ_CLEANUP(cz_buffer_release) struct buffer hex = {0};
    cz_buffer_hex(&hex, (struct bytes){.data = sha1, .len = sha1_len});
    size_t zero = serial[0] == 0;
    cz_buffer_hex(&hex, (struct bytes){.data = serial + zero, .len = serial_len - zero});
    const struct {
        enum identity_field field;
        const char *text;
    } fields[] = {
        {IDENTITY_USER, "CN=good client,OU=production,O=Example"},
        {IDENTITY_SUBJECT, "CN=good client,OU=production,O=Example"},
        {IDENTITY_ISSUER, "CN=certauthz test root,O=Example"},
        {IDENTITY_SERIAL, cz_buffer_text(&hex) + 40},
        {IDENTITY_NAME, "good client"},
        {IDENTITY_EMAIL, "good@example.org"},
        {IDENTITY_UPN, "good@corp.example"},
        {IDENTITY_DNS, "good.example good.internal.example"},
        {IDENTITY_URI, "spiffe://example.org/good"},
        {IDENTITY_IP, "192.0.2.7"},
        {IDENTITY_SHA1, support_text("%.40s", cz_buffer_text(&hex))},
        {IDENTITY_NOT_BEFORE, "2021-01-01T00:00:00Z"},
        {IDENTITY_NOT_AFTER, "2044-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < CZ_COUNT(fields); i++) {
        struct bytes got = cz_identity_field(&identity, fields[i].field);
        tap_is(support_text("%.*s", (int)got.len, (const char *)got.data), fields[i].text,
               support_text("field %d", fields[i].field));
    }
}

static const char *hex_of(const uint8_t *data, size_t len) {
    CZ_CLEANUP(cz_buffer_release) struct buffer hex = {0};
    cz_buffer_hex(&hex, (struct bytes){.data = data, .len = len});
    return support_text("%s", cz_buffer_text(&hex));
}

static void test_digests(void) {
    struct forge forge = {.subject = "x", .issuer = "ca"};
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = forge_certificate(&forge);
    CZ_CLEANUP(cz_identity_release) struct identity identity;
    cz_identity_read(certificate, &identity);
    uint8_t digest[32];
    struct bytes got = cz_identity_field(&identity, IDENTITY_SHA256);
    gnutls_hash_fast(GNUTLS_DIG_SHA256, certificate->der.data, certificate->der.len, digest);
    tap_ok(cz_bytes_equal(got, cz_bytes_of(hex_of(digest, 32))), "SHA-256 of the DER");
    /* RFC 8705 3.1: base64url without padding; GnuTLS knows base64 */
    gnutls_datum_t in = {.data = digest, .size = 32}, out = {0};
    gnutls_base64_encode2(&in, &out);
    for (unsigned i = 0; i < out.size; i++)
        out.data[i] = out.data[i] == '+' ? '-' : out.data[i] == '/' ? '_' : out.data[i];
    got = cz_identity_field(&identity, IDENTITY_X5T_S256);
    tap_ok(got.len == 43 && out.size == 44 && memcmp(got.data, out.data, 43) == 0, "x5t#S256");
    gnutls_free(out.data);
    struct bytes spki = forge_spki(0);
    gnutls_hash_fast(GNUTLS_DIG_SHA256, spki.data, spki.len, digest);
    got = cz_identity_field(&identity, IDENTITY_SPKI_SHA256);
    tap_ok(cz_bytes_equal(got, cz_bytes_of(hex_of(digest, 32))), "SHA-256 of the public key");
}

static void test_names(void) {
    struct bytes cn = RDN(OID_COMMON_NAME, "cn"), ou = RDN(OID_ORGANIZATIONAL_UNIT, "ou"),
                 o = RDN(OID_ORGANIZATION, "o"), e = RDN(OID_EMAIL_ADDRESS, "e@x"),
                 uid = RDN(UID, "uid"), mail = NAME(1, "m@x");
    struct bytes none = TEXT("");
    struct bytes unreadable = support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, TEXT("\xff"));
    const struct {
        const char *name, *expected;
        struct bytes subject, names;
    } cases[] = {
        {"the common name", "cn", SUBJECT(uid, e, o, ou, cn), mail},
        {"the first common name", "cn", SUBJECT(cn, RDN(OID_COMMON_NAME, "other")), none},
        {"else the unit", "ou", SUBJECT(uid, e, o, ou), mail},
        {"else the organization", "o", SUBJECT(uid, e, o), mail},
        {"else the e-mail address", "e@x", SUBJECT(uid, e), mail},
        {"else any attribute", "uid", SUBJECT(uid), mail},
        {"else the first alternative e-mail address", "m@x", SUBJECT(none),
         JOIN(NAME(2, "d"), mail, NAME(1, "n@x"))},
        {"else nothing", "", SUBJECT(none), NAME(2, "d")},
        {"an empty common name is none", "ou", SUBJECT(RDN(OID_COMMON_NAME, ""), ou), none},
        {"nor is one that cannot be read", "ou", SUBJECT(unreadable, ou), none},
        {"as an attribute too", "uid", SUBJECT(unreadable, uid), none},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_is(field_of(IDENTITY_NAME, cases[i].subject, cases[i].names), cases[i].expected,
               cases[i].name);
}

static void test_user(void) {
    const char *const *fields = read_fields(SUBJECT(TEXT("")), NAME(2, "d"));
    tap_is(fields[IDENTITY_USER], support_text("sha256:%s", fields[IDENTITY_SHA256]),
           "without a subject the user is the digest");
    tap_is(fields[IDENTITY_SUBJECT], "", "and the subject empty");
    for (size_t extra = 0; extra < 2; extra++) {
        struct bytes value = support_fill('a', CZ_IDENTITY_USER_MAX - 3 + extra);
        struct bytes subject = SUBJECT(support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, value));
        fields = read_fields(subject, TEXT(""));
        tap_is(fields[IDENTITY_USER],
               extra ? support_text("sha256:%s", fields[IDENTITY_SHA256])
                     : fields[IDENTITY_SUBJECT],
               extra ? "one byte too long, and it is the digest" : "1024 bytes are a user");
        tap_is_int((long long)strlen(fields[IDENTITY_SUBJECT]),
                   (long long)(CZ_IDENTITY_USER_MAX + extra), "the subject is whole");
    }
}

static void test_lists(void) {
    struct bytes subject = SUBJECT(RDN(OID_COMMON_NAME, "x"), RDN(OID_EMAIL_ADDRESS, "s b@x"));
    const char *const *fields = read_fields(
        subject, JOIN(NAME(7, "\x0a\0\0\x01"), NAME(2, "b"), UPN("\xc5\xbd u"), NAME(2, "a b"),
                      NAME(6, "urn:a%20b"), NAME(7, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"),
                      UPN("v%w"), NAME(6, "urn:c")));
    tap_is(fields[IDENTITY_DNS], "b a%20b", "every DNS name, blanks inside encoded");
    tap_is(fields[IDENTITY_IP], "10.0.0.1 2001:db8::1", "every address");
    tap_is(fields[IDENTITY_UPN], "\xc5\xbd%20u v%25w", "every UPN");
    tap_is(fields[IDENTITY_URI], "urn:a%20b urn:c", "every URI, its escapes as they are");
    tap_is(fields[IDENTITY_EMAIL], "s%20b@x",
           "the subject's e-mail address, where there is no other");
    tap_is(field_of(IDENTITY_EMAIL, subject, JOIN(NAME(1, "a@x"), NAME(1, "b@x"))), "a@x b@x",
           "else the alternative names");
    struct bytes foreign = DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_OID, TEXT("\x2a\x03")),
                               DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_UTF8_STRING, TEXT("no"))));
    tap_is(field_of(IDENTITY_UPN, subject, foreign), "", "another kind of other name is no UPN");
}

static void test_encoding(void) {
    const struct {
        struct bytes value;
        const char *text;
    } cases[] = {
        {TEXT("a\r\nStatus: 200"), "a%0D%0AStatus: 200"},
        {TEXT("a\0b\x7f"), "a%00b%7F"},
        {TEXT(" a  b "), "%20a  b%20"},
        {TEXT("50%"), "50%25"},
        {TEXT("\xc2\x85\xc2\xa0\xc5\xbd"), "%C2%85\xc2\xa0\xc5\xbd"},
        {TEXT("\xe2\x80\x80"), "\xe2\x80\x80"},
        {TEXT("a, b: \"c\""), "a, b: \"c\""},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_is(field_of(IDENTITY_NAME,
                        SUBJECT(support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, cases[i].value)),
                        TEXT("")),
               cases[i].text, support_text("a name is \"%s\"", cases[i].text));
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every value of up to three of these characters, each looking different. */
static void test_injective(enum identity_field field, bool listed) {
    static const char alphabet[] = {'a', '2', '0', '%', ' ', '\n'};
    static const char *seen[300];
    size_t count = 0;
    for (size_t i = 0; i < 6 * 6 * 6; i++) {
        uint8_t value[] = {(uint8_t)alphabet[i % 6], (uint8_t)alphabet[i / 6 % 6],
                           (uint8_t)alphabet[i / 36]};
        struct bytes bytes = {.data = value, .len = sizeof value};
        struct bytes cn = RDN(OID_COMMON_NAME, "x"), names = TEXT("");
        if (!listed)
            cn = support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, bytes);
        else if (memchr(value, '\n', sizeof value) == NULL)
            names = DER(DER_CONTEXT(2), bytes);
        else
            continue; /* such a dNSName is refused when it is read */
        seen[count++] = field_of(field, SUBJECT(cn), names);
    }
    qsort(seen, count, sizeof *seen, compare_texts);
    bool unique = true, lines = true;
    for (size_t i = 0; i < count; i++) {
        unique &= i == 0 || strcmp(seen[i - 1], seen[i]) != 0;
        lines &= strpbrk(seen[i], "\r\n") == NULL && seen[i][0] != ' ' &&
                 (!listed || strchr(seen[i], ' ') == NULL);
    }
    tap_ok(unique, "no two of %zu values of field %d look the same", count, field);
    tap_ok(lines, "and each is one line");
}

int main(void) {
    test_good();
    test_digests();
    test_names();
    test_user();
    test_lists();
    test_encoding();
    test_injective(IDENTITY_NAME, false);
    test_injective(IDENTITY_SUBJECT, false);
    test_injective(IDENTITY_DNS, true);
    return tap_done();
}
