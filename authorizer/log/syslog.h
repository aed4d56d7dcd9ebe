/* A log entry as a datagram for a syslog daemon. */
#ifndef CERTAUTHZ_LOG_SYSLOG_H
#define CERTAUTHZ_LOG_SYSLOG_H

#include "log/entry.h"

/* Appends `<PRI>Mmm dd hh:mm:ss certauthz[PID]: {…}` (RFC 3164, section 4.1, as local daemons take
 * it: without a host), the time in the local zone. Texts are cut as in cz_log_entry_json. */
void cz_log_syslog(struct buffer *out, const struct log_entry *entry, int facility, size_t limit);

#endif
