/*
 * What `certauthzctl explain` asks: one request as the web server would hand it over, with the
 * time, and, where it comes from a line of the log, what was answered then.
 */
#ifndef CERTAUTHZ_CTL_QUESTION_H
#define CERTAUTHZ_CTL_QUESTION_H

#include "base/buffer.h"
#include "base/error.h"
#include "request/request.h"

/* Texts are owned; what is empty was not given. */
struct question {
    struct buffer method, uri, redirect_uri, host, address, policy, verify;
    struct buffer certificate; /* PEM, or whatever is presented in its place */
    struct buffer forwarded;   /* the value of forwarded.header */
    struct buffer chain[CZ_REQUEST_CHAIN_MAX];
    int64_t now;
    bool json;   /* the report is wanted as JSON, else as text */
    bool colour; /* of the text */

    /* What the log said; `verdict` is empty where nothing did. */
    struct {
        struct buffer verdict, reason, rule, client, credential, id;
    } then;
};

/* A certificate's DER as PEM. False when out of memory. */
bool cz_pem_encode(struct bytes der, struct buffer *pem, struct error *error);
/* Takes the certificates in PEM that a client sends along, one behind the other. False, with what
 * is wrong in `error`, where there is none, something else, or more than CZ_REQUEST_CHAIN_MAX. */
bool cz_question_take_chain(struct question *question, struct bytes pem, struct error *error);

/*
 * The question as one line of JSON, for another process to answer, and back. Members that are not
 * given are left out: method, uri, redirect_uri, host, address, policy, verify, certificate,
 * forwarded and chain (PEM), time, form ("text" or "json"), color (true or false), then_verdict,
 * then_reason, then_rule, then_client, then_credential, then_id.
 */
void cz_question_write(struct buffer *out, const struct question *question);
/* False, with what is wrong in `error`, where a member is unknown or of another type, or method,
 * uri, time or form is missing. The caller releases `question` in either case. */
bool cz_question_read(struct bytes text, struct question *question, struct error *error);

/* Borrowed from the question. */
struct request cz_question_request(const struct question *question);
void cz_question_release(struct question *question);

#endif
