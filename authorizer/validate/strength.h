/* Are keys and signature algorithms strong enough? By the levels of GnuTLS's profiles. */
#ifndef CERTAUTHZ_VALIDATE_STRENGTH_H
#define CERTAUTHZ_VALIDATE_STRENGTH_H

#include "certificate/certificate.h"
#include "validate/requirements.h"

bool cz_key_is_strong(const struct public_key *key, enum certificate_strength strength);
bool cz_signature_is_strong(gnutls_sign_algorithm_t algorithm, enum certificate_strength strength);

/* Weak by a measure of its own, which no `strength` changes: a signature of SHA-1 or older, an RSA
 * or DSA key under 2,048 bits, an EC key under 256, or anything unknown. */
bool cz_is_weak(const struct public_key *key, gnutls_sign_algorithm_t signature);

#endif
