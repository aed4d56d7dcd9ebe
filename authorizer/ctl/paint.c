#include "ctl/paint.h"

#include "base/text.h"

static const char *const starts[] = {
    [INK_GOOD] = "\033[32m", [INK_BAD] = "\033[1;31m", [INK_FAINT] = "\033[2m"};

void cz_paint(struct buffer *out, bool colour, enum ink ink, const char *text) {
    cz_buffer_puts(out, colour ? starts[ink] : "");
    cz_buffer_puts(out, text);
    cz_buffer_puts(out, colour ? "\033[0m" : "");
}

void cz_put_visible(struct buffer *out, struct bytes text) {
    while (text.len > 0) {
        size_t len = cz_utf8_length(text);
        struct bytes character = {.data = text.data, .len = len > 0 ? len : 1};
        if (len > 0 && !cz_text_has_control(character))
            cz_buffer_bytes(out, character);
        else
            for (size_t i = 0; i < character.len; i++)
                cz_buffer_printf(out, "\\x%02x", character.data[i]);
        text.data += character.len;
        text.len -= character.len;
    }
}

void cz_put_label(struct buffer *out, const char *label) {
    cz_buffer_printf(out, "%-*s", CZ_LABEL_WIDTH, label);
}

void cz_put_line(struct buffer *out, const char *label, struct bytes value) {
    if (value.len == 0)
        return;
    cz_put_label(out, label);
    cz_put_visible(out, value);
    cz_buffer_putc(out, '\n');
}
