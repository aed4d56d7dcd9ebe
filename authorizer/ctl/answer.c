#include "ctl/answer.h"

#include "base/cleanup.h"
#include "base/text.h"

static bool take(struct bytes *rest, char c) {
    if (rest->len == 0 || rest->data[0] != (uint8_t)c)
        return false;
    rest->data++;
    rest->len--;
    return true;
}

/* \u00XX alone: others are not written for what we send (cz_json_string). */
static bool take_unicode(struct bytes *rest, struct buffer *value) {
    int code = 0;
    for (int i = 0; i < 4; i++) {
        int digit = rest->len > 0 ? cz_hex_digit(rest->data[0]) : -1;
        if (digit < 0)
            return false;
        code = code << 4 | digit;
        take(rest, (char)rest->data[0]);
    }
    if (code == 0 || code >= 0x100)
        return false;
    if (code >= 0x80)
        cz_buffer_putc(value, (char)(0xc0 | code >> 6));
    cz_buffer_putc(value, (char)(code >= 0x80 ? 0x80 | (code & 0x3f) : code));
    return true;
}

static bool take_escape(struct bytes *rest, struct buffer *value) {
    if (take(rest, 'u'))
        return take_unicode(rest, value);
    if (rest->len == 0 || (rest->data[0] != '"' && rest->data[0] != '\\'))
        return false;
    cz_buffer_putc(value, (char)rest->data[0]);
    return take(rest, (char)rest->data[0]);
}

static bool take_text(struct bytes *rest, struct buffer *value) {
    if (!take(rest, '"'))
        return false;
    while (!take(rest, '"')) {
        size_t len = cz_utf8_length(*rest);
        if (len == 0 || rest->data[0] < 0x20)
            return false;
        if (take(rest, '\\')) {
            if (!take_escape(rest, value))
                return false;
            continue;
        }
        cz_buffer_append(value, rest->data, len);
        rest->data += len;
        rest->len -= len;
    }
    return true;
}

/* A number, true or false: what they are made of is all that is looked at. */
static bool take_plain(struct bytes *rest, struct buffer *value) {
    size_t before = value->len;
    while (rest->len > 0 &&
           ((rest->data[0] >= 'a' && rest->data[0] <= 'z') ||
            (rest->data[0] >= '0' && rest->data[0] <= '9') || rest->data[0] == '-')) {
        cz_buffer_putc(value, (char)rest->data[0]);
        take(rest, (char)rest->data[0]);
    }
    return value->len > before;
}

static bool take_value(struct bytes *rest, struct buffer *value) {
    return rest->len > 0 && rest->data[0] == '"' ? take_text(rest, value) : take_plain(rest, value);
}

/* Goes through the whole object; the first member of that name, if one is asked for, counts. */
static bool walk(struct bytes rest, const char *wanted, struct buffer *value, bool *found) {
    *found = false;
    if (!take(&rest, '{'))
        return false;
    do {
        CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        if (!take_text(&rest, &name) || !take(&rest, ':') || !take_value(&rest, &text) ||
            name.failed || text.failed)
            return false;
        if (wanted == NULL || *found || strcmp(cz_buffer_text(&name), wanted) != 0)
            continue;
        *found = true;
        cz_buffer_bytes(value, cz_buffer_view(&text));
    } while (take(&rest, ','));
    return take(&rest, '}') && rest.len == 0;
}

bool cz_answer_is_good(struct bytes answer) {
    bool found;
    return walk(answer, NULL, NULL, &found);
}

bool cz_answer_member(struct bytes answer, const char *name, struct buffer *value) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    bool found;
    if (!walk(answer, name, &text, &found) || !found)
        return false;
    cz_buffer_bytes(value, cz_buffer_view(&text));
    return true;
}

bool cz_answer_is_true(struct bytes answer, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    return cz_answer_member(answer, name, &value) && strcmp(cz_buffer_text(&value), "true") == 0;
}
