/* A folder of a test's own below the working directory, and files in it. */
#ifndef CERTAUTHZ_TESTS_UNIT_SCRATCH_H
#define CERTAUTHZ_TESTS_UNIT_SCRATCH_H

#include "support.h"

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
