#include "certificate/der.h"

#include "base/calendar.h"

#define LENGTH_BYTES_MAX 4

/* Reads the length octets at `data[1]`; false when they are not DER or too long. */
static bool read_length(struct bytes input, size_t *header, size_t *length) {
    if (input.len < 2)
        return false;
    uint8_t first = input.data[1];
    if (first < 0x80) {
        *header = 2;
        *length = first;
        return true;
    }
    size_t count = first & 0x7f;
    if (count == 0 || count > LENGTH_BYTES_MAX || input.len < 2 + count)
        return false;
    size_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | input.data[2 + i];
    bool minimal = value >= 0x80 && input.data[2] != 0;
    *header = 2 + count;
    *length = value;
    return minimal;
}

bool cz_der_next(struct bytes *rest, struct der_element *element) {
    size_t header, length;
    if (!read_length(*rest, &header, &length) || length > rest->len - header)
        return false;
    uint8_t tag = rest->data[0];
    if ((tag & 0x1f) == 0x1f)
        return false;
    *element = (struct der_element){
        .tag = tag,
        .whole = {.data = rest->data, .len = header + length},
        .content = {.data = rest->data + header, .len = length},
    };
    rest->data += header + length;
    rest->len -= header + length;
    return true;
}

bool cz_der_take_any_length(struct bytes *rest, uint8_t tag, struct bytes *content) {
    struct bytes before = *rest;
    struct der_element element;
    if (!cz_der_next(rest, &element))
        return false;
    if (element.tag != tag) {
        *rest = before;
        return false;
    }
    *content = element.content;
    return true;
}

bool cz_der_boolean(struct bytes content, bool *value) {
    if (content.len != 1 || (content.data[0] != 0x00 && content.data[0] != 0xff))
        return false;
    *value = content.data[0] == 0xff;
    return true;
}

bool cz_der_integer_is_minimal(struct bytes content) {
    if (content.len == 0)
        return false;
    if (content.len == 1)
        return true;
    bool next_is_negative = (content.data[1] & 0x80) != 0;
    return !(content.data[0] == 0x00 && !next_is_negative) &&
           !(content.data[0] == 0xff && next_is_negative);
}

bool cz_der_positive_integer(struct bytes content, struct bytes *magnitude) {
    if (!cz_der_integer_is_minimal(content) || (content.data[0] & 0x80) != 0)
        return false;
    *magnitude = content;
    if (content.len > 1 && content.data[0] == 0) {
        magnitude->data++;
        magnitude->len--;
    }
    return true;
}

bool cz_der_small_integer(struct bytes content, int *value) {
    struct bytes magnitude;
    if (!cz_der_positive_integer(content, &magnitude) || magnitude.len > 4)
        return false;
    uint32_t number = 0;
    for (size_t i = 0; i < magnitude.len; i++)
        number = number << 8 | magnitude.data[i];
    if (number > INT32_MAX)
        return false;
    *value = (int)number;
    return true;
}

static bool digits(struct bytes text, size_t at, int *value) {
    uint8_t high = text.data[at], low = text.data[at + 1];
    if (high < '0' || high > '9' || low < '0' || low > '9')
        return false;
    *value = (high - '0') * 10 + (low - '0');
    return true;
}

bool cz_der_time(const struct der_element *element, int64_t *seconds) {
    bool utc = element->tag == DER_UTC_TIME;
    size_t year_digits = utc ? 2 : 4;
    struct bytes text = element->content;
    if ((!utc && element->tag != DER_GENERALIZED_TIME) || text.len != year_digits + 11 ||
        text.data[text.len - 1] != 'Z')
        return false;
    struct civil_time civil;
    int high = 0, low;
    if (!digits(text, 0, &high) || (!utc && !digits(text, 2, &low)))
        return false;
    /* RFC 5280 4.1.2.5.1: two digits from 50 on are 19xx, below 20xx. */
    civil.year = utc ? (high >= 50 ? 1900 + high : 2000 + high) : high * 100 + low;
    size_t at = year_digits;
    return digits(text, at, &civil.month) && digits(text, at + 2, &civil.day) &&
           digits(text, at + 4, &civil.hour) && digits(text, at + 6, &civil.minute) &&
           digits(text, at + 8, &civil.second) && cz_civil_to_seconds(&civil, seconds);
}
