#include "store/stored_list.h"

#include "base/cleanup.h"
#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#define FILE_SIZE_MAX (UINT64_C(4) * CZ_CRL_SIZE_MAX)

static enum list_opening fail(const char *path, const char *what, struct error *error) {
    static const int shortages[] = {EMFILE, ENFILE, ENOMEM, EIO, EAGAIN, EINTR};
    int cause = errno;
    cz_error_set(error, "%s: cannot be %s: %s", path, what, strerror(cause));
    for (size_t i = 0; i < CZ_COUNT(shortages); i++)
        if (cause == shortages[i])
            return LIST_SHORTAGE;
    return LIST_UNUSABLE;
}

/* The mapping outlives the descriptor. */
static enum list_opening map_file(const char *path, struct bytes *bytes, struct error *error) {
    CZ_CLEANUP(cz_close_fd)
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0)
        return fail(path, "opened", error);
    if (!S_ISREG(status.st_mode) || status.st_size <= 0 ||
        (uint64_t)status.st_size > FILE_SIZE_MAX) {
        cz_error_set(error, "%s: it is no list of certauthz", path);
        return LIST_UNUSABLE;
    }
    size_t len = (size_t)status.st_size;
    void *mapping = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
    if (mapping == MAP_FAILED)
        return fail(path, "mapped into memory", error);
    *bytes = (struct bytes){.data = mapping, .len = len};
    return LIST_OPEN;
}

static enum list_opening fail_as(const char *path, const struct error *detail,
                                 struct error *error) {
    cz_error_set(error, "%s: %s", path, detail->message);
    return strcmp(detail->message, CZ_LIST_NO_MEMORY) == 0 ? LIST_SHORTAGE : LIST_UNUSABLE;
}

static enum list_opening read_file(struct stored_list *list, const char *path,
                                   const uint8_t sha256[CZ_SHA256_SIZE], struct error *error) {
    struct error detail = {0};
    if (!cz_list_file_read(list->bytes, &list->file, &detail))
        return fail_as(path, &detail, error);
    if (memcmp(list->file.name, sha256, CZ_SHA256_SIZE) == 0)
        return LIST_OPEN;
    cz_error_set(error, "%s: it holds another list than its name says", path);
    return LIST_UNUSABLE;
}

enum list_opening cz_stored_list_open(const char *folder, const uint8_t sha256[CZ_SHA256_SIZE],
                                      struct stored_list **list, struct error *error) {
    char path[PATH_MAX];
    CZ_CLEANUP(cz_stored_list_let_go) struct stored_list *opened = calloc(1, sizeof *opened);
    *list = NULL;
    if (opened == NULL) {
        cz_error_set(error, "out of memory");
        return LIST_SHORTAGE;
    }
    atomic_init(&opened->users, 1);
    if (!cz_store_key_path(path, folder, "lists", sha256, ".list", error))
        return LIST_UNUSABLE;
    enum list_opening opening = map_file(path, &opened->bytes, error);
    if (opening == LIST_OPEN)
        opening = read_file(opened, path, sha256, error);
    if (opening == LIST_OPEN)
        *list = CZ_STEAL(opened);
    return opening;
}

struct stored_list *cz_stored_list_hold(struct stored_list *list) {
    atomic_fetch_add_explicit(&list->users, 1, memory_order_relaxed);
    return list;
}

void cz_stored_list_let_go(struct stored_list **variable) {
    struct stored_list *list = CZ_STEAL(*variable);
    if (list == NULL || atomic_fetch_sub_explicit(&list->users, 1, memory_order_acq_rel) > 1)
        return;
    cz_list_file_release(&list->file);
    if (list->bytes.data != NULL)
        munmap((void *)list->bytes.data, list->bytes.len);
    free(list);
}

enum list_opening cz_stored_list_verify(const char *folder, const struct stored_list *list,
                                        struct error *error) {
    struct error detail = {0};
    bool sound = cz_list_file_verify(list->bytes, &detail);
    madvise((void *)list->bytes.data, list->bytes.len, MADV_DONTNEED);
    char path[PATH_MAX];
    if (sound)
        return LIST_OPEN;
    if (!cz_store_key_path(path, folder, "lists", list->file.name, ".list", error))
        return LIST_UNUSABLE;
    return fail_as(path, &detail, error);
}
