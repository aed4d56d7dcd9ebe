/* The deny list's file in the store: read by everybody, changed under a lock of its own. */
#ifndef CERTAUTHZ_STORE_DENY_FILE_H
#define CERTAUTHZ_STORE_DENY_FILE_H

#include "base/error.h"
#include "revocation/deny_list.h"
#include "store/files.h"

#define CZ_DENY_FILE_SIZE_MAX (64u << 20) /* bytes */

/* `list` is empty where the file is absent, and `error` names it where it is unreadable or
 * malformed. The caller releases the list in any case. */
enum file_reading cz_deny_file_read(const char *folder, struct deny_list *list,
                                    struct error *error);
/* The same for who has read no list before: an absent file is an empty one. */
bool cz_deny_file_load(const char *folder, struct deny_list *list, struct error *error);
/* Loads the list, lets `change` change it, and publishes it by rename, complete on the disk; with
 * the lock held, so that two who change it at once both succeed. Makes the folder where it is
 * missing (mode 0755). `change` returns false, with the error set, to leave all as it was. */
bool cz_deny_file_change(const char *folder,
                         bool (*change)(void *context, struct deny_list *list, struct error *error),
                         void *context, struct error *error);

#endif
