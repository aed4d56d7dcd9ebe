#include "ctl/deny_report.h"

#include "base/calendar.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "ctl/paint.h"

#define TIME_WIDTH 20 /* columns */

static struct bytes digest_of(const struct deny_entry *entry) {
    return (struct bytes){.data = entry->digest, .len = CZ_SHA256_SIZE};
}

void cz_put_deny_digits(struct buffer *out, const struct deny_entry *entry) {
    cz_buffer_hex(out, (struct bytes){.data = entry->digest, .len = CZ_DENY_DIGITS / 2});
}

void cz_put_deny_entry(struct buffer *out, const char *label, const struct deny_entry *entry) {
    cz_put_line(out, label, cz_bytes_of(entry->text));
    cz_put_label(out, "  by");
    cz_buffer_printf(out, "%s ", cz_deny_kind_name(entry->kind));
    cz_buffer_hex(out, digest_of(entry));
    cz_buffer_putc(out, '\n');
    cz_put_label(out, "  since");
    cz_time_append(out, entry->since);
    cz_buffer_putc(out, '\n');
    if (entry->has_until) {
        cz_put_label(out, "  until");
        cz_time_append(out, entry->until);
        cz_buffer_putc(out, '\n');
    }
    cz_put_line(out, "  reason", cz_bytes_of(entry->reason));
}

static void put_row(struct buffer *out, size_t number, const struct deny_entry *entry,
                    int64_t now) {
    cz_buffer_printf(out, "%6zu  %-7s  %-10s  ", number,
                     cz_deny_entry_holds(entry, now) ? "denied" : "expired",
                     cz_deny_kind_name(entry->kind));
    cz_put_deny_digits(out, entry);
    cz_buffer_puts(out, "  ");
    cz_time_append(out, entry->since);
    cz_buffer_puts(out, "  ");
    if (entry->has_until)
        cz_time_append(out, entry->until);
    else
        cz_buffer_printf(out, "%-*s", TIME_WIDTH, "-");
    cz_buffer_puts(out, "  ");
    cz_put_visible(out, cz_bytes_of(entry->text));
    cz_buffer_puts(out, entry->reason[0] != '\0' ? "; " : "");
    cz_put_visible(out, cz_bytes_of(entry->reason));
    cz_buffer_putc(out, '\n');
}

void cz_put_deny_table(struct buffer *out, const struct deny_list *list, int64_t now) {
    cz_buffer_printf(out, "%6s  %-7s  %-10s  %-*s  %-*s  %-*s  %s\n", "number", "state", "by",
                     CZ_DENY_DIGITS, "digest", TIME_WIDTH, "since", TIME_WIDTH, "until",
                     "what; why");
    for (size_t i = 0; i < list->count; i++)
        put_row(out, i + 1, &list->entries[i], now);
}

static void put_object(struct buffer *out, size_t number, const struct deny_entry *entry,
                       int64_t now) {
    cz_buffer_putc(out, '{');
    cz_json_number(out, "number", (int64_t)number);
    cz_json_member(out, "by", cz_bytes_of(cz_deny_kind_name(entry->kind)));
    cz_json_hex(out, "digest", digest_of(entry));
    cz_json_time(out, "since", entry->since);
    if (entry->has_until)
        cz_json_time(out, "until", entry->until);
    cz_json_truth(out, "expired", !cz_deny_entry_holds(entry, now));
    cz_json_member(out, "what", cz_bytes_of(entry->text));
    cz_json_optional(out, "reason", cz_bytes_of(entry->reason));
    cz_buffer_putc(out, '}');
}

void cz_put_deny_json(struct buffer *out, const struct deny_list *list, const char *folder,
                      int64_t now) {
    cz_buffer_putc(out, '{');
    cz_json_member(out, "store", cz_bytes_of(folder));
    cz_json_name(out, "entries");
    cz_buffer_putc(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        cz_json_separate(out);
        put_object(out, i + 1, &list->entries[i], now);
    }
    cz_buffer_puts(out, "]}\n");
}
