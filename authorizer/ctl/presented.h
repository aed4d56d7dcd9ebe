/* The certificates of a question, from files. */
#ifndef CERTAUTHZ_CTL_PRESENTED_H
#define CERTAUTHZ_CTL_PRESENTED_H

#include "ctl/question.h"

/* As the web server would hand it over: PEM. What is neither PEM nor DER is handed over as it is.
 * False where the file cannot be read or is empty. */
bool cz_presented_read(const char *file, struct question *question, struct error *error);
/* The value of a proxy's header, without line ends behind it. False where the file cannot be read
 * or has none. */
bool cz_presented_header(const char *file, struct question *question, struct error *error);
/* Up to CZ_REQUEST_CHAIN_MAX certificates in PEM. False where it holds something else. */
bool cz_presented_chain(const char *file, struct question *question, struct error *error);
/* The SHA-256 in hexadecimal of the certificate that the question presents; nothing where it
 * cannot be read. False when out of memory. */
bool cz_presented_digest(const struct question *question, struct buffer *digest);

#endif
