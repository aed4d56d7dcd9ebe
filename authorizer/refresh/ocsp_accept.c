#include "refresh/ocsp_accept.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "refresh/signers.h"

/* That somebody answered who may not is not the same as no answer. */
static enum source_state state_of(enum revocation_cause cause) {
    switch (cause) {
    case REVOCATION_NO_ISSUER:
    case REVOCATION_BAD_SIGNATURE:
    case REVOCATION_RESPONDER_NOT_AUTHORIZED:
    case REVOCATION_ISSUER_NOT_TRUSTED:
    case REVOCATION_WEAK_SIGNATURE:
        return SOURCE_BAD_SIGNATURE;
    default:
        return SOURCE_UNREACHABLE;
    }
}

/* The tolerances are those of the first policy that checks anything: each policy judges again. */
static const struct revocation_settings *settings_of(const struct snapshot *snapshot) {
    for (size_t i = 0; i < snapshot->policy_count; i++)
        if (snapshot->policies[i].revocation.mode != REVOCATION_NONE)
            return &snapshot->policies[i].revocation;
    return &snapshot->policies[0].revocation;
}

static void tell_older(struct error *error, int64_t before, int64_t offered) {
    CZ_CLEANUP(cz_buffer_release) struct buffer old = {0}, new = {0};
    cz_time_append(&old, before);
    cz_time_append(&new, offered);
    cz_error_set(error, "the response is of %s, older than the one of %s that is here",
                 cz_buffer_text(&new), cz_buffer_text(&old));
}

static void tell_ahead(struct error *error, int64_t offered) {
    CZ_CLEANUP(cz_buffer_release) struct buffer time = {0};
    cz_time_append(&time, offered);
    cz_error_set(error, "the response is of %s, which is yet to come", cz_buffer_text(&time));
}

enum source_state cz_ocsp_accept(const struct ocsp_expectation *expected, struct bytes response,
                                 struct ocsp_answer *answer, struct error *error) {
    const struct requirements requirements = cz_signers_requirements(expected->snapshot);
    const struct ocsp_question question = {.certificate = expected->certificate,
                                           .issuer = expected->issuer,
                                           .settings = settings_of(expected->snapshot),
                                           .requirements = &requirements,
                                           .now = expected->now,
                                           .nonce = expected->nonce};
    cz_ocsp_verify(&question, response, answer);
    if (!answer->heard) {
        cz_error_set(error, "%s%s%s", cz_revocation_cause_text(answer->cause),
                     answer->detail != NULL ? ": " : "",
                     answer->detail != NULL ? answer->detail : "");
        return state_of(answer->cause);
    }
    /* it would count for nothing, and keep those out that are of today; but a "revoked" counts */
    if (answer->status != REVOCATION_REVOKED &&
        answer->this_update - question.settings->ocsp_skew > expected->now) {
        tell_ahead(error, answer->this_update);
        return SOURCE_UNREACHABLE;
    }
    /* what is kept never goes backwards, lest an old "good" be played again */
    if (expected->has_before && answer->this_update < expected->before) {
        tell_older(error, expected->before, answer->this_update);
        return SOURCE_UNREACHABLE;
    }
    return SOURCE_GOOD;
}
