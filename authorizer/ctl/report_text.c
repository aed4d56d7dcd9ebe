#include "ctl/report.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "certificate/name.h"
#include "ctl/paint.h"
#include "ctl/rule_account.h"

#define WORD_WIDTH 14 /* of what became of a rule */

struct report {
    struct buffer *out;
    const struct question *question;
    const struct decision *decision;
    bool any; /* a line of the list at hand was written */
};

static void put_period(struct buffer *out, const struct certificate *certificate) {
    cz_time_append(out, certificate->not_before);
    cz_buffer_puts(out, " to ");
    cz_time_append(out, certificate->not_after);
}

static void put_request(const struct report *report) {
    const struct question *question = report->question;
    cz_put_label(report->out, "request");
    cz_put_visible(report->out, cz_buffer_view(&question->method));
    cz_buffer_putc(report->out, ' ');
    cz_put_visible(report->out, cz_buffer_view(&question->uri));
    cz_buffer_puts(report->out, " at ");
    cz_time_append(report->out, question->now);
    cz_buffer_putc(report->out, '\n');
    cz_put_line(report->out, "  redirected to", cz_buffer_view(&question->redirect_uri));
    cz_put_line(report->out, "  host", cz_buffer_view(&question->host));
    cz_put_line(report->out, "  address", cz_buffer_view(&question->address));
    cz_put_line(report->out, "  policy", cz_buffer_view(&question->policy));
    cz_put_line(report->out, "  verified", cz_buffer_view(&question->verify));
    cz_put_line(report->out, "path asked for", cz_buffer_view(&report->decision->path));
}

static void put_state(const struct report *report, enum rule_state state) {
    CZ_CLEANUP(cz_buffer_release) struct buffer word = {0};
    bool colour = report->question->colour;
    cz_buffer_printf(&word, "  %-*s", WORD_WIDTH, cz_rule_state_name(state));
    if (word.failed)
        cz_buffer_fail(report->out);
    if (state == STATE_DECIDES)
        cz_paint(report->out, colour,
                 report->decision->verdict == VERDICT_GRANTED ? INK_GOOD : INK_BAD,
                 cz_buffer_text(&word));
    else
        cz_paint(report->out, colour && state <= STATE_OTHER_ADDRESS, INK_FAINT,
                 cz_buffer_text(&word));
}

static void put_rule(const struct report *report, const struct request *request,
                     const struct rule *rule) {
    struct buffer *out = report->out;
    struct rule_account account = cz_rule_account(report->decision, request, rule);
    put_state(report, account.state);
    cz_buffer_printf(out, "%s: %s ", rule->name, rule->action == ACTION_DENY ? "deny" : "allow");
    cz_buffer_puts(out, rule->path);
    if (rule->report_only)
        cz_buffer_puts(out, " (report only)");
    if (account.outcome != NULL) {
        cz_buffer_printf(out, ": %s", cz_outcome_slug(account.outcome));
        if (account.outcome->detail != NULL)
            cz_buffer_printf(out, ": %s", account.outcome->detail);
    }
    cz_buffer_putc(out, '\n');
}

static void put_rules(const struct report *report) {
    const struct decision *decision = report->decision;
    const struct request request = cz_question_request(report->question);
    if (decision->rule != NULL) {
        cz_put_label(report->out, "rule");
        cz_buffer_puts(report->out, decision->rule->name);
        if (decision->rule->action == ACTION_DENY)
            cz_buffer_puts(report->out, " (denies)\n");
        else
            cz_buffer_printf(report->out, " (certificate %s)\n",
                             cz_need_name(decision->rule->need));
    }
    if (!cz_rules_were_asked(decision))
        return;
    cz_buffer_puts(report->out, "rules\n");
    for (size_t i = 0; i < decision->policy->rules.count; i++)
        put_rule(report, &request, &decision->policy->rules.items[i]);
}

static void put_certificate(struct buffer *out, const struct assessment *assessment) {
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
        cz_put_line(out, lines[i].label, cz_identity_field(&assessment->identity, lines[i].field));
    cz_put_label(out, "  valid");
    put_period(out, assessment->certificate);
    cz_buffer_putc(out, '\n');
}

static void put_path(struct buffer *out, const struct path *path) {
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

static void put_words(struct buffer *out, const char *label, char *const *words, size_t count) {
    if (count == 0)
        return;
    cz_put_label(out, label);
    for (size_t i = 0; i < count; i++)
        cz_buffer_printf(out, "%s%s", i > 0 ? " " : "", words[i]);
    cz_buffer_putc(out, '\n');
}

static void put_client(struct buffer *out, const struct decision *decision) {
    const struct client *client = decision->identification.client;
    const struct credential *credential = decision->identification.credential;
    if (client != NULL) {
        cz_put_line(out, "client", cz_bytes_of(client->id));
    } else if (credential != NULL) {
        cz_put_label(out, "client");
        cz_buffer_printf(out, "none: %s\n", cz_reason_info(decision->identification.reason)->slug);
    }
    if (credential != NULL)
        cz_put_line(out, "  credential", cz_bytes_of(credential->label));
    if (client == NULL)
        return;
    if (client->role_count > 0)
        cz_put_label(out, "  roles");
    for (size_t i = 0; i < client->role_count; i++)
        cz_buffer_printf(out, "%s%s", decision->policy->clients->roles.names[client->roles[i]],
                         i + 1 < client->role_count ? " " : "\n");
    put_words(out, "  scopes", client->scopes, client->scope_count);
}

static void put_check(void *context, const struct trace_entry *entry) {
    const struct report *report = context;
    static const enum ink inks[] = {[OUTCOME_UNKNOWN] = INK_BAD,
                                    [OUTCOME_PASSED] = INK_GOOD,
                                    [OUTCOME_FAILED] = INK_BAD,
                                    [OUTCOME_SKIPPED] = INK_FAINT};
    struct buffer *out = report->out;
    CZ_CLEANUP(cz_buffer_release) struct buffer word = {0};
    cz_buffer_printf(&word, "%-8s", cz_outcome_name(entry->outcome));
    if (word.failed)
        cz_buffer_fail(out);
    cz_buffer_puts(out, "  ");
    cz_paint(out, report->question->colour, inks[entry->outcome], cz_buffer_text(&word));
    cz_buffer_printf(out, " %s", cz_check_name(entry->check));
    if (entry->depth != CZ_NO_DEPTH)
        cz_buffer_printf(out, " [%d]", entry->depth);
    if (entry->detail != NULL)
        cz_buffer_printf(out, ": %s", entry->detail);
    cz_buffer_putc(out, '\n');
}

static void put_checks(struct report *report) {
    const struct decision *decision = report->decision;
    cz_buffer_puts(report->out, "checks\n");
    cz_report_checks(decision, put_check, report);
    if (decision->trace.truncated ||
        (decision->assessment != NULL && decision->assessment->validation.trace.truncated))
        cz_buffer_puts(report->out, "  … more checks than are kept\n");
}

static void put_claim(void *context, struct bytes name, struct bytes value) {
    struct report *report = context;
    if (!report->any)
        cz_buffer_puts(report->out, "claims\n");
    report->any = true;
    cz_buffer_puts(report->out, "  ");
    cz_buffer_bytes(report->out, name);
    cz_buffer_puts(report->out, ": ");
    cz_put_visible(report->out, value);
    cz_buffer_putc(report->out, '\n');
}

static void put_decision(const struct report *report) {
    const struct decision *decision = report->decision;
    const struct reason_info *reason = cz_reason_info(decision->reason);
    cz_put_label(report->out, "decision");
    cz_paint(report->out, report->question->colour,
             decision->verdict == VERDICT_GRANTED ? INK_GOOD : INK_BAD,
             cz_verdict_name(decision->verdict));
    cz_buffer_printf(report->out, ": %s (%d %s)%s\n", reason->slug, reason->status, reason->phrase,
                     decision->anonymous ? ", anonymous" : "");
    cz_put_line(report->out, "", cz_bytes_of(reason->sentence));
}

static void put_side(struct buffer *out, struct bytes side) {
    if (side.len > 0)
        cz_put_visible(out, side);
    else
        cz_buffer_puts(out, "none");
}

static void put_comparison(const struct report *report) {
    struct comparison comparisons[CZ_COMPARISONS];
    if (report->question->then.verdict.len == 0)
        return;
    cz_report_compare(report->question, report->decision, comparisons);
    cz_put_line(report->out, "line of the log", cz_buffer_view(&report->question->then.id));
    for (size_t i = 0; i < CZ_COMPARISONS; i++) {
        const struct comparison *one = &comparisons[i];
        bool same = cz_bytes_equal(one->then, one->now);
        if (one->then.len == 0 && one->now.len == 0)
            continue;
        cz_buffer_printf(report->out, "  %-*s", CZ_LABEL_WIDTH - 2, one->name);
        cz_buffer_puts(report->out, same ? "then and now " : "then ");
        put_side(report->out, one->then);
        if (!same) {
            cz_buffer_puts(report->out, ", ");
            cz_paint(report->out, report->question->colour, INK_BAD, "now ");
            put_side(report->out, one->now);
        }
        cz_buffer_putc(report->out, '\n');
    }
}

void cz_report_text(struct buffer *out, const struct question *question,
                    const struct decision *decision) {
    struct report report = {.out = out, .question = question, .decision = decision};
    put_request(&report);
    put_rules(&report);
    put_certificate(out, decision->assessment);
    if (decision->assessment != NULL)
        put_path(out, &decision->assessment->validation.path);
    put_client(out, decision);
    put_checks(&report);
    if (!cz_report_claims(decision, question->now, put_claim, &report))
        cz_buffer_fail(out);
    put_decision(&report);
    put_comparison(&report);
}
