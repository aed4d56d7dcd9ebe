/*
 * The attribute types of distinguished names that have names of their own, and how each
 * program spells them. Every other type is written and read as its OID.
 */
#ifndef CERTAUTHZ_CERTIFICATE_NAME_TYPES_H
#define CERTAUTHZ_CERTIFICATE_NAME_TYPES_H

#include "base/buffer.h"
#include "base/bytes.h"

/* Where in a name people expect an attribute of this type: whether it names one holder or what
 * the holder belongs to. */
enum name_rank { NAME_RANK_NONE = 0, NAME_RANK_GENERAL, NAME_RANK_SPECIFIC };

struct name_type {
    struct bytes oid;
    const char *name;    /* RFC 4514 and RFC 4519; where they have none the usual one */
    const char *dotnet;  /* NULL: OID.1.2.3 */
    const char *openssl; /* NULL: as `name` */
    const char *also[3]; /* further names that people write */
    enum name_rank rank;
};

/* NULL where the type has no name. */
const struct name_type *cz_name_type_find(struct bytes oid);
/* Reads a name in any case, 1.2.3 or OID.1.2.3, and appends the OID's content. False, with nothing
 * appended, where it is none of them. */
bool cz_name_type_parse(struct bytes text, struct buffer *oid);

#endif
