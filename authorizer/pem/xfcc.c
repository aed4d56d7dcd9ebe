#include "pem/xfcc.h"

#include "base/cleanup.h"

#include <stddef.h>

struct reader {
    const uint8_t *at, *end;
};

static bool is_at(const struct reader *reader, uint8_t c) {
    return reader->at < reader->end && *reader->at == c;
}

static bool take(struct reader *reader, uint8_t c) {
    bool there = is_at(reader, c);
    reader->at += there;
    return there;
}

/* What a web server puts between header lines that it joins. */
static void skip_blanks(struct reader *reader) {
    while (is_at(reader, ' ') || is_at(reader, '\t'))
        reader->at++;
}

static struct bytes between(const uint8_t *begin, const uint8_t *end) {
    return (struct bytes){.data = begin, .len = (size_t)(end - begin)};
}

static struct bytes take_key(struct reader *reader) {
    const uint8_t *begin = reader->at;
    while (reader->at < reader->end && ((*reader->at | 0x20) >= 'a' && (*reader->at | 0x20) <= 'z'))
        reader->at++;
    return between(begin, reader->at);
}

/* Behind the opening quote; false where none closes it. */
static bool take_quoted(struct reader *reader, struct bytes *value) {
    const uint8_t *begin = reader->at;
    for (; reader->at < reader->end; reader->at++) {
        if (*reader->at == '"') {
            *value = between(begin, reader->at++);
            return true;
        }
        if (*reader->at == '\\' && ++reader->at == reader->end)
            return false;
    }
    return false;
}

/* Envoy quotes no URI, whatever is in it, so an equals sign may be. */
static struct bytes take_plain(struct reader *reader) {
    const uint8_t *begin = reader->at;
    while (reader->at < reader->end && !is_at(reader, ',') && !is_at(reader, ';') &&
           !is_at(reader, '"'))
        reader->at++;
    return between(begin, reader->at);
}

static bool is_key(struct bytes key, const char *name) {
    if (key.len != strlen(name))
        return false;
    for (size_t i = 0; i < key.len; i++)
        if ((key.data[i] | 0x20) != name[i])
            return false;
    return true;
}

/* What is in an element but once. */
static const struct {
    const char *name; /* in small letters */
    size_t offset;
} known[] = {
    {"cert", offsetof(struct xfcc_element, certificate)},
    {"chain", offsetof(struct xfcc_element, chain)},
};

static const char *keep(struct bytes key, struct bytes value, struct xfcc_element *element) {
    for (size_t i = 0; i < CZ_COUNT(known); i++) {
        struct bytes *place = (struct bytes *)(void *)((char *)element + known[i].offset);
        if (!is_key(key, known[i].name))
            continue;
        if (place->data != NULL)
            return "an element says Cert or Chain twice";
        *place = value;
    }
    return NULL;
}

/* Whether nobody but the proxy chose the value, or it cannot end before it should. Envoy writes a
 * certificate's URI and DNS names as they are, so that even the quotes around one may be its
 * own. */
static bool is_confined(struct bytes key, bool quoted) {
    return is_key(key, "by") || is_key(key, "hash") || is_key(key, "cert") ||
           is_key(key, "chain") || (quoted && is_key(key, "subject"));
}

/* What counts may not stand behind what may have been chosen. */
static const char *take_pair(struct reader *reader, struct xfcc_element *element, bool *chosen) {
    struct bytes key = take_key(reader), value;
    if (key.len == 0 || !take(reader, '='))
        return "an element has something else than KEY=VALUE";
    bool quoted = take(reader, '"');
    if (!quoted)
        value = take_plain(reader);
    else if (!take_quoted(reader, &value))
        return "a quote is not closed";
    if (*chosen && (is_key(key, "cert") || is_key(key, "chain")))
        return "Cert or Chain behind a URI or DNS name, which may be part of the name";
    *chosen |= !is_confined(key, quoted);
    return keep(key, value, element);
}

static const char *take_element(struct reader *reader, struct xfcc_element *element) {
    bool chosen = false;
    *element = (struct xfcc_element){0};
    skip_blanks(reader);
    do {
        const char *problem = take_pair(reader, element, &chosen);
        if (problem != NULL)
            return problem;
    } while (take(reader, ';'));
    skip_blanks(reader);
    return chosen && is_at(reader, ',')
               ? "a comma behind a URI or DNS name, which may be part of the name"
               : NULL;
}

const char *cz_xfcc_last(struct bytes header, struct xfcc_element *last) {
    struct reader reader = {.at = header.data, .end = header.data + header.len};
    if (header.len == 0)
        return "it is empty";
    do {
        const char *problem = take_element(&reader, last);
        if (problem != NULL)
            return problem;
    } while (take(&reader, ','));
    return reader.at == reader.end ? NULL : "something stands behind a value";
}
