/* The group `claims`: each error by its whole message, and the plan that comes of it. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "config/config.h"
#include "response/claim_sources.h"

#include <stdlib.h>
#include <unistd.h>

#define FILE_NAME "test-config-claims.conf"
#define RULES "rules = ( { path = \"/\"; certificate = \"none\"; } );\n"
#define CLIENTS                                                                                    \
    "clients = ( { id = \"build\"; credentials = ( { cn = \"x\"; } ); claims = { TEAM = "          \
    "\"red\"; }; } );\n"
#define CLAIMS(text) RULES "claims: {\n" text " };\n"
#define SEND(text) CLAIMS("send = [ " text " ];")
#define RENAME(text) CLAIMS("rename = { " text " };")
#define ADD(text) CLAIMS("add = { X = { " text " }; };")
#define AT(line, rest) FILE_NAME ":" #line ": " rest
#define NO_SUCH "there is no such claim; certauthz(8) lists them under CLAIMS"
#define BAD_NAME                                                                                   \
    "a claim's name has capital letters, digits and underscores, at most 64, and begins with a "   \
    "letter"
#define TAKEN_NAME                                                                                 \
    "names that begin so mean something to servers, loaders or interpreters; choose another"
#define WANT_TEXT "a text in double quotes is wanted"
#define WANT_LINE                                                                                  \
    "a text in double quotes is wanted, of at most 1000 bytes of UTF-8 without control "           \
    "characters, and no blank at its ends"
#define WANT_SOURCE                                                                                \
    "a group with one source is wanted: { constant = \"…\"; }, { client = \"…\"; }, "          \
    "{ certificate = \"…\"; }, { attribute = \"…\"; } or { extension = \"…\"; }"
#define WANT_CLIENT "\"id\", or the name of a claim that clients carry, is wanted"
#define COLLISION(name)                                                                            \
    "the client \"build\" carries a claim " name ", and claims sends another under this name; "    \
    "choose another name for one of them"

struct error_case {
    const char *text;
    const char *error;
};

static const struct error_case error_cases[] = {
    {RULES "claims = 1;\n", AT(2, "claims: a group is wanted: { key = value; … }")},
    {CLAIMS("sent = [ ];"),
     AT(3, "claims.sent: unknown key; claims knows: send, rename, add, dialects")},
    {CLAIMS("send = \"CERT_NAME\";"),
     AT(3, "claims.send: a list of texts is wanted: [ \"…\", \"…\" ]")},
    {SEND("\"CERT_NAME\", \"CERT_NAMES\""),
     AT(3, "claims.send[1]: \"CERT_NAMES\": " NO_SUCH
           ", and what has a name of your own is sent in any case")},
    {SEND("\"ASPNET_DNS\""), AT(3, "claims.send[0]: \"ASPNET_DNS\" belongs to a dialect, and is "
                                   "sent where that is listed in claims.dialects")},
    {CLAIMS("dialects = [ \"xfcc\", \"envoy\" ];"),
     AT(3, "claims.dialects[1]: one of \"aspnet\", \"kestrun\", \"xfcc\", \"rfc9440\" is wanted")},
    {CLAIMS("dialects = [ \"\" ];"), AT(3, "claims.dialects[0]: the text is empty")},
    /* rename */
    {CLAIMS("rename = [ ];"),
     AT(3, "claims.rename: a group is wanted: { NAME = \"NEW_NAME\"; … }")},
    {RENAME("CERT_NAMES = \"X\";"), AT(3, "claims.rename.CERT_NAMES: " NO_SUCH)},
    {CLAIMS("send = [ ]; rename = { CERT_NAME = \"X\"; };"),
     AT(3, "claims.rename.CERT_NAME: this claim is not sent, so it cannot be renamed")},
    {RENAME("KESTRUN_NAME = \"X\";"),
     AT(3, "claims.rename.KESTRUN_NAME: this claim is not sent, so it cannot be renamed")},
    {RENAME("CERTAUTHZ = \"X\";"), AT(3, "claims.rename.CERTAUTHZ: this claim cannot be renamed: "
                                         "servers and handlers rely on it")},
    {RENAME("CERTAUTHZ_TRUNCATED = \"X\";"),
     AT(3, "claims.rename.CERTAUTHZ_TRUNCATED: this claim cannot be renamed: servers and handlers "
           "rely on it")},
    {RENAME("CERT_NAME = 1;"), AT(3, "claims.rename.CERT_NAME: " WANT_TEXT ": the new name")},
    {RENAME("CERT_NAME = \"\";"), AT(3, "claims.rename.CERT_NAME: \"\": " BAD_NAME)},
    {RENAME("CERT_NAME = \"Name\";"), AT(3, "claims.rename.CERT_NAME: \"Name\": " BAD_NAME)},
    {RENAME("CERT_NAME = \"HTTP_X\";"), AT(3, "claims.rename.CERT_NAME: \"HTTP_X\": " TAKEN_NAME)},
    {RENAME("CERT_NAME = \"CERT_DNS\";"),
     AT(3, "claims.rename.CERT_NAME: \"CERT_DNS\": " TAKEN_NAME)},
    {RENAME("CERT_NAME = \"REMOTE_USERS\";"),
     AT(3, "claims.rename.CERT_NAME: \"REMOTE_USERS\": " TAKEN_NAME)},
    {RENAME("CERT_NAME = \"REMOTE_USER\";"),
     AT(3, "claims.rename.CERT_NAME: \"REMOTE_USER\": REMOTE_USER is sent under this name; choose "
           "another, or do not send that one")},
    {CLAIMS("rename = { CERTAUTHZ_RULE = \"REMOTE_USER\"; REMOTE_USER = \"X\"; };"),
     AT(3, "claims.rename.CERTAUTHZ_RULE: REMOTE_USER says who somebody is, and this claim is sent "
           "without a certificate too")},
    {RENAME("CERT_NAME = \"X\"; CERT_DNS = \"X\";"),
     AT(3, "claims.rename.CERT_NAME: \"X\": CERT_DNS is sent under this name; choose another, or "
           "do not send that one")},
    {CLAIMS("dialects = [ \"kestrun\" ]; rename = { CERT_NAME = \"KESTRUN_NAME\"; };"),
     AT(3, "claims.rename.CERT_NAME: \"KESTRUN_NAME\": KESTRUN_NAME is sent under this name; "
           "choose another, or do not send that one")},
    /* add */
    {CLAIMS("add = [ ];"),
     AT(3, "claims.add: a group is wanted: { NAME = { constant = \"…\"; }; … }")},
    {CLAIMS("add = { x = { constant = \"c\"; }; };"), AT(3, "claims.add.x: " BAD_NAME)},
    {CLAIMS("add = { PATH = { constant = \"c\"; }; };"), AT(3, "claims.add.PATH: " TAKEN_NAME)},
    {CLAIMS("send = [ ]; add = { REMOTE_USER = { constant = \"c\"; }; };"),
     AT(3, "claims.add.REMOTE_USER: " TAKEN_NAME)},
    {CLAIMS("rename = { CERT_NAME = \"X\"; }; add = { X = { constant = \"c\"; }; };"),
     AT(3, "claims.add.X: another claim is sent under this name; choose another")},
    {CLAIMS(
         "dialects = [ \"xfcc\" ];\nadd = { X_FORWARDED_CLIENT_CERT = { constant = \"c\"; }; };"),
     AT(4, "claims.add.X_FORWARDED_CLIENT_CERT: another claim is sent under this name; choose "
           "another")},
    {CLAIMS("add = { X = \"c\"; };"), AT(3, "claims.add.X: " WANT_SOURCE)},
    {ADD(""), AT(3, "claims.add.X: " WANT_SOURCE)},
    {ADD("constant = \"c\"; client = \"id\";"), AT(3, "claims.add.X: " WANT_SOURCE)},
    {ADD("value = \"c\";"),
     AT(3, "claims.add.X.value: unknown key; the source of a claim is one of: constant, client, "
           "certificate, attribute, extension")},
    {ADD("constant = 1;"), AT(3, "claims.add.X.constant: " WANT_TEXT)},
    {ADD("constant = \"\";"), AT(3, "claims.add.X.constant: " WANT_LINE)},
    {ADD("constant = \"a\\nb\";"), AT(3, "claims.add.X.constant: " WANT_LINE)},
    {ADD("constant = \"a \";"), AT(3, "claims.add.X.constant: " WANT_LINE)},
    {ADD("constant = \"\\xff\";"), AT(3, "claims.add.X.constant: " WANT_LINE)},
    {CLIENTS ADD("client = \"team\";"), AT(4, "claims.add.X.client: \"team\": " WANT_CLIENT)},
    {CLIENTS ADD("client = \"CERT_NAME\";"),
     AT(4, "claims.add.X.client: \"CERT_NAME\": " WANT_CLIENT)},
    {ADD("client = \"id\";"),
     AT(3, "claims.add.X.client: no clients are configured, so it would never be sent")},
    {ADD("certificate = \"CN\";"),
     AT(3, "claims.add.X.certificate: \"CN\": one of subject, issuer, serial, sha256, sha1, "
           "spki_sha256, dns, email, uri, upn, ip, spiffe, cn, ou, o, policy is wanted; for other "
           "attributes of the subject write attribute = \"TYPE\", for an extension "
           "extension = \"OID\"")},
    {ADD("attribute = \"nonsense\";"),
     AT(3, "claims.add.X.attribute: \"nonsense\": a type of attribute such as serialNumber, or "
           "its object identifier, is wanted")},
    {ADD("extension = \"1\";"), AT(3, "claims.add.X.extension: \"1\": an object identifier such "
                                      "as 1.3.6.1.4.1.99999.1 is wanted")},
    /* what clients carry */
    {CLIENTS CLAIMS("add = { TEAM = { constant = \"c\"; }; };"),
     AT(3, "claims: " COLLISION("TEAM"))},
    {CLIENTS RENAME("CERT_NAME = \"TEAM\";"), AT(3, "claims: " COLLISION("TEAM"))},
    {CLIENTS RULES "policies: { p: { " RENAME("CERT_NAME = \"TEAM\";") "}; };\n",
     AT(4, "policies.p.claims: " COLLISION("TEAM"))},
    {RENAME("CERT_NAME = \"TEAM\";") "policies: { p: {\n" CLIENTS RULES "}; };\n",
     AT(5, "policies.p.clients: " COLLISION("TEAM"))},
    {RULES "policies: { p: { claim = 1; }; };\n",
     AT(2, "policies.p.claim: unknown key; a policy knows: trust, certificates, revocation, "
           "clients, rules, "
           "claims")},
};

static bool load(const char *text, struct config *config, struct buffer *notices,
                 struct error *error) {
    FILE *stream = fopen(FILE_NAME, "w");
    if (stream == NULL || fputs(text, stream) == EOF || fclose(stream) != 0)
        support_die(FILE_NAME " cannot be written");
    return cz_config_load(FILE_NAME, config, notices, error);
}

static const char *without_folder(const char *message) {
    const char *at = strstr(message, FILE_NAME);
    return at != NULL ? at : message;
}

static void test_errors(void) {
    for (size_t i = 0; i < CZ_COUNT(error_cases); i++) {
        CZ_CLEANUP(cz_config_release) struct config config;
        CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
        struct error error = {0};
        tap_ok(!load(error_cases[i].text, &config, &notices, &error), "refused: %s",
               error_cases[i].text);
        tap_is(without_folder(error.message), error_cases[i].error, "with this message");
    }
    CZ_CLEANUP(cz_config_release) struct config config;
    CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
    struct error error = {0};
    const char *x = (const char *)support_fill('x', 1001).data;
    tap_ok(load(support_text(ADD("constant = \"%.1000s\";"), x), &config, &notices, &error),
           "a constant of 1000 bytes is taken (%s)", error.message);
    cz_config_release(&config);
    tap_ok(!load(support_text(ADD("constant = \"%.1001s\";"), x), &config, &notices, &error),
           "one of 1001 is not");
    tap_is(without_folder(error.message), AT(3, "claims.add.X.constant: " WANT_LINE),
           "with this message");
}

/* The plan of a policy: NAME=source, or NAME for one that has this name itself. */
static const char *plan_of(const struct config *config, size_t policy) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    const struct claim_plan *plan = config->policies[policy].claims;
    for (size_t i = 0; plan != NULL && i < plan->count; i++) {
        struct bytes name = cz_claim_line_name(cz_buffer_view(&plan->items[i].line));
        cz_buffer_puts(&out, i > 0 ? " " : "");
        cz_buffer_bytes(&out, name);
        if (!cz_bytes_equal(name, cz_bytes_of(plan->items[i].source->name)))
            cz_buffer_printf(&out, "=%s", plan->items[i].source->name);
    }
    return support_text("%s", plan == NULL ? "none" : cz_buffer_text(&out));
}

static const struct {
    const char *text;
    const char *plan;
    const char *notices;
} plans[] = {
    {RULES, "none", ""},
    {SEND(""), "CERTAUTHZ CERTAUTHZ_TRUNCATED", ""},
    {SEND("\"CERT_DNS\", \"REMOTE_USER\", \"CERTAUTHZ\", \"CERT_DNS\""),
     "CERTAUTHZ CERTAUTHZ_TRUNCATED REMOTE_USER CERT_DNS", ""},
    {CLAIMS("send = [ \"CERT_NAME\" ]; rename = { CERT_NAME = \"REMOTE_USER\"; };"),
     "CERTAUTHZ CERTAUTHZ_TRUNCATED REMOTE_USER=CERT_NAME", ""},
    {CLAIMS("send = [ \"CERT_NAME\", \"REMOTE_USER\" ];\n"
            "rename = { CERT_NAME = \"REMOTE_USER\"; REMOTE_USER = \"WHO\"; };"),
     "CERTAUTHZ CERTAUTHZ_TRUNCATED WHO=REMOTE_USER REMOTE_USER=CERT_NAME", ""},
    {CLAIMS("send = [ ]; dialects = [ \"rfc9440\", \"xfcc\", \"xfcc\" ];\n"
            "rename = { X_FORWARDED_CLIENT_CERT = \"XFCC\"; };"),
     "CERTAUTHZ CERTAUTHZ_TRUNCATED XFCC=X_FORWARDED_CLIENT_CERT CLIENT_CERT CLIENT_CERT_CHAIN",
     ""},
    {CLAIMS("send = [ ]; dialects = [ \"aspnet\", \"kestrun\" ];"),
     "CERTAUTHZ CERTAUTHZ_TRUNCATED ASPNET_ISSUER ASPNET_THUMBPRINT ASPNET_X500DISTINGUISHEDNAME "
     "ASPNET_SERIALNUMBER ASPNET_DNS ASPNET_NAME ASPNET_EMAIL ASPNET_UPN ASPNET_URI "
     "KESTRUN_NAMEIDENTIFIER KESTRUN_NAME KESTRUN_THUMBPRINT KESTRUN_ISSUER KESTRUN_SERIALNUMBER",
     ""},
    {CLIENTS CLAIMS("send = [ ];\nadd = { A = { constant = \"blue\"; }; B = { client = \"id\"; };\n"
                    "C = { client = \"TEAM\"; }; TEAM = { client = \"TEAM\"; };\n"
                    "D = { certificate = \"ou\"; }; E = { attribute = \"serialNumber\"; };\n"
                    "F = { attribute = \"2.5.4.5\"; }; G = { extension = \"1.2.3\"; }; };"),
     "CERTAUTHZ CERTAUTHZ_TRUNCATED A=constant B=client C=client D=ou E=attribute F=attribute "
     "G=extension",
     ""},
    {CLIENTS CLAIMS("send = [ ];\nadd = { X = { client = \"GROUP\"; }; };"),
     "CERTAUTHZ CERTAUTHZ_TRUNCATED X=client",
     AT(5, "claims.add.X.client: no client carries a claim GROUP\n")},
};

static void test_plans(void) {
    for (size_t i = 0; i < CZ_COUNT(plans); i++) {
        CZ_CLEANUP(cz_config_release) struct config config;
        CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
        struct error error = {0};
        tap_ok(load(plans[i].text, &config, &notices, &error), "taken: %s (%s)", plans[i].text,
               error.message);
        tap_is(plan_of(&config, 0), plans[i].plan, "with this plan");
        tap_is(without_folder(cz_buffer_text(&notices)), plans[i].notices, "and these notices");
    }
}

/* A policy has its own group whole, or that of the policy without a name. */
static void test_policies(void) {
    CZ_CLEANUP(cz_config_release) struct config config;
    CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
    struct error error = {0};
    tap_ok(load(SEND("\"CERT_NAME\"") "policies: { p: { " RULES " }; q: { " CLAIMS(
                    "dialects = [ ];") " };\n"
                                       "r: { " SEND("") " }; };\n",
                &config, &notices, &error),
           "policies with and without claims (%s)", error.message);
    tap_is(plan_of(&config, 1), "CERTAUTHZ CERTAUTHZ_TRUNCATED CERT_NAME",
           "without: those of the policy without a name");
    tap_is(plan_of(&config, 3), "CERTAUTHZ CERTAUTHZ_TRUNCATED", "with: its own");
    size_t count, own = 0;
    const struct claim_source *sources = cz_claim_sources(&count);
    for (size_t i = 0; i < count; i++)
        own += sources[i].dialect == DIALECT_OWN;
    tap_ok(config.policies[2].claims->count == own, "an empty group is every claim of certauthz");
}

int main(void) {
    test_errors();
    test_plans();
    test_policies();
    unlink(FILE_NAME);
    return tap_done();
}
