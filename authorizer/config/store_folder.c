#include "config/store_folder.h"

char *cz_config_store_folder(const struct config *config) {
    const char *name = config->revocation.store.text;
    return name != NULL ? cz_config_resolve(config, name) : strdup(CZ_STORE_FOLDER);
}
