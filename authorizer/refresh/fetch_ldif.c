#include "refresh/fetch_ldif.h"

#include "base/cleanup.h"

#include <string.h>
#include <strings.h>

#define CHUNK 3072 /* bytes that are handed on at once */

/* What is decoded and not handed on yet. */
struct chunk {
    uint8_t data[CHUNK];
    size_t len;
};

/* RFC 4523, section 2; with the option that says how it is transferred (RFC 4522), or without. */
static bool holds_crls(const char *name, size_t len) {
    static const char *const names[] = {"certificateRevocationList", "authorityRevocationList",
                                        "deltaRevocationList"};
    static const char option[] = ";binary";
    size_t option_len = sizeof option - 1;
    if (len > option_len && strncasecmp(name + len - option_len, option, option_len) == 0)
        len -= option_len;
    for (size_t i = 0; i < CZ_COUNT(names); i++)
        if (strlen(names[i]) == len && strncasecmp(name, names[i], len) == 0)
            return true;
    return false;
}

static int digit(char c) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = memchr(digits, c, sizeof digits - 1);
    return found == NULL ? -1 : (int)(found - digits);
}

static bool hand_on(struct ldif_reader *reader, struct chunk *chunk) {
    size_t len = chunk->len;
    chunk->len = 0;
    return len == 0 || reader->keep(reader->context, (struct bytes){chunk->data, len});
}

static bool read_base64(struct ldif_reader *reader, char c, struct chunk *chunk,
                        struct error *error) {
    int value = digit(c);
    if (c == '\n')
        reader->state = LDIF_LINE;
    else if (c == '=')
        reader->state = LDIF_PADDING;
    else if (value < 0 && c != ' ')
        return cz_error_set(error, "the directory's answer is not base64");
    if (value < 0)
        return true;
    reader->bits = (reader->bits << 6 | (uint32_t)value) & 0xffff;
    reader->bit_count += 6;
    if (reader->bit_count < 8)
        return true;
    reader->bit_count -= 8;
    chunk->data[chunk->len++] = (uint8_t)(reader->bits >> reader->bit_count);
    return chunk->len < CHUNK || hand_on(reader, chunk);
}

/* Behind the first colon: a second one says that base64 follows. */
static bool begin_value(struct ldif_reader *reader, char c, struct error *error) {
    bool wanted = holds_crls(reader->name, reader->name_len);
    reader->state = wanted && c == ':' ? LDIF_BASE64 : LDIF_SKIP;
    if (!wanted)
        return true;
    if (c != ':')
        return cz_error_set(error, "the directory's %.*s is text, not a CRL", (int)reader->name_len,
                            reader->name);
    if (++reader->values > 1)
        return cz_error_set(error, "the directory holds more than one CRL there");
    return true;
}

static bool read_one(struct ldif_reader *reader, char c, struct chunk *chunk, struct error *error) {
    switch (reader->state) {
    case LDIF_LINE:
        reader->name_len = 0;
        reader->state = c == '\t' ? LDIF_NAME : c == '\n' ? LDIF_LINE : LDIF_SKIP;
        return true;
    case LDIF_NAME:
        if (c == ':')
            reader->state = LDIF_COLON;
        else if (c == '\n' || reader->name_len == sizeof reader->name)
            reader->state = c == '\n' ? LDIF_LINE : LDIF_SKIP;
        else
            reader->name[reader->name_len++] = c;
        return true;
    case LDIF_COLON:
        return begin_value(reader, c, error);
    case LDIF_BASE64:
        return read_base64(reader, c, chunk, error);
    case LDIF_PADDING:
        if (c != '=' && c != '\n')
            return cz_error_set(error, "the directory's answer is not base64");
        reader->state = c == '\n' ? LDIF_LINE : LDIF_PADDING;
        return true;
    case LDIF_SKIP:
        reader->state = c == '\n' ? LDIF_LINE : LDIF_SKIP;
        return true;
    }
    return false;
}

bool cz_ldif_read(struct ldif_reader *reader, struct bytes piece, struct error *error) {
    struct chunk chunk = {.len = 0};
    for (size_t i = 0; i < piece.len; i++)
        if (!read_one(reader, (char)piece.data[i], &chunk, error))
            return false;
    return hand_on(reader, &chunk);
}

bool cz_ldif_end(const struct ldif_reader *reader, struct error *error) {
    if (reader->values == 0)
        return cz_error_set(error, "the directory has no CRL there");
    if (reader->state == LDIF_BASE64 || reader->state == LDIF_PADDING)
        return cz_error_set(error, "the directory's answer ends in the midst of a CRL");
    return true;
}
