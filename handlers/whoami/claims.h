/*
 * The claims that the authorizer set, read from the variables of a request. Only the
 * names of the table count: nothing that a client sends can have one of them, since
 * its headers arrive as HTTP_*.
 */
#ifndef WHOAMI_CLAIMS_H
#define WHOAMI_CLAIMS_H

#include "base/buffer.h"

#include <stdbool.h>

enum claim {
    CLAIM_REMOTE_USER = 0,
    CLAIM_AUTH_TYPE,
    CLAIM_CERTAUTHZ,
    CLAIM_CERTAUTHZ_RULE,
    CLAIM_CERTAUTHZ_CLIENT,
    CLAIM_CERTAUTHZ_ROLES,
    CLAIM_CERTAUTHZ_WARNING,
    CLAIM_CERTAUTHZ_TRUNCATED,
    CLAIM_CERT_SUBJECT,
    CLAIM_CERT_ISSUER,
    CLAIM_CERT_SERIAL,
    CLAIM_CERT_NOT_BEFORE,
    CLAIM_CERT_NOT_AFTER,
    CLAIM_CERT_DAYS_LEFT,
    CLAIM_CERT_POLICIES,
    CLAIM_CERT_NAME,
    CLAIM_CERT_EMAIL,
    CLAIM_CERT_UPN,
    CLAIM_CERT_DNS,
    CLAIM_CERT_URI,
    CLAIM_CERT_IP,
    CLAIM_CERT_SHA1,
    CLAIM_CERT_SHA256,
    CLAIM_CERT_SPKI_SHA256,
    CLAIM_CERT_X5T_S256,
    CLAIM_COUNT
};

enum claim_group {
    GROUP_AUTHORIZATION = 0,
    GROUP_CERTIFICATE,
    GROUP_NAMES,
    GROUP_FINGERPRINTS,
    GROUP_COUNT
};

struct claim_info {
    const char *variable; /* its name in the request, and in our JSON */
    const char *label;    /* for people */
    enum claim_group group;
    bool many; /* several values, see whoami_next_value */
    bool code; /* shown in a fixed-width face */
};

struct claims {
    const char *values[CLAIM_COUNT]; /* borrowed from the variables; "" where absent */
};

const struct claim_info *whoami_claim_info(enum claim claim);

void whoami_claims_read(struct claims *claims, char *const *variables);

/* The authorizer said granted, and for whom. All else is anonymous. */
bool whoami_authenticated(const struct claims *claims);

/* False where the claim is absent or not a number. Negative: expired. */
bool whoami_days_left(const struct claims *claims, long *days);

/*
 * Takes the next of several values off `rest`: they are separated by one blank, and
 * percent-encoded. Replaces what `value` held. False at the end. An escape that is not
 * well-formed stays as it is.
 */
bool whoami_next_value(const char **rest, struct buffer *value);

#endif
