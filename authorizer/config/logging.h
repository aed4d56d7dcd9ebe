/* The group `log` of the configuration, as the log takes it. */
#ifndef CERTAUTHZ_CONFIG_LOGGING_H
#define CERTAUTHZ_CONFIG_LOGGING_H

#include "config/config.h"
#include "log/log.h"

/* False, with the place in `error`, where log.destination names a socket that cannot be one. */
bool cz_config_log_check(const struct config *config, struct error *error);

/*
 * Fills `settings`. log.destination is "stderr", "syslog", "syslog:SOCKET", "journal",
 * "journal:SOCKET", or the name of a file. `name`, which the caller frees, holds what
 * `settings->name` points to. False when out of memory.
 */
bool cz_config_log_settings(const struct config *config, struct log_settings *settings, char **name,
                            struct error *error);
/* Opens the log that the configuration names: see cz_log_open. */
bool cz_config_log_open(const struct config *config, struct log *log, struct error *error);

#endif
