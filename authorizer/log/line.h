/* One decision as one line of JSON. Pure: what it says is decided by its arguments. */
#ifndef CERTAUTHZ_LOG_LINE_H
#define CERTAUTHZ_LOG_LINE_H

#include "base/buffer.h"
#include "decision/decision.h"

#define CZ_LOG_PATH_MAX 1024 /* bytes; a longer path is cut, and ends with an ellipsis */

struct log_event {
    const struct decision *decision;
    const struct request *request;
    const char *id;            /* the one that the client was told */
    uint64_t generation;       /* of the configuration that decided; 0: left out */
    int64_t now;               /* seconds since 1970 */
    unsigned milliseconds;     /* of that second */
    int64_t microseconds_used; /* from the request's arrival to the decision */
};

/* Appends the line with its newline. Members without a value are left out. */
void cz_log_line(struct buffer *out, const struct log_event *event);

/* A failure of the program, or another event in its life, as a line of the same kind. */
void cz_log_message_line(struct buffer *out, const char *level, const char *message, int64_t now,
                         unsigned milliseconds);

#endif
