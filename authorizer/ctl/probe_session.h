/*
 * A request in a TLS session that is kept, or in one that is resumed: libcurl does neither with
 * GnuTLS's session tickets, nor with TLS 1.3. No I/O but on the socket that it is given.
 */
#ifndef CERTAUTHZ_CTL_PROBE_SESSION_H
#define CERTAUTHZ_CTL_PROBE_SESSION_H

#include "ctl/probe.h"

struct probe_session {
    int fd;                        /* connected; may be non-blocking */
    const char *certificate, *key; /* files in PEM; NULL: none */
    const char *server;            /* the name in the handshake; an address is not sent */
    const char *host, *target;     /* of the request, which is a GET over HTTP/1.1 */
    enum probe_tls tls;            /* TLS_1_2 or TLS_1_3 */
    bool resumes;                  /* `kept` is to be resumed, else it is filled */
    struct buffer *kept;           /* the session; of use to this module alone */
    unsigned milliseconds;         /* for all of it */
};

/* Whose certificate the server shows is not looked at, so the certificate that is admitted has no
 * business here. Fills `reply`, which has to be empty. False, with `error`, where nothing could be
 * sent for want of memory or because of the files. */
bool cz_probe_session(const struct probe_session *session, struct probe_reply *reply,
                      struct error *error);

#endif
