/* Fetching one list from a URL of the catalogue. */
#ifndef CERTAUTHZ_REFRESH_LIST_TASK_H
#define CERTAUTHZ_REFRESH_LIST_TASK_H

#include "refresh/refresher.h"

/* The source is fetched, unless that is on its way already. False when there is no room. */
bool cz_list_want(struct refresher *refresher, const struct catalogue_source *source);
bool cz_list_is_wanted(const struct refresher *refresher, enum source_kind kind, const char *name);

#endif
