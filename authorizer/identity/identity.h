/*
 * Who a certificate says its holder is, as texts for claims and the log.
 *
 * Every value is one line, safe as the value of a header: distinguished names escape controls
 * as RFC 4514 says (\0A); in other values controls, and blanks where several values stand side by
 * side, are percent-encoded, and so is the percent sign itself (except in URIs, where it already
 * begins an escape), so that two different values never look the same.
 */
#ifndef CERTAUTHZ_IDENTITY_IDENTITY_H
#define CERTAUTHZ_IDENTITY_IDENTITY_H

#include "certificate/certificate.h"

enum identity_field {
    IDENTITY_USER = 0, /* the subject; where it is empty or over-long, "sha256:" and the digest */
    IDENTITY_SUBJECT,  /* RFC 4514 */
    IDENTITY_ISSUER,
    IDENTITY_SERIAL, /* lower-case hexadecimal */
    IDENTITY_NAME,   /* the first there is of CN, OU, O, emailAddress, any attribute, SAN email */
    IDENTITY_EMAIL,  /* these five: every value of the type, separated by one blank */
    IDENTITY_UPN,
    IDENTITY_DNS,
    IDENTITY_URI,
    IDENTITY_IP,
    IDENTITY_SHA1, /* lower-case hexadecimal, of the DER */
    IDENTITY_SHA256,
    IDENTITY_SPKI_SHA256, /* of the SubjectPublicKeyInfo; survives a renewal with the same key */
    IDENTITY_X5T_S256,    /* base64url of the SHA-256 without padding (RFC 8705 3.1) */
    IDENTITY_NOT_BEFORE,  /* RFC 3339 */
    IDENTITY_NOT_AFTER,
    IDENTITY_COUNT
};

#define CZ_IDENTITY_USER_MAX 1024 /* bytes */

struct identity {
    struct buffer text; /* owned; all fields, one behind the other */
    size_t starts[IDENTITY_COUNT + 1];
};

/* False when out of memory or a digest is not to be had. The caller releases `identity` in
 * either case. */
bool cz_identity_read(const struct certificate *certificate, struct identity *identity);
/* Borrowed from `identity`; empty where the certificate does not say. */
struct bytes cz_identity_field(const struct identity *identity, enum identity_field field);
void cz_identity_release(struct identity *identity);

#endif
