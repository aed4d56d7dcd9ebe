/*
 * Looks into a distinguished name in the form of RFC 4514.
 */
#ifndef WHOAMI_DN_H
#define WHOAMI_DN_H

#include "base/buffer.h"

#include <stdbool.h>

/*
 * Puts the first value, without its escapes, of the first attribute whose type is one
 * of `types` (NULL-terminated, compared without case) into `value`, which it empties
 * first. The most specific RDN stands first. False where there is none; a value in the
 * hexadecimal form (#04…) counts as none.
 */
bool whoami_dn_find(const char *dn, const char *const *types, struct buffer *value);

#endif
