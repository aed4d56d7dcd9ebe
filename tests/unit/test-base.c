/*
 * The base code: buffers, text made safe, times, content negotiation, errors, ownership.
 */
#include "../tap.h"

#include "base/accept.h"
#include "base/buffer.h"
#include "base/bytes.h"
#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define DAY 86400

static void test_bytes(void) {
    struct bytes none = {0};
    tap_ok(cz_bytes_equal(none, CZ_BYTES("")), "no bytes equal the empty text");
    tap_ok(cz_bytes_equal(cz_bytes_of("abc"), CZ_BYTES("abc")), "the same bytes are equal");
    tap_ok(!cz_bytes_equal(CZ_BYTES("abc"), CZ_BYTES("abd")), "other bytes are not");
    tap_ok(!cz_bytes_equal(CZ_BYTES("abc"), CZ_BYTES("ab")) &&
               !cz_bytes_equal(CZ_BYTES("ab"), CZ_BYTES("abc")),
           "a prefix is not");
    tap_ok(cz_bytes_equal(CZ_BYTES("a\0b"), CZ_BYTES("a\0b")) &&
               !cz_bytes_equal(CZ_BYTES("a\0b"), CZ_BYTES("a\0c")),
           "a NUL does not end the comparison");
}

static void test_error(void) {
    struct error error = {0};
    tap_ok(!cz_error_set(&error, "line %d", 7), "setting an error gives false");
    tap_is(error.message, "line 7", "the message is formatted");
    tap_ok(!cz_error_set(&error, "later"), "setting another gives false too");
    tap_is(error.message, "line 7", "and the first message stays");
    struct error large = {0};
    cz_error_set(&large, "%02000d", 1);
    tap_is_int((long long)strlen(large.message), sizeof large.message - 1, "a long one is cut");
}

static void test_cleanup(void) {
    int fd = open("/dev/null", O_RDONLY);
    int kept = fd;
    cz_close_fd(&fd);
    tap_is_int(fd, -1, "a closed descriptor is forgotten");
    tap_ok(fcntl(kept, F_GETFD) == -1 && errno == EBADF, "and really closed");
    cz_close_fd(&fd);
    char *owned = malloc(8);
    char *stolen = CZ_STEAL(owned);
    tap_ok(owned == NULL && stolen != NULL, "a stolen pointer changes hands");
    cz_free_ptr(&stolen);
    tap_ok(stolen == NULL, "a freed pointer is forgotten");
    cz_free_ptr(&stolen);
    {
        CZ_CLEANUP(cz_close_fd) int scoped = open("/dev/null", O_RDONLY);
        kept = scoped;
    }
    tap_ok(fcntl(kept, F_GETFD) == -1, "leaving the scope releases");
    int numbers[7];
    tap_is_int(CZ_COUNT(numbers), 7, "an array is counted");
}

static void test_buffer(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer buffer = {0};
    tap_is(cz_buffer_text(&buffer), "", "an unused buffer is the empty text");
    tap_is_int((long long)cz_buffer_view(&buffer).len, 0, "and no bytes");
    cz_buffer_puts(&buffer, "");
    tap_is_int((long long)buffer.len, 0, "appending nothing adds nothing");
    cz_buffer_bytes(&buffer, (struct bytes){0});
    tap_ok(!buffer.failed && buffer.len == 0, "nor do NULL bytes");
    cz_buffer_puts(&buffer, "a");
    cz_buffer_putc(&buffer, 'b');
    cz_buffer_append(&buffer, "cdx", 2);
    cz_buffer_bytes(&buffer, CZ_BYTES("e"));
    cz_buffer_printf(&buffer, "%s%d", "f", -1);
    cz_buffer_hex(&buffer, CZ_BYTES("\x01\xfe\x00"));
    tap_is(cz_buffer_text(&buffer), "abcdef-101fe00", "appending in every way");
    tap_is_int((long long)cz_buffer_view(&buffer).len, 14, "the view has the same length");
    size_t capacity = buffer.capacity;
    cz_buffer_clear(&buffer);
    tap_is(cz_buffer_text(&buffer), "", "a cleared buffer is empty");
    tap_ok(buffer.capacity == capacity && buffer.data != NULL, "and keeps its memory");
    cz_buffer_printf(&buffer, "%0300d", 5);
    tap_is_int((long long)strlen(cz_buffer_text(&buffer)), 300, "printf grows the buffer");
    char *room = cz_buffer_reserve(&buffer, 1000);
    tap_ok(room == buffer.data + 300 && buffer.len == 300 && buffer.capacity > 1300,
           "reserved room is at the end and not counted yet");
    cz_buffer_release(&buffer);
    tap_ok(buffer.data == NULL && buffer.len == 0 && buffer.capacity == 0, "released");
}

static void test_decimal(void) {
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-1, "-1"},
        {10, "10"},
        {-1234567890, "-1234567890"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer buffer = {0};
        cz_buffer_decimal(&buffer, cases[i].number);
        tap_is(cz_buffer_text(&buffer), cases[i].text, "a decimal number");
    }
}

static void fill(struct buffer *buffer, size_t len) {
    char *room = cz_buffer_reserve(buffer, len);
    if (room == NULL)
        return;
    memset(room, 'x', len);
    room[len] = '\0';
    buffer->len += len;
}

static void test_buffer_failure(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer buffer = {0};
    fill(&buffer, CZ_BUFFER_LIMIT - 1);
    tap_ok(!buffer.failed && buffer.len == CZ_BUFFER_LIMIT - 1, "full to the limit");
    cz_buffer_puts(&buffer, "");
    tap_ok(!buffer.failed, "nothing still fits");
    cz_buffer_putc(&buffer, 'x');
    tap_ok(buffer.failed && buffer.data == NULL && buffer.len == 0, "one more byte fails it");
    cz_buffer_puts(&buffer, "x");
    cz_buffer_printf(&buffer, "%d", 1);
    cz_buffer_hex(&buffer, CZ_BYTES("x"));
    cz_buffer_decimal(&buffer, 1);
    tap_ok(cz_buffer_reserve(&buffer, 1) == NULL, "no room in a failed buffer");
    tap_ok(buffer.failed && buffer.len == 0, "later appends are ignored");
    tap_is(cz_buffer_text(&buffer), "", "a failed buffer is the empty text");
    cz_buffer_clear(&buffer);
    cz_buffer_puts(&buffer, "again");
    tap_is(cz_buffer_text(&buffer), "again", "cleared, it works again");
    tap_ok(cz_buffer_reserve(&buffer, SIZE_MAX) == NULL && buffer.failed, "SIZE_MAX does not wrap");
    cz_buffer_clear(&buffer);
    cz_buffer_hex(&buffer, (struct bytes){.data = NULL, .len = SIZE_MAX / 2 + 1});
    tap_ok(buffer.failed, "nor does twice the length in hexadecimal");
    cz_buffer_release(&buffer);
    tap_ok(!buffer.failed, "releasing clears the failure");
}

static void test_buffer_limit(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer buffer = {.limit = 4};
    cz_buffer_puts(&buffer, "abc");
    tap_is(cz_buffer_text(&buffer), "abc", "a limit of its own counts the NUL");
    cz_buffer_putc(&buffer, 'd');
    tap_ok(buffer.failed && cz_buffer_limit(&buffer) == 4, "at which it fails, and which it keeps");
    cz_buffer_clear(&buffer);
    cz_buffer_hex(&buffer, CZ_BYTES("xyz"));
    tap_ok(buffer.failed, "in hexadecimal too");
    CZ_CLEANUP(cz_buffer_release) struct buffer large = {.limit = 2 * CZ_BUFFER_LIMIT};
    fill(&large, CZ_BUFFER_LIMIT);
    tap_ok(!large.failed && large.len == CZ_BUFFER_LIMIT, "or it is beyond the usual one");
}

static void test_utf8(void) {
    static const struct {
        const char *text;
        size_t length;
    } cases[] = {
        {"", 0},
        {"a", 1},
        {"\x7f", 1},
        {"\xc2\x80", 2},
        {"\xdf\xbf", 2},
        {"\xe0\xa0\x80", 3},
        {"\xed\x9f\xbf", 3},
        {"\xee\x80\x80", 3},
        {"\xef\xbf\xbf", 3},
        {"\xf0\x90\x80\x80", 4},
        {"\xf4\x8f\xbf\xbf", 4},
        {"\x80", 0},                 /* a continuation alone */
        {"\xc3", 0},                 /* cut short */
        {"\xc3(", 0},                /* no continuation */
        {"\xc0\x80", 0},             /* overlong */
        {"\xc1\xbf", 0},             /* overlong */
        {"\xe0\x9f\xbf", 0},         /* overlong */
        {"\xf0\x8f\xbf\xbf", 0},     /* overlong */
        {"\xed\xa0\x80", 0},         /* a surrogate */
        {"\xed\xbf\xbf", 0},         /* a surrogate */
        {"\xf4\x90\x80\x80", 0},     /* above U+10FFFF */
        {"\xf5\x80\x80\x80", 0},     /* above U+10FFFF */
        {"\xf8\x88\x80\x80\x80", 0}, /* five bytes */
        {"\xff", 0},
        {"\xe2\x82", 0}, /* cut short */
        {"\xf0\x9f\x98", 0},
        {"\xe2\x28\xa1", 0},
        {"\xf0\x9f\x28\x80", 0},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct bytes text = cz_bytes_of(cases[i].text);
        tap_is_int((long long)cz_utf8_length(text), (long long)cases[i].length, "a character");
        tap_ok(cz_utf8_valid(text) == (cases[i].length == text.len), "valid as a whole or not");
    }
    tap_is_int((long long)cz_utf8_length(CZ_BYTES("\xc3\xb6z")), 2, "only the first counts");
    tap_ok(cz_utf8_valid(CZ_BYTES("z\xc3\xb6\xe2\x82\xac\xf0\x9f\x98\x80")), "a valid text");
    tap_ok(!cz_utf8_valid(CZ_BYTES("z\xc3\xb6\xff")), "one bad byte at the end");
    tap_ok(cz_utf8_valid(CZ_BYTES("a\0b")), "a NUL is a character");
}

/* Every code point, encoded here by other means, is valid; no surrogate is. */
static void test_utf8_all(void) {
    size_t wrong = 0;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        uint8_t text[4];
        size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
        uint32_t rest = code;
        for (size_t i = len - 1; i > 0; i--, rest >>= 6)
            text[i] = (uint8_t)(0x80 | (rest & 0x3f));
        text[0] = (uint8_t)(leads[len] | rest);
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        wrong += cz_utf8_length((struct bytes){.data = text, .len = len}) != (surrogate ? 0 : len);
    }
    tap_is_int((long long)wrong, 0, "all 1,114,112 code points");
}

static void test_control(void) {
    tap_ok(!cz_text_has_control(CZ_BYTES("")), "no control in nothing");
    tap_ok(!cz_text_has_control(CZ_BYTES("a z~\xc2\xa0\xc3\x80")), "none in plain text");
    tap_ok(cz_text_has_control(CZ_BYTES("a\n")), "LF");
    tap_ok(cz_text_has_control(CZ_BYTES("a\0b")), "NUL");
    tap_ok(cz_text_has_control(CZ_BYTES("\x1f")), "U+001F");
    tap_ok(cz_text_has_control(CZ_BYTES("a\x7f")), "DEL");
    tap_ok(cz_text_has_control(CZ_BYTES("a\xc2\x80")), "U+0080");
    tap_ok(cz_text_has_control(CZ_BYTES("\xc2\x9f")), "U+009F");
    tap_ok(!cz_text_has_control(CZ_BYTES("\xc2")), "a lead byte alone is no control");
}

static void json_is(struct bytes text, const char *expected, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_json_string(&out, text);
    tap_is(cz_buffer_text(&out), expected, name);
    tap_ok(cz_utf8_valid(cz_buffer_view(&out)) && !cz_text_has_control(cz_buffer_view(&out)),
           "valid UTF-8 without controls: %s", name);
}

static void test_json(void) {
    json_is(CZ_BYTES(""), "\"\"", "the empty string");
    json_is(CZ_BYTES("plain"), "\"plain\"", "plain text");
    json_is(CZ_BYTES("\"\\/<>&'"), "\"\\\"\\\\/<>&'\"", "quotes and backslashes");
    json_is(CZ_BYTES("a\0\n\t\x1f\x7fz"), "\"a\\u0000\\u000a\\u0009\\u001f\\u007fz\"", "controls");
    json_is(CZ_BYTES("\xc2\x85\xc2\x9f\xc2\xa0"), "\"\\u0085\\u009f\xc2\xa0\"", "C1 controls");
    json_is(CZ_BYTES("\xc3\xb6\xe2\x82\xac\xf0\x9f\x98\x80"),
            "\"\xc3\xb6\xe2\x82\xac\xf0\x9f\x98\x80\"", "UTF-8 passes");
    json_is(CZ_BYTES("\xff\xc3(\xed\xa0\x80\xc2"),
            "\"" REPLACEMENT REPLACEMENT "(" REPLACEMENT REPLACEMENT REPLACEMENT REPLACEMENT "\"",
            "each malformed byte is replaced");
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_buffer_putc(&out, '{');
    cz_json_member(&out, "a", CZ_BYTES("{"));
    cz_json_member(&out, "b\"", CZ_BYTES("2"));
    cz_json_name(&out, "c");
    cz_buffer_putc(&out, '{');
    cz_json_name(&out, "d");
    cz_buffer_puts(&out, "1}}");
    tap_is(cz_buffer_text(&out), "{\"a\":\"{\",\"b\\\"\":\"2\",\"c\":{\"d\":1}}",
           "commas between the members of objects");
}

static void html_is(struct bytes text, const char *expected, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_html_escape(&out, text);
    tap_is(cz_buffer_text(&out), expected, name);
    tap_ok(cz_utf8_valid(cz_buffer_view(&out)) && strpbrk(cz_buffer_text(&out), "<>\"'") == NULL,
           "safe in text and attributes: %s", name);
}

static void test_html(void) {
    html_is(CZ_BYTES(""), "", "nothing");
    html_is(CZ_BYTES("plain text"), "plain text", "plain text");
    html_is(CZ_BYTES("<a href=\"x\" b='y'>&amp;"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;", "markup");
    html_is(CZ_BYTES("a\0\n\x7f\xc2\x85z"), "a" REPLACEMENT REPLACEMENT REPLACEMENT REPLACEMENT "z",
            "controls");
    html_is(CZ_BYTES("\xc3\xb6\xf0\x9f\x98\x80\xff\xc3<"),
            "\xc3\xb6\xf0\x9f\x98\x80" REPLACEMENT REPLACEMENT "&lt;",
            "UTF-8 passes, malformed bytes do not, nor do they swallow what follows");
}

static void time_is(int64_t seconds, const char *text) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_time_append(&out, seconds);
    tap_is(cz_buffer_text(&out), text, "a time as text");
    int64_t parsed = -1;
    tap_ok(cz_time_parse(cz_bytes_of(text), &parsed) && parsed == seconds, "and back: %s", text);
}

/* The seconds are those that `date -u -d TEXT +%s` of GNU coreutils gives. */
static void test_times(void) {
    time_is(0, "1970-01-01T00:00:00Z");
    time_is(-1, "1969-12-31T23:59:59Z");
    time_is(951782400, "2000-02-29T00:00:00Z");
    time_is(951868799, "2000-02-29T23:59:59Z");
    time_is(951868800, "2000-03-01T00:00:00Z");
    time_is(1709210096, "2024-02-29T12:34:56Z");
    time_is(2147483648, "2038-01-19T03:14:08Z");
    time_is(4107542400, "2100-03-01T00:00:00Z");
    time_is(-631152000, "1950-01-01T00:00:00Z"); /* UTCTime: 50 is 1950, 49 is 2049 */
    time_is(-631152001, "1949-12-31T23:59:59Z");
    time_is(2524607999, "2049-12-31T23:59:59Z");
    time_is(2524608000, "2050-01-01T00:00:00Z"); /* from here on GeneralizedTime */
    time_is(253402300799, "9999-12-31T23:59:59Z");
    time_is(-62135596800, "0001-01-01T00:00:00Z");
    time_is(-62167219200, "0000-01-01T00:00:00Z");
}

static void test_leap_years(void) {
    static const struct {
        int year;
        bool leap;
    } cases[] = {{1900, false}, {1999, false}, {2000, true}, {2023, false}, {2024, true},
                 {2100, false}, {2400, true},  {0, true},    {4, true},     {100, false}};
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct civil_time civil = {.year = cases[i].year, .month = 2, .day = 29};
        int64_t seconds;
        tap_ok(cz_civil_to_seconds(&civil, &seconds) == cases[i].leap, "29 February %d",
               cases[i].year);
    }
}

static bool same_civil(const struct civil_time *a, const struct civil_time *b) {
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second;
}

/* Counts the days of ten millennia by the rule of the calendar, beside the arithmetic. */
static void test_all_days(void) {
    int64_t expected = -62167219200;
    size_t wrong = 0, days = 0;
    for (int year = 0; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 31; day++) {
                struct civil_time civil = {.year = year, .month = month, .day = day};
                int64_t seconds;
                if (!cz_civil_to_seconds(&civil, &seconds))
                    continue;
                struct civil_time back = cz_civil_from_seconds(seconds);
                wrong += seconds != expected || !same_civil(&civil, &back);
                expected += DAY;
                days++;
            }
    tap_is_int((long long)wrong, 0, "every day follows the one before and converts back");
    tap_is_int((long long)days, 3652425, "10,000 years have 3,652,425 days");
}

/* A step that is prime to the length of a day meets all times of day. */
static void test_round_trips(void) {
    size_t wrong = 0;
    for (int64_t seconds = -62167219200; seconds <= 253402300799; seconds += 9999991) {
        struct civil_time civil = cz_civil_from_seconds(seconds);
        int64_t back;
        wrong += !cz_civil_to_seconds(&civil, &back) || back != seconds;
    }
    tap_is_int((long long)wrong, 0, "seconds to a civil time and back");
}

static void test_civil_rejections(void) {
    static const struct civil_time cases[] = {
        {-1, 1, 1, 0, 0, 0},    {10000, 1, 1, 0, 0, 0},     {2026, 0, 1, 0, 0, 0},
        {2026, 13, 1, 0, 0, 0}, {2026, 1, 0, 0, 0, 0},      {2026, 1, 32, 0, 0, 0},
        {2026, 4, 31, 0, 0, 0}, {2026, 2, 30, 0, 0, 0},     {2026, 1, 1, -1, 0, 0},
        {2026, 1, 1, 24, 0, 0}, {2026, 1, 1, 0, -1, 0},     {2026, 1, 1, 0, 60, 0},
        {2026, 1, 1, 0, 0, -1}, {2026, 12, 31, 23, 59, 60}, {2026, -1, 1, 0, 0, 0},
        {2026, 1, -1, 0, 0, 0},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        int64_t seconds = 42;
        tap_ok(!cz_civil_to_seconds(&cases[i], &seconds) && seconds == 42,
               "out of range: civil time %zu", i);
    }
}

static void test_parse_rejections(void) {
    static const char *const cases[] = {
        "",
        "2026-01-02",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05z",
        "2026-01-02t03:04:05Z",
        "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05+00:00",
        "2026-01-02T03:04:05.0Z",
        "2026-01-02T03:04:05Z ",
        " 2026-01-02T03:04:05Z",
        "2026-1-02T03:04:05Z0",
        "20260102T030405Z",
        "2026/01/02T03:04:05Z",
        "2026-02-29T03:04:05Z",
        "2026-13-02T03:04:05Z",
        "2026-00-02T03:04:05Z",
        "2026-01-00T03:04:05Z",
        "2026-01-02T24:04:05Z",
        "2026-01-02T03:60:05Z",
        "2026-01-02T03:04:60Z",
        "+026-01-02T03:04:05Z",
        "-026-01-02T03:04:05Z",
        "2026-01-02T03:04: 5Z",
        "2026-01-02T03:04:0:Z",
        "2026-01-02T03:04:0/Z",
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        int64_t seconds;
        tap_ok(!cz_time_parse(cz_bytes_of(cases[i]), &seconds), "no time: '%s'", cases[i]);
    }
    int64_t seconds;
    tap_ok(!cz_time_parse(CZ_BYTES("2026-01-02T03:04:0\0Z"), &seconds), "no time: with a NUL");
    tap_ok(!cz_time_parse(CZ_BYTES("2026-01-02T03:04:05Z\0"), &seconds), "no time: and a NUL");
}

enum { HTML = 0, JSON = 1, TEXT = 2 };

static void test_accept(void) {
    static const char *const offers[] = {"text/html", "application/json", "text/plain"};
    static const struct {
        const char *accept;
        size_t chosen;
    } cases[] = {
        {NULL, HTML},
        {"", HTML},
        {"*/*", HTML},
        {"text/html", HTML},
        {"application/json", JSON},
        {"APPLICATION/Json", JSON},
        {"text/plain", TEXT},
        {"text/*", HTML},
        {"application/*", JSON},
        {"image/png", HTML},
        {"image/*;q=0.8", HTML},
        /* q */
        {"text/html;q=0.5,application/json", JSON},
        {"text/html;q=0.5 , application/json ; q=0.4", HTML},
        {"text/html;q=0.123,application/json;q=0.124", JSON},
        {"text/html;Q=0.1,application/json;Q=0.2", JSON},
        {"text/html;q=1.000,application/json;q=1", HTML},
        {"text/html;q=0", HTML},
        {"application/json;q=0", HTML},
        {"text/html;q=0,*/*", JSON},
        {"text/html;q=0.0,text/plain;q=0.001", TEXT},
        {"*/*;q=0", HTML},
        /* the more specific range decides */
        {"*/*,text/html;q=0.1", JSON},
        {"text/html;q=0.1,*/*", JSON},
        {"text/*;q=0.3,*/*;q=0.5,text/plain;q=0.4", JSON},
        {"text/*;q=0.9,text/html;q=0.1,application/json;q=0.5", TEXT},
        {"text/html;level=1,text/html;q=0.4,application/json;q=0.5", JSON},
        {"text/html;q=0.2,text/html;q=0.6,application/json;q=0.5", HTML},
        /* what browsers and clients send */
        {"text/html, application/json, */*", HTML},
        {"application/json, */*;q=0.9", JSON},
        {"text/*, application/json", JSON},
        {"text/html;q=0.9, application/json, text/plain", JSON},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", HTML},
        {"application/json, text/plain, */*", JSON},
        {"application/json;charset=utf-8", JSON},
        {"application/json; charset=\"utf-8\"; q=0.5, text/html;q=0.4", JSON},
        {"text/plain;a=\"x,application/json\";q=0.5", TEXT},
        {"text/plain;a=\"\\\",application/json\"", TEXT},
        {"text/plain;q=0.5;ext=1, application/json;q=0.4", TEXT},
        {"\ttext/plain\t", TEXT},
        /* not well-formed: ignored, and nothing else with it */
        {",,,", HTML},
        {", application/json ,", JSON},
        {"text/html;q=,application/json;q=0.1", JSON},
        {"text/html;q=2,application/json;q=0.1", JSON},
        {"text/html;q=1.001,application/json;q=0.1", JSON},
        {"text/html;q=1.5,application/json;q=0.1", JSON},
        {"text/html;q=0.1234,application/json;q=0.1", JSON},
        {"text/html;q=-1,application/json;q=0.1", JSON},
        {"text/html;q=.9,application/json;q=0.1", JSON},
        {"text/html;q=0x1,application/json;q=0.1", JSON},
        {"text/html;q=0,5,application/json;q=0.1", JSON},
        {"text/html;q=1e,application/json;q=0.1", JSON},
        {"text/html;q=\"1\",application/json;q=0.1", JSON},
        {"text/html;q,application/json;q=0.1", JSON},
        {"*,application/json;q=0.1", JSON},
        {"*/html,application/json;q=0.1", JSON},
        {"text,application/json;q=0.1", JSON},
        {"text/,/html,/,application/json;q=0.1", JSON},
        {"text/html/x,te xt/html,text /html,application/json;q=0.1", JSON},
        {"text/htm,text/htmlx,application/json;q=0.1", JSON},
        {"application/json;", JSON},
        {"application/json;;;q=0.1", JSON},
        {"application/json;a=\"unended,text/html", JSON},
        {"\"application/json\"", HTML},
        {"application/json\\", HTML},
        {"\"\\", HTML},
        {"\xff\xfe,application/json", JSON},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        const char *name = cases[i].accept != NULL ? cases[i].accept : "(no header)";
        if (!cz_utf8_valid(cz_bytes_of(name))) /* the test's output is text */
            name = "(not UTF-8)";
        size_t chosen = cz_accept_choose(cases[i].accept, offers, CZ_COUNT(offers));
        tap_is_int((long long)chosen, (long long)cases[i].chosen, name);
    }
    static const char *const other_order[] = {"application/json", "text/html"};
    tap_is_int((long long)cz_accept_choose("text/html,application/json", other_order, 2), 0,
               "the order of the offers breaks a tie, not that of the header");
}

static void test_truncate(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer buffer = {0};
    cz_buffer_truncate(&buffer, 0);
    tap_ok(buffer.len == 0 && !buffer.failed, "an empty buffer stays empty");
    cz_buffer_puts(&buffer, "abcdef");
    cz_buffer_truncate(&buffer, 7);
    tap_is(cz_buffer_text(&buffer), "abcdef", "nothing beyond the end is taken back");
    cz_buffer_truncate(&buffer, 4);
    tap_is(cz_buffer_text(&buffer), "abcd", "what stands behind is");
    cz_buffer_puts(&buffer, "x");
    tap_is(cz_buffer_text(&buffer), "abcdx", "and more may follow");
    cz_buffer_fail(&buffer);
    cz_buffer_truncate(&buffer, 0);
    tap_ok(buffer.failed, "a failure stays one");
}

static void test_lines(void) {
    static const struct {
        struct bytes text;
        bool is_line;
    } cases[] = {
        {CZ_BYTES("a b"), true},
        {CZ_BYTES("z\xc3\xb6"), true},
        {CZ_BYTES("1234567890"), true},
        {CZ_BYTES("12345678901"), false},
        {CZ_BYTES(""), false},
        {CZ_BYTES(" a"), false},
        {CZ_BYTES("a "), false},
        {CZ_BYTES("a\nb"), false},
        {CZ_BYTES("a\0b"), false},
        {CZ_BYTES("a\xff"), false},
        {CZ_BYTES("a\xc2\x85"
                  "b"),
         false},
        {CZ_BYTES(" "), false},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_ok(cz_text_is_line(cases[i].text, 10) == cases[i].is_line, "line %zu", i);
}

/* RFC 4648 section 10, and all of the alphabets' ends. */
static void test_base64(void) {
    static const struct {
        struct bytes bytes;
        const char *padded, *url;
    } cases[] = {
        {CZ_BYTES(""), "", ""},
        {CZ_BYTES("f"), "Zg==", "Zg"},
        {CZ_BYTES("fo"), "Zm8=", "Zm8"},
        {CZ_BYTES("foo"), "Zm9v", "Zm9v"},
        {CZ_BYTES("foob"), "Zm9vYg==", "Zm9vYg"},
        {CZ_BYTES("fooba"), "Zm9vYmE=", "Zm9vYmE"},
        {CZ_BYTES("foobar"), "Zm9vYmFy", "Zm9vYmFy"},
        {CZ_BYTES("\xfb\xff\xbf\0\xff"), "+/+/AP8=", "-_-_AP8"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer padded = {0};
        CZ_CLEANUP(cz_buffer_release) struct buffer url = {0};
        cz_base64(&padded, cases[i].bytes);
        cz_base64url(&url, cases[i].bytes);
        tap_is(cz_buffer_text(&padded), cases[i].padded, "base64");
        tap_is(cz_buffer_text(&url), cases[i].url, "base64url");
    }
}

int main(void) {
    test_truncate();
    test_lines();
    test_base64();
    test_bytes();
    test_error();
    test_cleanup();
    test_buffer();
    test_decimal();
    test_buffer_failure();
    test_buffer_limit();
    test_utf8();
    test_utf8_all();
    test_control();
    test_json();
    test_html();
    test_times();
    test_leap_years();
    test_all_days();
    test_round_trips();
    test_civil_rejections();
    test_parse_rejections();
    test_accept();
    return tap_done();
}
