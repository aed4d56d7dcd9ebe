/* Files read whole, up to the limit of the buffer, at which the buffer is failed. */
#ifndef CERTAUTHZ_CONFIG_WHOLE_FILE_H
#define CERTAUTHZ_CONFIG_WHOLE_FILE_H

#include "base/buffer.h"
#include "base/error.h"

/* Only regular files are read; `error` names it. */
bool cz_file_read(const char *file, struct buffer *content, struct error *error);
/* What comes from a descriptor up to its end; `error` calls it `name`. */
bool cz_descriptor_read(int fd, const char *name, struct buffer *content, struct error *error);

#endif
