/*
 * Distinguished names that people wrote, in each spelling that is met:
 *  - RFC 4514 (and 2253, 1779): "CN=client,O=company", the last RDN of the encoding first, '+'
 *    between the attributes of one RDN, \, and \2C for what has a meaning, #hex for DER;
 *  - .NET's X509Certificate2.Subject: the same order, ", " between, values in double quotes with
 *    "" inside, S, E, G, T, OID.1.2.3;
 *  - OpenSSL's "/O=company/CN=client": the order of the encoding, \/ and \+ in values, \xC3\xA9
 *    for bytes beyond ASCII. Blanks in a value stand for themselves.
 * Types are read in any case (name_types.h). What different programs would read differently is
 * refused, never guessed.
 */
#ifndef CERTAUTHZ_CERTIFICATE_NAME_TEXT_H
#define CERTAUTHZ_CERTIFICATE_NAME_TEXT_H

#include "base/buffer.h"
#include "base/bytes.h"

#define CZ_NAME_TEXT_MAX 16384 /* bytes */

/*
 * Appends the content of the Name's SEQUENCE that `text` stands for: 1 to CZ_NAME_RDNS_MAX RDNs of
 * up to CZ_RDN_ATTRIBUTES_MAX attributes, values as UTF8String (those of #hex as they are), the
 * attributes of an RDN in the order of the text. So cz_name_valid holds for it. `order_matters`:
 * "O=company,CN=client" is refused, since OpenSSL writes the first RDN of the encoding first and
 * RFC 4514 the last one; names that are compared in any order need not mind.
 *
 * False, with nothing appended to `rdns`, where the text is no name, is ambiguous, or memory ran
 * out; `problem` (empty before) then holds one line for people: what is wrong, what to write, and
 * how it was read. It is empty only where there was no memory for it either.
 */
bool cz_name_parse(const char *text, bool order_matters, struct buffer *rdns,
                   struct buffer *problem);

/*
 * One attribute, "OU=production", in the same spellings: appends its type's OID content and its
 * value as UTF-8. False as above, with nothing appended; also for a #hex value that is no string.
 * Where memory ran out both buffers have failed.
 */
bool cz_name_attribute_parse(const char *text, struct buffer *oid, struct buffer *value,
                             struct buffer *problem);

#endif
