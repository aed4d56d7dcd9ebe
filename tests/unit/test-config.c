/* The configuration: each error by its whole message, with file, line and key. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "config/logging.h"
#include "config/setup.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "test-config.XXXXXX";

static void write_file(const char *name, struct bytes content) {
    FILE *stream = fopen(support_text("%s/%s", folder, name), "w");
    if (stream == NULL || fwrite(content.data, 1, content.len, stream) != content.len ||
        fclose(stream) != 0)
        support_die("%s cannot be written", name);
}

/* Each "@/" of the text is in the folder. */
static const char *in_folder(const char *text) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    for (; *text != '\0'; text++)
        if (text[0] == '@' && text[1] == '/')
            cz_buffer_puts(&out, folder);
        else
            cz_buffer_putc(&out, *text);
    return support_text("%s", cz_buffer_text(&out));
}

static const char *without_folder(const char *text) {
    size_t len = strlen(folder);
    return strncmp(text, folder, len) == 0 ? text + len + 1 : text;
}

struct error_case {
    const char *text;  /* of the file */
    const char *error; /* NULL: good */
};

#define RULES "rules = ( { path = \"/\"; certificate = \"none\"; } );\n"
#define REQUIRED "rules = ( { path = \"/\"; certificate = \"required\"; } );\n"
#define RULE(content) "rules = (\n  { " content " }\n);\n"
#define AT(line, rest) "@/test.conf:" #line ": " rest
#define A_RULE "path = \"/\"; certificate = \"none\"; "

#include "config-cases.h"
/* these two in this order */
#include "config-who-cases.h"

#include "config-rule-cases.h"

#include "config-forwarded-cases.h"

static void check(const struct error_case *c) {
    CZ_CLEANUP(cz_setup_release) struct setup setup;
    struct error error = {0};
    memset(&setup, 0, sizeof setup);
    write_file("test.conf", cz_bytes_of(c->text));
    bool good = cz_setup_load(support_text("%s/test.conf", folder), &setup, &error);
    if (c->error == NULL)
        tap_ok(good, "good: %s (%s)", c->text, error.message);
    else if (tap_ok(!good, "refused: %s", c->text))
        tap_is(c->error[0] == '@' ? error.message : without_folder(error.message),
               in_folder(c->error), "with this message");
}

static void make_files(void) {
    struct bytes good = support_pki("root-ca.pem");
    struct bytes key = TEXT("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
    struct forge rsa = {.subject = "x", .issuer = "x", .signer = 1, .key = 1, .ca = true};
    write_file("good.pem", good);
    write_file("two.pem", JOIN(TEXT("first\n"), good, support_pki("rsa-root-ca.pem")));
    write_file("good.der", forge_der(&rsa));
    write_file("empty.pem", TEXT(""));
    write_file("text.pem", TEXT("this is no certificate\n"));
    write_file("key.pem", key);
    write_file("cut.pem", TEXT("-----BEGIN CERTIFICATE-----\nAAAA\n"));
    write_file("bad.pem", TEXT("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    write_file("second-bad.pem",
               JOIN(good, TEXT("-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n")));
    write_file("bad.der", DER(DER_SEQUENCE, support_fill(0, 200)));
    rsa.parts[PART_SPKI] = DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2a\x03"))),
                               DER(DER_BIT_STRING, TEXT("\0x")));
    write_file("odd-key.der", forge_der(&rsa));
    write_file("server.inc", TEXT("server: { threads = 1; };\n"));
    write_file("broken.inc", TEXT("\n\nserver = = 1;\n"));
    write_file("unknown.inc", TEXT("\nserver: { thread = 1; };\n"));
    write_file("large.inc", TEXT("\nserver: { threads = 4294967297; };\n"));
    static const char *const folders[] = {"none", "one", "odd"};
    for (size_t i = 0; i < CZ_COUNT(folders); i++)
        if (mkdir(support_text("%s/%s", folder, folders[i]), 0700) != 0)
            support_die("mkdir");
    write_file("none/readme.txt", good);
    write_file("none/.hidden.pem", good);
    write_file("one/A.CRT", good);
    write_file("one/notes.txt", TEXT("x"));
    write_file("odd/a.pem", good);
    write_file("odd/b.pem", key);
}

static void test_defaults(void) {
    CZ_CLEANUP(cz_config_release) struct config config;
    CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
    struct error error = {0};
    write_file("test.conf", TEXT(RULES));
    const char *file = support_text("%s/test.conf", folder);
    tap_ok(cz_config_load(file, &config, &notices, &error), "rules alone are enough (%s)",
           error.message);
    const struct requirements *wanted = &config.policies[0].certificates;
    tap_ok(wanted->allow_chained && !wanted->allow_self_signed && wanted->check_validity &&
               wanted->use == USE_CLIENT_AUTH && wanted->strength == STRENGTH_MEDIUM &&
               wanted->max_path_length == 8,
           "the defaults of certificates");
    tap_ok(config.log.destination.text == NULL && config.log.level == LOG_DECISIONS &&
               config.log.facility == 10 && !config.log.required,
           "the defaults of log");
    tap_ok(config.server.threads == 0 && config.server.read_timeout == 5 &&
               config.server.write_timeout == 5 && config.server.request_deadline == 10,
           "the defaults of server");
    tap_ok(config.cache.entries == 4096 && config.cache.seconds == 300, "the defaults of cache");
    tap_ok(!config.policies[0].trust.system && config.policies[0].trust.anchors.count == 0,
           "nothing is trusted by itself");
    tap_is(config.folder, folder, "the folder of the file");
    CZ_CLEANUP(cz_free_ptr) char *relative = cz_config_resolve(&config, "a/b.pem");
    CZ_CLEANUP(cz_free_ptr) char *absolute = cz_config_resolve(&config, "/a/b.pem");
    tap_is(relative, in_folder("@/a/b.pem"), "a relative name counts from there");
    tap_is(absolute, "/a/b.pem", "an absolute one does not");
}

static void test_values(void) {
    CZ_CLEANUP(cz_config_release) struct config config;
    CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
    struct error error = {0};
    write_file(
        "test.conf",
        TEXT("certificates: { types = [ \"self-signed\" ]; use = \"any\"; validity = false;\n"
             "  strength = \"high\"; max_path_length = 0; };\n"
             "trust: { anchors = [ \"a\", \"b\" ]; pinned = ( \"c\" ); system = true; };\n"
             "log: { destination = \"file\"; level = \"error\"; required = true;\n"
             "  facility = \"local7\"; };\n"
             "server: { threads = 256; read_timeout = 300; write_timeout = 1;\n"
             "  request_deadline = 600; };\n"
             "cache: { entries = 0; seconds = 86400; };\n"
             "rules = ( { path = \"/a/\"; methods = [ \"GET\", \"M-SEARCH\" ];\n"
             "            certificate = \"optional\"; name = \"n\"; },\n"
             "          { path = \"/100%\"; certificate = \"none\"; } );\n"));
    tap_ok(cz_config_load(support_text("%s/test.conf", folder), &config, &notices, &error),
           "every key is read (%s)", error.message);
    tap_ok(!config.policies[0].certificates.allow_chained &&
               config.policies[0].certificates.allow_self_signed &&
               config.policies[0].certificates.use == USE_ANY &&
               !config.policies[0].certificates.check_validity &&
               config.policies[0].certificates.strength == STRENGTH_HIGH &&
               config.policies[0].certificates.max_path_length == 0,
           "certificates");
    tap_ok(config.policies[0].trust.anchors.count == 2 &&
               strcmp(config.policies[0].trust.anchors.items[1].text, "b") == 0 &&
               config.policies[0].trust.anchors.items[1].line == 3 &&
               config.policies[0].trust.pinned.count == 1 && config.policies[0].trust.system,
           "trust");
    tap_ok(strcmp(config.log.destination.text, "file") == 0 && config.log.level == LOG_ERROR_ONLY &&
               config.log.facility == 23 && config.log.required,
           "log");
    tap_ok(config.server.threads == 256 && config.server.read_timeout == 300 &&
               config.server.write_timeout == 1 && config.server.request_deadline == 600,
           "server");
    tap_ok(config.cache.entries == 0 && config.cache.seconds == 86400, "cache");
    const struct rule *rule = config.policies[0].rules.items;
    tap_ok(config.policies[0].rules.count == 2 && strcmp(rule[0].name, "n") == 0 &&
               strcmp(rule[0].path, "/a/") == 0 && rule[0].method_count == 2 &&
               strcmp(rule[0].methods[1], "M-SEARCH") == 0 && rule[0].need == NEED_OPTIONAL,
           "a rule");
    tap_ok(strcmp(rule[1].name, "/100%") == 0 && rule[1].method_count == 0 &&
               rule[1].need == NEED_NONE,
           "a rule without a name has its path for one");
}

/* To be watched, also where the configuration is not good. */
static void test_files(void) {
    static const char *const texts[] = {RULES "@include \"server.inc\"\n",
                                        RULES "@include \"server.inc\"\nserver = 1;\n"};
    for (size_t i = 0; i < CZ_COUNT(texts); i++) {
        CZ_CLEANUP(cz_config_release) struct config config;
        CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
        struct error error = {0};
        write_file("test.conf", cz_bytes_of(texts[i]));
        tap_ok(cz_config_load(support_text("%s/test.conf", folder), &config, &notices, &error) ==
                   (i == 0),
               "a file with an include (%s)", error.message);
        if (tap_ok(config.files.count == 2, "two files were read")) {
            tap_is(config.files.names[0], in_folder("@/test.conf"), "the file itself");
            tap_is(config.files.names[1], in_folder("@/server.inc"), "and what it includes");
        }
    }
}

static void test_log_destinations(void) {
    static const struct {
        const char *text, *name; /* NULL: none */
        enum log_destination to;
    } cases[] = {
        {NULL, NULL, LOG_TO_STDERR},
        {"stderr", NULL, LOG_TO_STDERR},
        {"syslog", NULL, LOG_TO_SYSLOG},
        {"syslog:/a/b", "/a/b", LOG_TO_SYSLOG},
        {"journal", NULL, LOG_TO_JOURNAL},
        {"journal:/a/b", "/a/b", LOG_TO_JOURNAL},
        {"/a/b", "/a/b", LOG_TO_FILE},
        {"b", "@/b", LOG_TO_FILE},
        {"./syslog", "@/./syslog", LOG_TO_FILE},
        {"stderr:/a", "@/stderr:/a", LOG_TO_FILE},
        {"journald", "@/journald", LOG_TO_FILE},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct config config = {.folder = folder,
                                .log = {.destination = {.text = (char *)(uintptr_t)cases[i].text},
                                        .level = LOG_REFUSALS,
                                        .facility = 3,
                                        .required = true}};
        CZ_CLEANUP(cz_free_ptr) char *name = NULL;
        struct log_settings settings;
        struct error error = {0};
        const char *text = cases[i].text != NULL ? cases[i].text : "(none)";
        tap_ok(cz_config_log_settings(&config, &settings, &name, &error) &&
                   settings.to == cases[i].to && settings.facility == 3 && settings.required &&
                   settings.refusals && !settings.all_decisions,
               "log.destination %s is understood", text);
        tap_is(settings.name != NULL ? settings.name : "(none)",
               cases[i].name != NULL ? in_folder(cases[i].name) : "(none)", "with its name");
    }
}

static void test_file_itself(void) {
    static const struct error_case cases[] = {
        {"no-such.conf", "@/no-such.conf: cannot be read: No such file or directory"},
        {"one", "@/one: cannot be read: not a regular file"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_config_release) struct config config;
        CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
        struct error error = {0};
        const char *file = support_text("%s/%s", folder, cases[i].text);
        tap_ok(!cz_config_load(file, &config, &notices, &error), "%s is refused", cases[i].text);
        tap_is(error.message, in_folder(cases[i].error), "with this message");
    }
    unsetenv("CERTAUTHZ_CONFIG");
    tap_ok(strstr(cz_setup_file(NULL), "/certauthz/certauthz.conf") != NULL, "the built-in file");
    setenv("CERTAUTHZ_CONFIG", "/env", 1);
    tap_is(cz_setup_file(NULL), "/env", "the environment's file");
    tap_is(cz_setup_file("given"), "given", "the given one comes first");
    setenv("CERTAUTHZ_CONFIG", "", 1);
    tap_ok(strcmp(cz_setup_file(NULL), "") != 0, "an empty variable is none");
}

int main(void) {
    if (mkdtemp(folder) == NULL)
        support_die("mkdtemp");
    make_files();
    for (size_t i = 0; i < CZ_COUNT(error_cases); i++)
        check(&error_cases[i]);
    for (size_t i = 0; i < CZ_COUNT(who_cases); i++)
        check(&who_cases[i]);
    for (size_t i = 0; i < CZ_COUNT(rule_cases); i++)
        check(&rule_cases[i]);
    for (size_t i = 0; i < CZ_COUNT(forwarded_cases); i++)
        check(&forwarded_cases[i]);
    test_defaults();
    test_values();
    test_files();
    test_log_destinations();
    test_file_itself();
    return system(support_text("rm -rf '%s'", folder)) == 0 ? tap_done() : 1;
}
