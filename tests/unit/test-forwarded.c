/* A certificate in a proxy's header, in every form in which proxies write it, and none else. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "pem/encodings.h"
#include "pem/forwarded.h"
#include "pem/xfcc.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
#define ESCAPED_BEGIN "-----BEGIN%20CERTIFICATE-----"
#define ESCAPED_END "-----END%20CERTIFICATE-----"
/* "+++/AQ==": base64 with plus signs and a slash, to see what becomes of them */
#define CONTENT "\xfb\xef\xbf\x01"

#define RUNS_OVER "a comma behind a URI or DNS name, which may be part of the name"
#define CERT_BEHIND "Cert or Chain behind a URI or DNS name, which may be part of the name"

struct form_case {
    const char *what;
    enum forwarded_format format;
    const char *value;
    const char *detail; /* NULL: it is CONTENT */
};

#define NOT_BASE64 "it is not base64"
#define NOT_HEX "it is not hexadecimal"
#define NO_SEQUENCE "it is no byte sequence of RFC 9440, :base64:"
#define BEGIN_WANTED "it does not begin with " BEGIN
#define ESCAPED "it is percent-encoded; is forwarded.format \"pem-escaped\"?"
#define PLAIN "it is not percent-encoded; is forwarded.format \"pem\"?"
#define PEM_NOT_BASE64 "its text is not base64"

static const struct form_case cases[] = {
    {"base64", FORWARDED_BASE64, "+++/AQ==", NULL},
    {"base64url", FORWARDED_BASE64, "---_AQ==", NOT_BASE64},
    {"no base64 at all", FORWARDED_BASE64, "", NOT_BASE64},
    {"base64 in PEM", FORWARDED_BASE64, BEGIN "+++/AQ==" END, NOT_BASE64},
    {"base64 without its padding", FORWARDED_BASE64, "+++/AQ", NOT_BASE64},
    {"base64 with bits hidden by padding", FORWARDED_BASE64, "+++/AR==", NOT_BASE64},
    {"base64 with a blank", FORWARDED_BASE64, "+++/ AQ==", NOT_BASE64},
    {"base64 with a blank before it", FORWARDED_BASE64, " +++/AQ==", NOT_BASE64},
    {"base64 whose plus became a blank", FORWARDED_BASE64, "  /AQ==", NOT_BASE64},
    {"base64 twice", FORWARDED_BASE64, "+++/AQ==, +++/AQ==", NOT_BASE64},
    {"base64 twice without padding between", FORWARDED_BASE64, "AAAA,AAAA", NOT_BASE64},
    {"what Apache writes for none", FORWARDED_BASE64, "(null)", NOT_BASE64},
    {"base64, percent-encoded", FORWARDED_BASE64, "%2B++/AQ==", NOT_BASE64},
    {"a byte sequence where base64 is wanted", FORWARDED_BASE64, ":+++/AQ==:", NOT_BASE64},

    {"small digits", FORWARDED_HEX, "fbefbf01", NULL},
    {"capital digits", FORWARDED_HEX, "FBEFBF01", NULL},
    {"no digits", FORWARDED_HEX, "", NOT_HEX},
    {"half a byte", FORWARDED_HEX, "fbefbf0", NOT_HEX},
    {"another letter", FORWARDED_HEX, "fbefbg01", NOT_HEX},
    {"another letter first in a pair", FORWARDED_HEX, "fbefgb01", NOT_HEX},
    {"colons", FORWARDED_HEX, "fb:ef:bf:01", NOT_HEX},
    {"0x", FORWARDED_HEX, "0xfbefbf01", NOT_HEX},
    {"hex twice", FORWARDED_HEX, "fbefbf01, fbefbf01", NOT_HEX},

    {"blanks for newlines", FORWARDED_PEM, BEGIN " +++/ AQ== " END, NULL},
    {"TABs for newlines", FORWARDED_PEM, BEGIN "\t+++/\tAQ==\t" END "\t", NULL},
    {"newlines and TABs", FORWARDED_PEM, BEGIN "\n\t+++/AQ==\n\t" END "\n", NULL},
    {"newlines alone", FORWARDED_PEM, BEGIN "\n+++/AQ==\n" END, NULL},
    {"nothing for newlines", FORWARDED_PEM, BEGIN "+++/AQ==" END, NULL},
    {"PEM, escaped", FORWARDED_PEM, ESCAPED_BEGIN "+++/AQ==" ESCAPED_END, ESCAPED},
    {"no PEM", FORWARDED_PEM, "+++/AQ==", BEGIN_WANTED},
    {"an empty PEM", FORWARDED_PEM, "", BEGIN_WANTED},
    {"what Apache writes for no PEM", FORWARDED_PEM, "(null)", BEGIN_WANTED},
    {"PEM twice", FORWARDED_PEM, BEGIN " AAAA " END " " BEGIN " AAAA " END,
     "more than one certificate"},
    {"PEM twice, joined by a comma", FORWARDED_PEM, BEGIN " AAAA " END ", " BEGIN " AAAA " END,
     "something stands after the certificate"},
    {"PEM cut off", FORWARDED_PEM, BEGIN " AAAA", "it is cut off: " END " is missing"},

    {"as nginx escapes", FORWARDED_PEM_ESCAPED,
     ESCAPED_BEGIN "%0A%2B%2B%2B%2FAQ%3D%3D%0A" ESCAPED_END "%0A", NULL},
    {"as AWS escapes", FORWARDED_PEM_ESCAPED, ESCAPED_BEGIN "%0A+++/AQ==%0A" ESCAPED_END "%0A",
     NULL},
    {"in small digits", FORWARDED_PEM_ESCAPED,
     ESCAPED_BEGIN "%0a%2b%2b%2b%2fAQ%3d%3d%0a" ESCAPED_END, NULL},
    {"blanks as plus signs, as in forms", FORWARDED_PEM_ESCAPED,
     "-----BEGIN+CERTIFICATE-----%0AAAAA%0A-----END+CERTIFICATE-----", BEGIN_WANTED},
    {"not escaped", FORWARDED_PEM_ESCAPED, BEGIN " +++/AQ== " END, PLAIN},
    {"an empty escaped PEM", FORWARDED_PEM_ESCAPED, "", PLAIN},
    {"escaped twice", FORWARDED_PEM_ESCAPED,
     "-----BEGIN%2520CERTIFICATE-----%250AAAAA%250A-----END%2520CERTIFICATE-----", BEGIN_WANTED},
    {"a broken escape", FORWARDED_PEM_ESCAPED, ESCAPED_BEGIN "%0", "a broken percent escape"},
    {"escaped, twice in the request", FORWARDED_PEM_ESCAPED,
     ESCAPED_BEGIN "AAAA" ESCAPED_END ", " ESCAPED_BEGIN "AAAA" ESCAPED_END,
     "something stands after the certificate"},

    {"a byte sequence", FORWARDED_RFC9440, ":+++/AQ==:", NULL},
    {"no byte sequence", FORWARDED_RFC9440, "", NO_SEQUENCE},
    {"one colon", FORWARDED_RFC9440, ":", NO_SEQUENCE},
    {"two colons", FORWARDED_RFC9440, "::", NO_SEQUENCE},
    {"no colon", FORWARDED_RFC9440, "+++/AQ==", NO_SEQUENCE},
    {"no colon behind", FORWARDED_RFC9440, ":+++/AQ==", NO_SEQUENCE},
    {"no colon before", FORWARDED_RFC9440, "+++/AQ==:", NO_SEQUENCE},
    {"a string of RFC 8941", FORWARDED_RFC9440, "\"+++/AQ==\"", NO_SEQUENCE},
    {"a parameter", FORWARDED_RFC9440, ":+++/AQ==:;a=1", NO_SEQUENCE},
    {"a blank inside", FORWARDED_RFC9440, ":+++/ AQ==:", NO_SEQUENCE},
    {"a byte sequence without padding", FORWARDED_RFC9440, ":+++/AQ:", NO_SEQUENCE},
    {"Client-Cert twice", FORWARDED_RFC9440, ":+++/AQ==:, :+++/AQ==:", NO_SEQUENCE},
    {"a colon inside", FORWARDED_RFC9440, ":+++/AQ==::", NO_SEQUENCE},

    {"Envoy's", FORWARDED_XFCC,
     "By=spiffe://a/b;Hash=00ff;Cert=\"" ESCAPED_BEGIN "%0A%2B%2B%2B%2FAQ%3D%3D%0A" ESCAPED_END
     "%0A\";Subject=\"CN=x,O=\\\"y\\\"\";URI=urn:x?a=b",
     NULL},
    {"without quotes", FORWARDED_XFCC, "Cert=" ESCAPED_BEGIN "%2B%2B%2B%2FAQ%3D%3D" ESCAPED_END,
     NULL},
    {"keys in other cases", FORWARDED_XFCC,
     "hash=0;CERT=\"" ESCAPED_BEGIN "%2B%2B%2B%2FAQ%3D%3D" ESCAPED_END "\"", NULL},
    {"two elements, the last counts", FORWARDED_XFCC,
     "Hash=1;Cert=\"" ESCAPED_BEGIN "AAAA" ESCAPED_END "\",Hash=2;Cert=\"" ESCAPED_BEGIN
     "%2B%2B%2B%2FAQ%3D%3D" ESCAPED_END "\"",
     NULL},
    {"two lines that a server joined", FORWARDED_XFCC,
     "Hash=1, Hash=2;Cert=\"" ESCAPED_BEGIN "%2B%2B%2B%2FAQ%3D%3D" ESCAPED_END "\" \t", NULL},
    {"an element that a URI goes on with", FORWARDED_XFCC,
     "Hash=1;Cert=\"" ESCAPED_BEGIN "AAAA" ESCAPED_END "\";URI=urn:x,Hash=2;Cert=\"" ESCAPED_BEGIN
     "%2B%2B%2B%2FAQ%3D%3D" ESCAPED_END "\"",
     RUNS_OVER},
    {"an element that a DNS name goes on with", FORWARDED_XFCC, "dns=x,Hash=2;Cert=\"a\"",
     RUNS_OVER},
    {"an element behind a name in quotes", FORWARDED_XFCC,
     "URI=\"x,y\", By=x;Cert=\"" ESCAPED_BEGIN "%2B%2B%2B%2FAQ%3D%3D" ESCAPED_END "\"", RUNS_OVER},
    {"an element behind a URI that brings quotes of its own", FORWARDED_XFCC,
     "Hash=1;Cert=\"" ESCAPED_BEGIN "AAAA" ESCAPED_END "\";URI=\"\",Cert=\"" ESCAPED_BEGIN
     "%2B%2B%2B%2FAQ%3D%3D" ESCAPED_END "\"",
     RUNS_OVER},
    {"an element behind a DNS name that does", FORWARDED_XFCC,
     "Cert=\"a\";DNS=\"x\",Hash=2;Cert=\"b\"", RUNS_OVER},
    {"an element behind something else in quotes", FORWARDED_XFCC, "New=\"x\",Cert=\"b\"",
     RUNS_OVER},
    {"an element behind a subject in quotes", FORWARDED_XFCC,
     "Hash=1;Subject=\"CN=a\\\",b\",Hash=2;Cert=\"" ESCAPED_BEGIN "%2B%2B%2B%2FAQ%3D%3D" ESCAPED_END
     "\"",
     NULL},
    {"an element behind a subject without them", FORWARDED_XFCC, "Subject=CN=a,Cert=\"b\"",
     RUNS_OVER},
    {"a Cert that a URI goes on with", FORWARDED_XFCC,
     "Hash=1;URI=urn:x;Cert=\"" ESCAPED_BEGIN "%2B%2B%2B%2FAQ%3D%3D" ESCAPED_END "\"", CERT_BEHIND},
    {"a Cert behind a URI that brings quotes", FORWARDED_XFCC, "URI=\"\";Cert=\"a\"", CERT_BEHIND},
    {"a Chain that a DNS name goes on with", FORWARDED_XFCC,
     "Cert=\"" ESCAPED_BEGIN "AAAA" ESCAPED_END "\";DNS=x;chain=\"a\"", CERT_BEHIND},
    {"the Cert of another element is not the last one's", FORWARDED_XFCC,
     "Cert=\"" ESCAPED_BEGIN "AAAA" ESCAPED_END "\",Hash=2", "its last element has no Cert"},
    {"an empty Cert", FORWARDED_XFCC, "Cert=\"\"", "its last element has no Cert"},
    {"a Cert that is none", FORWARDED_XFCC, "Cert=x", BEGIN_WANTED},
    {"nothing", FORWARDED_XFCC, "", "it is empty"},
    {"a Cert twice", FORWARDED_XFCC, "Cert=a;Cert=b", "an element says Cert or Chain twice"},
    {"an empty Cert, and another", FORWARDED_XFCC, "Cert=;Cert=b",
     "an element says Cert or Chain twice"},
    {"a Chain twice", FORWARDED_XFCC, "Chain=a;cert=b;chain=c",
     "an element says Cert or Chain twice"},
    {"a quote that is not closed", FORWARDED_XFCC, "Cert=\"a", "a quote is not closed"},
    {"a quote closed by an escape", FORWARDED_XFCC, "Cert=\"a\\\"", "a quote is not closed"},
    {"a backslash at the end", FORWARDED_XFCC, "Cert=\"a\\", "a quote is not closed"},
    {"a quote in an early element that swallows the last", FORWARDED_XFCC,
     "Cert=\"a,Hash=2;Cert=\"" ESCAPED_BEGIN "AAAA" ESCAPED_END "\"",
     "something stands behind a value"},
    {"something behind a quote", FORWARDED_XFCC, "Cert=\"a\"b", "something stands behind a value"},
    {"a quote in the middle", FORWARDED_XFCC, "Cert=a\"b\"", "something stands behind a value"},
    {"a NUL's place taken by a control", FORWARDED_XFCC, "\x01=a",
     "an element has something else than KEY=VALUE"},
    {"no value", FORWARDED_XFCC, "Cert", "an element has something else than KEY=VALUE"},
    {"no key", FORWARDED_XFCC, "=x", "an element has something else than KEY=VALUE"},
    {"a comma at the end", FORWARDED_XFCC, "Cert=x,",
     "an element has something else than KEY=VALUE"},
    {"a comma at the start", FORWARDED_XFCC, ",Cert=x",
     "an element has something else than KEY=VALUE"},
    {"a semicolon at the end", FORWARDED_XFCC, "Cert=x;",
     "an element has something else than KEY=VALUE"},
};

static void test_forms(void) {
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        const struct form_case *c = &cases[i];
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        struct bytes exact = support_keep(c->value, strlen(c->value));
        const char *detail = NULL;
        enum pem_status status = cz_forwarded_decode(c->format, exact, &der, &detail);
        if (c->detail == NULL)
            tap_ok(status == PEM_OK && cz_bytes_equal(cz_buffer_view(&der), TEXT(CONTENT)), "%s",
                   c->what);
        else if (tap_ok(status == PEM_MALFORMED && der.len == 0, "%s: refused", c->what))
            tap_is(detail, c->detail, "and the detail says why");
    }
}

static void test_nuls(void) {
    static const struct bytes values[] = {
        TEXT("+++/AQ==\0"),          TEXT("fbefbf01\0"),
        TEXT(BEGIN "AAAA" END "\0"), TEXT(ESCAPED_BEGIN "AAAA" ESCAPED_END "\0"),
        TEXT(":+++/AQ==:\0"),        TEXT("Cert=\"" ESCAPED_BEGIN "AAAA" ESCAPED_END "\"\0")};
    for (size_t i = 0; i < CZ_COUNT(values); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        const char *detail;
        tap_ok(cz_forwarded_decode((enum forwarded_format)i, values[i], &der, &detail) ==
                   PEM_MALFORMED,
               "a NUL behind the value: format %zu refuses", i);
    }
}

static void test_size(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail = NULL;
    struct bytes full = support_fill('0', CZ_PEM_SIZE_MAX);
    struct bytes more = support_fill('0', CZ_PEM_SIZE_MAX + 1);
    tap_ok(cz_forwarded_decode(FORWARDED_HEX, full, &der, &detail) == PEM_OK &&
               der.len == CZ_PEM_SIZE_MAX / 2,
           "128 KiB are taken");
    tap_is_int(cz_forwarded_decode(FORWARDED_HEX, more, &der, &detail), PEM_TOO_LARGE,
               "and no byte more");
    tap_is(detail, "the header is larger than 128 KiB", "and the detail says so");
    cz_buffer_clear(&der);
    cz_forwarded_decode_chain(FORWARDED_HEX, more, &der);
    tap_is_int((long long)der.len, 0, "nor of a chain");
    struct buffer narrow = {.limit = 8};
    tap_is_int(cz_forwarded_decode(FORWARDED_HEX, full, &narrow, &detail), PEM_NO_MEMORY,
               "a buffer without room is no fault of the header");
    cz_buffer_release(&narrow);
}

struct chain_case {
    const char *what;
    enum forwarded_format format;
    const char *value, *chain;
};

static const struct chain_case chains[] = {
    {"none", FORWARDED_BASE64, "", ""},
    {"base64 of all", FORWARDED_BASE64, "b25ldHdv", "onetwo"},
    {"base64 that is none", FORWARDED_BASE64, "b25ldHdv*", ""},
    {"hex of all", FORWARDED_HEX, "6f6e6574776f", "onetwo"},
    {"PEMs with blanks", FORWARDED_PEM, BEGIN " b25l " END " " BEGIN " dHdv " END, "onetwo"},
    {"PEMs joined by a comma", FORWARDED_PEM, BEGIN " b25l " END ", " BEGIN " dHdv " END, "onetwo"},
    {"up to the PEM that cannot be read", FORWARDED_PEM,
     BEGIN "b25l" END BEGIN "*" END BEGIN "dHdv" END, "one"},
    {"PEMs, escaped", FORWARDED_PEM_ESCAPED,
     ESCAPED_BEGIN "%0Ab25l%0A" ESCAPED_END "%0A" ESCAPED_BEGIN "dHdv" ESCAPED_END, "onetwo"},
    {"a broken escape", FORWARDED_PEM_ESCAPED, ESCAPED_BEGIN "b25l" ESCAPED_END "%", ""},
    {"a list", FORWARDED_RFC9440, ":b25l:, :dHdv:", "onetwo"},
    {"a list without blanks", FORWARDED_RFC9440, ":b25l:,:dHdv:", "onetwo"},
    {"a list with TABs", FORWARDED_RFC9440, "\t:b25l:\t,\t:dHdv: ", "onetwo"},
    {"a list of one", FORWARDED_RFC9440, ":b25l:", "one"},
    {"up to the item that is none", FORWARDED_RFC9440, ":b25l:, x, :dHdv:", "one"},
    {"a comma at the end", FORWARDED_RFC9440, ":b25l:,", "one"},
    {"the last element's Chain", FORWARDED_XFCC,
     "Chain=\"" ESCAPED_BEGIN "dHdv" ESCAPED_END "\",Hash=1;Chain=\"" ESCAPED_BEGIN
     "%0Ab25l%0A" ESCAPED_END "%0A" ESCAPED_BEGIN "dHdv" ESCAPED_END "%0A\"",
     "onetwo"},
    {"an element without one", FORWARDED_XFCC, "Hash=1", ""},
    {"no elements", FORWARDED_XFCC, "Chain=\"", ""},
};

static void test_chains(void) {
    for (size_t i = 0; i < CZ_COUNT(chains); i++) {
        const struct chain_case *c = &chains[i];
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        cz_forwarded_decode_chain(c->format, support_keep(c->value, strlen(c->value)), &der);
        tap_is(cz_buffer_text(&der), c->chain, c->what);
    }
}

/* What was there before stays, whatever comes. */
static void test_appending(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_buffer_puts(&out, "before");
    tap_ok(!cz_base64_decode(TEXT("b25l*"), false, &out) && !cz_hex_decode(TEXT("6fxx"), &out) &&
               !cz_percent_decode(TEXT("more%"), &out),
           "what cannot be decoded");
    tap_is(cz_buffer_text(&out), "before", "leaves no trace");
    tap_ok(cz_base64_decode(TEXT("b25l"), false, &out) && cz_hex_decode(TEXT("6f"), &out) &&
               cz_percent_decode(TEXT("%6fp+"), &out),
           "what can");
    tap_is(cz_buffer_text(&out), "beforeoneoop+", "is appended");
}

int main(void) {
    test_forms();
    test_nuls();
    test_size();
    test_chains();
    test_appending();
    return tap_done();
}
