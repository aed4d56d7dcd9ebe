/*
 * Certificates kept for look-up by their subject: the trust anchors, or the intermediates.
 * Filled while loading, then sorted once and never changed, so threads share it freely.
 */
#ifndef CERTAUTHZ_TRUST_POOL_H
#define CERTAUTHZ_TRUST_POOL_H

#include "certificate/certificate.h"

struct certificate_pool {
    struct certificate **items; /* owned, each of them too */
    size_t count;
    size_t capacity;
};

struct certificate_range {
    struct certificate *const *items; /* borrowed from the pool */
    size_t count;
};

/* Takes the certificate over; cz_pool_sort frees all but one of those that are the same.
 * False when out of memory, and then it is still the caller's. */
bool cz_pool_add(struct certificate_pool *pool, struct certificate *certificate);
/* To be called after the last add and before the first find. */
void cz_pool_sort(struct certificate_pool *pool);
/* All whose subject equals the name (RFC 5280 7.1, see cz_name_canonical). */
struct certificate_range cz_pool_find(const struct certificate_pool *pool,
                                      struct bytes subject_canonical);
bool cz_pool_holds(const struct certificate_pool *pool, const struct certificate *certificate);
void cz_pool_release(struct certificate_pool *pool);

#endif
