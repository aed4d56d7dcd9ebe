/*
 * What was checked, in order, and how it came out. Every decision keeps its trace;
 * `certauthzctl explain` prints it. Clients never see it.
 */
#ifndef CERTAUTHZ_REASON_TRACE_H
#define CERTAUTHZ_REASON_TRACE_H

#include "reason/reason.h"

#include <stdbool.h>
#include <stddef.h>

enum check {
    CHECK_REQUEST_SIZE = 0,
    CHECK_SERVER_VARIABLES,
    CHECK_REQUEST_PATH,
    CHECK_POLICY,
    CHECK_RULE,
    CHECK_CERTIFICATE_PRESENT,
    CHECK_SERVER_VERIFICATION,
    CHECK_FORWARDED,
    CHECK_ENCODING,
    CHECK_SYNTAX,
    CHECK_TYPE,
    CHECK_USE,
    CHECK_PURPOSES,
    CHECK_VALIDITY,
    CHECK_STRENGTH,
    CHECK_CRITICAL_EXTENSIONS,
    CHECK_SELF_SIGNED_TRUST,
    CHECK_PATH_SEARCH,
    CHECK_NAME_CHAINING,
    CHECK_BASIC_CONSTRAINTS,
    CHECK_KEY_USAGE,
    CHECK_PATH_LENGTH,
    CHECK_SIGNATURE,
    CHECK_NAME_CONSTRAINTS,
    CHECK_POLICIES,
    CHECK_DENY_LIST,
    CHECK_REVOCATION,
    CHECK_CLIENT,
    CHECK_PERMISSION,
    CHECK_COUNT
};

enum outcome { OUTCOME_UNKNOWN = 0, OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_SKIPPED };

#define CZ_NO_DEPTH (-1)

struct trace_entry {
    enum check check;
    enum outcome outcome;
    enum reason reason; /* REASON_UNDECIDED unless failed */
    int depth;          /* 0 the client's certificate, 1 its issuer, …; or CZ_NO_DEPTH */
    const char *detail; /* static text, or NULL */
};

#define CZ_TRACE_MAX 128

struct trace {
    size_t count;
    bool truncated; /* more was checked than fits; nothing but the telling is lost */
    struct trace_entry entries[CZ_TRACE_MAX];
};

/* `detail` is borrowed for ever: a string literal or an entry of a static table. */
void cz_trace_passed(struct trace *trace, enum check check, int depth);
void cz_trace_skipped(struct trace *trace, enum check check, int depth, const char *detail);
/* Returns `reason`, so that a check can end with `return cz_trace_failed(…)`. */
enum reason cz_trace_failed(struct trace *trace, enum check check, int depth, enum reason reason,
                            const char *detail);
/* Copies what `more` holds behind what is there. */
void cz_trace_append(struct trace *trace, const struct trace *more);

/* Names for people and JSON; never NULL. */
const char *cz_check_name(enum check check);
const char *cz_outcome_name(enum outcome outcome);

#endif
