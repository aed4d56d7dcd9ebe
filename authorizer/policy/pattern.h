/* Which paths and hosts a rule is for. Paths are compared by whole segments. */
#ifndef CERTAUTHZ_POLICY_PATTERN_H
#define CERTAUTHZ_POLICY_PATTERN_H

#include "base/bytes.h"

#define CZ_GLOB_SIZE_MAX 512    /* bytes of a pattern */
#define CZ_GLOB_PATH_MAX 8192   /* bytes of a path that globs are compared with: see below */
#define CZ_RULE_SEGMENTS_MAX 60 /* of a rule's path */

/* `path` is normalised (see cz_target_path). A pattern that ends with a slash covers the folder
 * and everything below it, another only itself, with or without a slash at its end. */
bool cz_path_covers(const char *pattern, struct bytes path);

/*
 * The same for a pattern in which, within a segment, `*` stands for any characters and `?` for one,
 * and a segment of `**` for any number of segments, also none. The time grows with the product of
 * the two lengths, so longer paths than CZ_GLOB_PATH_MAX are for the caller to refuse.
 */
bool cz_glob_covers(struct bytes pattern, struct bytes path);

/* The folder that everything the pattern covers lies in: up to the segment with the first
 * wildcard; without the slash at its end. Borrowed from `pattern`. */
struct bytes cz_glob_folder(const char *pattern);

/* `pattern` is a host name in lower case, or *.example.org for every host one label below. */
bool cz_host_covers(const char *pattern, struct bytes host);

#endif
