/* The group `revocation`: each error by its whole message, and the settings that come of it. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "config/files.h"
#include "config/revocation.h"
#include "config/setup.h"

#include <stdlib.h>
#include <unistd.h>

#define FILE_NAME "test-config-revocation.conf"
#define RULES "rules = ( { path = \"/\"; certificate = \"none\"; } );\n"
#define GROUP(text) RULES "revocation: {\n" text " };\n"
#define AT(line, rest) FILE_NAME ":" #line ": " rest
#define SOME "on: { stale = \"warn\"; };"

struct error_case {
    const char *text;
    const char *error; /* NULL: good */
};

#include "config-revocation-cases.h"

static bool load(const char *text, struct setup *setup, struct error *error) {
    FILE *stream = fopen(FILE_NAME, "w");
    if (stream == NULL || fputs(text, stream) == EOF || fclose(stream) != 0)
        support_die(FILE_NAME " cannot be written");
    *error = (struct error){0};
    return cz_setup_load(FILE_NAME, setup, error);
}

static void test_errors(void) {
    for (size_t i = 0; i < CZ_COUNT(error_cases); i++) {
        const struct error_case *c = &error_cases[i];
        CZ_CLEANUP(cz_setup_release) struct setup setup;
        struct error error;
        bool good = load(c->text, &setup, &error);
        if (c->error == NULL)
            tap_ok(good, "good: %s (%s)", c->text, error.message);
        else if (tap_ok(!good, "refused: %s", c->text))
            tap_is(error.message, c->error, "with this message");
    }
    CZ_CLEANUP(cz_setup_release) struct setup setup;
    struct error error;
    CZ_CLEANUP(cz_buffer_release) struct buffer url = {0};
    cz_buffer_puts(&url, "http://a/");
    while (url.len < 2049)
        cz_buffer_putc(&url, 'x');
    tap_ok(!load(support_text(CRL("%s"), cz_buffer_text(&url)), &setup, &error) &&
               strncmp(error.message, AT(3, "revocation.crls[0]: \"http://a/xxx"), 60) == 0,
           "a URL of 2049 bytes is refused");
    CZ_CLEANUP(cz_setup_release) struct setup other;
    tap_ok(load(support_text(CRL("%.2048s"), cz_buffer_text(&url)), &other, &error),
           "one of 2048 is not (%s)", error.message);
}

static void test_defaults(void) {
    CZ_CLEANUP(cz_setup_release) struct setup without;
    CZ_CLEANUP(cz_setup_release) struct setup with;
    struct error error;
    tap_ok(load(RULES "policies: { p: { rules = ( ); }; };\n", &without, &error) &&
               without.snapshot.policies[0].revocation.mode == REVOCATION_NONE &&
               without.snapshot.policies[1].revocation.mode == REVOCATION_NONE &&
               !without.config.revocation.configured,
           "without the group nothing is checked");
    tap_ok(load(GROUP(""), &with, &error), "an empty group is good");
    const struct revocation_settings *settings = &with.snapshot.policies[0].revocation;
    tap_ok(settings->mode == REVOCATION_ONLINE && settings->extent == REVOCATION_EXCLUDE_ROOT &&
               settings->order == REVOCATION_CRL_FIRST && settings->stale_grace == 0 &&
               settings->ocsp_max_age == DAY && settings->ocsp_skew == 300 &&
               settings->authority_count == 0 && !settings->has_responders &&
               settings->responder_count == 0,
           "with an empty one all but the root is, on line, strictly");
    const struct revocation_sources *sources = &with.config.revocation;
    tap_ok(sources->configured && sources->store.text == NULL && sources->crls.count == 0 &&
               sources->hosts.items == NULL && sources->time_budget == 2 &&
               sources->fetch_timeout == 30 && sources->fetch_size == 100 &&
               sources->every == 3600 && sources->retry == 60 &&
               sources->ocsp.responders.count == 0 && sources->ocsp.signers.count == 0 &&
               !sources->ocsp.nonce && sources->ocsp.get,
           "and the sources have their defaults");
    tap_ok(without.config.revocation.time_budget == 2 && without.config.revocation.ocsp.get,
           "also where there is no group");
}

static void test_every_key(void) {
    CZ_CLEANUP(cz_setup_release) struct setup setup;
    struct error error;
    bool good =
        load(support_text(
                 GROUP("mode = \"offline\"; check = \"entire-chain\"; order = \"ocsp-only\";\n"
                       "stale_grace = 7; store = \"s\"; crls = [ \"f\", \"http://h/\" ];\n"
                       "hosts = [ \"h\" ]; time_budget = 3; fetch_timeout = 4; fetch_size = 5;\n"
                       "every = 6; retry = 8; ocsp: { max_age = 9; skew = 10; nonce = true;\n"
                       "get = false; responders = [ \"http://o/\" ]; signers = [ \"%s\" ]; };"),
                 support_pki_path("root-ca.pem")),
             &setup, &error);
    if (!tap_ok(good, "every key is read (%s)", error.message))
        return;
    const struct revocation_settings *settings = &setup.snapshot.policies[0].revocation;
    tap_ok(settings->mode == REVOCATION_OFFLINE && settings->extent == REVOCATION_ENTIRE_CHAIN &&
               settings->order == REVOCATION_OCSP_ONLY && settings->stale_grace == 7 &&
               settings->ocsp_max_age == 9 && settings->ocsp_skew == 10 && settings->has_responders,
           "the policy's");
    const struct revocation_sources *sources = &setup.config.revocation;
    tap_ok(strcmp(sources->store.text, "s") == 0 && sources->store.line == 4 &&
               sources->crls.count == 2 && sources->crls.items[1].line == 4 &&
               sources->hosts.count == 1 && sources->time_budget == 3 &&
               sources->fetch_timeout == 4 && sources->fetch_size == 5 && sources->every == 6 &&
               sources->retry == 8 && sources->ocsp.nonce && !sources->ocsp.get &&
               sources->ocsp.responders.count == 1,
           "and the sources'");
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *root = support_pki_certificate("root-ca");
    tap_ok(settings->responder_count == 1 && settings->responders[0]->key != NULL &&
               cz_bytes_equal(settings->responders[0]->der, root->der),
           "the signer is loaded, with its key");
    CZ_CLEANUP(cz_names_release) struct file_names names = {0};
    tap_ok(cz_config_files(FILE_NAME, &names, &error) && names.count == 2 &&
               strstr(names.items[1], support_pki_path("root-ca.pem")) != NULL,
           "its file is watched, and those of the CRLs are not");
    tap_ok(cz_is_url("ldap://x") && !cz_is_url("./ldap:/x"), "a URL is told from a file");
}

/* --- which action -------------------------------------------------------------------------- */

static const char letters[] = {
    [REVOCATION_DENY] = 'd', [REVOCATION_ALLOW] = 'a', [REVOCATION_WARN] = 'w'};

/* Of each place "revoked unknown stale no_source unreachable bad_signature", a letter each. */
static const char *letters_of(const struct revocation_actions *actions) {
    static const enum revocation_event events[] = {
        REVOCATION_EVENT_REVOKED,   REVOCATION_EVENT_UNKNOWN,     REVOCATION_EVENT_STALE,
        REVOCATION_EVENT_NO_SOURCE, REVOCATION_EVENT_UNREACHABLE, REVOCATION_EVENT_BAD_SIGNATURE};
    static const enum revocation_place places[] = {REVOCATION_PLACE_END, REVOCATION_PLACE_CA,
                                                   REVOCATION_PLACE_ROOT};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    for (size_t i = 0; i < CZ_COUNT(places); i++) {
        cz_buffer_puts(&out, i > 0 ? " " : "");
        for (size_t j = 0; j < CZ_COUNT(events); j++)
            cz_buffer_putc(&out, letters[actions->of[places[i]][events[j]]]);
    }
    return support_text("%s", cz_buffer_text(&out));
}

static const struct action_case {
    const char *on, *authority; /* NULL: none */
    const char *policys, *authoritys;
} action_cases[] = {
    {NULL, NULL, "dddddd dddddd dddadd", NULL},
    {"", NULL, "dddddd dddddd dddadd", NULL},
    /* of all */
    {"revoked = \"warn\"; unknown = \"allow\"; stale = \"warn\"; unreachable = \"allow\"; "
     "bad_signature = \"warn\";",
     NULL, "wawdaw wawdaw wawaaw", NULL},
    {"no_source = \"deny\";", NULL, "dddddd dddddd dddddd", NULL},
    {"no_source = \"warn\";", NULL, "dddwdd dddwdd dddwdd", NULL},
    /* of a place */
    {"end_certificate = { unknown = \"warn\"; };", NULL, "dwdddd dddddd dddadd", NULL},
    {"ca = { unknown = \"warn\"; };", NULL, "dddddd dwdddd dddadd", NULL},
    {"root = { unknown = \"warn\"; no_source = \"deny\"; };", NULL, "dddddd dddddd dwdddd", NULL},
    {"unknown = \"allow\"; ca = { unknown = \"deny\"; };", NULL, "dadddd dddddd dadadd", NULL},
    /* of an authority: what it does not name is the policy's */
    {NULL, "stale = \"warn\";", "dddddd dddddd dddadd", "ddwddd ddwddd ddwadd"},
    {"unknown = \"allow\";", "stale = \"warn\";", "dadddd dadddd dadadd", "dawddd dawddd dawadd"},
    {"stale = \"allow\";", "stale = \"deny\";", "ddaddd ddaddd ddaadd", "dddddd dddddd dddadd"},
    {NULL, "ca = { no_source = \"allow\"; };", "dddddd dddddd dddadd", "dddddd dddadd dddadd"},
    /* its plain word goes before the policy's word of a place */
    {"ca = { stale = \"allow\"; };", "stale = \"deny\";", "dddddd ddaddd dddadd",
     "dddddd dddddd dddadd"},
    {"root = { no_source = \"deny\"; };", "no_source = \"warn\";", "dddddd dddddd dddddd",
     "dddwdd dddwdd dddwdd"},
    /* the example of certauthz.conf(5) */
    {"stale = \"warn\"; ca: { stale = \"deny\"; };",
     "stale = \"allow\"; root: { stale = \"warn\"; };", "ddwddd dddddd ddwadd",
     "ddaddd ddaddd ddwadd"},
    /* all four, and the closest holds */
    {"stale = \"allow\"; ca = { stale = \"deny\"; };",
     "stale = \"warn\"; ca = { stale = "
     "\"allow\"; };",
     "ddaddd dddddd ddaadd", "ddwddd ddaddd ddwadd"},
};

static void test_actions(void) {
    for (size_t i = 0; i < CZ_COUNT(action_cases); i++) {
        const struct action_case *c = &action_cases[i];
        CZ_CLEANUP(cz_setup_release) struct setup setup;
        struct error error;
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        cz_buffer_puts(&text, RULES "revocation: {");
        if (c->on != NULL)
            cz_buffer_printf(&text, " on: { %s };", c->on);
        if (c->authority != NULL)
            cz_buffer_printf(&text, " authorities = ( { subject = \"CN=a\"; on: { %s }; } );",
                             c->authority);
        cz_buffer_puts(&text, " };\n");
        if (!tap_ok(load(cz_buffer_text(&text), &setup, &error), "%s (%s)", cz_buffer_text(&text),
                    error.message))
            continue;
        const struct revocation_settings *settings = &setup.snapshot.policies[0].revocation;
        tap_is(letters_of(&settings->on), c->policys, "the policy's table");
        if (c->authority != NULL && tap_ok(settings->authority_count == 1, "an authority"))
            tap_is(letters_of(&settings->authorities[0].on), c->authoritys, "its table");
    }
}

static void test_authority(void) {
    CZ_CLEANUP(cz_setup_release) struct setup setup;
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *root = support_pki_certificate("root-ca");
    struct error error;
    if (!tap_ok(
            load(CAS("{ subject = \"O=example+CN=x, CN=y\"; " SOME " }, { subject = "
                     "\"CN=CERTAUTHZ  test root,O=Example\"; key_id = \"00:aB:ff\"; " SOME " }"),
                 &setup, &error),
            "names of CAs (%s)", error.message))
        return;
    const struct revocation_authority *authorities =
        setup.snapshot.policies[0].revocation.authorities;
    tap_ok(authorities[0].key_id.len == 0 && authorities[0].subject_canonical.len > 0,
           "one by its name alone");
    tap_ok(cz_bytes_equal(authorities[1].subject_canonical, root->subject_canonical),
           "a name as that of a certificate, in the form in which they are compared");
    tap_ok(cz_bytes_equal(authorities[1].key_id, CZ_BYTES("\x00\xab\xff")), "and a key identifier");
}

/* --- policies ------------------------------------------------------------------------------- */

static const struct revocation_settings *policy(const struct setup *setup, size_t number) {
    return &setup->snapshot.policies[number].revocation;
}

static void test_policies(void) {
    CZ_CLEANUP(cz_setup_release) struct setup setup;
    struct error error;
    bool good = load(
        GROUP(
            "mode = \"offline\"; check = \"end-certificate\"; order = \"ocsp-first\";\n"
            "stale_grace = 5; ocsp: { max_age = 6; skew = 7; responders = [ \"http://o/\" ]; };\n"
            "on: { unknown = \"warn\"; };\n"
            "authorities = ( { subject = \"CN=a\"; on: { stale = \"allow\"; }; } );") "policies: "
                                                                                      "{\n"
                                                                                      "inherits: { "
                                                                                      "rules = ( "
                                                                                      "); };\n"
                                                                                      "empty: { "
                                                                                      "rules = ( "
                                                                                      "); "
                                                                                      "revocation: "
                                                                                      "{ }; };\n"
                                                                                      "other: { "
                                                                                      "rules = ( "
                                                                                      "); "
                                                                                      "revocation: "
                                                                                      "{ mode = "
                                                                                      "\"online\"; "
                                                                                      "check = "
                                                                                      "\"entire-"
                                                                                      "chain\"; "
                                                                                      "order = "
                                                                                      "\"crl-"
                                                                                      "only\"; "
                                                                                      "stale_grace "
                                                                                      "= 1; ocsp: "
                                                                                      "{ max_age = "
                                                                                      "2; }; }; "
                                                                                      "};\n"
                                                                                      "acts: { "
                                                                                      "rules = ( "
                                                                                      "); "
                                                                                      "revocation: "
                                                                                      "{ on: { "
                                                                                      "unreachable "
                                                                                      "= "
                                                                                      "\"allow\"; "
                                                                                      "}; }; };\n"
                                                                                      "knows: { "
                                                                                      "rules = ( "
                                                                                      "); "
                                                                                      "revocation: "
                                                                                      "{ "
                                                                                      "authorities "
                                                                                      "= ( { "
                                                                                      "key_id = "
                                                                                      "\"aa\"; on: "
                                                                                      "{ stale "
                                                                                      "= \"deny\"; "
                                                                                      "}; } ); }; "
                                                                                      "};\n"
                                                                                      "nobody: { "
                                                                                      "rules = ( "
                                                                                      "); "
                                                                                      "revocation: "
                                                                                      "{ "
                                                                                      "authorities "
                                                                                      "= ( ); }; "
                                                                                      "};\n"
                                                                                      "};\n",
        &setup, &error);
    if (!tap_ok(good, "policies with and without a group (%s)", error.message))
        return;
    for (size_t i = 1; i <= 2; i++) {
        const struct revocation_settings *settings = policy(&setup, i);
        tap_ok(settings->mode == REVOCATION_OFFLINE &&
                   settings->extent == REVOCATION_END_CERTIFICATE &&
                   settings->order == REVOCATION_OCSP_FIRST && settings->stale_grace == 5 &&
                   settings->ocsp_max_age == 6 && settings->ocsp_skew == 7 &&
                   settings->has_responders && settings->authority_count == 1,
               "%s has what the file has", setup.snapshot.policies[i].name);
        tap_is(letters_of(&settings->on), "dwdddd dwdddd dwdadd", "its actions too");
        tap_is(letters_of(&settings->authorities[0].on), "dwaddd dwaddd dwaadd",
               "and those of the CA");
    }
    tap_ok(policy(&setup, 3)->mode == REVOCATION_ONLINE &&
               policy(&setup, 3)->extent == REVOCATION_ENTIRE_CHAIN &&
               policy(&setup, 3)->order == REVOCATION_CRL_ONLY &&
               policy(&setup, 3)->stale_grace == 1 && policy(&setup, 3)->ocsp_max_age == 2 &&
               policy(&setup, 3)->ocsp_skew == 7,
           "what a policy says is its own, key by key");
    tap_is(letters_of(&policy(&setup, 4)->on), "ddddad ddddad dddaad",
           "the actions are its own as a whole");
    tap_is(letters_of(&policy(&setup, 4)->authorities[0].on), "ddadad ddadad ddaaad",
           "and stand behind those of the file's CAs");
    tap_ok(policy(&setup, 5)->authority_count == 1 &&
               policy(&setup, 5)->authorities[0].key_id.len == 1,
           "so are the CAs");
    tap_is(letters_of(&policy(&setup, 5)->authorities[0].on), "dwdddd dwdddd dwdadd",
           "before the file's actions");
    tap_ok(policy(&setup, 6)->authority_count == 0, "and an empty list is one");
    CZ_CLEANUP(cz_setup_release) struct setup alone;
    tap_ok(load(RULES "policies: { p: { rules = ( ); revocation: { }; }; };\n", &alone, &error) &&
               policy(&alone, 0)->mode == REVOCATION_NONE &&
               policy(&alone, 1)->mode == REVOCATION_ONLINE && policy(&alone, 1)->ocsp_skew == 300,
           "where the file has no group, that of a policy has the defaults");
}

/* --- for people ------------------------------------------------------------------------------ */

#define NEEDY                                                                                      \
    "rules = ( { path = \"/\"; certificate = \"required\"; } );\n"                                 \
    "trust: { pinned = [ \"" HEX_32 "\" ]; };\n"                                                   \
    "certificates: { types = [ \"self-signed\" ]; };\n"
#define TO_WRITE                                                                                   \
    "such as revocation: { crls = [ \"FILE-OR-URL\" ]; }; or, to leave it at that, revocation: { " \
    "mode = \"none\"; };"
#define NOT_CHECKED "revocation is not checked; add a group to the file, " TO_WRITE

static const struct {
    const char *text, *notice, *description;
} people_cases[] = {
    {RULES, NULL, "revocation not checked"},
    {NEEDY, NOT_CHECKED, "revocation not checked"},
    {RULES "policies: { p: { " NEEDY " }; };\n", NOT_CHECKED,
     "in 2 policies; revocation not checked"},
    {NEEDY "revocation: { mode = \"none\"; };\n", NULL, "revocation not checked"},
    {NEEDY "revocation: { };\n", NULL, "revocation online, crl-first, exclude-root"},
    {NEEDY "revocation: { mode = \"offline\"; check = \"entire-chain\"; order = \"ocsp-only\"; "
           "};\n",
     NULL, "revocation offline, ocsp-only, entire-chain"},
    {NEEDY "policies: { p: { rules = ( ); revocation: { }; }; };\n",
     "revocation is checked only in policies with a group for it; add one to the file for all "
     "others, " TO_WRITE,
     "revocation as each policy says"},
    {NEEDY "revocation: { }; policies: { p: { rules = ( ); revocation: { stale_grace = 1; }; }; "
           "};\n",
     NULL, "in 2 policies; revocation online, crl-first, exclude-root"},
};

static void test_people(void) {
    for (size_t i = 0; i < CZ_COUNT(people_cases); i++) {
        CZ_CLEANUP(cz_setup_release) struct setup setup;
        CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
        struct error error;
        const char *text = people_cases[i].text;
        if (!tap_ok(load(text, &setup, &error), "%s (%s)", text, error.message))
            continue;
        const char *notice = cz_setup_revocation_notice(&setup);
        tap_is(notice != NULL ? notice : "nothing",
               people_cases[i].notice != NULL ? people_cases[i].notice : "nothing", "what is told");
        cz_setup_describe(&setup, "F", &line);
        const char *found = strstr(cz_buffer_text(&line), people_cases[i].description);
        tap_is(found != NULL ? found : cz_buffer_text(&line), people_cases[i].description,
               "the description ends so");
    }
}

int main(void) {
    test_errors();
    test_defaults();
    test_every_key();
    test_actions();
    test_authority();
    test_policies();
    test_people();
    unlink(FILE_NAME);
    return tap_done();
}
