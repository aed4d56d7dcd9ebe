#include "ctl/summary.h"

#include "ctl/paint.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *word, *shouted;
} words[] = {
    [HEALTH_GOOD] = {"ok", "OK"},
    [HEALTH_SOON_STALE] = {"warning", "WARNING"},
    [HEALTH_STALE] = {"critical", "CRITICAL"},
};

void cz_summary_add(struct summary *summary, enum health health, const char *format, ...) {
    struct buffer *out = health == HEALTH_GOOD ? &summary->good : &summary->bad;
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (health > summary->worst)
        summary->worst = health;
    cz_buffer_puts(out, out->len > 0 ? "; " : "");
    cz_put_visible(out, cz_bytes_of(text));
}

void cz_summary_put(struct buffer *out, const struct summary *summary) {
    const struct buffer *said = summary->bad.len > 0 ? &summary->bad : &summary->good;
    cz_buffer_printf(out, "certauthz %s: ", words[summary->worst].shouted);
    cz_buffer_bytes(out, cz_buffer_view(said));
    if (summary->good.failed || summary->bad.failed)
        cz_buffer_fail(out);
}

const char *cz_summary_word(const struct summary *summary) {
    return words[summary->worst].word;
}

void cz_summary_release(struct summary *summary) {
    cz_buffer_release(&summary->good);
    cz_buffer_release(&summary->bad);
    *summary = (struct summary){0};
}
