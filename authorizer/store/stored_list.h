/* A list of the store, mapped into memory and shared by all who hold it. */
#ifndef CERTAUTHZ_STORE_STORED_LIST_H
#define CERTAUTHZ_STORE_STORED_LIST_H

#include "store/list_file.h"

#include <stdatomic.h>

struct stored_list {
    atomic_uint users;
    struct bytes bytes; /* the mapped file */
    struct list_file file;
};

/* The zero value is that it is missing or not to be used. */
enum list_opening {
    LIST_UNUSABLE = 0,
    LIST_SHORTAGE, /* of memory or descriptors, or the disk: nothing is known of the list */
    LIST_OPEN,
};
/* One user's. Unless it is open `error` says why not, naming the file. */
enum list_opening cz_stored_list_open(const char *folder, const uint8_t sha256[CZ_SHA256_SIZE],
                                      struct stored_list **list, struct error *error);
struct stored_list *cz_stored_list_hold(struct stored_list *list);
void cz_stored_list_let_go(struct stored_list **list);

/* LIST_OPEN where all its checksums fit. The pages that this took are given back. `error` names the
 * file. */
enum list_opening cz_stored_list_verify(const char *folder, const struct stored_list *list,
                                        struct error *error);

#endif
