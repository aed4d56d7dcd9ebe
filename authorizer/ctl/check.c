/* certauthzctl check: is the configuration good? */
#include "ctl/command.h"

#include "base/cleanup.h"

int cz_run_check(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    struct error error = {0};
    if (!cz_ctl_load(arguments, &setup, &error))
        return cz_ctl_complain(&error);
    cz_setup_describe(&setup, cz_setup_file(arguments->values[CTL_CONFIG]), &text);
    cz_buffer_putc(&text, '\n');
    return cz_ctl_print(&text, &error) ? CTL_GOOD : cz_ctl_complain(&error);
}
