/* From the text of a certificate to everything that can be found out about it. */
#ifndef CERTAUTHZ_AUTHORIZE_ASSESS_H
#define CERTAUTHZ_AUTHORIZE_ASSESS_H

#include "authorize/snapshot.h"
#include "decision/assessment.h"

/* pem -> certificate -> path -> validate -> identity. A certificate that fails anywhere gives an
 * assessment that is not valid and says why; NULL only when out of memory. The caller releases
 * it, before the snapshot. */
struct assessment *cz_assess(const struct snapshot *snapshot, const struct request *request,
                             int64_t now);

#endif
