/* Self-signed certificates, and what an end certificate tells without any path. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "validate/validate.h"

static const struct requirements both = {
    .allow_chained = true, .allow_self_signed = true, .check_validity = true, .max_path_length = 8};

static struct validation validation;

static bool judge(const struct certificate *certificate, const struct trust *trust,
                  const struct requirements *requirements) {
    static struct signature_checks signatures;
    signatures.count = 0;
    memset(&validation, 0xa5, sizeof validation);
    cz_validate_self_signed(certificate, trust, requirements, &signatures, NOW, &validation);
    return validation.valid;
}

static void reason_is(enum reason reason, enum check check, const char *detail, const char *name) {
    const struct trace_entry *last = &validation.trace.entries[validation.trace.count - 1];
    tap_is(cz_reason_info(validation.reason)->slug, cz_reason_info(reason)->slug, name);
    tap_ok(last->check == check && last->outcome == OUTCOME_FAILED, "by the check %s",
           cz_check_name(check));
    tap_is(last->detail, detail, "with its detail");
}

static struct forge self(void) {
    return (struct forge){.subject = "self", .issuer = "self", .key = 1, .signer = 1};
}

static void test_trusted(void) {
    struct forge forge = self();
    CZ_CLEANUP(cz_trust_release) struct trust trust = {0};
    struct certificate *certificate = forge_certificate(&forge);
    CZ_CLEANUP(cz_certificate_release) struct certificate *twin = forge_certificate(&forge);
    tap_ok(!judge(certificate, &trust, &both), "one that nobody trusts is refused");
    reason_is(REASON_SELF_SIGNED_NOT_TRUSTED, CHECK_SELF_SIGNED_TRUST,
              "it is neither among trust.anchors nor in trust.pinned", "not trusted");
    cz_pool_add(&trust.anchors, certificate);
    cz_pool_sort(&trust.anchors);
    tap_ok(judge(certificate, &trust, &both), "among the anchors it is accepted");
    tap_ok(validation.path.count == 1 && validation.path.certificates[0] == certificate,
           "its path is itself");
    tap_ok(validation.valid_from == VALID_FROM && validation.valid_until == VALID_UNTIL,
           "it holds for its period");
    tap_ok(!judge(twin, &trust, &both), "its twin of the same name and key is not");
    trust.pins = calloc(1, sizeof *trust.pins);
    trust.pin_count = 1;
    memcpy(trust.pins[0].sha256, twin->sha256, CZ_SHA256_SIZE);
    tap_ok(judge(twin, &trust, &both), "but pinned it is");
    struct requirements chained = both;
    chained.allow_self_signed = false;
    tap_ok(!judge(twin, &trust, &chained), "not where the type is not allowed");
    reason_is(REASON_CERTIFICATE_TYPE_NOT_ALLOWED, CHECK_TYPE,
              "it is self-signed, and certificates.types does not hold \"self-signed\"",
              "its type");
}

/* Pinned or not: it has to be good by itself. */
static void test_pinned_but_bad(void) {
    static const struct bytes server_use[] = {
        TEXT(
            "\x30\x13\x06\x03\x55\x1d\x25\x04\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01"),
        {NULL, 0}};
    static const struct {
        const char *name;
        struct forge forge;
        enum reason reason;
        enum check check;
        const char *detail;
    } cases[] = {
        {"expired",
         {.not_after = NOW - 1},
         REASON_EXPIRED,
         CHECK_VALIDITY,
         "its notAfter has passed"},
        {"of the future",
         {.not_before = NOW + 1},
         REASON_NOT_YET_VALID,
         CHECK_VALIDITY,
         "its notBefore lies ahead"},
        {"signed by another key",
         {.signer = 2},
         REASON_BAD_SIGNATURE,
         CHECK_SIGNATURE,
         "its issuer's key does not verify its signature"},
        {"with a changed signature",
         {.bad_signature = true},
         REASON_BAD_SIGNATURE,
         CHECK_SIGNATURE,
         "its issuer's key does not verify its signature"},
        {"for servers",
         {.use_omitted = true, .more = server_use},
         REASON_NOT_FOR_CLIENT_AUTHENTICATION,
         CHECK_USE,
         "its extended key usage does not hold clientAuth"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct forge forge = cases[i].forge;
        forge.subject = forge.issuer = "self";
        forge.key = 1;
        forge.signer = forge.signer != 0 ? forge.signer : 1;
        CZ_CLEANUP(cz_certificate_release)
        struct certificate *certificate = forge_certificate(&forge);
        struct pin pin;
        memcpy(pin.sha256, certificate->sha256, CZ_SHA256_SIZE);
        struct trust trust = {.pins = &pin, .pin_count = 1};
        tap_ok(!judge(certificate, &trust, &both), "one that is %s is refused", cases[i].name);
        reason_is(cases[i].reason, cases[i].check, cases[i].detail, cases[i].name);
    }
}

static void test_end_certificate(void) {
    struct forge forge = {.subject = "client", .issuer = "ca"};
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = forge_certificate(&forge);
    memset(&validation, 0xa5, sizeof validation);
    cz_validate_end_certificate(certificate, &both, NOW, &validation);
    tap_ok(validation.valid && validation.reason == REASON_UNDECIDED, "a good end certificate");
    static const enum check checks[] = {CHECK_TYPE, CHECK_USE, CHECK_VALIDITY, CHECK_STRENGTH,
                                        CHECK_CRITICAL_EXTENSIONS};
    bool in_order = validation.trace.count == CZ_COUNT(checks);
    for (size_t i = 0; i < CZ_COUNT(checks) && in_order; i++)
        in_order = validation.trace.entries[i].check == checks[i] &&
                   validation.trace.entries[i].outcome == OUTCOME_PASSED;
    tap_ok(in_order, "passes these checks in this order");
    cz_validate_end_certificate(certificate, &both, VALID_UNTIL + 1, &validation);
    tap_ok(!validation.valid && validation.reason == REASON_EXPIRED, "expired");
    struct requirements lax = {.allow_chained = true, .use = USE_ANY};
    cz_validate_end_certificate(certificate, &lax, VALID_UNTIL + 1, &validation);
    tap_ok(validation.valid && validation.trace.entries[1].outcome == OUTCOME_SKIPPED &&
               validation.trace.entries[2].outcome == OUTCOME_SKIPPED,
           "what is not asked for is told as skipped");
    struct requirements none = {0};
    cz_validate_end_certificate(certificate, &none, NOW, &validation);
    tap_ok(!validation.valid, "requirements of zeros allow no type");
}

int main(void) {
    test_trusted();
    test_pinned_but_bad();
    test_end_certificate();
    return tap_done();
}
