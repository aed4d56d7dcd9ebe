/*
 * How certauthz asks certauthz-refresh about a certificate that the store does not know yet, or
 * will soon know no more: one message each way over a Unix socket, or over the standard input and
 * output of a `certauthz-refresh --query` that a CGI program starts.
 *
 *   certauthz-query 1 wait POLICY LENGTH\n      or "note": nobody waits, and there is no answer
 *   LENGTH bytes of PEM: the certificate, then what came with it
 *
 *   done\n                                      all was tried; the store says what came of it
 *   failed TEXT\n
 *
 * POLICY is "-" for the one without a name. The refresher believes nothing of it: it searches and
 * validates the path itself before it fetches anything. Who waits keeps its side of the connection
 * open: where it ends before the answer, nobody waits any more.
 */
#ifndef CERTAUTHZ_QUERY_QUERY_H
#define CERTAUTHZ_QUERY_QUERY_H

#include "base/buffer.h"
#include "base/error.h"
#include "request/request.h"

#define CZ_QUERY_HEAD_MAX 256            /* bytes of the first line with its newline */
#define CZ_QUERY_BODY_MAX (1u << 20)     /* bytes */
#define CZ_QUERY_ANSWER_MAX 1024         /* bytes with the newline */
#define CZ_QUERY_SOCKET "refresh.socket" /* in the store's folder */

struct query {
    bool waits;
    struct bytes policy; /* borrowed, like the next; empty: the one without a name */
    struct bytes certificates;
};

/* The message for what the web server handed over, appended to `out`, which must be empty; the
 * texts of the request are put into PEM whatever their form, and what cannot be read of the chain
 * is left out. False where the certificate is none, or the policy's name is none or too long, or
 * out of memory: then `out` holds nothing of use. */
bool cz_query_write(struct buffer *out, const struct request *request, struct bytes policy,
                    bool waits);

enum query_parse { QUERY_MALFORMED = 0, QUERY_INCOMPLETE, QUERY_COMPLETE };
/* Of what has come so far. A message ends where its length says; what goes beyond is malformed, and
 * so is what cannot become a message any more. *query is filled where it is complete. */
enum query_parse cz_query_parse(struct bytes received, struct query *query);

struct query_answer {
    bool done;
    struct bytes text; /* borrowed; why not, for people */
};

/* NULL: all was tried. What would not fit on one line is cut off or becomes a blank. */
void cz_query_write_answer(struct buffer *out, const char *failure);
enum query_parse cz_query_parse_answer(struct bytes received, struct query_answer *answer);

enum query_result { QUERY_FAILED = 0, QUERY_DONE, QUERY_NOT_RUNNING, QUERY_TIMED_OUT };

/* Sends the message to the refresher of the store's folder and waits for its answer, for at most
 * `milliseconds` in all. `error` says what went wrong. */
enum query_result cz_query_ask(const char *store_folder, const struct buffer *message,
                               unsigned milliseconds, struct error *error);
/* The same without an answer and without waiting at all: a refresher that is too busy to take the
 * message is QUERY_FAILED. */
enum query_result cz_query_note(const char *store_folder, const struct buffer *message,
                                struct error *error);
/* Starts the program (`PROGRAM --query -c FILE`) with the message on its standard input, and awaits
 * its answer and its end. What is left of it when the time is up is killed; nothing of it is left
 * when this returns, or when the calling thread dies. Of the environment it gets only what says
 * how the network is reached, and nothing that a client may have set. */
enum query_result cz_query_run(const char *program, const char *config_file,
                               const struct buffer *message, unsigned milliseconds,
                               struct error *error);
/* Where certauthz-refresh lies: in the folder of the program that runs, or else where the build
 * installs it. The caller frees it; NULL when out of memory. */
char *cz_query_program(void);

#endif
