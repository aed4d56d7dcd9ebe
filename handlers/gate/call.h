/*
 * How the web server called: what was asked for, and which file it takes that for. A gate that
 * believed everybody would serve any file of the tree by any name, so who did not come through the
 * handler is turned away.
 */
#ifndef GATE_CALL_H
#define GATE_CALL_H

#include "base/buffer.h"

#include <stdbool.h>

enum gate_server {
    GATE_APACHE = 0, /* as the program of an Action, which is an internal redirect */
    GATE_LIGHTTPD,   /* as the program of cgi.assign for every file of a folder */
};

struct gate_call {
    const char *method;     /* borrowed from the variables, like the next; never NULL */
    const char *query;      /* without its question mark */
    struct buffer url;      /* owned; the path, decoded; ends with a slash for a folder */
    struct buffer file;     /* owned; by the server's mapping, with what follows a program's name */
    char *const *variables; /* borrowed: all */
    bool head;
};

/*
 * Reads the variables. NULL where all is well, else static text that says why this is no call by
 * the handler. Apache: REDIRECT_STATUS is 200, and PATH_INFO is the very path that was redirected,
 * REDIRECT_URL: neither can be brought about from outside. lighttpd: SCRIPT_FILENAME and
 * SCRIPT_NAME are the file's, each followed by PATH_INFO. The caller releases `call` in either
 * case.
 */
const char *gate_call_read(struct gate_call *call, enum gate_server server, char *const *variables);

/*
 * Whether what follows `url` in the call's URL follows `folder`, which is absolute, in its file; a
 * slash at the end of any of them does not count. Apache finds the two by two look-ups, and in the
 * second the .htaccess of the URL's folder can lead to any other file (DirectoryIndex,
 * FallbackResource): then what is decided on is not what would be served.
 */
bool gate_call_agrees(const struct gate_call *call, const char *url, const char *folder);

void gate_call_release(struct gate_call *call);

#endif
