/* certauthz-refresh that does one thing and ends: a round for cron, or one query of a CGI program
 * that found no daemon. */
#ifndef CERTAUTHZ_REFRESH_ONCE_H
#define CERTAUTHZ_REFRESH_ONCE_H

#include "refresh/refresher.h"

/* Everything is tried once and published, in several rounds where there is no room for all at once.
 * *all_good: nothing failed, and nothing was left out. */
bool cz_once_run(struct refresher *refresher, bool *all_good, struct error *error);

/*
 * The message on standard input is answered on standard output, within revocation.time_budget. Of
 * `refresher` the setup is loaded, and nothing is open. Where another process is the writer of the
 * store, it is asked. False, with `error`, only where no answer could be written.
 */
bool cz_once_answer(struct refresher *refresher, struct error *error);

#endif
