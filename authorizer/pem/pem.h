/*
 * A certificate's PEM form (RFC 7468), as each web server hands it over, back to DER; and a CRL's,
 * as files hold it.
 */
#ifndef CERTAUTHZ_PEM_PEM_H
#define CERTAUTHZ_PEM_PEM_H

#include "base/buffer.h"
#include "base/bytes.h"

#define CZ_PEM_SIZE_MAX (128u * 1024) /* bytes of text; a certificate has a few thousand */

enum pem_status { PEM_OK = 0, PEM_MALFORMED, PEM_TOO_LARGE, PEM_NO_MEMORY };

/*
 * `text` holds one certificate and nothing else but blanks: lines ended by LF or CRLF, with
 * blanks or TABs before them (nginx's $ssl_client_cert), joined by blanks, or all of it
 * percent-encoded ($ssl_client_escaped_cert). The DER is appended to `der`. On failure
 * *detail (static text) says what is wrong.
 */
enum pem_status cz_pem_decode(struct bytes text, struct buffer *der, const char **detail);

/*
 * For files with many: finds the next certificate in *rest, passing over other text (such as
 * a description before each), and takes it off. PEM_OK with an empty `der` at the end.
 */
enum pem_status cz_pem_next(struct bytes *rest, struct buffer *der, const char **detail);
/* The same for CRLs (X509 CRL, RFC 7468 section 6). They may be large: the limit of `der` holds,
 * and one that exceeds it is PEM_NO_MEMORY. */
enum pem_status cz_pem_next_crl(struct bytes *rest, struct buffer *der, const char **detail);

/* Writes a certificate so, in lines of 64 characters (RFC 7468 section 2). */
void cz_pem_append(struct buffer *out, struct bytes der);

#endif
