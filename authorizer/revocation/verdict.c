#include "revocation/verdict.h"

#include "base/cleanup.h"
#include "revocation/sources.h"

enum revocation_place cz_revocation_place(const struct path *path, size_t depth) {
    if (depth == 0)
        return REVOCATION_PLACE_END;
    return depth + 1 == path->count ? REVOCATION_PLACE_ROOT : REVOCATION_PLACE_CA;
}

/* A root is its own. */
static const struct certificate *issuer_of(const struct path *path, size_t depth) {
    return path->certificates[depth + 1 < path->count ? depth + 1 : depth];
}

static bool is_authority(const struct revocation_authority *authority,
                         const struct certificate *issuer) {
    return (authority->subject_canonical.len == 0 ||
            cz_bytes_equal(authority->subject_canonical, issuer->subject_canonical)) &&
           (authority->key_id.len == 0 ||
            cz_bytes_equal(authority->key_id, issuer->subject_key_identifier));
}

const struct revocation_authority *
cz_revocation_authority(const struct revocation_settings *settings,
                        const struct certificate *issuer) {
    for (size_t i = 0; i < settings->authority_count; i++)
        if (is_authority(&settings->authorities[i], issuer))
            return &settings->authorities[i];
    return NULL;
}

static enum revocation_action action_for(const struct revocation_settings *settings,
                                         const struct path *path, size_t depth,
                                         enum revocation_event event) {
    const struct revocation_authority *authority =
        cz_revocation_authority(settings, issuer_of(path, depth));
    const struct revocation_actions *on = authority != NULL ? &authority->on : &settings->on;
    return on->of[cz_revocation_place(path, depth)][event];
}

/* Nothing at hand covers the certificate: by how it went with those who could have told. */
static enum revocation_event event_without_answer(const struct revocation_check *check,
                                                  const struct path *path, size_t depth) {
    struct source_tally sources = cz_sources_tally(
        check->holdings, check->settings, path->certificates[depth], issuer_of(path, depth));
    enum source_state configured = check->holdings->configured;
    if (sources.in[SOURCE_BAD_SIGNATURE] > 0 || configured == SOURCE_BAD_SIGNATURE)
        return REVOCATION_EVENT_BAD_SIGNATURE;
    if (sources.in[SOURCE_UNREACHABLE] > 0 || configured == SOURCE_UNREACHABLE)
        return REVOCATION_EVENT_UNREACHABLE;
    return sources.count > 0 ? REVOCATION_EVENT_UNKNOWN : REVOCATION_EVENT_NO_SOURCE;
}

static enum revocation_event event_of(const struct revocation_check *check, const struct path *path,
                                      size_t depth, const struct revocation *found) {
    /* a cause that is not named here is the event "unknown" */
    static const enum revocation_event by_cause[REVOCATION_CAUSE_COUNT] = {
        [REVOCATION_BAD_SIGNATURE] = REVOCATION_EVENT_BAD_SIGNATURE,
        [REVOCATION_RESPONDER_NOT_AUTHORIZED] = REVOCATION_EVENT_BAD_SIGNATURE,
        [REVOCATION_ISSUER_NOT_TRUSTED] = REVOCATION_EVENT_BAD_SIGNATURE,
        [REVOCATION_ISSUER_MAY_NOT_SIGN] = REVOCATION_EVENT_BAD_SIGNATURE,
        [REVOCATION_WEAK_SIGNATURE] = REVOCATION_EVENT_BAD_SIGNATURE,
        [REVOCATION_STALE] = REVOCATION_EVENT_STALE,
    };
    if (found->status == REVOCATION_REVOKED)
        return REVOCATION_EVENT_REVOKED;
    if (found->cause == REVOCATION_NO_CRL || found->cause == REVOCATION_NO_RESPONSE)
        return event_without_answer(check, path, depth);
    return (size_t)found->cause < CZ_COUNT(by_cause) ? by_cause[found->cause]
                                                     : REVOCATION_EVENT_UNKNOWN;
}

static bool is_half_over(const struct revocation_settings *settings,
                         const struct certificate_revocation *one, int64_t now) {
    int64_t life = one->next_update != INT64_MAX ? one->next_update - one->this_update
                                                 : settings->ocsp_max_age;
    return now - one->this_update > life / 2;
}

static enum revocation_lack lack_of(const struct revocation_check *check, const struct path *path,
                                    size_t depth, const struct certificate_revocation *one) {
    const struct revocation_settings *settings = check->settings;
    if (settings->mode != REVOCATION_ONLINE || one->status == REVOCATION_REVOKED)
        return REVOCATION_LACKS_NOTHING;
    if (one->status == REVOCATION_UNKNOWN)
        return one->event == REVOCATION_EVENT_NO_SOURCE ? REVOCATION_LACKS_NOTHING
                                                        : REVOCATION_LACKS_NOW;
    if (one->by == REVOCATION_BY_OCSP)
        return is_half_over(settings, one, check->now) ? REVOCATION_LACKS_SOON
                                                       : REVOCATION_LACKS_NOTHING;
    if (settings->order != REVOCATION_OCSP_FIRST)
        return REVOCATION_LACKS_NOTHING;
    /* a CRL stood in for a responder that was never asked */
    struct revocation_settings ocsp = {.order = REVOCATION_OCSP_ONLY,
                                       .has_responders = settings->has_responders};
    struct source_tally sources =
        cz_sources_tally(check->holdings, &ocsp, path->certificates[depth], issuer_of(path, depth));
    return sources.in[SOURCE_UNTRIED] > 0 ? REVOCATION_LACKS_NOW : REVOCATION_LACKS_NOTHING;
}

static struct certificate_revocation tell(const struct revocation_check *check,
                                          const struct path *path, size_t depth,
                                          const struct revocation *found) {
    struct certificate_revocation one = {.status = found->status,
                                         .cause = found->cause,
                                         .detail = found->detail,
                                         .by = found->by,
                                         .this_update = found->this_update,
                                         .next_update = found->next_update,
                                         .reason = found->reason,
                                         .revoked_at = found->revoked_at,
                                         .stale = found->stale};
    if (one.status == REVOCATION_GOOD) {
        one.action = REVOCATION_ALLOW;
        return one;
    }
    one.event = event_of(check, path, depth, found);
    one.action = action_for(check->settings, path, depth, one.event);
    return one;
}

/* Of several the one nearest to the anchor is told of; but a revoked one before any other. */
static void weigh(const struct revocation_verdict *verdict, size_t depth, bool *any, size_t *at) {
    if (*any && (verdict->of[depth].event != REVOCATION_EVENT_REVOKED ||
                 verdict->of[*at].event == REVOCATION_EVENT_REVOKED))
        return;
    *any = true;
    *at = depth;
}

const struct certificate_revocation *
cz_revocation_warning(const struct revocation_verdict *verdict) {
    return verdict->checked && verdict->warns ? &verdict->of[verdict->warning_depth] : NULL;
}

void cz_revocation_judge(const struct revocation_check *check, const struct path *path,
                         struct revocation_verdict *verdict) {
    struct path_revocation found;
    verdict->checked = verdict->denies = verdict->warns = false;
    verdict->depth = verdict->warning_depth = verdict->count = 0;
    verdict->heeds_ocsp = false;
    verdict->valid_from = INT64_MIN;
    verdict->valid_until = INT64_MAX;
    verdict->lacks = REVOCATION_LACKS_NOTHING;
    if (check->settings->mode == REVOCATION_NONE)
        return;
    cz_revocation_check(check, path, &found);
    verdict->checked = true;
    verdict->count = found.last;
    verdict->heeds_ocsp = found.asked_ocsp;
    verdict->valid_from = found.valid_from;
    verdict->valid_until = found.valid_until;
    for (size_t depth = found.last; depth-- > 0;) {
        struct certificate_revocation *one = &verdict->of[depth];
        *one = tell(check, path, depth, &found.of[depth]);
        enum revocation_lack lack = lack_of(check, path, depth, one);
        if (lack > verdict->lacks)
            verdict->lacks = lack;
        if (one->action == REVOCATION_WARN)
            weigh(verdict, depth, &verdict->warns, &verdict->warning_depth);
        else if (one->action != REVOCATION_ALLOW)
            weigh(verdict, depth, &verdict->denies, &verdict->depth);
    }
}
