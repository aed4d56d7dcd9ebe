#include "ctl/store_status.h"

#include "base/cleanup.h"
#include "config/revocation.h"
#include "query/query.h"
#include "store/deny_file.h"

static bool is_same(const struct revocation_settings *a, const struct revocation_settings *b) {
    return a->mode == b->mode && a->order == b->order && a->extent == b->extent;
}

static void put_modes(struct buffer *out, const struct config *config) {
    const struct revocation_settings *usual = &config->policies[0].revocation;
    cz_revocation_settings_describe(usual, out);
    for (size_t i = 1; i < config->policy_count; i++) {
        const struct policy_config *policy = &config->policies[i];
        if (is_same(usual, &policy->revocation))
            continue;
        cz_buffer_printf(out, "; policy %s: ", policy->name);
        cz_revocation_settings_describe(&policy->revocation, out);
    }
}

static void count_denied(struct store_status *status) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    if (!cz_deny_file_load(status->store.folder, &list, &status->deny_problem))
        return;
    for (size_t i = 0; i < list.count; i++) {
        bool over = !cz_deny_entry_holds(&list.entries[i], status->now);
        status->denied += !over;
        status->denied_once += over;
    }
}

/* A connection, and nothing said over it. */
static void ask_refresher(struct store_status *status) {
    const struct buffer nothing = {0};
    cz_query_note(status->store.folder, &nothing, &status->refresher);
}

bool cz_store_status_gather(const struct config *config, int64_t now, struct store_status *status,
                            struct error *error) {
    *status = (struct store_status){.now = now, .checked = cz_config_checks_revocation(config)};
    put_modes(&status->modes, config);
    if (status->modes.failed)
        return cz_error_set(error, "out of memory");
    if (!cz_store_at_hand_open(config, &status->store, error))
        return false;
    count_denied(status);
    if (!status->checked)
        return true;
    status->catalogue = cz_store_catalogue(status->store.view);
    status->problem = cz_store_view_problem(status->store.view);
    ask_refresher(status);
    cz_ocsp_survey(status->store.folder, now, &status->ocsp, &status->ocsp_problem);
    return true;
}

void cz_store_status_release(struct store_status *status) {
    cz_store_at_hand_release(&status->store);
    cz_buffer_release(&status->modes);
    *status = (struct store_status){0};
}
