#include "revocation/subject.h"

#include "base/cleanup.h"

void cz_subject_narrow(struct revocation_subject *subject, int64_t from, int64_t until) {
    if (from > subject->out->valid_from)
        subject->out->valid_from = from;
    if (until < subject->out->valid_until)
        subject->out->valid_until = until;
}

void cz_subject_note(struct revocation_subject *subject, const struct revocation *found) {
    struct revocation *out = subject->out;
    if (out->by != REVOCATION_BY_NOBODY && found->cause <= out->cause)
        return;
    out->cause = found->cause;
    out->detail = found->detail;
    out->by = found->by;
    out->crl = found->crl;
    out->this_update = found->this_update;
    out->next_update = found->next_update;
}

/* --- one certificate --- */

/* RFC 5280 and RFC 6960 leave the order open; the second is asked where the first does not know. */
static const struct {
    void (*ask[2])(struct revocation_subject *subject);
} orders[] = {
    [REVOCATION_CRL_FIRST] = {{cz_subject_ask_crls, cz_subject_ask_ocsp}},
    [REVOCATION_OCSP_FIRST] = {{cz_subject_ask_ocsp, cz_subject_ask_crls}},
    [REVOCATION_CRL_ONLY] = {{cz_subject_ask_crls}},
    [REVOCATION_OCSP_ONLY] = {{cz_subject_ask_ocsp}},
};

static void judge_certificate(struct revocation_work *work, const struct path *path, size_t depth,
                              unsigned level, enum revocation_order order, struct revocation *out) {
    struct revocation_subject subject = {
        .work = work, .path = path, .depth = depth, .level = level, .out = out};
    *out = (struct revocation){
        .next_update = INT64_MAX, .valid_from = INT64_MIN, .valid_until = INT64_MAX};
    /* by a value outside of the enumeration nothing becomes known */
    for (size_t i = 0; (size_t)order < CZ_COUNT(orders) && i < CZ_COUNT(orders->ask); i++)
        if (orders[order].ask[i] != NULL && out->status == REVOCATION_UNKNOWN)
            orders[order].ask[i](&subject);
}

static bool is_denied(struct revocation_subject *subject, const struct certificate *signer) {
    const struct revocation_check *check = subject->work->check;
    int64_t from = INT64_MIN, until = INT64_MAX;
    bool known;
    bool found = cz_deny_list_find(check->holdings->denied, signer, check->now, &from, &until,
                                   &known) != NULL;
    cz_subject_narrow(subject, from, until);
    return found || !known;
}

bool cz_subject_signer_is_good(struct revocation_subject *subject, const struct path *path,
                               size_t depth, bool by_crls_alone) {
    const struct revocation_settings *settings = subject->work->check->settings;
    struct revocation found;
    if (is_denied(subject, path->certificates[depth]))
        return false;
    if (settings->extent == REVOCATION_END_CERTIFICATE)
        return true;
    if (subject->level == CZ_CRL_ISSUER_LEVELS)
        return false;
    judge_certificate(subject->work, path, depth, subject->level + 1,
                      by_crls_alone ? REVOCATION_CRL_ONLY : settings->order, &found);
    cz_subject_narrow(subject, found.valid_from, found.valid_until);
    return found.status == REVOCATION_GOOD;
}

/* --- the OCSP response about it --- */

/* A responder's certificate stands where the one that is asked about stands, below the same issuer.
 * OCSP is not asked about those who answer for it. */
static bool responder_is_good(void *context, const struct certificate *responder) {
    struct revocation_subject *subject = context;
    struct path path = {.certificates = {responder}, .count = 1};
    bool is_anchor = subject->depth + 1 == subject->path->count;
    for (size_t i = subject->depth + !is_anchor; i < subject->path->count; i++)
        path.certificates[path.count++] = subject->path->certificates[i];
    return cz_subject_signer_is_good(subject, &path, 0, true);
}

static bool responder_is_denied(void *context, const struct certificate *responder) {
    return is_denied(context, responder);
}

/* The anchor is its own issuer, or has none that we know. */
static const struct certificate *issuer_of(const struct revocation_subject *subject) {
    const struct path *path = subject->path;
    if (subject->depth + 1 < path->count)
        return path->certificates[subject->depth + 1];
    const struct certificate *anchor = path->certificates[subject->depth];
    return anchor->self_issued ? anchor : NULL;
}

static bool find_response(const struct revocation_subject *subject,
                          const struct certificate *issuer, struct bytes *response) {
    const struct revocation_holdings *holdings = subject->work->check->holdings;
    struct ocsp_holding holding = {.response = {0}};
    uint8_t key[CZ_OCSP_KEY_SIZE];
    if (issuer == NULL || holdings->ocsp == NULL ||
        !cz_ocsp_key(subject->path->certificates[subject->depth], issuer, key) ||
        !holdings->ocsp(holdings->context, key, &holding))
        return false;
    *response = holding.response;
    return response->len > 0;
}

void cz_subject_ask_ocsp(struct revocation_subject *subject) {
    struct revocation_work *work = subject->work;
    const struct certificate *issuer = issuer_of(subject);
    struct bytes response;
    struct ocsp_answer answer;
    work->asked_ocsp = true;
    if (!find_response(subject, issuer, &response)) {
        if (work->check->settings->order == REVOCATION_OCSP_ONLY)
            subject->out->cause = REVOCATION_NO_RESPONSE;
        return;
    }
    const struct ocsp_question question = {.certificate =
                                               subject->path->certificates[subject->depth],
                                           .issuer = issuer,
                                           .settings = work->check->settings,
                                           .requirements = work->check->requirements,
                                           .now = work->check->now,
                                           .signatures = &work->signatures,
                                           .responders = &work->responders,
                                           .is_good = responder_is_good,
                                           .is_denied = responder_is_denied,
                                           .context = subject};
    cz_ocsp_verify(&question, response, &answer);
    cz_subject_narrow(subject, answer.valid_from, answer.valid_until);
    struct revocation found = {.cause = answer.cause,
                               .detail = answer.detail,
                               .by = REVOCATION_BY_OCSP,
                               .this_update = answer.this_update,
                               .next_update = answer.heard ? answer.next_update : INT64_MAX};
    if (answer.status == REVOCATION_UNKNOWN) {
        cz_subject_note(subject, &found);
        return;
    }
    found.status = answer.status;
    found.reason = answer.reason;
    found.revoked_at = answer.revoked_at;
    found.stale = answer.stale;
    found.valid_from = subject->out->valid_from;
    found.valid_until = subject->out->valid_until;
    *subject->out = found;
}

/* --- a whole path --- */

/* Revoked outweighs unknown, and that outweighs good; the nearest to the anchor is told of. */
static void add(struct path_revocation *result, size_t depth) {
    static const int weights[] = {
        [REVOCATION_GOOD] = 0, [REVOCATION_UNKNOWN] = 1, [REVOCATION_REVOKED] = 2};
    const struct revocation *one = &result->of[depth];
    if (weights[one->status] > weights[result->status]) {
        result->status = one->status;
        result->depth = depth;
    }
    if (one->valid_from > result->valid_from)
        result->valid_from = one->valid_from;
    if (one->valid_until < result->valid_until)
        result->valid_until = one->valid_until;
}

void cz_revocation_check(const struct revocation_check *check, const struct path *path,
                         struct path_revocation *result) {
    struct revocation_work work;
    work.check = check;
    work.signatures.count = 0;
    work.responders.count = 0;
    work.steps = 0;
    work.asked_ocsp = false;
    *result = (struct path_revocation){
        .status = REVOCATION_GOOD, .valid_from = INT64_MIN, .valid_until = INT64_MAX};
    if (path->count < 2)
        return;
    const size_t lasts[] = {[REVOCATION_EXCLUDE_ROOT] = path->count - 1,
                            [REVOCATION_END_CERTIFICATE] = 1,
                            [REVOCATION_ENTIRE_CHAIN] = path->count};
    /* a value outside of the enumeration demands the most */
    result->last = (size_t)check->settings->extent < CZ_COUNT(lasts)
                       ? lasts[check->settings->extent]
                       : path->count;
    for (size_t depth = result->last; depth-- > 0;) {
        judge_certificate(&work, path, depth, 0, check->settings->order, &result->of[depth]);
        add(result, depth);
    }
    result->asked_ocsp = work.asked_ocsp;
    cz_ocsp_responders_release(&work.responders);
}
