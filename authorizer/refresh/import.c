#include "refresh/import.h"

#include "base/cleanup.h"
#include "refresh/refresher.h"
#include "server/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define END_MILLISECONDS 5 /* between two looks whether a child that has told all has ended */

/* --- those that are wanted --- */

static void release_import(struct import *import) {
    if (import->content.data != NULL)
        munmap((void *)(uintptr_t)import->content.data, import->content.len);
    free(import->file);
}

static void free_import(struct imports *imports, struct import *import) {
    imports->fetched -= import->file == NULL;
    release_import(import);
    free(import);
}

bool cz_import_want(struct imports *imports, const struct import *import) {
    struct import **last = &imports->waiting, *added = malloc(sizeof *added);
    struct import given = *import;
    if (added == NULL) {
        release_import(&given);
        return false;
    }
    while (*last != NULL)
        last = &(*last)->next;
    given.next = NULL;
    *added = given;
    *last = added;
    imports->fetched += given.file == NULL;
    return true;
}

bool cz_imports_any(const struct imports *imports) {
    return imports->begun != NULL || imports->waiting != NULL;
}

bool cz_imports_any_file(const struct imports *imports) {
    if (imports->begun != NULL && imports->begun->file != NULL)
        return true;
    for (const struct import *import = imports->waiting; import != NULL; import = import->next)
        if (import->file != NULL)
            return true;
    return false;
}

static bool is_of(const struct import *import, const char *file) {
    return import->file != NULL && strcmp(import->file, file) == 0;
}

bool cz_import_waits(const struct imports *imports, const char *file) {
    for (const struct import *import = imports->waiting; import != NULL; import = import->next)
        if (is_of(import, file))
            return true;
    return false;
}

bool cz_import_has_begun(const struct imports *imports, const char *file) {
    return imports->begun != NULL && is_of(imports->begun, file);
}

void cz_imports_hurry(struct imports *imports, bool hurry) {
    imports->hurry = hurry;
    if (imports->hurried != NULL)
        atomic_store_explicit(imports->hurried, hurry, memory_order_relaxed);
}

/* --- the child --- */

/* Without it a child goes on resting. */
static void share_hurry(struct imports *imports) {
    if (imports->hurried == NULL) {
        void *page = mmap(NULL, sizeof *imports->hurried, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED)
            return;
        imports->hurried = page;
    }
    cz_imports_hurry(imports, imports->hurry);
}

/* What it laid into the store and nobody was told of goes with the next publication. */
static void forget_child(struct refresher *refresher) {
    struct imports *imports = &refresher->imports;
    imports->child = 0;
    cz_close_fd(&imports->pipe);
    cz_buffer_release(&imports->told);
    cz_keeper_take_back(refresher->keeper);
    refresher->dirty = true;
}

static bool launch(struct refresher *refresher, const struct import *import) {
    struct imports *imports = &refresher->imports;
    pid_t parent = getpid();
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    CZ_CLEANUP(cz_close_fd) int written = ends[1];
    CZ_CLEANUP(cz_close_fd) int heard = ends[0];
    if (fcntl(heard, F_SETFL, O_NONBLOCK) != 0)
        return false;
    share_hurry(imports);
    cz_keeper_lend(refresher->keeper);
    imports->child = fork();
    if (imports->child == 0)
        cz_import_child(refresher, import, written, parent);
    if (imports->child < 0) {
        int cause = errno;
        forget_child(refresher);
        errno = cause;
        return false;
    }
    imports->pipe = heard;
    imports->until = cz_loop_now() + CZ_IMPORT_SECONDS_MAX * 1000;
    imports->too_long = false;
    heard = -1;
    return true;
}

/* The one that has begun is over. */
static void finish(struct refresher *refresher, const char *failure) {
    struct imports *imports = &refresher->imports;
    struct import *import = CZ_STEAL(imports->begun);
    if (import == NULL)
        return;
    import->kind->end(refresher, import, imports->greatest, failure);
    free_import(imports, import);
    refresher->progress++;
}

void cz_imports_start(struct refresher *refresher) {
    struct imports *imports = &refresher->imports;
    while (imports->child == 0 && imports->waiting != NULL) {
        struct error error = {0};
        imports->begun = imports->waiting;
        imports->waiting = imports->begun->next;
        imports->greatest = 0;
        imports->whole = false;
        if (launch(refresher, imports->begun))
            continue;
        cz_error_set(&error, "its import cannot be begun: %s", strerror(errno));
        finish(refresher, error.message);
    }
}

struct pollfd cz_imports_polled(const struct imports *imports) {
    return (struct pollfd){.fd = imports->pipe, .events = POLLIN};
}

int cz_imports_wait(const struct imports *imports) {
    if (imports->child == 0)
        return -1;
    if (imports->pipe < 0 || imports->too_long)
        return END_MILLISECONDS;
    int64_t left = imports->until - cz_loop_now();
    return left > 0 ? (int)left : 0;
}

/* --- what it tells --- */

static bool take_message(struct refresher *refresher, const struct import_message *message) {
    struct imports *imports = &refresher->imports;
    if (imports->begun == NULL)
        return true;
    if (message->number == CZ_IMPORT_END) {
        imports->whole = true;
        return true;
    }
    if (message->number > imports->greatest)
        imports->greatest = message->number;
    return imports->begun->kind->take(refresher, imports->begun, message->number,
                                      &message->imported);
}

static bool take_messages(struct refresher *refresher) {
    struct buffer *told = &refresher->imports.told;
    size_t taken = 0;
    bool good = true;
    for (; good && told->len - taken >= sizeof(struct import_message);
         taken += sizeof(struct import_message)) {
        struct import_message message;
        memcpy(&message, told->data + taken, sizeof message);
        message.imported.error.message[sizeof message.imported.error.message - 1] = '\0';
        good = take_message(refresher, &message);
    }
    if (taken > 0)
        memmove(told->data, told->data + taken, told->len - taken);
    told->len -= taken;
    return good;
}

/* What has come so far; there may be more. */
static void hear(struct imports *imports) {
    char piece[16 * sizeof(struct import_message)];
    ssize_t got = read(imports->pipe, piece, sizeof piece);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        cz_buffer_append(&imports->told, piece, (size_t)got);
    else
        cz_close_fd(&imports->pipe);
}

/* NULL: it came to its end. */
static const char *judge_end(const struct imports *imports, bool known, int status,
                             struct error *error) {
    if (known && WIFSIGNALED(status) && imports->too_long)
        cz_error_set(error, "its import took longer than %d minutes, and was ended",
                     CZ_IMPORT_SECONDS_MAX / 60);
    else if (known && WIFSIGNALED(status))
        cz_error_set(error, "its import ended by signal %d (%s)", WTERMSIG(status),
                     strsignal(WTERMSIG(status)));
    else if (known && WEXITSTATUS(status) != 0)
        cz_error_set(error, "its import ended with status %d", WEXITSTATUS(status));
    else if (!imports->whole || imports->told.len > 0)
        cz_error_set(error, "its import ended before it had told all that came of it");
    return error->message[0] != '\0' ? error->message : NULL;
}

bool cz_imports_advance(struct refresher *refresher, struct error *error) {
    struct imports *imports = &refresher->imports;
    struct error failure = {0};
    int status = 0;
    if (imports->child == 0)
        return true;
    if (!imports->too_long && cz_loop_now() >= imports->until) {
        imports->too_long = true;
        kill(imports->child, SIGKILL);
    }
    if (imports->pipe >= 0) {
        hear(imports);
        if (imports->told.failed || !take_messages(refresher))
            return cz_error_set(error, "out of memory");
    }
    if (imports->pipe >= 0)
        return true;
    /* it may take a while to end, as it comes behind all others there too */
    pid_t ended = waitpid(imports->child, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return true;
    const char *why = judge_end(imports, ended > 0, status, &failure);
    forget_child(refresher);
    finish(refresher, why);
    return true;
}

/* --- before they are over --- */

void cz_imports_abandon(struct imports *imports) {
    struct import *begun = CZ_STEAL(imports->begun);
    if (begun != NULL)
        free_import(imports, begun);
    while (imports->waiting != NULL) {
        struct import *import = imports->waiting;
        imports->waiting = import->next;
        free_import(imports, import);
    }
    if (imports->child > 0)
        kill(imports->child, SIGKILL);
}

void cz_imports_release(struct refresher *refresher) {
    struct imports *imports = &refresher->imports;
    cz_imports_abandon(imports);
    if (imports->child > 0) {
        while (waitpid(imports->child, NULL, 0) < 0 && errno == EINTR)
            ;
        forget_child(refresher);
    }
    if (imports->hurried != NULL)
        munmap(imports->hurried, sizeof *imports->hurried);
    imports->hurried = NULL;
}
