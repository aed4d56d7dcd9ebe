#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "ctl/paint.h"
#include "ctl/probe.h"

#define FINDING_WIDTH 8 /* columns */
#define GROUP_WIDTH 13
#define TRIED_WIDTH 44
#define EXPECTED_WIDTH 12

static const struct {
    const char *name;
    const char *advice; /* where it has a hole */
} groups[PROBE_GROUP_COUNT] = {
    [PROBE_BASELINE] = {"baseline",
                        "the server does not ask certauthz for this page, or admits whom it "
                        "refuses: look for a location that is left out, for Satisfy Any or a "
                        "second Require (Apache), for check-local that is not \"disable\" or a "
                        "module in front of mod_fastcgi (lighttpd)"},
    [PROBE_CERTIFICATES] = {"certificates",
                            "something takes a header for the client's certificate: let only a "
                            "proxy in front set it, and remove it from what clients send"},
    [PROBE_NAMES] = {"names",
                     "something believes a header that clients can send: remove it from requests "
                     "before it is looked at"},
    [PROBE_PATHS] = {"paths",
                     "a location or condition compares the path as it is written: let certauthz "
                     "decide for \"/\" and all below it, and keep the paths in its rules"},
    [PROBE_METHODS] = {"methods",
                       "a method is answered without being asked about: look for <Limit> and "
                       "conditions on the method, and set TraceEnable Off (Apache)"},
    [PROBE_PARTS] = {"parts",
                     "the file is opened before access is checked: look at caches and modules in "
                     "front of the check"},
    [PROBE_PROTOCOLS] = {"protocols",
                         "a version of HTTP or TLS has a way of its own: look for conditions on "
                         "it, and for another server on this port"},
    [PROBE_HOSTS] = {"hosts",
                     "another virtual host shows the same files without asking: give it the same "
                     "configuration, or other files"},
    [PROBE_CONNECTIONS] = {"connections",
                           "a connection or a TLS session is taken for more than it is: every "
                           "request has to be decided for itself"},
    [PROBE_PASSWORDS] = {"passwords",
                         "a password is enough: look for Satisfy Any, RequireAny and a second "
                         "kind of authentication"},
    [PROBE_PLAIN] = {"plain",
                     "the page is there without TLS: redirect that server to https, or give it "
                     "other files"},
};

static const char *const whose[PROBE_WHO_COUNT] = {
    [PROBE_NOBODY] = "none", [PROBE_GOOD] = "good", [PROBE_DENIED] = "denied"};

static const char *const expectations[EXPECTATION_COUNT] = {
    [EXPECT_REFUSED] = "refused",   [EXPECT_ELSEWHERE] = "another page",
    [EXPECT_ADMITTED] = "admitted", [EXPECT_STILL_ADMITTED] = "admitted",
    [EXPECT_NO_ECHO] = "no echo",   [EXPECT_ANYTHING] = "anything",
};

static const char *const findings[PROBE_FINDING_COUNT] = {
    [PROBE_HELD] = "held",       [PROBE_HOLE] = "HOLE",       [PROBE_NOTE] = "note",
    [PROBE_SKIPPED] = "skipped", [PROBE_UNTRIED] = "untried",
};

const char *cz_probe_group_name(enum probe_group group) {
    return groups[group].name;
}

static void put_method_and_target(struct buffer *out, const struct probe_try *try) {
    cz_buffer_puts(out, try->method != NULL ? try->method : "GET");
    if (try->target != NULL)
        cz_buffer_printf(out, " %s", try->target);
}

void cz_probe_describe(struct buffer *out, const struct probe_try *try) {
    const struct probe_header *first = &try->headers[0];
    bool plain = try->target == NULL && try->method == NULL;
    if (try->what != NULL) {
        cz_buffer_puts(out, try->what);
    } else if (first->name == NULL) {
        put_method_and_target(out, try);
    } else {
        if (!plain) {
            put_method_and_target(out, try);
            cz_buffer_puts(out, ", ");
        }
        cz_buffer_printf(out, "%s: %s", first->name,
                         first->said != NULL ? first->said : first->value);
    }
    if (try->who == PROBE_DENIED && try->group != PROBE_BASELINE)
        cz_buffer_puts(out, " (denied certificate)");
}

/* --- for people ------------------------------------------------------------------------ */

/* With two blanks at least before what follows. */
static void put_cell(struct buffer *out, const struct buffer *text, size_t width) {
    size_t before = out->len;
    cz_put_visible(out, cz_buffer_view(text));
    while (!out->failed && out->len < before + width)
        cz_buffer_putc(out, ' ');
    cz_buffer_puts(out, "  ");
}

void cz_probe_put_head(struct buffer *out) {
    cz_buffer_printf(out, "%-*s%-*s%-*s  %-*s  %s\n", FINDING_WIDTH, "", GROUP_WIDTH, "",
                     TRIED_WIDTH, "tried", EXPECTED_WIDTH, "expected", "got");
}

void cz_probe_put_row(struct buffer *out, const struct probe_try *try,
                      const struct probe_result *result) {
    CZ_CLEANUP(cz_buffer_release) struct buffer tried = {0};
    cz_probe_describe(&tried, try);
    cz_buffer_printf(out, "%-*s%-*s", FINDING_WIDTH, findings[result->finding], GROUP_WIDTH,
                     groups[try->group].name);
    put_cell(out, &tried, TRIED_WIDTH);
    cz_buffer_printf(out, "%-*s  %s", EXPECTED_WIDTH, expectations[try->expected], result->got);
    if (result->why[0] != '\0') {
        cz_buffer_puts(out, ": ");
        cz_put_visible(out, cz_bytes_of(result->why));
    }
    cz_buffer_putc(out, '\n');
    if (tried.failed)
        cz_buffer_fail(out);
}

static void put_count(struct buffer *out, const char *before, size_t count, const char *one,
                      const char *many) {
    cz_buffer_printf(out, "%s%zu %s", before, count, count == 1 ? one : many);
}

void cz_probe_put_end(struct buffer *out, const struct probe_tally *tally) {
    const size_t *counts = tally->findings;
    for (size_t i = 0; i < PROBE_GROUP_COUNT; i++)
        if (tally->holes[i] > 0)
            cz_buffer_printf(out, "%s: %s\n", groups[i].name, groups[i].advice);
    if (tally->out_of_time)
        cz_buffer_puts(out, "the time is over: the rest was not tried; give more by --timeout\n");
    put_count(out, "", tally->requests, "request", "requests");
    cz_buffer_printf(out, " in %u.%u s: ", tally->milliseconds / 1000,
                     tally->milliseconds % 1000 / 100);
    put_count(out, "", counts[PROBE_HOLE], "hole", "holes");
    put_count(out, ", ", counts[PROBE_NOTE], "note", "notes");
    cz_buffer_printf(out, ", %zu held, %zu skipped, %zu untried\n", counts[PROBE_HELD],
                     counts[PROBE_SKIPPED], counts[PROBE_UNTRIED]);
}

/* --- for programs ---------------------------------------------------------------------- */

void cz_probe_put_row_json(struct buffer *out, const struct probe_try *try,
                           const struct probe_result *result) {
    CZ_CLEANUP(cz_buffer_release) struct buffer tried = {0};
    cz_probe_describe(&tried, try);
    if (out->len > 0)
        cz_buffer_putc(out, ',');
    cz_buffer_putc(out, '{');
    cz_json_member(out, "group", cz_bytes_of(groups[try->group].name));
    cz_json_member(out, "certificate", cz_bytes_of(whose[try->who]));
    cz_json_member(out, "tried", cz_buffer_view(&tried));
    cz_json_member(out, "expected", cz_bytes_of(expectations[try->expected]));
    cz_json_member(out, "got", cz_bytes_of(result->got));
    cz_json_member(out, "verdict",
                   cz_bytes_of(result->finding == PROBE_HOLE ? "hole" : findings[result->finding]));
    cz_json_optional(out, "why", cz_bytes_of(result->why));
    cz_buffer_putc(out, '}');
    if (tried.failed)
        cz_buffer_fail(out);
}

void cz_probe_put_json(struct buffer *out, const char *url, const struct probe_tally *tally,
                       const struct buffer *rows) {
    static const struct {
        enum probe_finding finding;
        const char *name;
    } members[] = {{PROBE_HOLE, "holes"},
                   {PROBE_NOTE, "notes"},
                   {PROBE_HELD, "held"},
                   {PROBE_SKIPPED, "skipped"},
                   {PROBE_UNTRIED, "untried"}};
    cz_buffer_putc(out, '{');
    cz_json_member(out, "url", cz_bytes_of(url));
    cz_json_number(out, "requests", (int64_t)tally->requests);
    cz_json_number(out, "milliseconds", tally->milliseconds);
    cz_json_truth(out, "out_of_time", tally->out_of_time);
    for (size_t i = 0; i < CZ_COUNT(members); i++)
        cz_json_number(out, members[i].name, (int64_t)tally->findings[members[i].finding]);
    cz_json_name(out, "tries");
    cz_buffer_putc(out, '[');
    cz_buffer_bytes(out, cz_buffer_view(rows));
    cz_buffer_puts(out, "]}\n");
    if (rows->failed)
        cz_buffer_fail(out);
}
