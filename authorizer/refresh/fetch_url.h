/*
 * Which URLs may be asked for. They are judged as libcurl understands them, and it is the judged
 * one that it is given: two readings of one text cannot differ.
 */
#ifndef CERTAUTHZ_REFRESH_FETCH_URL_H
#define CERTAUTHZ_REFRESH_FETCH_URL_H

#include "refresh/fetch.h"

#include <curl/curl.h>

#define FETCH_SHOWN 256 /* bytes of a URL in a message, with the NUL */

enum fetch_protocol { FETCH_HTTP = 0, FETCH_HTTPS, FETCH_LDAP, FETCH_LDAPS, FETCH_PROTOCOLS };

struct fetch_url {
    CURLU *parsed; /* owned */
    enum fetch_protocol protocol;
};

/* Of http, https, ldap and ldaps those that libcurl was built with, with commas between; never
 * NULL. `list` is where it is put. */
#define FETCH_PROTOCOL_LIST 32
const char *cz_fetch_protocols(char list[FETCH_PROTOCOL_LIST]);

/* The URL as it may stand in a message: without controls and what is not ASCII, and not too long.
 */
const char *cz_fetch_shown(const char *url, char shown[FETCH_SHOWN]);

/* False, with the URL and the reason in `error`, where it may not be asked for; there is nothing to
 * release then. */
bool cz_fetch_url_judge(const struct fetch_limits *limits, const char *text, struct fetch_url *url,
                        struct error *error);
/* Where a Location of that URL's answer leads to (RFC 9110, section 10.2.2), not judged yet. False,
 * with the reason but not the URL in `error`, where it is no URL. */
bool cz_fetch_url_join(const struct fetch_url *from, const char *location, struct buffer *text,
                       struct error *error);
void cz_fetch_url_release(struct fetch_url *url);

#endif
