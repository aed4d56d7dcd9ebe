#include "authorize/assess.h"

#include "base/cleanup.h"
#include "path/search.h"
#include "pem/pem.h"

/* How near to acceptance a path came that failed for this reason: of several candidates the
 * nearest is the one to tell about. */
static int nearness(enum reason reason) {
    switch (reason) {
    case REASON_EXPIRED:
    case REASON_NOT_YET_VALID:
        return 5;
    case REASON_PATH_TOO_LONG:
        return 4;
    case REASON_NAME_CONSTRAINT_VIOLATED:
    case REASON_NAME_CONSTRAINT_LIMIT:
    case REASON_POLICY_NOT_ACCEPTABLE:
    case REASON_POLICY_LIMIT:
        return 6;
    case REASON_WEAK_KEY:
    case REASON_WEAK_SIGNATURE:
    case REASON_ISSUER_NOT_FOR_CLIENT_AUTHENTICATION:
        return 3;
    case REASON_UNSUPPORTED_CRITICAL_EXTENSION:
        return 2;
    case REASON_ISSUER_NOT_A_CA:
        return 1;
    default:
        return 0;
    }
}

struct candidate_judge {
    const struct requirements *requirements;
    struct signature_checks *signatures;
    int64_t now;
    bool any;
    struct validation current;
    struct validation *best; /* the valid one, or the nearest so far */
};

static bool judge(void *context, const struct path *path) {
    struct candidate_judge *judge = context;
    cz_validate_path(path, judge->requirements, judge->signatures, judge->now, &judge->current);
    bool better = !judge->any || judge->current.valid ||
                  nearness(judge->current.reason) > nearness(judge->best->reason);
    if (better)
        *judge->best = judge->current;
    judge->any = true;
    return judge->current.valid;
}

static void refuse(struct validation *validation, enum check check, enum reason reason,
                   const char *detail) {
    validation->valid = false;
    validation->reason = cz_trace_failed(&validation->trace, check, CZ_NO_DEPTH, reason, detail);
}

static void find_path(const struct policy *policy, struct assessment *assessment,
                      struct signature_checks *signatures, int64_t now) {
    struct validation *validation = &assessment->validation;
    struct candidate_judge context = {.requirements = &policy->requirements,
                                      .signatures = signatures,
                                      .now = now,
                                      .best = validation};
    struct path_search search = {.trust = policy->trust,
                                 .sent = assessment->sent,
                                 .sent_count = assessment->sent_count,
                                 .signatures = signatures,
                                 .visit = judge,
                                 .context = &context};
    bool impostor_seen = false;
    enum search_result result = cz_path_search(&search, assessment->certificate, &impostor_seen);
    if (result == SEARCH_LIMIT)
        refuse(validation, CHECK_PATH_SEARCH, REASON_PATH_SEARCH_LIMIT,
               "the search was given up at its limit of steps");
    else if (!context.any && impostor_seen)
        refuse(validation, CHECK_PATH_SEARCH, REASON_BAD_SIGNATURE,
               "a certificate has its issuer's name, but its key does not verify the signature");
    else if (!context.any)
        refuse(validation, CHECK_PATH_SEARCH, REASON_NO_PATH_TO_TRUST_ANCHOR,
               "no issuer leads from it to one of trust.anchors; is an intermediate missing?");
}

static void validate(const struct policy *policy, struct assessment *assessment, int64_t now) {
    struct signature_checks signatures;
    signatures.count = 0;
    struct certificate *certificate = assessment->certificate;
    cz_validate_end_certificate(certificate, &policy->requirements, now, &assessment->validation);
    if (!assessment->validation.valid)
        return;
    if (!certificate->self_named) {
        find_path(policy, assessment, &signatures, now);
        return;
    }
    cz_certificate_import_key(certificate);
    cz_validate_self_signed(certificate, policy->trust, &policy->requirements, &signatures, now,
                            &assessment->validation);
}

static void decoded(struct validation *validation) {
    cz_trace_passed(&validation->trace, CHECK_ENCODING, 0);
}

/* False, with the reason set, where the text is not a certificate. */
static bool read_certificate(struct assessment *assessment, struct bytes text) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    struct validation *validation = &assessment->validation;
    const char *detail = NULL;
    switch (cz_pem_decode(text, &der, &detail)) {
    case PEM_OK:
        decoded(validation);
        break;
    case PEM_MALFORMED:
        refuse(validation, CHECK_ENCODING, REASON_MALFORMED_CERTIFICATE, detail);
        return false;
    case PEM_TOO_LARGE:
        refuse(validation, CHECK_ENCODING, REASON_REQUEST_TOO_LARGE, detail);
        return false;
    case PEM_NO_MEMORY:
        refuse(validation, CHECK_ENCODING, REASON_INTERNAL_ERROR, "out of memory");
        return false;
    }
    switch (cz_certificate_parse(cz_buffer_view(&der), &assessment->certificate, &detail)) {
    case CERTIFICATE_OK:
        cz_trace_passed(&validation->trace, CHECK_SYNTAX, 0);
        return true;
    case CERTIFICATE_MALFORMED:
        refuse(validation, CHECK_SYNTAX, REASON_MALFORMED_CERTIFICATE, detail);
        return false;
    case CERTIFICATE_NO_MEMORY:
        break;
    }
    refuse(validation, CHECK_SYNTAX, REASON_INTERNAL_ERROR, detail);
    return false;
}

/* What the client sent along only ever helps to find a path, so what cannot be read of it is
 * passed over. */
static void read_sent(const struct trust *trust, struct assessment *assessment,
                      const struct request *request) {
    for (size_t i = 0; i < CZ_REQUEST_CHAIN_MAX; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = NULL;
        const char *detail;
        if (request->chain[i].len == 0 ||
            cz_pem_decode(request->chain[i], &der, &detail) != PEM_OK ||
            cz_certificate_parse(cz_buffer_view(&der), &certificate, &detail) != CERTIFICATE_OK)
            continue;
        cz_certificate_import_key(certificate); /* without one it issues nothing */
        assessment->sent[assessment->sent_count++] = CZ_STEAL(certificate);
    }
    cz_trust_complete_keys(trust, assessment->sent, assessment->sent_count);
}

/* Whose it is: all that can be told without the time. */
static bool match_clients(const struct policy *policy, const struct vocabulary *vocabulary,
                          struct assessment *assessment) {
    return cz_vocabulary_match(vocabulary, assessment->certificate,
                               &assessment->validation.policies, &assessment->terms) &&
           (policy->clients == NULL ||
            cz_clients_match(policy->clients, &assessment->terms, &assessment->credentials));
}

struct assessment *cz_assess(const struct policy *policy, const struct vocabulary *vocabulary,
                             const struct request *request, int64_t now) {
    struct assessment *assessment = cz_assessment_new();
    if (assessment == NULL || !read_certificate(assessment, request->certificate))
        return assessment;
    read_sent(policy->trust, assessment, request);
    struct trace reading = assessment->validation.trace;
    validate(policy, assessment, now);
    struct trace judging = assessment->validation.trace;
    assessment->validation.trace = reading;
    cz_trace_append(&assessment->validation.trace, &judging);
    if (!cz_identity_read(assessment->certificate, &assessment->identity))
        refuse(&assessment->validation, CHECK_SYNTAX, REASON_INTERNAL_ERROR, "out of memory");
    if (assessment->validation.valid && !match_clients(policy, vocabulary, assessment))
        refuse(&assessment->validation, CHECK_CLIENT, REASON_INTERNAL_ERROR, "out of memory");
    return assessment;
}
