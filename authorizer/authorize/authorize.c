#include "authorize/authorize.h"

#include "authorize/judge.h"
#include "base/cleanup.h"
#include "request/target.h"

static enum reason failed(struct decision *decision, enum check check, enum reason reason,
                          const char *detail) {
    return cz_trace_failed(&decision->trace, check, CZ_NO_DEPTH, reason, detail);
}

/* nginx asks in this role, from a location of its own: no other variable tells the path by which
 * it will answer. */
static bool is_responder(const struct request *request) {
    return cz_bytes_equal(request->role, CZ_BYTES("RESPONDER"));
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
    if (is_responder(request) && request->path.len == 0)
        return failed(decision, CHECK_SERVER_VARIABLES, REASON_MISSING_SERVER_VARIABLE,
                      "CERTAUTHZ_PATH is missing, and the role is a responder's");
    if (!is_responder(request) && request->path.data != NULL)
        return failed(decision, CHECK_SERVER_VARIABLES, REASON_INCONSISTENT_SERVER_VARIABLES,
                      "CERTAUTHZ_PATH is set, and the role is not a responder's");
    return REASON_UNDECIDED;
}

/* nginx goes by its own path, and hands what the client sent to applications and back ends all the
 * same: neither may be ambiguous. */
static const char *read_responder_path(const struct request *request, struct buffer *path) {
    CZ_CLEANUP(cz_buffer_release) struct buffer sent = {0};
    const char *ambiguity = cz_target_path(request->uri, &sent);
    if (sent.failed)
        cz_buffer_fail(path);
    return ambiguity != NULL ? ambiguity : cz_target_literal(request->path, path);
}

static const char *read_path(const struct request *request, struct buffer *path) {
    if (is_responder(request))
        return read_responder_path(request, path);
    return cz_target_path(request->redirect_uri.len > 0 ? request->redirect_uri : request->uri,
                          path);
}

/* A server behind ours may read a path without its parameters: another one to the rules? */
static const char *judge_parameters(const struct rules *rules, struct buffer *path) {
    CZ_CLEANUP(cz_buffer_release) struct buffer other = {0};
    struct bytes own = cz_buffer_view(path);
    if (own.len == 0 || memchr(own.data, ';', own.len) == NULL)
        return NULL;
    cz_target_without_parameters(own, &other);
    if (other.failed)
        cz_buffer_fail(path);
    else if (cz_rules_tell_apart(rules, own, cz_buffer_view(&other)))
        return "path parameters (from a `;` on) without which other rules would count";
    return NULL;
}

static enum reason check_path(const struct request *request, struct decision *decision) {
    const char *ambiguity = read_path(request, &decision->path);
    if (ambiguity == NULL)
        ambiguity = judge_parameters(&decision->policy->rules, &decision->path);
    if (decision->path.failed)
        return failed(decision, CHECK_REQUEST_PATH, REASON_INTERNAL_ERROR, "out of memory");
    if (ambiguity != NULL) {
        cz_buffer_clear(&decision->path);
        return failed(decision, CHECK_REQUEST_PATH, REASON_AMBIGUOUS_PATH, ambiguity);
    }
    cz_trace_passed(&decision->trace, CHECK_REQUEST_PATH, CZ_NO_DEPTH);
    return REASON_UNDECIDED;
}

static enum reason select_policy(const struct snapshot *snapshot, const struct request *request,
                                 struct decision *decision) {
    decision->policy = cz_snapshot_policy(snapshot, request->policy);
    if (decision->policy == NULL)
        return failed(decision, CHECK_POLICY, REASON_UNKNOWN_POLICY,
                      "CERTAUTHZ_POLICY names a policy that is not configured");
    if (decision->policy->name != NULL)
        cz_trace_passed(&decision->trace, CHECK_POLICY, CZ_NO_DEPTH);
    return REASON_UNDECIDED;
}

/* What only some rules ask for is demanded only where they are. */
static enum reason read_resource(const struct rules *rules, const struct request *request,
                                 struct decision *decision, struct resource *resource) {
    *resource = (struct resource){
        .path = cz_buffer_view(&decision->path), .host = request->host, .method = request->method};
    resource->has_address =
        rules->compare_address && cz_address_parse(request->address, &resource->address);
    if (rules->have_globs && resource->path.len > CZ_GLOB_PATH_MAX)
        return failed(decision, CHECK_REQUEST_PATH, REASON_REQUEST_TOO_LARGE,
                      "the path is too long to be compared with globs");
    if (rules->ask_host && request->host.len == 0)
        return failed(decision, CHECK_SERVER_VARIABLES, REASON_MISSING_SERVER_VARIABLE,
                      "SERVER_NAME is missing, and rules ask for the host");
    if (rules->ask_address && !resource->has_address)
        return failed(decision, CHECK_SERVER_VARIABLES, REASON_MISSING_SERVER_VARIABLE,
                      "REMOTE_ADDR holds no IP address, and rules ask for it");
    return REASON_UNDECIDED;
}

void cz_authorize(const struct snapshot *snapshot, struct memory *memory,
                  const struct revocation_holdings *holdings, const struct request *request,
                  int64_t now, struct decision *decision) {
    struct evidence evidence = {0};
    struct inquiry inquiry = {.snapshot = snapshot,
                              .memory = memory,
                              .holdings = holdings,
                              .request = request,
                              .now = now,
                              .decision = decision};
    cz_decision_init(decision);
    if (cz_forwarding_ignores(&snapshot->forwarding, request))
        decision->forwarding = FORWARDING_IGNORED;
    evidence.refusal = check_variables(request, decision);
    if (evidence.refusal == REASON_UNDECIDED)
        evidence.refusal = select_policy(snapshot, request, decision);
    if (evidence.refusal == REASON_UNDECIDED)
        evidence.refusal = check_path(request, decision);
    inquiry.policy = decision->policy;
    if (evidence.refusal == REASON_UNDECIDED)
        evidence.refusal =
            read_resource(&inquiry.policy->rules, request, decision, &inquiry.resource);
    if (evidence.refusal == REASON_UNDECIDED)
        cz_judge(&inquiry, &evidence);
    cz_presented_release(&inquiry.presented);
    cz_decide(decision, &evidence);
}
