/* The store's part of `certauthzctl status`, for programs. */
#include "ctl/store_status.h"

#include "base/json_writer.h"
#include "base/text.h"

static void put_list(struct buffer *out, const struct catalogue_list *list, int64_t now) {
    cz_json_member(out, "issuer", cz_bytes_of(list->issuer));
    cz_json_number(out, "entries", (int64_t)list->entries);
    cz_json_truth(out, "delta", list->is_delta);
    cz_json_time(out, "this_update", list->this_update);
    if (!list->has_next_update)
        return;
    cz_json_time(out, "next_update", list->next_update);
    cz_json_number(out, "seconds_left", list->next_update - now);
}

static void put_when(struct buffer *out, const char *name, int64_t when) {
    if (when != 0)
        cz_json_time(out, name, when);
}

static void put_source(struct buffer *out, const struct source_health *health, int64_t now) {
    const struct catalogue_source *source = health->source;
    cz_json_separate(out);
    cz_buffer_putc(out, '{');
    cz_json_member(out, "name", cz_bytes_of(source->name));
    cz_json_member(out, "kind", cz_bytes_of(cz_source_kind_name(source->kind)));
    cz_json_member(out, "health", cz_bytes_of(cz_health_name(health->health)));
    cz_json_member(out, "state", cz_bytes_of(cz_source_state_name(source->state)));
    put_when(out, "last_try", source->last_try);
    put_when(out, "last_success", source->last_success);
    put_when(out, "next_try", source->next_try);
    cz_json_number(out, "failures", source->failures);
    if (source->failures > 0)
        cz_json_member(out, "error", cz_bytes_of(cz_source_error(source)));
    if (health->list != NULL)
        put_list(out, health->list, now);
    cz_buffer_putc(out, '}');
}

static void put_ocsp(struct buffer *out, const struct store_status *status) {
    const struct ocsp_survey *ocsp = &status->ocsp;
    cz_json_name(out, "ocsp");
    cz_buffer_putc(out, '{');
    cz_json_number(out, "certificates", (int64_t)ocsp->count);
    cz_json_number(out, "good", (int64_t)ocsp->good);
    cz_json_number(out, "ended", (int64_t)ocsp->ended);
    cz_json_number(out, "empty", (int64_t)ocsp->empty);
    cz_json_number(out, "unreadable", (int64_t)ocsp->unreadable);
    cz_json_number(out, "failing", (int64_t)ocsp->failing);
    cz_json_number(out, "lacking", (int64_t)ocsp->lacking);
    if (ocsp->has_oldest)
        cz_json_time(out, "oldest", ocsp->oldest);
    cz_json_optional(out, "error", cz_bytes_of(status->ocsp_problem.message));
    cz_buffer_putc(out, '}');
}

static void put_denied(struct buffer *out, const struct store_status *status) {
    cz_json_name(out, "deny_list");
    cz_buffer_putc(out, '{');
    cz_json_number(out, "in_force", (int64_t)status->denied);
    cz_json_number(out, "ended", (int64_t)status->denied_once);
    cz_json_optional(out, "error", cz_bytes_of(status->deny_problem.message));
    cz_buffer_putc(out, '}');
}

static void put_sources(struct buffer *out, const struct store_status *status) {
    cz_json_name(out, "sources");
    cz_buffer_putc(out, '[');
    for (size_t i = 0; i < status->catalogue->source_count; i++) {
        struct source_health health =
            cz_source_health(status->catalogue, &status->catalogue->sources[i], status->now);
        put_source(out, &health, status->now);
    }
    cz_buffer_putc(out, ']');
}

void cz_store_status_json(struct buffer *out, const struct store_status *status) {
    cz_json_member(out, "mode", cz_buffer_view(&status->modes));
    cz_json_member(out, "store", cz_bytes_of(status->store.folder));
    if (status->checked) {
        cz_json_optional(out, "problem", cz_bytes_of(status->problem));
        cz_json_number(out, "revision", (int64_t)status->catalogue->revision);
        put_when(out, "written", status->catalogue->written);
        cz_json_truth(out, "refresher", status->refresher.message[0] == '\0');
        put_sources(out, status);
        put_ocsp(out, status);
    }
    put_denied(out, status);
}
