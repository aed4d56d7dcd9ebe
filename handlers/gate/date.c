#include "date.h"

#include "base/calendar.h"
#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

static const char days[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; /* from 1970 */
static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

#define DAY_SECONDS 86400

static const char *day_of(int64_t seconds) {
    int64_t day = (seconds - (seconds < 0 ? DAY_SECONDS - 1 : 0)) / DAY_SECONDS;
    return days[((day % 7) + 7) % 7];
}

void gate_date_append(struct buffer *out, int64_t seconds) {
    struct civil_time civil = cz_civil_from_seconds(seconds);
    cz_buffer_printf(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", day_of(seconds), civil.day,
                     months[civil.month - 1], civil.year, civil.hour, civil.minute, civil.second);
}

/* What is written again as it was read is a date, and nothing else is. */
bool gate_date_parse(const char *text, int64_t *seconds) {
    CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
    struct civil_time civil = {0};
    char day[4], month[4];
    if (sscanf(text, "%3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT", day, &civil.day, month,
               &civil.year, &civil.hour, &civil.minute, &civil.second) != 7)
        return false;
    for (size_t i = 0; i < CZ_COUNT(months); i++)
        if (strcmp(months[i], month) == 0)
            civil.month = (int)i + 1;
    if (!cz_civil_to_seconds(&civil, seconds))
        return false;
    gate_date_append(&again, *seconds);
    return !again.failed && strcmp(cz_buffer_text(&again), text) == 0;
}
