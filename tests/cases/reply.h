/* Is a reply what the web servers need, and what a case expects? */
#ifndef CERTAUTHZ_TESTS_CASES_REPLY_H
#define CERTAUTHZ_TESTS_CASES_REPLY_H

#include "base/buffer.h"

#define REPLY_HEADERS_MAX 64

/* A list of header lines without their ends; "..." stands for any number of lines. */
struct header_lines {
    char *lines[REPLY_HEADERS_MAX]; /* owned where the list is a case's */
    size_t count;
};

struct reply_wanted {
    int status;
    const char *slug;
    const char *rule; /* its name, or NULL */
    bool anonymous;
    const char *id;
    const struct header_lines *golden; /* of no lines: any */
};

/*
 * Appends a line to `complaints` for everything that is wrong:
 *   always   Status first, with its reason phrase; each header on one line, well-formed, once,
 *            not longer than web servers take; a blank line at the end
 *   granted  no body; CERTAUTHZ and CERTAUTHZ_RULE; nothing of a certificate if anonymous
 *   refused  `Variable-` nowhere; the body of the length told, holding slug and id
 *   golden   the header lines, in their order
 */
void reply_check(const struct buffer *reply, const struct reply_wanted *wanted,
                 struct buffer *complaints);

#endif
