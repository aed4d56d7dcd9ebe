/* The revocation store that a configuration names, read once, for one command. */
#ifndef CERTAUTHZ_CTL_STORE_AT_HAND_H
#define CERTAUTHZ_CTL_STORE_AT_HAND_H

#include "config/config.h"
#include "store/store.h"

/* All owned. */
struct store_at_hand {
    char *folder;
    struct store *store;
    struct store_view *view;
};

/* A store that is not there is an empty one. False, with `error`, only when out of memory. The
 * caller releases `store` in either case. */
bool cz_store_at_hand_open(const struct config *config, struct store_at_hand *store,
                           struct error *error);
void cz_store_at_hand_release(struct store_at_hand *store);

#endif
