#include "config/numbers.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "config/certificate_file.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define INCLUDE_DEPTH_MAX 10 /* libconfig's own */

struct scan {
    const char *file;
    const char *folder;
    const char *at;
    unsigned line;
    int depth;
    struct error *error;
};

static bool check_file(const char *file, const char *folder, int depth, struct error *error,
                       struct error *unreadable);

static void advance(struct scan *scan, size_t len) {
    for (; len > 0 && *scan->at != '\0'; len--, scan->at++)
        scan->line += *scan->at == '\n';
}

/* To the end marker, or to the end of the text. */
static void skip_past(struct scan *scan, const char *marker) {
    const char *end = strstr(scan->at, marker);
    advance(scan, end != NULL ? (size_t)(end - scan->at) + strlen(marker) : strlen(scan->at));
}

static void skip_string(struct scan *scan) {
    advance(scan, 1);
    while (*scan->at != '\0' && *scan->at != '"')
        advance(scan, *scan->at == '\\' ? 2 : 1);
    advance(scan, 1);
}

/* Digits with what belongs to them: a name such as x509 is no number, 0x1F is one. */
static bool check_number(struct scan *scan) {
    size_t len = strspn(scan->at, "0123456789abcdefABCDEFxX.+-");
    char *end;
    errno = 0;
    bool is_hex = scan->at[0] == '0' && (scan->at[1] == 'x' || scan->at[1] == 'X');
    /* libconfig knows no octal numbers: a leading zero means nothing */
    unsigned long long number = strtoull(scan->at, &end, is_hex ? 16 : 10);
    bool is_float = *end == '.' || *end == 'e' || *end == 'E';
    bool is_long = *end == 'L' || *end == 'l';
    if (!is_float && !is_long && (errno == ERANGE || number > INT_MAX))
        return cz_error_set(scan->error, "%s:%u: the number %.*s is out of range", scan->file,
                            scan->line, (int)(end - scan->at), scan->at);
    advance(scan, len > 0 ? len : 1);
    return true;
}

static bool check_included(struct scan *scan) {
    CZ_CLEANUP(cz_free_ptr) char *name = NULL;
    const char *open = strchr(scan->at, '"');
    const char *close = open != NULL ? strchr(open + 1, '"') : NULL;
    const char *end = strchr(scan->at, '\n');
    advance(scan, strlen("@include"));
    if (close == NULL || (end != NULL && close > end))
        return true;
    if (asprintf(&name, "%s/%.*s", scan->folder, (int)(close - open - 1), open + 1) < 0)
        return cz_error_set(scan->error, "out of memory");
    advance(scan, (size_t)(open - scan->at));
    skip_string(scan);
    struct error unreadable = {0};
    if (!check_file(name, scan->folder, scan->depth + 1, scan->error, &unreadable))
        return false;
    /* libconfig ends the whole program where the name is that of a folder */
    return unreadable.message[0] == '\0' ||
           cz_error_set(scan->error, "%s:%u: @include: %s", scan->file, scan->line,
                        unreadable.message);
}

static bool step(struct scan *scan) {
    const char *at = scan->at;
    if (*at == '#' || strncmp(at, "//", 2) == 0)
        skip_past(scan, "\n");
    else if (strncmp(at, "/*", 2) == 0)
        skip_past(scan, "*/");
    else if (*at == '"')
        skip_string(scan);
    else if (strncmp(at, "@include", 8) == 0)
        return check_included(scan);
    else if (isalpha((unsigned char)*at) || *at == '*')
        advance(scan,
                strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-*"));
    else if (isdigit((unsigned char)*at))
        return check_number(scan);
    else
        advance(scan, 1);
    return true;
}

static bool check_file(const char *file, const char *folder, int depth, struct error *error,
                       struct error *unreadable) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    if (depth > INCLUDE_DEPTH_MAX || !cz_file_read(file, &content, unreadable))
        return true;
    struct scan scan = {.file = file, .folder = folder, .line = 1, .depth = depth, .error = error};
    cz_buffer_putc(&content, '\0'); /* reading leaves no terminator */
    scan.at = cz_buffer_text(&content);
    while (*scan.at != '\0')
        if (!step(&scan))
            return false;
    return true;
}

bool cz_numbers_check(const char *file, const char *include_folder, struct error *error) {
    struct error unreadable = {0};
    return check_file(file, include_folder, 0, error, &unreadable);
}
