#include "log/line.h"

#include "base/cleanup.h"
#include "base/text.h"

static void put_field(struct buffer *out, const char *name, const char *value) {
    cz_buffer_puts(out, name);
    cz_buffer_putc(out, '=');
    cz_buffer_puts(out, value);
    cz_buffer_putc(out, '\n');
}

static void put_number(struct buffer *out, const char *name, int64_t number) {
    cz_buffer_puts(out, name);
    cz_buffer_putc(out, '=');
    cz_buffer_decimal(out, number);
    cz_buffer_putc(out, '\n');
}

static void put_name(struct buffer *out, const char *name) {
    cz_buffer_puts(out, "CERTAUTHZ_");
    for (; *name != '\0'; name++)
        cz_buffer_putc(out, *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name);
}

/* With its length in front, as 64 bits in little endian, so that any byte may stand in it. */
static void put_text(struct buffer *out, const struct log_member *member) {
    struct bytes ellipsis = member->cut ? CZ_BYTES("…") : CZ_BYTES("");
    uint64_t len = member->text.len + ellipsis.len;
    cz_buffer_putc(out, '\n');
    for (unsigned shift = 0; shift < 64; shift += 8)
        cz_buffer_putc(out, (char)(len >> shift & 0xff));
    cz_buffer_bytes(out, member->text);
    cz_buffer_bytes(out, ellipsis);
    cz_buffer_putc(out, '\n');
}

static void put_member(struct buffer *out, const struct log_member *member) {
    put_name(out, member->name);
    if (member->kind == LOG_TEXT) {
        put_text(out, member);
        return;
    }
    cz_buffer_putc(out, '=');
    cz_log_member_append(out, member);
    cz_buffer_putc(out, '\n');
}

static void put_plain(struct buffer *out, struct bytes text) {
    while (text.len > 0) {
        size_t len = cz_utf8_length(text);
        struct bytes character = {.data = text.data, .len = len};
        if (len == 0 || cz_text_has_control(character))
            cz_buffer_puts(out, "\xef\xbf\xbd");
        else
            cz_buffer_bytes(out, character);
        len = len == 0 ? 1 : len;
        text = (struct bytes){.data = text.data + len, .len = text.len - len};
    }
}

/* refused GET /admin/: expired: CN=somebody; granted GET /: CN=somebody; or the message alone. */
static void put_message(struct buffer *out, const struct log_entry *entry, size_t limit) {
    static const struct {
        const char *before, *name;
        bool said; /* by the verdict, where the two are the same word */
    } parts[] = {
        {"", "message", false}, {"", "verdict", false}, {" ", "method", false},
        {" ", "path", false},   {": ", "reason", true}, {": ", "subject", false},
    };
    const struct log_member *verdict = cz_log_entry_find(entry, "verdict");
    cz_buffer_puts(out, "MESSAGE=");
    for (size_t i = 0; i < CZ_COUNT(parts); i++) {
        const struct log_member *found = cz_log_entry_find(entry, parts[i].name);
        if (found == NULL || (parts[i].said && cz_bytes_equal(found->text, verdict->text)))
            continue;
        struct log_member member = cz_log_member_within(found, limit);
        cz_buffer_puts(out, parts[i].before);
        put_plain(out, member.text);
        cz_buffer_puts(out, member.cut ? "…" : "");
    }
    cz_buffer_putc(out, '\n');
}

void cz_log_entry_fields(struct buffer *out, const struct log_entry *entry, int facility,
                         size_t limit) {
    put_message(out, entry, limit);
    put_number(out, "PRIORITY", entry->severity);
    put_field(out, "SYSLOG_IDENTIFIER", "certauthz");
    put_number(out, "SYSLOG_FACILITY", facility);
    for (size_t i = 0; i < entry->count; i++) {
        struct log_member member = cz_log_member_within(&entry->members[i], limit);
        put_member(out, &member);
    }
}
