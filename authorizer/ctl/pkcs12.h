/* PKCS#12 files (RFC 7292), as browsers and Windows export them. */
#ifndef CERTAUTHZ_CTL_PKCS12_H
#define CERTAUTHZ_CTL_PKCS12_H

#include "ctl/certificate_source.h"

/* See cz_certificates_find. `file` is for messages. */
bool cz_pkcs12_read(struct bytes der, const char *file, const char *password_file,
                    struct found_certificates *found, struct error *error);

#endif
