#include "config/source.h"

#include "base/cleanup.h"
#include "config/lexer.h"
#include "config/whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define INCLUDE_DEPTH_MAX 10 /* libconfig's own */

/* One file on its way into the text. */
struct reading {
    struct source *source;
    size_t file; /* in the list of files */
    int depth;
    struct error *error;
};

static bool expand(struct reading *reading, const struct buffer *content);

static const char *name_of(const struct reading *reading) {
    return reading->source->files.names[reading->file];
}

static bool out_of_memory(struct error *error) {
    return cz_error_set(error, "out of memory");
}

/* Takes the name over, also where it fails. */
static bool add_file(struct source_files *files, char *name, struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *owned = name;
    if (owned == NULL)
        return out_of_memory(error);
    if (files->count == files->capacity) {
        size_t capacity = files->capacity > 0 ? files->capacity * 2 : 16;
        char **names = realloc(files->names, capacity * sizeof *names);
        if (names == NULL)
            return out_of_memory(error);
        files->names = names;
        files->capacity = capacity;
    }
    files->names[files->count++] = CZ_STEAL(owned);
    return true;
}

static bool add_segment(struct reading *reading, unsigned file_line) {
    struct source *source = reading->source;
    if (source->segment_count == source->segment_capacity) {
        size_t capacity = source->segment_capacity > 0 ? source->segment_capacity * 2 : 16;
        struct source_segment *segments =
            realloc(source->segments, capacity * sizeof *source->segments);
        if (segments == NULL)
            return out_of_memory(reading->error);
        source->segments = segments;
        source->segment_capacity = capacity;
    }
    source->segments[source->segment_count++] = (struct source_segment){
        .line = source->line, .file_line = file_line, .file = reading->file};
    return true;
}

/* The name between the quotes; a backslash is only for another one and for a quote. */
static void append_name(struct buffer *path, const char *name, const char *end) {
    for (; name < end; name++) {
        name += *name == '\\' && (name[1] == '\\' || name[1] == '"');
        cz_buffer_putc(path, *name);
    }
}

static char *included_path(const struct source *source, const struct token *token) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    const char *name = (const char *)memchr(token->text, '"', token->len) + 1;
    if (*name != '/')
        cz_buffer_printf(&path, "%s/", source->folder);
    append_name(&path, name, token->text + token->len - 1);
    cz_buffer_putc(&path, '\0');
    return path.failed ? NULL : CZ_STEAL(path.data);
}

static bool include(struct reading *outer, const struct token *token) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {.limit = CZ_SOURCE_LIMIT};
    struct source *source = outer->source;
    struct error cause = {0};
    struct reading inner = {.source = source,
                            .file = source->files.count,
                            .depth = outer->depth + 1,
                            .error = outer->error};
    if (inner.depth > INCLUDE_DEPTH_MAX)
        return cz_error_set(outer->error, "%s:%u: include file nesting too deep", name_of(outer),
                            token->line);
    if (source->files.count > CZ_SOURCE_INCLUDES_MAX)
        return cz_error_set(outer->error, "%s:%u: @include: more than %d files are included",
                            name_of(outer), token->line, CZ_SOURCE_INCLUDES_MAX);
    if (!add_file(&source->files, included_path(source, token), outer->error))
        return false;
    if (!cz_file_read(name_of(&inner), &content, &cause))
        return cz_error_set(outer->error, "%s:%u: @include: %s", name_of(outer), token->line,
                            cause.message);
    return add_segment(&inner, 1) && expand(&inner, &content);
}

static bool end_is_missing(const struct reading *reading, const struct token *token) {
    static const char *const what[] = {
        [TOKEN_COMMENT] = "the comment that begins here has no end: */",
        [TOKEN_STRING] = "the text that begins here has no closing quote",
        [TOKEN_INCLUDE] = "@include: the name has no closing quote",
    };
    return cz_error_set(reading->error, "%s:%u: %s", name_of(reading), token->line,
                        what[token->type]);
}

/* libconfig would take a string's end for the text's. */
static bool check_text(const struct reading *reading, const struct buffer *content) {
    const char *nul = content->len > 0 ? memchr(content->data, '\0', content->len) : NULL;
    unsigned line = 1;
    if (nul == NULL)
        return true;
    for (const char *at = content->data; at < nul; at++)
        line += *at == '\n';
    return cz_error_set(reading->error, "%s:%u: a NUL byte: this is no text", name_of(reading),
                        line);
}

static void copy(struct source *source, const char *from, const char *to, unsigned lines) {
    cz_buffer_append(&source->text, from, (size_t)(to - from));
    source->line += lines;
}

/*
 * What follows an @include on its line is not at a line's start, but may be so in the text: the
 * empty comment keeps libconfig from looking for another @include there.
 */
static bool resume(struct reading *reading, unsigned line) {
    cz_buffer_puts(&reading->source->text, "/**/");
    return add_segment(reading, line);
}

/* libconfig takes a comment for a syntax error where the file ends before its line does. */
static void end_line(struct source *source, const struct buffer *content) {
    if (content->len == 0 || content->data[content->len - 1] == '\n')
        return;
    cz_buffer_putc(&source->text, '\n');
    source->line++;
}

static bool expand(struct reading *reading, const struct buffer *content) {
    if (!check_text(reading, content))
        return false;
    struct source *source = reading->source;
    struct lexer lexer = {.at = cz_buffer_text(content), .line = 1};
    const char *from = lexer.at; /* what is not copied yet */
    unsigned from_line = 1;
    struct token token = cz_lexer_next(&lexer);
    for (; token.type != TOKEN_END; token = cz_lexer_next(&lexer)) {
        if (token.open)
            return end_is_missing(reading, &token);
        if (token.type != TOKEN_INCLUDE)
            continue;
        copy(source, from, token.text, token.line - from_line);
        from = lexer.at;
        from_line = lexer.line;
        if (!include(reading, &token) || !resume(reading, from_line))
            return false;
    }
    copy(source, from, lexer.at, lexer.line - from_line);
    end_line(source, content);
    return !source->text.failed ||
           cz_error_set(reading->error,
                        "%s: with what it includes larger than %u bytes, or out of memory",
                        source->files.names[0], CZ_SOURCE_LIMIT);
}

static char *folder_of(const char *file) {
    const char *slash = strrchr(file, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(file, slash == file ? 1 : (size_t)(slash - file));
}

static bool read_main(const char *file, struct buffer *content, struct error *error) {
    struct error cause = {0};
    errno = 0;
    if (cz_file_read(file, content, &cause))
        return true;
    if (content->failed)
        return cz_error_set(error, "%s", cause.message);
    return cz_error_set(error, "%s: cannot be read: %s", file,
                        errno != 0 ? strerror(errno) : "not a regular file");
}

static bool begin(const char *file, struct source *source, struct error *error) {
    *source = (struct source){.text = {.limit = CZ_SOURCE_LIMIT}, .line = 1};
    source->folder = folder_of(file);
    return source->folder != NULL ? add_file(&source->files, strdup(file), error)
                                  : out_of_memory(error);
}

static bool read_all(struct source *source, const struct buffer *content, struct error *error) {
    struct reading reading = {.source = source, .error = error};
    return add_segment(&reading, 1) && expand(&reading, content);
}

bool cz_source_parse(const char *file, const struct buffer *content, struct source *source,
                     struct error *error) {
    return begin(file, source, error) && read_all(source, content, error);
}

bool cz_source_load(const char *file, struct source *source, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {.limit = CZ_SOURCE_LIMIT};
    return begin(file, source, error) && read_main(file, &content, error) &&
           read_all(source, &content, error);
}

void cz_source_locate(const struct source *source, unsigned line, const char **file,
                      unsigned *file_line) {
    size_t low = 0, high = source->segment_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (source->segments[middle].line <= line)
            low = middle;
        else
            high = middle;
    }
    const struct source_segment *segment = &source->segments[low];
    *file = source->files.names[segment->file];
    *file_line = segment->file_line + (line - segment->line);
}

void cz_source_files_release(struct source_files *files) {
    for (size_t i = 0; i < files->count; i++)
        free(files->names[i]);
    free(files->names);
    *files = (struct source_files){0};
}

void cz_source_release(struct source *source) {
    cz_buffer_release(&source->text);
    cz_source_files_release(&source->files);
    free(source->segments);
    free(source->folder);
    *source = (struct source){0};
}
