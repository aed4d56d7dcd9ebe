/* certauthzctl check: is the configuration good? */
#include "ctl/command.h"

#include "base/cleanup.h"

#include <stdio.h>

int cz_run_check(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    struct error error = {0};
    if (!cz_ctl_load(arguments, &setup, &error))
        return cz_ctl_complain(&error);
    const char *file = cz_setup_file(arguments->values[CTL_CONFIG]);
    const char *notice = cz_setup_revocation_notice(&setup);
    if (notice != NULL)
        fprintf(stderr, "certauthzctl: %s: %s\n", file, notice);
    cz_setup_describe(&setup, file, &text);
    cz_buffer_putc(&text, '\n');
    return cz_ctl_print(&text, &error) ? CTL_GOOD : cz_ctl_complain(&error);
}
