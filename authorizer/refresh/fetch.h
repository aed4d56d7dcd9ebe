/*
 * Fetching over the network: http, https, and ldap where libcurl has it; with limits on size, time,
 * redirects and hosts, and no other protocol. Many at once, without threads but libcurl's own that
 * ask for names. Of https the certificate is verified by the system's roots. There are no cookies
 * and no passwords; a URL with a user is refused. The proxies that the environment names
 * (http_proxy and so on, see libcurl-env(3)) are used.
 *
 * Built without libcurl, every request is answered with an error that says so.
 */
#ifndef CERTAUTHZ_REFRESH_FETCH_H
#define CERTAUTHZ_REFRESH_FETCH_H

#include "base/buffer.h"
#include "base/error.h"

#include <poll.h>

/* None is zero but `redirects` and the two of the least speed, and these only together. */
struct fetch_limits {
    size_t size;      /* bytes of a body */
    unsigned seconds; /* for the whole of it */
    unsigned connect_seconds;
    unsigned redirects; /* to http and https alone, and not from https to http */
    unsigned least_bytes_a_second, least_seconds; /* slower than that for so long: given up */
    /* The only ones allowed, redirects included, as names or addresses, on whatever port; NULL:
     * any. Borrowed for as long as the fetcher lives. */
    const char *const *hosts;
    size_t host_count;
};

enum fetch_outcome {
    FETCH_FAILED = 0,  /* `error` says why, for people */
    FETCH_DONE,        /* 200: the body is in `file` (large) or `body` */
    FETCH_NOT_MODIFIED /* 304 */
};

/* All borrowed for the call of cz_fetcher_start, but the descriptor until the reply. */
struct fetch_request {
    const char *url;
    struct bytes post;                 /* with its content type; empty: GET */
    const char *content_type, *accept; /* NULL: none */
    const char *etag, *last_modified;  /* for a conditional request; "" or NULL: none */
    int spool;         /* a file's descriptor that takes the body; -1: into memory */
    size_t size_limit; /* of this one; 0: that of the limits */
    unsigned seconds;  /* the same */
};

struct fetch_reply {
    enum fetch_outcome outcome;
    long status;                       /* of HTTP; 0: none */
    struct buffer body;                /* owned; where there was no spool */
    size_t size;                       /* of the body, wherever it is */
    char etag[256], last_modified[64]; /* "" where there is none */
    int64_t retry_after;               /* seconds; -1: none */
    int64_t max_age;                   /* of Cache-Control, seconds; -1: none */
    struct error error;
};

struct fetcher;
struct fetch;

/* Called from within cz_fetcher_run; the reply is borrowed for that long. It may start others. */
typedef void fetch_done(void *context, struct fetch_reply *reply);

bool cz_fetcher_new(const struct fetch_limits *limits, struct fetcher **fetcher,
                    struct error *error);
void cz_fetcher_free(struct fetcher **fetcher); /* ends what is still on its way, unanswered */
/* A request that cannot even be begun (protocol, host, URL) is answered by the next run. False only
 * when out of memory. */
bool cz_fetcher_start(struct fetcher *fetcher, const struct fetch_request *request,
                      fetch_done *done, void *context);
size_t cz_fetcher_busy(const struct fetcher *fetcher);
/* Waits for the network, for one of `more` (as poll(2), whose revents are set), for a signal, or
 * for `milliseconds` (0 or more, and no more than a minute of them), whatever comes first, and does
 * what can be done. Not to be called, nor the fetcher freed, from within fetch_done. */
bool cz_fetcher_run(struct fetcher *fetcher, struct pollfd *more, size_t more_count,
                    int milliseconds, struct error *error);

/* The protocol and host of a URL may be asked for. False, with the URL and the reason in `error`,
 * where not. */
bool cz_fetch_allowed(const struct fetch_limits *limits, const char *url, struct error *error);

/* What the network is spoken to with: "libcurl 7.88.1 (GnuTLS/3.7.9): http,https,ldap,ldaps", or
 * that there is nothing. */
void cz_fetch_describe(struct buffer *out);

#endif
