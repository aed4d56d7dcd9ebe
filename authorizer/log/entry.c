#include "log/entry.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "revocation/trace.h"

static void add(struct log_entry *entry, const struct log_member *member) {
    if (entry->count < CZ_LOG_MEMBERS_MAX)
        entry->members[entry->count++] = *member;
}

static void add_time(struct log_entry *entry, int64_t now, unsigned milliseconds) {
    entry->now = now;
    add(entry, &(struct log_member){
                   .name = "time", .kind = LOG_TIME, .number = now, .milliseconds = milliseconds});
}

static void add_text(struct log_entry *entry, const char *name, struct bytes text) {
    add(entry, &(struct log_member){.name = name, .kind = LOG_TEXT, .text = text});
}

static void add_optional(struct log_entry *entry, const char *name, struct bytes text) {
    if (text.len > 0)
        add_text(entry, name, text);
}

static void add_number(struct log_entry *entry, const char *name, int64_t number) {
    add(entry, &(struct log_member){.name = name, .kind = LOG_NUMBER, .number = number});
}

static void add_true(struct log_entry *entry, const char *name) {
    add(entry, &(struct log_member){.name = name, .kind = LOG_TRUE});
}

static void add_cut(struct log_entry *entry, const char *name, struct bytes text, size_t limit) {
    if (text.len == 0)
        return;
    add_text(entry, name, text);
    struct log_member *last = &entry->members[entry->count - 1];
    *last = cz_log_member_within(last, limit);
}

/* The normalised path that rules saw; where there is none, what the client sent. */
static void add_path(struct log_entry *entry, const struct log_event *event) {
    struct bytes path = cz_buffer_view(&event->decision->path);
    add_cut(entry, "path", path.len > 0 ? path : event->request->uri, CZ_LOG_PATH_MAX);
}

/* Where the server asked for a policy that is not there, its name is what people look for. */
static void add_policy(struct log_entry *entry, const struct log_event *event) {
    const struct decision *decision = event->decision;
    if (decision->policy != NULL && decision->policy->name != NULL)
        add_text(entry, "policy", cz_bytes_of(decision->policy->name));
    else if (decision->policy == NULL && event->request->policy.len <= CZ_LOG_PATH_MAX)
        add_optional(entry, "policy", event->request->policy);
}

static void add_certificate(struct log_entry *entry, const struct assessment *assessment) {
    if (assessment == NULL || assessment->identity.text.len == 0)
        return;
    const struct identity *identity = &assessment->identity;
    add_optional(entry, "subject", cz_identity_field(identity, IDENTITY_SUBJECT));
    add_optional(entry, "issuer", cz_identity_field(identity, IDENTITY_ISSUER));
    add_optional(entry, "serial", cz_identity_field(identity, IDENTITY_SERIAL));
    add_optional(entry, "sha256", cz_identity_field(identity, IDENTITY_SHA256));
}

/* The check that refused: the last that failed, of the request or of the certificate. */
static const struct trace_entry *last_failure(const struct trace *trace) {
    for (size_t i = trace->count; i-- > 0;)
        if (trace->entries[i].outcome == OUTCOME_FAILED)
            return &trace->entries[i];
    return NULL;
}

static void add_failed_check(struct log_entry *entry, const struct decision *decision) {
    const struct trace_entry *failure = last_failure(&decision->trace);
    if (failure == NULL && decision->assessment != NULL)
        failure = last_failure(&decision->assessment->validation.trace);
    if (decision->verdict == VERDICT_GRANTED || failure == NULL)
        return;
    add_text(entry, "check", cz_bytes_of(cz_check_name(failure->check)));
    if (failure->depth > 0)
        add_number(entry, "depth", failure->depth);
    if (failure->detail != NULL)
        add_text(entry, "detail", cz_bytes_of(failure->detail));
}

static void add_client(struct log_entry *entry, const struct identification *identification) {
    if (identification->client != NULL)
        add_text(entry, "client", cz_bytes_of(identification->client->id));
    if (identification->credential != NULL)
        add_text(entry, "credential", cz_bytes_of(identification->credential->label));
}

static void add_outcomes(struct log_entry *entry, const char *name,
                         const struct rule_outcomes *outcomes) {
    if (outcomes->count > 0)
        add(entry, &(struct log_member){.name = name, .kind = LOG_OUTCOMES, .outcomes = outcomes});
}

static void add_warning(struct log_entry *entry, const struct decision *decision) {
    const struct certificate_revocation *warning = cz_decision_warning(decision);
    if (warning == NULL)
        return;
    add_text(entry, "warning",
             cz_bytes_of(cz_reason_info(cz_revocation_reason(warning->event))->slug));
    if (decision->assessment->revocation.warning_depth > 0)
        add_number(entry, "warning_depth", (int64_t)decision->assessment->revocation.warning_depth);
}

static void add_denied_because(struct log_entry *entry, const struct decision *decision) {
    if (decision->reason == REASON_ON_DENY_LIST && decision->assessment != NULL)
        add_optional(entry, "denied_because", cz_bytes_of(decision->assessment->denied_because));
}

static enum log_severity severity_of(const struct decision *decision) {
    if (decision->verdict == VERDICT_GRANTED)
        return cz_decision_warning(decision) != NULL ? LOG_SEVERITY_WARNING : LOG_SEVERITY_INFO;
    return cz_reason_info(decision->reason)->status >= 500 ? LOG_SEVERITY_ERROR
                                                           : LOG_SEVERITY_NOTICE;
}

void cz_log_entry_decision(struct log_entry *entry, const struct log_event *event) {
    const struct decision *decision = event->decision;
    const struct reason_info *reason = cz_reason_info(decision->reason);
    entry->count = 0;
    entry->severity = severity_of(decision);
    add_time(entry, event->now, event->milliseconds);
    add_text(entry, "id", cz_bytes_of(event->id));
    add_text(entry, "verdict", cz_bytes_of(cz_verdict_name(decision->verdict)));
    add_text(entry, "reason", cz_bytes_of(reason->slug));
    add_number(entry, "status", reason->status);
    add_optional(entry, "method", event->request->method);
    add_path(entry, event);
    add_cut(entry, "host", event->request->host, CZ_LOG_HOST_MAX);
    add_cut(entry, "address", event->request->address, CZ_LOG_HOST_MAX);
    if (decision->forwarding == FORWARDING_HEEDED)
        add_cut(entry, "forwarded_by", event->request->address, CZ_LOG_HOST_MAX);
    add_policy(entry, event);
    if (decision->rule != NULL)
        add_text(entry, "rule", cz_bytes_of(decision->rule->name));
    add_failed_check(entry, decision);
    add_denied_because(entry, decision);
    add_warning(entry, decision);
    add_client(entry, &decision->identification);
    add_outcomes(entry, "report_only", &decision->report_only);
    add_certificate(entry, decision->assessment);
    if (decision->remembered)
        add_true(entry, "remembered");
    if (event->generation != 0)
        add_number(entry, "generation", (int64_t)event->generation);
    add_number(entry, "microseconds", event->microseconds_used);
}

void cz_log_entry_message(struct log_entry *entry, const char *level, const char *message,
                          int64_t now, unsigned milliseconds) {
    static const struct {
        const char *level;
        enum log_severity severity;
    } levels[] = {
        {"info", LOG_SEVERITY_INFO},
        {"notice", LOG_SEVERITY_NOTICE},
        {"warning", LOG_SEVERITY_WARNING},
    };
    entry->count = 0;
    entry->severity = LOG_SEVERITY_ERROR;
    for (size_t i = 0; i < CZ_COUNT(levels); i++)
        if (strcmp(levels[i].level, level) == 0)
            entry->severity = levels[i].severity;
    add_time(entry, now, milliseconds);
    add_text(entry, "level", cz_bytes_of(level));
    add_text(entry, "message", cz_bytes_of(message));
}

const struct log_member *cz_log_entry_find(const struct log_entry *entry, const char *name) {
    for (size_t i = 0; i < entry->count; i++)
        if (strcmp(entry->members[i].name, name) == 0)
            return &entry->members[i];
    return NULL;
}

struct log_member cz_log_member_within(const struct log_member *member, size_t limit) {
    struct log_member within = *member;
    if (within.text.len <= limit)
        return within;
    while (limit > 0 && (within.text.data[limit] & 0xc0) == 0x80)
        limit--;
    within.text.len = limit;
    within.cut = true;
    return within;
}

static void append_time(struct buffer *out, const struct log_member *member) {
    unsigned milliseconds = member->milliseconds;
    cz_time_append(out, member->number);
    if (out->failed)
        return;
    out->len--; /* the Z goes behind the milliseconds */
    char fraction[] = {'.', (char)('0' + milliseconds / 100 % 10),
                       (char)('0' + milliseconds / 10 % 10), (char)('0' + milliseconds % 10), 'Z'};
    cz_buffer_append(out, fraction, sizeof fraction);
}

/* NAME reason, NAME reason */
static void append_outcomes(struct buffer *out, const struct rule_outcomes *outcomes) {
    for (size_t i = 0; i < outcomes->count; i++) {
        cz_buffer_puts(out, i > 0 ? ", " : "");
        cz_buffer_puts(out, outcomes->items[i].rule->name);
        cz_buffer_putc(out, ' ');
        cz_buffer_puts(out, cz_outcome_slug(&outcomes->items[i]));
    }
}

void cz_log_member_append(struct buffer *out, const struct log_member *member) {
    if (member->kind == LOG_TIME)
        append_time(out, member);
    else if (member->kind == LOG_NUMBER)
        cz_buffer_decimal(out, member->number);
    else if (member->kind == LOG_TRUE)
        cz_buffer_puts(out, "true");
    else if (member->kind == LOG_OUTCOMES)
        append_outcomes(out, member->outcomes);
}
