#include "ctl/store_at_hand.h"

#include "config/store_folder.h"

#include <stdlib.h>

bool cz_store_at_hand_open(const struct config *config, struct store_at_hand *store,
                           struct error *error) {
    *store = (struct store_at_hand){.folder = cz_config_store_folder(config)};
    if (store->folder != NULL)
        store->store = cz_store_open(store->folder);
    if (store->store != NULL)
        store->view = cz_store_hold(store->store, true);
    return store->view != NULL || cz_error_set(error, "out of memory");
}

void cz_store_at_hand_release(struct store_at_hand *store) {
    cz_store_let_go(&store->view);
    cz_store_close(&store->store);
    free(store->folder);
    store->folder = NULL;
}
