/* Selectors as the configuration wants them, of certificates that somebody made with care. */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/cleanup.h"
#include "ctl/spelling.h"

#define MANY 10000

/* Takes the certificate over. */
static const char *spell(struct certificate *given) {
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = given;
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct error error = {0};
    if (!cz_spell_selectors(&out, certificate, &error))
        return support_text("failed: %s", error.message);
    return (const char *)support_keep(out.data, out.len).data;
}

/* The lines that begin with this, one behind the other. */
static const char *lines(const char *text, const char *start) {
    CZ_CLEANUP(cz_buffer_release) struct buffer found = {0};
    for (const char *line = text, *end; *line != '\0'; line = end + 1) {
        end = strchrnul(line, '\n');
        if (strncmp(line, start, strlen(start)) == 0)
            cz_buffer_append(&found, line, (size_t)(end - line) + 1);
        if (*end == '\0')
            break;
    }
    return support_text("%s", cz_buffer_text(&found));
}

static struct certificate *with_names(struct bytes names) {
    const struct bytes more[] = {
        support_extension(OID_SUBJECT_ALT_NAME, false, DER(DER_SEQUENCE, names)), {0}};
    return forge_certificate(&(struct forge){.subject = "x", .issuer = "y", .more = more});
}

static void test_many_names(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer names = {0};
    for (int i = 0; i < MANY; i++) {
        struct bytes host = cz_bytes_of(support_text("host-%05d.example", i));
        struct bytes name = DER(DER_CONTEXT(2), host);
        cz_buffer_bytes(&names, name);
    }
    const char *text = spell(with_names(cz_buffer_view(&names)));
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, "\n  dns = \"host-")) != NULL; at++)
        count++;
    tap_is_int((long long)count, MANY, "each of 10,000 names is a selector");
    tap_ok(strstr(text, "// dns") == NULL, "that fits");
}

static void test_names(void) {
    struct bytes names =
        JOIN(DER(DER_CONTEXT(2), TEXT("Host.Example.ORG")),
             DER(DER_CONTEXT(1), TEXT("\"quoted\\\"@example.org")),
             DER(DER_CONTEXT(1), TEXT("Local@Example.ORG")), DER(DER_CONTEXT(6), TEXT("urn:a:b")),
             DER(DER_CONTEXT(6), TEXT("spiffe://example.org/x")),
             DER(DER_CONTEXT(7), TEXT("\xc0\x00\x02\x01")),
             DER(DER_CONTEXT(7),
                 TEXT("\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01")));
    const char *text = spell(with_names(names));
    tap_is(lines(text, "  dns"), "  dns = \"Host.Example.ORG\";\n", "a host");
    const char *wildcard = spell(with_names(DER(DER_CONTEXT(2), TEXT("*.example.org"))));
    tap_is(lines(wildcard, "  // dns"),
           "  // dns: no text in a configuration stands for it; use another selector\n",
           "a wildcard stands for other hosts there");
    tap_is(lines(text, "  email"),
           "  email = \"\\\"quoted\\\\\\\"@example.org\";\n  email = \"Local@Example.ORG\";\n",
           "mailboxes, with what means something to libconfig");
    tap_is(lines(text, "  uri"), "  uri = \"urn:a:b\";\n  uri = \"spiffe://example.org/x\";\n",
           "URIs");
    tap_is(lines(text, "  spiffe"), "", "of which one that is not alone is no SPIFFE ID");
    tap_is(lines(text, "  ip"), "  ip = \"192.0.2.1\";\n  ip = \"2001:db8::1\";\n", "addresses");
}

static void test_subjects(void) {
    struct bytes subject =
        DER(DER_SEQUENCE,
            support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, TEXT("first, \"quoted\" \\ \xc3\xa9")),
            support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, TEXT("\x1b[2J\x07")),
            support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, TEXT("")),
            support_rdn(OID_ORGANIZATION, DER_OCTET_STRING, TEXT("\x01\x02")),
            support_rdn(TEXT("\x55\x04\x05"), DER_PRINTABLE_STRING, TEXT("A 1,2")),
            support_rdn(OID_ORGANIZATION, DER_UTF8_STRING, TEXT(" blanks  ")));
    struct certificate *certificate =
        forge_certificate(&(struct forge){.issuer = "y", .parts[PART_SUBJECT] = subject});
    const char *text = spell(certificate);
    tap_is(lines(text, "  cn"), "  cn = \"first, \\\"quoted\\\" \\\\ \xc3\xa9\";\n",
           "quotes and backslashes are libconfig's");
    tap_is(lines(text, "  // cn"),
           "  // cn: it holds control characters or no UTF-8; use another selector\n"
           "  // cn: it is empty\n",
           "controls cannot be written, and nothing either");
    tap_is(lines(text, "  o "), "  o = \" blanks  \";\n", "blanks at the ends are kept");
    tap_is(lines(text, "  attribute"), "  attribute = \"serialNumber=A 1\\\\,2\";\n",
           "another attribute has its name");
    tap_is(lines(text, "  // attribute"),
           "  // attribute: no text in a configuration stands for it; use another selector\n",
           "what is no string stands for nothing");
    tap_ok(strchr(text, '\x1b') == NULL && strchr(text, '\x07') == NULL, "no control is printed");
    tap_ok(lines(text, "  subject")[0] != '\0' || lines(text, "  // subject")[0] != '\0',
           "the subject is told");
}

/* Of the order that RFC 4514 and OpenSSL read differently. */
static void test_order(void) {
    struct bytes subject =
        DER(DER_SEQUENCE, support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, TEXT("x")),
            support_rdn(OID_ORGANIZATION, DER_UTF8_STRING, TEXT("y")));
    struct certificate *certificate =
        forge_certificate(&(struct forge){.issuer = "y", .parts[PART_SUBJECT] = subject});
    tap_is(lines(spell(certificate), "  subject"), "  subject = \"/CN=x/O=y\";\n",
           "a name that could be read in two ways is written in the other form");
}

/* Each line is one of the sound list, a name in its other form, or a comment. */
static bool is_part_of(const char *text, const char *sound) {
    static const char *const others[] = {"  // ", "  subject = \"/O=Example",
                                         "  issuer = \"/O=Example",
                                         "  issuer = \"CN=certauthz test root, O=Example"};
    for (const char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        bool known = strstr(sound, support_text("%.*s", (int)(end - line) + 1, line)) != NULL;
        for (size_t i = 0; i < CZ_COUNT(others); i++)
            known |= strncmp(line, others[i], strlen(others[i])) == 0;
        if (!known) {
            printf("# %.*s\n", (int)(end - line), line);
            return false;
        }
    }
    return true;
}

static void test_faults(void) {
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate = support_pki_certificate("good");
    const char *sound = spell(support_pki_certificate("good"));
    bool good = true;
    long nth = 1;
    for (bool failed = true; failed && nth < 5000; nth++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        struct error error = {0};
        faults_begin(nth, false);
        bool spelled = cz_spell_selectors(&out, certificate, &error);
        failed = faults_end();
        good = good && (spelled ? is_part_of(cz_buffer_text(&out), sound)
                                : strcmp(error.message, "out of memory") == 0);
    }
    tap_ok(good && nth > 50, "memory that runs out gives no selector that is not one");
}

int main(void) {
    test_many_names();
    test_names();
    test_subjects();
    test_order();
    test_faults();
    return tap_done();
}
