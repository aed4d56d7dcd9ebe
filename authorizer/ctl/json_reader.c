#include "ctl/json_reader.h"

#include "base/cleanup.h"
#include "base/text.h"

struct reading {
    struct bytes whole;
    size_t at;
    struct error *error;
};

static bool wrong(const struct reading *reading, const char *what) {
    return cz_error_set(reading->error, "byte %zu: %s", reading->at + 1, what);
}

static int peek(const struct reading *reading) {
    return reading->at < reading->whole.len ? reading->whole.data[reading->at] : -1;
}

static void skip_blanks(struct reading *reading) {
    while (peek(reading) == ' ' || peek(reading) == '\t' || peek(reading) == '\n' ||
           peek(reading) == '\r')
        reading->at++;
}

static bool take(struct reading *reading, char c) {
    if (peek(reading) != c)
        return false;
    reading->at++;
    return true;
}

static bool read_unit(struct reading *reading, uint32_t *unit) {
    *unit = 0;
    for (int i = 0; i < 4; i++, reading->at++) {
        int digit = peek(reading) < 0 ? -1 : cz_hex_digit((uint8_t)peek(reading));
        if (digit < 0)
            return wrong(reading, "four hexadecimal digits are wanted behind \\u");
        *unit = *unit << 4 | (uint32_t)digit;
    }
    return true;
}

static void put_character(struct buffer *out, uint32_t code) {
    if (code < 0x80) {
        cz_buffer_putc(out, (char)code);
        return;
    }
    if (code < 0x800) {
        cz_buffer_putc(out, (char)(0xc0 | code >> 6));
    } else {
        if (code < 0x10000) {
            cz_buffer_putc(out, (char)(0xe0 | code >> 12));
        } else {
            cz_buffer_putc(out, (char)(0xf0 | code >> 18));
            cz_buffer_putc(out, (char)(0x80 | (code >> 12 & 0x3f)));
        }
        cz_buffer_putc(out, (char)(0x80 | (code >> 6 & 0x3f)));
    }
    cz_buffer_putc(out, (char)(0x80 | (code & 0x3f)));
}

/* A character beyond the first plane comes as two escapes, a surrogate each. */
static bool read_code(struct reading *reading, struct buffer *out) {
    uint32_t code, low;
    if (!read_unit(reading, &code))
        return false;
    if (code >= 0xd800 && code < 0xdc00) {
        if (!take(reading, '\\') || !take(reading, 'u'))
            return wrong(reading, "half of a character");
        if (!read_unit(reading, &low))
            return false;
        if (low < 0xdc00 || low > 0xdfff)
            return wrong(reading, "half of a character");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code <= 0xdfff) {
        return wrong(reading, "half of a character");
    }
    if (code == 0)
        return wrong(reading, "a NUL character");
    put_character(out, code);
    return true;
}

static bool read_escape(struct reading *reading, struct buffer *out) {
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    int c = peek(reading);
    const char *found = c > 0 ? strchr(escapes, c) : NULL;
    if (found == NULL && c != 'u')
        return wrong(reading, "an unknown escape");
    reading->at++;
    if (c == 'u')
        return read_code(reading, out);
    cz_buffer_putc(out, meanings[found - escapes]);
    return true;
}

static bool read_string(struct reading *reading, struct buffer *out) {
    if (!take(reading, '"'))
        return wrong(reading, "a text in double quotes is wanted");
    while (!take(reading, '"')) {
        struct bytes rest = {.data = reading->whole.data + reading->at,
                             .len = reading->whole.len - reading->at};
        size_t len = cz_utf8_length(rest);
        if (rest.len == 0)
            return wrong(reading, "a text has no end");
        if (len == 0 || rest.data[0] < 0x20)
            return wrong(reading, "a control character, or malformed UTF-8");
        if (take(reading, '\\')) {
            if (!read_escape(reading, out))
                return false;
            continue;
        }
        cz_buffer_append(out, rest.data, len);
        reading->at += len;
    }
    return true;
}

static bool read_plain(struct reading *reading, struct json_member *member) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzE0123456789+-.";
    static const char *const words[] = {"true", "false", "null"};
    for (int c = peek(reading); c > 0 && strchr(letters, c) != NULL; c = peek(reading)) {
        cz_buffer_putc(&member->text, (char)c);
        reading->at++;
    }
    const char *text = cz_buffer_text(&member->text);
    for (size_t i = 0; i < CZ_COUNT(words); i++)
        if (strcmp(text, words[i]) == 0) {
            member->type = JSON_WORD;
            return true;
        }
    size_t digits = strspn(text + (text[0] == '-'), "0123456789");
    member->type = JSON_NUMBER;
    return (digits > 0 && strpbrk(text, "abcdfghijklmnopqrstuvwxyz") == NULL) ||
           wrong(reading, "a value is wanted");
}

static bool read_value(struct reading *reading, struct json_member *member, int depth);

/* The rest of an object or array behind its bracket: checked, and forgotten. */
static bool skip_nested(struct reading *reading, char end, int depth) {
    if (depth > CZ_JSON_DEPTH_MAX)
        return wrong(reading, "nested too deep");
    skip_blanks(reading);
    if (take(reading, end))
        return true;
    do {
        CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
        struct json_member value = {.type = JSON_NESTED};
        skip_blanks(reading);
        if (end == '}' && !read_string(reading, &name))
            return false;
        skip_blanks(reading);
        if (end == '}' && !take(reading, ':'))
            return wrong(reading, "a colon is wanted");
        bool good = read_value(reading, &value, depth);
        cz_buffer_release(&value.text);
        if (!good)
            return false;
        skip_blanks(reading);
    } while (take(reading, ','));
    return take(reading, end) || wrong(reading, "a comma is wanted, or the end");
}

static bool read_value(struct reading *reading, struct json_member *member, int depth) {
    skip_blanks(reading);
    if (peek(reading) == '"') {
        member->type = JSON_STRING;
        return read_string(reading, &member->text);
    }
    member->type = JSON_NESTED;
    if (take(reading, '{'))
        return skip_nested(reading, '}', depth + 1);
    if (take(reading, '['))
        return skip_nested(reading, ']', depth + 1);
    return read_plain(reading, member);
}

static bool read_member(struct reading *reading, struct json_object *object) {
    if (object->count == CZ_JSON_MEMBERS_MAX)
        return wrong(reading, "too many members");
    struct json_member *member = &object->members[object->count++];
    skip_blanks(reading);
    if (!read_string(reading, &member->name))
        return false;
    if (cz_json_find(object, cz_buffer_text(&member->name)) != member)
        return wrong(reading, "a name is there twice");
    skip_blanks(reading);
    if (!take(reading, ':'))
        return wrong(reading, "a colon is wanted");
    if (!read_value(reading, member, 0))
        return false;
    return (!member->name.failed && !member->text.failed) || wrong(reading, "out of memory");
}

bool cz_json_read(struct bytes text, struct json_object *object, struct error *error) {
    struct reading reading = {.whole = text, .error = error};
    *object = (struct json_object){0};
    skip_blanks(&reading);
    if (!take(&reading, '{'))
        return wrong(&reading, "a JSON object is wanted: { … }");
    skip_blanks(&reading);
    if (!take(&reading, '}')) {
        do {
            if (!read_member(&reading, object))
                return false;
            skip_blanks(&reading);
        } while (take(&reading, ','));
        if (!take(&reading, '}'))
            return wrong(&reading, "a comma is wanted, or the end");
    }
    skip_blanks(&reading);
    return reading.at == text.len || wrong(&reading, "something stands behind the object");
}

const struct json_member *cz_json_find(const struct json_object *object, const char *name) {
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(cz_buffer_text(&object->members[i].name), name) == 0)
            return &object->members[i];
    return NULL;
}

void cz_json_object_release(struct json_object *object) {
    for (size_t i = 0; i < object->count; i++) {
        cz_buffer_release(&object->members[i].name);
        cz_buffer_release(&object->members[i].text);
    }
    object->count = 0;
}
