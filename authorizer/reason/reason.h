/*
 * The closed table of reasons for an answer. The log, the denial page, the manual
 * page certauthz(8) and the tests quote the slug; tests/unit/test-reason.c checks
 * that the lists agree.
 */
#ifndef CERTAUTHZ_REASON_REASON_H
#define CERTAUTHZ_REASON_REASON_H

#include <stdbool.h>

enum reason {
    REASON_UNDECIDED = 0, /* the zero value; it refuses */
    REASON_GRANTED,
    REASON_NO_CERTIFICATE,
    REASON_MALFORMED_CERTIFICATE,
    REASON_CERTIFICATE_TYPE_NOT_ALLOWED,
    REASON_SELF_SIGNED_NOT_TRUSTED,
    REASON_NOT_FOR_CLIENT_AUTHENTICATION,
    REASON_PURPOSE_NOT_MATCHED,
    REASON_NOT_YET_VALID,
    REASON_EXPIRED,
    REASON_WEAK_KEY,
    REASON_WEAK_SIGNATURE,
    REASON_UNSUPPORTED_CRITICAL_EXTENSION,
    REASON_NO_PATH_TO_TRUST_ANCHOR,
    REASON_BAD_SIGNATURE,
    REASON_ISSUER_NOT_A_CA,
    REASON_PATH_TOO_LONG,
    REASON_NAME_CONSTRAINT_VIOLATED,
    REASON_NAME_CONSTRAINT_LIMIT,
    REASON_POLICY_NOT_ACCEPTABLE,
    REASON_POLICY_LIMIT,
    REASON_ISSUER_NOT_FOR_CLIENT_AUTHENTICATION,
    REASON_PATH_SEARCH_LIMIT,
    REASON_UNKNOWN_CLIENT,
    REASON_AMBIGUOUS_CLIENT,
    REASON_CREDENTIAL_NOT_ACTIVE,
    REASON_CLIENT_NOT_ALLOWED,
    REASON_DENIED_BY_RULE,
    REASON_UNKNOWN_POLICY,
    REASON_NO_RULE,
    REASON_METHOD_NOT_ALLOWED,
    REASON_AMBIGUOUS_PATH,
    REASON_MISSING_SERVER_VARIABLE,
    REASON_INCONSISTENT_SERVER_VARIABLES,
    REASON_SERVER_VERIFICATION_FAILED,
    REASON_REQUEST_TOO_LARGE,
    REASON_LOG_UNAVAILABLE,
    REASON_INTERNAL_ERROR,
    REASON_COUNT
};

struct reason_info {
    const char *slug;
    int status;           /* the HTTP status of the answer */
    const char *phrase;   /* the HTTP reason phrase */
    const char *sentence; /* one sentence for the person who was answered */
};

/* Never NULL; a value outside the table gives the entry of REASON_INTERNAL_ERROR. */
const struct reason_info *cz_reason_info(enum reason reason);

#endif
