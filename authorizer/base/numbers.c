#include "base/numbers.h"

#include <stdlib.h>

static int compare(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

void cz_numbers_sort(uint32_t *numbers, size_t count) {
    if (count > 0)
        qsort(numbers, count, sizeof *numbers, compare);
}

bool cz_numbers_hold(const uint32_t *numbers, size_t count, uint32_t number) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (numbers[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && numbers[low] == number;
}
