/* What came from a source, and what becomes of it: the list goes into the store, and the catalogue
 * tells how it went and when it is tried again. Whatever fails leaves the last good list. */
#ifndef CERTAUTHZ_REFRESH_INTAKE_H
#define CERTAUTHZ_REFRESH_INTAKE_H

#include "refresh/refresher.h"

/* Judges one list and lays it into the store: what takes its time, and is done in a child (see
 * refresh/import.h). `issuers`: those that its source has besides, as DER in a row. */
void cz_intake_judge(struct refresher *refresher, struct bytes issuers, struct bytes content,
                     struct imported *imported);
/* What that makes of the source; true where it is good now. */
bool cz_intake_settle(struct refresher *refresher, struct catalogue_source *source,
                      const struct imported *imported);
/* There is nothing newer than what it gave before. */
void cz_intake_unchanged(struct refresher *refresher, struct catalogue_source *source);
/* It failed. It is tried again at `again`, or, where that is 0, by the schedule, which heeds
 * `retry_after` (seconds; -1: none). */
void cz_intake_failed(struct refresher *refresher, struct catalogue_source *source,
                      enum source_state state, const char *why, int64_t retry_after, int64_t again);

/* Replaces a text that is owned; false when out of memory, and then it is as it was. */
bool cz_replace_text(char **text, const char *with);

#endif
