/* The reader of DER: what is minimal and bounded passes, all else is refused. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"

struct next_case {
    const char *name;
    struct bytes input;
    bool good;
    uint8_t tag;
    size_t header, len;
};

static const struct next_case next_cases[] = {
    {"nothing", TEXT(""), false, 0, 0, 0},
    {"a tag alone", TEXT("\x04"), false, 0, 0, 0},
    {"empty content", TEXT("\x05\x00"), true, 0x05, 2, 0},
    {"one byte of content", TEXT("\x04\x01z"), true, 0x04, 2, 1},
    {"content that is cut off", TEXT("\x04\x02z"), false, 0, 0, 0},
    {"an indefinite length", TEXT("\x30\x80\x00\x00"), false, 0, 0, 0},
    {"a long length where a short one does", TEXT("\x04\x81\x01z"), false, 0, 0, 0},
    {"length octets that begin with zero", TEXT("\x04\x82\x00\x01z"), false, 0, 0, 0},
    {"length octets that are cut off", TEXT("\x04\x82\x01"), false, 0, 0, 0},
    {"five length octets", TEXT("\x04\x85\x01\x00\x00\x00\x00z"), false, 0, 0, 0},
    {"a length near 4 GiB", TEXT("\x04\x84\xff\xff\xff\xffz"), false, 0, 0, 0},
    {"the reserved length 0xff", TEXT("\x04\xffz"), false, 0, 0, 0},
    {"a tag of several bytes", TEXT("\x1f\x81\x01\x00"), false, 0, 0, 0},
    {"a constructed tag of several bytes", TEXT("\xbf\x01\x00"), false, 0, 0, 0},
    {"a context tag", TEXT("\xa3\x01z"), true, 0xa3, 2, 1},
};

static void test_next(void) {
    for (size_t i = 0; i < CZ_COUNT(next_cases); i++) {
        const struct next_case *c = &next_cases[i];
        struct bytes input = support_keep(c->input.data, c->input.len), rest = input;
        struct der_element element = {0};
        bool good = cz_der_next(&rest, &element);
        bool as_wanted = good == c->good;
        if (as_wanted && good)
            as_wanted = element.tag == c->tag && element.content.len == c->len &&
                        element.content.data == input.data + c->header &&
                        element.whole.data == input.data &&
                        element.whole.len == c->header + c->len && rest.len == 0;
        if (as_wanted && !good)
            as_wanted = rest.data == input.data && rest.len == input.len;
        tap_ok(as_wanted, "%s %s", c->name, c->good ? "is read" : "is refused");
    }
}

static void test_long_lengths(void) {
    static const struct {
        size_t len, header;
    } cases[] = {{0x7f, 2}, {0x80, 3}, {0xff, 3}, {0x100, 4}, {0xffff, 4}, {0x10000, 5}};
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct bytes whole = DER(DER_OCTET_STRING, support_fill('x', cases[i].len));
        struct bytes rest = JOIN(whole, TEXT("\x05\x00")), content;
        tap_ok(cz_der_take(&rest, DER_OCTET_STRING, &content) && content.len == cases[i].len &&
                   whole.len == cases[i].header + cases[i].len && rest.len == 2,
               "%zu bytes of content are read", cases[i].len);
    }
}

static void test_padded_length(void) {
    struct bytes content = support_fill('x', 0x80), ignored;
    struct bytes padded = JOIN(TEXT("\x04\x82\x00\x80"), content);
    tap_ok(!cz_der_take(&padded, DER_OCTET_STRING, &ignored),
           "a long length that begins with a zero octet is refused");
    struct bytes plain = JOIN(TEXT("\x04\x81\x80"), content);
    tap_ok(cz_der_take(&plain, DER_OCTET_STRING, &ignored), "and read without it");
}

static void test_take(void) {
    struct bytes input = TEXT("\x02\x01\x07\x05\x00"), rest = input, content = {0};
    tap_is_int(cz_der_peek(rest), DER_INTEGER, "the next tag is seen");
    tap_ok(!cz_der_take(&rest, DER_OID, &content) && rest.data == input.data &&
               rest.len == input.len && content.data == NULL,
           "another tag takes nothing");
    tap_ok(!cz_der_take_optional(&rest, DER_BOOLEAN, &content) && rest.len == input.len,
           "nor where it is optional");
    tap_ok(cz_der_take(&rest, DER_INTEGER, &content) && content.len == 1 && rest.len == 2,
           "the tag that is there is taken");
    tap_ok(cz_der_take_optional(&rest, DER_NULL, &content) && content.len == 0 && rest.len == 0,
           "an optional one too");
    tap_is_int(cz_der_peek(rest), 0, "the end has no tag");
    tap_ok(!cz_der_take(&rest, DER_NULL, &content), "and nothing to take");
    struct bytes cut = TEXT("\x05\x01");
    tap_ok(!cz_der_take_optional(&cut, DER_NULL, &content) && cut.len == 2,
           "an optional one that is cut off stays");
}

struct integer_case {
    const char *name;
    struct bytes content;
    bool minimal, positive, small;
    size_t magnitude;
    int value;
};

static const struct integer_case integer_cases[] = {
    {"no octets", TEXT(""), false, false, false, 0, 0},
    {"0", TEXT("\x00"), true, true, true, 1, 0},
    {"127", TEXT("\x7f"), true, true, true, 1, 127},
    {"-128", TEXT("\x80"), true, false, false, 0, 0},
    {"128", TEXT("\x00\x80"), true, true, true, 1, 128},
    {"0 in two octets", TEXT("\x00\x00"), false, false, false, 0, 0},
    {"127 in two octets", TEXT("\x00\x7f"), false, false, false, 0, 0},
    {"-1 in two octets", TEXT("\xff\xff"), false, false, false, 0, 0},
    {"-129", TEXT("\xff\x7f"), true, false, false, 0, 0},
    {"2^31 - 1", TEXT("\x7f\xff\xff\xff"), true, true, true, 4, 0x7fffffff},
    {"2^31", TEXT("\x00\x80\x00\x00\x00"), true, true, false, 4, 0},
    {"2^32", TEXT("\x01\x00\x00\x00\x00"), true, true, false, 5, 0},
};

static void test_integers(void) {
    for (size_t i = 0; i < CZ_COUNT(integer_cases); i++) {
        const struct integer_case *c = &integer_cases[i];
        struct bytes magnitude = {0};
        int value = 0;
        tap_ok(cz_der_integer_is_minimal(c->content) == c->minimal, "%s: %sminimal", c->name,
               c->minimal ? "" : "not ");
        tap_ok(cz_der_positive_integer(c->content, &magnitude) == c->positive &&
                   magnitude.len == c->magnitude,
               "%s: %s", c->name, c->positive ? "positive" : "not positive");
        tap_ok(cz_der_small_integer(c->content, &value) == c->small && value == c->value, "%s: %s",
               c->name, c->small ? "small" : "not small");
    }
}

static void test_boolean(void) {
    bool value = true;
    tap_ok(cz_der_boolean(TEXT("\x00"), &value) && !value, "0x00 is false");
    tap_ok(cz_der_boolean(TEXT("\xff"), &value) && value, "0xff is true");
    tap_ok(!cz_der_boolean(TEXT("\x01"), &value), "0x01 is neither");
    tap_ok(!cz_der_boolean(TEXT(""), &value), "nor is nothing");
    tap_ok(!cz_der_boolean(TEXT("\xff\xff"), &value), "nor are two octets");
}

struct time_case {
    uint8_t tag;
    const char *text;
    bool good;
    int64_t seconds;
};

static const struct time_case time_cases[] = {
    {DER_UTC_TIME, "700101000000Z", true, 0},
    {DER_UTC_TIME, "491231235959Z", true, INT64_C(2524607999)},
    {DER_UTC_TIME, "500101000000Z", true, INT64_C(-631152000)},
    {DER_UTC_TIME, "000229120000Z", true, INT64_C(951825600)},
    {DER_UTC_TIME, "010229120000Z", false, 0},
    {DER_UTC_TIME, "7001010000Z", false, 0},
    {DER_UTC_TIME, "700101000000", false, 0},
    {DER_UTC_TIME, "700101000000+0000", false, 0},
    {DER_UTC_TIME, "700101000060Z", false, 0},
    {DER_UTC_TIME, "700101240000Z", false, 0},
    {DER_UTC_TIME, "700100000000Z", false, 0},
    {DER_UTC_TIME, "701301000000Z", false, 0},
    {DER_UTC_TIME, "7001010000 0Z", false, 0},
    {DER_UTC_TIME, "-10101000000Z", false, 0},
    {DER_UTC_TIME, "", false, 0},
    {DER_UTC_TIME, "20500101000000Z", false, 0},
    {DER_GENERALIZED_TIME, "20500101000000Z", true, INT64_C(2524608000)},
    {DER_GENERALIZED_TIME, "99991231235959Z", true, INT64_C(253402300799)},
    {DER_GENERALIZED_TIME, "20491231235959Z", true, INT64_C(2524607999)},
    {DER_GENERALIZED_TIME, "20500101000000.5Z", false, 0},
    {DER_GENERALIZED_TIME, "20500101000000", false, 0},
    {DER_GENERALIZED_TIME, "2050010100Z", false, 0},
    {DER_GENERALIZED_TIME, "500101000000Z", false, 0},
    {DER_UTF8_STRING, "700101000000Z", false, 0},
};

static void test_times(void) {
    for (size_t i = 0; i < CZ_COUNT(time_cases); i++) {
        const struct time_case *c = &time_cases[i];
        struct bytes rest = DER(c->tag, cz_bytes_of(c->text));
        struct der_element element;
        int64_t seconds = 0;
        bool good = cz_der_next(&rest, &element) && cz_der_time(&element, &seconds);
        tap_ok(good == c->good && (!good || seconds == c->seconds), "the time 0x%02x \"%s\" is %s",
               c->tag, c->text, c->good ? "read" : "refused");
    }
}

int main(void) {
    test_next();
    test_long_lengths();
    test_padded_length();
    test_take();
    test_integers();
    test_boolean();
    test_times();
    return tap_done();
}
