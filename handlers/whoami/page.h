/*
 * The reply to one request: claims in, bytes out, no I/O.
 */
#ifndef WHOAMI_PAGE_H
#define WHOAMI_PAGE_H

#include "base/buffer.h"
#include "request.h"

enum whoami_refusal {
    REFUSE_BODY_UNREADABLE = 0, /* 400 */
    REFUSE_METHOD,              /* 405 */
    REFUSE_BODY_TOO_LARGE,      /* 413 */
    REFUSE_INTERNAL_ERROR,      /* 500 */
    REFUSE_ROLE,                /* 500: asked to be an authorizer, which a 200 would approve */
    REFUSAL_COUNT
};

/*
 * Appends a whole CGI reply (RFC 3875 section 6.2), Status first: the page in HTML or
 * JSON, or its headers alone for HEAD. The method was allowed.
 */
void whoami_page(struct buffer *out, const struct whoami_request *request);

/* Replaces what `out` holds by a reply that refuses, with one line of text unless `head`. */
void whoami_refuse(struct buffer *out, enum whoami_refusal refusal, bool head);

#endif
