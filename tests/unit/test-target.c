/* From the request target to the path that rules match: one reading, or none. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "request/target.h"

struct target_case {
    struct bytes target;
    const char *path;    /* NULL: refused */
    const char *problem; /* the text that says why */
};

#define PATH(target, path)                                                                         \
    { TEXT(target), path, NULL }
#define REFUSED(target, problem)                                                                   \
    { TEXT(target), NULL, problem }

static const struct target_case cases[] = {
    PATH("/", "/"),
    PATH("/admin/x", "/admin/x"),
    PATH("/admin/", "/admin/"),
    /* all of these reached the file below /admin on a real server (web-servers.md, section 4) */
    PATH("/a/../admin/x", "/admin/x"),
    PATH("/%61dmin/x", "/admin/x"),
    PATH("//admin/x", "/admin/x"),
    REFUSED("/admin%2fx", "an encoded slash"),
    REFUSED("/s/..%2fadmin/x", "an encoded slash"),
    REFUSED("/admin%2Fx", "an encoded slash"),
    /* dots and slashes */
    PATH("/./admin/x", "/admin/x"),
    PATH("/admin/./x", "/admin/x"),
    PATH("/admin/.", "/admin/"),
    PATH("/admin/./", "/admin/"),
    PATH("/admin/x/..", "/admin/"),
    PATH("/admin/x/../", "/admin/"),
    PATH("/a/b/../../admin", "/admin"),
    PATH("/a//../admin", "/admin"),
    PATH("///", "/"),
    PATH("/admin///x", "/admin/x"),
    PATH("/%2e/admin", "/admin"),
    PATH("/a/%2e%2e/admin", "/admin"),
    PATH("/a/%2E./admin", "/admin"),
    PATH("/a/.%2e/admin", "/admin"),
    PATH("/...", "/..."),
    PATH("/..a/x..", "/..a/x.."),
    PATH("/.htaccess", "/.htaccess"),
    PATH("/a/..", "/"),
    REFUSED("/..", "`..` above the root"),
    REFUSED("/../admin", "`..` above the root"),
    REFUSED("/a/../../admin", "`..` above the root"),
    REFUSED("/%2e%2e/admin", "`..` above the root"),
    REFUSED("//../admin", "`..` above the root"),
    REFUSED("/./../admin", "`..` above the root"),
    /* decoded once, and only once */
    PATH("/%252f", "/%2f"),
    PATH("/%252e%252e/admin", "/%2e%2e/admin"),
    PATH("/%25", "/%"),
    PATH("/a%20b", "/a b"),
    PATH("/a+b", "/a+b"),
    PATH("/%3f", "/?"),
    PATH("/%23", "/#"),
    PATH("/%3B", "/;"),
    PATH("/admin;x=1", "/admin;x=1"),
    PATH("/ADMIN", "/ADMIN"),
    /* some servers behind ours cut path parameters off before they collapse dots */
    REFUSED("/a/..;/admin", "path parameters behind dots"),
    REFUSED("/a/..;x=1/admin", "path parameters behind dots"),
    REFUSED("/a/.;/admin", "path parameters behind dots"),
    REFUSED("/a/%2e%2e%3b/admin", "path parameters behind dots"),
    REFUSED("/a/..;", "path parameters behind dots"),
    PATH("/a/...;x", "/a/...;x"),
    PATH("/a/.b;x", "/a/.b;x"),
    REFUSED("/a/;x/b", "path parameters in place of a folder's name"),
    REFUSED("/a/;/../admin", "path parameters in place of a folder's name"),
    REFUSED("/%3bx/admin", "path parameters in place of a folder's name"),
    PATH("/a/;x", "/a/;x"),
    PATH("/a;x/../b", "/b"),
    /* the query */
    PATH("/admin?", "/admin"),
    PATH("/admin/?/../public", "/admin/"),
    PATH("/public?/../admin", "/public"),
    PATH("/a?%zz%2f%00#x", "/a"),
    PATH("/a?b?c", "/a"),
    /* what is ambiguous */
    REFUSED("/a\\b", "a backslash"),
    REFUSED("/a%5cb", "a backslash"),
    REFUSED("/a%5Cb", "a backslash"),
    REFUSED("/..\\admin", "a backslash"),
    REFUSED("/a%00b", "a control character"),
    REFUSED("/a\0b", "a control character"),
    REFUSED("/a%0ab", "a control character"),
    REFUSED("/a%0db", "a control character"),
    REFUSED("/a\tb", "a control character"),
    REFUSED("/a%1fb", "a control character"),
    REFUSED("/a%7fb", "a control character"),
    REFUSED("/a\x7f", "a control character"),
    REFUSED("/%", "a broken percent escape"),
    REFUSED("/%6", "a broken percent escape"),
    REFUSED("/%zz", "a broken percent escape"),
    REFUSED("/%6g", "a broken percent escape"),
    REFUSED("/%g6", "a broken percent escape"),
    REFUSED("/% 6", "a broken percent escape"),
    REFUSED("/%u0061", "a broken percent escape"),
    REFUSED("/a#b", "a fragment"),
    REFUSED("/#", "a fragment"),
    REFUSED("/a#?b", "a fragment"),
    /* UTF-8 */
    PATH("/\xc5\xbdofie", "/\xc5\xbdofie"),
    PATH("/%C5%BDofie", "/\xc5\xbdofie"),
    PATH("/%f0%9f%98%80", "/\xf0\x9f\x98\x80"),
    REFUSED("/%c0%af", "malformed UTF-8"),
    REFUSED("/\xc0\xae\xc0\xae/admin", "malformed UTF-8"),
    REFUSED("/%e0%80%af", "malformed UTF-8"),
    REFUSED("/%f0%80%80%af", "malformed UTF-8"),
    REFUSED("/%ed%a0%80", "malformed UTF-8"),
    REFUSED("/%f4%90%80%80", "malformed UTF-8"),
    REFUSED("/%ff", "malformed UTF-8"),
    REFUSED("/%c5", "malformed UTF-8"),
    REFUSED("/%c5/x", "malformed UTF-8"),
    REFUSED("/\x80", "malformed UTF-8"),
    /* absolute-form, and what is no path */
    PATH("http://host/admin/x", "/admin/x"),
    PATH("https://host:443/admin/x?y", "/admin/x"),
    PATH("HTTPS://HOST/a/../admin", "/admin"),
    PATH("http://host", "/"),
    PATH("http://host?/admin", "/"),
    PATH("http://host//admin", "/admin"),
    PATH("http://user@host/admin", "/admin"),
    REFUSED("http://host/..", "`..` above the root"),
    REFUSED("http://host#/public/", "no path"),
    REFUSED("http://host#", "no path"),
    REFUSED("*", "no path"),
    REFUSED("", "no path"),
    REFUSED("?", "no path"),
    REFUSED("?/admin", "no path"),
    REFUSED("admin", "no path"),
    REFUSED("host:443", "no path"),
    REFUSED(" /admin", "no path"),
    REFUSED("%2fadmin", "no path"),
    REFUSED("ftp://host/admin", "no path"),
    REFUSED("http:/admin", "no path"),
    REFUSED("http:", "no path"),
    REFUSED("../admin", "no path"),
};

/* Paths that the web server has decoded and normalised. */
static const struct target_case literal_cases[] = {
    PATH("/", "/"),
    PATH("/admin/x", "/admin/x"),
    PATH("/admin/", "/admin/"),
    PATH("/.htaccess", "/.htaccess"),
    PATH("/..a/.x", "/..a/.x"),
    /* nothing is decoded again, and nothing cut off */
    PATH("/%61dmin", "/%61dmin"),
    PATH("/%2e%2e/admin", "/%2e%2e/admin"),
    PATH("/%2f", "/%2f"),
    PATH("/%", "/%"),
    PATH("/%zz", "/%zz"),
    PATH("/a?b", "/a?b"),
    PATH("/a#b", "/a#b"),
    PATH("/a b", "/a b"),
    PATH("/\xc5\xbdofie", "/\xc5\xbdofie"),
    /* what a server that normalises does not leave in it */
    REFUSED("//", "a double slash"),
    REFUSED("//admin", "a double slash"),
    REFUSED("/a//b", "a double slash"),
    REFUSED("/a//", "a double slash"),
    REFUSED("/.", "a dot segment"),
    REFUSED("/./admin", "a dot segment"),
    REFUSED("/a/.", "a dot segment"),
    REFUSED("/..", "`..` at the end of a segment"),
    REFUSED("/../admin", "`..` at the end of a segment"),
    REFUSED("/a/../admin", "`..` at the end of a segment"),
    REFUSED("/a/..", "`..` at the end of a segment"),
    REFUSED("/a/../", "`..` at the end of a segment"),
    REFUSED("/a/..;x/admin", "path parameters behind dots"),
    REFUSED("/a/.;", "path parameters behind dots"),
    REFUSED("/a\\b", "a backslash"),
    REFUSED("/a\nb", "a control character"),
    REFUSED("/a\0b", "a control character"),
    REFUSED("/a\x7f", "a control character"),
    REFUSED("/\xff", "malformed UTF-8"),
    REFUSED("/\xc0\xaf", "malformed UTF-8"),
    /* what leads out of an alias whose location has no slash at its end */
    REFUSED("/files../admin/x", "`..` at the end of a segment"),
    REFUSED("/files..", "`..` at the end of a segment"),
    REFUSED("/files.../x", "`..` at the end of a segment"),
    /* no path */
    REFUSED("", "no path"),
    REFUSED("admin", "no path"),
    REFUSED("http://host/admin", "no path"),
    REFUSED("@fallback", "no path"),
    REFUSED("*", "no path"),
};

typedef const char *reader(struct bytes target, struct buffer *path);

static void check(const struct target_case *c, size_t number, reader *read) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    struct bytes exact = support_keep(c->target.data, c->target.len);
    const char *problem = read(exact, &path);
    if (c->path == NULL) {
        tap_is(problem, c->problem, support_text("%zu: %s", number, (const char *)exact.data));
        return;
    }
    tap_ok(problem == NULL && cz_bytes_equal(cz_buffer_view(&path), cz_bytes_of(c->path)) &&
               strcmp(cz_buffer_text(&path), c->path) == 0,
           "%zu: %s is %s (%s)", number, (const char *)exact.data, cz_buffer_text(&path),
           problem != NULL ? problem : "no problem");
}

/* What was normalised once stays as it is, unless a percent sign was decoded out of it. */
static void test_stable(void) {
    bool stable = true;
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
        if (cases[i].path == NULL || strpbrk(cases[i].path, "%?#") != NULL)
            continue;
        stable &= cz_target_path(cz_bytes_of(cases[i].path), &again) == NULL &&
                  strcmp(cz_buffer_text(&again), cases[i].path) == 0;
    }
    tap_ok(stable, "a normalised path is its own normal form");
}

static void test_appending(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    cz_buffer_puts(&path, "/kept");
    tap_ok(cz_target_path(TEXT("/a/../b"), &path) == NULL, "a path is appended");
    tap_is(cz_buffer_text(&path), "/kept/b", "behind what was there");
    tap_is(cz_target_path(TEXT("/.."), &path), "`..` above the root",
           "which `..` does not climb into");
    CZ_CLEANUP(cz_buffer_release) struct buffer large = {0};
    tap_ok(cz_target_path(JOIN(TEXT("/"), support_fill('a', 200000)), &large) == NULL &&
               large.len == 200001,
           "a long path is read");
    struct bytes huge = support_fill('/', CZ_BUFFER_LIMIT);
    cz_target_path(huge, &large);
    tap_ok(large.failed, "one past the buffer's limit fails the buffer");
}

static void test_appending_literally(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    cz_buffer_puts(&path, "/kept");
    tap_ok(cz_target_literal(TEXT("/%63"), &path) == NULL, "a literal path is appended");
    tap_is(cz_buffer_text(&path), "/kept/%63", "as it is");
    tap_is(cz_target_literal(TEXT("/d//e"), &path), "a double slash", "or not at all");
    tap_is(cz_buffer_text(&path), "/kept/%63", "where something is wrong with it");
    struct bytes huge = support_fill('/', CZ_BUFFER_LIMIT);
    memset((void *)(uintptr_t)(huge.data + 1), 'a', huge.len - 1);
    tap_ok(cz_target_literal(huge, &path) == NULL && path.failed,
           "one past the buffer's limit fails the buffer");
}

static void test_parameters(void) {
    static const struct {
        const char *path, *expected;
    } parameters[] = {
        {"/", "/"},
        {"/a/b", "/a/b"},
        {"/a;x", "/a"},
        {"/a;x=1;y/b;z", "/a/b"},
        {"/a;x/", "/a/"},
        {"/a/;x", "/a/"},
        {"/;x", "/"},
        {"/;x/a", "/a"},
        {"/a/;x/;y/b", "/a/b"},
        {"/...;x", "/..."},
        {"/a;", "/a"},
    };
    for (size_t i = 0; i < CZ_COUNT(parameters); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        cz_target_without_parameters(cz_bytes_of(parameters[i].path), &out);
        tap_is(cz_buffer_text(&out), parameters[i].expected,
               support_text("%s without parameters", parameters[i].path));
    }
}

int main(void) {
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        check(&cases[i], i, cz_target_path);
    for (size_t i = 0; i < CZ_COUNT(literal_cases); i++)
        check(&literal_cases[i], i, cz_target_literal);
    test_stable();
    test_appending();
    test_appending_literally();
    test_parameters();
    return tap_done();
}
