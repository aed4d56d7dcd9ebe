/*
 * The page's path in other spellings: whatever one of them means to the server, to what chooses a
 * location or a rule, and to the file system, none may show the page without the certificate.
 */
#include "base/cleanup.h"
#include "ctl/probe.h"

/* --- the path, written anew ------------------------------------------------------------ */

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void put_plain(struct buffer *out, const char *path) {
    cz_buffer_puts(out, path);
}

static void put_inner(struct buffer *out, const char *path, const char *slash) {
    cz_buffer_putc(out, '/');
    for (const char *c = path + 1; *c != '\0'; c++)
        if (*c == '/')
            cz_buffer_puts(out, slash);
        else
            cz_buffer_putc(out, *c);
}

static void put_inner_escaped(struct buffer *out, const char *path) {
    put_inner(out, path, "%2f");
}

static void put_inner_capital(struct buffer *out, const char *path) {
    put_inner(out, path, "%2F");
}

static void put_inner_twice(struct buffer *out, const char *path) {
    put_inner(out, path, "//");
}

static void put_inner_dots(struct buffer *out, const char *path) {
    put_inner(out, path, "/./");
}

static void put_inner_back(struct buffer *out, const char *path) {
    put_inner(out, path, "\\");
}

static void put_inner_back_escaped(struct buffer *out, const char *path) {
    put_inner(out, path, "%5c");
}

static void put_inner_parameter(struct buffer *out, const char *path) {
    put_inner(out, path, ";x=1/");
}

/* Each letter, or the first alone, by this format, which takes its number. */
static void put_letters(struct buffer *out, const char *path, bool all, const char *before) {
    bool done = false;
    for (const char *c = path; *c != '\0'; c++)
        if (is_letter(*c) && !done) {
            cz_buffer_printf(out, "%s%02x", before, (unsigned char)*c);
            done = !all;
        } else {
            cz_buffer_putc(out, *c);
        }
}

static void put_first_escaped(struct buffer *out, const char *path) {
    put_letters(out, path, false, "%");
}

static void put_all_escaped(struct buffer *out, const char *path) {
    put_letters(out, path, true, "%");
}

static void put_first_escaped_twice(struct buffer *out, const char *path) {
    put_letters(out, path, false, "%25");
}

static void put_first_utf16(struct buffer *out, const char *path) {
    put_letters(out, path, false, "%u00");
}

static char other_case(char c) {
    return is_letter(c) ? (char)(c ^ 0x20) : c;
}

static void put_other_case(struct buffer *out, const char *path) {
    for (const char *c = path; *c != '\0'; c++)
        cz_buffer_putc(out, other_case(*c));
}

static void put_first_other_case(struct buffer *out, const char *path) {
    size_t at = 0;
    while (path[at] != '\0' && !is_letter(path[at]))
        at++;
    cz_buffer_append(out, path, at);
    if (path[at] != '\0')
        cz_buffer_putc(out, other_case(path[at++]));
    cz_buffer_puts(out, path + at);
}

static void put_nameless(struct buffer *out, const char *path) {
    cz_buffer_puts(out, path + 1);
}

static void (*const writings[])(struct buffer *out, const char *path) = {
    ['P'] = put_plain,
    ['N'] = put_nameless, /* without its first slash */
    ['S'] = put_inner_escaped,
    ['T'] = put_inner_capital,
    ['D'] = put_inner_twice,
    ['I'] = put_inner_dots,
    ['B'] = put_inner_back,
    ['R'] = put_inner_back_escaped,
    ['M'] = put_inner_parameter,
    ['F'] = put_first_escaped,
    ['E'] = put_all_escaped,
    ['W'] = put_first_escaped_twice,
    ['V'] = put_first_utf16,
    ['U'] = put_other_case,
    ['C'] = put_first_other_case,
};

/* --- the spellings --------------------------------------------------------------------- */

/* {P} and its like are the path, {O} the folder of the page for everybody (without it the spelling
 * is left out), {H} the host. */
static const char *const spellings[] = {
    "/{P}",
    "//{P}",
    "/.{P}",
    "/./{P}",
    "/..{P}",
    "/%2e{P}",
    "/%2f{N}",
    "/%5c{N}",
    "\\{N}",
    "/\\{N}",
    "{N}",
    "./{N}",
    "*{P}",
    "/;{P}",
    "/;x=1{P}",
    "/" CZ_PROBE_MARK "/..{P}",
    "/" CZ_PROBE_MARK "//..{P}",
    "/" CZ_PROBE_MARK "/../.{P}",
    "/" CZ_PROBE_MARK "/.%2e{P}",
    "/" CZ_PROBE_MARK "/%2e%2e{P}",
    "/" CZ_PROBE_MARK "/%2E%2E{P}",
    "/" CZ_PROBE_MARK "/%252e%252e{P}",
    "/" CZ_PROBE_MARK "/..%2f{N}",
    "/" CZ_PROBE_MARK "%2f..{P}",
    "/" CZ_PROBE_MARK "/..%5c{N}",
    "/" CZ_PROBE_MARK "/..\\{N}",
    "/" CZ_PROBE_MARK "/..;{P}",
    "/" CZ_PROBE_MARK "/..%00{P}",
    "/" CZ_PROBE_MARK "/..%c0%af{N}",
    "{O}..{P}",
    "{O}/..{P}",
    "{O}%2e%2e{P}",
    "{O}..%2f{N}",
    "{O}..;{P}",
    "{O}..\\{N}",
    "{O}" CZ_PROBE_MARK "/../..{P}",
    "{S}",
    "{T}",
    "{D}",
    "{I}",
    "{B}",
    "{R}",
    "{M}",
    "{F}",
    "{E}",
    "{W}",
    "{V}",
    "{U}",
    "{C}",
    "/{F}",
    "/{C}",
    "{P}/",
    "{P}//",
    "{P}/.",
    "{P}/" CZ_PROBE_MARK,
    "{P}/" CZ_PROBE_MARK ".css",
    "{P}/..{P}",
    "{P};x=1",
    "{P};" CZ_PROBE_MARK ".css",
    "{P}.",
    "{P}~",
    "{P}%",
    "{P}%20",
    "{P}%09",
    "{P}%0a",
    "{P}%0d%0aX-Probe:%20x",
    "{P}%00",
    "{P}%00.css",
    "{P}%23",
    "{P}%3f",
    "{P}%2f",
    "{P}%5c",
    "{P}%zz",
    "{P}::$DATA",
    "{P}?",
    "{P}?" CZ_PROBE_MARK "=/..",
    "{P}#",
    "{P}#" CZ_PROBE_MARK,
    "https://{H}{P}",
    "HTTPS://{H}{P}",
    "http://{H}{P}",
    "https://{H}/{P}",
    "https://{H}{C}",
    "https://x:x@{H}{P}",
    "//{H}{P}",
};

/* The folder in which it lies, with its slash. */
static void put_folder(struct buffer *out, const char *path) {
    cz_buffer_append(out, path, (size_t)(strrchr(path, '/') - path) + 1);
}

/* False where something is not known that it is made of. */
static bool put_spelling(struct buffer *out, const char *spelling, const struct probe_page *page) {
    for (const char *c = spelling; *c != '\0'; c++) {
        if (*c != '{') {
            cz_buffer_putc(out, *c);
            continue;
        }
        if (c[1] == 'H')
            cz_buffer_puts(out, page->authority);
        else if (c[1] != 'O')
            writings[(unsigned char)c[1]](out, page->path);
        else if (page->open != NULL)
            put_folder(out, page->open);
        else
            return false;
        c += 2;
    }
    return true;
}

static void add_target(struct probe_plan *plan, const struct probe_page *page,
                       const char *spelling) {
    CZ_CLEANUP(cz_buffer_release) struct buffer target = {0};
    if (!put_spelling(&target, spelling, page) ||
        (!target.failed && strcmp(cz_buffer_text(&target), page->path) == 0))
        return;
    if (strpbrk(spelling, "?#") == NULL)
        cz_buffer_puts(&target, page->query);
    plan->failed |= target.failed;
    if (!plan->failed)
        cz_probe_add_both(
            plan, page,
            &(struct probe_try){.group = PROBE_PATHS, .target = cz_buffer_text(&target)});
}

/* The path in a header, which some frameworks take for the real one: on a page that may be for
 * everybody, and the other way round. */
static void add_rewrites(struct probe_plan *plan, const struct probe_page *page) {
    static const char *const names[] = {"X-Original-URL", "X-Rewrite-URL", "X-Original-URI",
                                        "X-Forwarded-Uri", "X-Forwarded-Prefix"};
    const char *open = page->open != NULL ? page->open : "/";
    for (size_t i = 0; i < CZ_COUNT(names); i++) {
        struct probe_try inward = {.group = PROBE_PATHS,
                                   .expected = EXPECT_ELSEWHERE,
                                   .target = open,
                                   .headers = {{.name = names[i], .value = page->path}}};
        struct probe_try outward = {.group = PROBE_PATHS,
                                    .headers = {{.name = names[i], .value = open}}};
        cz_probe_add_both(plan, page, &inward);
        cz_probe_add_both(plan, page, &outward);
    }
}

void cz_probe_plan_paths(struct probe_plan *plan, const struct probe_page *page) {
    for (size_t i = 0; i < CZ_COUNT(spellings); i++)
        add_target(plan, page, spellings[i]);
    add_rewrites(plan, page);
}
