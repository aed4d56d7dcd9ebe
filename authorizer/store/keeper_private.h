/* What the parts of the keeper share; no other file includes this. */
#ifndef CERTAUTHZ_STORE_KEEPER_PRIVATE_H
#define CERTAUTHZ_STORE_KEEPER_PRIVATE_H

#include "store/keeper.h"
#include "store/stored_list.h"

struct keeper {
    char *folder;
    int lock;
    struct catalogue catalogue;
    struct stored_list **lists; /* held; those of the catalogue, in its order */
    struct buffer problem;
};

/* Adds a list to the catalogue and takes it over; false, with the list still the caller's, when out
 * of memory. */
bool cz_keeper_add_list(struct keeper *keeper, struct stored_list *list);
/* NULL where it is not there. */
struct stored_list *cz_keeper_find_list(const struct keeper *keeper,
                                        const uint8_t sha256[CZ_SHA256_SIZE]);

#endif
