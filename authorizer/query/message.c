#include "base/cleanup.h"
#include "base/text.h"
#include "pem/pem.h"
#include "query/query.h"

#define START "certauthz-query 1 "
#define NO_POLICY "-"
#define DIGITS_MAX 7 /* of CZ_QUERY_BODY_MAX */
#define DONE "done"
#define FAILED "failed "

static const struct {
    const char *name;
    bool waits;
} kinds[] = {{"wait", true}, {"note", false}};

static struct bytes part(struct bytes bytes, size_t from, size_t len) {
    return (struct bytes){.data = bytes.data + from, .len = len};
}

static bool put_certificate(struct buffer *out, struct bytes text, bool is_der) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail;
    if (text.len == 0 || (!is_der && cz_pem_decode(text, &der, &detail) != PEM_OK))
        return false;
    cz_pem_append(out, is_der ? text : cz_buffer_view(&der));
    return true;
}

/* As the names of the configuration's groups are, which never are "-". */
static bool is_policy_name(struct bytes name) {
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] <= ' ' || name.data[i] >= 0x7f)
            return false;
    return name.len > 0;
}

static bool is_unnamed(struct bytes policy) {
    return cz_bytes_equal(policy, CZ_BYTES(NO_POLICY));
}

bool cz_query_write(struct buffer *out, const struct request *request, struct bytes policy,
                    bool waits) {
    CZ_CLEANUP(cz_buffer_release) struct buffer body = {.limit = CZ_QUERY_BODY_MAX + 1};
    if (policy.len > 0 && (!is_policy_name(policy) || is_unnamed(policy)))
        return false;
    if (!put_certificate(&body, request->certificate, request->is_der))
        return false;
    for (size_t i = 0; i < CZ_REQUEST_CHAIN_MAX; i++)
        put_certificate(&body, request->chain[i], request->is_der);
    cz_buffer_puts(out, START);
    cz_buffer_puts(out, waits ? "wait " : "note ");
    cz_buffer_bytes(out, policy.len > 0 ? policy : CZ_BYTES(NO_POLICY));
    cz_buffer_putc(out, ' ');
    cz_buffer_decimal(out, (int64_t)body.len);
    cz_buffer_putc(out, '\n');
    bool fits = !out->failed && out->len <= CZ_QUERY_HEAD_MAX;
    cz_buffer_bytes(out, cz_buffer_view(&body));
    return fits && !body.failed && !out->failed;
}

/* Takes the text up to the next blank off *line; empty where there is none. */
static struct bytes take_word(struct bytes *line) {
    if (line->len == 0)
        return (struct bytes){0};
    const uint8_t *blank = memchr(line->data, ' ', line->len);
    struct bytes word = part(*line, 0, blank != NULL ? (size_t)(blank - line->data) : line->len);
    *line = blank != NULL ? part(*line, word.len + 1, line->len - word.len - 1) : (struct bytes){0};
    return word;
}

/* One spelling for each number: digits, and no zero before them. 0 where it is none. */
static size_t read_length(struct bytes digits) {
    size_t number = 0;
    if (digits.len == 0 || digits.len > DIGITS_MAX || digits.data[0] == '0')
        return 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return 0;
        number = number * 10 + (size_t)(digits.data[i] - '0');
    }
    return number <= CZ_QUERY_BODY_MAX ? number : 0;
}

/* What stands behind START up to the newline. The length of the body, or 0 where it is wrong. */
static size_t read_head(struct bytes line, struct query *query) {
    struct bytes kind = take_word(&line);
    query->policy = take_word(&line);
    if (!is_policy_name(query->policy))
        return 0;
    if (is_unnamed(query->policy))
        query->policy = (struct bytes){0};
    for (size_t i = 0; i < CZ_COUNT(kinds); i++) {
        query->waits = kinds[i].waits;
        if (cz_bytes_equal(kind, cz_bytes_of(kinds[i].name)))
            return read_length(line);
    }
    return 0;
}

/* The length of the first line without its newline, which `limit` bytes have to hold with it. */
static enum query_parse find_line(struct bytes received, size_t limit, size_t *len) {
    size_t searched = received.len < limit ? received.len : limit;
    const uint8_t *end = searched > 0 ? memchr(received.data, '\n', searched) : NULL;
    *len = end != NULL ? (size_t)(end - received.data) : 0;
    if (end != NULL)
        return QUERY_COMPLETE;
    return received.len < limit ? QUERY_INCOMPLETE : QUERY_MALFORMED;
}

static bool may_begin_with(struct bytes received, const char *start) {
    size_t len = strlen(start) < received.len ? strlen(start) : received.len;
    return len == 0 || memcmp(received.data, start, len) == 0;
}

enum query_parse cz_query_parse(struct bytes received, struct query *query) {
    static const size_t start_len = sizeof START - 1;
    size_t line_len;
    *query = (struct query){0};
    if (!may_begin_with(received, START))
        return QUERY_MALFORMED;
    enum query_parse line = find_line(received, CZ_QUERY_HEAD_MAX, &line_len);
    if (line != QUERY_COMPLETE)
        return line;
    struct query found = {0};
    size_t body = read_head(part(received, start_len, line_len - start_len), &found);
    size_t head = line_len + 1;
    if (body == 0 || received.len - head > body)
        return QUERY_MALFORMED;
    if (received.len - head < body)
        return QUERY_INCOMPLETE;
    found.certificates = part(received, head, body);
    *query = found;
    return QUERY_COMPLETE;
}

/* Characters are left out whole, so that the line stays well-formed UTF-8. */
void cz_query_write_answer(struct buffer *out, const char *failure) {
    if (failure == NULL) {
        cz_buffer_puts(out, DONE "\n");
        return;
    }
    size_t room = CZ_QUERY_ANSWER_MAX - sizeof FAILED;
    struct bytes text = cz_bytes_of(failure);
    cz_buffer_puts(out, FAILED);
    while (text.len > 0) {
        size_t len = cz_utf8_length(text);
        struct bytes character = part(text, 0, len > 0 ? len : 1);
        if (len == 0 || cz_text_has_control(character))
            character = CZ_BYTES(" ");
        if (character.len > room)
            break;
        cz_buffer_bytes(out, character);
        room -= character.len;
        text = part(text, len > 0 ? len : 1, text.len - (len > 0 ? len : 1));
    }
    cz_buffer_putc(out, '\n');
}

enum query_parse cz_query_parse_answer(struct bytes received, struct query_answer *answer) {
    size_t len;
    *answer = (struct query_answer){0};
    if (!may_begin_with(received, DONE "\n") && !may_begin_with(received, FAILED))
        return QUERY_MALFORMED;
    enum query_parse line = find_line(received, CZ_QUERY_ANSWER_MAX, &len);
    if (line != QUERY_COMPLETE)
        return line;
    if (received.len > len + 1)
        return QUERY_MALFORMED;
    answer->done = len == sizeof DONE - 1;
    if (answer->done)
        return QUERY_COMPLETE;
    answer->text = part(received, sizeof FAILED - 1, len - (sizeof FAILED - 1));
    return cz_utf8_valid(answer->text) && !cz_text_has_control(answer->text) ? QUERY_COMPLETE
                                                                             : QUERY_MALFORMED;
}
