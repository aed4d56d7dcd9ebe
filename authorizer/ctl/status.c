/* certauthzctl status: how the processes that serve and the store of revocation stand. */
#include "base/cleanup.h"
#include "base/text.h"
#include "ctl/processes.h"
#include "ctl/store_status.h"

#include <unistd.h>

struct inspection {
    const struct ctl_arguments *arguments;
    int64_t now;
    bool json;
    struct config config;    /* owned, like all that follows */
    bool has_config;         /* it could be read; else where one is there: */
    struct error bad_config; /* why not */
    bool has_store;
    struct store_status store;
    struct buffer processes; /* what is shown of them */
    bool unasked;            /* nobody can be: that is no fault where there is a store to show */
    struct summary summary;
};

static void inspection_release(struct inspection *inspection) {
    cz_summary_release(&inspection->summary);
    cz_buffer_release(&inspection->processes);
    cz_store_status_release(&inspection->store);
    cz_config_release(&inspection->config);
}

/* With --control the processes can be asked without it, so it may be missing. */
static bool is_wanted(const struct ctl_arguments *arguments) {
    return arguments->values[CTL_CONTROL] == NULL || arguments->values[CTL_CONFIG] != NULL ||
           access(cz_setup_file(NULL), F_OK) == 0;
}

static bool look_at_store(struct inspection *inspection, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer unused = {0};
    const char *file = cz_setup_file(inspection->arguments->values[CTL_CONFIG]);
    if (!is_wanted(inspection->arguments))
        return true;
    inspection->has_config =
        cz_config_load(file, &inspection->config, &unused, &inspection->bad_config);
    if (!inspection->has_config) {
        cz_summary_add(&inspection->summary, HEALTH_SOON_STALE, "%s",
                       inspection->bad_config.message);
        return true;
    }
    inspection->has_store =
        cz_store_status_gather(&inspection->config, inspection->now, &inspection->store, error);
    if (inspection->has_store)
        cz_store_status_sum_up(&inspection->store, &inspection->summary);
    return inspection->has_store;
}

/* Started by a web server, certauthz often runs without control sockets. */
static bool has_only_store(const struct inspection *inspection) {
    const char *control = inspection->config.server.control.text;
    return inspection->arguments->values[CTL_CONTROL] == NULL && inspection->has_store &&
           inspection->store.checked && (control == NULL || strcmp(control, "off") == 0);
}

static void put_json(struct buffer *out, const struct control_answer *answer) {
    if (answer->line.len == 0)
        cz_control_put_status(out, answer);
    else
        cz_buffer_printf(out, "%s\n", cz_buffer_text(&answer->line));
}

static void look_at_processes(struct inspection *inspection) {
    struct process_counts counts;
    struct error error = {0};
    struct summary *summary = &inspection->summary;
    inspection->unasked = has_only_store(inspection);
    if (inspection->unasked)
        return;
    if (!cz_processes_ask(inspection->arguments, "status",
                          inspection->json ? put_json : cz_control_put_status,
                          &inspection->processes, &counts, &error)) {
        cz_ctl_complain(&error);
        cz_summary_add(summary, HEALTH_STALE, "%s", error.message);
        return;
    }
    cz_summary_add(summary, HEALTH_GOOD, counts.all == 1 ? "%zu process" : "%zu processes",
                   counts.all);
    if (counts.by_status[CTL_BAD] > 0)
        cz_summary_add(summary, HEALTH_SOON_STALE, "the last reload failed in %zu of %zu processes",
                       counts.by_status[CTL_BAD], counts.all);
    if (counts.by_status[CTL_ERROR] > 0)
        cz_summary_add(summary, HEALTH_STALE, "%zu of %zu processes do not answer: %s",
                       counts.by_status[CTL_ERROR], counts.all, counts.silent.message);
}

static void put_text(struct buffer *out, const struct inspection *inspection) {
    cz_summary_put(out, &inspection->summary);
    cz_buffer_putc(out, '\n');
    cz_buffer_bytes(out, cz_buffer_view(&inspection->processes));
    if (inspection->unasked)
        cz_buffer_puts(out, "processes       not asked: server.control is off\n");
    if (inspection->has_store)
        cz_store_status_text(out, &inspection->store);
}

static void put_objects(struct buffer *out, const struct inspection *inspection) {
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    cz_summary_put(&line, &inspection->summary);
    cz_buffer_putc(out, '{');
    cz_json_member(out, "status", cz_bytes_of(cz_summary_word(&inspection->summary)));
    cz_json_member(out, "summary", cz_buffer_view(&line));
    if (inspection->has_store) {
        cz_json_name(out, "revocation");
        cz_buffer_putc(out, '{');
        cz_store_status_json(out, &inspection->store);
        cz_buffer_putc(out, '}');
    }
    cz_buffer_puts(out, "}\n");
    cz_buffer_bytes(out, cz_buffer_view(&inspection->processes));
    if (line.failed)
        cz_buffer_fail(out);
}

int cz_run_status(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(inspection_release)
    struct inspection inspection = {.arguments = arguments,
                                    .json = arguments->values[CTL_JSON] != NULL};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct error error = {0};
    if (!cz_ctl_time(arguments, &inspection.now, &error) || !look_at_store(&inspection, &error))
        return cz_ctl_complain(&error);
    look_at_processes(&inspection);
    (inspection.json ? put_objects : put_text)(&out, &inspection);
    if (inspection.processes.failed || !cz_ctl_print(&out, &error))
        return cz_ctl_complain(&error);
    return (int)inspection.summary.worst;
}
