/* From the text of a certificate to everything that can be found out about it. */
#ifndef CERTAUTHZ_AUTHORIZE_ASSESS_H
#define CERTAUTHZ_AUTHORIZE_ASSESS_H

#include "decision/assessment.h"
#include "policy/policy.h"

/* pem -> certificate -> path -> validate -> revocation -> identity, by one policy. A certificate
 * that fails anywhere gives an assessment that is not valid and says why; NULL only when out of
 * memory. The caller releases it, before the policy. */
struct assessment *cz_assess(const struct policy *policy, const struct vocabulary *vocabulary,
                             const struct revocation_holdings *holdings,
                             const struct request *request, int64_t now);

#endif
