/*
 * Which reply a request for a file gets: types, dates, conditions, ranges, and the bytes.
 */
#include "test-gate.h"

#include "base/cleanup.h"
#include "date.h"
#include "reply.h"
#include "type.h"

#include <stdio.h>

/* --- types and dates --------------------------------------------------------------------- */

static void test_types(void) {
    tap_is(gate_type("/a/b.HTML"), "text/html; charset=utf-8", "an extension in capitals");
    tap_is(gate_type("/a/b.tar.gz"), "application/gzip", "the last extension counts");
    tap_is(gate_type("/a.txt/b"), "application/octet-stream", "that of a folder does not");
    tap_is(gate_type("/a/b."), "application/octet-stream", "nor does an empty one");
    tap_is(gate_extension("/a.d/php"), "", "a name without a dot has none");
}

static void test_dates(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    int64_t seconds = 0;
    gate_date_append(&text, 784111777);
    tap_is(cz_buffer_text(&text), "Sun, 06 Nov 1994 08:49:37 GMT", "RFC 9110's example is written");
    tap_ok(gate_date_parse("Sun, 06 Nov 1994 08:49:37 GMT", &seconds), "and read");
    tap_is_int(seconds, 784111777, "as it was");
    cz_buffer_clear(&text);
    gate_date_append(&text, -1);
    tap_is(cz_buffer_text(&text), "Wed, 31 Dec 1969 23:59:59 GMT", "before 1970");
    static const char *const none[] = {
        "",
        "yesterday",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Now 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
    };
    for (size_t i = 0; i < CZ_COUNT(none); i++)
        tap_ok(!gate_date_parse(none[i], &seconds), "no date: %s", none[i]);
}

/* --- conditions and ranges --------------------------------------------------------------- */

#define TAG "\"1-a-2-3\""
#define MODIFIED "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct gate_version version = {
    .size = 10, .modified = 784111777, .now = 784111800, .tag = TAG};

static struct gate_wish wish_of(char *const *variables) {
    struct gate_wish wish;
    gate_wish_read(&wish, &version, variables);
    return wish;
}

#define WISH(...) wish_of(VARIABLES("REQUEST_METHOD=GET", __VA_ARGS__))

struct condition_case {
    enum gate_wanted wanted;
    const char *first, *second; /* variables */
};

#define ONE(wanted, variable)                                                                      \
    { wanted, variable, "" }

static void test_conditions(void) {
    static const struct condition_case cases[] = {
        ONE(GATE_WHOLE, "A=b"),
        ONE(GATE_UNCHANGED, "HTTP_IF_NONE_MATCH=" TAG),
        ONE(GATE_UNCHANGED, "HTTP_IF_NONE_MATCH=W/" TAG),
        ONE(GATE_UNCHANGED, "HTTP_IF_NONE_MATCH=\"x\", \"y,z\",\t" TAG),
        ONE(GATE_UNCHANGED, "HTTP_IF_NONE_MATCH=*"),
        ONE(GATE_WHOLE, "HTTP_IF_NONE_MATCH=\"x\""),
        ONE(GATE_WHOLE, "HTTP_IF_NONE_MATCH=1-a-2-3"),
        ONE(GATE_WHOLE, "HTTP_IF_NONE_MATCH=\"1-a-2-3"),
        ONE(GATE_UNCHANGED, "HTTP_IF_MODIFIED_SINCE=" MODIFIED),
        ONE(GATE_UNCHANGED, "HTTP_IF_MODIFIED_SINCE=" AFTER),
        ONE(GATE_WHOLE, "HTTP_IF_MODIFIED_SINCE=" BEFORE),
        ONE(GATE_WHOLE, "HTTP_IF_MODIFIED_SINCE=never"),
        {GATE_WHOLE, "HTTP_IF_NONE_MATCH=\"x\"", "HTTP_IF_MODIFIED_SINCE=" MODIFIED},
        ONE(GATE_WHOLE, "HTTP_IF_MATCH=" TAG),
        ONE(GATE_WHOLE, "HTTP_IF_MATCH=*"),
        ONE(GATE_CHANGED, "HTTP_IF_MATCH=\"x\""),
        ONE(GATE_CHANGED, "HTTP_IF_MATCH=W/" TAG),
        ONE(GATE_CHANGED, "HTTP_IF_UNMODIFIED_SINCE=" BEFORE),
        ONE(GATE_WHOLE, "HTTP_IF_UNMODIFIED_SINCE=" MODIFIED),
        ONE(GATE_WHOLE, "HTTP_IF_UNMODIFIED_SINCE=never"),
        {GATE_WHOLE, "HTTP_IF_MATCH=" TAG, "HTTP_IF_UNMODIFIED_SINCE=" BEFORE},
        {GATE_CHANGED, "HTTP_IF_MATCH=\"x\"", "HTTP_IF_NONE_MATCH=" TAG},
        ONE(GATE_PARTS, "HTTP_RANGE=bytes=0-1"),
        {GATE_UNCHANGED, "HTTP_RANGE=bytes=0-1", "HTTP_IF_NONE_MATCH=" TAG},
        {GATE_PARTS, "HTTP_RANGE=bytes=0-1", "HTTP_IF_RANGE=" TAG},
        {GATE_WHOLE, "HTTP_RANGE=bytes=0-1", "HTTP_IF_RANGE=\"x\""},
        {GATE_WHOLE, "HTTP_RANGE=bytes=0-1", "HTTP_IF_RANGE=W/" TAG},
        {GATE_PARTS, "HTTP_RANGE=bytes=0-1", "HTTP_IF_RANGE=" MODIFIED},
        {GATE_WHOLE, "HTTP_RANGE=bytes=0-1", "HTTP_IF_RANGE=" AFTER},
        {GATE_WHOLE, "HTTP_RANGE=bytes=0-1", "HTTP_IF_RANGE=" BEFORE},
        {GATE_WHOLE, "HTTP_RANGE=bytes=20-", "HTTP_IF_RANGE=\"x\""},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        const struct condition_case *test = &cases[i];
        struct gate_wish wish = WISH(test->first, test->second);
        tap_ok(wish.wanted == test->wanted, "%s %s: %d", test->first, test->second, test->wanted);
    }
    struct gate_wish head = wish_of(VARIABLES("REQUEST_METHOD=HEAD", "HTTP_RANGE=bytes=0-1"));
    tap_ok(head.wanted == GATE_WHOLE, "a range counts for GET alone");
    struct gate_version fresh = version;
    fresh.now = fresh.modified + 1;
    gate_wish_read(
        &head, &fresh,
        VARIABLES("REQUEST_METHOD=GET", "HTTP_RANGE=bytes=0-1", "HTTP_IF_RANGE=" MODIFIED));
    tap_ok(head.wanted == GATE_WHOLE, "a date that may change yet is no strong validator");
}

struct range_case {
    const char *header;
    enum gate_wanted wanted;
    const char *ranges;
};

static void test_ranges(void) {
    static const struct range_case cases[] = {
        {"bytes=0-0", GATE_PARTS, "0+1 "},
        {"bytes=0-", GATE_PARTS, "0+10 "},
        {"bytes=9-20", GATE_PARTS, "9+1 "},
        {"bytes=-3", GATE_PARTS, "7+3 "},
        {"bytes=-30", GATE_PARTS, "0+10 "},
        {"BYTES=2-4", GATE_PARTS, "2+3 "},
        {"bytes= 0-1 , 3-4\t,-1", GATE_PARTS, "0+2 3+2 9+1 "},
        {"bytes=1-1,10-", GATE_PARTS, "1+1 "},
        {"bytes=0-18446744073709551615", GATE_PARTS, "0+10 "},
        {"bytes=0-99999999999999999999999", GATE_PARTS, "0+10 "},
        {"bytes=10-", GATE_OUT_OF_RANGE, ""},
        {"bytes=-0", GATE_OUT_OF_RANGE, ""},
        {"bytes=99999999999999999999999-", GATE_OUT_OF_RANGE, ""},
        {"bytes=10-11,12-", GATE_OUT_OF_RANGE, ""},
        {"bytes=", GATE_WHOLE, ""},
        {"bytes", GATE_WHOLE, ""},
        {"bytes=-", GATE_WHOLE, ""},
        {"bytes=2-1", GATE_WHOLE, ""},
        {"bytes=1-2,", GATE_WHOLE, ""},
        {"bytes=1-2;3-4", GATE_WHOLE, ""},
        {"bytes=1", GATE_WHOLE, ""},
        {"bytes=+1-2", GATE_WHOLE, ""},
        {"items=0-1", GATE_WHOLE, ""},
        {"bytes=0-5,0-5", GATE_WHOLE, ""},
        {"bytes=0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0", GATE_PARTS,
         "0+1 0+1 0+1 0+1 0+1 0+1 0+1 0+1 0+1 0+1 "},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        char variable[128];
        CZ_CLEANUP(cz_buffer_release) struct buffer got = {0};
        snprintf(variable, sizeof variable, "HTTP_RANGE=%s", cases[i].header);
        struct gate_wish wish = WISH(variable);
        tap_ok(wish.wanted == cases[i].wanted, "%s: %d", cases[i].header, cases[i].wanted);
        for (size_t j = 0; j < wish.count; j++)
            cz_buffer_printf(&got, "%llu+%llu ", (unsigned long long)wish.ranges[j].first,
                             (unsigned long long)wish.ranges[j].length);
        tap_is(cz_buffer_text(&got), cases[i].ranges, cases[i].header);
    }
}

static void test_many_ranges(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer header = {0};
    struct gate_version large = version;
    struct gate_wish wish;
    large.size = 1000;
    cz_buffer_puts(&header, "HTTP_RANGE=bytes=0-0");
    for (int i = 1; i < GATE_RANGES_MAX; i++)
        cz_buffer_printf(&header, ",%d-%d", i * 2, i * 2);
    gate_wish_read(&wish, &large, VARIABLES("REQUEST_METHOD=GET", cz_buffer_text(&header)));
    tap_is_int((long long)wish.count, GATE_RANGES_MAX, "so many ranges are answered");
    cz_buffer_puts(&header, ",900-900");
    gate_wish_read(&wish, &large, VARIABLES("REQUEST_METHOD=GET", cz_buffer_text(&header)));
    tap_ok(wish.wanted == GATE_WHOLE && wish.count == 0, "with one more the whole file is");
    large.size = 0;
    gate_wish_read(&wish, &large, VARIABLES("REQUEST_METHOD=GET", "HTTP_RANGE=bytes=0-"));
    tap_ok(wish.wanted == GATE_OUT_OF_RANGE, "an empty file has no ranges");
}

/* --- replies ----------------------------------------------------------------------------- */

/* The reply as it leaves, with the digits 0 to 9 for the file. */
static const char *written(const struct gate_wish *wish, bool head) {
    static struct buffer out;
    struct gate_reply reply;
    size_t start = 0;
    gate_reply_file(&reply, wish, &version, "text/plain", head);
    cz_buffer_release(&out);
    for (size_t i = 0; i < reply.count; i++) {
        cz_buffer_append(&out, reply.text.data + start, reply.pieces[i].text_end - start);
        cz_buffer_append(&out, "0123456789" + reply.pieces[i].range.first,
                         reply.pieces[i].range.length);
        start = reply.pieces[i].text_end;
    }
    tap_is_int((long long)start, (long long)reply.text.len, "all of the text is in a piece");
    cz_buffer_release(&reply.text);
    return cz_buffer_text(&out);
}

#define STATE                                                                                      \
    "ETag: " TAG "\r\nLast-Modified: " MODIFIED                                                    \
    "\r\nAccept-Ranges: bytes\r\nCache-Control: private, no-cache\r\n"                             \
    "X-Content-Type-Options: nosniff\r\n"

static void test_replies(void) {
    struct gate_wish wish = {.wanted = GATE_WHOLE};
    tap_is(written(&wish, false),
           "Status: 200 OK\r\n" STATE "Content-Type: text/plain\r\nContent-Length: 10\r\n\r\n"
           "0123456789",
           "the whole file");
    tap_is(written(&wish, true),
           "Status: 200 OK\r\n" STATE "Content-Type: text/plain\r\nContent-Length: 10\r\n\r\n",
           "HEAD of it");
    wish = WISH("HTTP_RANGE=bytes=2-4");
    tap_is(written(&wish, false),
           "Status: 206 Partial Content\r\n" STATE "Content-Range: bytes 2-4/10\r\n"
           "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\n234",
           "one part");
    wish = WISH("HTTP_RANGE=bytes=0-1,-1");
    static const char body[] = "--gate1a23\r\nContent-Type: text/plain\r\n"
                               "Content-Range: bytes 0-1/10\r\n\r\n01\r\n--gate1a23\r\n"
                               "Content-Type: text/plain\r\nContent-Range: bytes 9-9/10\r\n\r\n"
                               "9\r\n--gate1a23--\r\n";
    char expected[1024];
    snprintf(expected, sizeof expected,
             "Status: 206 Partial Content\r\n" STATE
             "Content-Type: multipart/byteranges; boundary=gate1a23\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             sizeof body - 1, body);
    tap_is(written(&wish, false), expected, "two parts, and their length");
    wish = WISH("HTTP_RANGE=bytes=10-");
    tap_is(written(&wish, false),
           "Status: 416 Range Not Satisfiable\r\n" STATE "Content-Range: bytes */10\r\n\r\n",
           "nothing inside the file");
    wish = WISH("HTTP_IF_NONE_MATCH=*");
    tap_is(written(&wish, false), "Status: 304 Not Modified\r\n" STATE "\r\n", "nothing new");
    wish = WISH("HTTP_IF_MATCH=\"x\"");
    tap_is(written(&wish, false), "Status: 412 Precondition Failed\r\n" STATE "\r\n",
           "a condition that fails");
}

static void test_other_replies(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct gate_call call = {.query = "a=b"};
    cz_buffer_puts(&call.url, "/m/a b");
    gate_reply_to_folder(&out, &call);
    tap_ok(strstr(cz_buffer_text(&out), "Status: 301 Moved Permanently\r\n"
                                        "Location: /m/a%20b/?a=b\r\n") != NULL,
           "a folder's slash is put there");
    cz_buffer_clear(&out);
    call.query = "";
    gate_reply_to_folder(&out, &call);
    tap_ok(strstr(cz_buffer_text(&out), "Location: /m/a%20b/\r\n") != NULL, "without a query too");
    gate_call_release(&call);
    cz_buffer_clear(&out);
    gate_reply_sendfile(&out, "/srv/a%b \n.txt");
    tap_ok(strstr(cz_buffer_text(&out), "\r\nX-Sendfile: /srv/a%25b%20%0A.txt\r\n") != NULL,
           "the name of a file to be sent is encoded");
    for (enum gate_refusal i = 0; i < REFUSAL_COUNT; i++) {
        gate_refuse(&out, i, false);
        tap_ok(strncmp(cz_buffer_text(&out), "Status: ", 8) == 0 &&
                   (out.data[8] == '4' || out.data[8] == '5') &&
                   strstr(out.data, "\r\n\r\n") != NULL && out.data[out.len - 1] == '\n',
               "refusal %d refuses", (int)i);
        gate_refuse(&out, i, true);
        tap_ok(strcmp(out.data + out.len - 4, "\r\n\r\n") == 0, "refusal %d of HEAD ends there",
               (int)i);
    }
}

int main(void) {
    test_types();
    test_dates();
    test_conditions();
    test_ranges();
    test_many_ranges();
    test_replies();
    test_other_replies();
    return tap_done();
}
