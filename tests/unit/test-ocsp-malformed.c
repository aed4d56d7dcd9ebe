/* OCSP responses that are refused, each with its reason. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "revocation/ocsp.h"

enum { KEY_M = 1 };

#define SAID_OF(name, key_number, octets, ...)                                                     \
    { .issuer = name, .issuer_key = key_number, .serial = octets, __VA_ARGS__ }
#define SAID(octets, ...) SAID_OF("m", KEY_M, octets, __VA_ARGS__)
#define END                                                                                        \
    { .issuer = NULL }
#define NONE TEXT("")
#define S_C TEXT("\x21")

#define NOT_ONE "not one DER OCSP response and nothing else"
#define BAD_STATUS "the response status is malformed or not known"
#define BAD_BYTES "the response's bytes are missing or malformed"
#define BAD_RESPONDER "the responder's name or key hash is malformed"
#define BAD_SINGLE "what it says of a certificate is malformed"
#define BAD_EXTENSIONS "the extensions are malformed, or one is there twice"
#define BAD_SIGNATURE "the signature is malformed"
#define BAD_CERTIFICATES "its certificates are malformed, or more than 8"

struct refusal {
    const char *name, *detail;
    enum response_part part;
    struct bytes bytes;
};

static void refuse_all(const struct refusal *refusals, size_t count) {
    const struct forge_status statuses[] = {SAID(S_C, .verdict = SAYS_GOOD), END};
    for (size_t i = 0; i < count; i++) {
        struct forge_response forge = {.responder = "m", .signer = KEY_M, .statuses = statuses};
        struct ocsp_response response;
        const char *detail = "(read)";
        forge.parts[refusals[i].part] = refusals[i].bytes;
        bool refused = !cz_ocsp_response_parse(forge_ocsp(&forge), &response, &detail);
        tap_is(detail, refusals[i].detail, refusals[i].name);
        tap_ok(refused && response.status != OCSP_SUCCESSFUL && response.der.len == 0,
               "and nothing is told");
    }
}

static void test_refused_frame(void) {
    struct bytes time = forge_generalized_time(NOW), inner = DER(DER_SEQUENCE, NONE);
    const struct refusal refusals[] = {
        {"status 4", BAD_STATUS, RESPONSE_STATUS, DER(DER_ENUMERATED, TEXT("\4"))},
        {"status 7", BAD_STATUS, RESPONSE_STATUS, DER(DER_ENUMERATED, TEXT("\7"))},
        {"a negative status", BAD_STATUS, RESPONSE_STATUS, DER(DER_ENUMERATED, TEXT("\xff"))},
        {"a status as INTEGER", BAD_STATUS, RESPONSE_STATUS, DER(DER_INTEGER, TEXT("\0"))},
        {"an error with bytes", "an error that holds more than its status", RESPONSE_STATUS,
         DER(DER_ENUMERATED, TEXT("\3"))},
        {"no bytes", BAD_BYTES, RESPONSE_BYTES, NONE},
        {"bytes with another tag", BAD_BYTES, RESPONSE_BYTES,
         DER(DER_CONTEXT_CONSTRUCTED(1), inner)},
        {"bytes without a type", BAD_BYTES, RESPONSE_BYTES, DER(DER_CONTEXT_CONSTRUCTED(0), inner)},
        {"two things in the bytes", BAD_BYTES, RESPONSE_BYTES,
         DER(DER_CONTEXT_CONSTRUCTED(0), inner, inner)},
        {"another type", "not of the basic type (RFC 6960 4.2.1)", RESPONSE_TYPE,
         DER(DER_OID, TEXT("\x2b\x06\x01"))},
        {"data that is no SEQUENCE", "the basic response is malformed", RESPONSE_DATA,
         DER(DER_SET, NONE)},
        {"version 2", "the version is not 1", RESPONSE_VERSION,
         DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_INTEGER, TEXT("\1")))},
        {"an empty version", "the version is not 1", RESPONSE_VERSION,
         DER(DER_CONTEXT_CONSTRUCTED(0), NONE)},
        {"two versions", "the version is not 1", RESPONSE_VERSION,
         DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_INTEGER, TEXT("\0")),
             DER(DER_INTEGER, TEXT("\0")))},
        {"a responder with another tag", BAD_RESPONDER, RESPONSE_RESPONDER,
         DER(DER_CONTEXT_CONSTRUCTED(3), support_name("m"))},
        {"an empty name", BAD_RESPONDER, RESPONSE_RESPONDER,
         DER(DER_CONTEXT_CONSTRUCTED(1), inner)},
        {"a malformed name", BAD_RESPONDER, RESPONSE_RESPONDER,
         DER(DER_CONTEXT_CONSTRUCTED(1), DER(DER_SEQUENCE, TEXT("x")))},
        {"a key hash of 19 octets", BAD_RESPONDER, RESPONSE_RESPONDER,
         DER(DER_CONTEXT_CONSTRUCTED(2), DER(DER_OCTET_STRING, support_fill(1, 19)))},
        {"two key hashes", BAD_RESPONDER, RESPONSE_RESPONDER,
         DER(DER_CONTEXT_CONSTRUCTED(2), DER(DER_OCTET_STRING, support_fill(1, 20)),
             DER(DER_NULL, NONE))},
        {"producedAt as UTCTime", "producedAt is malformed", RESPONSE_PRODUCED, forge_time(NOW)},
        {"producedAt twice", BAD_SINGLE, RESPONSE_PRODUCED, JOIN(time, time)},
        {"producedAt with a fraction", "producedAt is malformed", RESPONSE_PRODUCED,
         DER(DER_GENERALIZED_TIME, TEXT("20300101000000.5Z"))},
        {"no algorithm", BAD_SIGNATURE, RESPONSE_ALGORITHM, NONE},
        {"an empty algorithm", BAD_SIGNATURE, RESPONSE_ALGORITHM, inner},
        {"no signature", BAD_SIGNATURE, RESPONSE_SIGNATURE, NONE},
        {"an empty signature", BAD_SIGNATURE, RESPONSE_SIGNATURE, DER(DER_BIT_STRING, TEXT("\0"))},
        {"a signature with unused bits", BAD_SIGNATURE, RESPONSE_SIGNATURE,
         DER(DER_BIT_STRING, TEXT("\1\x80"))},
    };
    refuse_all(refusals, CZ_COUNT(refusals));
}

static void test_refused_lists(void) {
    struct bytes eight = NONE, one = support_extension(TEXT("\x2a\x03"), false, TEXT("x"));
    struct bytes seventeen = NONE;
    for (int i = 0; i < 9; i++)
        eight = JOIN(eight, DER(DER_SEQUENCE, NONE));
    for (uint8_t i = 0; i < 17; i++)
        seventeen = JOIN(seventeen, support_extension(JOIN(TEXT("\x2a"), {.data = &i, .len = 1}),
                                                      false, TEXT("x")));
#define EXTENSIONS(...) DER(DER_CONTEXT_CONSTRUCTED(1), DER(DER_SEQUENCE, __VA_ARGS__))
#define NONCE(value) support_extension(OID_OCSP_NONCE, false, value)
    const struct refusal refusals[] = {
        {"nine certificates", BAD_CERTIFICATES, RESPONSE_CERTIFICATES,
         DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_SEQUENCE, eight))},
        {"a certificate that is none", BAD_CERTIFICATES, RESPONSE_CERTIFICATES,
         DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_SEQUENCE, DER(DER_SET, NONE)))},
        {"two lists of certificates", BAD_CERTIFICATES, RESPONSE_CERTIFICATES,
         DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_SEQUENCE, NONE), DER(DER_SEQUENCE, NONE))},
        {"something behind the signature", BAD_CERTIFICATES, RESPONSE_CERTIFICATES,
         DER(DER_NULL, NONE)},
        {"an empty list of extensions", BAD_EXTENSIONS, RESPONSE_EXTENSIONS, EXTENSIONS(NONE)},
        {"an extension twice", BAD_EXTENSIONS, RESPONSE_EXTENSIONS, EXTENSIONS(one, one)},
        {"seventeen extensions", BAD_EXTENSIONS, RESPONSE_EXTENSIONS, EXTENSIONS(seventeen)},
        {"a malformed extension", BAD_EXTENSIONS, RESPONSE_EXTENSIONS,
         EXTENSIONS(DER(DER_SEQUENCE, NONE))},
        {"two lists of extensions", BAD_EXTENSIONS, RESPONSE_EXTENSIONS,
         JOIN(EXTENSIONS(one), EXTENSIONS(one))},
        {"extensions with another tag", BAD_EXTENSIONS, RESPONSE_EXTENSIONS,
         DER(DER_CONTEXT_CONSTRUCTED(2), DER(DER_SEQUENCE, one))},
        {"a nonce without its own OCTET STRING", BAD_EXTENSIONS, RESPONSE_EXTENSIONS,
         EXTENSIONS(NONCE(TEXT("nonce")))},
        {"an empty nonce", BAD_EXTENSIONS, RESPONSE_EXTENSIONS,
         EXTENSIONS(NONCE(DER(DER_OCTET_STRING, NONE)))},
        {"a nonce of 129 octets", BAD_EXTENSIONS, RESPONSE_EXTENSIONS,
         EXTENSIONS(NONCE(DER(DER_OCTET_STRING, support_fill(1, 129))))},
    };
    refuse_all(refusals, CZ_COUNT(refusals));
}

static void test_refused_singles(void) {
    struct bytes algorithm = DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2b\x0e\x03\x02\x1a")));
    struct bytes hash = DER(DER_OCTET_STRING, support_fill(1, 20));
    struct bytes serial = DER(DER_INTEGER, TEXT("\x21")), time = forge_generalized_time(NOW);
    struct bytes id = DER(DER_SEQUENCE, algorithm, hash, hash, serial);
    struct bytes good = DER(DER_CONTEXT(0), NONE);
    struct bytes extension = support_extension(TEXT("\x2a\x03"), false, TEXT("x"));
#define ONE(...) DER(DER_SEQUENCE, DER(DER_SEQUENCE, __VA_ARGS__))
#define REVOKED(...) ONE(id, DER(DER_CONTEXT_CONSTRUCTED(1), __VA_ARGS__), time)
    const struct {
        const char *name;
        struct bytes singles;
    } cases[] = {
        {"no list", DER(DER_SET, NONE)},
        {"an element that is no SEQUENCE", DER(DER_SEQUENCE, DER(DER_NULL, NONE))},
        {"no CertID", ONE(good, time)},
        {"a CertID without a hash", ONE(DER(DER_SEQUENCE, algorithm, hash, serial), good, time)},
        {"a CertID with a serial not minimal",
         ONE(DER(DER_SEQUENCE, algorithm, hash, hash, DER(DER_INTEGER, TEXT("\0\x21"))), good,
             time)},
        {"a CertID with more",
         ONE(DER(DER_SEQUENCE, algorithm, hash, hash, serial, serial), good, time)},
        {"a hash with parameters",
         ONE(DER(DER_SEQUENCE,
                 DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2b\x0e\x03\x02\x1a")),
                     DER(DER_INTEGER, TEXT("\1"))),
                 hash, hash, serial),
             good, time)},
        {"a hash with a NULL that is not empty",
         ONE(DER(DER_SEQUENCE,
                 DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2b\x0e\x03\x02\x1a")),
                     DER(DER_NULL, TEXT("\1"))),
                 hash, hash, serial),
             good, time)},
        {"a hash without an OID",
         ONE(DER(DER_SEQUENCE, DER(DER_SEQUENCE, NONE), hash, hash, serial), good, time)},
        {"no status", ONE(id, time)},
        {"a status that is not known", ONE(id, DER(DER_CONTEXT(3), NONE), time)},
        {"good, with something in it", ONE(id, DER(DER_CONTEXT(0), TEXT("x")), time)},
        {"unknown, with something in it", ONE(id, DER(DER_CONTEXT(2), TEXT("x")), time)},
        {"revoked without a time", REVOKED(NONE)},
        {"revoked with a UTCTime", REVOKED(forge_time(NOW))},
        {"revoked with an empty reason", REVOKED(time, DER(DER_CONTEXT_CONSTRUCTED(0), NONE))},
        {"revoked with two reasons",
         REVOKED(time, DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_ENUMERATED, TEXT("\1")),
                           DER(DER_ENUMERATED, TEXT("\1"))))},
        {"revoked with something behind the reason",
         REVOKED(time, DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_ENUMERATED, TEXT("\1"))), time)},
        {"no thisUpdate", ONE(id, good)},
        {"thisUpdate as UTCTime", ONE(id, good, forge_time(NOW))},
        {"an empty nextUpdate", ONE(id, good, time, DER(DER_CONTEXT_CONSTRUCTED(0), NONE))},
        {"nextUpdate as UTCTime",
         ONE(id, good, time, DER(DER_CONTEXT_CONSTRUCTED(0), forge_time(NOW)))},
        {"two nextUpdates", ONE(id, good, time, DER(DER_CONTEXT_CONSTRUCTED(0), time, time))},
        {"an extension twice",
         ONE(id, good, time,
             DER(DER_CONTEXT_CONSTRUCTED(1), DER(DER_SEQUENCE, extension, extension)))},
        {"something behind", ONE(id, good, time, DER(DER_NULL, NONE))},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        const struct refusal refusal = {cases[i].name, BAD_SINGLE, RESPONSE_SINGLES,
                                        cases[i].singles};
        refuse_all(&refusal, 1);
    }
}

/* Every part cut off, and every byte behind it. */
static void test_lengths(void) {
    const struct forge_status statuses[] = {SAID(S_C, .verdict = SAYS_REVOKED, .reason = REASON(1)),
                                            END};
    const struct forge ca = {
        .subject = "m", .issuer = "m", .key = KEY_M, .signer = KEY_M, .ca = true};
    const struct bytes certificates[] = {forge_der(&ca), {0}};
    const struct forge_response forge = {
        .responder = "m", .signer = KEY_M, .statuses = statuses, .certificates = certificates};
    struct bytes der = forge_ocsp(&forge);
    struct ocsp_response response;
    const char *detail;
    size_t wrong = 0;
    for (size_t len = 0; len < der.len; len++) {
        struct bytes copy = support_keep(der.data, len);
        wrong += cz_ocsp_response_parse(copy, &response, &detail);
        wrong += strcmp(detail, NOT_ONE) != 0;
    }
    tap_is_int((long long)wrong, 0, "a response that is cut off anywhere is refused");
    detail = "";
    tap_ok(!cz_ocsp_response_parse(JOIN(der, TEXT("\0")), &response, &detail) &&
               strcmp(detail, NOT_ONE) == 0,
           "and one with a byte behind it");
    struct bytes large = support_fill(0x30, CZ_OCSP_RESPONSE_SIZE_MAX + 1);
    tap_ok(!cz_ocsp_response_parse(large, &response, &detail), "and one that is too large");
    tap_is(detail, "it is larger than 64 KiB", "with its reason");
}

int main(void) {
    test_refused_frame();
    test_refused_lists();
    test_refused_singles();
    test_lengths();
    return tap_done();
}
