/*
 * The replies of the gate itself: a file or parts of it, a redirect, or why there is neither.
 * Whole headers with a status, for CGI (RFC 3875 section 6).
 */
#ifndef GATE_REPLY_H
#define GATE_REPLY_H

#include "call.h"
#include "condition.h"

/* A text, and then a part of the file. */
struct gate_piece {
    size_t text_end;         /* in the reply's text, from where the last piece ended */
    struct gate_range range; /* of length 0: nothing more */
};

struct gate_reply {
    struct buffer text; /* owned */
    size_t count;
    struct gate_piece pieces[GATE_RANGES_MAX + 1];
};

/* What is sent for a wish. `type` is the file's; `head`: no more than the headers. The caller
 * looks at text.failed, and releases the text. */
void gate_reply_file(struct gate_reply *reply, const struct gate_wish *wish,
                     const struct gate_version *version, const char *type, bool head);

/* Lets lighttpd send the file. `name` is absolute. */
void gate_reply_sendfile(struct buffer *out, const char *name);

/* To the same folder with the slash that its URL lacks. */
void gate_reply_to_folder(struct buffer *out, const struct gate_call *call);

enum gate_refusal {
    REFUSE_CALL,      /* not by the handler */
    REFUSE_PATH,      /* could be read in two ways */
    REFUSE_NOT_FOUND, /* or not to be served: nobody has to know which */
    REFUSE_UNREADABLE,
    REFUSE_METHOD, /* of a file */
    REFUSE_FAILURE,
    REFUSAL_COUNT
};

/* Replaces what is in `out`. */
void gate_refuse(struct buffer *out, enum gate_refusal refusal, bool head);

#endif
