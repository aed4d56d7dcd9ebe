/*
 * What the catalogue leads to, as one process has it open: shared by successive views for as long
 * as the catalogue stays the same, and its lists by successive stocks for as long as they are
 * named.
 */
#ifndef CERTAUTHZ_STORE_STOCK_H
#define CERTAUTHZ_STORE_STOCK_H

#include "revocation/holdings.h"
#include "store/catalogue.h"
#include "store/stored_list.h"

/* How it went with one URL. */
struct stock_point {
    struct bytes url; /* of the catalogue */
    enum source_state state;
};

struct stock {
    atomic_uint users;
    struct catalogue catalogue;
    struct stored_list **lists; /* held; those that can be used */
    struct crl_candidate *crls; /* the same, as many */
    size_t list_count;
    struct stock_point *points; /* in the order of the URLs, one for each source that is no file */
    size_t point_count;
    enum source_state configured; /* see struct revocation_holdings */
    struct buffer problem;        /* a line for each list that cannot be used */
    bool is_short;                /* of one of these nothing is known, for want of memory or so */
};

/* Of a catalogue, which is taken over, and in which nothing is left; NULL when out of memory.
 * `former` may be NULL, like the result one user's: lists that it holds are not opened again. */
struct stock *cz_stock_open(const char *folder, struct catalogue *catalogue,
                            const struct stock *former);
struct stock *cz_stock_hold(struct stock *stock);
void cz_stock_let_go(struct stock **stock);

/* Whether they hold the same lists and tell the same of every source: all but OCSP responses. */
bool cz_stock_is_same(const struct stock *a, const struct stock *b);

enum source_state cz_stock_point(const struct stock *stock, struct bytes url);

#endif
