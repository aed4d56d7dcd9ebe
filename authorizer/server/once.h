/*
 * One request in a process that was started for it, as programs are by CGI.
 */
#ifndef CERTAUTHZ_SERVER_ONCE_H
#define CERTAUTHZ_SERVER_ONCE_H

#include "base/buffer.h"
#include "base/error.h"

struct once {
    const char *file;             /* the configuration; borrowed, like the next two */
    const char *policy;           /* see struct service */
    const char *const *variables; /* ended by NULL */
};

/*
 * Loads the configuration, decides, and writes the log line. `reply`, which must be empty, is left
 * as cz_serve leaves it; where the configuration or the log is at fault it is a whole refusal too,
 * and the result false, with `error`. What is worth knowing goes to standard error. Where no
 * certauthz-refresh runs and one has to be asked, it is started.
 */
bool cz_serve_once(const struct once *once, struct buffer *reply, struct error *error);

/* The reply's text, NUL-terminated; where memory ran out for it, one that refuses. Borrowed. */
const char *cz_once_text(const struct buffer *reply);

#endif
