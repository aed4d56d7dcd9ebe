/*
 * Files below the protected folders, and no others: no name and no symbolic link leads out.
 */
#ifndef GATE_TREE_H
#define GATE_TREE_H

#include "base/buffer.h"
#include "base/error.h"

#include <sys/stat.h>

enum gate_kind {
    GATE_NOTHING = 0, /* or nothing that is served: a dot file, a device, a link that leads out */
    GATE_FILE,
    GATE_FOLDER,
};

struct gate_found {
    enum gate_kind kind;
    int fd;             /* owned; O_PATH: it may be looked at, and opened by gate_tree_open */
    struct stat status; /* of it */
    size_t rest;        /* how many bytes at the name's end follow a file's name: "/more" */
};

/*
 * Looks for `name` below `root`, which begins it, both absolute. Each segment below the root is
 * neither empty, but for the end of a folder's name, nor begins with a dot. Symbolic links count
 * where they are relative and stay below the root; before Linux 5.6, none does (`by_steps` tries
 * that way). False, with `error`, where the root itself cannot be opened. The caller releases
 * `found` in either case.
 */
bool gate_tree_find(const char *root, const char *name, bool by_steps, struct gate_found *found,
                    struct error *error);
void gate_found_release(struct gate_found *found);

/* For reading; -1 where it may not be. */
int gate_tree_open(const struct gate_found *found);

#endif
