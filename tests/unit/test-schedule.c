/* When a source is tried next: properties over many settings and moments, and the extremes. */
#include "../tap.h"

#include "base/cleanup.h"
#include "refresh/schedule.h"

#include <stdlib.h>

#define NOW INT64_C(1893456000)
#define HOUR INT64_C(3600)

static const struct schedule_settings usual = {
    .every = HOUR, .least = 30, .retry = 60, .retry_most = HOUR};

/* Reproducible, and different each time it is asked. */
static uint32_t any(void) {
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 32);
}

static int64_t success(int64_t this_update, int64_t next_update, uint32_t random) {
    return cz_schedule_after_success(&usual, NOW, this_update, true, next_update, random) - NOW;
}

static int64_t failure(unsigned failures, int64_t retry_after) {
    return cz_schedule_after_failure(&usual, NOW, failures, retry_after, 0) - NOW;
}

static void test_success(void) {
    tap_is_int(success(NOW, NOW + 7 * 24 * HOUR, 0), HOUR, "a week's list is asked for every hour");
    tap_is_int(success(NOW, NOW + HOUR, 0), HOUR - 7 * 60,
               "an hour's list with room for three tries that fail");
    tap_is_int(success(NOW, NOW + 600, 0), 300, "a short one at half of its life");
    tap_is_int(success(NOW - 23 * HOUR, NOW + HOUR, 0), 1800,
               "a day's list in its last hour at half of what is left");
    tap_is_int(success(NOW, NOW + 31, 0), 30, "a very short one not before the least");
    tap_is_int(success(NOW, NOW + 10, 0), 30, "nor the shortest");
    tap_is_int(success(NOW - HOUR, NOW - 1, 0), 60, "one that is out of date after `retry`");
    tap_is_int(cz_schedule_after_success(&usual, NOW, NOW, false, 0, 0) - NOW, HOUR,
               "one without nextUpdate every hour");
}

static void test_before_next_update(void) {
    bool before = true, after_now = true, not_too_soon = true, not_too_late = true;
    for (int i = 0; i < 200000; i++) {
        struct schedule_settings settings = {
            .every = 1 + any() % 100000,
            .least = 1 + any() % 300,
            .retry = 1 + any() % 1000,
            .retry_most = 1 + any() % 10000,
        };
        int64_t next_update = NOW + 1 + any() % (i % 2 ? 2000 : 2000000);
        int64_t at = cz_schedule_after_success(&settings, NOW, NOW - any() % 100000, true,
                                               next_update, any());
        before = before && (at < next_update || settings.least >= next_update - NOW);
        after_now = after_now && at > NOW;
        not_too_soon = not_too_soon && at - NOW >= settings.least;
        not_too_late = not_too_late && (at - NOW <= settings.every || at - NOW == settings.least);
    }
    tap_ok(before, "always before nextUpdate, where the least time leaves that");
    tap_ok(after_now, "always later than now");
    tap_ok(not_too_soon, "never before the least time");
    tap_ok(not_too_late, "never after the time of `every`");
}

static void test_jitter(void) {
    bool used[361] = {false};
    int64_t first = INT64_MAX, last = 0;
    int distinct = 0;
    for (int i = 0; i < 10000; i++) {
        int64_t delay = success(NOW, NOW + 7 * 24 * HOUR, any());
        first = delay < first ? delay : first;
        last = delay > last ? delay : last;
        if (delay >= HOUR - 360 && delay <= HOUR && !used[HOUR - delay]) {
            used[HOUR - delay] = true;
            distinct++;
        }
    }
    tap_is_int(first, HOUR - 360, "jitter begins at nine tenths");
    tap_is_int(last, HOUR, "and ends at the whole");
    tap_is_int(distinct, 361, "and every second between is used");
}

static void test_failure(void) {
    const int64_t expected[] = {60, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600};
    bool doubles = true, never_more = true, never_past = true;
    for (unsigned i = 0; i < CZ_COUNT(expected); i++)
        doubles = doubles && failure(i, -1) == expected[i];
    tap_ok(doubles, "the time doubles with each failure, up to the most");
    for (unsigned failures = 1; failures != 0; failures *= 2)
        for (int i = 0; i < 100; i++) {
            int64_t at =
                cz_schedule_after_failure(&usual, NOW, failures - (any() & 1), any(), any());
            never_more = never_more && at - NOW <= usual.retry_most;
            never_past = never_past && at - NOW >= usual.least;
        }
    tap_ok(never_more, "never later than the most, whatever the server asks for");
    tap_ok(never_past, "never before the least");
    tap_is_int(failure(1, 100), 100, "what the server asks for is obeyed");
    tap_is_int(failure(1, 10), 60, "unless it is sooner than we would");
    tap_is_int(failure(1, 999999), HOUR, "or later than the most");
    tap_is_int(failure(1, INT64_MAX), HOUR, "however much");
    tap_is_int(failure(1, INT64_MIN), 60, "or nothing");
    tap_is_int(failure(4294967295u, -1), HOUR, "four thousand million failures");
}

static void test_extremes(void) {
    static const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, -1,       0, 1,
                                       NOW,       INT64_MAX - 1, INT64_MAX};
    enum { COUNT = CZ_COUNT(extremes) };
    bool good = true;
    for (unsigned i = 0; i < 300000; i++) {
        int64_t pick[7];
        for (size_t k = 0; k < CZ_COUNT(pick); k++)
            pick[k] = extremes[any() % COUNT];
        struct schedule_settings settings = {pick[0], pick[1], pick[2], pick[3]};
        int64_t now = pick[4];
        int64_t success_at =
            cz_schedule_after_success(&settings, now, pick[5], i % 2, pick[6], any());
        int64_t failure_at = cz_schedule_after_failure(&settings, now, any(), pick[5], any());
        good = good && (success_at > now || now == INT64_MAX) &&
               (failure_at > now || now == INT64_MAX);
    }
    tap_ok(good, "extremes never overflow, and never give what is past");
}

/* --- the breaker --- */

static struct breaker *breaker;

static bool allows(const char *url, int64_t now) {
    int64_t again;
    return cz_breaker_allows(breaker, url, now, &again);
}

static void tell(const char *url, bool good, int64_t now, int times) {
    while (times-- > 0)
        cz_breaker_tell(breaker, url, good, now);
}

static void test_breaker(void) {
    const char *url = "http://crl.example/a.crl";
    int64_t again = 0;
    breaker = cz_breaker_new();
    tap_ok(allows(url, NOW), "a host that nothing is known of is asked");
    tell(url, false, NOW, CZ_BREAKER_FAILURES - 1);
    tap_ok(allows(url, NOW), "and one that failed less than five times");
    tell(url, true, NOW, 1);
    tell(url, false, NOW, CZ_BREAKER_FAILURES - 1);
    tap_ok(allows(url, NOW), "counted in a row");
    tell(url, false, NOW, 1);
    tap_ok(!cz_breaker_allows(breaker, url, NOW, &again), "but not after the fifth");
    tap_is_int(again - NOW, 60, "for a minute");
    tell(url, false, NOW + 10, 3);
    tap_ok(!allows(url, NOW + 59) && allows(url, NOW + 60),
           "which what is told meanwhile does not make longer");
    tap_ok(!cz_breaker_allows(breaker, url, NOW + 60, &again), "then one is let through, alone");
    tap_is_int(again - NOW, 120, "or another after as long, if nothing is told of it");
    tap_ok(allows(url, NOW + 120), "as it is");
    tell(url, false, NOW + 121, 1);
    tap_ok(!allows(url, NOW + 240) && allows(url, NOW + 241), "its failure doubles the time");
    tell(url, true, NOW + 241, 1);
    tap_ok(allows(url, NOW + 241) && allows(url, NOW + 241), "its success lets all through");
    tell(url, false, NOW + 300, CZ_BREAKER_FAILURES);
    tap_ok(!allows(url, NOW + 359) && allows(url, NOW + 360), "and begins anew with a minute");
    int64_t now = NOW + 360;
    for (int i = 0; i < 20; i++) {
        tell(url, false, now, 1);
        cz_breaker_allows(breaker, url, now, &again);
        tap_ok(again - now <= CZ_BREAKER_SECONDS_MOST, "never longer than the most: %lld",
               (long long)(again - now));
        now = again;
        allows(url, now);
    }
    tap_ok(allows(url, NOW), "a clock that was set back lets one through");
    cz_breaker_free(&breaker);
    tap_ok(breaker == NULL, "freed");
    cz_breaker_free(&breaker);
}

static void test_hosts(void) {
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"http://crl.example/a", "http://crl.example/b", true},
        {"http://crl.example", "http://crl.example?x", true},
        {"http://crl.example/a", "HTTP://CRL.Example/a", true},
        {"http://crl.example/a", "http://crl.example:80/a", true},
        {"http://crl.example/a", "http://crl.example:/a", true},
        {"http://user@crl.example/a", "http://crl.example/a", true},
        {"https://crl.example/a", "https://crl.example:443/a", true},
        {"ldap://crl.example/a", "ldap://crl.example:389/b", true},
        {"http://[::1]/a", "http://[::1]:80/a", true},
        {"http://crl.example/a", "http://crl.example:81/a", false},
        {"http://crl.example/a", "https://crl.example/a", false},
        {"http://[::1]/a", "http://[::2]/a", false},
        {"http://[::1]:80/a", "http://[::1]:81/a", false},
        {"http://crl.example/a", "http://ocsp.example/a", false},
        {"http://a/http://crl.example/", "http://crl.example/", false},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        breaker = cz_breaker_new();
        tell(cases[i].a, false, NOW, CZ_BREAKER_FAILURES);
        tap_ok(!allows(cases[i].a, NOW) && allows(cases[i].b, NOW) != cases[i].same,
               "%s and %s are %s", cases[i].a, cases[i].b, cases[i].same ? "one" : "two");
        cz_breaker_free(&breaker);
    }
}

static void test_bounds(void) {
    static char url[2000] = "http://";
    int64_t again = 0;
    memset(url + 7, 'a', sizeof url - 8);
    breaker = cz_breaker_new();
    const char *const hostless[] = {"", "http:", "http://", "http:///a", "nonsense", url};
    bool good = true;
    for (size_t i = 0; i < CZ_COUNT(hostless); i++) {
        tell(hostless[i], false, NOW, 10);
        good = good && allows(hostless[i], NOW);
    }
    tap_ok(good, "what has no host is not counted");
    for (int i = 0; i < 5000; i++) {
        snprintf(url, sizeof url, "http://h%d.example/", i);
        tell(url, false, NOW + i, CZ_BREAKER_FAILURES);
        good = good && !allows(url, NOW + i);
    }
    tap_ok(good, "thousands of hosts are counted one after the other");
    tap_ok(allows("http://h0.example/", NOW + 1), "the oldest are forgotten");
    tell("http://h0.example/", false, INT64_MAX, CZ_BREAKER_FAILURES);
    tap_ok(cz_breaker_allows(breaker, "http://h0.example/", INT64_MAX, &again),
           "the end of time passes");
    cz_breaker_free(&breaker);
}

int main(void) {
    test_success();
    test_before_next_update();
    test_jitter();
    test_failure();
    test_extremes();
    test_breaker();
    test_hosts();
    test_bounds();
    return tap_done();
}
