/* Any text as a name: what is read is a name, is the same in any order, and is read the same again
 * from each spelling of it that can be read. */
#include "fuzz.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/name.h"
#include "certificate/name_text.h"

#include <string.h>

static bool equal(struct bytes a, struct bytes b, enum name_comparison how) {
    CZ_CLEANUP(cz_buffer_release) struct buffer left = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer right = {0};
    cz_name_comparable(&left, a, how);
    cz_name_comparable(&right, b, how);
    REQUIRE(!left.failed && !right.failed);
    return cz_bytes_equal(cz_buffer_view(&left), cz_buffer_view(&right));
}

/* A problem is one line of text. */
static bool parse(const char *text, bool order_matters, struct buffer *rdns) {
    CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
    bool is_read = cz_name_parse(text, order_matters, rdns, &problem);
    struct bytes said = cz_buffer_view(&problem);
    REQUIRE(is_read == (rdns->len > 0) && is_read == (said.len == 0));
    REQUIRE(!problem.failed && cz_utf8_valid(said) && !cz_text_has_control(said));
    if (is_read)
        REQUIRE(cz_name_valid(cz_buffer_view(rdns)));
    return is_read;
}

/* `always`: no name in this spelling is refused, but for values without a character. */
static void check_spelling(struct bytes name, void (*append)(struct buffer *, struct bytes),
                           bool always) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
    append(&text, name);
    struct bytes written = cz_buffer_view(&text);
    REQUIRE(!text.failed && cz_utf8_valid(written) && !cz_text_has_control(written));
    if (parse(cz_buffer_text(&text), false, &again))
        REQUIRE(equal(name, cz_buffer_view(&again), NAME_EXACT));
    else
        REQUIRE(!always || written.len > CZ_NAME_TEXT_MAX);
}

/* Only #hex gives values without a character, or with a NUL in them. */
static void check_name(struct bytes name, bool has_der) {
    bool backslash = memchr(name.data, '\\', name.len) != NULL;
    bool slash = memchr(name.data, '/', name.len) != NULL;
    check_spelling(name, cz_name_append, !has_der && !slash);
    check_spelling(name, cz_name_append_openssl, !has_der);
    check_spelling(name, cz_name_append_slash, !has_der);
    /* .NET's backslash is no escape, so a text with one may be read as another name */
    if (!backslash && !has_der)
        check_spelling(name, cz_name_append_dotnet, !slash);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer rdns = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer ordered = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer oid = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
    cz_buffer_append(&text, data, size);
    const char *line = cz_buffer_text(&text);
    bool is_read = parse(line, false, &rdns);
    if (parse(line, true, &ordered))
        REQUIRE(is_read && cz_bytes_equal(cz_buffer_view(&rdns), cz_buffer_view(&ordered)));
    if (is_read)
        check_name(cz_buffer_view(&rdns), strchr(line, '#') != NULL);
    bool one = cz_name_attribute_parse(line, &oid, &value, &problem);
    REQUIRE(one == (oid.len > 0) && one == (problem.len == 0));
    REQUIRE(!one || (is_read && cz_utf8_valid(cz_buffer_view(&value))));
    return 0;
}
