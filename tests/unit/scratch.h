/* A folder of a test's own below the working directory, and files in it. */
#ifndef CERTAUTHZ_TESTS_UNIT_SCRATCH_H
#define CERTAUTHZ_TESTS_UNIT_SCRATCH_H

#include "support.h"

#include "base/cleanup.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char scratch[] = "test-scratch.XXXXXX";

/* To be called first. */
__attribute__((unused)) static void scratch_open(void) {
    if (mkdtemp(scratch) == NULL)
        support_die("no folder can be made");
}

__attribute__((unused)) static const char *scratch_path(const char *name) {
    return support_text("%s/%s", scratch, name);
}

__attribute__((unused)) static void scratch_write(const char *name, const char *text) {
    FILE *stream = fopen(scratch_path(name), "w");
    if (stream == NULL || fputs(text, stream) == EOF || fclose(stream) != 0)
        support_die("%s cannot be written", name);
}

/* Whole and at once, as editors do it. */
__attribute__((unused)) static void scratch_replace(const char *name, const char *text) {
    scratch_write("replacement", text);
    if (rename(scratch_path("replacement"), scratch_path(name)) != 0)
        support_die("%s cannot be replaced", name);
}

/* What was logged to the file "log" since the last call: each line's level and message, a line
 * each. */
__attribute__((unused)) static const char *scratch_logged(void) {
    static off_t seen;
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    FILE *stream = fopen(scratch_path("log"), "r");
    char line[4096], level[20], message[2048];
    if (stream == NULL || fseeko(stream, seen, SEEK_SET) != 0)
        support_die("the log cannot be read");
    while (fgets(line, sizeof line, stream) != NULL) {
        const char *rest = strstr(line, "\"level\":\"");
        if (rest == NULL ||
            sscanf(rest, "\"level\":\"%19[a-z]\",\"message\":\"%2047[^\"]", level, message) != 2)
            support_die("what is this line? %s", line);
        cz_buffer_printf(&out, "%s: %s\n", level, message);
    }
    seen = ftello(stream);
    fclose(stream);
    return support_text("%s", cz_buffer_text(&out));
}

/* A Unix socket that listens there. */
__attribute__((unused)) static int scratch_listener(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 5) != 0)
        support_die("%s: cannot be made", path);
    return fd;
}

__attribute__((unused)) static void scratch_close(void) {
    if (system(support_text("rm -rf -- %s", scratch)) != 0)
        support_die("%s cannot be removed", scratch);
}

#endif
