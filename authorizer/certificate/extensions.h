/*
 * The extensions that change what a certificate may be used for, read into plain values
 * (RFC 5280 4.2.1). Part of cz_certificate_parse.
 */
#ifndef CERTAUTHZ_CERTIFICATE_EXTENSIONS_H
#define CERTAUTHZ_CERTIFICATE_EXTENSIONS_H

#include "certificate/certificate.h"
#include "certificate/der.h"

/* Takes the next Extension off `list` (RFC 5280 4.1.2.9, and of CRLs 5.2 and 5.3). False where it
 * is malformed or there is none. */
bool cz_extension_next(struct bytes *list, struct extension *extension);

/* One GeneralName (RFC 5280 4.2.1.6), which borrows from the element. False where it is
 * malformed. */
bool cz_general_name_read(struct general_name *name, const struct der_element *element);

/* `list` is the content of the Extensions SEQUENCE. Fills the extension fields of
 * `certificate`. On failure *detail says which extension is wrong. */
enum certificate_status cz_extensions_read(struct certificate *certificate, struct bytes list,
                                           const char **detail);

#endif
