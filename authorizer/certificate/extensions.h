/*
 * The extensions that change what a certificate may be used for, read into plain values
 * (RFC 5280 4.2.1). Part of cz_certificate_parse.
 */
#ifndef CERTAUTHZ_CERTIFICATE_EXTENSIONS_H
#define CERTAUTHZ_CERTIFICATE_EXTENSIONS_H

#include "certificate/certificate.h"

/* `list` is the content of the Extensions SEQUENCE. Fills the extension fields of
 * `certificate`. On failure *detail says which extension is wrong. */
enum certificate_status cz_extensions_read(struct certificate *certificate, struct bytes list,
                                           const char **detail);

#endif
