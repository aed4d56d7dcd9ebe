#include "ctl/report.h"

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "certificate/name.h"
#include "ctl/rule_account.h"

static void put_request(struct buffer *out, const struct question *question,
                        const struct decision *decision) {
    cz_json_name(out, "request");
    cz_buffer_putc(out, '{');
    cz_json_member(out, "method", cz_buffer_view(&question->method));
    cz_json_member(out, "uri", cz_buffer_view(&question->uri));
    cz_json_optional(out, "redirect_uri", cz_buffer_view(&question->redirect_uri));
    cz_json_optional(out, "host", cz_buffer_view(&question->host));
    cz_json_optional(out, "address", cz_buffer_view(&question->address));
    cz_json_optional(out, "policy", cz_buffer_view(&question->policy));
    cz_json_optional(out, "verify", cz_buffer_view(&question->verify));
    cz_json_optional(out, "path", cz_buffer_view(&decision->path));
    cz_json_time(out, "time", question->now);
    cz_buffer_putc(out, '}');
}

/* The members that say what the rule is. */
static void put_rule_members(struct buffer *out, const struct rule *rule) {
    cz_json_member(out, "name", cz_bytes_of(rule->name));
    cz_json_member(out, rule->is_glob ? "glob" : "path", cz_bytes_of(rule->path));
    cz_json_member(out, "action", cz_bytes_of(rule->action == ACTION_DENY ? "deny" : "allow"));
    if (rule->action == ACTION_ALLOW)
        cz_json_member(out, "certificate", cz_bytes_of(cz_need_name(rule->need)));
}

static void put_rules(struct buffer *out, const struct question *question,
                      const struct decision *decision) {
    const struct request request = cz_question_request(question);
    if (!cz_rules_were_asked(decision))
        return;
    cz_json_name(out, "rules");
    cz_buffer_putc(out, '[');
    for (size_t i = 0; i < decision->policy->rules.count; i++) {
        const struct rule *rule = &decision->policy->rules.items[i];
        struct rule_account account = cz_rule_account(decision, &request, rule);
        cz_json_separate(out);
        cz_buffer_putc(out, '{');
        put_rule_members(out, rule);
        cz_json_truth(out, "report_only", rule->report_only);
        cz_json_member(out, "state", cz_bytes_of(cz_rule_state_name(account.state)));
        if (account.outcome != NULL) {
            cz_json_member(out, "reason", cz_bytes_of(cz_outcome_slug(account.outcome)));
            if (account.outcome->detail != NULL)
                cz_json_member(out, "detail", cz_bytes_of(account.outcome->detail));
        }
        cz_buffer_putc(out, '}');
    }
    cz_buffer_putc(out, ']');
}

static void put_certificate(struct buffer *out, const struct certificate *certificate) {
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
    cz_json_time(out, "not_before", certificate->not_before);
    cz_json_time(out, "not_after", certificate->not_after);
    cz_buffer_putc(out, '}');
    if (text.failed)
        cz_buffer_fail(out);
}

static void put_path(struct buffer *out, const struct assessment *assessment) {
    cz_json_name(out, "certificate");
    put_certificate(out, assessment->certificate);
    cz_json_name(out, "path");
    cz_buffer_putc(out, '[');
    for (size_t i = 0; i < assessment->validation.path.count; i++) {
        cz_json_separate(out);
        put_certificate(out, assessment->validation.path.certificates[i]);
    }
    cz_buffer_putc(out, ']');
}

static void put_strings(struct buffer *out, const char *name, char *const *texts,
                        const uint32_t *numbers, size_t count) {
    cz_json_name(out, name);
    cz_buffer_putc(out, '[');
    for (size_t i = 0; i < count; i++) {
        cz_buffer_puts(out, i > 0 ? "," : "");
        cz_json_string(out, cz_bytes_of(texts[numbers != NULL ? numbers[i] : i]));
    }
    cz_buffer_putc(out, ']');
}

static void put_client(struct buffer *out, const struct decision *decision) {
    const struct identification *who = &decision->identification;
    if (who->client == NULL && who->credential == NULL)
        return;
    cz_json_name(out, "client");
    cz_buffer_putc(out, '{');
    if (who->client != NULL)
        cz_json_member(out, "id", cz_bytes_of(who->client->id));
    else
        cz_json_member(out, "reason", cz_bytes_of(cz_reason_info(who->reason)->slug));
    if (who->credential != NULL)
        cz_json_member(out, "credential", cz_bytes_of(who->credential->label));
    if (who->client != NULL) {
        put_strings(out, "roles", decision->policy->clients->roles.names, who->client->roles,
                    who->client->role_count);
        put_strings(out, "scopes", who->client->scopes, NULL, who->client->scope_count);
    }
    cz_buffer_putc(out, '}');
}

static void put_check(void *context, const struct trace_entry *entry) {
    struct buffer *out = context;
    cz_json_separate(out);
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

static void put_claim(void *context, struct bytes name, struct bytes value) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_buffer_bytes(&text, name);
    cz_json_member(context, cz_buffer_text(&text), value);
    if (text.failed)
        cz_buffer_fail(context);
}

static void put_decision(struct buffer *out, const struct decision *decision) {
    const struct reason_info *reason = cz_reason_info(decision->reason);
    cz_json_name(out, "decision");
    cz_buffer_putc(out, '{');
    cz_json_member(out, "verdict", cz_bytes_of(cz_verdict_name(decision->verdict)));
    cz_json_member(out, "reason", cz_bytes_of(reason->slug));
    cz_json_name(out, "status");
    cz_buffer_decimal(out, reason->status);
    cz_json_truth(out, "anonymous", decision->anonymous);
    cz_json_member(out, "sentence", cz_bytes_of(reason->sentence));
    cz_buffer_putc(out, '}');
}

static void put_comparison(struct buffer *out, const struct question *question,
                           const struct decision *decision) {
    struct comparison comparisons[CZ_COMPARISONS];
    bool changed = false;
    if (question->then.verdict.len == 0)
        return;
    cz_report_compare(question, decision, comparisons);
    cz_json_name(out, "then");
    cz_buffer_putc(out, '{');
    cz_json_optional(out, "id", cz_buffer_view(&question->then.id));
    for (size_t i = 0; i < CZ_COMPARISONS; i++) {
        cz_json_optional(out, comparisons[i].name, comparisons[i].then);
        changed |= !cz_bytes_equal(comparisons[i].then, comparisons[i].now);
    }
    cz_json_truth(out, "changed", changed);
    cz_buffer_putc(out, '}');
}

void cz_report_json(struct buffer *out, const struct question *question,
                    const struct decision *decision) {
    const struct assessment *assessment = decision->assessment;
    cz_buffer_putc(out, '{');
    put_request(out, question, decision);
    if (decision->rule != NULL) {
        cz_json_name(out, "rule");
        cz_buffer_putc(out, '{');
        put_rule_members(out, decision->rule);
        cz_buffer_putc(out, '}');
    }
    put_rules(out, question, decision);
    if (assessment != NULL && assessment->certificate != NULL)
        put_path(out, assessment);
    put_client(out, decision);
    cz_json_name(out, "checks");
    cz_buffer_putc(out, '[');
    cz_report_checks(decision, put_check, out);
    cz_buffer_putc(out, ']');
    cz_json_name(out, "claims");
    cz_buffer_putc(out, '{');
    if (!cz_report_claims(decision, question->now, put_claim, out))
        cz_buffer_fail(out);
    cz_buffer_putc(out, '}');
    put_decision(out, decision);
    put_comparison(out, question, decision);
    cz_buffer_puts(out, "}\n");
}
