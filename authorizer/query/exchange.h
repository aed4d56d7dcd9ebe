/* One message out and one answer in, over a connected socket, within a time. */
#ifndef CERTAUTHZ_QUERY_EXCHANGE_H
#define CERTAUTHZ_QUERY_EXCHANGE_H

#include "query/query.h"

#include <stdint.h>

/* Milliseconds of the monotonic clock. */
int64_t cz_query_now(void);

/* `until` is in milliseconds of cz_query_now; `peer` says in messages who it is. QUERY_DONE where
 * the answer says so; else `error` says what went wrong. */
enum query_result cz_query_exchange(int fd, const char *peer, const struct buffer *message,
                                    int64_t until, struct error *error);

#endif
