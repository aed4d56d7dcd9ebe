#include "server/program.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* A closed standard descriptor would be given to the next file or socket opened, and messages
 * would be written into it. */
static void fill_standard_descriptors(void) {
    int fd;
    do
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    cz_close_fd(&fd);
}

/* A log that cannot be written is an error of the write, and does not end the program: neither the
 * pipe that nobody reads, nor the file that may not grow. */
static void ignore_signals_of_writing(void) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

void cz_program_prepare(void) {
    fill_standard_descriptors();
    ignore_signals_of_writing();
}

void cz_program_yield(void) {
    if (getpriority(PRIO_PROCESS, 0) < CZ_YIELDING)
        setpriority(PRIO_PROCESS, 0, CZ_YIELDING);
}

bool cz_write_all(int fd, const void *data, size_t len) {
    const char *at = data;
    while (len > 0) {
        ssize_t written = write(fd, at, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        len -= (size_t)written;
    }
    return true;
}

/* The parent is looked at last: one that ends before the kernel is told sends nothing. */
bool cz_program_follow_parent(pid_t parent, struct error *error) {
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
        return cz_error_set(error, "--leave-with-parent: %s", strerror(errno));
    return getppid() == parent ||
           cz_error_set(error,
                        "--leave-with-parent: process %ld, which started this one, has "
                        "ended already",
                        (long)parent);
}
