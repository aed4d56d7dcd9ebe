/* Selectors and their combinations, as credentials and rules hold them (see certauthz.conf(5),
 * SELECTORS). */
#ifndef CERTAUTHZ_CONFIG_CONDITIONS_H
#define CERTAUTHZ_CONFIG_CONDITIONS_H

#include "config/selectors.h"

/* Reads a group; several selectors in it have to hold together. On failure `error` says what,
 * where, and what is wanted. The caller releases `condition` in either case. */
bool cz_config_read_condition(const struct condition_reader *reader, const config_setting_t *group,
                              struct condition *condition, struct error *error);
/* A list of issuers' names, of which one has to be the certificate's. */
bool cz_config_read_issuers(const struct condition_reader *reader, const config_setting_t *list,
                            struct condition *condition, struct error *error);

/* The group's selectors in one line, for the log: sha256=…, all(dns=…, not(ou=…)). */
void cz_config_describe_condition(struct buffer *out, const config_setting_t *group,
                                  const char *const *passed_over);

#endif
