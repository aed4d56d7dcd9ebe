#include "revocation/trace.h"

#include "base/cleanup.h"

static const struct {
    enum reason reason;
    const char *allowed, *warned; /* what the action came to */
} events[REVOCATION_EVENT_COUNT] = {
    [REVOCATION_EVENT_UNKNOWN] = {REASON_REVOCATION_UNKNOWN,
                                  "unknown, and revocation.on allows that",
                                  "unknown, and revocation.on warns of that"},
    [REVOCATION_EVENT_REVOKED] = {REASON_REVOKED, "revoked, and revocation.on allows that",
                                  "revoked, and revocation.on warns of that"},
    [REVOCATION_EVENT_STALE] = {REASON_REVOCATION_STALE, "stale, and revocation.on allows that",
                                "stale, and revocation.on warns of that"},
    [REVOCATION_EVENT_NO_SOURCE] = {REASON_REVOCATION_NO_SOURCE,
                                    "there is no source, and revocation.on allows that",
                                    "there is no source, and revocation.on warns of that"},
    [REVOCATION_EVENT_UNREACHABLE] = {REASON_REVOCATION_UNREACHABLE,
                                      "no source can be reached, and revocation.on allows that",
                                      "no source can be reached, and revocation.on warns of that"},
    [REVOCATION_EVENT_BAD_SIGNATURE] = {REASON_REVOCATION_BAD_SIGNATURE,
                                        "badly signed, and revocation.on allows that",
                                        "badly signed, and revocation.on warns of that"},
};

static size_t known(enum revocation_event event) {
    return (size_t)event < CZ_COUNT(events) ? event : REVOCATION_EVENT_UNKNOWN;
}

enum reason cz_revocation_reason(enum revocation_event event) {
    return events[known(event)].reason;
}

static const char *revoked_text(const struct certificate_revocation *one) {
    if (one->by == REVOCATION_BY_OCSP)
        return one->stale ? "its issuer's OCSP response says so, though it is out of date"
                          : "its issuer's OCSP response says so";
    return one->stale ? "its serial is on a CRL, though that is out of date"
                      : "its serial is on a CRL";
}

static const char *denied_text(const struct certificate_revocation *one) {
    if (one->event == REVOCATION_EVENT_REVOKED)
        return revoked_text(one);
    if (one->event == REVOCATION_EVENT_NO_SOURCE)
        return "no CRL at hand covers it, and neither its extensions nor the configuration name "
               "one that would";
    if (one->event == REVOCATION_EVENT_UNREACHABLE)
        return "no CRL or OCSP response is at hand, and nothing could be fetched; certauthzctl "
               "status says why";
    return one->detail != NULL ? one->detail : cz_revocation_cause_text(one->cause);
}

static void tell(struct trace *trace, const struct certificate_revocation *one, size_t depth) {
    if (one->status == REVOCATION_GOOD)
        cz_trace_passed(trace, CHECK_REVOCATION, (int)depth);
    else if (one->action == REVOCATION_WARN)
        cz_trace_skipped(trace, CHECK_REVOCATION, (int)depth, events[known(one->event)].warned);
    else if (one->action == REVOCATION_ALLOW)
        cz_trace_skipped(trace, CHECK_REVOCATION, (int)depth, events[known(one->event)].allowed);
    else
        cz_trace_failed(trace, CHECK_REVOCATION, (int)depth, cz_revocation_reason(one->event),
                        denied_text(one));
}

enum reason cz_revocation_trace(struct trace *trace, const struct revocation_verdict *verdict) {
    if (!verdict->checked) {
        cz_trace_skipped(trace, CHECK_REVOCATION, CZ_NO_DEPTH, "revocation.mode is \"none\"");
        return REASON_UNDECIDED;
    }
    for (size_t depth = verdict->count; depth-- > 0;)
        if (!verdict->denies || depth != verdict->depth)
            tell(trace, &verdict->of[depth], depth);
    if (!verdict->denies)
        return REASON_UNDECIDED;
    tell(trace, &verdict->of[verdict->depth], verdict->depth);
    return cz_revocation_reason(verdict->of[verdict->depth].event);
}
