#include "base/json_writer.h"

#include "base/calendar.h"
#include "base/text.h"

void cz_json_optional(struct buffer *out, const char *name, struct bytes value) {
    if (value.len > 0)
        cz_json_member(out, name, value);
}

void cz_json_truth(struct buffer *out, const char *name, bool truth) {
    cz_json_name(out, name);
    cz_buffer_puts(out, truth ? "true" : "false");
}

void cz_json_number(struct buffer *out, const char *name, int64_t number) {
    cz_json_name(out, name);
    cz_buffer_decimal(out, number);
}

void cz_json_time(struct buffer *out, const char *name, int64_t seconds) {
    cz_json_name(out, name);
    cz_buffer_putc(out, '"');
    cz_time_append(out, seconds);
    cz_buffer_putc(out, '"');
}

void cz_json_hex(struct buffer *out, const char *name, struct bytes bytes) {
    cz_json_name(out, name);
    cz_buffer_putc(out, '"');
    cz_buffer_hex(out, bytes);
    cz_buffer_putc(out, '"');
}

void cz_json_separate(struct buffer *out) {
    if (out->len > 0 && out->data[out->len - 1] == '}')
        cz_buffer_putc(out, ',');
}
