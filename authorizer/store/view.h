/* One content of the store, as it is lent out: see store/store.h. */
#ifndef CERTAUTHZ_STORE_VIEW_H
#define CERTAUTHZ_STORE_VIEW_H

#include "store/stock.h"
#include "store/store.h"

#include <pthread.h>

#define CZ_VIEW_RESPONSES_MAX 1024 /* OCSP responses that one view keeps in memory */

/* The deny list, shared by the views between two changes of it. */
struct denials {
    atomic_uint users;
    struct deny_list list;
};

/* What a view is made of; all of it borrowed by cz_view_new but for what is counted, of which the
 * view becomes another user. */
struct view_parts {
    const char *folder;
    uint64_t number, ocsp_number;
    struct stock *stock;     /* NULL: nothing was ever read */
    struct denials *denials; /* NULL: the same */
    const char *problem;
};

/* One user's; NULL when out of memory. */
struct store_view *cz_view_new(const struct view_parts *parts);
struct store_view *cz_view_hold(struct store_view *view);
/* It has as many OCSP responses in memory as it may: another should take its place. */
bool cz_view_is_full(const struct store_view *view);

/* One user's; takes the list over. NULL, with the list still the caller's, when out of memory. */
struct denials *cz_denials_new(struct deny_list *list);
void cz_denials_let_go(struct denials **denials);

#endif
