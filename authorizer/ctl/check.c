/* certauthzctl check: is the configuration good? */
#include "ctl/command.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "config/revocation.h"
#include "ctl/store_at_hand.h"

#include <stdio.h>

/* What no decision could be made by: a notice, since what is missing may come any time. */
static bool tell_of_store(const struct setup *setup, const char *file, struct error *error) {
    CZ_CLEANUP(cz_store_at_hand_release) struct store_at_hand store = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer never = {0};
    if (!cz_config_checks_revocation(&setup->config))
        return true;
    if (!cz_store_at_hand_open(&setup->config, &store, error))
        return false;
    const char *problem = cz_store_view_problem(store.view);
    if (problem[0] == '\0' && cz_store_catalogue(store.view)->written == 0) {
        cz_buffer_printf(&never,
                         "%s: certauthz-refresh has never run here; start it, or call "
                         "certauthz-refresh --once",
                         store.folder);
        problem = cz_buffer_text(&never);
    }
    for (struct bytes line; (line = cz_text_next_line(&problem)).len > 0;)
        fprintf(stderr, "certauthzctl: %s: revocation: %.*s\n", file, (int)line.len,
                (const char *)line.data);
    return !never.failed || cz_error_set(error, "out of memory");
}

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
    if (!tell_of_store(&setup, file, &error))
        return cz_ctl_complain(&error);
    cz_setup_describe(&setup, file, &text);
    cz_buffer_putc(&text, '\n');
    return cz_ctl_print(&text, &error) ? CTL_GOOD : cz_ctl_complain(&error);
}
