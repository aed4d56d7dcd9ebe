/* Any bytes as a certificate's DER, or its PEM: read, judged, named, told to handlers and log. */
#include "fuzz.h"

#include "../unit/json.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/name.h"
#include "log/line.h"
#include "pem/pem.h"
#include "response/response.h"

#include <gnutls/x509.h>

#define NOW INT64_C(1893456000) /* 2030-01-01T00:00:00Z */
#define NO_EXPIRY INT64_C(253402300799)

/* GnuTLS gives no time before 1970, and a value of its own for "no expiry". */
static bool same_time(time_t theirs, int64_t ours) {
    return theirs == ours || (theirs <= 0 && ours < 0) || ours == NO_EXPIRY;
}

/* Where GnuTLS reads the same value it must be the same. */
static void compare_with_gnutls(const struct certificate *certificate) {
    gnutls_x509_crt_t crt;
    gnutls_datum_t der = {.data = (unsigned char *)certificate->der.data,
                          .size = (unsigned)certificate->der.len};
    REQUIRE(gnutls_x509_crt_init(&crt) >= 0);
    REQUIRE(gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) >= 0);
    REQUIRE(gnutls_x509_crt_get_version(crt) == certificate->version);
    REQUIRE(same_time(gnutls_x509_crt_get_activation_time(crt), certificate->not_before));
    REQUIRE(same_time(gnutls_x509_crt_get_expiration_time(crt), certificate->not_after));
    unsigned ca = 0;
    int path_length = -1;
    if (gnutls_x509_crt_get_basic_constraints(crt, NULL, &ca, &path_length) >= 0)
        REQUIRE((ca != 0) == certificate->is_ca && path_length == certificate->path_length);
    gnutls_x509_crt_deinit(crt);
}

static void check_names(const struct certificate *certificate) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_name_append(&text, certificate->issuer);
    REQUIRE(!text.failed && cz_utf8_valid(cz_buffer_view(&text)));
    REQUIRE(!cz_text_has_control(cz_buffer_view(&text)));
    bool same_bytes = cz_bytes_equal(certificate->issuer, certificate->subject);
    REQUIRE(certificate->self_named == same_bytes);
    REQUIRE(certificate->self_issued ==
            cz_bytes_equal(certificate->issuer_canonical, certificate->subject_canonical));
    REQUIRE(!same_bytes || certificate->self_issued);
}

static void check_fields(const struct identity *identity) {
    for (enum identity_field i = 0; i < IDENTITY_COUNT; i++) {
        struct bytes field = cz_identity_field(identity, i);
        REQUIRE(field.len <= identity->text.len && !cz_text_has_control(field));
        REQUIRE(cz_utf8_valid(field));
    }
}

/* Granted or refused: the reply and the log line are sound. */
static void check_output(struct decision *decision) {
    static const char id[] = "id";
    struct request request = {.method = CZ_BYTES("GET"), .uri = CZ_BYTES("/")};
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    cz_response_render(&reply, decision, CZ_BYTES(""), id, NOW);
    REQUIRE(reply.len > 4 && memcmp(reply.data + reply.len - 4, "\r\n\r\n", 4) == 0);
    REQUIRE(fuzz_headers_are_sound(
        (struct bytes){.data = (uint8_t *)reply.data, .len = reply.len - 2}));
    cz_log_line(&line, &(struct log_event){
                           .decision = decision, .request = &request, .id = id, .now = NOW});
    REQUIRE(json_is_line(cz_buffer_view(&line)));
}

static void judge(struct certificate *certificate, struct validation *validation) {
    static const struct requirements requirements = {
        .allow_chained = true, .allow_self_signed = true, .check_validity = true};
    static struct signature_checks signatures;
    struct trust trust = {0};
    signatures.count = 0;
    cz_validate_end_certificate(certificate, &requirements, NOW, validation);
    cz_certificate_import_key(certificate);
    cz_validate_self_signed(certificate, &trust, &requirements, &signatures, NOW, validation);
    REQUIRE(!validation->valid && validation->reason != REASON_UNDECIDED);
    struct path path = {.certificates = {certificate, certificate}, .count = 2};
    cz_validate_path(&path, &requirements, &signatures, NOW, validation);
    REQUIRE(validation->valid == (validation->reason == REASON_UNDECIDED));
}

static void use_certificate(struct certificate *certificate) {
    static struct rule rule = {.name = (char *)(uintptr_t) "r", .path = (char *)(uintptr_t) "/"};
    CZ_CLEANUP(cz_decision_release) struct decision decision;
    cz_decision_init(&decision);
    decision.assessment = cz_assessment_new();
    REQUIRE(decision.assessment != NULL);
    decision.assessment->certificate = certificate;
    decision.rule = &rule;
    compare_with_gnutls(certificate);
    check_names(certificate);
    judge(certificate, &decision.assessment->validation);
    REQUIRE(cz_identity_read(certificate, &decision.assessment->identity));
    check_fields(&decision.assessment->identity);
    decision.verdict = VERDICT_GRANTED;
    decision.reason = REASON_GRANTED;
    check_output(&decision);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CZ_CLEANUP(cz_buffer_release) struct buffer decoded = {0};
    struct bytes der = {.data = data, .len = size};
    const char *detail = NULL;
    if (size > 0 && data[0] == '-' && cz_pem_decode(der, &decoded, &detail) == PEM_OK)
        der = cz_buffer_view(&decoded);
    struct certificate *certificate = NULL;
    detail = NULL;
    enum certificate_status status = cz_certificate_parse(der, &certificate, &detail);
    REQUIRE(status != CERTIFICATE_NO_MEMORY);
    REQUIRE((status == CERTIFICATE_OK) == (certificate != NULL));
    REQUIRE(status == CERTIFICATE_OK || detail != NULL);
    if (certificate != NULL)
        use_certificate(certificate); /* which now belongs to an assessment */
    return 0;
}
