/*
 * What is trusted: a value that validation reads. Files are read elsewhere (config/).
 * An intermediate never becomes an anchor.
 */
#ifndef CERTAUTHZ_TRUST_TRUST_H
#define CERTAUTHZ_TRUST_TRUST_H

#include "trust/pool.h"

struct pin {
    uint8_t sha256[CZ_SHA256_SIZE];
};

struct trust {
    struct certificate_pool anchors;
    struct certificate_pool intermediates;
    struct pin *pins; /* owned: SHA-256 of the self-signed certificates that are accepted */
    size_t pin_count;
};

/*
 * Gives those of `certificates` whose DSA keys lack parameters their issuers' (RFC 3279 2.3.2),
 * where an issuer with a key is among the trust or themselves. To be called when the pools are
 * sorted.
 */
void cz_trust_complete_keys(const struct trust *trust, struct certificate *const *certificates,
                            size_t count);
bool cz_trust_is_pinned(const struct trust *trust, const struct certificate *certificate);
void cz_trust_release(struct trust *trust);

#endif
