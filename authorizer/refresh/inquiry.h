/*
 * One query of an authorizer: what its certificate needs is found out here, by the configuration in
 * force and the same judgement that the authorizer passes, and believed of nobody else.
 */
#ifndef CERTAUTHZ_REFRESH_INQUIRY_H
#define CERTAUTHZ_REFRESH_INQUIRY_H

#include "query/query.h"
#include "refresh/refresher.h"

struct inquiry {
    struct buffer message; /* owned: as it came, complete */
    unsigned stage;        /* which of the two ways of asking is the present one */
    uint64_t progress;     /* the refresher's when it was looked at last */
    uint64_t generation;   /* the configuration's that the stage is of */
    bool begun, settled;
    bool awaits_lists;    /* that are being fetched or imported */
    struct error failure; /* why it cannot be asked about; empty: all was tried */
};

/* Begins whatever is to be fetched for it, and sets `settled` where nothing is left to be tried.
 * To be called again when the refresher's progress has changed. */
void cz_inquiry_advance(struct refresher *refresher, struct inquiry *inquiry);
void cz_inquiry_release(struct inquiry *inquiry);

#endif
