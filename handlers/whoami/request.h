/*
 * A request as whoami sees it: plain values, no I/O.
 */
#ifndef WHOAMI_REQUEST_H
#define WHOAMI_REQUEST_H

#include "claims.h"

#include <stdbool.h>
#include <stdint.h>

struct whoami_request {
    const char *method; /* these four are borrowed from the variables; never NULL */
    const char *uri;    /* as the client sent it */
    const char *query;
    const char *accept;
    struct claims claims;
    uint64_t body_bytes;
    uint8_t body_sha256[32];
};

/* Everything but the body, from a NULL-terminated array of NAME=value. */
void whoami_request_read(struct whoami_request *request, char *const *variables);

/* GET, HEAD, POST or PUT. */
bool whoami_method_allowed(const struct whoami_request *request);

bool whoami_is_head(const struct whoami_request *request);

/* By format=json in the query, else by Accept, where HTML wins a tie. */
bool whoami_wants_json(const struct whoami_request *request);

#endif
