#include "cgi.h"

#include "answer.h"
#include "base/cleanup.h"
#include "base/variables.h"
#include "claims.h"
#include "server/program.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

struct body {
    bool broken;   /* CONTENT_LENGTH is no number */
    uint64_t left; /* bytes that may still be read */
};

/* An absurdly long number stays just above the limit: the answer is "too large". */
static bool parse_length(const char *text, uint64_t *length) {
    *length = 0;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c < '0' || *c > '9')
            return false;
        *length = *length * 10 + (uint64_t)(*c - '0');
        if (*length > WHOAMI_BODY_LIMIT)
            *length = WHOAMI_BODY_LIMIT + 1;
    }
    return text[0] != '\0';
}

static struct body find_body(char *const *variables) {
    const char *length = cz_variable(variables, "CONTENT_LENGTH");
    const char *method = cz_variable(variables, "REQUEST_METHOD");
    struct body body = {0};
    if (length[0] != '\0')
        body.broken = !parse_length(length, &body.left);
    else if (strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0)
        body.left = UINT64_MAX; /* a chunked request: up to the end of the file */
    return body;
}

static ssize_t read_stdin(void *source, void *data, size_t size) {
    struct body *body = source;
    if (body->broken)
        return -1;
    size_t wanted = body->left < size ? (size_t)body->left : size;
    if (wanted == 0)
        return 0;
    ssize_t got;
    do {
        got = read(STDIN_FILENO, data, wanted);
    } while (got < 0 && errno == EINTR);
    if (got > 0)
        body->left -= (uint64_t)got;
    return got;
}

bool whoami_cgi(char *const *variables) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    struct body body = find_body(variables);
    whoami_answer(&reply, variables, read_stdin, &body);
    return !reply.failed && cz_write_all(STDOUT_FILENO, cz_buffer_text(&reply), reply.len);
}
