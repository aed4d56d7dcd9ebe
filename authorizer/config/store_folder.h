/* Where the revocation store lies. */
#ifndef CERTAUTHZ_CONFIG_STORE_FOLDER_H
#define CERTAUTHZ_CONFIG_STORE_FOLDER_H

#include "config/config.h"

/* Where no configuration says else. */
#define CZ_STORE_FOLDER CZ_LOCALSTATEDIR "/lib/certauthz/revocation"

/* The folder: revocation.store, relative to that of the configuration file, or CZ_STORE_FOLDER.
 * There need not be one. The caller frees it; NULL when out of memory. */
char *cz_config_store_folder(const struct config *config);

#endif
