/* Certificates out of whatever people have them in: PEM, DER, PKCS#12. */
#ifndef CERTAUTHZ_CTL_CERTIFICATE_SOURCE_H
#define CERTAUTHZ_CTL_CERTIFICATE_SOURCE_H

#include "base/error.h"
#include "certificate/certificate.h"

#define CZ_FOUND_MAX 100

struct found_certificates {
    struct certificate *items[CZ_FOUND_MAX]; /* owned */
    size_t count;
};

/*
 * Reads all certificates of the file, or of standard input for "-"; of a PKCS#12 file those of its
 * key, the key's own first. Its password is the first line of `password_file`; where that is NULL,
 * none is tried, and then the person at the terminal is asked. False, with what is wrong and what
 * to do in `error`. The caller releases `found` in either case.
 */
bool cz_certificates_find(const char *file, const char *password_file,
                          struct found_certificates *found, struct error *error);
/* Adds one, of which `der` is the whole. */
bool cz_found_add(struct bytes der, const char *file, struct found_certificates *found,
                  struct error *error);
void cz_found_certificates_release(struct found_certificates *found);

#endif
