#include "server/shared_store.h"

#include "base/cleanup.h"

#include <string.h>

static void free_all(struct shared_store **variable) {
    struct shared_store *shared = *variable;
    *variable = NULL;
    if (shared == NULL)
        return;
    if (shared->store != NULL)
        cz_store_close(&shared->store);
    free(shared->folder);
    free(shared);
}

struct shared_store *cz_shared_store_open(const char *folder) {
    CZ_CLEANUP(free_all) struct shared_store *shared = calloc(1, sizeof *shared);
    if (shared == NULL)
        return NULL;
    atomic_init(&shared->users, 1);
    shared->folder = strdup(folder);
    shared->store = shared->folder != NULL ? cz_store_open(folder) : NULL;
    return shared->store != NULL ? CZ_STEAL(shared) : NULL;
}

struct shared_store *cz_shared_store_ref(struct shared_store *shared) {
    atomic_fetch_add_explicit(&shared->users, 1, memory_order_relaxed);
    return shared;
}

void cz_shared_store_release(struct shared_store **variable) {
    struct shared_store *shared = *variable;
    *variable = NULL;
    if (shared != NULL && atomic_fetch_sub(&shared->users, 1) == 1)
        free_all(&shared);
}
