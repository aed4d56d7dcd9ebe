#include "base/text.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

int cz_hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_continuation(uint8_t byte) {
    return (byte & 0xc0) == 0x80;
}

size_t cz_utf8_length(struct bytes text) {
    if (text.len == 0)
        return 0;
    uint8_t lead = text.data[0];
    if (lead < 0x80)
        return 1;
    size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.len < len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if (!is_continuation(text.data[i]))
            return 0;
    uint8_t second = text.data[1];
    bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    bool surrogate = lead == 0xed && second > 0x9f;
    bool too_large = lead == 0xf4 && second > 0x8f;
    return overlong || surrogate || too_large ? 0 : len;
}

static struct bytes skip(struct bytes text, size_t len) {
    return (struct bytes){.data = text.data + len, .len = text.len - len};
}

struct bytes cz_text_next_line(const char **text) {
    struct bytes line = {.data = (const uint8_t *)*text, .len = strcspn(*text, "\n")};
    *text += line.len + ((*text)[line.len] != '\0');
    return line;
}

bool cz_utf8_valid(struct bytes text) {
    while (text.len > 0) {
        size_t len = cz_utf8_length(text);
        if (len == 0)
            return false;
        text = skip(text, len);
    }
    return true;
}

static bool is_control(struct bytes character) {
    uint8_t first = character.data[0];
    return first < 0x20 || first == 0x7f ||
           (first == 0xc2 && character.len > 1 && character.data[1] < 0xa0);
}

bool cz_text_has_control(struct bytes text) {
    for (; text.len > 0; text = skip(text, 1))
        if (is_control(text))
            return true;
    return false;
}

bool cz_text_is_line(struct bytes text, size_t limit) {
    return text.len > 0 && text.len <= limit && cz_utf8_valid(text) && !cz_text_has_control(text) &&
           text.data[0] != ' ' && text.data[text.len - 1] != ' ';
}

/* The two characters in which the alphabets differ are the last. */
static void put_base64(struct buffer *out, struct bytes bytes, const char *last, bool padded) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t group = (uint32_t)bytes.data[i] << 16;
        group |= left > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0;
        group |= left > 2 ? bytes.data[i + 2] : 0;
        for (size_t j = 0; j <= left; j++) {
            uint32_t number = group >> (18 - 6 * j) & 63;
            cz_buffer_putc(out, number < 62 ? letters[number] : last[number - 62]);
        }
        for (size_t j = left; padded && j < 3; j++)
            cz_buffer_putc(out, '=');
    }
}

void cz_base64(struct buffer *out, struct bytes bytes) {
    put_base64(out, bytes, "+/", true);
}

void cz_base64url(struct buffer *out, struct bytes bytes) {
    put_base64(out, bytes, "-_", false);
}

static bool is_plain_json(uint8_t byte) {
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void json_special(struct buffer *out, struct bytes character) {
    static const char digits[] = "0123456789abcdef";
    uint8_t first = character.data[0];
    if (first == '"' || first == '\\') {
        char escaped[2] = {'\\', (char)first};
        cz_buffer_append(out, escaped, sizeof escaped);
    } else if (is_control(character)) {
        uint8_t code = first == 0xc2 ? character.data[1] : first;
        char escaped[6] = {'\\', 'u', '0', '0', digits[code >> 4], digits[code & 15]};
        cz_buffer_append(out, escaped, sizeof escaped);
    } else {
        cz_buffer_bytes(out, character);
    }
}

void cz_json_string(struct buffer *out, struct bytes text) {
    cz_buffer_putc(out, '"');
    while (text.len > 0) {
        size_t plain = 0;
        while (plain < text.len && is_plain_json(text.data[plain]))
            plain++;
        cz_buffer_append(out, text.data, plain);
        text = skip(text, plain);
        if (text.len == 0)
            break;
        size_t len = cz_utf8_length(text);
        if (len == 0) {
            cz_buffer_puts(out, REPLACEMENT);
            len = 1;
        } else {
            json_special(out, (struct bytes){.data = text.data, .len = len});
        }
        text = skip(text, len);
    }
    cz_buffer_putc(out, '"');
}

void cz_json_name(struct buffer *out, const char *name) {
    if (out->len > 0 && out->data[out->len - 1] != '{')
        cz_buffer_putc(out, ',');
    cz_json_string(out, cz_bytes_of(name));
    cz_buffer_putc(out, ':');
}

void cz_json_member(struct buffer *out, const char *name, struct bytes text) {
    cz_json_name(out, name);
    cz_json_string(out, text);
}

static const char *html_entity(uint8_t byte) {
    switch (byte) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void cz_html_escape(struct buffer *out, struct bytes text) {
    while (text.len > 0) {
        size_t len = cz_utf8_length(text);
        const char *entity = html_entity(text.data[0]);
        if (entity != NULL)
            cz_buffer_puts(out, entity);
        else if (len == 0 || is_control((struct bytes){.data = text.data, .len = len}))
            cz_buffer_puts(out, REPLACEMENT);
        else
            cz_buffer_append(out, text.data, len);
        text = skip(text, len == 0 ? 1 : len);
    }
}
