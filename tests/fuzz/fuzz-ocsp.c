/*
 * Any bytes as an OCSP response, and as the list of places where to ask: read, searched, and judged
 * about certificates that it speaks of and one that it does not. A signature counts as good by its
 * last bit, so that who may sign is reached; see __wrap_cz_signature_verify.
 */
#include "fuzz.h"

#include "base/cleanup.h"
#include "certificate/name.h"
#include "certificate/oid.h"
#include "revocation/ocsp_check.h"

#include <gnutls/ocsp.h>

#define ASKED_MAX 4

bool __wrap_cz_signature_verify(const struct certificate *issuer, gnutls_sign_algorithm_t algorithm,
                                struct bytes data, struct bytes signature);

bool __wrap_cz_signature_verify(const struct certificate *issuer, gnutls_sign_algorithm_t algorithm,
                                struct bytes data, struct bytes signature) {
    (void)issuer;
    (void)data;
    REQUIRE(algorithm != GNUTLS_SIGN_UNKNOWN && signature.len > 0);
    return (signature.data[signature.len - 1] & 1) != 0;
}

static bool within(struct bytes inner, struct bytes outer) {
    return inner.len == 0 ||
           (inner.data >= outer.data && inner.data + inner.len <= outer.data + outer.len);
}

/* The issuer of the seeds: CN=m with this key. */
#define NAME CZ_BYTES("\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01m")
static const uint8_t spki[] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04, 0x6d, 0xdc, 0x8b, 0x9f, 0x35,
    0xa7, 0x28, 0x71, 0x4e, 0xb4, 0x83, 0x96, 0x8e, 0xfc, 0xc5, 0x73, 0x7b, 0xf3, 0xc6, 0xaa, 0xb9,
    0xb1, 0x9d, 0x3a, 0x99, 0x3b, 0x58, 0xab, 0xe8, 0x2e, 0x5e, 0x91, 0xf1, 0xd8, 0x1e, 0x40, 0x62,
    0x9f, 0xd9, 0xb9, 0x45, 0xce, 0xc1, 0xc8, 0x3a, 0x64, 0x26, 0x8f, 0xce, 0xa1, 0x1a, 0x0c, 0x22,
    0x0d, 0x2d, 0xfd, 0x38, 0xc2, 0x9a, 0xaa, 0x28, 0x53, 0x3f, 0x25};

static void make_pair(struct bytes canonical, struct bytes serial, struct certificate *certificate,
                      struct certificate *issuer) {
    *issuer = (struct certificate){.subject = NAME,
                                   .issuer = NAME,
                                   .subject_canonical = canonical,
                                   .issuer_canonical = canonical,
                                   .spki = {.data = spki, .len = sizeof spki}};
    *certificate = (struct certificate){
        .serial = serial, .issuer = NAME, .issuer_canonical = canonical, .subject = NAME};
}

static bool is_good(void *context, const struct certificate *responder) {
    (void)context;
    return (responder->serial.data[0] & 1) != 0;
}

static void judge(const struct ocsp_response *response, const struct certificate *certificate,
                  const struct certificate *issuer, struct bytes nonce, int64_t now) {
    static const struct requirements requirements = {.check_validity = true};
    static const struct revocation_settings settings = {.ocsp_max_age = 9, .ocsp_skew = 5};
    const struct ocsp_question question = {.certificate = certificate,
                                           .issuer = issuer,
                                           .settings = &settings,
                                           .requirements = &requirements,
                                           .now = now,
                                           .nonce = nonce,
                                           .is_good = is_good};
    struct ocsp_answer answer;
    struct ocsp_single_response single = {.status = OCSP_UNKNOWN};
    bool found = cz_ocsp_find(response, certificate, issuer, &single);
    cz_ocsp_verify(&question, response->der, &answer);
    REQUIRE(answer.valid_from <= now && now <= answer.valid_until);
    REQUIRE(answer.cause < REVOCATION_CAUSE_COUNT);
    REQUIRE(!answer.heard ||
            (found && single.unknown_critical.len == 0 && response->unknown_critical.len == 0 &&
             response->status == OCSP_SUCCESSFUL));
    REQUIRE(answer.heard || answer.status == REVOCATION_UNKNOWN);
    REQUIRE(answer.heard ==
            (answer.status != REVOCATION_UNKNOWN || answer.cause == REVOCATION_STALE ||
             answer.cause == REVOCATION_NOT_KNOWN));
    REQUIRE(answer.status != REVOCATION_GOOD || single.status == OCSP_GOOD);
    REQUIRE(!answer.heard ||
            (single.status == OCSP_REVOKED) == (answer.status == REVOCATION_REVOKED));
    REQUIRE(!answer.heard || nonce.len == 0 || cz_bytes_equal(nonce, response->nonce));
}

static void judge_all(const struct ocsp_response *response) {
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    struct certificate certificate, issuer;
    struct ocsp_single_response single;
    struct bytes rest = response->single_responses;
    cz_name_canonical(&name, NAME);
    for (size_t i = 0; i < ASKED_MAX && cz_ocsp_next(&rest, &single); i++) {
        make_pair(cz_buffer_view(&name), single.serial, &certificate, &issuer);
        judge(response, &certificate, &issuer, (struct bytes){0}, single.this_update);
        judge(response, &certificate, &issuer, response->nonce, response->produced_at + 7);
        judge(response, &certificate, &issuer, CZ_BYTES("nonce"), single.this_update);
    }
    make_pair(cz_buffer_view(&name), CZ_BYTES("\x55\xaa\x55"), &certificate, &issuer);
    judge(response, &certificate, &issuer, (struct bytes){0}, response->produced_at);
}

static void check_values(const struct ocsp_response *response) {
    struct bytes rest = response->single_responses;
    struct ocsp_single_response single;
    REQUIRE(within(response->tbs, response->der) && within(response->signature, response->der) &&
            within(response->nonce, response->tbs) &&
            within(response->responder_name, response->tbs) && within(rest, response->tbs));
    REQUIRE((response->responder_name.len > 0) != (response->responder_key_hash.len > 0));
    for (size_t i = 0; i < response->certificate_count; i++)
        REQUIRE(within(response->certificates[i], response->der));
    while (cz_ocsp_next(&rest, &single))
        REQUIRE(within(single.serial, response->single_responses) &&
                within(single.issuer_key_hash, response->single_responses));
    REQUIRE(rest.len == 0);
}

/* Where GnuTLS reads it too, it must read the same; it gives no time before 1970. */
static void compare_with_gnutls(const struct ocsp_response *response) {
    gnutls_ocsp_resp_t other;
    gnutls_datum_t der = {.data = (unsigned char *)response->der.data,
                          .size = (unsigned)response->der.len};
    REQUIRE(gnutls_ocsp_resp_init(&other) >= 0);
    if (gnutls_ocsp_resp_import(other, &der) >= 0) {
        REQUIRE(gnutls_ocsp_resp_get_status(other) == (int)response->status);
        time_t produced_at = gnutls_ocsp_resp_get_produced(other);
        REQUIRE(response->status != OCSP_SUCCESSFUL || produced_at == response->produced_at ||
                produced_at <= 0);
    }
    gnutls_ocsp_resp_deinit(other);
}

static void ask_for_urls(struct bytes value) {
    struct certificate certificate = {
        .extension_count = 1, .extensions = {{.oid = OID_AUTHORITY_INFO_ACCESS, .value = value}}};
    struct bytes urls[2];
    size_t count = cz_ocsp_urls(&certificate, urls, CZ_COUNT(urls));
    REQUIRE(count <= CZ_COUNT(urls));
    for (size_t i = 0; i < count; i++)
        REQUIRE(urls[i].len > strlen("http://") && within(urls[i], value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes der = {.data = data, .len = size};
    struct ocsp_response response;
    const char *detail = NULL;
    ask_for_urls(der);
    if (!cz_ocsp_response_parse(der, &response, &detail)) {
        REQUIRE(detail != NULL && response.tbs.len == 0);
        return 0;
    }
    compare_with_gnutls(&response);
    if (response.status != OCSP_SUCCESSFUL)
        return 0;
    check_values(&response);
    judge_all(&response);
    return 0;
}
