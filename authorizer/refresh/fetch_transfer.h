/* One request on its way: what is told to libcurl, what is taken from it, and what comes of it. */
#ifndef CERTAUTHZ_REFRESH_FETCH_TRANSFER_H
#define CERTAUTHZ_REFRESH_FETCH_TRANSFER_H

#include "refresh/fetch.h"
#include "refresh/fetch_ldif.h"
#include "refresh/fetch_url.h"

#include <curl/curl.h>

struct fetcher {
    struct fetch_limits limits;
    CURLM *multi;          /* owned */
    struct fetch *fetches; /* owned */
    size_t count;
};

struct fetch {
    struct fetch *next;
    struct fetcher *fetcher;
    CURL *easy;                 /* owned; one of the fetcher's while `running` */
    struct curl_slist *headers; /* owned; of the request */
    struct fetch_url url;       /* the present one, behind redirects */
    bool running;
    bool posts, conditional;
    int spool;
    size_t size_limit;
    unsigned seconds; /* for the whole of it */
    int64_t deadline; /* the same as a moment; milliseconds of the monotonic clock */
    unsigned redirects;
    size_t header_size;
    struct ldif_reader ldif;
    char detail[CURL_ERROR_SIZE];
    char first[FETCH_SHOWN];         /* the URL that was asked for, for messages */
    char name[2 * FETCH_SHOWN + 32]; /* the same, and where it led to */
    fetch_done *done;
    void *context;
    struct fetch_reply reply;
};

/* NULL when out of memory. One that may not or cannot be begun is not `running`, and its reply
 * says why. */
struct fetch *cz_transfer_new(struct fetcher *fetcher, const struct fetch_request *request);
/* libcurl has ended it so. True where that was a redirect that is followed; else the reply is
 * complete. */
bool cz_transfer_goes_on(struct fetch *fetch, CURLcode code);
void cz_transfer_free(struct fetch *fetch);

/* What the two share: */

/* Sends it to its present URL, in the time that is left. False when out of memory. */
bool cz_transfer_launch(struct fetch *fetch);
/* The whole of its time is over. */
bool cz_transfer_late(const struct fetch *fetch);
bool cz_transfer_is_ldap(const struct fetch *fetch);
/* The reply's error, with the URL before it; the first one counts. Always false. */
bool cz_transfer_fail(struct fetch *fetch, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Not empty, and printable ASCII alone: what a server sent once is kept and sent back as it was, or
 * not at all. */
bool cz_header_value_good(const char *text);

#endif
