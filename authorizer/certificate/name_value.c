/* The values in a name's text. */
#include "certificate/der.h"
#include "certificate/name_reader.h"
#include "certificate/name_types.h"

#include "base/cleanup.h"
#include "base/text.h"

#define TYPE(reader) (int)(reader)->type.len, (const char *)(reader)->type.data

static void advance(struct bytes *rest, size_t len) {
    rest->data += len;
    rest->len -= len;
}

static uint8_t at(struct bytes rest, size_t i) {
    return i < rest.len ? rest.data[i] : 0;
}

static bool is_one_of(uint8_t c, const char *set) {
    return c != 0 && strchr(set, c) != NULL;
}

static int hex_pair(struct bytes rest, size_t i) {
    int high = cz_hex_digit(at(rest, i)), low = cz_hex_digit(at(rest, i + 1));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

void cz_name_skip_blanks(struct bytes *rest) {
    while (at(*rest, 0) == ' ')
        advance(rest, 1);
}

size_t cz_name_type_length(struct bytes rest) {
    CZ_CLEANUP(cz_buffer_release) struct buffer oid = {0};
    struct bytes left = rest;
    cz_name_skip_blanks(&left);
    struct bytes type = {.data = left.data};
    while (left.len > 0 && !is_one_of(left.data[0], " =,;+/\\\"")) {
        advance(&left, 1);
        type.len++;
    }
    cz_name_skip_blanks(&left);
    if (at(left, 0) != '=' || !cz_name_type_parse(type, &oid))
        return 0;
    return rest.len - left.len + 1;
}

/* Where an escape may not stand for the byte. */
static bool refuse_escape(struct name_reader *reader, size_t len) {
    struct bytes rest = reader->rest;
    if (rest.len == 1)
        return cz_name_refuse(reader, "the backslash at the end escapes nothing: "
                                      "a backslash in a value is written '\\\\'");
    return cz_name_refuse(reader,
                          "'%.*s' is no escape here: a backslash in a value is "
                          "written '\\\\'",
                          (int)(len < rest.len ? len : rest.len), (const char *)rest.data);
}

/* At a backslash: \, and its like in both forms, \2C in the one and \xC3 in the other. */
static bool read_escape(struct name_reader *reader) {
    struct bytes rest = reader->rest;
    size_t digits_at = reader->slash && at(rest, 1) == 'x' ? 2 : 1;
    int byte = reader->slash && digits_at == 1 ? -1 : hex_pair(rest, digits_at);
    /* OpenSSL writes no printable byte as \xXX, so there it is the text itself. */
    if (byte >= 0 && reader->slash && byte >= 0x20 && byte < 0x7f)
        return refuse_escape(reader, 4);
    if (byte == 0)
        return cz_name_refuse(reader, "the value of %.*s has a NUL, which no value may have",
                              TYPE(reader));
    size_t len = digits_at + 2;
    if (byte < 0) {
        if (!is_one_of(at(rest, 1), " \"#+,/;<=>\\"))
            return refuse_escape(reader, 1 + cz_utf8_length((struct bytes){.data = rest.data + 1,
                                                                           .len = rest.len - 1}));
        byte = rest.data[1];
        len = 2;
    }
    cz_buffer_putc(&reader->value, (char)byte);
    advance(&reader->rest, len);
    return true;
}

/* #0c0161: the DER of one value */
static bool read_der(struct name_reader *reader) {
    struct der_element element;
    int byte;
    advance(&reader->rest, 1);
    while ((byte = hex_pair(reader->rest, 0)) >= 0) {
        cz_buffer_putc(&reader->value, (char)byte);
        advance(&reader->rest, 2);
    }
    reader->is_der = true;
    if (!reader->slash)
        cz_name_skip_blanks(&reader->rest);
    struct bytes der = cz_buffer_view(&reader->value);
    bool ended =
        reader->rest.len == 0 || is_one_of(reader->rest.data[0], reader->slash ? "/+" : ",+;");
    if (ended && cz_der_next(&der, &element) && der.len == 0)
        return true;
    return cz_name_refuse(reader,
                          "the value of %.*s begins with '#' but is not the DER of one value in "
                          "hexadecimal: a '#' in front of a text is written '\\#'",
                          TYPE(reader));
}

/* "a ""b"" c" of .NET, "a \"b\" c" of RFC 1779 */
static bool read_quoted(struct name_reader *reader) {
    struct bytes *rest = &reader->rest;
    advance(rest, 1);
    while (rest->len > 0 && (rest->data[0] != '"' || at(*rest, 1) == '"')) {
        if (rest->data[0] == '\\') {
            if (!read_escape(reader))
                return false;
            continue;
        }
        cz_buffer_putc(&reader->value, (char)rest->data[0]);
        advance(rest, rest->data[0] == '"' ? 2 : 1);
    }
    if (rest->len == 0)
        return cz_name_refuse(reader, "the double quotes of the value of %.*s are not closed",
                              TYPE(reader));
    advance(rest, 1);
    cz_name_skip_blanks(rest);
    if (rest->len == 0 || is_one_of(rest->data[0], ",+;"))
        return true;
    return cz_name_refuse(reader,
                          "text follows the closing double quote of the value of %.*s: a double "
                          "quote inside is written '\"\"'",
                          TYPE(reader));
}

/* A separator of the other form stands inside the value; both as they stand in the text. */
static bool refuse_mixed(struct name_reader *reader, struct bytes value, struct bytes mixed) {
    return cz_name_refuse(
        reader,
        "the value of %.*s was read as '%.*s', which holds '%.*s': write '\\%c' if that is "
        "meant, else %s",
        TYPE(reader), (int)value.len, (const char *)value.data, (int)mixed.len,
        (const char *)mixed.data, mixed.data[0],
        reader->slash ? "'/' between the parts"
                      : "',' between the parts, or a '/' in front of the whole name too");
}

/* The separator at hand and the type behind it, if it is one. */
static struct bytes mixed_separator(struct bytes rest) {
    size_t len = cz_name_type_length((struct bytes){.data = rest.data + 1, .len = rest.len - 1});
    return (struct bytes){.data = rest.data, .len = len > 0 ? len + 1 : 0};
}

static bool read_plain(struct name_reader *reader) {
    const char *ends = reader->slash ? "/+" : ",+;", *foreign = reader->slash ? ",;" : "/";
    struct bytes *rest = &reader->rest, text = reader->rest, mixed = {0};
    size_t kept = 0; /* up to the last character that is no unescaped blank */
    while (rest->len > 0 && !is_one_of(rest->data[0], ends)) {
        uint8_t c = rest->data[0];
        if (c == '\\') {
            if (!read_escape(reader))
                return false;
            kept = reader->value.len;
            continue;
        }
        if (!reader->slash && is_one_of(c, "\"<>"))
            return cz_name_refuse(reader,
                                  "%c in the value of %.*s is written '\\%c', or the whole value "
                                  "stands in double quotes",
                                  c, TYPE(reader), c);
        if (mixed.len == 0 && is_one_of(c, foreign))
            mixed = mixed_separator(*rest);
        cz_buffer_putc(&reader->value, (char)c);
        kept = c == ' ' && !reader->slash ? kept : reader->value.len;
        advance(rest, 1);
    }
    if (kept < reader->value.len) {
        reader->value.len = kept;
        reader->value.data[kept] = '\0';
    }
    text.len -= rest->len;
    return mixed.len == 0 || refuse_mixed(reader, text, mixed);
}

bool cz_name_read_value(struct name_reader *reader) {
    cz_buffer_clear(&reader->value);
    reader->is_der = false;
    if (!reader->slash)
        cz_name_skip_blanks(&reader->rest);
    uint8_t first = at(reader->rest, 0);
    if (first == '#')
        return read_der(reader);
    bool quoted = first == '"' && !reader->slash;
    if (!(quoted ? read_quoted(reader) : read_plain(reader)))
        return false;
    if (reader->value.len == 0)
        return cz_name_refuse(reader, "%.*s has no value", TYPE(reader));
    if (!cz_utf8_valid(cz_buffer_view(&reader->value)))
        return cz_name_refuse(reader, "the escapes in the value of %.*s make no valid UTF-8",
                              TYPE(reader));
    return true;
}
