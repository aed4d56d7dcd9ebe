/* OCSP messages: requests byte by byte, responses read or refused with the reason. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/der_write.h"
#include "revocation/ocsp.h"

#include <gnutls/crypto.h>

enum { KEY_M = 1, KEY_OTHER };

#define SAID_OF(name, key_number, octets, ...)                                                     \
    { .issuer = name, .issuer_key = key_number, .serial = octets, __VA_ARGS__ }
#define SAID(octets, ...) SAID_OF("m", KEY_M, octets, __VA_ARGS__)
#define END                                                                                        \
    { .issuer = NULL }
#define NONE TEXT("")
#define S_C TEXT("\x21")

static struct certificate *certificate, *issuer, *other_issuer;

static void begin(void) {
    const struct forge forges[] = {
        {.subject = "c",
         .issuer = "m",
         .signer = KEY_M,
         .parts = {[PART_SERIAL] = DER(DER_INTEGER, TEXT("\x21"))}},
        {.subject = "m", .issuer = "m", .key = KEY_M, .signer = KEY_M, .ca = true},
        {.subject = "m", .issuer = "m", .key = KEY_OTHER, .signer = KEY_OTHER, .ca = true},
    };
    certificate = forge_certificate(&forges[0]);
    issuer = forge_certificate(&forges[1]);
    other_issuer = forge_certificate(&forges[2]);
}

static void end(void) {
    cz_certificate_free(certificate);
    cz_certificate_free(issuer);
    cz_certificate_free(other_issuer);
}

/* --- DER written --- */

static void test_der(void) {
    static const size_t sizes[] = {0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000};
    for (size_t i = 0; i < CZ_COUNT(sizes); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0}, wrapped = {0};
        struct bytes content = support_fill(7, sizes[i]), rest, again;
        cz_der_put(&out, DER_OCTET_STRING, content);
        cz_buffer_puts(&wrapped, "before");
        cz_buffer_bytes(&wrapped, content);
        cz_der_wrap(&wrapped, 6, DER_OCTET_STRING);
        rest = cz_buffer_view(&out);
        tap_ok(cz_der_take(&rest, DER_OCTET_STRING, &again) && rest.len == 0 &&
                   cz_bytes_equal(again, content) && wrapped.len == 6 + out.len &&
                   memcmp(wrapped.data, "before", 6) == 0 &&
                   memcmp(wrapped.data + 6, out.data, out.len) == 0,
               "%zu bytes, put and wrapped", sizes[i]);
    }
    uint8_t header[CZ_DER_HEADER_SIZE_MAX];
    tap_ok(cz_der_header(header, DER_SEQUENCE, 0xffffffffu) == 6 &&
               memcmp(header, "\x30\x84\xff\xff\xff\xff", 6) == 0,
           "a length of four octets");
    CZ_CLEANUP(cz_buffer_release) struct buffer numbers = {0}, full = {.limit = 8};
    cz_der_put_positive(&numbers, TEXT("\x7f"));
    cz_der_put_positive(&numbers, TEXT("\x80"));
    tap_ok(cz_bytes_equal(cz_buffer_view(&numbers), TEXT("\x02\x01\x7f\x02\x02\x00\x80")),
           "positive numbers");
    cz_buffer_puts(&full, "1234567");
    cz_der_wrap(&full, 0, DER_SEQUENCE);
    cz_der_wrap(&full, 0, DER_SEQUENCE);
    tap_ok(full.failed, "a buffer that has no room for the header fails, and stays so");
}

/* --- requests --- */

static struct bytes hash_of(gnutls_digest_algorithm_t digest, size_t size, struct bytes data) {
    uint8_t out[64];
    if (gnutls_hash_fast(digest, data.data, data.len, out) < 0)
        support_die("gnutls_hash_fast");
    return support_keep(out, size);
}

static struct bytes expected_request(bool sha256, struct bytes nonce_extensions) {
    gnutls_digest_algorithm_t digest = sha256 ? GNUTLS_DIG_SHA256 : GNUTLS_DIG_SHA1;
    size_t size = sha256 ? 32 : 20;
    struct bytes spki = forge_spki(KEY_M);
    /* the uncompressed point of P-256 */
    struct bytes key = {.data = spki.data + spki.len - 65, .len = 65};
    struct bytes oid =
        sha256 ? TEXT("\x60\x86\x48\x01\x65\x03\x04\x02\x01") : TEXT("\x2b\x0e\x03\x02\x1a");
    struct bytes id =
        DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_OID, oid), DER(DER_NULL, NONE)),
            DER(DER_OCTET_STRING, hash_of(digest, size, support_name("m"))),
            DER(DER_OCTET_STRING, hash_of(digest, size, key)), DER(DER_INTEGER, TEXT("\x21")));
    return DER(DER_SEQUENCE,
               DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_SEQUENCE, id)), nonce_extensions));
}

static void test_requests(void) {
    struct bytes nonce = TEXT("0123456789abcdef");
    struct bytes extension =
        DER(DER_CONTEXT_CONSTRUCTED(2),
            DER(DER_SEQUENCE,
                DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2b\x06\x01\x05\x05\x07\x30\x01\x02")),
                    DER(DER_OCTET_STRING, DER(DER_OCTET_STRING, nonce)))));
    const struct {
        const char *name;
        bool sha256;
        struct bytes nonce, extension;
    } cases[] = {
        {"by SHA-1", false, NONE, NONE},
        {"by SHA-256", true, NONE, NONE},
        {"with a nonce", false, nonce, extension},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        cz_buffer_puts(&out, "+");
        bool good =
            cz_ocsp_request_write(&out, certificate, issuer, cases[i].sha256, cases[i].nonce);
        struct bytes whole = cz_buffer_view(&out), request = {whole.data + 1, whole.len - 1};
        tap_ok(good &&
                   cz_bytes_equal(request, expected_request(cases[i].sha256, cases[i].extension)),
               "a request %s", cases[i].name);
    }
    struct buffer full = {.limit = 16};
    tap_ok(!cz_ocsp_request_write(&full, certificate, issuer, false, NONE),
           "no request where there is no room");
}

/* A base64 of all that has to be escaped, the longest that may be asked so, and one more. */
static void test_get(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0}, longest = {0}, longer = {0};
    cz_ocsp_get_url(&out, "http://ocsp.example/a//", TEXT("\xfb\xff\xbf\x01"));
    tap_is(cz_buffer_text(&out), "http://ocsp.example/a/%2B%2F%2B%2FAQ%3D%3D",
           "a request by GET is escaped, behind one slash");
    cz_ocsp_get_url(&longest, "http://h", support_fill(0, 189));
    tap_is_int((long long)longest.len, 9 + 252, "the longest request that may be asked so");
    cz_ocsp_get_url(&longer, "http://h", support_fill(0, 190));
    tap_ok(longer.len == 0 && !longer.failed, "one that is longer is not");
}

static void test_keys(void) {
    struct certificate same = *certificate, other_serial = *certificate, other_name = *certificate;
    uint8_t keys[5][CZ_OCSP_KEY_SIZE];
    other_serial.serial = TEXT("\x22");
    other_name.issuer = issuer->spki;
    bool good = cz_ocsp_key(certificate, issuer, keys[0]) && cz_ocsp_key(&same, issuer, keys[1]) &&
                cz_ocsp_key(&other_serial, issuer, keys[2]) &&
                cz_ocsp_key(&other_name, issuer, keys[3]) &&
                cz_ocsp_key(certificate, other_issuer, keys[4]);
    tap_ok(good && memcmp(keys[0], keys[1], sizeof keys[0]) == 0, "the key of a certificate");
    for (size_t i = 2; i < CZ_COUNT(keys); i++)
        tap_ok(memcmp(keys[0], keys[i], sizeof keys[0]) != 0, "and not that of another, %zu", i);
}

/* --- where to ask --- */

#define ACCESS(method, url) DER(DER_SEQUENCE, DER(DER_OID, method), DER(DER_CONTEXT(6), TEXT(url)))
#define BY_OCSP TEXT("\x2b\x06\x01\x05\x05\x07\x30\x01")
#define BY_ISSUERS TEXT("\x2b\x06\x01\x05\x05\x07\x30\x02")

static void test_urls(void) {
    const struct {
        const char *name, *expected;
        struct bytes value;
    } cases[] = {
        {"one", "http://o/", DER(DER_SEQUENCE, ACCESS(BY_OCSP, "http://o/"))},
        {"https, in any case", "HTTPS://o/", DER(DER_SEQUENCE, ACCESS(BY_OCSP, "HTTPS://o/"))},
        {"among others", "http://o/ https://p/",
         DER(DER_SEQUENCE, ACCESS(BY_ISSUERS, "http://i/"), ACCESS(BY_OCSP, "http://o/"),
             ACCESS(BY_OCSP, "ldap://l/"), ACCESS(BY_OCSP, "https://p/"))},
        {"more than asked for", "http://1/ http://2/",
         DER(DER_SEQUENCE, ACCESS(BY_OCSP, "http://1/"), ACCESS(BY_OCSP, "http://2/"),
             ACCESS(BY_OCSP, "http://3/"))},
        {"a scheme alone", "", DER(DER_SEQUENCE, ACCESS(BY_OCSP, "http://"))},
        {"another scheme", "", DER(DER_SEQUENCE, ACCESS(BY_OCSP, "file:///etc/passwd"))},
        {"a name that is no URL", "",
         DER(DER_SEQUENCE,
             DER(DER_SEQUENCE, DER(DER_OID, BY_OCSP), DER(DER_CONTEXT(2), TEXT("http://o/"))))},
        {"malformed behind a good one", "",
         DER(DER_SEQUENCE, ACCESS(BY_OCSP, "http://o/"), DER(DER_NULL, NONE))},
        {"something behind the location", "",
         DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_OID, BY_OCSP),
                               DER(DER_CONTEXT(6), TEXT("http://o/")), DER(DER_NULL, NONE)))},
        {"something behind the list", "",
         JOIN(DER(DER_SEQUENCE, ACCESS(BY_OCSP, "http://o/")), DER(DER_NULL, NONE))},
        {"no list", "", DER(DER_NULL, NONE)},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct certificate one = {
            .extension_count = 1,
            .extensions = {{.oid = OID_AUTHORITY_INFO_ACCESS, .value = cases[i].value}}};
        struct bytes urls[2];
        const char *text = "";
        size_t count = cz_ocsp_urls(&one, urls, CZ_COUNT(urls));
        for (size_t k = 0; k < count; k++)
            text = support_text("%s%s%.*s", text, k > 0 ? " " : "", (int)urls[k].len,
                                (const char *)urls[k].data);
        tap_is(text, cases[i].expected, cases[i].name);
    }
    struct bytes url;
    tap_is_int((long long)cz_ocsp_urls(certificate, &url, 1), 0, "none without the extension");
}

/* --- responses that are read --- */

static void test_values(void) {
    const struct forge_status statuses[] = {SAID(S_C, .verdict = SAYS_REVOKED, .reason = REASON(1)),
                                            SAID(TEXT("\x22"), .next_update = -1),
                                            SAID(TEXT("\x23"), .verdict = SAYS_UNKNOWN),
                                            SAID(TEXT("\xff"), .verdict = SAYS_GOOD),
                                            SAID(support_fill(1, 21), .verdict = SAYS_GOOD),
                                            END};
    const struct bytes certificates[] = {certificate->der, issuer->der, {0}};
    const struct forge_response forge = {.responder = "m",
                                         .signer = KEY_M,
                                         .statuses = statuses,
                                         .nonce = TEXT("nonce"),
                                         .certificates = certificates};
    struct ocsp_response response;
    struct ocsp_single_response single;
    const char *detail = "";
    struct bytes der = forge_ocsp(&forge);
    tap_ok(cz_ocsp_response_parse(der, &response, &detail), "a response is read %s", detail);
    tap_ok(cz_bytes_equal(response.der, der) && response.status == OCSP_SUCCESSFUL &&
               response.produced_at == NOW - DAY && response.unknown_critical.len == 0 &&
               response.responder_key_hash.len == 0 &&
               cz_bytes_equal(response.responder_name, issuer->subject) &&
               cz_bytes_equal(response.nonce, TEXT("nonce")) &&
               response.signature_algorithm == GNUTLS_SIGN_ECDSA_SHA256 &&
               response.certificate_count == 2 &&
               cz_bytes_equal(response.certificates[1], issuer->der),
           "with what it holds");
    struct bytes rest = response.single_responses;
    tap_ok(cz_ocsp_next(&rest, &single) && single.status == OCSP_REVOKED &&
               single.reason == CRL_REASON_KEY_COMPROMISE && single.revoked_at == NOW - 2 * DAY &&
               single.this_update == NOW - DAY && single.has_next_update &&
               single.next_update == NOW + DAY && cz_bytes_equal(single.serial, TEXT("\x21")),
           "one revoked");
    tap_ok(cz_ocsp_next(&rest, &single) && single.status == OCSP_GOOD && !single.has_next_update,
           "one good, without nextUpdate");
    tap_ok(cz_ocsp_next(&rest, &single) && single.status == OCSP_UNKNOWN, "one unknown");
    tap_ok(cz_ocsp_next(&rest, &single) && single.serial.len == 0, "a negative serial");
    tap_ok(cz_ocsp_next(&rest, &single) && single.serial.len == 0, "a serial of 21 octets");
    tap_ok(!cz_ocsp_next(&rest, &single) && rest.len == 0, "and no more");
    const struct forge_response by_key = {
        .signer = KEY_M,
        .statuses = statuses,
        .parts = {[RESPONSE_VERSION] =
                      DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_INTEGER, TEXT("\0")))}};
    tap_ok(cz_ocsp_response_parse(forge_ocsp(&by_key), &response, &detail) &&
               response.responder_name.len == 0 &&
               response.responder_key_hash.len == CZ_OCSP_KEY_HASH_SIZE && response.nonce.len == 0,
           "one by a key, with its version written");
    const struct forge_response empty = {.signer = KEY_M};
    tap_ok(cz_ocsp_response_parse(forge_ocsp(&empty), &response, &detail) &&
               response.single_responses.len == 0,
           "one that speaks of none");
}

static void test_errors(void) {
    static const uint8_t statuses[] = {1, 2, 3, 5, 6};
    for (size_t i = 0; i < sizeof statuses; i++) {
        struct ocsp_response response;
        const char *detail = "";
        struct bytes der = DER(DER_SEQUENCE, DER(DER_ENUMERATED, {.data = &statuses[i], .len = 1}));
        tap_ok(cz_ocsp_response_parse(der, &response, &detail) &&
                   (uint8_t)response.status == statuses[i] && response.tbs.len == 0,
               "the status %d alone", statuses[i]);
    }
}

/* --- the one that was asked about --- */

static const char *find(const struct forge_status *statuses) {
    static const char *const names[] = {
        [OCSP_GOOD] = "good", [OCSP_REVOKED] = "revoked", [OCSP_UNKNOWN] = "unknown"};
    const struct forge_response forge = {.signer = KEY_M, .statuses = statuses};
    struct ocsp_response response;
    struct ocsp_single_response single;
    const char *detail = "";
    if (!cz_ocsp_response_parse(forge_ocsp(&forge), &response, &detail))
        support_die("a response: %s", detail);
    if (!cz_ocsp_find(&response, certificate, issuer, &single))
        return "none";
    return support_text("%s %d", names[single.status], (int)(single.this_update - NOW));
}

static void test_find(void) {
#define AT(seconds) .this_update = NOW + (seconds)
    const struct {
        const char *name, *expected;
        struct forge_status statuses[4];
    } cases[] = {
        {"SHA-1", "good -1", {SAID(S_C, AT(-1)), END}},
        {"SHA-256", "good -1", {SAID(S_C, AT(-1), .hash = 1), END}},
        {"SHA-384", "good -1", {SAID(S_C, AT(-1), .hash = 2), END}},
        {"SHA-512", "good -1", {SAID(S_C, AT(-1), .hash = 3), END}},
        {"MD5", "none", {SAID(S_C, AT(-1), .hash = 4), END}},
        {"none", "none", {END}},
        {"another serial", "none", {SAID(TEXT("\x22"), .verdict = SAYS_GOOD), END}},
        {"a serial that no certificate has",
         "none",
         {SAID(TEXT("\xa1"), .verdict = SAYS_GOOD), END}},
        {"another name", "none", {SAID_OF("n", KEY_M, S_C, .verdict = SAYS_GOOD), END}},
        {"another key", "none", {SAID_OF("m", KEY_OTHER, S_C, .verdict = SAYS_GOOD), END}},
        {"the second of three",
         "good -2",
         {SAID(TEXT("\x22"), .verdict = SAYS_GOOD), SAID(S_C, AT(-2)),
          SAID(TEXT("\x23"), .verdict = SAYS_GOOD), END}},
        {"the newer of two", "good -1", {SAID(S_C, AT(-2)), SAID(S_C, AT(-1)), END}},
        {"in either order", "good -1", {SAID(S_C, AT(-1)), SAID(S_C, AT(-2)), END}},
        {"revoked before the others",
         "revoked -3",
         {SAID(S_C, AT(-1)), SAID(S_C, AT(-3), .verdict = SAYS_REVOKED),
          SAID(S_C, AT(-2), .verdict = SAYS_UNKNOWN), END}},
        {"unknown before good",
         "unknown -3",
         {SAID(S_C, AT(-3), .verdict = SAYS_UNKNOWN), SAID(S_C, AT(-2), .hash = 1), END}},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_is(find(cases[i].statuses), cases[i].expected, cases[i].name);
}

int main(void) {
    begin();
    test_der();
    test_requests();
    test_get();
    test_keys();
    test_urls();
    test_values();
    test_errors();
    test_find();
    end();
    return tap_done();
}
