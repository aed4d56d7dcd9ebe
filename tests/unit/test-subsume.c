/* Which rules cover all that others cover: against each path of a small world. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "policy/subsume.h"

#define RULE(text, glob)                                                                           \
    { .path = (char *)(uintptr_t)(text), .is_glob = (glob) }

static const struct rule world[] = {
    RULE("/", false),     RULE("/a", false),     RULE("/a/", false),     RULE("/a/b", false),
    RULE("/a/b/", false), RULE("/ab/", false),   RULE("/ab", false),     RULE("/b/a/b", false),
    RULE("/*", true),     RULE("/*/", true),     RULE("/a*", true),      RULE("/a*/", true),
    RULE("/a/*", true),   RULE("/a/*/", true),   RULE("/**", true),      RULE("/**/b", true),
    RULE("/a/**", true),  RULE("/a/**/b", true), RULE("/**/b/", true),   RULE("/*/b", true),
    RULE("/a/?", true),   RULE("/?/b/", true),   RULE("/**/a/**", true), RULE("/a/b*", true),
};

/* Every path of up to four of these segments, with and without a slash behind. */
static void each_path(void (*visit)(void *context, struct bytes path), void *context) {
    static const char *const segments[] = {"a", "b", "ab", "c"};
    visit(context, CZ_BYTES("/"));
    for (size_t count = 1, all = 4; count <= 4; count++, all *= 4)
        for (size_t code = 0; code < all; code++) {
            char path[32] = "";
            size_t rest = code, len = 0;
            for (size_t i = 0; i < count; i++, rest /= 4)
                len += (size_t)snprintf(path + len, sizeof path - len, "/%s", segments[rest % 4]);
            visit(context, (struct bytes){.data = (const uint8_t *)path, .len = len});
            path[len] = '/';
            visit(context, (struct bytes){.data = (const uint8_t *)path, .len = len + 1});
        }
}

struct comparison_of {
    const struct rule *wide, *narrow;
    bool subsumes; /* on all paths of the world */
};

static bool covers(const struct rule *rule, struct bytes path) {
    struct resource resource = {.path = path, .method = CZ_BYTES("GET")};
    return cz_rule_covers(rule, &resource) == RULE_COVERS;
}

static void compare(void *context, struct bytes path) {
    struct comparison_of *comparison = context;
    if (covers(comparison->narrow, path) && !covers(comparison->wide, path))
        comparison->subsumes = false;
}

static void test_paths(void) {
    size_t wrong = 0, missed = 0, told = 0;
    for (size_t i = 0; i < CZ_COUNT(world); i++)
        for (size_t j = 0; j < CZ_COUNT(world); j++) {
            struct comparison_of comparison = {
                .wide = &world[i], .narrow = &world[j], .subsumes = true};
            each_path(compare, &comparison);
            bool said = cz_rule_paths_subsume(&world[i], &world[j]);
            if (said && !comparison.subsumes)
                printf("# %s does not cover %s\n", world[i].path, world[j].path);
            wrong += said && !comparison.subsumes;
            missed += !said && comparison.subsumes && !world[i].is_glob && !world[j].is_glob;
            told += said;
        }
    tap_is_int((long long)wrong, 0, "what is said to be covered is");
    tap_is_int((long long)missed, 0, "of plain paths nothing is missed");
    tap_ok(told > CZ_COUNT(world) * 2, "and much is said (%zu of %zu)", told,
           CZ_COUNT(world) * CZ_COUNT(world));
}

int main(void) {
    test_paths();
    return tap_done();
}
