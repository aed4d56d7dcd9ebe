#include "base/calendar.h"

#define SECONDS_PER_DAY 86400

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 0000-03-01, counted in years that begin in March so that the leap day is
 * the last of its year; 719468 of them lie before 1970-01-01. */
static int64_t days_from_civil(int year, int month, int day) {
    int64_t y = month > 2 ? year : year - 1;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

bool cz_civil_to_seconds(const struct civil_time *civil, int64_t *seconds) {
    if (civil->year < 0 || civil->year > 9999 || civil->month < 1 || civil->month > 12 ||
        civil->day < 1 || civil->day > days_in_month(civil->year, civil->month) ||
        civil->hour < 0 || civil->hour > 23 || civil->minute < 0 || civil->minute > 59 ||
        civil->second < 0 || civil->second > 59)
        return false;
    *seconds = days_from_civil(civil->year, civil->month, civil->day) * SECONDS_PER_DAY +
               civil->hour * 3600 + civil->minute * 60 + civil->second;
    return true;
}

struct civil_time cz_civil_from_seconds(int64_t seconds) {
    int64_t days = seconds / SECONDS_PER_DAY;
    int64_t rest = seconds % SECONDS_PER_DAY;
    if (rest < 0) {
        rest += SECONDS_PER_DAY;
        days--;
    }
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    return (struct civil_time){.year = (int)(year_of_era + era * 400 + (month <= 2)),
                               .month = month,
                               .day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1),
                               .hour = (int)(rest / 3600),
                               .minute = (int)(rest / 60 % 60),
                               .second = (int)(rest % 60)};
}

static bool read_number(struct bytes text, size_t at, size_t digits, int *number) {
    *number = 0;
    for (size_t i = at; i < at + digits; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *number = *number * 10 + (text.data[i] - '0');
    }
    return true;
}

bool cz_time_parse(struct bytes text, int64_t *seconds) {
    static const char form[] = "0000-00-00T00:00:00Z";
    if (text.len != sizeof form - 1)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (form[i] != '0' && text.data[i] != form[i])
            return false;
    struct civil_time civil;
    return read_number(text, 0, 4, &civil.year) && read_number(text, 5, 2, &civil.month) &&
           read_number(text, 8, 2, &civil.day) && read_number(text, 11, 2, &civil.hour) &&
           read_number(text, 14, 2, &civil.minute) && read_number(text, 17, 2, &civil.second) &&
           cz_civil_to_seconds(&civil, seconds);
}

static char *two_digits(char *at, int number) {
    at[0] = (char)('0' + number / 10 % 10);
    at[1] = (char)('0' + number % 10);
    return at + 2;
}

void cz_time_append(struct buffer *out, int64_t seconds) {
    struct civil_time civil = cz_civil_from_seconds(seconds);
    char text[20];
    char *at = two_digits(text, civil.year / 100);
    at = two_digits(at, civil.year);
    *at++ = '-';
    at = two_digits(at, civil.month);
    *at++ = '-';
    at = two_digits(at, civil.day);
    *at++ = 'T';
    at = two_digits(at, civil.hour);
    *at++ = ':';
    at = two_digits(at, civil.minute);
    *at++ = ':';
    at = two_digits(at, civil.second);
    *at++ = 'Z';
    cz_buffer_append(out, text, sizeof text);
}

int64_t cz_time_later(int64_t time, int64_t seconds) {
    return time > INT64_MAX - seconds ? INT64_MAX : time + seconds;
}
