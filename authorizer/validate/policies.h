/*
 * Certificate policies (RFC 5280 6.1.2 to 6.1.5), by the policy graph of RFC 9618: one node for
 * each policy and depth, with edges to where it comes from, so that its size grows with the
 * policies named and not with the product of the mappings, as the tree of RFC 5280 does.
 */
#ifndef CERTAUTHZ_VALIDATE_POLICIES_H
#define CERTAUTHZ_VALIDATE_POLICIES_H

#include "path/path.h"
#include "validate/requirements.h"

/* More than any CA has use for is refused, so that the work stays bounded. */
#define CZ_POLICIES_OF_ONE_MAX 256 /* policies, or mappings, of one certificate */
#define CZ_POLICY_NODES_MAX 2048   /* of a whole path */
#define CZ_POLICY_EDGES_MAX 4096

#define CZ_POLICIES_FOUND_MAX 256

/* What the path is good for: user-constrained-policy-set, in the anchor's terms. */
struct policies_found {
    size_t count;
    bool any;                                 /* any policy at all */
    struct bytes oids[CZ_POLICIES_FOUND_MAX]; /* borrowed from the path's certificates */
};

enum policy_result {
    POLICY_ACCEPTABLE = 0,
    POLICY_NOT_ACCEPTABLE, /* an explicit policy is demanded, and none is left */
    POLICY_MALFORMED,      /* an extension is malformed, or names more than is worked through */
    POLICY_LIMIT,          /* more nodes or edges than are worked through */
};

/* Judges the whole path, anchor last, by the inputs in `requirements`; the anchor's own extensions
 * do not count. *depth tells
 * which certificate is malformed or took the last policy away. */
enum policy_result cz_policies_check(const struct path *path,
                                     const struct requirements *requirements,
                                     struct policies_found *found, int *depth);

#endif
