/* certauthz-refresh as it runs for long: rounds, queries, signals, and files that change. */
#ifndef CERTAUTHZ_REFRESH_DAEMON_H
#define CERTAUTHZ_REFRESH_DAEMON_H

#include "refresh/refresher.h"

struct daemon_options {
    mode_t socket_mode;
    const char *socket_group; /* name or number, or NULL */
};

/* Until SIGTERM or SIGINT; the signals are blocked already. False, with `error`, where it cannot
 * begin. */
bool cz_daemon_run(struct refresher *refresher, const struct daemon_options *options,
                   struct error *error);

#endif
