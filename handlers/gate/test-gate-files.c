/*
 * The gate's settings, and which files it finds below a protected folder.
 */
#include "../../tests/tap.h"
#include "../../tests/unit/faults.h"
#include "../../tests/unit/scratch.h"

#include "call.h"
#include "environment.h"
#include "settings.h"
#include "tree.h"

#include <sys/stat.h>

/* --- the tree ------------------------------------------------------------------------------- */

static char root[4096]; /* of the protected folder, absolute */

static void make_tree(void) {
    static const char *const folders[] = {"site", "site/m", "site/m/sub", "site/m/.git",
                                          "site/other"};
    static const char *const files[] = {"site/m/a.txt",       "site/m/.hidden", "site/m/sub/x.cgi",
                                        "site/m/.git/config", "site/other/s",   "site/mmm"};
    static const char *const links[][2] = {{"a.txt", "site/m/inside"},
                                           {"sub", "site/m/folder"},
                                           {"../other/s", "site/m/outside"},
                                           {"../other", "site/m/way-out"},
                                           {"/etc/passwd", "site/m/absolute"},
                                           {"loop", "site/m/loop"},
                                           {".", "site/m/sub/here"}};
    for (size_t i = 0; i < CZ_COUNT(folders); i++)
        if (mkdir(scratch_path(folders[i]), 0755) != 0)
            support_die("%s cannot be made", folders[i]);
    for (size_t i = 0; i < CZ_COUNT(files); i++)
        scratch_write(files[i], "x");
    for (size_t i = 0; i < CZ_COUNT(links); i++)
        if (symlink(links[i][0], scratch_path(links[i][1])) != 0)
            support_die("%s cannot be made", links[i][1]);
    if (mkfifo(scratch_path("site/m/pipe"), 0644) != 0 ||
        realpath(scratch_path("site/m"), root) == NULL)
        support_die("the tree cannot be made");
}

struct tree_case {
    const char *name; /* behind the root's */
    enum gate_kind kind, by_steps;
    size_t rest;
};

#define FOUND(name, kind, rest)                                                                    \
    { name, kind, kind, rest }
/* Through a link: before Linux 5.6 not found. */
#define LINKED(name, kind, rest)                                                                   \
    { name, kind, GATE_NOTHING, rest }

static const struct tree_case tree_cases[] = {
    FOUND("", GATE_FOLDER, 0),
    FOUND("/", GATE_FOLDER, 0),
    FOUND("/a.txt", GATE_FILE, 0),
    FOUND("/sub", GATE_FOLDER, 0),
    FOUND("/sub/", GATE_FOLDER, 0),
    FOUND("/sub/x.cgi", GATE_FILE, 0),
    FOUND("/sub/x.cgi/more/of it", GATE_FILE, 11),
    FOUND("/sub/x.cgi/", GATE_FILE, 1),
    LINKED("/inside", GATE_FILE, 0),
    LINKED("/folder/x.cgi", GATE_FILE, 0),
    LINKED("/folder/x.cgi/more", GATE_FILE, 5),
    LINKED("/sub/here/here/x.cgi", GATE_FILE, 0),
    FOUND("/nothing", GATE_NOTHING, 0),
    FOUND("/sub/nothing/more", GATE_NOTHING, 0),
    FOUND("/pipe", GATE_NOTHING, 0),
    FOUND("/outside", GATE_NOTHING, 0),
    FOUND("/way-out/s", GATE_NOTHING, 0),
    FOUND("/way-out", GATE_NOTHING, 0),
    FOUND("/absolute", GATE_NOTHING, 0),
    FOUND("/loop", GATE_NOTHING, 0),
    FOUND("/..", GATE_NOTHING, 0),
    FOUND("/../other/s", GATE_NOTHING, 0),
    FOUND("/sub/../../other/s", GATE_NOTHING, 0),
    FOUND("/./a.txt", GATE_NOTHING, 0),
    FOUND("//a.txt", GATE_NOTHING, 0),
    FOUND("/sub//x.cgi", GATE_NOTHING, 0),
    FOUND("/.hidden", GATE_NOTHING, 0),
    FOUND("/.git/config", GATE_NOTHING, 0),
    FOUND("/sub/.git", GATE_NOTHING, 0),
    FOUND("/...", GATE_NOTHING, 0),
};

static void test_tree(bool by_steps) {
    struct error error = {0};
    for (size_t i = 0; i < CZ_COUNT(tree_cases); i++) {
        const struct tree_case *test = &tree_cases[i];
        CZ_CLEANUP(gate_found_release) struct gate_found found;
        bool good =
            gate_tree_find(root, support_text("%s%s", root, test->name), by_steps, &found, &error);
        enum gate_kind kind = by_steps ? test->by_steps : test->kind;
        tap_ok(good && found.kind == kind && (kind != GATE_FILE || found.rest == test->rest),
               "\"%s\"%s: %s", test->name, by_steps ? " by steps" : "",
               kind == GATE_FILE     ? "a file"
               : kind == GATE_FOLDER ? "a folder"
                                     : "nothing");
    }
}

static void test_open(void) {
    CZ_CLEANUP(gate_found_release) struct gate_found found;
    struct error error = {0};
    char text[4] = "";
    gate_tree_find(root, support_text("%s/a.txt", root), false, &found, &error);
    CZ_CLEANUP(cz_close_fd) int fd = gate_tree_open(&found);
    tap_is_int(read(fd, text, sizeof text), 1, "what was found can be read");
    tap_ok(!gate_tree_find("/nonexistent", "/nonexistent/a", false, &found, &error),
           "without its root nothing can be found");
    tap_is(error.message, "/nonexistent: No such file or directory", "and it is told why");
}

/* --- the settings --------------------------------------------------------------------------- */

static const char *load(struct gate_settings *settings, const char *text) {
    static struct error error;
    error = (struct error){0};
    scratch_write("gate.conf", text);
    gate_settings_load(scratch_path("gate.conf"), settings, &error);
    return error.message;
}

static void test_settings(void) {
    CZ_CLEANUP(gate_settings_release) struct gate_settings settings;
    tap_is(load(&settings, "folders = [ \"/srv/m\", \"/srv/n//\" ];"), "",
           "the least there may be");
    tap_is_int(settings.server, GATE_APACHE, "the server is Apache");
    tap_is(settings.configuration, scratch_path("certauthz.conf"), "its neighbour says who may");
    tap_ok(gate_settings_program(&settings, "/srv/m/x.php") == NULL, "nothing is a program");
    static const char *const names[][2] = {
        {"/srv/m", "/srv/m"},      {"/srv/m/", "/srv/m"}, {"/srv/m/a/b", "/srv/m"},
        {"/srv/n/a", "/srv/n"},    {"/srv/mm", NULL},     {"/srv/", NULL},
        {"/cgi-bin/srv/m/", NULL}, {"srv/m/a", NULL},     {"", NULL}};
    for (size_t i = 0; i < CZ_COUNT(names); i++) {
        const char *folder = gate_settings_folder(&settings, names[i][0]);
        tap_ok((folder == NULL) == (names[i][1] == NULL) &&
                   (folder == NULL || strcmp(folder, names[i][1]) == 0),
               "%s is in %s", names[i][0], names[i][1] != NULL ? names[i][1] : "none");
    }
    gate_settings_release(&settings);
    tap_is(load(&settings,
                "server = \"lighttpd\"; x_sendfile = true; policy = \"p\";"
                "configuration = \"/etc/c.conf\"; index = [ \"i\" ]; folders = [ \"/m\" ];"
                "programs = ( { extension = \"cgi\"; },"
                "{ extension = \"php\"; program = \"/bin/p\"; } );"),
           "", "all there is");
    tap_is(settings.configuration, "/etc/c.conf", "a configuration elsewhere");
    tap_is(gate_settings_program(&settings, "/m/a.PHP")->program.text, "/bin/p",
           "capitals do not show the source");
    tap_ok(gate_settings_program(&settings, "/m/a.cgi")->program.text == NULL, "one by itself");
    tap_ok(gate_settings_program(&settings, "/m/a.php.txt") == NULL, "the last extension counts");
}

static void test_aliases(void) {
    CZ_CLEANUP(gate_settings_release) struct gate_settings settings;
    tap_is(load(&settings, "folders = [ \"/srv/m\" ];\n"
                           "aliases = ( { url = \"/~me/\"; folder = \"/home/me/www/\"; },"
                           "{ url = \"/~me/n\"; folder = \"/srv/n\"; } );"),
           "", "aliases");
    static const char *const paths[][2] = {{"/~me", "/home/me/www"},     {"/~me/", "/home/me/www"},
                                           {"/~me/n/a", "/home/me/www"}, {"/~me2/a", "none"},
                                           {"/a/~me/", "none"},          {"/", "none"}};
    for (size_t i = 0; i < CZ_COUNT(paths); i++) {
        const struct gate_alias *alias = gate_settings_alias(&settings, paths[i][0]);
        tap_is(alias != NULL ? alias->folder.text : "none", paths[i][1], paths[i][0]);
    }
    gate_settings_release(&settings);
    load(&settings, "folders = [ \"/m\" ]; aliases = ( { url = \"/\"; folder = \"/srv\"; } );");
    tap_is(gate_settings_alias(&settings, "/any")->folder.text, "/srv", "an alias of the root");
}

static void test_bad_settings(void) {
#define M "folders = [ \"/m\" ];\n"
#define FILE_LINE(line) "%s:" line ": "
    static const char *const cases[][2] = {
        {"", "%s: folders: at least one protected folder is wanted"},
        {"folders = [ ];", "%s: folders: at least one protected folder is wanted"},
        {"folders = \"/m\";",
         FILE_LINE("1") "folders: a list of texts is wanted: [ \"…\", \"…\" ]"},
        {"folders = [ \"m\" ];",
         FILE_LINE("1") "folders: absolute paths are wanted, and not that of the whole system"},
        {"folders = [ \"/\" ];",
         FILE_LINE("1") "folders: absolute paths are wanted, and not that of the whole system"},
        {M "server = \"nginx\";",
         FILE_LINE("2") "server: one of \"apache\", \"lighttpd\" is wanted"},
        {M "x_sendfile = true;",
         FILE_LINE("2") "x_sendfile: only lighttpd can do it: server = \"lighttpd\""},
        {M "index = [ \"a/b\" ];",
         FILE_LINE("2") "index: names of files are wanted, without a folder or a dot in front"},
        {M "index = [ \".htaccess\" ];",
         FILE_LINE("2") "index: names of files are wanted, without a folder or a dot in front"},
        {M "configuration = 1;", FILE_LINE("2") "configuration: a text in double quotes is wanted"},
        {M "programs = { };",
         FILE_LINE("2") "programs: a list of groups is wanted: ( { … }, { … } )"},
        {M "programs = ( { } );",
         FILE_LINE("2") "programs[0]: an extension without a dot is wanted, such as \"php\""},
        {M "programs = ( { extension = \".php\"; } );",
         FILE_LINE("2") "programs[0]: an extension without a dot is wanted, such as \"php\""},
        {M "programs = ( { extension = \"php\"; program = \"php-cgi\"; } );",
         FILE_LINE("2") "programs[0]: program: an absolute path is wanted"},
        {M "programs = ( { extension = \"php\"; by = \"x\"; } );",
         FILE_LINE("2") "programs[0].by: unknown key; a program knows: extension, program"},
        {M "aliases = [ \"/a\" ];",
         FILE_LINE("2") "aliases: a list of groups is wanted: ( { … }, { … } )"},
        {M "aliases = ( { url = \"/a\"; } );",
         FILE_LINE("2") "aliases[0]: url and folder are wanted, both beginning with /"},
        {M "aliases = ( { url = \"a\"; folder = \"/srv\"; } );",
         FILE_LINE("2") "aliases[0]: url and folder are wanted, both beginning with /"},
        {M "aliases = ( { url = \"/a\"; folder = \"srv\"; } );",
         FILE_LINE("2") "aliases[0]: url and folder are wanted, both beginning with /"},
        {M "aliases = ( { path = \"/a\"; } );",
         FILE_LINE("2") "aliases[0].path: unknown key; an alias knows: url, folder"},
        {M "server = \"lighttpd\"; aliases = ( );",
         FILE_LINE("2") "aliases: lighttpd says itself where a file lies"},
        {M "folder = \"/m\";",
         FILE_LINE("2") "folder: unknown key; gate.conf knows: server, folders, aliases, "
                        "configuration, policy, index, programs, x_sendfile"},
        {M "index", FILE_LINE("3") "syntax error"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(gate_settings_release) struct gate_settings settings;
        CZ_CLEANUP(cz_buffer_release) struct buffer expected = {0};
        const char *rest = cases[i][1] + strlen("%s");
        cz_buffer_printf(&expected, "%s%s", scratch_path("gate.conf"), rest);
        tap_is(load(&settings, cases[i][0]), cz_buffer_text(&expected), cases[i][0]);
    }
    CZ_CLEANUP(gate_settings_release) struct gate_settings settings;
    struct error error = {0};
    tap_ok(!gate_settings_load(scratch_path("none"), &settings, &error),
           "a file that is not there");
}

/* --- out of memory -------------------------------------------------------------------------- */

static void test_memory(void) {
    char *const variables[] = {
        (char[]){"REDIRECT_STATUS=200"}, (char[]){"REDIRECT_URL=/m/a"},
        (char[]){"PATH_INFO=/m/a"},      (char[]){"PATH_TRANSLATED=/srv/m/a"},
        (char[]){"REMOTE_ADDR=::1"},     NULL};
    struct bytes claims = CZ_BYTES("Variable-A: b\r\n");
    bool failed = true;
    for (long nth = 0; failed; nth++) {
        CZ_CLEANUP(gate_call_release) struct gate_call call;
        CZ_CLEANUP(gate_environment_release) struct gate_environment environment = {0};
        faults_begin(nth, false);
        const char *problem = gate_call_read(&call, GATE_APACHE, variables);
        if (problem == NULL)
            gate_environment_run(&environment, &call, 2, claims, true);
        failed = faults_end();
        if (failed != (problem != NULL || environment.failed))
            tap_ok(false, "allocation %ld failed, and nobody has noticed", nth);
    }
    tap_ok(true, "a program's variables are whole, or known not to be");
}

int main(void) {
    scratch_open();
    make_tree();
    test_tree(false);
    test_tree(true);
    test_open();
    test_settings();
    test_aliases();
    test_bad_settings();
    test_memory();
    scratch_close();
    return tap_done();
}
