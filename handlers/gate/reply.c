#include "reply.h"

#include "date.h"
#include "url.h"

#include <ctype.h>
#include <inttypes.h>

static const struct {
    const char *status, *headers, *text;
} refusals[REFUSAL_COUNT] = {
    [REFUSE_CALL] = {"403 Forbidden", "", "This program answers no direct calls."},
    [REFUSE_PATH] = {"400 Bad Request", "", "The path can be read in more than one way."},
    [REFUSE_NOT_FOUND] = {"404 Not Found", "", "There is nothing of this name."},
    [REFUSE_UNREADABLE] = {"403 Forbidden", "", "The web server may not read this file."},
    [REFUSE_METHOD] = {"405 Method Not Allowed", "Allow: GET, HEAD\r\n",
                       "Only GET and HEAD are answered here."},
    [REFUSE_FAILURE] = {"500 Internal Server Error", "",
                        "The gate is not set up rightly; the server's error log says why."},
};

void gate_refuse(struct buffer *out, enum gate_refusal refusal, bool head) {
    cz_buffer_clear(out);
    cz_buffer_printf(out,
                     "Status: %s\r\n%sContent-Type: text/plain; charset=utf-8\r\n"
                     "Cache-Control: no-store\r\n\r\n",
                     refusals[refusal].status, refusals[refusal].headers);
    if (!head)
        cz_buffer_printf(out, "%s\n", refusals[refusal].text);
}

void gate_reply_to_folder(struct buffer *out, const struct gate_call *call) {
    cz_buffer_puts(out, "Status: 301 Moved Permanently\r\nLocation: ");
    gate_url_encode(out, cz_buffer_view(&call->url));
    cz_buffer_putc(out, '/');
    if (call->query[0] != '\0')
        cz_buffer_printf(out, "?%s", call->query);
    cz_buffer_puts(out, "\r\nCache-Control: private, no-cache\r\nContent-Length: 0\r\n\r\n");
}

/* What needed a certificate is in no cache but the client's own, which asks each time. */
#define FOR_ONE_ALONE                                                                              \
    "Cache-Control: private, no-cache\r\n"                                                         \
    "X-Content-Type-Options: nosniff\r\n"

void gate_reply_sendfile(struct buffer *out, const char *name) {
    cz_buffer_puts(out, "Status: 200 OK\r\nX-Sendfile: ");
    gate_url_encode(out, cz_bytes_of(name));
    cz_buffer_puts(out, "\r\n" FOR_ONE_ALONE "\r\n");
}

static const char *status_of(enum gate_wanted wanted) {
    switch (wanted) {
    case GATE_WHOLE:
        return "200 OK";
    case GATE_PARTS:
        return "206 Partial Content";
    case GATE_UNCHANGED:
        return "304 Not Modified";
    case GATE_CHANGED:
        return "412 Precondition Failed";
    case GATE_OUT_OF_RANGE:
        return "416 Range Not Satisfiable";
    }
    return "500 Internal Server Error";
}

static void put_validators(struct buffer *out, const struct gate_version *version) {
    cz_buffer_printf(out, "ETag: %s\r\nLast-Modified: ", version->tag);
    gate_date_append(out, version->modified);
    cz_buffer_puts(out, "\r\nAccept-Ranges: bytes\r\n" FOR_ONE_ALONE);
}

static void put_content_range(struct buffer *out, const struct gate_range *range, uint64_t size) {
    cz_buffer_printf(out, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n",
                     range->first, range->first + range->length - 1, size);
}

static void put_length(struct buffer *out, uint64_t length) {
    cz_buffer_printf(out, "Content-Length: %" PRIu64 "\r\n", length);
}

static void add_piece(struct gate_reply *reply, struct gate_range range) {
    reply->pieces[reply->count++] =
        (struct gate_piece){.text_end = reply->text.len, .range = range};
}

/* The letters and digits of the tag, which nobody knows before the file is there. */
static void put_boundary(struct buffer *out, const struct gate_version *version) {
    cz_buffer_puts(out, "gate");
    for (const char *c = version->tag; *c != '\0'; c++)
        if (isxdigit((unsigned char)*c))
            cz_buffer_putc(out, *c);
}

/* RFC 9110 section 14.6. The parts are written twice, first to learn how long they are. */
static uint64_t put_parts(struct gate_reply *reply, const struct gate_wish *wish,
                          const struct gate_version *version, const char *type) {
    size_t start = reply->text.len;
    uint64_t length = 0;
    for (size_t i = 0; i < wish->count; i++) {
        cz_buffer_puts(&reply->text, i > 0 ? "\r\n--" : "--");
        put_boundary(&reply->text, version);
        cz_buffer_printf(&reply->text, "\r\nContent-Type: %s\r\n", type);
        put_content_range(&reply->text, &wish->ranges[i], version->size);
        cz_buffer_puts(&reply->text, "\r\n");
        add_piece(reply, wish->ranges[i]);
        length += wish->ranges[i].length;
    }
    cz_buffer_puts(&reply->text, "\r\n--");
    put_boundary(&reply->text, version);
    cz_buffer_puts(&reply->text, "--\r\n");
    add_piece(reply, (struct gate_range){0});
    return length + reply->text.len - start;
}

static void put_multipart(struct gate_reply *reply, const struct gate_wish *wish,
                          const struct gate_version *version, const char *type) {
    struct gate_reply measured = {0};
    uint64_t length = put_parts(&measured, wish, version, type);
    cz_buffer_release(&measured.text);
    cz_buffer_puts(&reply->text, "Content-Type: multipart/byteranges; boundary=");
    put_boundary(&reply->text, version);
    cz_buffer_puts(&reply->text, "\r\n");
    put_length(&reply->text, length);
    cz_buffer_puts(&reply->text, "\r\n");
    put_parts(reply, wish, version, type);
}

static void put_one(struct gate_reply *reply, struct gate_range range, const char *type,
                    bool head) {
    cz_buffer_printf(&reply->text, "Content-Type: %s\r\n", type);
    put_length(&reply->text, range.length);
    cz_buffer_puts(&reply->text, "\r\n");
    add_piece(reply, head ? (struct gate_range){0} : range);
}

void gate_reply_file(struct gate_reply *reply, const struct gate_wish *wish,
                     const struct gate_version *version, const char *type, bool head) {
    *reply = (struct gate_reply){0};
    cz_buffer_printf(&reply->text, "Status: %s\r\n", status_of(wish->wanted));
    put_validators(&reply->text, version);
    if (wish->wanted == GATE_WHOLE) {
        put_one(reply, (struct gate_range){.length = version->size}, type, head);
    } else if (wish->wanted == GATE_PARTS && wish->count == 1) {
        put_content_range(&reply->text, &wish->ranges[0], version->size);
        put_one(reply, wish->ranges[0], type, head);
    } else if (wish->wanted == GATE_PARTS) {
        put_multipart(reply, wish, version, type);
    } else {
        if (wish->wanted == GATE_OUT_OF_RANGE)
            cz_buffer_printf(&reply->text, "Content-Range: bytes */%" PRIu64 "\r\n", version->size);
        cz_buffer_puts(&reply->text, "\r\n");
        add_piece(reply, (struct gate_range){0});
    }
}
