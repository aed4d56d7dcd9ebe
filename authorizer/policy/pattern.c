#include "policy/pattern.h"

#include "base/text.h"

bool cz_path_covers(const char *pattern, struct bytes path) {
    struct bytes own = cz_bytes_of(pattern);
    bool everything_below = own.data[own.len - 1] == '/';
    if (everything_below && path.len >= own.len && memcmp(path.data, own.data, own.len) == 0)
        return true;
    /* the folder itself, with or without its slash; and so for what is not a folder */
    if (own.len > 1 && everything_below)
        own.len--;
    if (path.len > 1 && path.data[path.len - 1] == '/')
        path.len--;
    return cz_bytes_equal(own, path);
}

/* Takes the next segment off a path that begins with a slash. */
static inline bool next_segment(struct bytes *rest, struct bytes *segment) {
    if (rest->len == 0)
        return false;
    size_t end = 1;
    while (end < rest->len && rest->data[end] != '/')
        end++;
    *segment = (struct bytes){.data = rest->data + 1, .len = end - 1};
    rest->data += end;
    rest->len -= end;
    return true;
}

static void skip_character(struct bytes *text) {
    size_t len = cz_utf8_length(*text);
    len = len > 0 ? len : 1;
    text->data += len;
    text->len -= len;
}

static inline void skip_byte(struct bytes *text) {
    text->data++;
    text->len--;
}

/* A star takes as little as it can, and more where the rest does not fit: only the last one seen
 * need ever be tried again. */
static bool segment_fits(struct bytes pattern, struct bytes text) {
    struct bytes star = {0}, retry = {0};
    if (pattern.len == 1 && pattern.data[0] == '*')
        return true;
    while (text.len > 0) {
        uint8_t wanted = pattern.len > 0 ? pattern.data[0] : '\0';
        if (pattern.len > 0 && wanted == '*') {
            skip_byte(&pattern);
            star = pattern;
            retry = text;
        } else if (pattern.len > 0 && wanted == '?') {
            skip_byte(&pattern);
            skip_character(&text);
        } else if (pattern.len > 0 && wanted == text.data[0]) {
            skip_byte(&pattern);
            skip_byte(&text);
        } else if (star.data != NULL) {
            skip_character(&retry);
            text = retry;
            pattern = star;
        } else {
            return false;
        }
    }
    while (pattern.len > 0 && pattern.data[0] == '*')
        skip_byte(&pattern);
    return pattern.len == 0;
}

static inline bool is_any_depth(struct bytes segment) {
    return segment.len == 2 && segment.data[0] == '*' && segment.data[1] == '*';
}

bool cz_glob_covers(struct bytes pattern, struct bytes path) {
    struct bytes wanted = pattern, star = {0}, retry = {0}, segment, piece;
    bool below = wanted.data[wanted.len - 1] == '/';
    bool after_star = false;
    wanted.len -= below;
    path.len -= path.len > 0 && path.data[path.len - 1] == '/';
    while (path.len > 0) {
        struct bytes wanted_rest = wanted, path_rest = path;
        bool has_piece = next_segment(&wanted_rest, &piece);
        if (has_piece && is_any_depth(piece)) {
            wanted = star = wanted_rest;
            retry = path;
            after_star = true;
            continue;
        }
        if (!has_piece && below)
            return true;
        next_segment(&path_rest, &segment);
        if (has_piece && segment_fits(piece, segment)) {
            wanted = wanted_rest;
            path = path_rest;
        } else if (after_star) {
            next_segment(&retry, &segment);
            path = retry;
            wanted = star;
        } else {
            return false;
        }
    }
    while (next_segment(&wanted, &piece))
        if (!is_any_depth(piece))
            return false;
    return true;
}

struct bytes cz_glob_folder(const char *pattern) {
    size_t len = strcspn(pattern, "*?");
    if (pattern[len] == '\0' && len > 0 && pattern[len - 1] == '/')
        return (struct bytes){.data = (const uint8_t *)pattern, .len = len - 1};
    if (pattern[len] != '\0')
        while (len > 0 && pattern[len - 1] != '/')
            len--;
    else
        len++; /* as if a slash stood behind it */
    return (struct bytes){.data = (const uint8_t *)pattern, .len = len > 0 ? len - 1 : 0};
}

static bool equal_folded(const char *lower, struct bytes text) {
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (lower[i] == '\0' || (uint8_t)lower[i] != (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c))
            return false;
    }
    return lower[text.len] == '\0';
}

bool cz_host_covers(const char *pattern, struct bytes host) {
    if (host.len > 0 && host.data[host.len - 1] == '.')
        host.len--;
    if (pattern[0] != '*')
        return equal_folded(pattern, host);
    const uint8_t *dot = host.len > 0 ? memchr(host.data, '.', host.len) : NULL;
    if (dot == NULL || dot == host.data)
        return false;
    size_t label = (size_t)(dot - host.data);
    return equal_folded(pattern + 1,
                        (struct bytes){.data = host.data + label, .len = host.len - label});
}
