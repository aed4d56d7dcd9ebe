/* What the parts of the keeper share; no other file includes this. */
#ifndef CERTAUTHZ_STORE_KEEPER_PRIVATE_H
#define CERTAUTHZ_STORE_KEEPER_PRIVATE_H

#include "store/keeper.h"
#include "store/newest.h"
#include "store/stored_list.h"

struct keeper {
    char *folder;
    int lock;
    bool lent; /* to a child, which lays lists in */
    struct catalogue catalogue;
    struct stored_list **lists; /* held; those of the catalogue, in its order */
    struct newest newest;
    struct buffer problem;
};

/* Adds a list to the catalogue and takes it over; false, with the list still the caller's, when out
 * of memory. */
bool cz_keeper_add_list(struct keeper *keeper, struct stored_list *list);
/* NULL where it is not there. */
struct stored_list *cz_keeper_find_list(const struct keeper *keeper,
                                        const uint8_t sha256[CZ_SHA256_SIZE]);

/* store/keeper_newest.c */

/* Reads what was the newest of each kind. One that is damaged is complained of and begun anew;
 * false where it cannot be told what it says. */
bool cz_keeper_read_newest(struct keeper *keeper, struct error *error);
/* The list counts from the next publication on. One whose time has not come yet does not, and must
 * not stand in the way for ever. False when out of memory. */
bool cz_keeper_note_newest(struct keeper *keeper, const struct stored_list *list, int64_t now);
/* Where that has changed. */
bool cz_keeper_write_newest(struct keeper *keeper, struct error *error);
/* A list that no source names any more, but that stays: see cz_keeper_orphan. */
bool cz_keeper_is_orphan(const struct keeper *keeper, const struct stored_list *list, int64_t now);
/* `what` and `consequence` as a line of keeper->problem. */
void cz_keeper_complain(struct keeper *keeper, const char *what, const char *consequence);

#endif
