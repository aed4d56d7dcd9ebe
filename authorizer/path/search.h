/*
 * The search for certification paths (RFC 4158): depth first from the client's certificate,
 * with backtracking over every issuer of the right name among the anchors, the configured
 * intermediates and those that the client sent, until the visitor accepts a path.
 *
 * A step is taken only where the issuer's key verifies the signature, so impostors of the same
 * name lead nowhere. Whether a path is valid is not judged here.
 */
#ifndef CERTAUTHZ_PATH_SEARCH_H
#define CERTAUTHZ_PATH_SEARCH_H

#include "certificate/signature.h"
#include "path/path.h"
#include "trust/trust.h"

#define CZ_SEARCH_STEPS_MAX 512 /* issuers tried for one request */

struct path_search {
    const struct trust *trust;
    struct certificate *const *sent; /* by the client: candidates, never trust */
    size_t sent_count;
    struct signature_checks *signatures;
    /* Called with each path that ends in an anchor; true ends the search. */
    bool (*visit)(void *context, const struct path *path);
    void *context;
};

enum search_result {
    SEARCH_EXHAUSTED = 0, /* every path was visited and none accepted */
    SEARCH_ACCEPTED,
    SEARCH_LIMIT, /* given up at a limit: there may be paths that were not visited */
};

/* *impostor_seen tells whether an issuer of the right name was met whose key does not verify
 * the signature: then "bad signature" may be a better reason than "no path". */
enum search_result cz_path_search(const struct path_search *search,
                                  const struct certificate *certificate, bool *impostor_seen);

#endif
