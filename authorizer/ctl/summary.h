/*
 * How all of it stands, in one line that a monitor can quote, and its exit status: "certauthz
 * WARNING: …". Pure.
 */
#ifndef CERTAUTHZ_CTL_SUMMARY_H
#define CERTAUTHZ_CTL_SUMMARY_H

#include "store/health.h"

/* The zero value is good and says nothing. */
struct summary {
    enum health worst;
    struct buffer good, bad; /* owned: what was found, apart by "; " */
};

/* One finding; also where it is good. */
void cz_summary_add(struct summary *summary, enum health health, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The line without its newline: what is bad where anything is, else what is good. */
void cz_summary_put(struct buffer *out, const struct summary *summary);
/* "ok", "warning" or "critical". */
const char *cz_summary_word(const struct summary *summary);
void cz_summary_release(struct summary *summary);

#endif
