/* The configuration's list `rules`, read into values. */
#ifndef CERTAUTHZ_CONFIG_RULES_H
#define CERTAUTHZ_CONFIG_RULES_H

#include "base/error.h"
#include "policy/rules.h"

#include <libconfig.h>

/* The caller releases `rules` in either case. */
bool cz_config_read_rules(const config_setting_t *list, struct rules *rules, struct error *error);

#endif
