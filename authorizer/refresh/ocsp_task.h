/*
 * Asking OCSP responders about one certificate (RFC 6960, RFC 5019): those that the configuration
 * names, then those that the certificate does, one after the other until one answers well.
 */
#ifndef CERTAUTHZ_REFRESH_OCSP_TASK_H
#define CERTAUTHZ_REFRESH_OCSP_TASK_H

#include "path/path.h"
#include "refresh/refresher.h"

#define CZ_OCSP_URLS_MAX 4 /* of a certificate; those of the configuration come on top */
#define CZ_OCSP_SEEN_LATELY (2 * 86400) /* seconds: asked about ahead of time */
#define CZ_OCSP_RECORDS_MAX 100000      /* certificates; another takes the place of one of them */
#define CZ_OCSP_KEPT (30 * 86400)       /* seconds after the certificate was seen last */

struct ocsp_asking;
void cz_ocsp_asking_free(struct ocsp_asking **asking);

/*
 * The certificate at `depth` of a path that validated is asked about, where there is somebody to
 * ask, it is due (`all`: due or not), and not on its way already. That it was seen is noted.
 */
void cz_ocsp_want(struct refresher *refresher, const struct path *path, size_t depth, bool all);
bool cz_ocsp_is_wanted(const struct refresher *refresher, const struct path *path, size_t depth);

/* Reads from the store when each response is looked at again. */
bool cz_ocsp_load(struct refresher *refresher, struct error *error);
/* Asks again about what was seen lately and is due, or was left out before (ROUND_ALL: about each;
 * ROUND_LEFT_OUT: about nothing else), and drops what was not seen for long, or has expired. What
 * there is no room for is left out, and counted. */
void cz_ocsp_round(struct refresher *refresher, enum round_extent extent);
/* The clock says less than it said: what was tried later than that is due. */
void cz_ocsp_turn_back(struct refresher *refresher);
/* When the first one is due; INT64_MAX: none. */
int64_t cz_ocsp_next_due(const struct refresher *refresher);

#endif
