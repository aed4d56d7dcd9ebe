#include "revocation/ocsp_check.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "revocation/ocsp_signer.h"
#include "validate/strength.h"

void cz_ocsp_responders_release(struct ocsp_responders *responders) {
    for (size_t i = 0; i < responders->count; i++)
        cz_certificate_free(responders->items[i]);
    responders->count = 0;
}

static bool fail(struct ocsp_answer *answer, enum revocation_cause cause, const char *detail) {
    answer->cause = cause;
    answer->detail = detail;
    return false;
}

/* RFC 6960 4.2.1, OCSPResponseStatus */
static const char *const errors[] = {
    [OCSP_MALFORMED_REQUEST] = "the responder says malformedRequest",
    [OCSP_INTERNAL_ERROR] = "the responder says internalError",
    [OCSP_TRY_LATER] = "the responder says tryLater",
    [OCSP_SIG_REQUIRED] = "the responder says sigRequired",
    [OCSP_UNAUTHORIZED] = "the responder says unauthorized",
};

/* Is it about the certificate, and nothing in it forbids to use it? */
static bool read_answer(const struct ocsp_question *question, struct bytes der,
                        struct ocsp_response *response, struct ocsp_single_response *single,
                        struct ocsp_answer *answer) {
    const char *detail;
    if (!cz_ocsp_response_parse(der, response, &detail))
        return fail(answer, REVOCATION_UNUSABLE, detail);
    if (response->status != OCSP_SUCCESSFUL)
        return fail(answer, REVOCATION_RESPONSE_ERROR, errors[response->status]);
    if (!cz_ocsp_find(response, question->certificate, question->issuer, single))
        return fail(answer, REVOCATION_WRONG_CERTIFICATE, NULL);
    if (response->unknown_critical.len > 0 || single->unknown_critical.len > 0)
        return fail(answer, REVOCATION_UNUSABLE, "a critical extension is not known");
    if (question->nonce.len > 0 && !cz_bytes_equal(question->nonce, response->nonce))
        return fail(answer, REVOCATION_UNUSABLE, "it does not hold the nonce that was sent");
    if (!cz_signature_is_strong(response->signature_algorithm, question->requirements->strength))
        return fail(answer, REVOCATION_WEAK_SIGNATURE, NULL);
    return true;
}

static void narrow(struct ocsp_answer *answer, int64_t from, int64_t until) {
    if (from > answer->valid_from)
        answer->valid_from = from;
    if (until < answer->valid_until)
        answer->valid_until = until;
}

/* Fresh from the later of thisUpdate and producedAt on, by a clock that may be behind the
 * responder's, up to and with nextUpdate (RFC 6960 4.2.2.1). */
static bool is_fresh(const struct ocsp_question *question, const struct ocsp_response *response,
                     const struct ocsp_single_response *single, struct ocsp_answer *answer) {
    const struct revocation_settings *settings = question->settings;
    int64_t from =
        response->produced_at > single->this_update ? response->produced_at : single->this_update;
    int64_t until = single->has_next_update
                        ? cz_time_later(single->next_update, settings->stale_grace)
                        : cz_time_later(single->this_update, settings->ocsp_max_age);
    from -= settings->ocsp_skew; /* neither is far from the years 0 to 9999 */
    if (question->now < from) {
        narrow(answer, INT64_MIN, from - 1);
        return false;
    }
    bool fresh = question->now <= until;
    narrow(answer, fresh ? from : cz_time_later(until, 1), fresh ? until : INT64_MAX);
    return fresh;
}

/* What a response says that is about the certificate and signed by somebody who may. A "revoked"
 * counts though it is out of date. */
static void tell(const struct ocsp_question *question, const struct ocsp_response *response,
                 const struct ocsp_single_response *single, struct ocsp_answer *answer) {
    answer->heard = true;
    answer->cause = REVOCATION_NO_CRL;
    answer->detail = NULL;
    answer->this_update = single->this_update;
    answer->next_update = single->has_next_update ? single->next_update : INT64_MAX;
    bool fresh = is_fresh(question, response, single, answer);
    if (single->status == OCSP_REVOKED) {
        answer->status = REVOCATION_REVOKED;
        answer->reason = single->reason;
        answer->revoked_at = single->revoked_at;
        answer->stale = !fresh;
    } else if (!fresh) {
        fail(answer, REVOCATION_STALE, NULL);
    } else if (single->status == OCSP_GOOD) {
        answer->status = REVOCATION_GOOD;
    } else {
        fail(answer, REVOCATION_NOT_KNOWN, NULL);
    }
}

void cz_ocsp_verify(const struct ocsp_question *question, struct bytes der,
                    struct ocsp_answer *answer) {
    struct ocsp_question complete = *question;
    struct ocsp_response response;
    struct ocsp_single_response single;
    struct crl_signatures signatures;
    CZ_CLEANUP(cz_ocsp_responders_release) struct ocsp_responders responders;
    signatures.count = 0;
    responders.count = 0;
    if (complete.signatures == NULL)
        complete.signatures = &signatures;
    if (complete.responders == NULL)
        complete.responders = &responders;
    *answer = (struct ocsp_answer){.valid_from = INT64_MIN, .valid_until = INT64_MAX};
    if (read_answer(&complete, der, &response, &single, answer) &&
        cz_ocsp_signer_find(&complete, &response, answer))
        tell(&complete, &response, &single, answer);
}
