/*
 * Being woken when something happens in the folders of some files (inotify). Folders are watched,
 * not files: so a file that is renamed over another is seen, and a symbolic link that is switched,
 * as editors, package managers and Kubernetes do it. What happened is not told, and much that
 * wakes is of no matter: whoever is woken compares fingerprints (config/fingerprint.h).
 */
#ifndef CERTAUTHZ_CONFIG_WATCH_H
#define CERTAUTHZ_CONFIG_WATCH_H

#include "config/files.h"

struct watch {
    int fd;   /* inotify's, to be polled for reading; -1: none */
    int *ids; /* owned */
    size_t count;
};

/* Watches what belongs to these files, and nothing else any more. False, with `error`, where not
 * all of it can be watched; the rest is. A folder that is not there is no failure: the one that it
 * would be in is watched. */
bool cz_watch_set(struct watch *watch, const struct file_names *files, struct error *error);
/* Takes what has been reported; true where there was something. */
bool cz_watch_drain(struct watch *watch);
/* `watch` is to be made with .fd = -1. */
void cz_watch_release(struct watch *watch);

#endif
