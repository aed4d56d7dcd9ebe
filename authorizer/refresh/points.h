/*
 * The distribution points that certificates have taught: whoever has certificates that validate may
 * teach some, so that there is an end to how many there are, and to what is kept of each.
 */
#ifndef CERTAUTHZ_REFRESH_POINTS_H
#define CERTAUTHZ_REFRESH_POINTS_H

#include "path/path.h"
#include "store/catalogue.h"

#define CZ_POINTS_MAX 4096               /* that are followed */
#define CZ_POINTS_SIZE_MAX (32u << 20)   /* bytes of their URLs and issuers together */
#define CZ_POINT_ISSUERS_MAX (64u << 10) /* bytes of the issuers of one */
#define CZ_LEARNED_URL_MAX 2048          /* bytes */

/* A URL out of a certificate that may be kept, asked and told of: printable ASCII without blanks
 * (RFC 3986 2), and not longer than CZ_LEARNED_URL_MAX. */
bool cz_learned_url_good(struct bytes url);

/*
 * The source in the catalogue for a URL that the certificate at `depth` of a path that validated
 * names, made where it is missing. It was seen now, and the issuers on the path are kept with it,
 * before those that were, since they may have signed what is there; the anchor is known anyhow.
 * Where there are too many points, that one goes which gave no list, or, where each did, any, and
 * of these the one that was seen the longest ago. NULL, with `error`, where it is no good URL, or
 * when out of memory. Borrowed until one is added or removed.
 */
struct catalogue_source *cz_point_learn(struct catalogue *catalogue, struct bytes url,
                                        const struct path *path, size_t depth, int64_t now,
                                        struct error *error);

#endif
