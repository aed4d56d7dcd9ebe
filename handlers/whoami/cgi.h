/*
 * The CGI side: one request from the environment and standard input.
 */
#ifndef WHOAMI_CGI_H
#define WHOAMI_CGI_H

#include <stdbool.h>

/*
 * Reads at most CONTENT_LENGTH bytes of the body (RFC 3875 section 4.2), or, where a
 * POST or PUT comes without it, all there is. False when the reply cannot be written.
 */
bool whoami_cgi(char *const *variables);

#endif
