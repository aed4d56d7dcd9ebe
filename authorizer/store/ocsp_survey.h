/* The OCSP responses of the store, one or all in a few numbers, read without its lock. */
#ifndef CERTAUTHZ_STORE_OCSP_SURVEY_H
#define CERTAUTHZ_STORE_OCSP_SURVEY_H

#include "store/ocsp_record.h"

#define CZ_OCSP_RECORD_FILE_MAX (1u << 20) /* bytes; more than one ever has */
#define CZ_OCSP_SEEN_LATELY (24 * 3600)    /* seconds */

/* Certificates that were asked about. */
struct ocsp_survey {
    size_t count;      /* of them all, unreadable ones too */
    size_t good;       /* with a response whose nextUpdate has not come, or that names none */
    size_t ended;      /* with one whose nextUpdate has come */
    size_t empty;      /* without any */
    size_t unreadable; /* what the store has of it cannot be read */
    size_t failing;    /* of all those, how many the last try failed for */
    size_t lacking;    /* seen within CZ_OCSP_SEEN_LATELY, and not good */
    bool has_oldest;
    int64_t oldest; /* the earliest thisUpdate of a response */
};

/* What the store has of one certificate. False, with `error`, where that is nothing, or cannot be
 * read. The caller releases *record in either case. */
bool cz_ocsp_record_load(const char *folder, const uint8_t key[CZ_OCSP_KEY_SIZE],
                         struct ocsp_record *record, struct error *error);

/* Counts one more; a pure function. */
void cz_ocsp_survey_add(struct ocsp_survey *survey, const struct ocsp_record *record, int64_t now);
/* Of the store's folder; where nothing was ever asked all is 0. False, with `error`, where the
 * folder cannot be read. */
bool cz_ocsp_survey(const char *folder, int64_t now, struct ocsp_survey *survey,
                    struct error *error);

#endif
