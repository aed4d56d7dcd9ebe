/*
 * Who may have signed a list: the anchors and intermediates of all policies, and, for the lists at
 * a distribution point, the issuers on the validated paths of those certificates that named it.
 */
#ifndef CERTAUTHZ_REFRESH_SIGNERS_H
#define CERTAUTHZ_REFRESH_SIGNERS_H

#include "authorize/snapshot.h"
#include "path/path.h"

#define CZ_ISSUERS_MAX CZ_PATH_MAX /* that are kept with a distribution point */

struct signers {
    const struct certificate **items; /* owned; what they point to is not, but for … */
    size_t count;
    struct certificate *own[CZ_ISSUERS_MAX]; /* … these, owned */
    size_t own_count;
};

/* With the keys that they have in the snapshot, from which all but `own` is borrowed. `issuers`:
 * DER certificates in a row; what cannot be read of it is passed over. False when out of memory.
 * The caller releases it in either case. */
bool cz_signers_collect(const struct snapshot *snapshot, struct bytes issuers,
                        struct signers *signers);
void cz_signers_release(struct signers *signers);

/* The least that any of the policies demands of a list: what is stored is judged by each policy
 * again. Without the sets of OIDs. */
struct requirements cz_signers_requirements(const struct snapshot *snapshot);

/* Reads DER certificates in a row, with their keys imported; *count tells how many of the first
 * `most` can be read, and each is the caller's. False when out of memory: then others may follow.
 */
bool cz_certificates_read(struct bytes row, struct certificate **items, size_t most, size_t *count);

#endif
