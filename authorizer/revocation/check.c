#include "revocation/check.h"

#include "base/cleanup.h"
#include "revocation/scope.h"
#include "validate/strength.h"

/* What is used up and kept over all certificates of one path. */
struct work {
    const struct revocation_check *check;
    struct crl_signatures crl_signatures;
    unsigned steps;
};

/* One certificate at work. */
struct subject {
    struct work *work;
    const struct path *path;
    size_t depth;
    unsigned level; /* 0: the client's path; else the path of a CRL's issuer, and so on */
    struct revocation *out;
    bool incomplete; /* something that might say "revoked" could not be heard */
};

/* A list that covers the certificate and whose signature is good. */
struct heard {
    const struct crl_candidate *candidate;
    const struct certificate *signer;
    unsigned reasons;
    bool fresh;
};

struct hearing {
    struct heard lists[CZ_CRLS_OF_ONE_MAX];
    size_t count;
};

static const struct certificate *certificate_of(const struct subject *subject) {
    return subject->path->certificates[subject->depth];
}

static void narrow(struct subject *subject, int64_t from, int64_t until) {
    if (from > subject->out->valid_from)
        subject->out->valid_from = from;
    if (until < subject->out->valid_until)
        subject->out->valid_until = until;
}

static void note(struct subject *subject, enum revocation_cause cause, const struct crl *crl,
                 const char *detail) {
    struct revocation *out = subject->out;
    if (out->crl != NULL && cause <= out->cause)
        return;
    out->cause = cause;
    out->crl = crl;
    out->detail = detail;
}

/* Like the others, and it cannot be good any more. */
static void note_gap(struct subject *subject, enum revocation_cause cause, const struct crl *crl) {
    subject->incomplete = true;
    note(subject, cause, crl, NULL);
}

/* A list is stale from the second of its nextUpdate on; and as long as thisUpdate lies ahead. */
static bool is_fresh(struct subject *subject, const struct crl *crl) {
    int64_t now = subject->work->check->now;
    if (now < crl->this_update) {
        narrow(subject, INT64_MIN, crl->this_update - 1);
        return false;
    }
    narrow(subject, crl->this_update, INT64_MAX);
    if (!crl->has_next_update)
        return false;
    bool fresh = now < crl->next_update;
    narrow(subject, fresh ? INT64_MIN : crl->next_update, fresh ? crl->next_update - 1 : INT64_MAX);
    return fresh;
}

/* --- which lists are heard --- */

static void judge_certificate(struct work *work, const struct path *path, size_t depth,
                              unsigned level, struct revocation *out);

static bool stands_above(const struct subject *subject, const struct certificate *certificate) {
    for (size_t i = subject->depth + 1; i < subject->path->count; i++)
        if (cz_bytes_equal(subject->path->certificates[i]->der, certificate->der))
            return true;
    return false;
}

/* RFC 5280 6.3.3 (f): the issuer of a CRL must not be revoked either. What stands above the
 * certificate is asked for on its own account. */
static bool issuer_is_good(void *context, const struct path *path) {
    struct subject *subject = context;
    if (subject->work->check->settings->extent == REVOCATION_END_CERTIFICATE)
        return true;
    if (subject->level == CZ_CRL_ISSUER_LEVELS)
        return false;
    for (size_t i = 0; i + 1 < path->count; i++) {
        struct revocation found;
        if (stands_above(subject, path->certificates[i]))
            continue;
        judge_certificate(subject->work, path, i, subject->level + 1, &found);
        narrow(subject, found.valid_from, found.valid_until);
        if (found.status != REVOCATION_GOOD)
            return false;
    }
    return true;
}

static bool is_usable(struct subject *subject, const struct crl *crl) {
    const struct requirements *requirements = subject->work->check->requirements;
    const char *objection = cz_scope_objection(crl, requirements->lenient_dates);
    if (objection != NULL) {
        note(subject, REVOCATION_UNUSABLE, crl, objection);
        return false;
    }
    if (!cz_signature_is_strong(crl->signature_algorithm, requirements->strength)) {
        note(subject, REVOCATION_WEAK_SIGNATURE, crl, NULL);
        return false;
    }
    return true;
}

static const struct certificate *find_signer(struct subject *subject,
                                             const struct crl_candidate *candidate) {
    const struct revocation_check *check = subject->work->check;
    const struct crl_issuer_search search = {.path = subject->path,
                                             .depth = subject->depth,
                                             .trust = check->trust,
                                             .sent = check->sent,
                                             .sent_count = check->sent_count,
                                             .requirements = check->requirements,
                                             .signatures = check->signatures,
                                             .crl_signatures = &subject->work->crl_signatures,
                                             .now = check->now,
                                             .is_good = issuer_is_good,
                                             .context = subject};
    struct crl_issuer issuer;
    enum revocation_cause cause;
    if (cz_crl_issuer_find(&search, candidate, &issuer, &cause)) {
        narrow(subject, issuer.valid_from, issuer.valid_until);
        return issuer.certificate;
    }
    if (cause == REVOCATION_LIMIT)
        note_gap(subject, cause, candidate->crl);
    else
        note(subject, cause, candidate->crl, NULL);
    return NULL;
}

static bool is_newer(const struct crl *a, const struct crl *b) {
    if (a->this_update != b->this_update)
        return a->this_update > b->this_update;
    return a->has_number && b->has_number && cz_crl_compare_numbers(a->number, b->number) > 0;
}

/* The newest first. */
static void insert(struct hearing *hearing, struct heard heard) {
    size_t at = hearing->count++;
    for (; at > 0 && is_newer(heard.candidate->crl, hearing->lists[at - 1].candidate->crl); at--)
        hearing->lists[at] = hearing->lists[at - 1];
    hearing->lists[at] = heard;
}

static void hear(struct subject *subject, const struct crl_candidate *candidate,
                 struct hearing *hearing) {
    const struct crl *crl = candidate->crl;
    struct heard heard = {.candidate = candidate};
    switch (cz_scope_check(crl, certificate_of(subject), &heard.reasons)) {
    case SCOPE_OUTSIDE:
        return;
    case SCOPE_FAILED:
        note_gap(subject, REVOCATION_NO_MEMORY, crl);
        return;
    case SCOPE_COVERED:
        break;
    }
    if (hearing->count == CZ_CRLS_OF_ONE_MAX || subject->work->steps == CZ_CRL_STEPS_MAX) {
        note_gap(subject, REVOCATION_LIMIT, crl);
        return;
    }
    subject->work->steps++;
    if (!is_usable(subject, crl) || (heard.signer = find_signer(subject, candidate)) == NULL)
        return;
    heard.fresh = is_fresh(subject, crl);
    insert(hearing, heard);
}

/* --- what they say --- */

/* The delta CRL with the highest number that goes with this list and is signed by the same key. */
static const struct crl_candidate *find_delta(struct subject *subject, const struct heard *heard) {
    const struct revocation_check *check = subject->work->check;
    const struct crl_candidate *best = NULL;
    for (size_t i = 0; i < check->holdings->crl_count; i++) {
        const struct crl_candidate *candidate = &check->holdings->crls[i];
        if (!cz_scope_delta_fits(heard->candidate->crl, candidate->crl) ||
            (best != NULL &&
             cz_crl_compare_numbers(candidate->crl->number, best->crl->number) <= 0) ||
            !is_usable(subject, candidate->crl))
            continue;
        enum signature_result result =
            cz_crl_signature_check(&subject->work->crl_signatures, candidate, heard->signer);
        if (result == SIGNATURE_LIMIT)
            note_gap(subject, REVOCATION_LIMIT, candidate->crl);
        if (result == SIGNATURE_GOOD)
            best = candidate;
    }
    return best;
}

static enum crl_lookup_result
look_up(struct subject *subject, const struct crl_candidate *candidate, struct crl_entry *entry) {
    const struct certificate *certificate = certificate_of(subject);
    enum crl_lookup_result result = candidate->lookup.find(
        candidate->lookup.context, certificate->issuer_canonical, certificate->serial, entry);
    if (result != CRL_LOOKUP_FOUND && result != CRL_LOOKUP_ABSENT)
        note_gap(subject, REVOCATION_LOOKUP_FAILED, candidate->crl);
    return result;
}

static bool tell_revoked(struct subject *subject, const struct crl *crl,
                         const struct crl_entry *entry, bool fresh) {
    struct revocation *out = subject->out;
    out->status = REVOCATION_REVOKED;
    out->reason = entry->reason;
    out->revoked_at = entry->revoked_at;
    out->stale = !fresh;
    out->crl = crl;
    out->detail = NULL;
    return true;
}

/* True where it is revoked. RFC 5280 6.3.3 (i) to (k); a delta CRL that is stale does not take back
 * what the list says, and removeFromCRL means nothing but in a delta CRL (5.3.1). */
static bool is_revoked(struct subject *subject, const struct heard *heard) {
    const struct crl_candidate *delta = find_delta(subject, heard);
    struct crl_entry entry;
    if (delta != NULL) {
        bool fresh = is_fresh(subject, delta->crl);
        bool found = look_up(subject, delta, &entry) == CRL_LOOKUP_FOUND;
        if (found && entry.reason != CRL_REASON_REMOVE_FROM_CRL)
            return tell_revoked(subject, delta->crl, &entry, fresh);
        if (found && fresh)
            return false;
    }
    return look_up(subject, heard->candidate, &entry) == CRL_LOOKUP_FOUND &&
           tell_revoked(subject, heard->candidate->crl, &entry, heard->fresh);
}

/* The reasons of which newer lists, signed by the same key, have told already. A stale one does not
 * stand in for a fresh one. */
static unsigned told_before(const struct hearing *hearing, size_t at) {
    const struct heard *heard = &hearing->lists[at];
    unsigned reasons = 0;
    for (size_t i = 0; i < at; i++)
        if ((hearing->lists[i].fresh || !heard->fresh) &&
            cz_signature_same_key(hearing->lists[i].signer, heard->signer))
            reasons |= hearing->lists[i].reasons;
    return reasons;
}

static void decide(struct subject *subject, const struct hearing *hearing) {
    unsigned covered = 0;
    for (size_t i = 0; i < hearing->count; i++) {
        const struct heard *heard = &hearing->lists[i];
        if ((heard->reasons & ~told_before(hearing, i)) == 0)
            continue;
        if (is_revoked(subject, heard))
            return;
        if (heard->fresh)
            covered |= heard->reasons;
        else
            note(subject, REVOCATION_STALE, heard->candidate->crl, NULL);
    }
    if (covered != CZ_REASONS_ALL || subject->incomplete)
        return;
    subject->out->status = REVOCATION_GOOD;
    subject->out->cause = REVOCATION_NO_CRL;
    subject->out->crl = NULL;
    subject->out->detail = NULL;
}

static void judge_certificate(struct work *work, const struct path *path, size_t depth,
                              unsigned level, struct revocation *out) {
    struct subject subject = {
        .work = work, .path = path, .depth = depth, .level = level, .out = out};
    struct hearing hearing = {.count = 0};
    *out = (struct revocation){.valid_from = INT64_MIN, .valid_until = INT64_MAX};
    for (size_t i = 0; i < work->check->holdings->crl_count; i++)
        hear(&subject, &work->check->holdings->crls[i], &hearing);
    decide(&subject, &hearing);
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
    struct work work;
    work.check = check;
    work.crl_signatures.count = 0;
    work.steps = 0;
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
        judge_certificate(&work, path, depth, 0, &result->of[depth]);
        add(result, depth);
    }
}
