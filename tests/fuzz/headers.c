#include "fuzz.h"

static bool is_name(uint8_t c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static bool line_is_sound(struct bytes line) {
    size_t name = 0;
    while (name < line.len && is_name(line.data[name]))
        name++;
    if (name == 0 || line.len < name + 3 || memcmp(line.data + name, ": ", 2) != 0)
        return false;
    for (size_t i = name; i < line.len; i++)
        if (line.data[i] < 0x20 || line.data[i] == 0x7f)
            return false;
    return true;
}

bool fuzz_headers_are_sound(struct bytes headers) {
    while (headers.len > 0) {
        const uint8_t *end = memmem(headers.data, headers.len, "\r\n", 2);
        if (end == NULL)
            return false;
        size_t len = (size_t)(end - headers.data);
        if (!line_is_sound((struct bytes){.data = headers.data, .len = len}))
            return false;
        headers.data += len + 2;
        headers.len -= len + 2;
    }
    return true;
}
