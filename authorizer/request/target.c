#include "request/target.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <strings.h>

static bool take_prefix(struct bytes *text, const char *prefix) {
    size_t len = strlen(prefix);
    if (text->len < len || strncasecmp((const char *)text->data, prefix, len) != 0)
        return false;
    text->data += len;
    text->len -= len;
    return true;
}

/* Absolute-form: what stands before the path is cut off; an empty path is "/". */
static struct bytes without_authority(struct bytes target) {
    if (!take_prefix(&target, "https://") && !take_prefix(&target, "http://"))
        return target;
    while (target.len > 0 && memchr("/?#", target.data[0], 3) == NULL) {
        target.data++;
        target.len--;
    }
    return target.len > 0 && target.data[0] != '?' ? target : CZ_BYTES("/");
}

static struct bytes without_query(struct bytes target) {
    const uint8_t *query = target.len > 0 ? memchr(target.data, '?', target.len) : NULL;
    if (query != NULL)
        target.len = (size_t)(query - target.data);
    return target;
}

static const char *problem_of_character(uint8_t c) {
    if (c == '\\')
        return "a backslash";
    return c < 0x20 || c == 0x7f ? "a control character" : NULL;
}

static const char *decode(struct bytes raw, struct buffer *out) {
    char *end = cz_buffer_reserve(out, raw.len);
    if (end == NULL)
        return NULL; /* the caller looks at the buffer's failure */
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        uint8_t c = raw.data[i];
        if (c == '#')
            return "a fragment";
        if (c == '%') {
            if (raw.len - i < 3 || cz_hex_digit(raw.data[i + 1]) < 0 ||
                cz_hex_digit(raw.data[i + 2]) < 0)
                return "a broken percent escape";
            c = (uint8_t)(cz_hex_digit(raw.data[i + 1]) << 4 | cz_hex_digit(raw.data[i + 2]));
            i += 2;
            if (c == '/')
                return "an encoded slash";
        }
        const char *problem = problem_of_character(c);
        if (problem != NULL)
            return problem;
        end[len++] = (char)c;
    }
    out->len += len;
    return NULL;
}

static bool is_dots(struct bytes segment, size_t count) {
    return segment.len == count && memcmp(segment.data, "..", count) == 0;
}

/* Servers behind ours, Tomcat among them, cut path parameters off before they collapse dots: for
 * them "..;x" is "..". */
static bool is_dots_with_parameters(struct bytes segment) {
    size_t dots = 0;
    while (dots < segment.len && segment.data[dots] == '.')
        dots++;
    return (dots == 1 || dots == 2) && dots < segment.len && segment.data[dots] == ';';
}

/* For the same servers the segment is none, so that a ".." behind it takes another one away. */
#define PARAMETERS_ALONE "path parameters in place of a folder's name"

/* Takes the last segment off; `root` is where the path's leading slash stands. */
static bool drop_last(struct buffer *path, size_t root) {
    if (path->len == root + 1)
        return false;
    do
        path->len--;
    while (path->data[path->len - 1] != '/');
    path->data[path->len] = '\0';
    return true;
}

/* RFC 3986 5.2.4, and runs of slashes made one. Each segment is written with the slash that
 * follows it, so `path` ends with a slash before each step. */
static const char *collapse(struct bytes decoded, struct buffer *path) {
    size_t root = path->len;
    cz_buffer_putc(path, '/');
    size_t at = 1;
    while (at < decoded.len && !path->failed) {
        struct bytes rest = {.data = decoded.data + at, .len = decoded.len - at};
        const uint8_t *slash = memchr(rest.data, '/', rest.len);
        struct bytes segment = {.data = rest.data,
                                .len = slash != NULL ? (size_t)(slash - rest.data) : rest.len};
        at += segment.len + 1;
        if (is_dots_with_parameters(segment))
            return "path parameters behind dots";
        if (slash != NULL && segment.len > 0 && segment.data[0] == ';')
            return PARAMETERS_ALONE;
        if (segment.len == 0 || is_dots(segment, 1))
            continue;
        if (is_dots(segment, 2)) {
            if (!drop_last(path, root))
                return "`..` above the root";
            continue;
        }
        cz_buffer_bytes(path, segment);
        if (slash != NULL)
            cz_buffer_putc(path, '/');
    }
    return NULL;
}

const char *cz_target_path(struct bytes target, struct buffer *path) {
    struct bytes raw = without_query(without_authority(target));
    if (raw.len == 0 || raw.data[0] != '/')
        return "no path";
    CZ_CLEANUP(cz_buffer_release) struct buffer decoded = {0};
    const char *problem = decode(raw, &decoded);
    if (problem == NULL && !cz_utf8_valid(cz_buffer_view(&decoded)))
        problem = "malformed UTF-8";
    if (problem == NULL && !decoded.failed)
        problem = collapse(cz_buffer_view(&decoded), path);
    if (decoded.failed)
        cz_buffer_fail(path);
    return problem;
}

/* nginx puts its `alias` in the place of a location that may lack its last slash: below
 * "location /files" with "alias /srv/files/", "/files../x" is the file /srv/x. */
static bool ends_with_two_dots(struct bytes segment) {
    return segment.len >= 2 && memcmp(segment.data + segment.len - 2, "..", 2) == 0;
}

static const char *problem_of_segment(struct bytes segment, bool is_last) {
    if (segment.len == 0 && !is_last)
        return "a double slash";
    if (is_dots(segment, 1))
        return "a dot segment";
    if (ends_with_two_dots(segment))
        return "`..` at the end of a segment";
    return is_dots_with_parameters(segment) ? "path parameters behind dots" : NULL;
}

static const char *problem_of_segments(struct bytes path) {
    const char *problem = NULL;
    size_t at = 1;
    while (at <= path.len && problem == NULL) {
        struct bytes rest = {.data = path.data + at, .len = path.len - at};
        const uint8_t *slash = rest.len > 0 ? memchr(rest.data, '/', rest.len) : NULL;
        if (slash != NULL)
            rest.len = (size_t)(slash - rest.data);
        problem = problem_of_segment(rest, slash == NULL);
        at += rest.len + 1;
    }
    return problem;
}

const char *cz_target_literal(struct bytes decoded, struct buffer *path) {
    if (decoded.len == 0 || decoded.data[0] != '/')
        return "no path";
    for (size_t i = 0; i < decoded.len; i++) {
        const char *problem = problem_of_character(decoded.data[i]);
        if (problem != NULL)
            return problem;
    }
    if (!cz_utf8_valid(decoded))
        return "malformed UTF-8";
    const char *problem = problem_of_segments(decoded);
    if (problem == NULL)
        cz_buffer_bytes(path, decoded);
    return problem;
}

void cz_target_without_parameters(struct bytes path, struct buffer *out) {
    bool skips = false, after_slash = false;
    for (size_t i = 0; i < path.len; i++) {
        char c = (char)path.data[i];
        skips = c == ';' || (skips && c != '/');
        if (skips || (c == '/' && after_slash))
            continue;
        cz_buffer_putc(out, c);
        after_slash = c == '/';
    }
}
