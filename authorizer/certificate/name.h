/*
 * Distinguished names (RFC 5280 4.1.2.4): read from DER, written for people, and brought to a
 * form in which equal names are equal bytes. Names that people wrote: see name_text.h.
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

/* How names are compared; the zero value is RFC 5280's way. */
enum name_comparison {
    /* String types are read as characters, ASCII letters folded, blanks (TAB and line ends are
     * some, RFC 4518 2.2) trimmed and inner runs made one (RFC 5280 7.1). Characters beyond ASCII
     * are compared exactly, so two names that only differ in their case stay different: names are
     * never held equal that are not. */
    NAME_NORMALISED = 0,
    NAME_EXACT,     /* the same characters, whatever string types hold them */
    NAME_ANY_ORDER, /* normalised, with the RDNs as a multiset */
};

/*
 * Appends the form in which two valid names are equal under `how` exactly where their bytes are
 * equal. The attributes of an RDN are a set in each of them (of more than CZ_RDN_ATTRIBUTES_MAX
 * the order counts), and a value that is no string we can read is compared as it was encoded.
 */
void cz_name_comparable(struct buffer *out, struct bytes name, enum name_comparison how);
/* NAME_NORMALISED. */
void cz_name_canonical(struct buffer *out, struct bytes name);

#define CZ_RDN_ATTRIBUTES_MAX 16

/* The same for one attribute, of a certificate and of a type (OID content) with a text (UTF-8):
 * normalised, or `exact`. */
void cz_name_attribute_comparable(struct buffer *out, const struct name_attribute *attribute,
                                  bool exact);
void cz_attribute_comparable(struct buffer *out, struct bytes type, struct bytes utf8_value,
                             bool exact);

/*
 * A name as text, always one line of UTF-8 without controls. What is no string that we can read
 * is '#' and its DER in hexadecimal, in all of them.
 */
/* RFC 4514: the last RDN first. Controls are written as \XX. */
void cz_name_append(struct buffer *out, struct bytes name);
/* X509Certificate2.Subject of .NET: the last RDN first, ", " between RDNs, quotes where .NET puts
 * them. It writes a backslash as it is; where .NET would write a control we write \XX. */
void cz_name_append_dotnet(struct buffer *out, struct bytes name);
/* /C=DE/CN=x as OpenSSL's X509_NAME_oneline: in the order of the encoding, with bytes beyond
 * printable ASCII as \xXX. Unlike there, a backslash, a '#' in front, and ',' and ';' in a value
 * with '=' have a backslash before them, so that no two names have one text. */
void cz_name_append_openssl(struct buffer *out, struct bytes name);
/* The same with characters beyond ASCII as they are, for messages. */
void cz_name_append_slash(struct buffer *out, struct bytes name);

/* The attribute's value as UTF-8; false, with nothing appended, where its type is not a string
 * that we can read. */
bool cz_name_value_utf8(struct buffer *out, const struct name_attribute *attribute);
/* The same without a copy where the value is UTF-8 as it stands: `text` lives as long as the
 * attribute's DER and `scratch`, which is empty before and may have failed after. */
bool cz_name_value_text(const struct name_attribute *attribute, struct buffer *scratch,
                        struct bytes *text);
/* The first attribute of this type in the encoding's order. */
bool cz_name_find(struct bytes name, struct bytes type, struct name_attribute *attribute);

#endif
