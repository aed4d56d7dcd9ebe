/* Does one condition follow from another? */
#ifndef CERTAUTHZ_SELECTOR_IMPLY_H
#define CERTAUTHZ_SELECTOR_IMPLY_H

#include "selector/condition.h"

/* True where every certificate that fits `narrow` fits `wide`, as far as their form tells: by the
 * same terms, all, any and not. False also where the work would grow beyond a bound. */
bool cz_condition_implies(const struct condition *narrow, const struct condition *wide);

/*
 * True where no certificate can fit both: each demands a subject, issuer, serial number or digest,
 * and another. False also where that cannot be told.
 */
bool cz_conditions_exclude(const struct condition *a, const struct condition *b,
                           const struct vocabulary *vocabulary);

#endif
