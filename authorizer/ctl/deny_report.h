/* Entries of the deny list for people and for programs. Pure. */
#ifndef CERTAUTHZ_CTL_DENY_REPORT_H
#define CERTAUTHZ_CTL_DENY_REPORT_H

#include "revocation/deny_list.h"

#define CZ_DENY_DIGITS 16 /* of a digest, enough to tell entries apart */

/* Some lines about one entry, of which the first begins with `label`. */
void cz_put_deny_entry(struct buffer *out, const char *label, const struct deny_entry *entry);
/* The first CZ_DENY_DIGITS of its digest. */
void cz_put_deny_digits(struct buffer *out, const struct deny_entry *entry);
/* A line for each, numbered from 1, below one that says what stands in them. */
void cz_put_deny_table(struct buffer *out, const struct deny_list *list, int64_t now);
/* One object, and a newline. */
void cz_put_deny_json(struct buffer *out, const struct deny_list *list, const char *folder,
                      int64_t now);

#endif
