#include "revocation/ocsp_signer.h"

#include "certificate/name.h"
#include "certificate/oid.h"
#include "revocation/ocsp_id.h"
#include "validate/validate.h"

struct hunt {
    const struct ocsp_question *question;
    const struct ocsp_response *response;
    struct ocsp_answer *answer;
    struct buffer responder_canonical;
    bool limit_reached;
};

static bool fail(struct hunt *hunt, enum revocation_cause cause, const char *detail) {
    struct ocsp_answer *answer = hunt->answer;
    if (cause < answer->cause || (cause == answer->cause && answer->detail != NULL))
        return false;
    answer->cause = cause;
    answer->detail = detail;
    return false;
}

static bool refuse(struct hunt *hunt, const char *detail) {
    return fail(hunt, REVOCATION_RESPONDER_NOT_AUTHORIZED, detail);
}

/* Does the response say that it is this one's (RFC 6960 4.2.1, ResponderID)? */
static bool is_named(const struct hunt *hunt, const struct certificate *certificate) {
    struct bytes expected = hunt->response->responder_key_hash;
    uint8_t hash[CZ_OCSP_HASH_SIZE_MAX];
    if (expected.len == 0)
        return cz_bytes_equal(cz_buffer_view(&hunt->responder_canonical),
                              certificate->subject_canonical);
    return cz_ocsp_key_hash(certificate, hash) && memcmp(hash, expected.data, expected.len) == 0;
}

static bool verify(struct hunt *hunt, const struct certificate *signer,
                   gnutls_sign_algorithm_t algorithm, struct bytes data, struct bytes signature) {
    hunt->limit_reached |= !cz_crl_signatures_spend(hunt->question->signatures);
    if (hunt->limit_reached)
        return fail(hunt, REVOCATION_LIMIT, NULL);
    return cz_signature_verify(signer, algorithm, data, signature);
}

static bool has_signed(struct hunt *hunt, const struct certificate *signer) {
    const struct ocsp_response *response = hunt->response;
    return is_named(hunt, signer) && (verify(hunt, signer, response->signature_algorithm,
                                             response->tbs, response->signature) ||
                                      fail(hunt, REVOCATION_BAD_SIGNATURE, NULL));
}

static void narrow(struct hunt *hunt, int64_t from, int64_t until) {
    if (from > hunt->answer->valid_from)
        hunt->answer->valid_from = from;
    if (until < hunt->answer->valid_until)
        hunt->answer->valid_until = until;
}

/* A responder that is not valid now may be at another time. */
static void note_dates(struct hunt *hunt, const struct certificate *responder) {
    int64_t now = hunt->question->now;
    if (now < responder->not_before)
        narrow(hunt, INT64_MIN, responder->not_before - 1);
    if (now > responder->not_after)
        narrow(hunt, responder->not_after + 1, INT64_MAX);
}

/* The certificate as such: its validity, strength and critical extensions. */
static bool is_sound(struct hunt *hunt, const struct certificate *responder) {
    const struct ocsp_question *question = hunt->question;
    const struct requirements requirements = cz_signer_requirements(question->requirements);
    struct validation validation;
    if (question->is_denied != NULL && question->is_denied(question->context, responder))
        return refuse(hunt, "the deny list names the responder");
    note_dates(hunt, responder);
    cz_validate_end_certificate(responder, &requirements, question->now, &validation);
    if (!validation.valid)
        return refuse(hunt, validation.reason == REASON_EXPIRED ||
                                    validation.reason == REASON_NOT_YET_VALID
                                ? "the responder's certificate is not valid now"
                                : "the responder's certificate is too weak, or has a critical "
                                  "extension that is not known");
    if (responder->has_key_usage && (responder->key_usage & KEY_USAGE_DIGITAL_SIGNATURE) == 0)
        return refuse(hunt, "the key usage of the responder's certificate holds no "
                            "digitalSignature");
    narrow(hunt, validation.valid_from, validation.valid_until);
    return true;
}

/* Did the issuer's very key make it a responder? None vouches for itself. */
static bool is_delegate(struct hunt *hunt, const struct certificate *responder) {
    const struct ocsp_question *question = hunt->question;
    if (cz_bytes_equal(responder->der, question->certificate->der))
        return refuse(hunt, "the certificate vouches for itself");
    if (!cz_certificate_has_purpose(responder, OID_OCSP_SIGNING))
        return refuse(hunt, "the extended key usage of the responder's certificate does not hold "
                            "OCSPSigning");
    if (!cz_bytes_equal(responder->issuer_canonical, question->issuer->subject_canonical) ||
        !verify(hunt, question->issuer, responder->signature_algorithm, responder->tbs,
                responder->signature))
        return refuse(hunt, "the responder's certificate is not issued by the CA of the "
                            "certificate that was asked about, with the same key");
    return true;
}

static bool is_not_revoked(struct hunt *hunt, const struct certificate *responder) {
    const struct ocsp_question *question = hunt->question;
    if (question->is_good == NULL ||
        cz_certificate_extension(responder, OID_OCSP_NO_CHECK) != NULL ||
        question->is_good(question->context, responder))
        return true;
    return refuse(hunt, "the responder's certificate lacks id-pkix-ocsp-nocheck, and no CRL says "
                        "that it is not revoked");
}

static bool try_configured(struct hunt *hunt) {
    const struct revocation_settings *settings = hunt->question->settings;
    for (size_t i = 0; i < settings->responder_count && !hunt->limit_reached; i++)
        if (has_signed(hunt, settings->responders[i]) && is_sound(hunt, settings->responders[i]))
            return true;
    return false;
}

/* The certificate read, or as it was read before; NULL where it cannot be. */
static const struct certificate *take(struct hunt *hunt, struct bytes der) {
    struct ocsp_responders *known = hunt->question->responders;
    const char *detail;
    for (size_t i = 0; i < known->count; i++)
        if (cz_bytes_equal(known->items[i]->der, der))
            return known->items[i];
    hunt->limit_reached |= known->count == CZ_OCSP_RESPONDERS_MAX;
    if (hunt->limit_reached) {
        fail(hunt, REVOCATION_LIMIT, NULL);
        return NULL;
    }
    struct certificate **item = &known->items[known->count];
    switch (cz_certificate_parse(der, item, &detail)) {
    case CERTIFICATE_OK:
        known->count++;
        cz_certificate_import_key(*item); /* without a key it verifies nothing */
        return *item;
    case CERTIFICATE_NO_MEMORY:
        fail(hunt, REVOCATION_NO_MEMORY, NULL);
        return NULL;
    case CERTIFICATE_MALFORMED:
        break;
    }
    fail(hunt, REVOCATION_NO_ISSUER, "a certificate that the OCSP response carries is malformed");
    return NULL;
}

static bool try_carried(struct hunt *hunt) {
    const struct ocsp_response *response = hunt->response;
    for (size_t i = 0; i < response->certificate_count && !hunt->limit_reached; i++) {
        if (cz_bytes_equal(response->certificates[i], hunt->question->issuer->der))
            continue;
        const struct certificate *responder = take(hunt, response->certificates[i]);
        if (responder != NULL && has_signed(hunt, responder) && is_delegate(hunt, responder) &&
            is_not_revoked(hunt, responder) && is_sound(hunt, responder))
            return true;
    }
    return false;
}

bool cz_ocsp_signer_find(const struct ocsp_question *question, const struct ocsp_response *response,
                         struct ocsp_answer *answer) {
    struct hunt hunt = {.question = question, .response = response, .answer = answer};
    answer->cause = REVOCATION_NO_ISSUER;
    cz_name_canonical(&hunt.responder_canonical, response->responder_name);
    bool found = hunt.responder_canonical.failed ? fail(&hunt, REVOCATION_NO_MEMORY, NULL)
                                                 : has_signed(&hunt, question->issuer) ||
                                                       try_configured(&hunt) || try_carried(&hunt);
    cz_buffer_release(&hunt.responder_canonical);
    return found;
}
