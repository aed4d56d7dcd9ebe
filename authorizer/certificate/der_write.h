/* DER written (X.690): what little of it we send to others. The buffer's failure is sticky. */
#ifndef CERTAUTHZ_CERTIFICATE_DER_WRITE_H
#define CERTAUTHZ_CERTIFICATE_DER_WRITE_H

#include "base/buffer.h"
#include "certificate/der.h"

#define CZ_DER_HEADER_SIZE_MAX 6 /* a tag, and a length of up to 4 octets; contents are shorter */

/* Tag and length of an element whose content is `len` bytes, fewer than 2^32; returns how many
 * octets they are. */
size_t cz_der_header(uint8_t header[CZ_DER_HEADER_SIZE_MAX], uint8_t tag, size_t len);
/* Appends one element. */
void cz_der_put(struct buffer *out, uint8_t tag, struct bytes content);
/* An INTEGER, of a magnitude as cz_der_positive_integer gives it. */
void cz_der_put_positive(struct buffer *out, struct bytes magnitude);
/* Makes what stands in the buffer from `start` on the content of one element. */
void cz_der_wrap(struct buffer *out, size_t start, uint8_t tag);

#endif
