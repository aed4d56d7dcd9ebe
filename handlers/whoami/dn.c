#include "dn.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_hex(char c) {
    return c != '\0' && strchr("0123456789abcdefABCDEF", c) != NULL;
}

/* Appends one character of a value and returns what follows it. */
static const char *take_character(const char *at, struct buffer *value) {
    if (*at == '\\' && is_hex(at[1]) && is_hex(at[2])) {
        char digits[] = {at[1], at[2], '\0'};
        cz_buffer_putc(value, (char)strtol(digits, NULL, 16));
        return at + 3;
    }
    if (*at == '\\' && at[1] != '\0')
        at++;
    cz_buffer_putc(value, *at);
    return at + 1;
}

static bool is_one_of(const char *type, size_t len, const char *const *types) {
    for (; *types != NULL; types++)
        if (strlen(*types) == len && strncasecmp(*types, type, len) == 0)
            return true;
    return false;
}

bool whoami_dn_find(const char *dn, const char *const *types, struct buffer *value) {
    while (*dn != '\0') {
        dn += strspn(dn, " ,+");
        size_t len = strcspn(dn, "=");
        if (dn[len] == '\0')
            break;
        const char *start = dn + len + 1;
        bool wanted = is_one_of(dn, len, types) && *start != '#';
        cz_buffer_clear(value);
        for (dn = start; *dn != '\0' && *dn != ',' && *dn != '+';)
            dn = take_character(dn, value);
        if (wanted && value->len > 0)
            return true;
    }
    cz_buffer_clear(value);
    return false;
}
