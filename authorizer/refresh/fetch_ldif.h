/*
 * The DER of a CRL out of what libcurl makes of an LDAP entry: for each value a line of a tab, the
 * attribute's name, two colons, a blank and base64 (or one colon and the value as it is, where it
 * is text). Read as it comes in, in pieces of any size.
 */
#ifndef CERTAUTHZ_REFRESH_FETCH_LDIF_H
#define CERTAUTHZ_REFRESH_FETCH_LDIF_H

#include "base/bytes.h"
#include "base/error.h"

/* Takes the next bytes of the DER. False stops the reading. */
typedef bool ldif_keep(void *context, struct bytes der);

/* To be zeroed, and `keep` and `context` set, before the first piece. */
struct ldif_reader {
    ldif_keep *keep;
    void *context;
    enum { LDIF_LINE = 0, LDIF_NAME, LDIF_COLON, LDIF_BASE64, LDIF_PADDING, LDIF_SKIP } state;
    char name[48]; /* of the attribute, as far as it fits */
    size_t name_len;
    uint32_t bits; /* of base64 that make no whole byte yet, the lowest `bit_count` of them */
    unsigned bit_count;
    unsigned values; /* of the attributes that hold CRLs */
};

/* False with `error` where it is not what an entry with one CRL looks like, and without where
 * `keep` said so. Nothing may be read after that. */
bool cz_ldif_read(struct ldif_reader *reader, struct bytes piece, struct error *error);
/* Behind the last piece: was it one CRL, to its end? */
bool cz_ldif_end(const struct ldif_reader *reader, struct error *error);

#endif
