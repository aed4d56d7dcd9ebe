#include "log/line.h"

#include "base/calendar.h"
#include "base/text.h"

static void put_time(struct buffer *out, int64_t now, unsigned milliseconds) {
    cz_json_name(out, "time");
    cz_buffer_putc(out, '"');
    cz_time_append(out, now);
    if (out->failed)
        return;
    out->len--; /* the Z goes behind the milliseconds */
    char fraction[] = {'.',
                       (char)('0' + milliseconds / 100 % 10),
                       (char)('0' + milliseconds / 10 % 10),
                       (char)('0' + milliseconds % 10),
                       'Z',
                       '"'};
    cz_buffer_append(out, fraction, sizeof fraction);
}

static void put_optional(struct buffer *out, const char *name, struct bytes value) {
    if (value.len > 0)
        cz_json_member(out, name, value);
}

/* The normalised path that rules saw; where there is none, what the client sent. */
static void put_path(struct buffer *out, const struct log_event *event) {
    struct bytes path = cz_buffer_view(&event->decision->path);
    if (path.len == 0)
        path = event->request->uri;
    if (path.len <= CZ_LOG_PATH_MAX) {
        put_optional(out, "path", path);
        return;
    }
    size_t cut = CZ_LOG_PATH_MAX;
    while (cut > 0 && (path.data[cut] & 0xc0) == 0x80)
        cut--;
    cz_json_member(out, "path", (struct bytes){.data = path.data, .len = cut});
    if (out->failed)
        return;
    out->len--;
    cz_buffer_puts(out, "…\"");
}

static void put_certificate(struct buffer *out, const struct assessment *assessment) {
    if (assessment == NULL || assessment->identity.text.len == 0)
        return;
    const struct identity *identity = &assessment->identity;
    put_optional(out, "subject", cz_identity_field(identity, IDENTITY_SUBJECT));
    put_optional(out, "issuer", cz_identity_field(identity, IDENTITY_ISSUER));
    put_optional(out, "serial", cz_identity_field(identity, IDENTITY_SERIAL));
    put_optional(out, "sha256", cz_identity_field(identity, IDENTITY_SHA256));
}

/* The check that refused: the last that failed, of the request or of the certificate. */
static const struct trace_entry *last_failure(const struct trace *trace) {
    for (size_t i = trace->count; i-- > 0;)
        if (trace->entries[i].outcome == OUTCOME_FAILED)
            return &trace->entries[i];
    return NULL;
}

static void put_failed_check(struct buffer *out, const struct decision *decision) {
    const struct trace_entry *failure = last_failure(&decision->trace);
    if (failure == NULL && decision->assessment != NULL)
        failure = last_failure(&decision->assessment->validation.trace);
    if (decision->verdict == VERDICT_GRANTED || failure == NULL)
        return;
    cz_json_member(out, "check", cz_bytes_of(cz_check_name(failure->check)));
    if (failure->depth > 0) {
        cz_json_name(out, "depth");
        cz_buffer_decimal(out, failure->depth);
    }
    if (failure->detail != NULL)
        cz_json_member(out, "detail", cz_bytes_of(failure->detail));
}

static void put_client(struct buffer *out, const struct identification *identification) {
    if (identification->client != NULL)
        cz_json_member(out, "client", cz_bytes_of(identification->client->id));
    if (identification->credential != NULL)
        cz_json_member(out, "credential", cz_bytes_of(identification->credential->label));
}

static void put_report(struct buffer *out, const struct rule_outcomes *outcomes) {
    if (outcomes->count == 0)
        return;
    cz_json_name(out, "report_only");
    cz_buffer_putc(out, '[');
    for (size_t i = 0; i < outcomes->count; i++) {
        if (i > 0)
            cz_buffer_putc(out, ',');
        cz_buffer_putc(out, '{');
        cz_json_member(out, "rule", cz_bytes_of(outcomes->items[i].rule->name));
        cz_json_member(out, "reason", cz_bytes_of(cz_outcome_slug(&outcomes->items[i])));
        cz_buffer_putc(out, '}');
    }
    cz_buffer_putc(out, ']');
}

/* Where the server asked for a policy that is not there, its name is what people look for. */
static void put_policy(struct buffer *out, const struct log_event *event) {
    const struct decision *decision = event->decision;
    if (decision->policy != NULL && decision->policy->name != NULL)
        cz_json_member(out, "policy", cz_bytes_of(decision->policy->name));
    else if (decision->policy == NULL && event->request->policy.len <= CZ_LOG_PATH_MAX)
        put_optional(out, "policy", event->request->policy);
}

void cz_log_line(struct buffer *out, const struct log_event *event) {
    const struct decision *decision = event->decision;
    const struct reason_info *reason = cz_reason_info(decision->reason);
    cz_buffer_putc(out, '{');
    put_time(out, event->now, event->milliseconds);
    cz_json_member(out, "id", cz_bytes_of(event->id));
    cz_json_member(out, "verdict", cz_bytes_of(cz_verdict_name(decision->verdict)));
    cz_json_member(out, "reason", cz_bytes_of(reason->slug));
    cz_json_name(out, "status");
    cz_buffer_decimal(out, reason->status);
    put_optional(out, "method", event->request->method);
    put_path(out, event);
    put_policy(out, event);
    if (decision->rule != NULL)
        cz_json_member(out, "rule", cz_bytes_of(decision->rule->name));
    put_failed_check(out, decision);
    put_client(out, &decision->identification);
    put_report(out, &decision->report_only);
    put_certificate(out, decision->assessment);
    if (decision->remembered) {
        cz_json_name(out, "remembered");
        cz_buffer_puts(out, "true");
    }
    cz_json_name(out, "microseconds");
    cz_buffer_decimal(out, event->microseconds_used);
    cz_buffer_puts(out, "}\n");
}

void cz_log_message_line(struct buffer *out, const char *level, const char *message, int64_t now,
                         unsigned milliseconds) {
    cz_buffer_putc(out, '{');
    put_time(out, now, milliseconds);
    cz_json_member(out, "level", cz_bytes_of(level));
    cz_json_member(out, "message", cz_bytes_of(message));
    cz_buffer_puts(out, "}\n");
}
