#include "json.h"

#include "base/text.h"

/* A strict reader of RFC 8259 that keeps nothing. */
static bool value(struct bytes *rest, int depth);

static bool take(struct bytes *rest, char c) {
    if (rest->len == 0 || rest->data[0] != (uint8_t)c)
        return false;
    rest->data++;
    rest->len--;
    return true;
}

static bool take_word(struct bytes *rest, const char *word) {
    while (*word != '\0')
        if (!take(rest, *word++))
            return false;
    return true;
}

static bool escape(struct bytes *rest) {
    if (take(rest, 'u')) {
        for (int i = 0; i < 4; i++) {
            if (rest->len == 0 || cz_hex_digit(rest->data[0]) < 0)
                return false;
            take(rest, (char)rest->data[0]);
        }
        return true;
    }
    for (const char *c = "\"\\/bfnrt"; *c != '\0'; c++)
        if (take(rest, *c))
            return true;
    return false;
}

static bool string(struct bytes *rest) {
    if (!take(rest, '"'))
        return false;
    while (!take(rest, '"')) {
        size_t len = cz_utf8_length(*rest);
        if (len == 0 || rest->data[0] < 0x20)
            return false;
        bool escaped = rest->data[0] == '\\';
        rest->data += len;
        rest->len -= len;
        if (escaped && !escape(rest))
            return false;
    }
    return true;
}

static bool number(struct bytes *rest) {
    take(rest, '-');
    size_t digits = 0;
    for (; rest->len > 0 && rest->data[0] >= '0' && rest->data[0] <= '9'; digits++)
        take(rest, (char)rest->data[0]);
    return digits > 0;
}

static bool members(struct bytes *rest, int depth, char end, bool named) {
    if (take(rest, end))
        return true;
    do {
        if (named && (!string(rest) || !take(rest, ':')))
            return false;
        if (!value(rest, depth + 1))
            return false;
    } while (take(rest, ','));
    return take(rest, end);
}

static bool value(struct bytes *rest, int depth) {
    if (rest->len == 0 || depth > 8)
        return false;
    switch (rest->data[0]) {
    case '{':
        return take(rest, '{') && members(rest, depth, '}', true);
    case '[':
        return take(rest, '[') && members(rest, depth, ']', false);
    case '"':
        return string(rest);
    case 't':
        return take_word(rest, "true");
    case 'f':
        return take_word(rest, "false");
    case 'n':
        return take_word(rest, "null");
    default:
        return number(rest);
    }
}

bool json_is_line(struct bytes text) {
    return text.len > 0 && text.data[0] == '{' && value(&text, 0) && text.len == 1 &&
           text.data[0] == '\n';
}
