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

/* The zero value is a failure. */
enum file_reading { FILE_UNREADABLE = 0, FILE_ABSENT, FILE_READ };
/* The whole of a regular file, no link, of less than the limit of `content`. `error` names the file
 * where it is unreadable. */
enum file_reading cz_store_read(const char *path, struct buffer *content, struct error *error);

/* A file that comes into being beside the one that it is to replace. */
struct new_file {
    int fd;
    char path[PATH_MAX]; /* removed when it is released; "" once it has its place */
};

/* Makes FOLDER/NAME, mode 0644; one that is there already was left half done, and is removed. */
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

#endif
