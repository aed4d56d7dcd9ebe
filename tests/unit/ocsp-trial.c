#include "ocsp-trial.h"

struct certificate *trial_certificates[WHO_COUNT];
const struct requirements trial_requirements = {.check_validity = true, .max_path_length = 8};

void trial_begin(void) {
    struct bytes null = DER(DER_NULL, TEXT(""));
    struct bytes purpose = support_extension(OID_EXTENDED_KEY_USAGE, false,
                                             DER(DER_SEQUENCE, DER(DER_OID, OID_OCSP_SIGNING)));
    struct bytes any = support_extension(
        OID_EXTENDED_KEY_USAGE, false, DER(DER_SEQUENCE, DER(DER_OID, OID_ANY_EXTENDED_KEY_USAGE)));
    struct bytes no_check = support_extension(OID_OCSP_NO_CHECK, false, null);
    const struct bytes full[] = {purpose, no_check, {0}}, checked[] = {purpose, {0}};
    const struct bytes no_purpose[] = {no_check, {0}}, any_purpose[] = {any, no_check, {0}};
    const struct bytes critical[] = {
        purpose, no_check, support_extension(TEXT("\x2a\x03"), true, null), {0}};
#define RESPONDER(extensions, key_number, issuer_name, issuer_key, ...)                            \
    {                                                                                              \
        .subject = "o", .issuer = issuer_name, .key = key_number, .signer = issuer_key,            \
        .use_omitted = true, .more = extensions, __VA_ARGS__                                       \
    }
#define OF_M(extensions, ...) RESPONDER(extensions, KEY_O, "m", KEY_M, __VA_ARGS__)
    const struct forge forges[WHO_COUNT] = {
        [M] = {.subject = "m", .issuer = "m", .key = KEY_M, .signer = KEY_M, .ca = true},
        [C] = {.subject = "c",
               .issuer = "m",
               .signer = KEY_M,
               .parts = {[PART_SERIAL] = DER(DER_INTEGER, TEXT("\x21"))}},
        [C_RESPONDER] = {.subject = "c",
                         .issuer = "m",
                         .signer = KEY_M,
                         .use_omitted = true,
                         .more = full,
                         .parts = {[PART_SERIAL] = DER(DER_INTEGER, TEXT("\x21"))}},
        [O] = OF_M(full, .not_after = NOW + 3 * DAY),
        [O_CHECKED] = OF_M(checked, .ca = false),
        [O_NO_PURPOSE] = OF_M(no_purpose, .ca = false),
        [O_ANY_PURPOSE] = OF_M(any_purpose, .ca = false),
        [O_OTHER_ISSUER] = RESPONDER(full, KEY_O, "x", KEY_M, .ca = false),
        [O_OTHER_KEY] = RESPONDER(full, KEY_O, "m", KEY_OTHER, .ca = false),
        [O_NO_DIGITAL_SIGNATURE] = OF_M(full, .key_usage = "0102"),
        [O_NO_KEY_USAGE] = OF_M(full, .key_usage = ""),
        [O_EXPIRED] = OF_M(full, .not_after = NOW - 1),
        [O_FUTURE] = OF_M(full, .not_before = NOW + 1),
        [O_WEAK] = RESPONDER(full, FORGE_RSA_1024, "m", KEY_M, .ca = false),
        [O_CRITICAL] = OF_M(critical, .ca = false),
        [O_LATIN] = OF_M(
            full, .parts = {[PART_SUBJECT] =
                                DER(DER_SEQUENCE, support_rdn(OID_COMMON_NAME, DER_PRINTABLE_STRING,
                                                              TEXT(" O ")))}),
    };
    for (size_t i = M; i < WHO_COUNT; i++)
        trial_certificates[i] = forge_certificate(&forges[i]);
}

void trial_end(void) {
    for (size_t i = M; i < WHO_COUNT; i++)
        cz_certificate_free(trial_certificates[i]);
}

const char *trial_text(const struct ocsp_answer *answer) {
    const char *detail = answer->detail != NULL ? support_text(": %s", answer->detail) : "";
    if (answer->status == REVOCATION_UNKNOWN)
        return support_text("%s%s%s", cz_revocation_cause_name(answer->cause), detail,
                            answer->heard ? ", heard" : "");
    if (!answer->heard)
        return "(not heard)";
    if (answer->status == REVOCATION_GOOD)
        return "good";
    return support_text("revoked (%s%s)", cz_crl_reason_name(answer->reason),
                        answer->stale ? ", stale" : "");
}

struct ocsp_answer trial_ask(const struct trial *trial, struct bytes der, int64_t now) {
    struct certificate *configured[2];
    struct requirements requirements = trial_requirements;
    struct revocation_settings settings = {.responders = configured};
    struct ocsp_answer answer;
    for (size_t i = 0; i < 2 && trial->configured[i] != NOBODY; i++)
        configured[settings.responder_count++] = trial_certificates[trial->configured[i]];
    requirements.strength = trial->strength;
    const struct ocsp_question question = {
        .certificate = trial_certificates[trial->asked_about != NOBODY ? trial->asked_about : C],
        .issuer = trial_certificates[M],
        .settings = &settings,
        .requirements = &requirements,
        .now = now,
        .nonce = trial->nonce,
        .is_good = trial->is_good};
    cz_ocsp_verify(&question, der, &answer);
    return answer;
}

struct bytes trial_response(const struct trial *trial) {
    struct forge_response response = trial->response;
    struct forge_status statuses[2] = {trial->said, {.issuer = NULL}};
    struct bytes carried[4] = {{0}};
    if (statuses[0].issuer == NULL && statuses[0].whole == NULL) {
        statuses[0].issuer = "m";
        statuses[0].issuer_key = KEY_M;
        statuses[0].serial = TEXT("\x21");
    }
    if (response.statuses == NULL)
        response.statuses = statuses;
    if (response.responder == NULL && response.signer == 0) {
        response.responder = "m";
        response.signer = KEY_M;
    }
    for (size_t i = 0; i < 3 && trial->carried[i] != NOBODY; i++)
        carried[i] = trial_certificates[trial->carried[i]]->der;
    if (response.certificates == NULL)
        response.certificates = carried;
    return forge_ocsp(&response);
}
