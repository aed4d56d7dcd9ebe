/* A file, or standard error, as the log's destination. The caller holds the log's lock. */
#ifndef CERTAUTHZ_LOG_FILE_H
#define CERTAUTHZ_LOG_FILE_H

#include "base/bytes.h"
#include "base/error.h"

#include <sys/stat.h>
#include <time.h>

struct log_file {
    const char *name; /* borrowed; NULL: standard error */
    int fd;           /* owned, but for standard error */
    dev_t device;     /* of the file that is open */
    ino_t inode;
    bool stalls;    /* a pipe or a socket, whose reader may stop reading */
    bool half_line; /* the last line broke off: the next begins with a newline */
    bool astray;    /* it was moved or deleted, and cannot be opened anew: that was told */
    time_t looked;  /* when the name was last compared with it, in seconds of a steady clock */
};

bool cz_log_file_open(struct log_file *file, const char *name, struct error *error);
/* See cz_log_reopen. */
bool cz_log_file_reopen(struct log_file *file, struct error *error);
/* Waits for a reader that stalls at most `patience` milliseconds at a time. False, with the
 * number of the error in `cause`, where not all of the line was written. */
bool cz_log_file_write(struct log_file *file, struct bytes line, int patience, int *cause);
void cz_log_file_close(struct log_file *file);

#endif
