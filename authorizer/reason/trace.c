#include "reason/trace.h"

#include "base/cleanup.h"

static void add(struct trace *trace, struct trace_entry entry) {
    if (trace->count == CZ_TRACE_MAX) {
        trace->truncated = true;
        return;
    }
    trace->entries[trace->count++] = entry;
}

void cz_trace_passed(struct trace *trace, enum check check, int depth) {
    add(trace, (struct trace_entry){.check = check, .outcome = OUTCOME_PASSED, .depth = depth});
}

void cz_trace_skipped(struct trace *trace, enum check check, int depth, const char *detail) {
    add(trace, (struct trace_entry){
                   .check = check, .outcome = OUTCOME_SKIPPED, .depth = depth, .detail = detail});
}

enum reason cz_trace_failed(struct trace *trace, enum check check, int depth, enum reason reason,
                            const char *detail) {
    add(trace, (struct trace_entry){.check = check,
                                    .outcome = OUTCOME_FAILED,
                                    .reason = reason,
                                    .depth = depth,
                                    .detail = detail});
    return reason;
}

void cz_trace_append(struct trace *trace, const struct trace *more) {
    for (size_t i = 0; i < more->count; i++)
        add(trace, more->entries[i]);
    trace->truncated |= more->truncated;
}

static const char *const check_names[CHECK_COUNT] = {
    [CHECK_REQUEST_SIZE] = "request-size",
    [CHECK_SERVER_VARIABLES] = "server-variables",
    [CHECK_REQUEST_PATH] = "request-path",
    [CHECK_POLICY] = "policy",
    [CHECK_RULE] = "rule",
    [CHECK_CERTIFICATE_PRESENT] = "certificate-present",
    [CHECK_SERVER_VERIFICATION] = "server-verification",
    [CHECK_FORWARDED] = "forwarded",
    [CHECK_ENCODING] = "encoding",
    [CHECK_SYNTAX] = "syntax",
    [CHECK_TYPE] = "type",
    [CHECK_USE] = "use",
    [CHECK_PURPOSES] = "purposes",
    [CHECK_VALIDITY] = "validity",
    [CHECK_STRENGTH] = "strength",
    [CHECK_CRITICAL_EXTENSIONS] = "critical-extensions",
    [CHECK_SELF_SIGNED_TRUST] = "self-signed-trust",
    [CHECK_PATH_SEARCH] = "path-search",
    [CHECK_NAME_CHAINING] = "name-chaining",
    [CHECK_BASIC_CONSTRAINTS] = "basic-constraints",
    [CHECK_KEY_USAGE] = "key-usage",
    [CHECK_PATH_LENGTH] = "path-length",
    [CHECK_SIGNATURE] = "signature",
    [CHECK_NAME_CONSTRAINTS] = "name-constraints",
    [CHECK_POLICIES] = "policies",
    [CHECK_DENY_LIST] = "deny-list",
    [CHECK_REVOCATION] = "revocation",
    [CHECK_CLIENT] = "client",
    [CHECK_PERMISSION] = "permission",
};

static const char *const outcome_names[] = {
    [OUTCOME_UNKNOWN] = "unknown",
    [OUTCOME_PASSED] = "passed",
    [OUTCOME_FAILED] = "failed",
    [OUTCOME_SKIPPED] = "skipped",
};

const char *cz_check_name(enum check check) {
    return (size_t)check < CZ_COUNT(check_names) ? check_names[check] : "unknown";
}

const char *cz_outcome_name(enum outcome outcome) {
    return (size_t)outcome < CZ_COUNT(outcome_names) ? outcome_names[outcome] : "unknown";
}
