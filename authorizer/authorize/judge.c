#include "authorize/judge.h"

#include "authorize/assess.h"

/* From memory, or made now and remembered. */
static struct assessment *assess(struct inquiry *inquiry) {
    struct memory_key key;
    struct memory *memory = inquiry->memory;
    const struct request *request = inquiry->presented.request;
    bool has_key = memory != NULL &&
                   cz_memory_key(request, inquiry->policy->number, inquiry->holdings->number, &key);
    struct assessment *found =
        has_key ? cz_memory_find(memory, &key, inquiry->holdings->ocsp_number, inquiry->now) : NULL;
    inquiry->decision->remembered = found != NULL;
    if (found != NULL)
        return found;
    struct assessment *made = cz_assess(inquiry->policy, &inquiry->snapshot->vocabulary,
                                        inquiry->holdings, request, inquiry->now);
    if (made != NULL && has_key)
        cz_memory_store(memory, &key, inquiry->holdings->ocsp_number, made, inquiry->now);
    return made;
}

/* What certificates say is looked at once, and only if some rule asks. */
static const struct holder *ask_holder(struct inquiry *inquiry) {
    struct decision *decision = inquiry->decision;
    if (inquiry->asked)
        return &inquiry->holder;
    inquiry->asked = true;
    cz_presented_find(&inquiry->snapshot->forwarding, inquiry->request, &inquiry->presented);
    if (inquiry->presented.was_forwarded)
        decision->forwarding = FORWARDING_HEEDED;
    if (inquiry->presented.verification.reason != REASON_UNDECIDED ||
        !inquiry->presented.verification.presented)
        return &inquiry->holder;
    decision->assessment = assess(inquiry);
    if (decision->assessment == NULL || !decision->assessment->validation.valid)
        return &inquiry->holder;
    inquiry->holder = (struct holder){.known = true,
                                      .terms = &decision->assessment->terms,
                                      .clients = inquiry->policy->clients,
                                      .credentials = &decision->assessment->credentials,
                                      .now = inquiry->now};
    if (inquiry->holder.clients != NULL)
        inquiry->holder.identification =
            cz_clients_identify(inquiry->holder.clients, inquiry->holder.credentials, inquiry->now);
    decision->identification = inquiry->holder.identification;
    return &inquiry->holder;
}

static struct fit fits(void) {
    return (struct fit){.reason = REASON_UNDECIDED};
}

static struct fit misfit(enum reason reason, const char *detail) {
    return (struct fit){.reason = reason, .detail = detail};
}

static struct fit judge_allow(struct inquiry *inquiry, const struct rule *rule) {
    if (rule->need == NEED_NONE)
        return fits();
    const struct holder *holder = ask_holder(inquiry);
    const struct server_verification *found = &inquiry->presented.verification;
    if (found->reason != REASON_UNDECIDED)
        return misfit(found->reason, found->detail);
    if (!found->presented)
        return rule->need == NEED_OPTIONAL ? fits()
                                           : misfit(REASON_NO_CERTIFICATE, "none was presented");
    const struct assessment *assessment = inquiry->decision->assessment;
    if (assessment == NULL)
        return misfit(REASON_INTERNAL_ERROR, "out of memory");
    if (!assessment->validation.valid)
        return misfit(assessment->validation.reason, "the certificate is not valid");
    return cz_rule_fits(rule, holder);
}

/* The first deny in force that covers the request and its holder, or NULL. */
static const struct rule *find_deny(struct inquiry *inquiry) {
    struct rule_walk walk;
    const struct rule *rule;
    cz_rule_walk_begin(&walk, &inquiry->policy->rules, ACTION_DENY, &inquiry->resource);
    while ((rule = cz_rule_walk_next(&walk)) != NULL) {
        bool denies = !cz_rule_asks_who(rule) || cz_rule_denies(rule, ask_holder(inquiry));
        if (denies && !rule->report_only)
            return rule;
        if (denies)
            cz_outcomes_add(&inquiry->decision->report_only, rule,
                            misfit(REASON_DENIED_BY_RULE, "the rule denies it"));
    }
    return NULL;
}

/* The allow that decides, with what it came to; NULL where none covers the request. */
static const struct rule *find_allow(struct inquiry *inquiry, struct fit *outcome,
                                     bool *other_method) {
    struct rule_walk walk;
    const struct rule *rule, *first_passed = NULL;
    cz_rule_walk_begin(&walk, &inquiry->policy->rules, ACTION_ALLOW, &inquiry->resource);
    while ((rule = cz_rule_walk_next(&walk)) != NULL) {
        struct fit fit = judge_allow(inquiry, rule);
        bool passes_on = fit.reason != REASON_UNDECIDED && rule->passes_on;
        if (rule->report_only) {
            cz_outcomes_add(&inquiry->decision->report_only, rule, fit);
            continue;
        }
        if (first_passed == NULL || !passes_on)
            *outcome = fit;
        if (!passes_on)
            return rule;
        if (first_passed == NULL)
            first_passed = rule;
        cz_outcomes_add(&inquiry->decision->passed_over, rule, fit);
    }
    *other_method = walk.other_method;
    return first_passed;
}

static enum reason no_allow(struct trace *trace, bool other_method) {
    return other_method ? cz_trace_failed(trace, CHECK_RULE, CZ_NO_DEPTH, REASON_METHOD_NOT_ALLOWED,
                                          "rules cover this path, but none with this method")
                        : cz_trace_failed(trace, CHECK_RULE, CZ_NO_DEPTH, REASON_NO_RULE,
                                          "no rule covers this request");
}

/* Whose certificate was looked at; a fault of the proxy's is told by tell_presence. */
static void tell_forwarding(struct inquiry *inquiry) {
    const struct presented *presented = &inquiry->presented;
    struct trace *trace = &inquiry->decision->trace;
    if (inquiry->decision->forwarding == FORWARDING_IGNORED)
        cz_trace_skipped(trace, CHECK_FORWARDED, CZ_NO_DEPTH,
                         "the header does not come from one of forwarded.proxies");
    else if (!presented->by_proxy || presented->verification.reason != REASON_UNDECIDED)
        return;
    else if (presented->was_forwarded)
        cz_trace_passed(trace, CHECK_FORWARDED, CZ_NO_DEPTH);
    else
        cz_trace_skipped(trace, CHECK_FORWARDED, CZ_NO_DEPTH, "the proxy forwarded none");
}

static void tell_presence(struct inquiry *inquiry, const struct rule *rule, struct fit fit) {
    struct trace *trace = &inquiry->decision->trace;
    const struct server_verification *found = &inquiry->presented.verification;
    enum check check = inquiry->presented.by_proxy ? CHECK_FORWARDED : CHECK_SERVER_VERIFICATION;
    if (rule->need != NEED_NONE)
        tell_forwarding(inquiry);
    if (rule->need == NEED_NONE)
        cz_trace_skipped(trace, CHECK_CERTIFICATE_PRESENT, CZ_NO_DEPTH,
                         "the rule does not look at certificates");
    else if (found->reason != REASON_UNDECIDED)
        cz_trace_failed(trace, check, CZ_NO_DEPTH, fit.reason, fit.detail);
    else if (found->presented)
        cz_trace_passed(trace, CHECK_CERTIFICATE_PRESENT, CZ_NO_DEPTH);
    else if (rule->need == NEED_OPTIONAL)
        cz_trace_skipped(trace, CHECK_CERTIFICATE_PRESENT, CZ_NO_DEPTH,
                         "none was presented, and the rule does not demand one");
    else
        cz_trace_failed(trace, CHECK_CERTIFICATE_PRESENT, CZ_NO_DEPTH, fit.reason, fit.detail);
}

static void tell_holder(struct inquiry *inquiry, struct fit fit) {
    struct trace *trace = &inquiry->decision->trace;
    bool is_nobody = fit.reason != REASON_UNDECIDED && fit.reason != REASON_CLIENT_NOT_ALLOWED;
    if (is_nobody)
        cz_trace_failed(trace, CHECK_CLIENT, CZ_NO_DEPTH, fit.reason, fit.detail);
    else if (inquiry->holder.identification.client != NULL)
        cz_trace_passed(trace, CHECK_CLIENT, CZ_NO_DEPTH);
    else if (inquiry->holder.clients != NULL)
        cz_trace_skipped(trace, CHECK_CLIENT, CZ_NO_DEPTH,
                         "no client has such a credential, and the rule does not demand one");
    if (is_nobody)
        return;
    if (fit.reason == REASON_UNDECIDED)
        cz_trace_passed(trace, CHECK_PERMISSION, CZ_NO_DEPTH);
    else
        cz_trace_failed(trace, CHECK_PERMISSION, CZ_NO_DEPTH, fit.reason, fit.detail);
}

void cz_judge(struct inquiry *inquiry, struct evidence *evidence) {
    struct trace *trace = &inquiry->decision->trace;
    struct fit fit = {.reason = REASON_NO_RULE};
    bool other_method = false;
    evidence->rule = find_deny(inquiry);
    if (evidence->rule != NULL) {
        evidence->refusal = cz_trace_failed(trace, CHECK_RULE, CZ_NO_DEPTH, REASON_DENIED_BY_RULE,
                                            "a rule denies it");
        return;
    }
    evidence->rule = find_allow(inquiry, &fit, &other_method);
    if (evidence->rule == NULL) {
        evidence->refusal = no_allow(trace, other_method);
        return;
    }
    cz_trace_passed(trace, CHECK_RULE, CZ_NO_DEPTH);
    tell_presence(inquiry, evidence->rule, fit);
    if (evidence->rule->need != NEED_NONE && inquiry->holder.known)
        tell_holder(inquiry, fit);
    evidence->refusal = fit.reason;
    evidence->fits = fit.reason == REASON_UNDECIDED;
    evidence->certificate_presented = inquiry->presented.verification.presented;
    if (inquiry->decision->assessment != NULL)
        evidence->validation = &inquiry->decision->assessment->validation;
}
