/* What went wrong on the network, in words. */
#ifndef CERTAUTHZ_REFRESH_FETCH_TEXT_H
#define CERTAUTHZ_REFRESH_FETCH_TEXT_H

#include "base/buffer.h"

#include <curl/curl.h>

/* What the server answered: "503 Service Unavailable"; the words are the standard's, not the
 * server's. */
void cz_fetch_put_status(struct buffer *out, long status);
/* Of a number of bytes: "100 MiB" where it is a whole number of them. */
void cz_fetch_put_size(struct buffer *out, size_t size);
/* Why libcurl gave up, other than for want of time; `detail` is what it left in its
 * CURLOPT_ERRORBUFFER, or "". */
void cz_fetch_put_failure(struct buffer *out, CURL *easy, CURLcode code, const char *detail);

#endif
