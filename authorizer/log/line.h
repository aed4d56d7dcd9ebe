/* Log entries as bytes: a line of JSON, or the fields of a datagram for journald. Pure. */
#ifndef CERTAUTHZ_LOG_LINE_H
#define CERTAUTHZ_LOG_LINE_H

#include "log/entry.h"

/* Appends the entry as an object without a newline. Of each text at most `limit` bytes are taken;
 * what was cut ends with an ellipsis. */
void cz_log_entry_json(struct buffer *out, const struct log_entry *entry, size_t limit);

/*
 * Appends the entry in journald's own form (systemd.io, "Native Journal Protocol"): MESSAGE, a
 * sentence for people; PRIORITY, the severity; SYSLOG_IDENTIFIER; SYSLOG_FACILITY, a number; and
 * CERTAUTHZ_NAME with its value for each member. Texts are cut as above, and otherwise stay as
 * they are, whatever their bytes; in MESSAGE, controls and malformed bytes become U+FFFD.
 */
void cz_log_entry_fields(struct buffer *out, const struct log_entry *entry, int facility,
                         size_t limit);

/* Appends the line with its newline, whole. */
void cz_log_line(struct buffer *out, const struct log_event *event);

#endif
