/*
 * One JSON object (RFC 8259) as its members: a line of the log, or a question. What is nested in
 * it is checked and passed over. Pure.
 */
#ifndef CERTAUTHZ_CTL_JSON_READER_H
#define CERTAUTHZ_CTL_JSON_READER_H

#include "base/buffer.h"
#include "base/error.h"

enum json_type { JSON_STRING, JSON_NUMBER, JSON_WORD, JSON_NESTED };

struct json_member {
    struct buffer name; /* owned, like what follows; UTF-8 without NUL */
    enum json_type type;
    struct buffer text; /* a string's characters; true, false, null or a number as it stands */
};

#define CZ_JSON_MEMBERS_MAX 64
#define CZ_JSON_DEPTH_MAX 16

struct json_object {
    struct json_member members[CZ_JSON_MEMBERS_MAX];
    size_t count;
};

/* Blanks around the object are passed over. False, with the byte and what is wrong in `error`,
 * where it is none, has a name twice, holds a NUL or malformed UTF-8, or goes beyond the limits.
 * The caller releases `object` in either case. */
bool cz_json_read(struct bytes text, struct json_object *object, struct error *error);
/* NULL where there is no member of this name. */
const struct json_member *cz_json_find(const struct json_object *object, const char *name);
void cz_json_object_release(struct json_object *object);

#endif
