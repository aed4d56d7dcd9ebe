/*
 * The configuration's text: the file with all that it includes, as one text, and where each line
 * of it comes from. libconfig gets text and opens no file.
 *
 * `@include "NAME"` counts at a line's start, up to 10 deep. NAME has \\ and \" as in libconfig;
 * unless it is absolute it counts from the folder of the main file, wherever it stands.
 */
#ifndef CERTAUTHZ_CONFIG_SOURCE_H
#define CERTAUTHZ_CONFIG_SOURCE_H

#include "base/buffer.h"
#include "base/error.h"

#define CZ_SOURCE_LIMIT (256u << 20) /* bytes; 100,000 clients take about 16 MiB */
#define CZ_SOURCE_INCLUDES_MAX 10000 /* files inside one another may multiply */

/* Names of files in the order of reading. */
struct source_files {
    char **names; /* owned, and each of them */
    size_t count;
    size_t capacity;
};

/* From this line of the text on, lines are the file's, counted on from file_line. */
struct source_segment {
    unsigned line;
    unsigned file_line;
    size_t file; /* in the list of files */
};

struct source {
    struct buffer text; /* NUL-terminated, without NUL inside; each file's last line is ended */
    char *folder;       /* owned; of the main file */
    struct source_files files;
    struct source_segment *segments; /* owned, by line; the last of equal ones counts */
    size_t segment_count;
    size_t segment_capacity;
    unsigned line; /* the text's next one; from 1 */
};

/*
 * Reads the file and what it includes, CZ_SOURCE_LIMIT bytes together at most. False, with file
 * and line in `error`, where one of them cannot be read, holds a NUL byte, or ends inside a string
 * or a comment; and where includes nest too deep or are too many. `files` then has all that were
 * tried, the one that could not be read too, since it may appear; one that is included twice is
 * there twice. The caller releases `source` in either case.
 */
bool cz_source_load(const char *file, struct source *source, struct error *error);
/* The same with the main file's content at hand: `file` is only its name. */
bool cz_source_parse(const char *file, const struct buffer *content, struct source *source,
                     struct error *error);
/* Where a line of the text stands, from 1. `file` lives as long as the source. */
void cz_source_locate(const struct source *source, unsigned line, const char **file,
                      unsigned *file_line);
void cz_source_release(struct source *source);
void cz_source_files_release(struct source_files *files);

#endif
