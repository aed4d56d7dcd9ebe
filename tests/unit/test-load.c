/* From the configuration to the snapshot: which certificates are trusted, and as what. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "config/setup.h"
#include "config/whole_file.h"

#include <stdlib.h>
#include <unistd.h>

#define FILE_NAME "test-load.conf"
#define RULES "rules = ( { path = \"/\"; certificate = \"required\"; } );\n"

static bool load(const char *text, struct setup *setup, struct error *error) {
    FILE *stream = fopen(FILE_NAME, "w");
    if (stream == NULL || fputs(text, stream) == EOF || fclose(stream) != 0)
        support_die(FILE_NAME " cannot be written");
    return cz_setup_load(FILE_NAME, setup, error);
}

static void test_pools(void) {
    CZ_CLEANUP(cz_setup_release) struct setup setup;
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *root = support_pki_certificate("root-ca");
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *middle = support_pki_certificate("intermediate-ca");
    struct error error = {0};
    const char *anchors = support_pki_path("anchors.pem");
    const char *again = support_pki_path("root-ca.pem");
    const char *between = support_pki_path("intermediate-ca.pem");
    bool good = load(support_text(RULES "trust: { anchors = [ \"%s\", \"%s\" ];\n"
                                        "  intermediates = [ \"%s\" ]; };\n",
                                  anchors, again, between),
                     &setup, &error);
    if (!tap_ok(good, "anchors and intermediates are loaded (%s)", error.message))
        return;
    const struct trust *trust = &setup.snapshot.trusts[0];
    tap_ok(trust->anchors.count == 2 && cz_pool_holds(&trust->anchors, root),
           "two anchors, the one of two files but once");
    tap_ok(!cz_pool_holds(&trust->anchors, middle), "no intermediate is an anchor");
    tap_ok(trust->intermediates.count == 1 && cz_pool_holds(&trust->intermediates, middle),
           "it is an intermediate");
    tap_ok(trust->anchors.items[0]->key != NULL && trust->anchors.items[1]->key != NULL &&
               trust->intermediates.items[0]->key != NULL,
           "the keys of all are ready");
    tap_ok(setup.snapshot.policies[0].rules.count == 1 && setup.config.policies[0].rules.count == 0,
           "the rules have changed hands");
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    cz_setup_describe(&setup, "FILE", &line);
    tap_is(cz_buffer_text(&line),
           "FILE: good: 2 anchors, 1 intermediates, 0 pinned, 0 clients, "
           "1 rules; revocation not checked",
           "a line says what was loaded");
}

static void test_forwarding(void) {
    CZ_CLEANUP(cz_setup_release) struct setup setup;
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    struct error error = {0};
    bool good =
        load(support_text(RULES "trust: { anchors = [ \"%s\" ]; };\n"
                                "forwarded: { header = \"X-Cert\"; format = \"hex\"; proxies "
                                "= [ \"::1\", \"10.0.0.0/8\" ]; };\n",
                          support_pki_path("root-ca.pem")),
             &setup, &error);
    if (!tap_ok(good, "proxies are loaded (%s)", error.message))
        return;
    tap_ok(setup.snapshot.forwarding.proxy_count == 2 &&
               setup.config.forwarded.forwarding.proxies == NULL,
           "and have changed hands");
    cz_setup_describe(&setup, "FILE", &line);
    tap_is(cz_buffer_text(&line),
           "FILE: good: 1 anchors, 0 intermediates, 0 pinned, 0 clients, 1 rules; revocation not "
           "checked; certificates in the header X-Cert (hex) count from 2 addresses of proxies",
           "and a line says so");
}

static void test_pins(void) {
    CZ_CLEANUP(cz_setup_release) struct setup setup;
    struct error error = {0};
    bool good =
        load(RULES "certificates: { types = [ \"self-signed\" ]; };\n"
                   "trust: { pinned = [\n"
                   "  \"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\",\n"
                   "  \"ff:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:"
                   "00:00:00:00:00:00:00:00:01\" ]; };\n",
             &setup, &error);
    const struct trust *trust = &setup.snapshot.trusts[0];
    static const uint8_t first[CZ_SHA256_SIZE] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                                  0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
                                                  0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                                  0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    static const uint8_t second[CZ_SHA256_SIZE] = {[0] = 0xff, [31] = 1};
    tap_ok(good && trust->pin_count == 2, "two pins are loaded (%s)", error.message);
    tap_ok(good && memcmp(trust->pins[0].sha256, first, sizeof first) == 0 &&
               memcmp(trust->pins[1].sha256, second, sizeof second) == 0,
           "digit by digit");
}

/* The system's trust store may be missing where tests run; both outcomes are said clearly. */
static void test_system(void) {
    CZ_CLEANUP(cz_setup_release) struct setup setup;
    struct error error = {0};
    bool good = load(RULES "trust: { system = true; };\n", &setup, &error);
    if (good)
        tap_ok(setup.snapshot.trusts[0].anchors.count > 0, "the system's anchors are loaded");
    else
        tap_is(error.message,
               "trust.system: GnuTLS finds no system trust store (Debian: install "
               "ca-certificates)",
               "no system trust store");
}

static void test_example(void) {
    CZ_CLEANUP(cz_config_release) struct config config;
    CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
    struct error error = {0};
    const char *source = getenv("srcdir");
    tap_ok(cz_config_load(support_text("%s/authorizer/config/certauthz.conf.example",
                                       source != NULL ? source : "."),
                          &config, &notices, &error),
           "the example is good (%s)", error.message);
    tap_ok(config.policies[0].certificates.strength == STRENGTH_MEDIUM &&
               config.cache.entries == 4096 && config.server.request_deadline == 10 &&
               !config.policies[0].trust.system &&
               config.policies[0].certificates.max_path_length == 8 &&
               config.policies[0].rules.count > 0,
           "and says the defaults");
}

/* Without the marks around what does not count, it counts, and is good too. */
static void test_whole_example(void) {
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
    struct error error = {0};
    const char *source = getenv("srcdir");
    if (!cz_file_read(support_text("%s/authorizer/config/certauthz.conf.example",
                                   source != NULL ? source : "."),
                      &content, &error))
        support_die("%s", error.message);
    size_t marks = 0;
    for (char *begin, *end; (begin = strstr(content.data, "\n/*\n")) != NULL; marks++) {
        end = strstr(begin, "\n*/\n");
        if (end == NULL)
            support_die("the example has a mark without an end");
        memset(begin + 1, ' ', 2);
        memset(end + 1, ' ', 2);
    }
    tap_ok(marks == 3, "the example has marks");
    FILE *stream = fopen(FILE_NAME, "w");
    if (stream == NULL || fputs(content.data, stream) == EOF || fclose(stream) != 0)
        support_die(FILE_NAME " cannot be written");
    tap_ok(cz_config_load(FILE_NAME, &setup.config, &notices, &error),
           "the whole example is good (%s)", error.message);
    tap_ok(setup.config.client_sets[0].count == 3 && setup.config.policy_count == 2 &&
               setup.config.policies[1].rules.count == 4 &&
               setup.config.policies[1].rules.items[0].report_only,
           "and has clients and a policy");
    const struct config *config = &setup.config;
    tap_ok(config->revocation.configured && config->revocation.crls.count == 2 &&
               config->policies[0].revocation.mode == REVOCATION_ONLINE &&
               config->policies[0].revocation.authority_count == 1 &&
               config->policies[1].revocation.authority_count == 1,
           "and says how revocation is checked");
    const struct revocation_sources *sources = &config->revocation;
    tap_ok(sources->time_budget == 2 && sources->fetch_timeout == 30 &&
               sources->fetch_size == 100 && sources->every == 3600 && sources->retry == 60 &&
               !sources->ocsp.nonce && sources->ocsp.get &&
               config->policies[0].revocation.ocsp_max_age == 86400 &&
               config->policies[0].revocation.ocsp_skew == 300 &&
               config->policies[0].revocation.stale_grace == 0,
           "with the defaults");
    const struct forwarding *forwarding = &config->forwarded.forwarding;
    tap_ok(forwarding->proxy_count == 2 && forwarding->format == FORWARDED_PEM &&
               !forwarding->overrides && strcmp(forwarding->none, "(null)") == 0 &&
               strcmp(forwarding->variables.chain, "HTTP_X_CLIENT_CERT_CHAIN") == 0,
           "and which proxies forward certificates");
}

static void test_file(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    struct error error = {0};
    tap_ok(cz_file_read(FILE_NAME, &content, &error) && content.len > 0 &&
               strlen(cz_buffer_text(&content)) == content.len,
           "a file is read whole");
    tap_ok(!cz_file_read("/dev/zero", &content, &error), "a device is not");
    tap_is(error.message, "/dev/zero: not a regular file", "and the error says so");
    struct error missing = {0};
    tap_ok(!cz_file_read("", &content, &missing), "nor a file without a name");
    FILE *stream = fopen(FILE_NAME, "w");
    if (stream == NULL || ftruncate(fileno(stream), CZ_BUFFER_LIMIT) != 0 || fclose(stream) != 0)
        support_die(FILE_NAME " cannot be written");
    struct error large = {0};
    cz_buffer_clear(&content);
    tap_ok(!cz_file_read(FILE_NAME, &content, &large), "a file of 16 MiB is too large");
    tap_is(large.message, FILE_NAME ": larger than 16777216 bytes, or out of memory",
           "and the error says so");
}

int main(void) {
    test_pools();
    test_forwarding();
    test_pins();
    test_system();
    test_example();
    test_whole_example();
    test_file();
    unlink(FILE_NAME);
    return tap_done();
}
