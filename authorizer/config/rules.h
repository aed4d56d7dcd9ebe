/* The rules of a policy (see certauthz.conf(5), RULES). */
#ifndef CERTAUTHZ_CONFIG_RULES_H
#define CERTAUTHZ_CONFIG_RULES_H

#include "config/conditions.h"
#include "identity/clients.h"
#include "policy/rules.h"

/* What rules may name. */
struct rules_reader {
    struct condition_reader conditions;
    const struct clients *clients; /* indexed; NULL where none are configured */
};

/* Reads the list `rules` and indexes it. On failure `error` says what, where, and what is wanted.
 * The caller releases `rules` in either case. */
bool cz_config_read_rules(const config_setting_t *list, const struct rules_reader *reader,
                          struct rules *rules, struct error *error);

#endif
