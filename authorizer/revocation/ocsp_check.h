/*
 * What an OCSP response says of one certificate, and whether that counts (RFC 6960 3.2): is it
 * about the certificate, is it signed by somebody who may, is it fresh? Pure; for the check of a
 * path and for the refresher, which believes nothing that would not count here.
 *
 * A response may be signed by the key of the certificate's issuer; by a responder to whom that key
 * issued a certificate with the extended key usage OCSPSigning, carried in the response; or by a
 * responder whom the configuration names (RFC 6960 4.2.2.2).
 */
#ifndef CERTAUTHZ_REVOCATION_OCSP_CHECK_H
#define CERTAUTHZ_REVOCATION_OCSP_CHECK_H

#include "revocation/crl_issuer.h"
#include "revocation/ocsp.h"
#include "revocation/settings.h"

#define CZ_OCSP_RESPONDERS_MAX 32 /* read from responses for one path */

/* Certificates that responses carried, keys imported. To be kept for as long as anything remembers
 * a signature of theirs. Zero initialised there are none. */
struct ocsp_responders {
    struct certificate *items[CZ_OCSP_RESPONDERS_MAX]; /* owned */
    size_t count;
};

void cz_ocsp_responders_release(struct ocsp_responders *responders);

/* All borrowed. */
struct ocsp_question {
    const struct certificate *certificate;
    const struct certificate *issuer;           /* whose key verifies it; imported */
    const struct revocation_settings *settings; /* responders and tolerances */
    const struct requirements *requirements;    /* strength, validity and lenient_dates */
    int64_t now;
    struct bytes nonce; /* that the response must hold; empty: what it holds is all the same */
    /* What is used up and kept: NULL: for this question alone. */
    struct crl_signatures *signatures;
    struct ocsp_responders *responders;
    /* Asked of a responder's certificate that demands it: is it not revoked? NULL: this is left to
     * whoever uses the response. */
    bool (*is_good)(void *context, const struct certificate *responder);
    /* Asked of every responder but the issuer itself: does the operator's deny list name it? NULL:
     * it does not. */
    bool (*is_denied)(void *context, const struct certificate *responder);
    void *context; /* of both */
};

/* The zero value is "unknown". */
struct ocsp_answer {
    /* The response is about the certificate and signed by somebody who may: what it says is true,
     * though it may be out of date, or "unknown". Worth keeping. */
    bool heard;
    enum revocation_status status;
    enum revocation_cause cause; /* where it is unknown */
    const char *detail;          /* static text that says more, or NULL */
    /* Where it is revoked. */
    enum crl_reason reason;
    int64_t revoked_at;
    bool stale; /* by a response that is not fresh */
    /* Where it was heard. */
    int64_t this_update, next_update; /* INT64_MAX: it names none */
    /* The answer would be the same from … to …, both inclusive; see struct revocation. */
    int64_t valid_from, valid_until;
};

/* `der`: the OCSPResponse. */
void cz_ocsp_verify(const struct ocsp_question *question, struct bytes der,
                    struct ocsp_answer *answer);

#endif
