#include "server/commands.h"

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "config/revocation.h"

void cz_command_put_ok(struct buffer *out, bool ok) {
    cz_json_truth(out, "ok", ok);
    cz_json_number(out, "pid", getpid());
}

static void put_generation(struct buffer *out, const struct generation *generation) {
    struct setup_counts counts = cz_setup_count(&generation->setup);
    cz_json_number(out, "generation", (int64_t)generation->number);
    cz_json_time(out, "loaded", generation->loaded);
    cz_json_number(out, "anchors", (int64_t)counts.anchors);
    cz_json_number(out, "intermediates", (int64_t)counts.intermediates);
    cz_json_number(out, "pinned", (int64_t)counts.pinned);
    cz_json_number(out, "clients", (int64_t)counts.clients);
    cz_json_number(out, "rules", (int64_t)counts.rules);
    cz_json_number(out, "policies", (int64_t)counts.policies);
}

/* The folder is absolute where it can be, since whoever asks may work in another one. Where a view
 * is not to be had for want of memory, what it would tell is left out. */
static void put_store(struct buffer *out, const struct generation *generation) {
    CZ_CLEANUP(cz_buffer_release) struct buffer mode = {0};
    CZ_CLEANUP(cz_store_let_go)
    struct store_view *view = cz_store_hold(generation->store->store, true);
    CZ_CLEANUP(cz_free_ptr) char *absolute = realpath(generation->store->folder, NULL);
    cz_revocation_describe(&generation->setup.config, &mode);
    cz_json_member(out, "revocation", cz_buffer_view(&mode));
    cz_json_member(out, "store",
                   cz_bytes_of(absolute != NULL ? absolute : generation->store->folder));
    if (view == NULL)
        return;
    const struct catalogue *catalogue = cz_store_catalogue(view);
    cz_json_number(out, "store_revision", (int64_t)catalogue->revision);
    cz_json_number(out, "store_lists", (int64_t)catalogue->list_count);
    if (cz_store_view_problem(view)[0] != '\0')
        cz_json_member(out, "store_problem", cz_bytes_of(cz_store_view_problem(view)));
}

static void put_inquirer(struct buffer *out, const struct inquirer *inquirer) {
    enum refresher_state state = (enum refresher_state)atomic_load(&inquirer->refresher);
    cz_json_member(out, "refresher", cz_bytes_of(cz_refresher_state_name(state)));
    cz_json_number(out, "queries", (int64_t)atomic_load(&inquirer->queries));
    cz_json_number(out, "queries_timed_out", (int64_t)atomic_load(&inquirer->timed_out));
    cz_json_number(out, "queries_failed", (int64_t)atomic_load(&inquirer->failed));
}

/* `ok` tells whether the last load was good. */
void cz_command_status(void *context, struct bytes argument, struct buffer *answer) {
    const struct administration *administration = context;
    const struct reloader *reloader = administration->reloader;
    (void)argument;
    cz_buffer_putc(answer, '{');
    cz_command_put_ok(answer, !reloader->failing);
    cz_json_member(answer, "version", cz_bytes_of(administration->version));
    cz_json_time(answer, "started", administration->started);
    cz_json_member(answer, "file", cz_bytes_of(reloader->file));
    put_generation(answer, reloader->generations->current);
    cz_json_number(answer, "granted", (int64_t)atomic_load(&administration->service->granted));
    cz_json_number(answer, "refused", (int64_t)atomic_load(&administration->service->refused));
    cz_json_number(answer, "log_lost", (int64_t)cz_log_lost(administration->service->log));
    put_store(answer, reloader->generations->current);
    put_inquirer(answer, administration->service->inquirer);
    if (reloader->failed_at != 0) {
        cz_json_time(answer, "failed", reloader->failed_at);
        cz_json_member(answer, "error", cz_bytes_of(reloader->failure.message));
    }
    cz_buffer_putc(answer, '}');
}

void cz_command_reload(void *context, struct bytes argument, struct buffer *answer) {
    const struct administration *administration = context;
    struct reloader *reloader = administration->reloader;
    struct error error = {0};
    (void)argument;
    bool good = cz_reloader_load(reloader, "certauthzctl", &error);
    cz_buffer_putc(answer, '{');
    cz_command_put_ok(answer, good);
    put_generation(answer, reloader->generations->current);
    if (!good)
        cz_json_member(answer, "error", cz_bytes_of(error.message));
    cz_buffer_putc(answer, '}');
}
