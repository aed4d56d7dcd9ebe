/*
 * Which files a configuration rests on, and which folders decide what stands under their names.
 */
#ifndef CERTAUTHZ_CONFIG_FILES_H
#define CERTAUTHZ_CONFIG_FILES_H

#include "config/config.h"

/* A set of names of files or folders, in the order in which they were added. */
struct file_names {
    char **items; /* owned, each of them too */
    size_t count;
    size_t capacity;
    bool failed; /* out of memory: some name is missing; sticky */
};

/* Nothing where the name is in the set already. */
void cz_names_add(struct file_names *names, const char *name);
void cz_names_add_all(struct file_names *names, const struct file_names *more);
/* The same names in the same order. */
bool cz_names_equal(const struct file_names *a, const struct file_names *b);
void cz_names_release(struct file_names *names);

/*
 * Adds the configuration file, all files that it includes, the files and folders of trust, of all
 * policies, and those of the signers of OCSP responses. It is read for this as far as its syntax
 * goes: where that is bad, `error` says why, false is returned, and what could be found out is
 * added all the same. The CRLs are none of them: certauthz does not read them.
 */
bool cz_config_files(const char *file, struct file_names *names, struct error *error);

/*
 * Adds the folders whose entries decide which file `name` is: its own, and that of each symbolic
 * link on the way. Where something on the way is missing, the last is the folder in which it would
 * be.
 */
void cz_names_add_folders(struct file_names *folders, const char *name);

#endif
