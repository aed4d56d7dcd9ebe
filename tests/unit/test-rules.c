/* Which rule a request meets. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "policy/rules.h"

struct covers_case {
    const char *rule, *path;
    bool covers;
};

static const struct covers_case covers_cases[] = {
    {"/", "/", true},
    {"/", "/a", true},
    {"/", "/a/b/", true},
    {"/admin/", "/admin/", true},
    {"/admin/", "/admin", true},
    {"/admin/", "/admin/x", true},
    {"/admin/", "/admin/x/y/", true},
    {"/admin/", "/administrator", false},
    {"/admin/", "/administrator/", false},
    {"/admin/", "/adminx", false},
    {"/admin/", "/", false},
    {"/admin/", "/a", false},
    {"/admin/", "/ADMIN/x", false},
    {"/admin/", "/x/admin/", false},
    {"/admin", "/admin", true},
    {"/admin", "/admin/", true},
    {"/admin", "/admin/x", false},
    {"/admin", "/adminx", false},
    {"/admin", "/admi", false},
    {"/a/b", "/a/b", true},
    {"/a/b", "/a", false},
    {"/a/b/", "/a/", false},
    {"/a/b/", "/a/b", true},
    {"/a b/", "/a b/c", true},
    {"/\xc5\xbd/", "/\xc5\xbd/x", true},
    {"/\xc5\xbd/", "/\xc5\xbe/x", false},
};

static bool covers(const struct rule *rule, struct bytes path) {
    const struct resource resource = {.path = path, .method = TEXT("GET")};
    return cz_rule_covers(rule, &resource) == RULE_COVERS;
}

static void test_covers(void) {
    for (size_t i = 0; i < CZ_COUNT(covers_cases); i++) {
        const struct covers_case *c = &covers_cases[i];
        struct rule rule = {.path = (char *)(uintptr_t)c->rule};
        struct bytes path = support_keep(c->path, strlen(c->path));
        tap_ok(covers(&rule, path) == c->covers, "%s %s %s", c->rule,
               c->covers ? "covers" : "does not cover", c->path);
    }
    struct rule rule = {.path = (char *)(uintptr_t) "/admin"};
    tap_ok(!covers(&rule, TEXT("/admin\0")), "a NUL behind makes another path");
}

static char *get[] = {(char *)(uintptr_t) "GET", (char *)(uintptr_t) "HEAD"};
static char *post[] = {(char *)(uintptr_t) "POST"};

#define RULE(text, ...)                                                                            \
    { .name = (char *)(uintptr_t)text, .path = (char *)(uintptr_t)text, __VA_ARGS__ }

static struct rule items[] = {
    RULE("/a/b", .need = NEED_NONE),
    RULE("/a/", .methods = get, .method_count = 2),
    RULE("/a/", .methods = post, .method_count = 1),
    RULE("/all/"),
    RULE("/a/c/", .need = NEED_NONE),
};

static const struct {
    const char *method, *path;
    int rule; /* its number, or -1 */
    bool other_method;
} match_cases[] = {
    {"GET", "/a/b", 0, false},   {"DELETE", "/a/b", 0, false},   {"GET", "/a/x", 1, false},
    {"HEAD", "/a/x", 1, false},  {"POST", "/a/x", 2, false},     {"PUT", "/a/x", -1, true},
    {"get", "/a/x", -1, true},   {"GETX", "/a/x", -1, true},     {"GE", "/a/x", -1, true},
    {"", "/a/x", -1, true},      {"GET", "/a/c/d", 1, false},    {"PUT", "/a/c/d", 4, false},
    {"PUT", "/all/x", 3, false}, {"anything", "/all", 3, false}, {"GET", "/", -1, false},
    {"GET", "/ab", -1, false},   {"PUT", "/ab", -1, false},
};

static void test_match(void) {
    struct rules rules = {.items = items, .count = CZ_COUNT(items)};
    if (!cz_rules_index(&rules))
        support_die("out of memory");
    for (size_t i = 0; i < CZ_COUNT(match_cases); i++) {
        struct rule_walk walk;
        const struct resource resource = {.path = cz_bytes_of(match_cases[i].path),
                                          .method = cz_bytes_of(match_cases[i].method)};
        cz_rule_walk_begin(&walk, &rules, ACTION_ALLOW, &resource);
        const struct rule *first = cz_rule_walk_next(&walk);
        const struct rule *expected = match_cases[i].rule >= 0 ? &items[match_cases[i].rule] : NULL;
        tap_ok(first == expected &&
                   (first != NULL || walk.other_method == match_cases[i].other_method),
               "\"%s\" %s meets rule %d", match_cases[i].method, match_cases[i].path,
               match_cases[i].rule);
    }
    rules.items = NULL; /* the table's own */
    rules.count = 0;
    cz_rules_release(&rules);
    struct rules none = {0};
    struct rule_walk walk;
    const struct resource resource = {.path = TEXT("/"), .method = TEXT("GET")};
    cz_rule_walk_begin(&walk, &none, ACTION_ALLOW, &resource);
    tap_ok(cz_rule_walk_next(&walk) == NULL && !walk.other_method, "no rules, no match");
    tap_ok(!covers(&items[0], TEXT("")) && !covers(&items[1], TEXT("")),
           "the empty path is covered by none");
}

static void test_names(void) {
    tap_is(cz_need_name(NEED_REQUIRED), "required", "required");
    tap_is(cz_need_name(NEED_OPTIONAL), "optional", "optional");
    tap_is(cz_need_name(NEED_NONE), "none", "none");
    tap_is(cz_need_name((enum certificate_need)9), "unknown", "unknown");
    struct rule zero = {0};
    tap_ok(zero.need == NEED_REQUIRED, "the zero value demands a certificate");
}

int main(void) {
    test_covers();
    test_match();
    test_names();
    return tap_done();
}
