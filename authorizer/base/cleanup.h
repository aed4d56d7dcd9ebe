/*
 * Ownership: a variable that owns something is declared with CZ_CLEANUP and the
 * release function of its type, so that every way out of a function releases it.
 * Release functions take a pointer to the variable, accept an empty one, and
 * leave it empty.
 */
#ifndef CERTAUTHZ_BASE_CLEANUP_H
#define CERTAUTHZ_BASE_CLEANUP_H

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#define CZ_CLEANUP(release) __attribute__((cleanup(release)))

static inline void cz_free_ptr(void *variable) {
    void **owned = variable;
    free(*owned);
    *owned = NULL;
}

static inline void cz_close_fd(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static inline void cz_close_folder(DIR **folder) {
    if (*folder != NULL)
        closedir(*folder);
    *folder = NULL;
}

/* Hands the pointer on: the variable no longer owns it. */
#define CZ_STEAL(variable)                                                                         \
    ({                                                                                             \
        __typeof__(variable) stolen_ = (variable);                                                 \
        (variable) = NULL;                                                                         \
        stolen_;                                                                                   \
    })

#define CZ_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
