#include "url.h"

#include "base/cleanup.h"
#include "request/target.h"

static bool is_plain(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("/-._~!$&'()*+,;=:@", c) != NULL);
}

void gate_url_encode(struct buffer *out, struct bytes path) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < path.len; i++) {
        uint8_t c = path.data[i];
        const char escape[] = {'%', digits[c >> 4], digits[c & 15]};
        if (is_plain(c))
            cz_buffer_putc(out, (char)c);
        else
            cz_buffer_append(out, escape, sizeof escape);
    }
}

const char *gate_url_problem(struct bytes path) {
    CZ_CLEANUP(cz_buffer_release) struct buffer encoded = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
    gate_url_encode(&encoded, path);
    const char *problem = cz_target_path(cz_buffer_view(&encoded), &again);
    if (encoded.failed || again.failed)
        return "out of memory";
    if (problem != NULL)
        return problem;
    return cz_bytes_equal(cz_buffer_view(&again), path) ? NULL : "empty segments or dots";
}
