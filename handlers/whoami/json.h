/*
 * The caller and the request as one JSON object.
 */
#ifndef WHOAMI_JSON_H
#define WHOAMI_JSON_H

#include "base/buffer.h"
#include "request.h"

/*
 * Appends {"authenticated", "user" (or null), "claims", "aspnet", "kestrun", "cnf",
 * "request"} and a newline. Under "claims" stand the variables that are not empty;
 * those with several values are arrays.
 */
void whoami_json(struct buffer *out, const struct whoami_request *request);

#endif
