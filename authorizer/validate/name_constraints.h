/*
 * Name constraints (RFC 5280 4.2.1.10): does what a CA may name cover what a certificate below
 * it names?
 */
#ifndef CERTAUTHZ_VALIDATE_NAME_CONSTRAINTS_H
#define CERTAUTHZ_VALIDATE_NAME_CONSTRAINTS_H

#include "certificate/certificate.h"

/* Comparisons of one name with one constraint, for one path: each costs well under a microsecond,
 * and a hostile pair of certificates could ask for a hundred million. */
#define CZ_NAME_COMPARISONS_MAX 100000

/* Is the extension's value well-formed, each base included? */
bool cz_name_constraints_valid(struct bytes constraints);

enum constraint_result {
    CONSTRAINT_MET = 0,
    CONSTRAINT_VIOLATED,
    CONSTRAINT_MALFORMED,
    CONSTRAINT_LIMIT, /* CZ_NAME_COMPARISONS_MAX is used up */
};

/*
 * `constraints` is the extension's value, from a certificate above `certificate`; that the latter
 * is neither the end certificate nor self-issued, and so exempt, is for the caller to know. Names
 * of a form that we cannot compare (otherName, x400Address, ediPartyName, registeredID) violate any
 * constraint on that form. `is_end`: it is the end certificate. *comparisons counts on over all
 * calls for one path. *detail is static text for all results but the first.
 */
enum constraint_result cz_name_constraints_check(struct bytes constraints,
                                                 const struct certificate *certificate, bool is_end,
                                                 unsigned *comparisons, const char **detail);

#endif
