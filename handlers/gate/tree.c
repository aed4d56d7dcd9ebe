#include "tree.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/syscall.h>

/* No dot files, nothing that begins with dots, and no segment without a name; a slash may end it.
 */
static bool is_served(const char *relative) {
    for (const char *segment = relative; segment != NULL && segment[0] != '\0';) {
        const char *slash = strchr(segment, '/');
        if (segment[0] == '.' || segment[0] == '/')
            return false;
        segment = slash != NULL ? slash + 1 : NULL;
    }
    return true;
}

static int open_beneath(int root, const char *relative) {
    struct open_how how = {.flags = O_PATH | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, root, relative, &how, sizeof how);
}

/* Segment by segment, through no link at all: what is found there is the link itself. */
static int open_by_steps(int root, const char *relative) {
    CZ_CLEANUP(cz_free_ptr) char *name = strdup(relative);
    char *rest = name;
    int at = name != NULL ? openat(root, ".", O_PATH | O_CLOEXEC) : -1;
    for (const char *segment; at >= 0 && (segment = strsep(&rest, "/")) != NULL;) {
        int next = openat(at, segment[0] != '\0' ? segment : ".", O_PATH | O_NOFOLLOW | O_CLOEXEC);
        int cause = errno;
        close(at);
        errno = cause;
        at = next;
    }
    return at;
}

static int open_below(int root, const char *relative, bool by_steps) {
    int fd = by_steps ? -1 : open_beneath(root, relative);
    /* ENOSYS: an old kernel; EPERM: a sandbox that does not know the call */
    if (by_steps || (fd < 0 && (errno == ENOSYS || errno == EPERM)))
        return open_by_steps(root, relative);
    return fd;
}

/* Where a file stands in the way, it may be a program, and the rest its PATH_INFO. */
static int open_longest(int root, char *relative, bool by_steps, size_t *rest) {
    size_t len = strlen(relative);
    for (;;) {
        int fd = open_below(root, relative[0] != '\0' ? relative : ".", by_steps);
        char *slash = strrchr(relative, '/');
        if (fd >= 0 || errno != ENOTDIR || slash == NULL) {
            *rest = len - strlen(relative);
            return fd;
        }
        *slash = '\0';
    }
}

static enum gate_kind kind_of(const struct gate_found *found) {
    if (S_ISREG(found->status.st_mode))
        return GATE_FILE;
    return S_ISDIR(found->status.st_mode) && found->rest == 0 ? GATE_FOLDER : GATE_NOTHING;
}

bool gate_tree_find(const char *root, const char *name, bool by_steps, struct gate_found *found,
                    struct error *error) {
    *found = (struct gate_found){.fd = -1};
    CZ_CLEANUP(cz_close_fd) int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return cz_error_set(error, "%s: %s", root, strerror(errno));
    const char *below = name + strlen(root);
    if (!is_served(below + (below[0] == '/')))
        return true;
    CZ_CLEANUP(cz_free_ptr) char *relative = strdup(below + (below[0] == '/'));
    if (relative == NULL)
        return cz_error_set(error, "out of memory");
    found->fd = open_longest(fd, relative, by_steps, &found->rest);
    if (found->fd >= 0 && fstat(found->fd, &found->status) == 0)
        found->kind = kind_of(found);
    return true;
}

void gate_found_release(struct gate_found *found) {
    cz_close_fd(&found->fd);
    found->kind = GATE_NOTHING;
}

int gate_tree_open(const struct gate_found *found) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", found->fd);
    return open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}
