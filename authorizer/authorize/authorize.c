#include "authorize/authorize.h"

#include "authorize/assess.h"
#include "request/target.h"
#include "request/verification.h"

static enum reason failed(struct decision *decision, enum check check, enum reason reason,
                          const char *detail) {
    return cz_trace_failed(&decision->trace, check, CZ_NO_DEPTH, reason, detail);
}

static enum reason check_variables(const struct request *request, struct decision *decision) {
    if (request->too_large)
        return failed(decision, CHECK_REQUEST_SIZE, REASON_REQUEST_TOO_LARGE,
                      "the server's variables are larger than 256 KiB");
    if (request->repeated != NULL)
        return failed(decision, CHECK_SERVER_VARIABLES, REASON_INCONSISTENT_SERVER_VARIABLES,
                      "a variable is there twice");
    if (request->method.len == 0)
        return failed(decision, CHECK_SERVER_VARIABLES, REASON_MISSING_SERVER_VARIABLE,
                      "REQUEST_METHOD is missing");
    if (request->uri.len == 0)
        return failed(decision, CHECK_SERVER_VARIABLES, REASON_MISSING_SERVER_VARIABLE,
                      "REQUEST_URI is missing");
    return REASON_UNDECIDED;
}

static enum reason check_path(const struct request *request, struct decision *decision) {
    struct bytes target = request->redirect_uri.len > 0 ? request->redirect_uri : request->uri;
    const char *ambiguity = cz_target_path(target, &decision->path);
    if (decision->path.failed)
        return failed(decision, CHECK_REQUEST_PATH, REASON_INTERNAL_ERROR, "out of memory");
    if (ambiguity != NULL) {
        cz_buffer_clear(&decision->path);
        return failed(decision, CHECK_REQUEST_PATH, REASON_AMBIGUOUS_PATH, ambiguity);
    }
    cz_trace_passed(&decision->trace, CHECK_REQUEST_PATH, CZ_NO_DEPTH);
    return REASON_UNDECIDED;
}

static enum reason match_rule(const struct rules *rules, const struct request *request,
                              struct decision *decision, const struct rule **rule) {
    struct rule_match match =
        cz_rules_match(rules, cz_buffer_view(&decision->path), request->method);
    *rule = match.rule;
    if (match.rule != NULL) {
        cz_trace_passed(&decision->trace, CHECK_RULE, CZ_NO_DEPTH);
        return REASON_UNDECIDED;
    }
    return match.other_method
               ? failed(decision, CHECK_RULE, REASON_METHOD_NOT_ALLOWED,
                        "rules cover this path, but none with this method")
               : failed(decision, CHECK_RULE, REASON_NO_RULE, "no rule covers this path");
}

static enum reason check_presence(const struct request *request, struct decision *decision,
                                  bool *presented) {
    struct server_verification server = cz_server_verification(request);
    *presented = server.presented;
    if (server.reason != REASON_UNDECIDED)
        return failed(decision, CHECK_SERVER_VERIFICATION, server.reason, server.detail);
    if (server.presented)
        cz_trace_passed(&decision->trace, CHECK_CERTIFICATE_PRESENT, CZ_NO_DEPTH);
    else if (decision->rule->need == NEED_OPTIONAL)
        cz_trace_skipped(&decision->trace, CHECK_CERTIFICATE_PRESENT, CZ_NO_DEPTH,
                         "none was presented, and the rule does not demand one");
    else
        return failed(decision, CHECK_CERTIFICATE_PRESENT, REASON_NO_CERTIFICATE,
                      "none was presented");
    return REASON_UNDECIDED;
}

/* From memory, or made now and remembered. */
static struct assessment *assess(const struct snapshot *snapshot, struct memory *memory,
                                 const struct request *request, int64_t now, bool *remembered) {
    struct memory_key key;
    bool has_key = memory != NULL && cz_memory_key(request, &key);
    struct assessment *found = has_key ? cz_memory_find(memory, &key, now) : NULL;
    *remembered = found != NULL;
    if (found != NULL)
        return found;
    struct assessment *made = cz_assess(snapshot, request, now);
    if (made != NULL && has_key)
        cz_memory_store(memory, &key, made, now);
    return made;
}

void cz_authorize(const struct snapshot *snapshot, struct memory *memory,
                  const struct request *request, int64_t now, struct decision *decision) {
    struct evidence evidence = {0};
    cz_decision_init(decision);
    evidence.refusal = check_variables(request, decision);
    if (evidence.refusal == REASON_UNDECIDED)
        evidence.refusal = check_path(request, decision);
    if (evidence.refusal == REASON_UNDECIDED)
        evidence.refusal = match_rule(&snapshot->rules, request, decision, &evidence.rule);
    decision->rule = evidence.rule;
    if (evidence.refusal == REASON_UNDECIDED && evidence.rule->need == NEED_NONE)
        cz_trace_skipped(&decision->trace, CHECK_CERTIFICATE_PRESENT, CZ_NO_DEPTH,
                         "the rule does not look at certificates");
    else if (evidence.refusal == REASON_UNDECIDED)
        evidence.refusal = check_presence(request, decision, &evidence.certificate_presented);
    if (evidence.refusal == REASON_UNDECIDED && evidence.certificate_presented)
        decision->assessment = assess(snapshot, memory, request, now, &decision->remembered);
    if (decision->assessment != NULL)
        evidence.validation = &decision->assessment->validation;
    cz_decide(decision, &evidence);
}
