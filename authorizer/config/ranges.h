/* Lists of addresses and of ranges of them in the configuration. */
#ifndef CERTAUTHZ_CONFIG_RANGES_H
#define CERTAUTHZ_CONFIG_RANGES_H

#include "config/config.h"
#include "policy/address.h"

#include <libconfig.h>

/* The list's texts as ranges, which the caller frees in either case. False, with the place in
 * `error`, where one is no range, or where there is none: then `if_empty` says what is wrong. */
bool cz_config_read_ranges(const config_setting_t *list, const struct config_texts *texts,
                           const char *if_empty, struct address_range **ranges, size_t *count,
                           struct error *error);

#endif
