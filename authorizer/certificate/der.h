/*
 * A bounds-checked reader of DER (X.690). It owns nothing, allocates nothing, and
 * accepts only definite, minimal lengths and single-byte tags, which is all that
 * X.509 uses.
 */
#ifndef CERTAUTHZ_CERTIFICATE_DER_H
#define CERTAUTHZ_CERTIFICATE_DER_H

#include "base/bytes.h"

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_UTF8_STRING = 0x0c,
    DER_NUMERIC_STRING = 0x12,
    DER_PRINTABLE_STRING = 0x13,
    DER_TELETEX_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_VISIBLE_STRING = 0x1a,
    DER_UNIVERSAL_STRING = 0x1c,
    DER_BMP_STRING = 0x1e,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
};

/* Context-specific tags [n], primitive and constructed. */
#define DER_CONTEXT(n) (0x80 | (n))
#define DER_CONTEXT_CONSTRUCTED(n) (0xa0 | (n))

struct der_element {
    uint8_t tag;
    struct bytes whole;   /* tag, length and content */
    struct bytes content; /* both borrowed from the input */
};

/* Takes the first element off `rest`. False, with `rest` as it was, when it is malformed
 * or there is none. */
bool cz_der_next(struct bytes *rest, struct der_element *element);
bool cz_der_take_any_length(struct bytes *rest, uint8_t tag, struct bytes *content);

/* The same, and false when the element has another tag. The short form of the length is read right
 * here, since lists of a million elements are read by this. */
static inline bool cz_der_take(struct bytes *rest, uint8_t tag, struct bytes *content) {
    if (rest->len < 2 || rest->data[0] != tag || rest->data[1] >= 0x80 || (tag & 0x1f) == 0x1f)
        return cz_der_take_any_length(rest, tag, content);
    size_t len = rest->data[1];
    if (len > rest->len - 2)
        return false;
    *content = (struct bytes){.data = rest->data + 2, .len = len};
    rest->data += 2 + len;
    rest->len -= 2 + len;
    return true;
}

/* The tag of the next element, or 0 at the end. */
static inline uint8_t cz_der_peek(struct bytes rest) {
    return rest.len > 0 ? rest.data[0] : 0;
}

/* The content of a file is DER and not a text with PEM in it, which may begin with the digit 0. No
 * certificate or CRL is so short that its length is one octet. */
static inline bool cz_der_begins(struct bytes content) {
    return content.len >= 2 && content.data[0] == DER_SEQUENCE && content.data[1] >= 0x80;
}

/* True, with the element taken, when the next one has this tag; otherwise untouched. */
static inline bool cz_der_take_optional(struct bytes *rest, uint8_t tag, struct bytes *content) {
    return cz_der_peek(*rest) == tag && cz_der_take(rest, tag, content);
}

/* DER's TRUE is 0xff and FALSE 0x00; anything else is refused. */
bool cz_der_boolean(struct bytes content, bool *value);
/* A non-negative INTEGER of minimal form up to INT32_MAX. */
bool cz_der_small_integer(struct bytes content, int *value);
/* Any INTEGER of minimal form: its bytes without the sign's leading zero. */
bool cz_der_positive_integer(struct bytes content, struct bytes *magnitude);
bool cz_der_integer_is_minimal(struct bytes content);

/* UTCTime and GeneralizedTime in the forms of RFC 5280 4.1.2.5: Z, seconds, no fraction. That
 * GeneralizedTime is for 2050 and later is left to the caller. */
bool cz_der_time(const struct der_element *element, int64_t *seconds);

#endif
