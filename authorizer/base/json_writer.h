/* Members of JSON objects beyond those of base/text.h; each with a comma before it where one is
 * due. */
#ifndef CERTAUTHZ_BASE_JSON_WRITER_H
#define CERTAUTHZ_BASE_JSON_WRITER_H

#include "base/buffer.h"

/* Nothing where the value is empty. */
void cz_json_optional(struct buffer *out, const char *name, struct bytes value);
void cz_json_truth(struct buffer *out, const char *name, bool truth);
void cz_json_number(struct buffer *out, const char *name, int64_t number);
/* As a text: 2026-01-02T03:04:05Z. */
void cz_json_time(struct buffer *out, const char *name, int64_t seconds);
/* As a text: lower-case hexadecimal. */
void cz_json_hex(struct buffer *out, const char *name, struct bytes bytes);
/* Before each element of a list of objects. */
void cz_json_separate(struct buffer *out);

#endif
