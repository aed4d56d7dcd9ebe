/*
 * One request from its variables to its reply and its log line, whichever way it came in. The
 * edge where the clock is read and the id is made.
 */
#ifndef CERTAUTHZ_SERVER_SERVE_H
#define CERTAUTHZ_SERVER_SERVE_H

#include "log/log.h"
#include "server/generation.h"
#include "server/inquire.h"

/* What all requests of a process share. */
struct service {
    const char *policy;              /* of requests that name none; NULL: the one without a name */
    struct generations *generations; /* borrowed, like the log */
    const struct log *log;
    struct inquirer *inquirer;      /* borrowed too */
    atomic_ullong granted, refused; /* how many requests were in the end */
};

/* Appends the reply to `reply`, which must be empty, and the log line, where one is to be written,
 * to `line`. Both are always left whole: a failure gives the reply cz_response_failure().
 * Where the log is required, the line is written here and `line` left empty; if it is lost, the
 * reply is a refusal, whatever was decided. */
void cz_serve(struct service *service, const char *const *variables, struct buffer *reply,
              struct buffer *line);

#endif
