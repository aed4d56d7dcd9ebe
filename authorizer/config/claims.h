/* Which claims are sent (see certauthz.conf(5), CLAIMS). */
#ifndef CERTAUTHZ_CONFIG_CLAIMS_H
#define CERTAUTHZ_CONFIG_CLAIMS_H

#include "base/error.h"
#include "identity/clients.h"
#include "policy/claim_plan.h"

#include <libconfig.h>

#define CZ_CONSTANT_SIZE_MAX 1000 /* bytes; of a constant, and of a claim that a client carries */

/* Reads the group `claims`. `clients` are the policy's, complete, or NULL; a claim of theirs that
 * none of them carries is a line in `notices`. On failure `error` says what, where, and what is
 * wanted. The caller releases `plan` in either case. */
bool cz_config_read_claims(const config_setting_t *group, const struct clients *clients,
                           struct buffer *notices, struct claim_plan *plan, struct error *error);
/* False where a client carries a claim under a name that the plan sends. `setting` is where the
 * error is said to be. */
bool cz_config_check_claims(const config_setting_t *setting, const struct claim_plan *plan,
                            const struct clients *clients, struct error *error);

#endif
