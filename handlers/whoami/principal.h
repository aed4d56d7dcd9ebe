/*
 * The claims under the names by which other systems know them.
 */
#ifndef WHOAMI_PRINCIPAL_H
#define WHOAMI_PRINCIPAL_H

#include "base/buffer.h"
#include "claims.h"

/*
 * Each appends a JSON object of the claims that are not empty, `{}` where nobody is
 * authenticated.
 */

/* Of ASP.NET Core's certificate handler: the URIs of its ClaimTypes, and "issuer". */
void whoami_principal_aspnet(struct buffer *out, const struct claims *claims);
/* Of Kestrun: the subject as nameidentifier and name, thumbprint, issuer, serialnumber. */
void whoami_principal_kestrun(struct buffer *out, const struct claims *claims);
/* The confirmation of RFC 8705 section 3.1. */
void whoami_principal_confirmation(struct buffer *out, const struct claims *claims);

#endif
