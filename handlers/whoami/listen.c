#include "listen.h"

#include "base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define BACKLOG 1024 /* the web server answers 500 where it is full */

/* Removes what an earlier run left behind, and nothing else. */
static bool remove_stale(const struct sockaddr_un *address, struct error *error) {
    struct stat status;
    if (lstat(address->sun_path, &status) != 0)
        return errno == ENOENT || cz_error_set(error, "%s: %s", address->sun_path, strerror(errno));
    if (!S_ISSOCK(status.st_mode))
        return cz_error_set(error, "%s exists and is not a socket", address->sun_path);
    CZ_CLEANUP(cz_close_fd) int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(probe, (const struct sockaddr *)address, sizeof *address) == 0)
        return cz_error_set(error, "%s is in use by a running program", address->sun_path);
    if (errno != ECONNREFUSED || unlink(address->sun_path) != 0)
        return cz_error_set(error, "%s: %s", address->sun_path, strerror(errno));
    return true;
}

bool whoami_listen(const char *path, int *fd, struct error *error) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path[0] == '\0' || strlen(path) >= sizeof address.sun_path)
        return cz_error_set(error, "the socket path must have 1 to %zu bytes: %s",
                            sizeof address.sun_path - 1, path);
    strcpy(address.sun_path, path);
    if (!remove_stale(&address, error))
        return false;
    CZ_CLEANUP(cz_close_fd) int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* The mode is right from the first moment: a chmod afterwards would leave a gap. */
    mode_t umask_before = umask(0117);
    bool bound =
        listening >= 0 && bind(listening, (const struct sockaddr *)&address, sizeof address) == 0;
    umask(umask_before);
    if (!bound || listen(listening, BACKLOG) != 0)
        return cz_error_set(error, "%s: %s", path, strerror(errno));
    *fd = listening;
    listening = -1;
    return true;
}
