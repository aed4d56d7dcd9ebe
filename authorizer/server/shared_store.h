/* A revocation store that several generations use, where their configurations name the same
 * folder: so what is mapped into memory stays there over a reload. */
#ifndef CERTAUTHZ_SERVER_SHARED_STORE_H
#define CERTAUTHZ_SERVER_SHARED_STORE_H

#include "store/store.h"

#include <stdatomic.h>

struct shared_store {
    char *folder;        /* owned */
    struct store *store; /* owned */
    atomic_size_t users;
};

/* With one reference, the caller's; NULL when out of memory. */
struct shared_store *cz_shared_store_open(const char *folder);
struct shared_store *cz_shared_store_ref(struct shared_store *shared);
/* Drops the variable's reference; the last one closes it. */
void cz_shared_store_release(struct shared_store **variable);

#endif
