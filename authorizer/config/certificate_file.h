/* Certificates in files and folders, PEM (any number) or DER (one). */
#ifndef CERTAUTHZ_CONFIG_CERTIFICATE_FILE_H
#define CERTAUTHZ_CONFIG_CERTIFICATE_FILE_H

#include "base/error.h"
#include "trust/pool.h"

/*
 * Adds all certificates of a file, or of the files in a folder that end in .pem, .crt, .cer or
 * .der, with their keys imported. A file or folder without a certificate is an error; so is one
 * that is malformed.
 */
bool cz_certificates_load(const char *name, struct certificate_pool *pool, struct error *error);

#endif
