/* A certificate's text in every form in which a web server hands it over, and none else. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "pem/pem.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* 60 bytes: 80 characters of base64, more than one line */
#define SIXTY "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"

static struct bytes replaced(struct bytes text, char what, const char *by) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] == (uint8_t)what)
            cz_buffer_puts(&out, by);
        else
            cz_buffer_putc(&out, (char)text.data[i]);
    return support_keep(out.data, out.len);
}

/* As nginx's $ssl_client_escaped_cert: all but letters, digits and -._~ */
static struct bytes escaped(struct bytes text, bool capitals) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    for (size_t i = 0; i < text.len; i++)
        if (strchr("+/= \n", text.data[i]) != NULL)
            cz_buffer_printf(&out, capitals ? "%%%02X" : "%%%02x", text.data[i]);
        else
            cz_buffer_putc(&out, (char)text.data[i]);
    return support_keep(out.data, out.len);
}

static void accepted(struct bytes text, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail = NULL;
    struct bytes exact = support_keep(text.data, text.len);
    enum pem_status status = cz_pem_decode(exact, &der, &detail);
    tap_ok(status == PEM_OK && cz_bytes_equal(cz_buffer_view(&der), TEXT(SIXTY)), "%s", name);
}

static void refused(struct bytes text, const char *expected, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail = NULL;
    struct bytes exact = support_keep(text.data, text.len);
    enum pem_status status = cz_pem_decode(exact, &der, &detail);
    tap_ok(status == PEM_MALFORMED && der.len == 0, "%s is refused", name);
    tap_is(detail, expected, "and the detail says why");
}

static void test_forms(struct bytes pem) {
    struct bytes bare = {.data = pem.data, .len = pem.len - 1};
    accepted(pem, "lines ended by LF");
    accepted(bare, "without the last LF");
    accepted(replaced(pem, '\n', "\r\n"), "lines ended by CRLF");
    accepted(replaced(bare, '\n', "\n\t"), "nginx's TABs");
    accepted(JOIN(TEXT(BEGIN),
                  replaced((struct bytes){.data = pem.data + sizeof BEGIN - 1,
                                          .len = pem.len - sizeof BEGIN - sizeof END + 1},
                           '\n', " "),
                  TEXT(END)),
             "joined by blanks");
    accepted(replaced(pem, '\n', " "), "joined by blanks, one behind");
    accepted(replaced(pem, '\n', ""), "no blanks at all");
    accepted(JOIN(TEXT("\r\n \t"), pem, TEXT(" \r\n\t")), "blanks around");
    accepted(escaped(pem, true), "percent-encoded");
    accepted(escaped(pem, false), "percent-encoded in lower case");
    accepted(replaced(pem, '\n', "%0A"), "only the newlines percent-encoded");
    accepted(replaced(pem, '-', "%2D"), "percent-encoded hyphens");
}

static void test_broken(struct bytes pem) {
    struct bytes body = {.data = pem.data + sizeof BEGIN, .len = pem.len - sizeof BEGIN};
    static const char begin[] = "it does not begin with " BEGIN;
    static const char cut[] = "it is cut off: " END " is missing";
    static const char base64[] = "its text is not base64";
    refused(TEXT(""), begin, "the empty text");
    refused(TEXT(" \n"), begin, "blanks alone");
    refused(TEXT("(null)"), begin, "something else");
    refused(body, begin, "a body without its beginning");
    refused(JOIN(TEXT("x"), pem), begin, "something before");
    refused(JOIN(TEXT("\0"), pem), begin, "a NUL before");
    refused(TEXT("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"), begin, "a CRL");
    refused(TEXT("-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n"), begin, "OpenSSL's own form");
    refused(TEXT(BEGIN), cut, "a beginning alone");
    refused((struct bytes){.data = pem.data, .len = pem.len - 10}, cut, "a text that is cut off");
    refused(TEXT(BEGIN "\nAAAA\n-----END CERTIFICATE----"), cut, "an end that is cut off");
    refused(TEXT(BEGIN END), base64, "an empty body");
    refused(TEXT(BEGIN "\n \n" END), base64, "a body of blanks");
    refused(TEXT(BEGIN "\nAAAA*AAA\n" END), base64, "a character that is not base64");
    refused(TEXT(BEGIN "\nAAAA\0AAA\n" END), base64, "a NUL in the body");
    refused(TEXT(BEGIN "\nAAAA\vAAAA\n" END), base64, "a vertical TAB");
    refused(TEXT(BEGIN "\nAA-_\n" END), base64, "base64url");
    refused(TEXT(BEGIN "\nAAAAA\n" END), base64, "a quantum that is not whole");
    refused(TEXT(BEGIN "\nAA==AAAA\n" END), base64, "padding in the middle");
    refused(TEXT(BEGIN "\nA===\n" END), base64, "three characters of padding");
    refused(TEXT(BEGIN "\n====\n" END), base64, "padding alone");
    refused(TEXT(BEGIN "\nAA=A\n" END), base64, "padding before the last character");
    refused(TEXT(BEGIN "\nAAAA=\n" END), base64, "padding behind a whole quantum");
    refused(TEXT(BEGIN "\nAB==\n" END), base64, "bits hidden by two characters of padding");
    refused(TEXT(BEGIN "\nAAB=\n" END), base64, "bits hidden by one character of padding");
    refused(TEXT(BEGIN "\nProc-Type: 4,ENCRYPTED\n\nAAAA\n" END), base64, "a header");
    refused(JOIN(TEXT(BEGIN), pem), base64, "a beginning inside");
}

/* Against GnuTLS's encoder: every byte, and every length of the last quantum. */
static void test_alphabet(void) {
    uint8_t all[256];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)(i * 167 + 13);
    bool good = true;
    for (size_t len = 1; len <= sizeof all; len++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        struct bytes bytes = {.data = all, .len = len};
        const char *detail;
        good &= cz_pem_decode(support_pem(bytes), &der, &detail) == PEM_OK &&
                cz_bytes_equal(cz_buffer_view(&der), bytes);
    }
    tap_ok(good, "every byte and every length comes back");
}

static void test_more(struct bytes pem) {
    refused(JOIN(pem, pem), "more than one certificate", "two certificates");
    refused(JOIN(pem, TEXT("x")), "something stands after the certificate", "a byte behind");
    refused(JOIN(pem, TEXT("\0")), "something stands after the certificate", "a NUL behind");
    refused(JOIN(pem, TEXT(END)), "something stands after the certificate", "a second end");
    refused(TEXT(BEGIN "AAAA%00AAAA" END), "its text is not base64", "an escaped NUL inside");
    static const char broken[] = "a broken percent escape";
    refused(JOIN(pem, TEXT("%")), broken, "a percent sign at the end");
    refused(JOIN(pem, TEXT("%0")), broken, "half an escape");
    refused(replaced(pem, '\n', "%0g"), broken, "an escape that is not hexadecimal");
    refused(replaced(pem, '\n', "%00"), "something stands after the certificate", "an escaped NUL");
    refused(replaced(pem, '\n', "%250A"), "something stands after the certificate",
            "what is encoded twice");
}

static void test_size(struct bytes pem) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail = NULL;
    struct bytes full = JOIN(pem, support_fill(' ', CZ_PEM_SIZE_MAX - pem.len));
    accepted(full, "128 KiB");
    tap_is_int(cz_pem_decode(JOIN(full, TEXT(" ")), &der, &detail), PEM_TOO_LARGE,
               "one byte more is too large");
    tap_is(detail, "the certificate is larger than 128 KiB", "and says so");
    cz_buffer_puts(&der, "before");
    cz_pem_decode(pem, &der, &detail);
    tap_is(cz_buffer_text(&der), "before" SIXTY, "the DER is appended");
}

static void next_is(struct bytes *rest, enum pem_status status, const char *content,
                    const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail = "";
    tap_is_int(cz_pem_next(rest, &der, &detail), status, name);
    if (status == PEM_OK)
        tap_is(cz_buffer_text(&der), content, "with its content");
    else
        tap_is(detail, content, "with its detail");
}

static void test_files(void) {
    struct bytes file =
        JOIN(TEXT("Subject: CN=a\nwith -----BEGIN text\n"), support_pem(TEXT("one")),
             TEXT("-----BEGIN X509 CRL-----\nAAAA\n-----END EC PRIVATE "
                  "KEY-----\n"),
             support_pem(TEXT("two")), TEXT("# the end\n"));
    next_is(&file, PEM_OK, "one", "the first certificate of a file");
    next_is(&file, PEM_OK, "two", "the second, behind a key");
    next_is(&file, PEM_OK, "", "the end");
    next_is(&file, PEM_OK, "", "and again");
    struct bytes none = TEXT("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
    next_is(&none, PEM_OK, "", "a key alone is no certificate");
    struct bytes empty = {0};
    next_is(&empty, PEM_OK, "", "nor is an empty file");
    struct bytes cut = TEXT(BEGIN "\nAAAA\n");
    next_is(&cut, PEM_MALFORMED, "it is cut off: " END " is missing", "a certificate cut off");
    struct bytes bad = TEXT(BEGIN "\nA*AA\n" END);
    next_is(&bad, PEM_MALFORMED, "its text is not base64", "one that is not base64");
    struct bytes nested = JOIN(TEXT(BEGIN "\nAAAA\n"), support_pem(TEXT("one")));
    next_is(&nested, PEM_MALFORMED, "its text is not base64", "one that begins inside another");
}

static void test_crls(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail = "";
    struct bytes file = JOIN(support_pem(TEXT("one")), TEXT("-----BEGIN X509 CRL-----\nAAAA\n"
                                                            "-----END X509 CRL-----\n"
                                                            "-----BEGIN X509 CRL-----\nQUJD"));
    tap_is_int(cz_pem_next_crl(&file, &der, &detail), PEM_OK, "a CRL behind a certificate");
    tap_ok(der.len == 3 && memcmp(der.data, "\0\0\0", 3) == 0, "with its content");
    tap_is_int(cz_pem_next_crl(&file, &der, &detail), PEM_MALFORMED, "and one that is cut off");
    tap_is(detail, "it is cut off: -----END X509 CRL----- is missing", "with its detail");
    struct bytes none = support_pem(TEXT("one"));
    cz_buffer_clear(&der);
    tap_ok(cz_pem_next_crl(&none, &der, &detail) == PEM_OK && der.len == 0,
           "a certificate alone is no CRL");
    struct bytes large = TEXT("-----BEGIN X509 CRL-----\nQUJDQUJDQUJD\n-----END X509 CRL-----\n");
    CZ_CLEANUP(cz_buffer_release) struct buffer narrow = {.limit = 8};
    tap_is_int(cz_pem_next_crl(&large, &narrow, &detail), PEM_NO_MEMORY,
               "nor is more taken than the limit allows");
}

int main(void) {
    struct bytes pem = support_pem(TEXT(SIXTY));
    test_forms(pem);
    test_broken(pem);
    test_alphabet();
    test_more(pem);
    test_size(pem);
    test_files();
    test_crls();
    return tap_done();
}
