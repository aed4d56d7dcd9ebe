/* CRLs out of what libcurl makes of LDAP entries. The texts are as libcurl 7.88.1 wrote them. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "refresh/fetch_ldif.h"

static bool take(void *context, struct bytes der) {
    cz_buffer_bytes(context, der);
    return true;
}

static bool refuse(void *context, struct bytes der) {
    (void)context;
    (void)der;
    return false;
}

/* Reads the text in pieces of that length, and appends what is found to `out`. */
static bool read_text(struct bytes text, size_t piece, struct buffer *out, struct error *error) {
    struct ldif_reader reader = {.keep = take, .context = out};
    for (size_t at = 0; at < text.len; at += piece) {
        size_t len = text.len - at < piece ? text.len - at : piece;
        if (!cz_ldif_read(&reader, (struct bytes){text.data + at, len}, error))
            return false;
    }
    return cz_ldif_end(&reader, error);
}

static void test_texts(void) {
    static const struct {
        const char *text, *out, *error, *name;
    } cases[] = {
        {"DN: cn=a,o=x\n\tcertificateRevocationList;binary:: Y3Js\n\n", "crl", "", "one CRL"},
        {"DN: cn=a,o=x\n\tcertificateRevocationList:: Y3JsMg==\n\n", "crl2", "", "without ;binary"},
        {"DN: cn=a\n\tAUTHORITYrevocationlist;BINARY:: Y3JsMjI=\n\n", "crl22", "", "another case"},
        {"DN: cn=a\n\tdeltaRevocationList;binary:: ZA==\n", "d", "", "a delta CRL"},
        {"DN: cn=a\n\tcn: certificateRevocationList:: YQ==\n\tcn:: Yg==\n\n"
         "\tcertificateRevocationList:: ZA==\n\n",
         "d", "", "beside other attributes"},
        {"DN: \tcertificateRevocationList:: YQ==\n\n", "", "the directory has no CRL there",
         "a name that looks like an attribute"},
        {"DN: cn=a\n\tcertificateRevocationListOfOurs:: YQ==\n\n", "",
         "the directory has no CRL there", "an attribute with a longer name"},
        {"DN: cn=a\n\tanAttributeWithANameThatIsLongerThanAnyThatHoldsACrl:: YQ==\n\n", "",
         "the directory has no CRL there", "one much longer"},
        {"DN: cn=a\n\tcertificateRevocationList\n\n", "", "the directory has no CRL there",
         "a name alone"},
        {"", "", "the directory has no CRL there", "nothing"},
        {"\n\n", "", "the directory has no CRL there", "empty lines"},
        {"DN: cn=a\n\tcertificateRevocationList: text\n\n", "",
         "the directory's certificateRevocationList is text, not a CRL", "text"},
        {"DN: cn=a\n\tcertificateRevocationList:: YQ==\n\tcertificateRevocationList:: Yg==\n\n",
         NULL, "the directory holds more than one CRL there", "two values"},
        {"DN: cn=a\n\tcertificateRevocationList:: YQ==\n\nDN: cn=b\n"
         "\tcertificateRevocationList:: Yg==\n\n",
         NULL, "the directory holds more than one CRL there", "two entries"},
        {"DN: cn=a\n\tcertificateRevocationList:: Y*==\n", NULL,
         "the directory's answer is not base64", "a strange character"},
        {"DN: cn=a\n\tcertificateRevocationList:: YQ=a\n", NULL,
         "the directory's answer is not base64", "one behind the padding"},
        {"DN: cn=a\n\tcertificateRevocationList:: YQ", NULL,
         "the directory's answer ends in the midst of a CRL", "no end"},
        {"DN: cn=a\n\tcertificateRevocationList:: YQ=", NULL,
         "the directory's answer ends in the midst of a CRL", "no end of the padding"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        for (size_t piece = 1; piece <= 64; piece += 63) {
            CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
            struct error error = {0};
            bool good = read_text(cz_bytes_of(cases[i].text), piece, &out, &error);
            tap_ok(good == (cases[i].error[0] == '\0'), "%s, %zu bytes at a time", cases[i].name,
                   piece);
            if (cases[i].out != NULL)
                tap_is(cz_buffer_text(&out), cases[i].out, "with its content");
            tap_is(error.message, cases[i].error, "with its error, if any");
        }
}

/* Every length around that of what is handed on at once, and the bytes in every phase. */
static void test_lengths(void) {
    static uint8_t der[7000];
    bool good = true;
    for (size_t i = 0; i < sizeof der; i++)
        der[i] = (uint8_t)(i * 167 + i / 256);
    for (size_t len = 3066; len < 3080; len++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0}, out = {0};
        struct error error = {0};
        cz_buffer_puts(&text, "DN: cn=a\n\tcertificateRevocationList;binary:: ");
        cz_base64(&text, (struct bytes){der, len});
        cz_buffer_puts(&text, "\n\n");
        good = good && read_text(cz_buffer_view(&text), len % 2 ? 1 : 10000, &out, &error) &&
               cz_bytes_equal(cz_buffer_view(&out), (struct bytes){der, len});
    }
    tap_ok(good, "long ones come out as they went in");
}

static void test_refusal(void) {
    struct ldif_reader reader = {.keep = refuse};
    struct error error = {0};
    tap_ok(!cz_ldif_read(&reader, CZ_BYTES("\tcertificateRevocationList:: YWJj\n"), &error),
           "what is not kept ends the reading");
    tap_is(error.message, "", "and the one that did not keep it knows why");
}

int main(void) {
    test_texts();
    test_lengths();
    test_refusal();
    return tap_done();
}
