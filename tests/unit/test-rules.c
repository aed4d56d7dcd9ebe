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

static const char *draw(const char *const *texts, size_t count) {
    static uint64_t state = 5;
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return texts[(state >> 33) % count];
}

/* A thousand rules by their index, and one after the other. */
static void test_index(void) {
    enum { RULES = 1000, PATHS = 2000 };
    static const char *const names[] = {"a", "b", "c", "d"};
    static const char *const ends[] = {"", "/", "/*", "/**", "/**/d", "/?/", "*"};
    static const char *const starts[] = {"", "/*", "/**"};
    static struct rule many[RULES];
    struct rules rules = {.items = many, .count = RULES};
    unsigned wrong = 0, met = 0;
    for (size_t i = 0; i < RULES; i++) {
        const char *folder = "";
        for (size_t depth = i % 4; depth > 0; depth--)
            folder = support_text("%s/%s", folder, draw(names, CZ_COUNT(names)));
        const char *path = support_text("%s%s%s", i % 9 == 0 ? draw(starts, CZ_COUNT(starts)) : "",
                                        folder, draw(ends, CZ_COUNT(ends)));
        path = path[0] == '/' ? path : "/";
        many[i] = (struct rule){.path = (char *)(uintptr_t)path,
                                .is_glob = strpbrk(path, "*?") != NULL,
                                .methods = i % 3 == 0 ? get : NULL,
                                .method_count = i % 3 == 0 ? 2 : 0,
                                .action = i % 5 == 0 ? ACTION_DENY : ACTION_ALLOW};
    }
    if (!cz_rules_index(&rules))
        support_die("out of memory");
    for (size_t i = 0; i < PATHS; i++) {
        const char *path = "";
        for (size_t depth = 1 + i % 5; depth > 0; depth--)
            path = support_text("%s/%s", path, draw(names, CZ_COUNT(names)));
        const struct resource resource = {.path = cz_bytes_of(path),
                                          .method = i % 2 == 0 ? TEXT("GET") : TEXT("PUT")};
        for (int action = ACTION_ALLOW; action <= ACTION_DENY; action++) {
            struct rule_walk walk;
            cz_rule_walk_begin(&walk, &rules, (enum rule_action)action, &resource);
            for (size_t j = 0; j < RULES; j++) {
                if ((int)many[j].action != action ||
                    cz_rule_covers(&many[j], &resource) != RULE_COVERS)
                    continue;
                wrong += cz_rule_walk_next(&walk) != &many[j];
                met++;
            }
            wrong += cz_rule_walk_next(&walk) != NULL;
        }
    }
    tap_ok(wrong == 0 && met > PATHS, "%u rules are met as one after the other (%u wrong)", met,
           wrong);
    rules.items = NULL;
    rules.count = 0;
    cz_rules_release(&rules);
}

/* What is only reported asks for nothing, and covers nothing that it would have to ask for. */
static void test_report_only(void) {
    static char *host[] = {(char *)(uintptr_t) "a.example"};
    struct address_range all = {.prefix = 0};
    struct rule asking[] = {
        RULE("/", .hosts = host, .host_count = 1, .report_only = true),
        RULE("/", .from = &all, .from_count = 1, .report_only = true),
        RULE("/**/x", .is_glob = true, .report_only = true),
        RULE("/", .methods = get, .method_count = 2, .report_only = true),
    };
    for (int in_force = 0; in_force < 2; in_force++) {
        struct rules rules = {.items = asking, .count = CZ_COUNT(asking)};
        struct rule_walk walk;
        for (size_t i = 0; i < CZ_COUNT(asking); i++)
            asking[i].report_only = !in_force;
        if (!cz_rules_index(&rules))
            support_die("out of memory");
        tap_ok(rules.ask_host == in_force && rules.ask_address == in_force &&
                   rules.have_globs == in_force,
               "only rules in force ask for variables");
        struct bytes path = JOIN(TEXT("/"), support_fill('a', CZ_GLOB_PATH_MAX), TEXT("/x"));
        const struct resource resource = {.path = path, .method = TEXT("PUT")};
        cz_rule_walk_begin(&walk, &rules, ACTION_ALLOW, &resource);
        tap_ok(cz_rule_walk_next(&walk) == NULL, "without host and address, on a long path: none");
        tap_ok(walk.other_method == in_force, "the method is that of rules in force");
        rules.items = NULL;
        rules.count = 0;
        cz_rules_release(&rules);
    }
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
    test_index();
    test_report_only();
    test_names();
    return tap_done();
}
