#include "refresh/schedule.h"

#define TRIES 7 /* 1 + 2 + 4: room for three tries that fail, at the pace of the back-off */

/* a + b, or the end of the range that it would have left. */
static int64_t add(int64_t a, int64_t b) {
    int64_t sum;
    return !__builtin_add_overflow(a, b, &sum) ? sum : b < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t subtract(int64_t a, int64_t b) {
    int64_t difference;
    return !__builtin_sub_overflow(a, b, &difference) ? difference : b < 0 ? INT64_MAX : INT64_MIN;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t times(int64_t a, int64_t factor) {
    int64_t product;
    return __builtin_mul_overflow(a, factor, &product) ? INT64_MAX : product;
}

/* Between nine and ten tenths of it. */
static int64_t spread(int64_t delay, uint32_t random) {
    int64_t room = delay / 10;
    return room <= 0 ? delay : delay - (int64_t)((uint64_t)random % ((uint64_t)room + 1));
}

/* Settings that make no sense are taken for the nearest that do. */
static struct schedule_settings sane(const struct schedule_settings *settings) {
    struct schedule_settings good;
    good.least = larger(settings->least, 1);
    good.every = larger(settings->every, good.least);
    good.retry = larger(settings->retry, good.least);
    good.retry_most = larger(settings->retry_most, good.retry);
    return good;
}

int64_t cz_schedule_after_success(const struct schedule_settings *settings, int64_t now,
                                  int64_t this_update, bool has_next_update, int64_t next_update,
                                  uint32_t random) {
    struct schedule_settings good = sane(settings);
    int64_t delay = good.every;
    int64_t left = has_next_update ? subtract(next_update, now) : INT64_MAX;
    if (left <= 0) { /* it was out of date when it came: the next one may be there at any time */
        delay = smaller(good.every, good.retry);
    } else if (has_next_update) {
        int64_t life = larger(subtract(next_update, this_update), left);
        int64_t reserve = larger(times(good.retry, TRIES), life / 10);
        reserve = larger(smaller(reserve, left / 2), 1);
        delay = smaller(good.every, left - reserve);
    }
    return add(now, larger(spread(delay, random), good.least));
}

int64_t cz_schedule_after_failure(const struct schedule_settings *settings, int64_t now,
                                  unsigned failures, int64_t retry_after, uint32_t random) {
    struct schedule_settings good = sane(settings);
    unsigned doublings = failures > 1 ? failures - 1 : 0;
    int64_t delay = doublings < 62 ? times(good.retry, INT64_C(1) << doublings) : INT64_MAX;
    delay = spread(smaller(delay, good.retry_most), random);
    delay = larger(delay, smaller(retry_after, good.retry_most));
    return add(now, larger(delay, good.least));
}
