/*
 * What a certificate holds, value by value, as text that is safe in a line of its own: controls
 * are percent-encoded, and so is the percent sign itself (except in URIs, where it already begins
 * an escape), so that two different values never look the same.
 *
 * Each function appends to `out` (see base/buffer.h), and nothing where the certificate does not
 * say.
 */
#ifndef CERTAUTHZ_IDENTITY_VALUES_H
#define CERTAUTHZ_IDENTITY_VALUES_H

#include "certificate/certificate.h"
#include "certificate/name.h"

enum value_encoding {
    VALUE_SINGLE = 0, /* stands alone: inner blanks may stay */
    VALUE_LISTED,     /* blanks separate values */
    VALUE_URI,        /* listed, and its percent signs begin escapes already */
};

void cz_value_append(struct buffer *out, struct bytes text, enum value_encoding encoding);

/* An attribute's value, if it is a string that we can read; and the subject's first of a type (OID
 * content). */
void cz_value_attribute(struct buffer *out, const struct name_attribute *attribute,
                        enum value_encoding encoding);
void cz_value_first_attribute(struct buffer *out, const struct certificate *certificate,
                              struct bytes type, enum value_encoding encoding);
/* All of the subject's of the type, separated by one blank. One that is no string that we can read
 * is '#' and its DER in hexadecimal; a '#' in front of a string is encoded. Empty ones are left
 * out. */
void cz_values_attribute(struct buffer *out, const struct certificate *certificate,
                         struct bytes type);
/* An extension's string, or '#' and its DER, in the same way. */
void cz_value_extension(struct buffer *out, const struct certificate *certificate,
                        struct bytes oid);

/* The subject alternative names of a type, all or the first; of GENERAL_NAME_OTHER the user
 * principal names. The first stands alone. */
void cz_values_names(struct buffer *out, const struct certificate *certificate,
                     enum general_name_type type);
void cz_value_first_name(struct buffer *out, const struct certificate *certificate,
                         enum general_name_type type);
/* NULL where there is none behind `previous`; NULL: the first one. */
const struct general_name *cz_next_name(const struct certificate *certificate,
                                        enum general_name_type type,
                                        const struct general_name *previous);
/* The SPIFFE ID of an X.509-SVID: its only URI, if it is well-formed. */
void cz_value_spiffe(struct buffer *out, const struct certificate *certificate);

#endif
