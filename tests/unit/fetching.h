/*
 * One fetch from start to end, for tests; with names and roots of their own: what ends in .test is
 * this machine, but unknown.test nobody knows and for slow.test there is never an answer.
 */
#ifndef CERTAUTHZ_TESTS_UNIT_FETCHING_H
#define CERTAUTHZ_TESTS_UNIT_FETCHING_H

#include "server-child.h"

#include "base/bytes.h"
#include "refresh/fetch.h"

/* The servers of this run, by themselves and with TLS (the certificate "server" of the PKI); both
 * and the directory hand out the files of the scratch folder. */
extern struct server_child fetching_web, fetching_tls, fetching_directory;

/* To be called first. Ends the program as skipped where there is no Python. */
void fetching_open(void);
void fetching_close(void);
/* A file for them to hand out. */
void fetching_write(const char *name, const char *text);
/* The URL of a path on the first of them. */
const char *fetching_at(const char *path);
/* As many descriptors as the process has open. */
size_t fetching_descriptors(void);

/* Generous, so that a slow machine changes nothing; what is tested narrows one of them. */
extern const struct fetch_limits fetching_limits;

/* What came of it; the texts live until the program ends, the body's as far as 2000 bytes. */
struct fetching {
    int times; /* that it was answered */
    enum fetch_outcome outcome;
    long status;
    const char *body, *etag, *last_modified, *error;
    size_t size;
    int64_t retry_after, max_age;
};

/* For cz_fetcher_start, with a struct fetching as the context. */
void fetching_done(void *context, struct fetch_reply *reply);
/* Runs until all is answered; false where that takes a minute, or on an error of the program. */
bool fetching_run(struct fetcher *fetcher, struct error *error);
/* The whole of it, with a fetcher of its own; and of a URL that is asked for with GET. */
struct fetching fetching_ask(const struct fetch_limits *limits,
                             const struct fetch_request *request);
struct fetching fetching_get(const char *url);

/* Where not NULL, the file of roots that https is verified with. */
extern const char *fetching_roots;
/* How often a name was asked for; and whether any answer for slow.test was awaited to its end. */
extern unsigned fetching_names;
extern bool fetching_awaited;

#endif
