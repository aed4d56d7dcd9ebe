/* The lists of a file, each a source of its own, and what becomes of those that it held before: as
 * long as it has not been read to its end, and all of it found good, none of them is given up. */
#ifndef CERTAUTHZ_REFRESH_FILE_PARTS_H
#define CERTAUTHZ_REFRESH_FILE_PARTS_H

#include "refresh/refresher.h"

/* What came of the part of this number, from 1 on, in their order; 0: the file could not even be
 * read, all its parts have failed, and the error names it. False when out of memory. */
bool cz_parts_settle(struct refresher *refresher, const char *file, size_t number,
                     const struct imported *imported);
/* The reading ended at this part, which has failed with those behind it, or before it could be
 * known whether there is one. */
void cz_parts_fail(struct refresher *refresher, const char *file, size_t number,
                   const char *failure);
/* The file was read to its end, and this was its last part. */
void cz_parts_end(struct refresher *refresher, const char *file, size_t last);

#endif
