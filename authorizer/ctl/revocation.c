/* certauthzctl revocation: what is known of a certificate's revocation, and from where? */
#include "base/cleanup.h"
#include "ctl/command.h"
#include "ctl/presented.h"
#include "ctl/revocation_account.h"

static bool make_question(const struct ctl_arguments *arguments, struct question *question,
                          struct error *error) {
    const char *chain = arguments->values[CTL_CHAIN], *policy = arguments->values[CTL_POLICY];
    cz_buffer_puts(&question->policy, policy != NULL ? policy : "");
    return cz_ctl_time(arguments, &question->now, error) &&
           cz_presented_read(arguments->file, question, error) &&
           (chain == NULL || cz_presented_chain(chain, question, error));
}

int cz_run_revocation(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_question_release) struct question question = {0};
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_revocation_account_release) struct revocation_account account = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct error error = {0};
    bool json = arguments->values[CTL_JSON] != NULL;
    if (!make_question(arguments, &question, &error) || !cz_ctl_load(arguments, &setup, &error) ||
        !cz_revocation_account_make(&setup, &question, arguments->file, &account, &error))
        return cz_ctl_complain(&error);
    (json ? cz_revocation_account_json : cz_revocation_account_text)(&out, &account);
    if (!cz_ctl_print(&out, &error))
        return cz_ctl_complain(&error);
    return cz_revocation_account_passes(&account) ? CTL_GOOD : CTL_BAD;
}
