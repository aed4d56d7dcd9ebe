/* Why a library may say otherwise than we do. What no rule explains fails the test. */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_RULES_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_RULES_H

#include "judge.h"
#include "mutation.h"
#include "reason/reason.h"

#define CASE_MUTATIONS_MAX 3

enum library { GNUTLS, OPENSSL, LIBRARIES };

#define OF(library) (1u << (library))
#define EITHER (OF(GNUTLS) | OF(OPENSSL))

struct differential_case {
    uint64_t number;
    struct plan plan;
    const struct mutation *mutations[CASE_MUTATIONS_MAX];
    size_t mutation_count;
    struct verdict ours, theirs[LIBRARIES];
};

struct rule {
    unsigned libraries;   /* OF(…) */
    bool we_accept;       /* and it refuses; or the other way round */
    const char *mutation; /* how the name of one of the mutations begins; NULL: any */
    enum reason reason;   /* ours; REASON_UNDECIDED: any, and always where we accept */
    const char *detail;   /* how our detail begins; NULL: any */
    bool alone;           /* only where the other library says as we do */
    int their_code;       /* OpenSSL's error, or bits of GnuTLS's status; 0: any */
    bool (*holds)(const struct differential_case *c); /* or NULL */
    const char *why;
};

extern const struct rule rules[];
extern const size_t rule_count;

/* The first that explains why `library` says otherwise; NULL: none. */
const struct rule *rule_for(const struct differential_case *c, enum library library);

#endif
