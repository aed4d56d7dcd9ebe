#include "log/line.h"

#include "base/text.h"

static void put_ellipsis(struct buffer *out) {
    if (out->failed)
        return;
    out->len--; /* the quote goes behind it */
    cz_buffer_puts(out, "…\"");
}

static void put_outcomes(struct buffer *out, const struct rule_outcomes *outcomes) {
    cz_buffer_putc(out, '[');
    for (size_t i = 0; i < outcomes->count; i++) {
        cz_buffer_puts(out, i > 0 ? ",{" : "{");
        cz_json_member(out, "rule", cz_bytes_of(outcomes->items[i].rule->name));
        cz_json_member(out, "reason", cz_bytes_of(cz_outcome_slug(&outcomes->items[i])));
        cz_buffer_putc(out, '}');
    }
    cz_buffer_putc(out, ']');
}

static void put_member(struct buffer *out, const struct log_member *member) {
    cz_json_name(out, member->name);
    switch (member->kind) {
    case LOG_TEXT:
        cz_json_string(out, member->text);
        if (member->cut)
            put_ellipsis(out);
        return;
    case LOG_TIME:
        cz_buffer_putc(out, '"');
        cz_log_member_append(out, member);
        cz_buffer_putc(out, '"');
        return;
    case LOG_OUTCOMES:
        put_outcomes(out, member->outcomes);
        return;
    case LOG_NUMBER:
    case LOG_TRUE:
        cz_log_member_append(out, member);
    }
}

void cz_log_entry_json(struct buffer *out, const struct log_entry *entry, size_t limit) {
    cz_buffer_putc(out, '{');
    for (size_t i = 0; i < entry->count; i++) {
        struct log_member member = cz_log_member_within(&entry->members[i], limit);
        put_member(out, &member);
    }
    cz_buffer_putc(out, '}');
}

void cz_log_line(struct buffer *out, const struct log_event *event) {
    struct log_entry entry;
    cz_log_entry_decision(&entry, event);
    cz_log_entry_json(out, &entry, SIZE_MAX);
    cz_buffer_putc(out, '\n');
}
