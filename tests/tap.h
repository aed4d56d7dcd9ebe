/*
 * The Test Anything Protocol for our test programs: each check prints one line, and
 * tap_done() the plan. A program ends with `return tap_done();`.
 */
#ifndef CERTAUTHZ_TESTS_TAP_H
#define CERTAUTHZ_TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failures;

__attribute__((format(printf, 2, 3), unused)) static bool tap_ok(bool passed, const char *name,
                                                                 ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, name);
    vsnprintf(text, sizeof text, name, arguments);
    va_end(arguments);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '#' || *c == '\n' || *c == '\r')
            *c = ' ';
    printf("%sok %d - %s\n", passed ? "" : "not ", ++tap_count, text);
    tap_failures += !passed;
    return passed;
}

/* Compares texts; shows both where they differ. */
__attribute__((unused)) static bool tap_is(const char *got, const char *expected,
                                           const char *name) {
    bool same = got != NULL && expected != NULL && strcmp(got, expected) == 0;
    if (!tap_ok(same, "%s", name))
        printf("#      got: %s\n# expected: %s\n", got ? got : "(null)",
               expected ? expected : "(null)");
    return same;
}

__attribute__((unused)) static bool tap_is_int(long long got, long long expected,
                                               const char *name) {
    bool same = got == expected;
    if (!tap_ok(same, "%s", name))
        printf("#      got: %lld\n# expected: %lld\n", got, expected);
    return same;
}

__attribute__((unused)) static int tap_done(void) {
    printf("1..%d\n", tap_count);
    return tap_failures == 0 && tap_count > 0 ? 0 : 1;
}

#endif
