/* Any bytes as a query to certauthz-refresh, as an answer of it, and as the reason of one. */
#include "fuzz.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "query/query.h"

static struct bytes part(struct bytes bytes, size_t len) {
    return (struct bytes){.data = bytes.data, .len = len};
}

static bool lies_in(struct bytes inner, struct bytes outer) {
    return inner.len == 0 ||
           (inner.data >= outer.data && inner.data + inner.len <= outer.data + outer.len);
}

/* What came so far is never judged worse than what it becomes, and a whole is no part of another.
 */
static void read_query(struct bytes received) {
    struct query query, ignored;
    enum query_parse whole = cz_query_parse(received, &query);
    enum query_parse half = cz_query_parse(part(received, received.len / 2), &ignored);
    REQUIRE(whole == QUERY_MALFORMED || half == QUERY_INCOMPLETE ||
            (half == QUERY_COMPLETE && received.len < 2));
    if (whole != QUERY_COMPLETE) {
        REQUIRE(query.certificates.len == 0 && query.policy.len == 0 && !query.waits);
        return;
    }
    REQUIRE(query.certificates.len > 0 && query.certificates.len <= CZ_QUERY_BODY_MAX);
    REQUIRE(lies_in(query.certificates, received) && lies_in(query.policy, received));
    REQUIRE(!cz_text_has_control(query.policy));
    REQUIRE(cz_query_parse(part(received, received.len - 1), &ignored) == QUERY_INCOMPLETE);
    CZ_CLEANUP(cz_buffer_release) struct buffer longer = {0};
    cz_buffer_bytes(&longer, received);
    cz_buffer_putc(&longer, '\n');
    REQUIRE(cz_query_parse(cz_buffer_view(&longer), &ignored) == QUERY_MALFORMED);
}

static void read_answer(struct bytes received) {
    struct query_answer answer;
    if (cz_query_parse_answer(received, &answer) != QUERY_COMPLETE)
        return;
    REQUIRE(received.len <= CZ_QUERY_ANSWER_MAX && lies_in(answer.text, received));
    REQUIRE(!answer.done || answer.text.len == 0);
    REQUIRE(cz_utf8_valid(answer.text) && !cz_text_has_control(answer.text));
}

/* Whatever the reason is, the answer is one. */
static void write_answer(struct bytes reason) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0}, out = {0};
    struct query_answer answer;
    cz_buffer_bytes(&text, reason);
    cz_query_write_answer(&out, cz_buffer_text(&text));
    REQUIRE(cz_query_parse_answer(cz_buffer_view(&out), &answer) == QUERY_COMPLETE && !answer.done);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct bytes bytes = {.data = data, .len = size};
    read_query(bytes);
    read_answer(bytes);
    write_answer(bytes);
    return 0;
}
