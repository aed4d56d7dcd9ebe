#include "refresh/fetch_shown.h"

#include <string.h>

const char *cz_fetch_shown(const char *url, char shown[FETCH_SHOWN]) {
    static const char more[] = "...";
    size_t len = 0;
    for (; url[len] != '\0' && len < FETCH_SHOWN - sizeof more; len++)
        shown[len] = url[len] > ' ' && url[len] < 0x7f ? url[len] : '?';
    memcpy(shown + len, more, sizeof more);
    if (url[len] == '\0')
        shown[len] = '\0';
    return shown;
}
