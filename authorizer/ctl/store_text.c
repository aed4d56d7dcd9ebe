/* The store's part of `certauthzctl status`, for people. */
#include "ctl/store_status.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ctl/paint.h"

static void sum_up_sources(const struct store_status *status, struct summary *summary) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    struct catalogue_health all = cz_catalogue_health(status->catalogue, status->now);
    size_t count = status->catalogue->source_count;
    if (all.worst.source == NULL) {
        cz_summary_add(summary, HEALTH_GOOD, "no source of revocation yet");
        return;
    }
    cz_health_put(&text, &all.worst, status->now);
    if (text.failed)
        cz_buffer_fail(&summary->good);
    if (all.worst.health == HEALTH_GOOD && count == 1) {
        cz_summary_add(summary, HEALTH_GOOD, "1 source good; its list %s", cz_buffer_text(&text));
        return;
    }
    if (all.worst.health == HEALTH_GOOD) {
        cz_summary_add(summary, HEALTH_GOOD, "all %zu sources good; the first list %s", count,
                       cz_buffer_text(&text));
        return;
    }
    cz_summary_add(summary, all.worst.health, "%zu of %zu sources %s: %s: %s",
                   all.counts[all.worst.health], count, cz_health_name(all.worst.health),
                   all.worst.source->name, cz_buffer_text(&text));
}

void cz_store_status_sum_up(const struct store_status *status, struct summary *summary) {
    const struct ocsp_survey *ocsp = &status->ocsp;
    if (status->deny_problem.message[0] != '\0')
        cz_summary_add(summary, HEALTH_STALE, "%s", status->deny_problem.message);
    if (!status->checked) {
        cz_summary_add(summary, HEALTH_GOOD, "revocation is not checked");
        return;
    }
    if (status->problem[0] != '\0')
        cz_summary_add(summary, HEALTH_STALE, "%.*s", (int)strcspn(status->problem, "\n"),
                       status->problem);
    else if (status->catalogue->written == 0)
        cz_summary_add(summary, HEALTH_STALE, "%s: certauthz-refresh has never run here",
                       status->store.folder);
    else
        sum_up_sources(status, summary);
    if (status->ocsp_problem.message[0] != '\0')
        cz_summary_add(summary, HEALTH_SOON_STALE, "%s", status->ocsp_problem.message);
    if (ocsp->unreadable > 0)
        cz_summary_add(summary, HEALTH_SOON_STALE, "OCSP responses that cannot be read: %zu",
                       ocsp->unreadable);
    if (ocsp->lacking > 0)
        cz_summary_add(summary, HEALTH_SOON_STALE,
                       "certificates seen lately without an OCSP response in force: %zu",
                       ocsp->lacking);
}

static void put_time(struct buffer *out, const char *label, int64_t when, int64_t now) {
    cz_put_label(out, label);
    if (when == 0) {
        cz_buffer_puts(out, "never\n");
        return;
    }
    cz_time_append(out, when);
    cz_buffer_puts(out, when > now ? ", in " : ", ");
    cz_duration_append(out, when - now);
    cz_buffer_puts(out, when > now ? "\n" : " ago\n");
}

static void put_list(struct buffer *out, const struct catalogue_list *list, int64_t now) {
    cz_put_line(out, "    issuer", cz_bytes_of(list->issuer));
    cz_put_label(out, "    entries");
    cz_buffer_printf(out, "%ju%s\n", (uintmax_t)list->entries, list->is_delta ? " (delta)" : "");
    put_time(out, "    thisUpdate", list->this_update, now);
    if (list->has_next_update)
        put_time(out, "    nextUpdate", list->next_update, now);
    else
        cz_put_line(out, "    nextUpdate", CZ_BYTES("none: it never counts as fresh"));
}

static void put_source(struct buffer *out, const struct source_health *health, int64_t now) {
    const struct catalogue_source *source = health->source;
    cz_buffer_printf(out, "  %-*s", CZ_LABEL_WIDTH - 2, cz_health_name(health->health));
    cz_buffer_printf(out, "%s ", cz_source_kind_name(source->kind));
    cz_put_visible(out, cz_bytes_of(source->name));
    cz_buffer_putc(out, '\n');
    if (health->list != NULL)
        put_list(out, health->list, now);
    put_time(out, "    success", source->last_success, now);
    put_time(out, "    next try", source->next_try, now);
    if (source->failures == 0)
        return;
    cz_put_label(out, "    failed");
    cz_buffer_printf(out, "%u in a row: ", source->failures);
    cz_put_visible(out, cz_bytes_of(cz_source_error(source)));
    cz_buffer_putc(out, '\n');
}

static void put_ocsp(struct buffer *out, const struct store_status *status) {
    const struct ocsp_survey *ocsp = &status->ocsp;
    cz_put_label(out, "ocsp");
    if (status->ocsp_problem.message[0] != '\0') {
        cz_put_visible(out, cz_bytes_of(status->ocsp_problem.message));
        cz_buffer_putc(out, '\n');
        return;
    }
    if (ocsp->count == 0) {
        cz_buffer_puts(out, "no certificate was asked about\n");
        return;
    }
    cz_buffer_printf(out,
                     "%zu certificates: %zu with a response in force, %zu with one that has "
                     "ended, %zu without",
                     ocsp->count, ocsp->good, ocsp->ended, ocsp->empty);
    if (ocsp->unreadable > 0)
        cz_buffer_printf(out, ", %zu cannot be read", ocsp->unreadable);
    cz_buffer_printf(out, "; the last try failed for %zu\n", ocsp->failing);
    if (ocsp->has_oldest)
        put_time(out, "  oldest", ocsp->oldest, status->now);
}

static void put_denied(struct buffer *out, const struct store_status *status) {
    cz_put_label(out, "deny list");
    if (status->deny_problem.message[0] != '\0')
        cz_put_visible(out, cz_bytes_of(status->deny_problem.message));
    else
        cz_buffer_printf(out, "%zu in force, %zu ended", status->denied, status->denied_once);
    cz_buffer_putc(out, '\n');
}

/* What could not be read, a line each. */
static void put_problem(struct buffer *out, const char *problem) {
    for (struct bytes line; (line = cz_text_next_line(&problem)).len > 0;)
        cz_put_line(out, "problem", line);
}

static void put_sources(struct buffer *out, const struct store_status *status) {
    const struct catalogue *catalogue = status->catalogue;
    struct catalogue_health all = cz_catalogue_health(catalogue, status->now);
    cz_put_label(out, "sources");
    cz_buffer_printf(out, "%zu good, %zu soon stale, %zu stale\n", all.counts[HEALTH_GOOD],
                     all.counts[HEALTH_SOON_STALE], all.counts[HEALTH_STALE]);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        struct source_health health =
            cz_source_health(catalogue, &catalogue->sources[i], status->now);
        put_source(out, &health, status->now);
    }
}

void cz_store_status_text(struct buffer *out, const struct store_status *status) {
    cz_put_line(out, "revocation", cz_buffer_view(&status->modes));
    cz_put_line(out, "store", cz_bytes_of(status->store.folder));
    if (status->checked) {
        put_problem(out, status->problem);
        put_time(out, "last change", status->catalogue->written, status->now);
        cz_put_line(out, "refresher",
                    status->refresher.message[0] == '\0' ? CZ_BYTES("answers")
                                                         : cz_bytes_of(status->refresher.message));
        put_sources(out, status);
        put_ocsp(out, status);
    }
    put_denied(out, status);
}
