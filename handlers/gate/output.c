#include "output.h"

#include "base/variables.h"
#include "server/program.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#define PIECE 65536u

void gate_body_drain(char *const *variables) {
    static char piece[PIECE];
    const char *length = cz_variable(variables, "CONTENT_LENGTH");
    unsigned long long left = strtoull(length, NULL, 10);
    if (length[0] == '\0' && cz_variable(variables, "HTTP_TRANSFER_ENCODING")[0] != '\0')
        left = UINT64_MAX;
    while (left > 0) {
        ssize_t got = read(STDIN_FILENO, piece, left < PIECE ? (size_t)left : PIECE);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        left -= (unsigned long long)got;
    }
}

static bool copy(int file, struct gate_range range) {
    static char piece[PIECE];
    while (range.length > 0) {
        size_t wanted = range.length < PIECE ? (size_t)range.length : PIECE;
        ssize_t got = pread(file, piece, wanted, (off_t)range.first);
        if (got <= 0 || !cz_write_all(STDOUT_FILENO, piece, (size_t)got))
            return false;
        range.first += (uint64_t)got;
        range.length -= (uint64_t)got;
    }
    return true;
}

bool gate_reply_write(const struct gate_reply *reply, int file) {
    size_t start = 0;
    for (size_t i = 0; i < reply->count; i++) {
        const struct gate_piece *piece = &reply->pieces[i];
        if (!cz_write_all(STDOUT_FILENO, reply->text.data + start, piece->text_end - start) ||
            !copy(file, piece->range))
            return false;
        start = piece->text_end;
    }
    return true;
}
