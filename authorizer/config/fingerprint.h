/* Whether files are still the ones that were read. */
#ifndef CERTAUTHZ_CONFIG_FINGERPRINT_H
#define CERTAUTHZ_CONFIG_FINGERPRINT_H

#include "base/buffer.h"
#include "config/files.h"

/*
 * Appends a text that differs where one of the files does: another inode, size, or time of the
 * last change, of the file itself and, where it is a folder, of each of its entries; symbolic links
 * are followed. Contents are not read. Where memory runs out the buffer fails; a failed one equals
 * nothing.
 */
void cz_fingerprint(const struct file_names *names, struct buffer *print);
bool cz_fingerprint_equal(const struct buffer *a, const struct buffer *b);

#endif
