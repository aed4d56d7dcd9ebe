/*
 * Distinguished names (RFC 5280 4.1.2.4): read from DER, written for people
 * (RFC 4514), and brought to a canonical form in which equal names are equal bytes.
 */
#ifndef CERTAUTHZ_CERTIFICATE_NAME_H
#define CERTAUTHZ_CERTIFICATE_NAME_H

#include "base/buffer.h"
#include "base/bytes.h"

/* One attribute of a name; all borrowed from the name's DER. */
struct name_attribute {
    struct bytes type;  /* OID content */
    uint8_t value_tag;  /* the ASN.1 string type */
    struct bytes value; /* content bytes, as encoded */
    struct bytes whole_value;
    size_t rdn; /* which RDN it belongs to, from 0 */
};

/* A walk over a name's attributes in the order of their encoding. */
struct name_walk {
    struct bytes rdns;
    struct bytes rdn;
    size_t index;   /* RDNs taken so far */
    bool malformed; /* the walk ended at a malformed byte, not at the end */
};

/* `name` is the content of the Name's SEQUENCE. */
struct name_walk cz_name_walk(struct bytes name);
/* False at the end; and at the first malformed byte, which cz_name_valid has ruled out. */
bool cz_name_next(struct name_walk *walk, struct name_attribute *attribute);

#define CZ_NAME_RDNS_MAX 128 /* so that a hostile name costs no more than a bounded time */

/* True for a well-formed Name of at most CZ_NAME_RDNS_MAX RDNs, the empty one included. */
bool cz_name_valid(struct bytes name);

/*
 * The form in which names are compared (RFC 5280 7.1): string types are read as
 * characters, ASCII letters folded, blanks (TAB and line ends are some, RFC 4518 2.2) trimmed
 * and inner runs made one, and the attributes of an RDN put in a fixed order. Characters beyond
 * ASCII are compared exactly, so two names that only differ in their case stay different: names are
 * never held equal that are not.
 */
void cz_name_canonical(struct buffer *out, struct bytes name);

/* RFC 4514: the last RDN first. Controls are written as \XX, so the text is one line. */
void cz_name_append(struct buffer *out, struct bytes name);

/* The attribute's value as UTF-8; false where its type is not a string that we can read. */
bool cz_name_value_utf8(struct buffer *out, const struct name_attribute *attribute);
/* The first attribute of this type in the encoding's order. */
bool cz_name_find(struct bytes name, struct bytes type, struct name_attribute *attribute);

#endif
