/*
 * Does a CRL speak of a certificate (RFC 5280 5.2.5 and 6.3.3 (b) to (d))? By what both say, and
 * without a look at the CRL's signature or entries.
 */
#ifndef CERTAUTHZ_REVOCATION_SCOPE_H
#define CERTAUTHZ_REVOCATION_SCOPE_H

#include "certificate/certificate.h"
#include "revocation/crl.h"

/* More than any CA has use for is not looked at, so that the work stays bounded. */
#define CZ_DISTRIBUTION_POINTS_MAX 16 /* of one certificate */
#define CZ_DISTRIBUTION_NAMES_MAX 16  /* of one point */

/* The zero value is a failure: out of memory. */
enum scope_result { SCOPE_FAILED = 0, SCOPE_OUTSIDE, SCOPE_COVERED };

/*
 * Whether a complete CRL covers the certificate, and in *reasons for which reasons it tells
 * (CZ_REASONS_ALL, or fewer): those of all distribution points together that lead to it, and of
 * the one that every certificate has, its issuer's name. A certificate whose distribution points
 * are malformed, or more than CZ_DISTRIBUTION_POINTS_MAX, is covered by no CRL.
 */
enum scope_result cz_scope_check(const struct crl *crl, const struct certificate *certificate,
                                 unsigned *reasons);

/* Whether the delta CRL says what has changed since this complete one (RFC 5280 5.2.4, 6.3.3 (c)).
 * That both are signed by the same key is left to the caller. */
bool cz_scope_delta_fits(const struct crl *complete, const struct crl *delta);

/* NULL, or static text that says why nothing may be concluded from the CRL, however good its
 * signature. `lenient_dates`: dates before 2050 may be written as GeneralizedTime. */
const char *cz_scope_objection(const struct crl *crl, bool lenient_dates);

#endif
