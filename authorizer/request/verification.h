/*
 * What the web server itself says about the client certificate: SSL_CLIENT_VERIFY, which is
 * NONE, SUCCESS, GENEROUS (mod_ssl with optional_no_ca), or FAILED: with OpenSSL's words or number.
 */
#ifndef CERTAUTHZ_REQUEST_VERIFICATION_H
#define CERTAUTHZ_REQUEST_VERIFICATION_H

#include "reason/reason.h"
#include "request/request.h"

struct server_verification {
    bool presented;     /* the client presented a certificate, whether we have it or not */
    enum reason reason; /* REASON_UNDECIDED where the certificate at hand is ours to judge */
    const char *detail; /* static text for the trace, or NULL */
};

/*
 * A statement that contradicts what is at hand refuses. So does a FAILED, except with a
 * certificate at hand where the server only lacked the issuer: which issuers are trusted is for
 * our configuration to say (mod_ssl's optional_no_ca exists for that).
 */
struct server_verification cz_server_verification(const struct request *request);

#endif
