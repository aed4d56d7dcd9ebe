/*
 * Text from peers, made safe for where it goes. Each function appends to a buffer
 * and never fails by itself (see buffer.h).
 */
#ifndef CERTAUTHZ_BASE_TEXT_H
#define CERTAUTHZ_BASE_TEXT_H

#include "base/buffer.h"
#include "base/bytes.h"

/*
 * The length in bytes (1 to 4) of the well-formed UTF-8 character at the start of
 * `text`, or 0 where it is malformed, overlong, a surrogate, or empty (RFC 3629).
 */
size_t cz_utf8_length(struct bytes text);
bool cz_utf8_valid(struct bytes text);
/* 0 to 15, or -1 where `c` is no hexadecimal digit. */
int cz_hex_digit(uint8_t c);
/* C0 controls, DEL, and the C1 controls U+0080 to U+009F. */
bool cz_text_has_control(struct bytes text);

/* One line that may stand in a header: well-formed UTF-8 of 1 to `limit` bytes without controls,
 * and no blank at its ends. */
bool cz_text_is_line(struct bytes text, size_t limit);

/* The next line of *text, without its newline, which is left behind as well; borrowed, and empty at
 * the end or where a line is. */
struct bytes cz_text_next_line(const char **text);

/* Base64 with padding (RFC 4648 section 4), and for URLs without (section 5). */
void cz_base64(struct buffer *out, struct bytes bytes);
void cz_base64url(struct buffer *out, struct bytes bytes);

/* A JSON string with its quotes (RFC 8259). Controls are escaped; a malformed byte
 * becomes U+FFFD, so the output is always valid UTF-8. */
void cz_json_string(struct buffer *out, struct bytes text);
/* `"name":` with a comma before it unless the object was just opened with '{'. */
void cz_json_name(struct buffer *out, const char *name);
/* The two together. */
void cz_json_member(struct buffer *out, const char *name, struct bytes text);

/* Text for HTML content and double-quoted attributes. Controls and malformed bytes
 * become U+FFFD. */
void cz_html_escape(struct buffer *out, struct bytes text);

#endif
