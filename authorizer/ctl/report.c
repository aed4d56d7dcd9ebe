#include "ctl/report.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/name.h"

#define LABEL_WIDTH 16

static void put_label(struct buffer *out, const char *label) {
    cz_buffer_printf(out, "%-*s", LABEL_WIDTH, label);
}

static void put_line(struct buffer *out, const char *label, struct bytes value) {
    if (value.len == 0)
        return;
    put_label(out, label);
    cz_buffer_bytes(out, value);
    cz_buffer_putc(out, '\n');
}

static void put_period(struct buffer *out, const struct certificate *certificate) {
    cz_time_append(out, certificate->not_before);
    cz_buffer_puts(out, " to ");
    cz_time_append(out, certificate->not_after);
}

static void text_certificate(struct buffer *out, const struct assessment *assessment) {
    static const struct {
        const char *label;
        enum identity_field field;
    } lines[] = {
        {"certificate", IDENTITY_USER}, {"  issuer", IDENTITY_ISSUER},
        {"  serial", IDENTITY_SERIAL},  {"  dns", IDENTITY_DNS},
        {"  email", IDENTITY_EMAIL},    {"  upn", IDENTITY_UPN},
        {"  uri", IDENTITY_URI},        {"  ip", IDENTITY_IP},
        {"  sha256", IDENTITY_SHA256},
    };
    if (assessment == NULL || assessment->identity.text.len == 0)
        return;
    for (size_t i = 0; i < CZ_COUNT(lines); i++)
        put_line(out, lines[i].label, cz_identity_field(&assessment->identity, lines[i].field));
    put_label(out, "  valid");
    put_period(out, assessment->certificate);
    cz_buffer_putc(out, '\n');
}

static void text_path(struct buffer *out, const struct path *path) {
    if (path->count < 2)
        return;
    cz_buffer_puts(out, "path\n");
    for (size_t i = 0; i < path->count; i++) {
        cz_buffer_printf(out, "  %zu  ", i);
        cz_name_append(out, path->certificates[i]->subject);
        cz_buffer_puts(out, i + 1 == path->count ? "  (anchor, " : "  (");
        put_period(out, path->certificates[i]);
        cz_buffer_puts(out, ")\n");
    }
}

static void text_checks(struct buffer *out, const struct trace *trace) {
    for (size_t i = 0; i < trace->count; i++) {
        const struct trace_entry *entry = &trace->entries[i];
        cz_buffer_printf(out, "  %-8s %s", cz_outcome_name(entry->outcome),
                         cz_check_name(entry->check));
        if (entry->depth != CZ_NO_DEPTH)
            cz_buffer_printf(out, " [%d]", entry->depth);
        if (entry->detail != NULL)
            cz_buffer_printf(out, ": %s", entry->detail);
        cz_buffer_putc(out, '\n');
    }
    if (trace->truncated)
        cz_buffer_puts(out, "  … more checks than are kept\n");
}

void cz_report_text(struct buffer *out, const struct explain_question *question,
                    const struct decision *decision) {
    const struct reason_info *reason = cz_reason_info(decision->reason);
    put_label(out, "request");
    cz_buffer_printf(out, "%s %s at ", question->method, question->uri);
    cz_time_append(out, question->now);
    cz_buffer_putc(out, '\n');
    put_line(out, "path asked for", cz_buffer_view(&decision->path));
    if (decision->rule != NULL) {
        put_label(out, "rule");
        cz_buffer_printf(out, "%s (certificate %s)\n", decision->rule->name,
                         cz_need_name(decision->rule->need));
    }
    text_certificate(out, decision->assessment);
    if (decision->assessment != NULL)
        text_path(out, &decision->assessment->validation.path);
    cz_buffer_puts(out, "checks\n");
    text_checks(out, &decision->trace);
    if (decision->assessment != NULL)
        text_checks(out, &decision->assessment->validation.trace);
    put_label(out, "decision");
    cz_buffer_printf(out, "%s: %s (%d %s)%s\n", cz_verdict_name(decision->verdict), reason->slug,
                     reason->status, reason->phrase, decision->anonymous ? ", anonymous" : "");
    put_line(out, "", cz_bytes_of(reason->sentence));
}

static void json_time(struct buffer *out, const char *name, int64_t seconds) {
    cz_json_name(out, name);
    cz_buffer_putc(out, '"');
    cz_time_append(out, seconds);
    cz_buffer_putc(out, '"');
}

static void json_request(struct buffer *out, const struct explain_question *question,
                         const struct decision *decision) {
    cz_json_name(out, "request");
    cz_buffer_putc(out, '{');
    cz_json_member(out, "method", cz_bytes_of(question->method));
    cz_json_member(out, "uri", cz_bytes_of(question->uri));
    if (decision->path.len > 0)
        cz_json_member(out, "path", cz_buffer_view(&decision->path));
    json_time(out, "time", question->now);
    cz_buffer_putc(out, '}');
}

static void json_certificate(struct buffer *out, const struct certificate *certificate) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_buffer_putc(out, '{');
    cz_name_append(&text, certificate->subject);
    cz_json_member(out, "subject", cz_buffer_view(&text));
    cz_buffer_clear(&text);
    cz_name_append(&text, certificate->issuer);
    cz_json_member(out, "issuer", cz_buffer_view(&text));
    cz_buffer_clear(&text);
    cz_buffer_hex(&text, certificate->serial);
    cz_json_member(out, "serial", cz_buffer_view(&text));
    cz_buffer_clear(&text);
    cz_buffer_hex(&text,
                  (struct bytes){.data = certificate->sha256, .len = sizeof certificate->sha256});
    cz_json_member(out, "sha256", cz_buffer_view(&text));
    json_time(out, "not_before", certificate->not_before);
    json_time(out, "not_after", certificate->not_after);
    cz_buffer_putc(out, '}');
    if (text.failed)
        cz_buffer_fail(out);
}

static void separate(struct buffer *out) {
    if (out->len > 0 && out->data[out->len - 1] == '}')
        cz_buffer_putc(out, ',');
}

static void json_path(struct buffer *out, const struct assessment *assessment) {
    cz_json_name(out, "path");
    cz_buffer_putc(out, '[');
    for (size_t i = 0; i < assessment->validation.path.count; i++) {
        separate(out);
        json_certificate(out, assessment->validation.path.certificates[i]);
    }
    cz_buffer_putc(out, ']');
}

static void json_checks(struct buffer *out, const struct trace *trace) {
    for (size_t i = 0; i < trace->count; i++) {
        const struct trace_entry *entry = &trace->entries[i];
        separate(out);
        cz_buffer_putc(out, '{');
        cz_json_member(out, "check", cz_bytes_of(cz_check_name(entry->check)));
        cz_json_member(out, "outcome", cz_bytes_of(cz_outcome_name(entry->outcome)));
        if (entry->depth != CZ_NO_DEPTH) {
            cz_json_name(out, "depth");
            cz_buffer_decimal(out, entry->depth);
        }
        if (entry->outcome == OUTCOME_FAILED)
            cz_json_member(out, "reason", cz_bytes_of(cz_reason_info(entry->reason)->slug));
        if (entry->detail != NULL)
            cz_json_member(out, "detail", cz_bytes_of(entry->detail));
        cz_buffer_putc(out, '}');
    }
}

static void json_rule(struct buffer *out, const struct rule *rule) {
    cz_json_name(out, "rule");
    cz_buffer_putc(out, '{');
    cz_json_member(out, "name", cz_bytes_of(rule->name));
    cz_json_member(out, "path", cz_bytes_of(rule->path));
    cz_json_member(out, "certificate", cz_bytes_of(cz_need_name(rule->need)));
    cz_buffer_putc(out, '}');
}

static void json_decision(struct buffer *out, const struct decision *decision) {
    const struct reason_info *reason = cz_reason_info(decision->reason);
    cz_json_name(out, "decision");
    cz_buffer_putc(out, '{');
    cz_json_member(out, "verdict", cz_bytes_of(cz_verdict_name(decision->verdict)));
    cz_json_member(out, "reason", cz_bytes_of(reason->slug));
    cz_json_name(out, "status");
    cz_buffer_decimal(out, reason->status);
    cz_json_name(out, "anonymous");
    cz_buffer_puts(out, decision->anonymous ? "true" : "false");
    cz_json_member(out, "sentence", cz_bytes_of(reason->sentence));
    cz_buffer_putc(out, '}');
}

void cz_report_json(struct buffer *out, const struct explain_question *question,
                    const struct decision *decision) {
    const struct assessment *assessment = decision->assessment;
    cz_buffer_putc(out, '{');
    json_request(out, question, decision);
    if (decision->rule != NULL)
        json_rule(out, decision->rule);
    if (assessment != NULL && assessment->certificate != NULL) {
        cz_json_name(out, "certificate");
        json_certificate(out, assessment->certificate);
        json_path(out, assessment);
    }
    cz_json_name(out, "checks");
    cz_buffer_putc(out, '[');
    json_checks(out, &decision->trace);
    if (assessment != NULL)
        json_checks(out, &assessment->validation.trace);
    cz_buffer_putc(out, ']');
    json_decision(out, decision);
    cz_buffer_puts(out, "}\n");
}
