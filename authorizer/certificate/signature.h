/*
 * Whether one certificate's signature was made with another's key. The result for each pair of
 * signature and key is kept for as long as one request takes, since the search for a path and its
 * validation ask for the same pairs; and their number is bounded, since each costs up to a few
 * hundred microseconds.
 */
#ifndef CERTAUTHZ_CERTIFICATE_SIGNATURE_H
#define CERTAUTHZ_CERTIFICATE_SIGNATURE_H

#include "certificate/certificate.h"

#define CZ_SIGNATURE_CHECKS_MAX 64 /* for one request */

enum signature_result {
    SIGNATURE_BAD = 0,
    SIGNATURE_GOOD,
    SIGNATURE_LIMIT, /* CZ_SIGNATURE_CHECKS_MAX reached: it was not looked at */
};

struct signature_checks {
    size_t count;
    struct {
        const struct certificate *certificate, *issuer;
        bool good;
    } done[CZ_SIGNATURE_CHECKS_MAX];
};

/* Whether `signature` over `data` was made with this certificate's key: of a CRL, say. As below,
 * but nothing is kept and nothing counted. */
bool cz_signature_verify(const struct certificate *issuer, gnutls_sign_algorithm_t algorithm,
                         struct bytes data, struct bytes signature);

/* Whether two certificates hold one key, so that what one verifies the other does too. */
bool cz_signature_same_key(const struct certificate *a, const struct certificate *b);

/* Whether the signature fits, by whatever algorithm: whether that is strong enough is for
 * validation to say (validate/strength.h). `issuer->key` must have been imported; without one the
 * signature is bad. */
enum signature_result cz_signature_check(struct signature_checks *checks,
                                         const struct certificate *certificate,
                                         const struct certificate *issuer);

#endif
