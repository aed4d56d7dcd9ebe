/* Whether another file stands under a name than the last time. */
#ifndef CERTAUTHZ_STORE_SIGHTING_H
#define CERTAUTHZ_STORE_SIGHTING_H

#include <stdbool.h>
#include <sys/stat.h>

/* What stood there. While `fd` is open no other file has its inode, so that one that was put in its
 * place by renaming is always seen, however alike and soon. */
struct sighting {
    int fd;     /* owned; -1: it could not be opened */
    int reason; /* errno of that, ENOENT for one: nothing stood there */
    struct stat status;
};

/* Compares with what stands there now; one stat(2). `sighting->fd` is -1 before the first one, when
 * something has always changed: `reason` is 0. */
bool cz_sighting_has_changed(const struct sighting *sighting, const char *path);
/* Whether the same file stands there, whatever has become of its content; one stat(2). */
bool cz_sighting_is_there(const struct sighting *sighting, const char *path);
/* To be called before the file is read: what is read may then be newer than the sighting, which
 * the next comparison tells. */
void cz_sighting_take(struct sighting *sighting, const char *path);
void cz_sighting_release(struct sighting *sighting);

#endif
