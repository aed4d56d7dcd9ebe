#include "authorize/assess.h"

#include "base/cleanup.h"
#include "path/search.h"
#include "pem/pem.h"
#include "revocation/trace.h"

/* How near to acceptance a path came that failed for this reason: of several candidates the
 * nearest is the one to tell about. */
static int nearness(enum reason reason) {
    switch (reason) {
    case REASON_ON_DENY_LIST:
    case REASON_REVOKED:
        return 8;
    case REASON_REVOCATION_UNKNOWN:
    case REASON_REVOCATION_STALE:
    case REASON_REVOCATION_NO_SOURCE:
    case REASON_REVOCATION_UNREACHABLE:
    case REASON_REVOCATION_BAD_SIGNATURE:
        return 7;
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

/* What an assessment is made by. */
struct inquest {
    const struct policy *policy;
    const struct revocation_holdings *holdings;
    int64_t now;
    struct assessment *assessment;
    struct signature_checks signatures;
};

static void refuse_at(struct validation *validation, enum check check, int depth,
                      enum reason reason, const char *detail) {
    validation->valid = false;
    validation->reason = cz_trace_failed(&validation->trace, check, depth, reason, detail);
}

static void refuse(struct validation *validation, enum check check, enum reason reason,
                   const char *detail) {
    refuse_at(validation, check, CZ_NO_DEPTH, reason, detail);
}

static void narrow(struct validation *validation, int64_t from, int64_t until) {
    if (from > validation->valid_from)
        validation->valid_from = from;
    if (until < validation->valid_until)
        validation->valid_until = until;
}

/* The operator's own list comes before everything that others say. */
static bool check_denied(struct inquest *inquest, const struct certificate *certificate, int depth,
                         struct validation *validation) {
    const struct revocation_holdings *holdings = inquest->holdings;
    int64_t from = INT64_MIN, until = INT64_MAX;
    bool known = true;
    if (holdings->deny_list_unreadable) {
        refuse_at(validation, CHECK_DENY_LIST, depth, REASON_INTERNAL_ERROR,
                  "the deny list cannot be read; certauthzctl list says why");
        return false;
    }
    if (holdings->denied == NULL)
        return true;
    const struct deny_entry *entry =
        cz_deny_list_find(holdings->denied, certificate, inquest->now, &from, &until, &known);
    narrow(validation, from, until);
    if (entry == NULL && known) {
        cz_trace_passed(&validation->trace, CHECK_DENY_LIST, depth);
        return true;
    }
    if (entry == NULL) {
        refuse_at(validation, CHECK_DENY_LIST, depth, REASON_INTERNAL_ERROR,
                  "SHA-256 is not to be had");
        return false;
    }
    size_t len = strlen(entry->reason);
    if (len <= CZ_DENY_REASON_SIZE_MAX)
        memcpy(inquest->assessment->denied_because, entry->reason, len + 1);
    refuse_at(validation, CHECK_DENY_LIST, depth, REASON_ON_DENY_LIST,
              entry->kind == DENY_PUBLIC_KEY ? "certauthzctl deny barred its public key"
                                             : "certauthzctl deny barred it");
    return false;
}

static bool check_issuers_denied(struct inquest *inquest, struct validation *validation) {
    for (size_t depth = 1; depth < validation->path.count; depth++)
        if (!check_denied(inquest, validation->path.certificates[depth], (int)depth, validation))
            return false;
    return true;
}

static bool check_revocation(struct inquest *inquest, struct validation *validation,
                             struct revocation_verdict *verdict) {
    const struct revocation_check check = {.holdings = inquest->holdings,
                                           .settings = &inquest->policy->revocation,
                                           .trust = inquest->policy->trust,
                                           .sent = inquest->assessment->sent,
                                           .sent_count = inquest->assessment->sent_count,
                                           .requirements = &inquest->policy->requirements,
                                           .signatures = &inquest->signatures,
                                           .now = inquest->now};
    cz_revocation_judge(&check, &validation->path, verdict);
    narrow(validation, verdict->valid_from, verdict->valid_until);
    validation->reason = cz_revocation_trace(&validation->trace, verdict);
    validation->valid = validation->reason == REASON_UNDECIDED;
    return validation->valid;
}

struct candidate_judge {
    struct inquest *inquest;
    bool any;
    struct validation current;
    struct revocation_verdict revocation;
};

/* The valid one, or the nearest to that, is the assessment's. */
static bool judge(void *context, const struct path *path) {
    struct candidate_judge *judge = context;
    struct inquest *inquest = judge->inquest;
    struct assessment *assessment = inquest->assessment;
    struct validation *current = &judge->current;
    cz_validate_path(path, &inquest->policy->requirements, &inquest->signatures, inquest->now,
                     current);
    judge->revocation = (struct revocation_verdict){.checked = false};
    if (current->valid && check_issuers_denied(inquest, current))
        check_revocation(inquest, current, &judge->revocation);
    if (!judge->any || current->valid ||
        nearness(current->reason) > nearness(assessment->validation.reason)) {
        assessment->validation = *current;
        assessment->revocation = judge->revocation;
    }
    judge->any = true;
    return current->valid;
}

static void find_path(struct inquest *inquest) {
    struct assessment *assessment = inquest->assessment;
    struct validation *validation = &assessment->validation;
    struct candidate_judge context = {.inquest = inquest, .any = false};
    struct path_search search = {.trust = inquest->policy->trust,
                                 .sent = assessment->sent,
                                 .sent_count = assessment->sent_count,
                                 .signatures = &inquest->signatures,
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

static void validate(struct inquest *inquest) {
    const struct policy *policy = inquest->policy;
    struct assessment *assessment = inquest->assessment;
    struct certificate *certificate = assessment->certificate;
    cz_validate_end_certificate(certificate, &policy->requirements, inquest->now,
                                &assessment->validation);
    if (!assessment->validation.valid)
        return;
    if (!certificate->self_named) {
        find_path(inquest);
        return;
    }
    cz_certificate_import_key(certificate);
    cz_validate_self_signed(certificate, policy->trust, &policy->requirements, &inquest->signatures,
                            inquest->now, &assessment->validation);
    if (assessment->validation.valid)
        cz_trace_skipped(&assessment->validation.trace, CHECK_REVOCATION, 0,
                         "it is self-signed: nobody but the deny list could revoke it");
}

/* What was known before the path is told before it, and narrows the time that all of it holds. */
static void judge_certificate(struct inquest *inquest) {
    struct validation *validation = &inquest->assessment->validation;
    if (!check_denied(inquest, inquest->assessment->certificate, 0, validation))
        return;
    struct trace reading = validation->trace;
    int64_t from = validation->valid_from, until = validation->valid_until;
    inquest->signatures.count = 0;
    validate(inquest);
    narrow(validation, from, until);
    struct trace judging = validation->trace;
    validation->trace = reading;
    cz_trace_append(&validation->trace, &judging);
}

/* To DER. False, with the reason set, where the text is no certificate's. */
static bool decode_certificate(struct assessment *assessment, struct bytes text,
                               struct buffer *der) {
    struct validation *validation = &assessment->validation;
    const char *detail = NULL;
    switch (cz_pem_decode(text, der, &detail)) {
    case PEM_OK:
        cz_trace_passed(&validation->trace, CHECK_ENCODING, 0);
        return true;
    case PEM_MALFORMED:
        refuse(validation, CHECK_ENCODING, REASON_MALFORMED_CERTIFICATE, detail);
        return false;
    case PEM_TOO_LARGE:
        refuse(validation, CHECK_ENCODING, REASON_REQUEST_TOO_LARGE, detail);
        return false;
    case PEM_NO_MEMORY:
        break;
    }
    refuse(validation, CHECK_ENCODING, REASON_INTERNAL_ERROR, "out of memory");
    return false;
}

/* False, with the reason set, where the DER is not a certificate. */
static bool parse_certificate(struct assessment *assessment, struct bytes der) {
    struct validation *validation = &assessment->validation;
    const char *detail = NULL;
    switch (cz_certificate_parse(der, &assessment->certificate, &detail)) {
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

static bool read_certificate(struct assessment *assessment, const struct request *request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    if (request->is_der)
        return parse_certificate(assessment, request->certificate);
    return decode_certificate(assessment, request->certificate, &der) &&
           parse_certificate(assessment, cz_buffer_view(&der));
}

static struct certificate *read_issuer(struct bytes text, bool is_der) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    struct certificate *certificate = NULL;
    const char *detail;
    if (text.len == 0 || (!is_der && cz_pem_decode(text, &der, &detail) != PEM_OK))
        return NULL;
    cz_certificate_parse(is_der ? text : cz_buffer_view(&der), &certificate, &detail);
    return certificate;
}

/* What the client sent along only ever helps to find a path, so what cannot be read of it is
 * passed over. */
static void read_sent(const struct trust *trust, struct assessment *assessment,
                      const struct request *request) {
    for (size_t i = 0; i < CZ_REQUEST_CHAIN_MAX; i++) {
        struct certificate *certificate = read_issuer(request->chain[i], request->is_der);
        if (certificate == NULL)
            continue;
        cz_certificate_import_key(certificate); /* without one it issues nothing */
        assessment->sent[assessment->sent_count++] = certificate;
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
                             const struct revocation_holdings *holdings,
                             const struct request *request, int64_t now) {
    struct assessment *assessment = cz_assessment_new();
    struct inquest inquest;
    if (assessment == NULL || !read_certificate(assessment, request))
        return assessment;
    read_sent(policy->trust, assessment, request);
    inquest.policy = policy;
    inquest.holdings = holdings;
    inquest.now = now;
    inquest.assessment = assessment;
    judge_certificate(&inquest);
    if (!cz_identity_read(assessment->certificate, &assessment->identity))
        refuse(&assessment->validation, CHECK_SYNTAX, REASON_INTERNAL_ERROR, "out of memory");
    if (assessment->validation.valid && !match_clients(policy, vocabulary, assessment))
        refuse(&assessment->validation, CHECK_CLIENT, REASON_INTERNAL_ERROR, "out of memory");
    return assessment;
}
