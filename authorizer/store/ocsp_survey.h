/* The OCSP responses of the store in a few numbers, read without its lock. */
#ifndef CERTAUTHZ_STORE_OCSP_SURVEY_H
#define CERTAUTHZ_STORE_OCSP_SURVEY_H

#include "store/ocsp_record.h"

#define CZ_OCSP_SEEN_TODAY (24 * 3600) /* seconds */

/* Certificates that were asked about. */
struct ocsp_survey {
    size_t count;      /* of them all, unreadable ones too */
    size_t good;       /* with a response whose nextUpdate has not come, or that names none */
    size_t ended;      /* with one whose nextUpdate has come */
    size_t empty;      /* without any */
    size_t unreadable; /* what the store has of it cannot be read */
    size_t failing;    /* of all those, how many the last try failed for */
    size_t lacking;    /* seen within CZ_OCSP_SEEN_TODAY, and not good */
    bool has_oldest;
    int64_t oldest; /* the earliest thisUpdate of a response */
};

/* Of the store's folder; where nothing was ever asked all is 0. False, with `error`, where the
 * folder cannot be read. */
bool cz_ocsp_survey(const char *folder, int64_t now, struct ocsp_survey *survey,
                    struct error *error);

#endif
