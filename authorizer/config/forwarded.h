/* The group `forwarded` of the configuration: a proxy's header with the client's certificate. */
#ifndef CERTAUTHZ_CONFIG_FORWARDED_H
#define CERTAUTHZ_CONFIG_FORWARDED_H

#include "config/config.h"

#include <libconfig.h>

/* Fills config->forwarded. False, with file, line and key in `error`, where a key that has no
 * default is missing, or where one is no header's name, no range of addresses, or not for this
 * format. */
bool cz_config_read_forwarded(const config_setting_t *group, struct config *config,
                              struct error *error);
/* The word of the configuration. */
const char *cz_config_forwarded_format(enum forwarded_format format);

#endif
