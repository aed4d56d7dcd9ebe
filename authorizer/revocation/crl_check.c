#include "revocation/subject.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "revocation/scope.h"
#include "validate/strength.h"

/* A list that covers the certificate and whose signature is good. */
struct heard {
    const struct crl_candidate *candidate;
    const struct certificate *signer;
    unsigned reasons;
    bool fresh;
};

struct hearing {
    struct revocation_subject *subject;
    struct heard lists[CZ_CRLS_OF_ONE_MAX];
    size_t count;
    bool incomplete; /* something that might say "revoked" could not be heard */
};

static const struct certificate *certificate_of(const struct hearing *hearing) {
    return hearing->subject->path->certificates[hearing->subject->depth];
}

static void note(struct hearing *hearing, enum revocation_cause cause, const struct crl *crl,
                 const char *detail) {
    cz_subject_note(hearing->subject,
                    &(const struct revocation){
                        .cause = cause,
                        .detail = detail,
                        .by = REVOCATION_BY_CRL,
                        .crl = crl,
                        .this_update = crl->this_update,
                        .next_update = crl->has_next_update ? crl->next_update : INT64_MAX});
}

/* Like the others, and it cannot be good any more. */
static void note_gap(struct hearing *hearing, enum revocation_cause cause, const struct crl *crl) {
    hearing->incomplete = true;
    note(hearing, cause, crl, NULL);
}

/* A list is stale from the second of its nextUpdate on, or that of the end of grace; and as long as
 * thisUpdate lies ahead. */
static bool is_fresh(struct hearing *hearing, const struct crl *crl) {
    struct revocation_subject *subject = hearing->subject;
    const struct revocation_check *check = subject->work->check;
    if (check->now < crl->this_update) {
        cz_subject_narrow(subject, INT64_MIN, crl->this_update - 1);
        return false;
    }
    cz_subject_narrow(subject, crl->this_update, INT64_MAX);
    if (!crl->has_next_update)
        return false;
    int64_t end = cz_time_later(crl->next_update, check->settings->stale_grace);
    bool fresh = check->now < end;
    cz_subject_narrow(subject, fresh ? INT64_MIN : end, fresh ? end - 1 : INT64_MAX);
    return fresh;
}

/* --- which lists are heard --- */

static bool stands_above(const struct revocation_subject *subject,
                         const struct certificate *certificate) {
    for (size_t i = subject->depth + 1; i < subject->path->count; i++)
        if (cz_bytes_equal(subject->path->certificates[i]->der, certificate->der))
            return true;
    return false;
}

/* RFC 5280 6.3.3 (f): the issuer of a CRL must not be revoked either. What stands above the
 * certificate is asked for on its own account. */
static bool issuer_is_good(void *context, const struct path *path) {
    struct revocation_subject *subject = context;
    for (size_t i = 0; i + 1 < path->count; i++)
        if (!stands_above(subject, path->certificates[i]) &&
            !cz_subject_signer_is_good(subject, path, i, false))
            return false;
    return true;
}

static bool is_usable(struct hearing *hearing, const struct crl *crl) {
    const struct requirements *requirements = hearing->subject->work->check->requirements;
    const char *objection = cz_scope_objection(crl, requirements->lenient_dates);
    if (objection != NULL) {
        note(hearing, REVOCATION_UNUSABLE, crl, objection);
        return false;
    }
    if (!cz_signature_is_strong(crl->signature_algorithm, requirements->strength)) {
        note(hearing, REVOCATION_WEAK_SIGNATURE, crl, NULL);
        return false;
    }
    return true;
}

static const struct certificate *find_signer(struct hearing *hearing,
                                             const struct crl_candidate *candidate) {
    struct revocation_subject *subject = hearing->subject;
    const struct revocation_check *check = subject->work->check;
    const struct crl_issuer_search search = {.path = subject->path,
                                             .depth = subject->depth,
                                             .trust = check->trust,
                                             .sent = check->sent,
                                             .sent_count = check->sent_count,
                                             .requirements = check->requirements,
                                             .signatures = check->signatures,
                                             .crl_signatures = &subject->work->signatures,
                                             .now = check->now,
                                             .is_good = issuer_is_good,
                                             .context = subject};
    struct crl_issuer issuer;
    enum revocation_cause cause;
    bool found = cz_crl_issuer_find(&search, candidate, &issuer, &cause);
    cz_subject_narrow(subject, issuer.valid_from, issuer.valid_until);
    if (found)
        return issuer.certificate;
    if (cause == REVOCATION_LIMIT)
        note_gap(hearing, cause, candidate->crl);
    else
        note(hearing, cause, candidate->crl, NULL);
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

static void hear(struct hearing *hearing, const struct crl_candidate *candidate) {
    struct revocation_work *work = hearing->subject->work;
    const struct crl *crl = candidate->crl;
    struct heard heard = {.candidate = candidate};
    switch (cz_scope_check(crl, certificate_of(hearing), &heard.reasons)) {
    case SCOPE_OUTSIDE:
        return;
    case SCOPE_FAILED:
        note_gap(hearing, REVOCATION_NO_MEMORY, crl);
        return;
    case SCOPE_COVERED:
        break;
    }
    if (hearing->count == CZ_CRLS_OF_ONE_MAX || work->steps == CZ_CRL_STEPS_MAX) {
        note_gap(hearing, REVOCATION_LIMIT, crl);
        return;
    }
    work->steps++;
    if (!is_usable(hearing, crl) || (heard.signer = find_signer(hearing, candidate)) == NULL)
        return;
    heard.fresh = is_fresh(hearing, crl);
    insert(hearing, heard);
}

/* The one was issued after the other. Where they are as new, or where time and number contradict
 * each other, neither takes back what the other says. Numbers are those of one scope (RFC 5280
 * 5.2.3). */
static bool replaces(const struct crl *crl, const struct crl *other) {
    bool one_scope =
        cz_bytes_equal(crl->issuing_distribution_point, other->issuing_distribution_point);
    int order = one_scope && crl->has_number && other->has_number
                    ? cz_crl_compare_numbers(crl->number, other->number)
                    : 0;
    return crl->this_update > other->this_update
               ? order >= 0
               : crl->this_update == other->this_update && order > 0;
}

/* --- what they say --- */

/* The delta CRLs that go with one list and are signed by the same key. */
struct deltas {
    struct {
        const struct crl_candidate *candidate;
        bool fresh;
    } items[CZ_CRLS_OF_ONE_MAX];
    size_t count;
};

static void take_delta(struct hearing *hearing, const struct heard *heard,
                       const struct crl_candidate *candidate, struct deltas *deltas) {
    struct revocation_work *work = hearing->subject->work;
    if (!cz_scope_delta_fits(heard->candidate->crl, candidate->crl) ||
        !is_usable(hearing, candidate->crl))
        return;
    if (deltas->count == CZ_COUNT(deltas->items)) {
        note_gap(hearing, REVOCATION_LIMIT, candidate->crl);
        return;
    }
    switch (cz_crl_signature_check(&work->signatures, candidate, heard->signer)) {
    case SIGNATURE_GOOD:
        deltas->items[deltas->count].candidate = candidate;
        deltas->items[deltas->count++].fresh = is_fresh(hearing, candidate->crl);
        return;
    case SIGNATURE_LIMIT:
        note_gap(hearing, REVOCATION_LIMIT, candidate->crl);
        return;
    case SIGNATURE_BAD:
        return;
    }
}

/* As of lists: one that is stale does not stand in for a fresh one. */
static bool is_replaced(const struct deltas *deltas, size_t at) {
    for (size_t i = 0; i < deltas->count; i++)
        if ((deltas->items[i].fresh || !deltas->items[at].fresh) &&
            replaces(deltas->items[i].candidate->crl, deltas->items[at].candidate->crl))
            return true;
    return false;
}

static enum crl_lookup_result
look_up(struct hearing *hearing, const struct crl_candidate *candidate, struct crl_entry *entry) {
    const struct certificate *certificate = certificate_of(hearing);
    enum crl_lookup_result result = candidate->lookup.find(
        candidate->lookup.context, certificate->issuer_canonical, certificate->serial, entry);
    if (result != CRL_LOOKUP_FOUND && result != CRL_LOOKUP_ABSENT)
        note_gap(hearing, REVOCATION_LOOKUP_FAILED, candidate->crl);
    return result;
}

static void tell(struct hearing *hearing, enum revocation_status status, const struct crl *crl) {
    struct revocation *out = hearing->subject->out;
    out->status = status;
    out->by = REVOCATION_BY_CRL;
    out->cause = REVOCATION_NO_CRL;
    out->detail = NULL;
    out->this_update = crl->this_update;
    out->next_update = crl->has_next_update ? crl->next_update : INT64_MAX;
    out->crl = crl;
}

static bool tell_revoked(struct hearing *hearing, const struct crl *crl,
                         const struct crl_entry *entry, bool fresh) {
    struct revocation *out = hearing->subject->out;
    tell(hearing, REVOCATION_REVOKED, crl);
    out->reason = entry->reason;
    out->revoked_at = entry->revoked_at;
    out->stale = !fresh;
    return true;
}

/* The reasons of which lists newer than a heard one, and signed by the same key, have told more
 * lately than `crl`, which is that one or its delta CRL. A stale one does not stand in for a fresh
 * one. */
static unsigned told_before(const struct hearing *hearing, size_t at, const struct crl *crl,
                            bool fresh) {
    unsigned reasons = 0;
    for (size_t i = 0; i < at; i++)
        if ((hearing->lists[i].fresh || !fresh) &&
            replaces(hearing->lists[i].candidate->crl, crl) &&
            cz_signature_same_key(hearing->lists[i].signer, hearing->lists[at].signer))
            reasons |= hearing->lists[i].reasons;
    return reasons;
}

/* Nothing is left of which the list, or its delta CRL, has the last word. */
static bool is_outdated(const struct hearing *hearing, size_t at, const struct crl *crl,
                        bool fresh) {
    return (hearing->lists[at].reasons & ~told_before(hearing, at, crl, fresh)) == 0;
}

enum delta_result { DELTAS_SILENT, DELTAS_RELEASE, DELTAS_REVOKE };

/* One that is stale does not take back what the list says, nor does one take it back where another
 * that is as new does not. Of a list that is outdated those are asked that are not. */
static enum delta_result ask_deltas(struct hearing *hearing, size_t at, bool outdated) {
    const struct revocation_holdings *holdings = hearing->subject->work->check->holdings;
    bool released = false, held = false;
    struct crl_entry entry;
    struct deltas deltas;
    deltas.count = 0;
    for (size_t i = 0; i < holdings->crl_count; i++)
        take_delta(hearing, &hearing->lists[at], &holdings->crls[i], &deltas);
    for (size_t i = 0; i < deltas.count; i++) {
        const struct crl_candidate *delta = deltas.items[i].candidate;
        bool fresh = deltas.items[i].fresh;
        if (is_replaced(&deltas, i) || (outdated && is_outdated(hearing, at, delta->crl, fresh)))
            continue;
        bool found = look_up(hearing, delta, &entry) == CRL_LOOKUP_FOUND;
        if (found && entry.reason != CRL_REASON_REMOVE_FROM_CRL) {
            tell_revoked(hearing, delta->crl, &entry, fresh);
            return DELTAS_REVOKE;
        }
        released |= found && fresh;
        held |= !found;
    }
    return released && !held ? DELTAS_RELEASE : DELTAS_SILENT;
}

/* True where it is revoked. RFC 5280 6.3.3 (i) to (k); removeFromCRL means nothing but in a delta
 * CRL (5.3.1). */
static bool is_revoked(struct hearing *hearing, size_t at, bool outdated) {
    const struct heard *heard = &hearing->lists[at];
    struct crl_entry entry;
    enum delta_result by_delta = ask_deltas(hearing, at, outdated);
    if (by_delta != DELTAS_SILENT || outdated)
        return by_delta == DELTAS_REVOKE;
    return look_up(hearing, heard->candidate, &entry) == CRL_LOOKUP_FOUND &&
           tell_revoked(hearing, heard->candidate->crl, &entry, heard->fresh);
}

/* Of several the one that is stale first is told of. */
static bool ends_before(const struct crl *crl, const struct crl *other) {
    return other == NULL || crl->next_update < other->next_update;
}

static void decide(struct hearing *hearing) {
    const struct crl *first = NULL;
    unsigned covered = 0;
    for (size_t i = 0; i < hearing->count; i++) {
        const struct heard *heard = &hearing->lists[i];
        const struct crl *crl = heard->candidate->crl;
        bool outdated = is_outdated(hearing, i, crl, heard->fresh);
        if (is_revoked(hearing, i, outdated))
            return;
        if (outdated)
            continue;
        if (!heard->fresh) {
            note(hearing, REVOCATION_STALE, crl, NULL);
            continue;
        }
        covered |= heard->reasons;
        if (ends_before(crl, first))
            first = crl;
    }
    if (covered != CZ_REASONS_ALL || hearing->incomplete)
        return;
    tell(hearing, REVOCATION_GOOD, first);
}

void cz_subject_ask_crls(struct revocation_subject *subject) {
    const struct revocation_holdings *holdings = subject->work->check->holdings;
    struct hearing hearing;
    hearing.subject = subject;
    hearing.count = 0;
    hearing.incomplete = false;
    for (size_t i = 0; i < holdings->crl_count; i++)
        hear(&hearing, &holdings->crls[i]);
    decide(&hearing);
}
