/* A last resort: what befell the log itself, on standard error. */
#ifndef CERTAUTHZ_LOG_COMPLAIN_H
#define CERTAUTHZ_LOG_COMPLAIN_H

/* Writes `certauthz: TEXT` and a newline, where that is possible without waiting. */
void cz_log_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
