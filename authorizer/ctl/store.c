/* Which revocation store the commands of certauthzctl are about. */
#include "base/cleanup.h"
#include "config/store_folder.h"
#include "ctl/answer.h"
#include "ctl/command.h"
#include "ctl/config_text.h"
#include "ctl/control.h"
#include "ctl/paint.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a configuration that is bad, which must not keep anybody from denying a certificate. Where
 * there is none to be read, no folder is guessed: the entry would most likely hold for nobody. */
static char *folder_of_bad(const char *file, const struct config *config, const struct error *bad,
                           struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *name = NULL;
    if (config->folder == NULL || access(file, R_OK) != 0) {
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

static bool is_same_folder(const char *a, const char *b) {
    struct stat of_a, of_b;
    if (stat(a, &of_a) != 0 || stat(b, &of_b) != 0)
        return strcmp(a, b) == 0;
    return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

/* A name that is relative to the folder that the process was started in tells nothing. */
static bool uses(const struct control_answer *answer, const char *folder) {
    CZ_CLEANUP(cz_buffer_release) struct buffer its = {0};
    if (!cz_answer_member(cz_buffer_view(&answer->line), "store", &its) ||
        cz_buffer_text(&its)[0] != '/' || is_same_folder(cz_buffer_text(&its), folder))
        return true;
    CZ_CLEANUP(cz_buffer_release) struct buffer warning = {0};
    cz_buffer_printf(&warning,
                     "certauthzctl: process %d uses another store, so nothing has "
                     "changed for it; call this again with --store ",
                     answer->pid);
    cz_put_visible(&warning, cz_buffer_view(&its));
    fprintf(stderr, "%s\n", cz_buffer_text(&warning));
    return false;
}

bool cz_ctl_store_is_used(const struct ctl_arguments *arguments, const char *folder) {
    CZ_CLEANUP(cz_control_answers_release) struct control_answers answers = {0};
    struct error unused = {0};
    CZ_CLEANUP(cz_free_ptr) char *sockets = cz_ctl_control_folder(arguments, &unused);
    bool all = true;
    if (sockets == NULL || !cz_control_ask(sockets, "status", &answers, &unused))
        return true;
    for (size_t i = 0; i < answers.count; i++)
        all &= uses(&answers.items[i], folder);
    return all;
}
