/* The table of reasons, and the trace. */
#include "../tap.h"

#include "base/cleanup.h"
#include "reason/reason.h"
#include "reason/trace.h"

#include <stdlib.h>

static void check_reason(enum reason reason) {
    const struct reason_info *info = cz_reason_info(reason);
    if (!tap_ok(info->slug != NULL && info->phrase != NULL && info->sentence != NULL,
                "reason %d is told of", reason))
        return;
    size_t len = strlen(info->slug), sentence = strlen(info->sentence);
    tap_ok(len > 0 && strspn(info->slug, "abcdefghijklmnopqrstuvwxyz-") == len &&
               info->slug[0] != '-' && info->slug[len - 1] != '-',
           "%s has only small letters and hyphens", info->slug);
    tap_ok(sentence > 1 && info->sentence[sentence - 1] == '.' && info->sentence[0] >= 'A' &&
               info->sentence[0] <= 'Z' && strpbrk(info->sentence, "\r\n\t") == NULL,
           "%s has a sentence that ends with a full stop", info->slug);
    tap_ok((info->status == 200) == (reason == REASON_GRANTED), "%s has status %d", info->slug,
           info->status);
    bool server = reason == REASON_UNDECIDED || reason == REASON_INTERNAL_ERROR ||
                  reason == REASON_LOG_UNAVAILABLE;
    tap_ok(reason == REASON_GRANTED || info->status == (server ? 500 : 403),
           "%s refuses with 403, or 500 where it is our own fault", info->slug);
    static const char *const phrases[] = {"OK", "Forbidden", "Internal Server Error"};
    tap_is(info->phrase,
           phrases[info->status == 200   ? 0
                   : info->status == 403 ? 1
                                         : 2],
           "with its phrase");
    for (enum reason other = 0; other < reason; other++)
        if (strcmp(cz_reason_info(other)->slug, info->slug) == 0)
            tap_ok(false, "%s is there twice", info->slug);
}

static void test_reasons(void) {
    for (enum reason reason = 0; reason < REASON_COUNT; reason++)
        check_reason(reason);
    const struct reason_info *internal = cz_reason_info(REASON_INTERNAL_ERROR);
    tap_ok(cz_reason_info(REASON_COUNT) == internal &&
               cz_reason_info((enum reason) - 1) == internal &&
               cz_reason_info((enum reason)100000) == internal,
           "what is no reason is an internal error");
    tap_is(cz_reason_info(REASON_GRANTED)->slug, "granted", "granted");
    tap_is(cz_reason_info(REASON_UNDECIDED)->slug, "undecided", "the zero value is undecided");
}

static void test_names(void) {
    for (enum check a = 0; a < CHECK_COUNT; a++) {
        bool unique = true;
        for (enum check b = 0; b < a; b++)
            unique &= strcmp(cz_check_name(a), cz_check_name(b)) != 0;
        tap_ok(unique && strcmp(cz_check_name(a), "unknown") != 0, "the check %s has its name",
               cz_check_name(a));
    }
    tap_is(cz_check_name(CHECK_COUNT), "unknown", "what is no check is unknown");
    tap_is(cz_check_name((enum check) - 1), "unknown", "nor is this");
    tap_is(cz_outcome_name(OUTCOME_UNKNOWN), "unknown", "unknown");
    tap_is(cz_outcome_name(OUTCOME_PASSED), "passed", "passed");
    tap_is(cz_outcome_name(OUTCOME_FAILED), "failed", "failed");
    tap_is(cz_outcome_name(OUTCOME_SKIPPED), "skipped", "skipped");
    tap_is(cz_outcome_name((enum outcome)9), "unknown", "anything else");
}

static void entry_is(const struct trace_entry *entry, enum check check, enum outcome outcome,
                     enum reason reason, int depth, const char *detail, const char *name) {
    tap_ok(entry->check == check && entry->outcome == outcome && entry->reason == reason &&
               entry->depth == depth && entry->detail == detail,
           "%s", name);
}

static void test_trace(void) {
    static struct trace trace, more;
    static const char why[] = "why";
    cz_trace_passed(&trace, CHECK_RULE, CZ_NO_DEPTH);
    cz_trace_skipped(&trace, CHECK_USE, 0, why);
    tap_is_int(cz_trace_failed(&trace, CHECK_SIGNATURE, 2, REASON_BAD_SIGNATURE, why),
               REASON_BAD_SIGNATURE, "a failed check gives its reason back");
    entry_is(&trace.entries[0], CHECK_RULE, OUTCOME_PASSED, REASON_UNDECIDED, CZ_NO_DEPTH, NULL,
             "what passed");
    entry_is(&trace.entries[1], CHECK_USE, OUTCOME_SKIPPED, REASON_UNDECIDED, 0, why,
             "what was skipped");
    entry_is(&trace.entries[2], CHECK_SIGNATURE, OUTCOME_FAILED, REASON_BAD_SIGNATURE, 2, why,
             "what failed");
    cz_trace_passed(&more, CHECK_TYPE, 0);
    cz_trace_append(&trace, &more);
    tap_ok(trace.count == 4 && trace.entries[3].check == CHECK_TYPE && !trace.truncated,
           "another trace is put behind");
    while (trace.count < CZ_TRACE_MAX)
        cz_trace_passed(&trace, CHECK_TYPE, 0);
    tap_ok(!trace.truncated, "a full trace is not cut");
    tap_is_int(cz_trace_failed(&trace, CHECK_SIGNATURE, 2, REASON_EXPIRED, why), REASON_EXPIRED,
               "one that is full gives the reason all the same");
    tap_ok(trace.truncated && trace.count == CZ_TRACE_MAX, "and says that it was cut");
    static struct trace fresh;
    more.count = 0;
    more.truncated = true;
    cz_trace_append(&fresh, &more);
    tap_ok(fresh.truncated, "the one behind hands that on");
}

int main(void) {
    test_reasons();
    test_names();
    test_trace();
    return tap_done();
}
