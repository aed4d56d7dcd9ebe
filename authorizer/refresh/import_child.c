#include "refresh/import.h"

#include "refresh/refresher.h"
#include "server/rest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

_Static_assert(sizeof(struct import_message) <= PIPE_BUF, "a message is written whole");

static void say(int tell_to, size_t number, const struct imported *imported) {
    struct import_message message;
    ssize_t written;
    memset(&message, 0, sizeof message); /* the gaps too: all of it leaves this process */
    message.number = number;
    if (imported != NULL) {
        message.imported.result = imported->result;
        memcpy(message.imported.sha256, imported->sha256, sizeof imported->sha256);
        memcpy(&message.imported.error, &imported->error, sizeof imported->error);
    }
    do
        written = write(tell_to, &message, sizeof message);
    while (written < 0 && errno == EINTR);
    if (written != (ssize_t)sizeof message)
        _exit(EXIT_FAILURE);
}

void cz_import_tell(int tell_to, size_t number, const struct imported *imported) {
    say(tell_to, number, imported);
}

/* Whoever waits for the end of a connection would wait for ours too. */
static void close_others(int tell_to, int lock) {
    unsigned low = (unsigned)(tell_to < lock ? tell_to : lock);
    unsigned high = (unsigned)(tell_to < lock ? lock : tell_to);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDOUT_FILENO);
    }
    close_range(STDERR_FILENO + 1, low - 1, 0);
    close_range(low + 1, high - 1, 0);
    close_range(high + 1, UINT_MAX, 0);
}

/* It has to end with its parent: another one may then take the lock and write. The signals that end
 * the parent are blocked here if they are there, as it sees to our end by itself, and should not
 * hear of it before it hears of its own. */
_Noreturn void cz_import_child(struct refresher *refresher, const struct import *import,
                               int tell_to, pid_t parent) {
    const struct imports *imports = &refresher->imports;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(EXIT_FAILURE);
    close_others(tell_to, cz_keeper_lock_fd(refresher->keeper));
    if (!imports->hurry) {
        cz_rest_behind_all();
        cz_rest_begin(imports->hurried);
    }
    import->kind->work(refresher, import, tell_to);
    say(tell_to, CZ_IMPORT_END, NULL);
    _exit(EXIT_SUCCESS);
}
