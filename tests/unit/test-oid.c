/* Object identifiers: which are valid, and as dotted decimals. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"

struct oid_case {
    struct bytes content;
    const char *text; /* NULL: invalid */
};

static const struct oid_case cases[] = {
    {TEXT(""), NULL},
    {TEXT("\x55\x04\x03"), "2.5.4.3"},
    {TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), "1.2.840.113549.1.1.1"},
    {TEXT("\x00"), "0.0"},
    {TEXT("\x27"), "0.39"},
    {TEXT("\x28"), "1.0"},
    {TEXT("\x4f"), "1.39"},
    {TEXT("\x50"), "2.0"},
    {TEXT("\x78"), "2.40"},
    {TEXT("\x88\x37"), "2.999"},
    {TEXT("\x2a\x00"), "1.2.0"},
    {TEXT("\x2a\x8f\xff\xff\xff\x7f"), "1.2.4294967295"},
    {TEXT("\x2a\x90\x80\x80\x80\x00"), NULL},
    {TEXT("\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), NULL},
    {TEXT("\x2a\x80\x01"), NULL}, /* an arc that is not minimal */
    {TEXT("\x80"), NULL},
    {TEXT("\x2a\x86"), NULL}, /* cut off */
    {TEXT("\x86"), NULL},
};

int main(void) {
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        const char *expected = cases[i].text != NULL ? cases[i].text : "";
        cz_oid_append(&out, cases[i].content);
        tap_ok(cz_oid_valid(cases[i].content) == (cases[i].text != NULL), "case %zu is %s", i,
               cases[i].text != NULL ? "valid" : "invalid");
        tap_is(cz_buffer_text(&out), expected,
               expected[0] != '\0' ? expected : "nothing is written");
    }
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_buffer_puts(&out, "before ");
    cz_oid_append(&out, OID_CLIENT_AUTH);
    tap_is(cz_buffer_text(&out), "before 1.3.6.1.5.5.7.3.2", "it is appended");
    return tap_done();
}
