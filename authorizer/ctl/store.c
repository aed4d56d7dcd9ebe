/* Which revocation store the commands of certauthzctl are about. */
#include "base/cleanup.h"
#include "config/store_folder.h"
#include "ctl/command.h"
#include "ctl/config_text.h"

#include <stdio.h>

/* Of a configuration that is bad, which must not keep anybody from denying a certificate. */
static char *folder_of_bad(const char *file, const struct config *config, const struct error *bad,
                           struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *name = NULL;
    if (config->folder == NULL) {
        cz_error_set(error,
                     "%s; so the folder of the revocation store cannot be found: name it by "
                     "--store FOLDER",
                     bad->message);
        return NULL;
    }
    if (config->revocation.store.text == NULL)
        name = cz_config_text_find(file, "store");
    char *folder = name != NULL ? cz_config_resolve(config, name) : cz_config_store_folder(config);
    if (folder != NULL)
        fprintf(stderr,
                "certauthzctl: %s\ncertauthzctl: %s is taken for the revocation store; name "
                "another by --store FOLDER\n",
                bad->message, folder);
    return folder;
}

char *cz_ctl_store_folder(const struct ctl_arguments *arguments, struct error *error) {
    CZ_CLEANUP(cz_config_release) struct config config = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer unused = {0};
    const char *given = arguments->values[CTL_STORE];
    const char *file = cz_setup_file(arguments->values[CTL_CONFIG]);
    struct error bad = {0};
    char *folder;
    if (given != NULL)
        folder = strdup(given);
    else if (cz_config_load(file, &config, &unused, &bad))
        folder = cz_config_store_folder(&config);
    else
        folder = folder_of_bad(file, &config, &bad, error);
    if (folder == NULL && error->message[0] == '\0')
        cz_error_set(error, "out of memory");
    return folder;
}
