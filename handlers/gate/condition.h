/*
 * Which reply a request for a file wants: conditions and ranges (RFC 9110 sections 13 and 14).
 */
#ifndef GATE_CONDITION_H
#define GATE_CONDITION_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

#define GATE_TAG_SIZE 72
#define GATE_RANGES_MAX 16 /* of one request; one with more gets the whole file */

/* One state of a file. */
struct gate_version {
    uint64_t size;           /* bytes */
    int64_t modified;        /* seconds since 1970, and not after `now` */
    int64_t now;             /* when it was looked at */
    char tag[GATE_TAG_SIZE]; /* strong, in its quotes */
};

struct gate_range {
    uint64_t first, length; /* inside the file */
};

enum gate_wanted {
    GATE_WHOLE = 200,
    GATE_PARTS = 206, /* `ranges` */
    GATE_UNCHANGED = 304,
    GATE_CHANGED = 412,
    GATE_OUT_OF_RANGE = 416,
};

struct gate_wish {
    enum gate_wanted wanted;
    size_t count;
    struct gate_range ranges[GATE_RANGES_MAX];
};

/*
 * By If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since, Range and If-Range, in the
 * order of section 13.2.2, as the variables of a GET or HEAD have them; Range counts for GET alone.
 * What is not well-formed is passed over. Ranges that hold more bytes together than the file has
 * get the whole of it, too: section 14.2 leaves that to servers.
 */
void gate_wish_read(struct gate_wish *wish, const struct gate_version *version,
                    char *const *variables);

#endif
