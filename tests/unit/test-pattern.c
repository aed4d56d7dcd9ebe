/* Globs against a matcher that tries everything; the folder of a glob; hosts. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"

#include "policy/pattern.h"

#include <stdlib.h>

/* One segment, up to a slash or the end, by trying each way. */
static bool naive_segment(const char *pattern, const char *text) {
    bool no_more = *text == '/' || *text == '\0';
    if (*pattern == '/' || *pattern == '\0')
        return no_more;
    if (*pattern == '*')
        return naive_segment(pattern + 1, text) || (!no_more && naive_segment(pattern, text + 1));
    return !no_more && (*pattern == '?' || *pattern == *text) &&
           naive_segment(pattern + 1, text + 1);
}

/* Both at a slash or at their ends. */
static bool naive_path(const char *pattern, const char *path) {
    if (strcmp(pattern, "/") == 0)
        return true; /* everything below */
    if (*pattern == '\0')
        return *path == '\0';
    const char *rest = pattern + 1 + strcspn(pattern + 1, "/");
    const char *below = *path != '\0' ? path + 1 + strcspn(path + 1, "/") : path;
    if (strncmp(pattern, "/**", (size_t)(rest - pattern)) == 0 && rest - pattern == 3)
        return naive_path(rest, path) || (*path != '\0' && naive_path(pattern, below));
    return *path != '\0' && naive_segment(pattern + 1, path + 1) && naive_path(rest, below);
}

static bool naive(const char *pattern, const char *path) {
    return naive_path(pattern, strcmp(path, "/") == 0 ? "" : path);
}

static unsigned draw(unsigned below) {
    static uint64_t state = 7;
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

/* Up to four segments of these, now and then with a slash at the end. */
static const char *draw_path(const char *const *segments, unsigned count) {
    static char text[2][256];
    static unsigned turn;
    char *path = text[turn++ % 2];
    path[0] = '\0';
    for (unsigned left = 1 + draw(4); left > 0; left--) {
        strcat(path, "/");
        strcat(path, segments[draw(count)]);
    }
    if (draw(3) == 0)
        strcat(path, "/");
    return path;
}

static void test_globs(void) {
    static const char *const pieces[] = {"**", "**", "*", "a",   "b",
                                         "a*", "*b", "?", "a?b", "*a*b*"};
    static const char *const names[] = {"a", "b", "ab", "aab", "abab", "ba"};
    unsigned wrong = 0, covered = 0;
    for (unsigned i = 0; i < 100000; i++) {
        const char *pattern = draw_path(pieces, CZ_COUNT(pieces));
        char path[256];
        snprintf(path, sizeof path, "%s", draw(50) > 0 ? draw_path(names, CZ_COUNT(names)) : "/");
        size_t len = strlen(path);
        bool got = cz_glob_covers(cz_bytes_of(pattern), cz_bytes_of(path));
        if (len > 1 && path[len - 1] == '/')
            path[len - 1] = '\0';
        covered += got;
        if (got != naive(pattern, path) && wrong++ == 0)
            printf("# %s %s %s\n", pattern, got ? "covers" : "does not cover", path);
    }
    tap_ok(wrong == 0, "random globs are as by trying everything (%u wrong)", wrong);
    tap_ok(covered > 1000 && covered < 90000, "%u of which cover", covered);
}

/* Patterns that make a careless matcher try every way: this ends, or the test does not. */
static void test_hostile(void) {
    char path[CZ_GLOB_PATH_MAX + 1];
    for (size_t i = 0; i < CZ_GLOB_PATH_MAX; i++)
        path[i] = i % 2 == 0 ? '/' : 'a';
    path[CZ_GLOB_PATH_MAX] = '\0';
    tap_ok(!cz_glob_covers(cz_bytes_of("/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b"),
                           cz_bytes_of(path)),
           "many segments, many stars");
    memset(path + 1, 'a', CZ_GLOB_PATH_MAX - 1);
    tap_ok(!cz_glob_covers(cz_bytes_of("/*a*a*a*a*a*a*a*a*a*a*a*a*b"), cz_bytes_of(path)),
           "a long segment, many stars");
    tap_ok(cz_glob_covers(cz_bytes_of("/?\?/"), TEXT("/\xff\xc5/x")),
           "malformed UTF-8 counts by bytes");
    tap_ok(cz_glob_covers(cz_bytes_of("/?"), TEXT("/\xf0\x9f\x94\x91")),
           "a character of four bytes is one");
}

static void test_folders(void) {
    static const char *const cases[][2] = {
        {"/a/b/*", "/a/b"}, {"/a/b*/c", "/a"}, {"/*", ""},          {"/**", ""},
        {"/a/**/b", "/a"},  {"/a/?", "/a"},    {"/a/b/*/", "/a/b"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct bytes folder = cz_glob_folder(cases[i][0]);
        tap_is(support_text("%.*s", (int)folder.len, (const char *)folder.data), cases[i][1],
               support_text("the folder of %s", cases[i][0]));
    }
}

static void test_hosts(void) {
    static const struct {
        const char *pattern, *host;
        bool covers;
    } cases[] = {
        {"a.example", "a.example", true},  {"a.example", "A.Example", true},
        {"a.example", "a.example.", true}, {"a.example", "a.example..", false},
        {"a.example", "a.exampl", false},  {"a.example", "a.examples", false},
        {"a.example", "", false},          {"*.example", "a.example", true},
        {"*.example", "A.EXAMPLE.", true}, {"*.example", "a.b.example", false},
        {"*.example", "example", false},   {"*.example", ".example", false},
        {"*.example", "", false},          {"*.example", "*.example", true},
        {"[::1]", "[::1]", true},          {"[::1]", "::1", false},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_ok(cz_host_covers(cases[i].pattern, cz_bytes_of(cases[i].host)) == cases[i].covers,
               "%s %s \"%s\"", cases[i].pattern, cases[i].covers ? "covers" : "does not cover",
               cases[i].host);
    tap_ok(!cz_host_covers("a.example", TEXT("a.example\0")), "a NUL behind makes another host");
}

int main(void) {
    test_globs();
    test_hostile();
    test_folders();
    test_hosts();
    return tap_done();
}
