/*
 * Times are seconds since 1970-01-01T00:00:00Z without leap seconds, as a value:
 * nothing here reads a clock. Years 0000 to 9999, proleptic Gregorian.
 */
#ifndef CERTAUTHZ_BASE_CALENDAR_H
#define CERTAUTHZ_BASE_CALENDAR_H

#include "base/buffer.h"
#include "base/bytes.h"

struct civil_time {
    int year, month, day, hour, minute, second; /* month and day from 1 */
};

/* False where a field is out of range (a leap second is). */
bool cz_civil_to_seconds(const struct civil_time *civil, int64_t *seconds);
struct civil_time cz_civil_from_seconds(int64_t seconds);

/* 2026-01-02T03:04:05Z (RFC 3339); nothing else is accepted. */
bool cz_time_parse(struct bytes text, int64_t *seconds);
void cz_time_append(struct buffer *out, int64_t seconds);

/* So many seconds, no fewer than 0, after the time; INT64_MAX where that is later still. */
int64_t cz_time_later(int64_t time, int64_t seconds);

#endif
