/* The text form of the deny list. */
#include "revocation/deny_list.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"

#define FIRST_LINE "certauthz-deny-list 1"
#define TIME_SIZE (sizeof "0000-00-00T00:00:00Z" - 1)

static const char *const kind_names[DENY_KIND_COUNT] = {
    [DENY_SHA256] = "sha256",
    [DENY_PUBLIC_KEY] = "public-key",
    [DENY_SERIAL] = "serial",
};

const char *cz_deny_kind_name(enum deny_kind kind) {
    return kind_names[(size_t)kind < CZ_COUNT(kind_names) ? kind : DENY_SHA256];
}

/* --- written ------------------------------------------------------------------------------- */

static void put_quoted(struct buffer *out, const char *name, const char *text) {
    cz_buffer_printf(out, " %s=\"", name);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            cz_buffer_putc(out, '\\');
        cz_buffer_putc(out, *text);
    }
    cz_buffer_putc(out, '"');
}

static void put_entry(struct buffer *out, const struct deny_entry *entry) {
    cz_buffer_printf(out, "%s ", cz_deny_kind_name(entry->kind));
    cz_buffer_hex(out, (struct bytes){.data = entry->digest, .len = CZ_SHA256_SIZE});
    cz_buffer_puts(out, " since=");
    cz_time_append(out, entry->since);
    if (entry->has_until) {
        cz_buffer_puts(out, " until=");
        cz_time_append(out, entry->until);
    }
    put_quoted(out, "about", entry->text);
    put_quoted(out, "reason", entry->reason);
    cz_buffer_putc(out, '\n');
}

void cz_deny_list_write(const struct deny_list *list, struct buffer *out) {
    cz_buffer_puts(out, FIRST_LINE "\n");
    for (size_t i = 0; i < list->count; i++)
        put_entry(out, &list->entries[i]);
    cz_buffer_printf(out, "end %zu\n", list->count);
}

/* --- read ---------------------------------------------------------------------------------- */

struct reader {
    struct bytes rest; /* behind `line` */
    struct bytes line; /* what is left of it */
    unsigned number;   /* of the line, from 1 */
    struct error *error;
};

static void skip(struct bytes *bytes, size_t len) {
    bytes->data += len;
    bytes->len -= len;
}

static bool refuse(const struct reader *reader, const char *what) {
    return cz_error_set(reader->error, "line %u: %s", reader->number, what);
}

static bool next_line(struct reader *reader) {
    const uint8_t *end =
        reader->rest.len > 0 ? memchr(reader->rest.data, '\n', reader->rest.len) : NULL;
    reader->number++;
    if (end == NULL)
        return refuse(reader,
                      "the list is cut off before its last line, which begins with \"end\"");
    reader->line =
        (struct bytes){.data = reader->rest.data, .len = (size_t)(end - reader->rest.data)};
    skip(&reader->rest, reader->line.len + 1);
    return true;
}

static bool take(struct reader *reader, const char *literal) {
    size_t len = strlen(literal);
    if (reader->line.len < len || memcmp(reader->line.data, literal, len) != 0)
        return false;
    skip(&reader->line, len);
    return true;
}

static bool take_kind(struct reader *reader, enum deny_kind *kind) {
    for (*kind = 0; *kind < DENY_KIND_COUNT; ++*kind)
        if (take(reader, kind_names[*kind]))
            return take(reader, " ");
    return false;
}

/* Lower case alone, so that a list has one form. */
static bool take_digest(struct reader *reader, uint8_t digest[CZ_SHA256_SIZE]) {
    if (reader->line.len < 2 * CZ_SHA256_SIZE)
        return false;
    for (size_t i = 0; i < 2 * CZ_SHA256_SIZE; i++) {
        uint8_t c = reader->line.data[i];
        int digit = cz_hex_digit(c);
        if (digit < 0 || (c >= 'A' && c <= 'F'))
            return false;
        digest[i / 2] = (uint8_t)(digest[i / 2] << 4 | digit);
    }
    skip(&reader->line, 2 * CZ_SHA256_SIZE);
    return true;
}

static bool take_time(struct reader *reader, int64_t *seconds) {
    struct bytes text = {.data = reader->line.data, .len = TIME_SIZE};
    if (reader->line.len < TIME_SIZE || !cz_time_parse(text, seconds))
        return false;
    skip(&reader->line, TIME_SIZE);
    return true;
}

/* Up to the quote that ends it. What may stand in it is for cz_deny_list_add to judge; but a NUL
 * would hide what comes behind it. */
static bool take_quoted(struct reader *reader, char **text) {
    struct bytes *line = &reader->line;
    char *out = *text = malloc(line->len + 1);
    for (; out != NULL && line->len > 0 && line->data[0] != '"'; skip(line, 1)) {
        if (line->data[0] == '\\')
            skip(line, 1);
        else if (line->data[0] != '\0') {
            *out++ = (char)line->data[0];
            continue;
        }
        if (line->len == 0 || (line->data[0] != '"' && line->data[0] != '\\'))
            return false;
        *out++ = (char)line->data[0];
    }
    if (out == NULL)
        return cz_error_set(reader->error, "out of memory");
    *out = '\0';
    return take(reader, "\"");
}

static bool read_entry(struct reader *reader, struct deny_entry *entry) {
    if (!take_kind(reader, &entry->kind))
        return refuse(reader, "sha256, public-key, serial or end is wanted");
    if (!take_digest(reader, entry->digest))
        return refuse(reader, "64 hexadecimal digits in lower case are wanted");
    if (!take(reader, " since=") || !take_time(reader, &entry->since))
        return refuse(reader, "since= and a time such as 2026-01-02T03:04:05Z are wanted");
    entry->has_until = take(reader, " until=");
    if (entry->has_until && !take_time(reader, &entry->until))
        return refuse(reader, "behind until= a time such as 2026-01-02T03:04:05Z is wanted");
    if (!take(reader, " about=\"") || !take_quoted(reader, &entry->text))
        return refuse(reader, "about= and a text in quotes are wanted");
    if (!take(reader, " reason=\"") || !take_quoted(reader, &entry->reason) || reader->line.len > 0)
        return refuse(reader, "reason= and a text in quotes are wanted, and nothing behind them");
    return true;
}

/* They come in order, so that none stands there twice and each is added at the end. */
static bool is_in_order(const struct deny_list *list, const struct deny_entry *entry) {
    if (list->count == 0)
        return true;
    const struct deny_entry *last = &list->entries[list->count - 1];
    return last->kind < entry->kind ||
           (last->kind == entry->kind && memcmp(last->digest, entry->digest, CZ_SHA256_SIZE) < 0);
}

static bool add_entry(struct reader *reader, struct deny_list *list) {
    struct deny_entry entry = {0};
    CZ_CLEANUP(cz_free_ptr) char *text = NULL;
    CZ_CLEANUP(cz_free_ptr) char *reason = NULL;
    bool good = read_entry(reader, &entry);
    text = entry.text;
    reason = entry.reason;
    if (!good)
        return false;
    if (list->count == CZ_DENY_LIST_MAX)
        return refuse(reader, "there are too many entries");
    if (!is_in_order(list, &entry))
        return refuse(reader, "it has to stand earlier, or stands there twice");
    if (!cz_deny_entry_is_sound(&entry))
        return refuse(reader, "a text is too long, or no line of UTF-8 without controls");
    if (!cz_deny_list_add(list, &entry))
        return cz_error_set(reader->error, "out of memory");
    text = reason = NULL;
    return true;
}

static bool read_end(struct reader *reader, size_t count) {
    CZ_CLEANUP(cz_buffer_release) struct buffer wanted = {0};
    cz_buffer_printf(&wanted, "end %zu", count);
    if (wanted.failed)
        return cz_error_set(reader->error, "out of memory");
    if (!cz_bytes_equal(reader->line, cz_buffer_view(&wanted)))
        return cz_error_set(reader->error, "line %u: \"%s\" is wanted, as many as stand before it",
                            reader->number, cz_buffer_text(&wanted));
    reader->number++;
    return reader->rest.len == 0 || refuse(reader, "nothing may stand behind the end");
}

bool cz_deny_list_parse(struct bytes text, struct deny_list *list, struct error *error) {
    struct reader reader = {.rest = text, .error = error};
    *list = (struct deny_list){0};
    if (!next_line(&reader))
        return false;
    if (!cz_bytes_equal(reader.line, CZ_BYTES(FIRST_LINE)))
        return refuse(&reader, "\"" FIRST_LINE "\" is wanted: no deny list, or of another version");
    for (;;) {
        if (!next_line(&reader))
            return false;
        if (reader.line.len >= 3 && memcmp(reader.line.data, "end", 3) == 0)
            return read_end(&reader, list->count);
        if (!add_entry(&reader, list))
            return false;
    }
}
