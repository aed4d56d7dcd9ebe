/* The lists in files and folders, read when they have changed. */
#ifndef CERTAUTHZ_REFRESH_FILE_ROUND_H
#define CERTAUTHZ_REFRESH_FILE_ROUND_H

#include "refresh/refresher.h"

/* Brings the catalogue's sources in line with the configuration and the disk, and has those files
 * imported that have changed or could not be read before (`all`: every file). */
bool cz_files_round(struct refresher *refresher, bool all, struct error *error);
void cz_files_release(struct refresher *refresher);

#endif
