/* Files of the store: how they are named, read whole, and put in their place whole. */
#ifndef CERTAUTHZ_STORE_FILES_H
#define CERTAUTHZ_STORE_FILES_H

#include "base/buffer.h"
#include "base/error.h"

#include <limits.h>
#include <sys/stat.h>

#define CZ_STORE_KEY_SIZE 32 /* bytes of what lists and OCSP records are named by */

/* A path in the store; false, with `error`, where it would be too long. */
bool cz_store_path(char path[PATH_MAX], const char *folder, const char *name, struct error *error);
/* FOLDER/SUBFOLDER/HEX SUFFIX. */
bool cz_store_key_path(char path[PATH_MAX], const char *folder, const char *subfolder,
                       const uint8_t key[CZ_STORE_KEY_SIZE], const char *suffix,
                       struct error *error);
/* What such a name stands for; false where it is none. */
bool cz_store_key_of(const char *name, const char *suffix, uint8_t key[CZ_STORE_KEY_SIZE]);

/* The zero value is a failure. FILE_MALFORMED says whoever parses what was read. */
enum file_reading { FILE_UNREADABLE = 0, FILE_MALFORMED, FILE_ABSENT, FILE_READ };
/* Calls `visit` with each key that a name in FOLDER/SUBFOLDER stands for, in no order, until it
 * returns false. `error` names the subfolder where it is unreadable. */
enum file_reading cz_store_each_key(const char *folder, const char *subfolder, const char *suffix,
                                    bool (*visit)(void *context,
                                                  const uint8_t key[CZ_STORE_KEY_SIZE]),
                                    void *context, struct error *error);
/* The whole of a regular file, no link, of less than the limit of `content`. `error` names the file
 * where it is unreadable. */
enum file_reading cz_store_read(const char *path, struct buffer *content, struct error *error);

/* A file that comes into being beside the one that it is to replace. */
struct new_file {
    int fd;
    char path[PATH_MAX]; /* removed when it is released; "" once it has its place */
};

/* Makes FOLDER/NAME, mode 0644 whatever the umask: what only its writer can read refuses everybody.
 * One that is there already was left half done, and is removed. */
bool cz_new_file_open(struct new_file *file, const char *folder, const char *name,
                      struct error *error);
/* All of it behind what was put before. */
bool cz_new_file_put(struct new_file *file, struct bytes bytes, struct error *error);
/* Complete on the disk, and then in its place: whoever opens `path` finds the old or the new one.
 * The change of the folder is on the disk once cz_folder_sync has seen to it. */
bool cz_new_file_place(struct new_file *file, const char *path, struct error *error);
void cz_new_file_release(struct new_file *file);

bool cz_folder_sync(const char *path, struct error *error);
/* Makes it where it is missing, and the folders above it. What is made is for everybody to read,
 * whatever the umask: a store that the authorizer cannot read refuses everybody. */
bool cz_folder_make(const char *path, struct error *error);

/* A file that whoever writes holds a lock on (flock). */
struct lock_file {
    const char *name;      /* in the store's folder; made where it is missing (mode 0644) */
    int access;            /* O_RDONLY, or O_RDWR where only its owner may have it */
    unsigned milliseconds; /* how long another's end is waited for; 0: not at all */
    const char *busy;      /* what `error` says behind its path where that did not come */
};
/* *fd is the caller's in either case, -1 where there is none; closing it ends the lock. */
bool cz_store_lock(const char *folder, const struct lock_file *file, int *fd, struct error *error);

#endif
