/* Does whoever presents a certificate fit what a rule asks for? */
#ifndef CERTAUTHZ_POLICY_FIT_H
#define CERTAUTHZ_POLICY_FIT_H

#include "identity/clients.h"
#include "policy/rules.h"

/* The holder of a valid certificate; or, where `known` is false, somebody of whom nothing is
 * known: no certificate, or one that is not valid. */
struct holder {
    bool known;
    const struct term_set *terms;             /* borrowed; of the certificate */
    const struct clients *clients;            /* borrowed; NULL where the policy has none */
    struct identification identification;     /* where it has some */
    const struct credential_set *credentials; /* borrowed; the same: all that it was made of */
    int64_t now;                              /* when they have to be active */
};

struct fit {
    enum reason reason; /* REASON_UNDECIDED where it fits */
    const char *detail; /* static text, or NULL */
};

/* For an allow and a known holder. */
struct fit cz_rule_fits(const struct rule *rule, const struct holder *holder);

/* For a deny that covers the request. A holder who may be one of several clients is each of them:
 * one more client must not free another from a deny. Of an unknown holder nothing holds, so a
 * condition holds only where it says what must not be: who does not show that he is an exception is
 * denied. */
bool cz_rule_denies(const struct rule *rule, const struct holder *holder);

#endif
