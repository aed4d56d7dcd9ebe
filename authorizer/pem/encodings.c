#include "pem/encodings.h"

#include "base/text.h"

static bool is_blank(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bytes cz_trim_blanks(struct bytes text) {
    while (text.len > 0 && is_blank(text.data[0])) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && is_blank(text.data[text.len - 1]))
        text.len--;
    return text;
}

/* Each base64 character's value and one more; 0: none (RFC 4648 section 4). */
static const uint8_t sextets[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

/*
 * Decoded here and not by GnuTLS, whose decoder took 2.5 of the 38 microseconds that a first-seen
 * RSA certificate cost.
 */
static bool decode_base64(struct bytes text, bool blanks, uint8_t *out, size_t *out_len) {
    uint32_t group = 0;
    unsigned count = 0, padding = 0;
    *out_len = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        unsigned value = sextets[c];
        if (value == 0 && blanks && is_blank(c))
            continue;
        bool pad = c == '=' && count >= 2;
        if ((value == 0 && !pad) || (value != 0 && padding > 0))
            return false;
        padding += pad;
        group = group << 6 | (pad ? 0 : value - 1);
        if (++count < 4)
            continue;
        out[(*out_len)++] = (uint8_t)(group >> 16);
        out[(*out_len)++] = (uint8_t)(group >> 8);
        out[(*out_len)++] = (uint8_t)group;
        *out_len -= padding;
        if (padding > 0 && (group & (padding == 2 ? 0xffffu : 0xffu)) != 0)
            return false;
        group = 0;
        count = 0;
    }
    return count == 0 && *out_len > 0;
}

/* Takes over what was written into its room, or, where that was in vain, nothing. */
static bool end_at(struct buffer *out, size_t len, bool good) {
    out->len += good ? len : 0;
    out->data[out->len] = '\0';
    return good;
}

bool cz_base64_decode(struct bytes text, bool blanks, struct buffer *out) {
    size_t len;
    char *end = cz_buffer_reserve(out, text.len / 4 * 3 + 3);
    if (end == NULL)
        return true;
    bool good = decode_base64(text, blanks, (uint8_t *)end, &len);
    return end_at(out, len, good);
}

bool cz_hex_decode(struct bytes text, struct buffer *out) {
    char *end = cz_buffer_reserve(out, text.len / 2);
    if (end == NULL)
        return true;
    bool good = text.len > 0 && text.len % 2 == 0;
    for (size_t i = 0; good && i < text.len; i += 2) {
        int high = cz_hex_digit(text.data[i]), low = cz_hex_digit(text.data[i + 1]);
        good = high >= 0 && low >= 0;
        if (good)
            end[i / 2] = (char)(high << 4 | low);
    }
    return end_at(out, text.len / 2, good);
}

bool cz_percent_decode(struct bytes text, struct buffer *out) {
    char *end = cz_buffer_reserve(out, text.len);
    size_t len = 0;
    if (end == NULL)
        return true;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '%') {
            end[len++] = (char)text.data[i];
            continue;
        }
        if (text.len - i < 3 || cz_hex_digit(text.data[i + 1]) < 0 ||
            cz_hex_digit(text.data[i + 2]) < 0)
            return end_at(out, 0, false);
        end[len++] = (char)(cz_hex_digit(text.data[i + 1]) << 4 | cz_hex_digit(text.data[i + 2]));
        i += 2;
    }
    return end_at(out, len, true);
}
