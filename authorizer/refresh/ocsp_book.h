/* What the store keeps about certificates that OCSP was asked about, and when each is due. */
#ifndef CERTAUTHZ_REFRESH_OCSP_BOOK_H
#define CERTAUTHZ_REFRESH_OCSP_BOOK_H

#include "refresh/refresher.h"

/* Stores the record. What it says decides when it is due; a failure is told, and it is asked about
 * again soon. */
void cz_ocsp_keep(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE],
                  const struct ocsp_record *record);
void cz_ocsp_forget(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE]);
/* Of `count`, at least one, which makes room for another: what was not seen lately, the longest ago
 * first; else what has the most time. An index. */
size_t cz_ocsp_first_to_go(const struct ocsp_due *dues, size_t count, int64_t now);
/* When what is kept is due by itself. */
int64_t cz_ocsp_due_time(const struct ocsp_record *record);
/* It is not due before `when`, or before it is kept again; INT64_MAX: it is on its way. */
void cz_ocsp_postpone(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE],
                      int64_t when);
/* There is no room for it: it is asked about a little later, due or not. */
void cz_ocsp_leave_out(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE]);
/* It could not be read or kept: it has failed, and is due after revocation.retry, however long it
 * would rest by what is kept. */
void cz_ocsp_retry(struct refresher *refresher, const uint8_t key[CZ_OCSP_KEY_SIZE]);

#endif
