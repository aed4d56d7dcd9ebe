/*
 * Certificates in a header that a proxy wrote, in each form in which proxies do, back to DER.
 */
#ifndef CERTAUTHZ_PEM_FORWARDED_H
#define CERTAUTHZ_PEM_FORWARDED_H

#include "pem/pem.h"

enum forwarded_format {
    FORWARDED_BASE64 = 0,  /* of the DER */
    FORWARDED_HEX,         /* the same */
    FORWARDED_PEM,         /* with blanks or TABs in place of newlines, or beside them */
    FORWARDED_PEM_ESCAPED, /* percent-encoded; `+`, `/` and `=` may stand for themselves */
    FORWARDED_RFC9440,     /* Client-Cert: a byte sequence, :base64: (RFC 8941 section 3.3.5) */
    FORWARDED_XFCC,        /* Envoy's: see pem/xfcc.h */
    FORWARDED_FORMATS
};

/*
 * The header's value to the certificate's DER, which is appended to `der`. The value is one
 * certificate and nothing else, so a header that came twice, and that the web server joined by a
 * comma, is refused; but of Envoy's list the last element counts. On failure *detail (static text)
 * says what is wrong. The limit is CZ_PEM_SIZE_MAX.
 *
 * Stricter than RFC 8941, which wants parsers to take byte sequences without padding, and to pass
 * over parameters: RFC 9440 has none, and one certificate shall have but one text.
 */
enum pem_status cz_forwarded_decode(enum forwarded_format format, struct bytes value,
                                    struct buffer *der, const char **detail);

/*
 * The issuers that were sent along, as DER one behind the other: of base64 and hex one text for all
 * of them, of PEM one PEM behind the other, of RFC 9440 Client-Cert-Chain, a list, of Envoy's the
 * Chain of the last element of the same header, which begins with the certificate itself. What
 * cannot be read, and what stands behind that, is left out: issuers only ever help to find a path.
 */
void cz_forwarded_decode_chain(enum forwarded_format format, struct bytes value,
                               struct buffer *der);

#endif
