/* URLs in messages: they come from certificates and servers, and go to terminals. */
#ifndef CERTAUTHZ_REFRESH_FETCH_SHOWN_H
#define CERTAUTHZ_REFRESH_FETCH_SHOWN_H

#define FETCH_SHOWN 256 /* bytes, with the NUL */

/* The URL without controls, blanks and what is not ASCII, and with dots in the place of what is too
 * long. Gives `shown`. */
const char *cz_fetch_shown(const char *url, char shown[FETCH_SHOWN]);

#endif
