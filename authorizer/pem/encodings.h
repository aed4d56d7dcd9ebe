/*
 * What a certificate's bytes are written as where only text may stand, undone. Strict: one content
 * has but one text, capitals of hexadecimal digits and blanks in base64 aside. Each appends to
 * `out`; false where the text is not in the encoding. Whether there was memory the caller asks of
 * the buffer.
 */
#ifndef CERTAUTHZ_PEM_ENCODINGS_H
#define CERTAUTHZ_PEM_ENCODINGS_H

#include "base/buffer.h"
#include "base/bytes.h"

/* Without blanks, TABs, CRs and LFs at its ends. */
struct bytes cz_trim_blanks(struct bytes text);
/* RFC 4648 section 4: whole groups of four, padding only at the end, and no bits set that it hides;
 * at least one byte. With `blanks` those may stand anywhere. */
bool cz_base64_decode(struct bytes text, bool blanks, struct buffer *out);
/* Pairs of hexadecimal digits and nothing else; at least one. */
bool cz_hex_decode(struct bytes text, struct buffer *out);
/* RFC 3986 section 2.1: what is no escape stands for itself, a plus sign too. */
bool cz_percent_decode(struct bytes text, struct buffer *out);

#endif
