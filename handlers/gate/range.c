#include "range.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A number so large that it wraps is taken for the largest. */
static bool read_number(const char **text, uint64_t *number) {
    const char *start = *text;
    *number = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        uint64_t digit = (uint64_t)(**text - '0');
        *number = *number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *number * 10 + digit;
    }
    return *text > start;
}

/* One of the list: `first-`, `first-last` or `-length`. False where it is none. A range of no
 * bytes, or behind the end, has a length of 0. */
static bool read_range(const char **text, uint64_t size, struct gate_range *range) {
    uint64_t first = 0, last = UINT64_MAX;
    bool has_first = read_number(text, &first);
    if (**text != '-')
        return false;
    (*text)++;
    bool has_last = read_number(text, &last);
    if (!has_last && !has_first)
        return false;
    if (!has_last)
        last = UINT64_MAX;
    if (!has_first) {
        first = last < size ? size - last : 0;
        last = UINT64_MAX;
    } else if (last < first) {
        return false;
    }
    uint64_t end = last < size ? last + 1 : size;
    *range = (struct gate_range){.first = first, .length = first < end ? end - first : 0};
    return true;
}

/* False where the list is not well-formed or has too many. Those outside the file are left out. */
static bool read_list(struct gate_wish *wish, const char *text, uint64_t size) {
    uint64_t total = 0;
    for (;;) {
        struct gate_range range;
        text += strspn(text, " \t");
        if (!read_range(&text, size, &range))
            return false;
        if (range.length > 0 && wish->count == GATE_RANGES_MAX)
            return false;
        if (range.length > 0)
            wish->ranges[wish->count++] = range;
        if (range.length > size - total)
            return false;
        total += range.length;
        text += strspn(text, " \t");
        if (*text != ',')
            return *text == '\0';
        text++;
    }
}

void gate_ranges_read(struct gate_wish *wish, const char *header, uint64_t size) {
    static const char unit[] = "bytes=";
    if (strncasecmp(header, unit, sizeof unit - 1) != 0)
        return;
    if (read_list(wish, header + sizeof unit - 1, size))
        wish->wanted = wish->count > 0 ? GATE_PARTS : GATE_OUT_OF_RANGE;
    else
        wish->count = 0;
}
