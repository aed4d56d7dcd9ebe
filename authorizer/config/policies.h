/* The policies of the configuration file: what is at its outermost level, for the one without a
 * name, and the group `policies`. */
#ifndef CERTAUTHZ_CONFIG_POLICIES_H
#define CERTAUTHZ_CONFIG_POLICIES_H

#include "config/config.h"

#include <libconfig.h>

/* Whether a policy may have a setting of this name. */
bool cz_config_is_policy_key(const char *name);
/* Fills the policies of `config`, with their clients and plans of claims. What is worth knowing
 * though no failure is appended to `notices`, a line each. */
bool cz_config_read_policies(struct config *config, const config_setting_t *root,
                             struct buffer *notices, struct error *error);
void cz_policy_config_release(struct policy_config *policy);

#endif
