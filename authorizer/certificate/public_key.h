/* What kind of key a SubjectPublicKeyInfo holds, and how large, without importing it. */
#ifndef CERTAUTHZ_CERTIFICATE_PUBLIC_KEY_H
#define CERTAUTHZ_CERTIFICATE_PUBLIC_KEY_H

#include "certificate/certificate.h"

/* `spki` is the whole element (RFC 5280 4.1.2.7). False where it is malformed or an RSA key
 * exceeds CZ_RSA_BITS_MAX or CZ_RSA_EXPONENT_BITS_MAX; *detail says which. A well-formed key
 * of an unknown kind is no failure here. */
bool cz_public_key_describe(struct bytes spki, struct public_key *key, const char **detail);

/* The signature algorithm of an AlgorithmIdentifier's OID; GNUTLS_SIGN_UNKNOWN where it
 * is not known or depends on parameters (RSASSA-PSS). */
gnutls_sign_algorithm_t cz_signature_algorithm(struct bytes oid);

/* The same of the content of an AlgorithmIdentifier, the parameters included: of RSASSA-PSS those
 * that name one hash for both uses and a salt of its length (RFC 4055 3.1). */
gnutls_sign_algorithm_t cz_signature_algorithm_of(struct bytes algorithm);

#endif
