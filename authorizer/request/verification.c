#include "request/verification.h"

#include "base/cleanup.h"

#define PREFIX "FAILED:"

struct failure {
    const char *text; /* OpenSSL's X509_verify_cert_error_string, of 1.1 and of 3 */
    enum reason reason;
};

static const struct failure failures[] = {
    {"certificate has expired", REASON_EXPIRED},
    {"certificate is not yet valid", REASON_NOT_YET_VALID},
    {"unsupported certificate purpose", REASON_NOT_FOR_CLIENT_AUTHENTICATION},
    {"unsuitable certificate purpose", REASON_NOT_FOR_CLIENT_AUTHENTICATION},
    {"certificate signature failure", REASON_BAD_SIGNATURE},
    {"EE certificate key too weak", REASON_WEAK_KEY},
    {"CA certificate key too weak", REASON_WEAK_KEY},
    {"CA signature digest algorithm too weak", REASON_WEAK_SIGNATURE},
    {"path length constraint exceeded", REASON_PATH_TOO_LONG},
    {"unhandled critical extension", REASON_UNSUPPORTED_CRITICAL_EXTENSION},
    {"invalid CA certificate", REASON_ISSUER_NOT_A_CA},
    /* the server lacks the issuer */
    {"unable to get issuer certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {"unable to get local issuer certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {"unable to verify the first certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {"self signed certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {"self-signed certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {"self signed certificate in certificate chain", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {"self-signed certificate in certificate chain", REASON_NO_PATH_TO_TRUST_ANCHOR},
};

static enum reason reason_of(struct bytes text) {
    for (size_t i = 0; i < CZ_COUNT(failures); i++)
        if (cz_bytes_equal(text, cz_bytes_of(failures[i].text)))
            return failures[i].reason;
    return REASON_SERVER_VERIFICATION_FAILED;
}

static struct server_verification failed(struct bytes text, bool at_hand) {
    enum reason reason = reason_of(text);
    if (at_hand && reason == REASON_NO_PATH_TO_TRUST_ANCHOR)
        return (struct server_verification){.presented = true};
    return (struct server_verification){
        .presented = true,
        .reason = at_hand ? REASON_SERVER_VERIFICATION_FAILED : reason,
        .detail = at_hand ? "the web server found fault with it (SSL_CLIENT_VERIFY)"
                          : "the web server found fault with it (SSL_CLIENT_VERIFY) and did not "
                            "hand it over",
    };
}

static struct server_verification contradiction(const char *detail) {
    return (struct server_verification){
        .presented = true, .reason = REASON_INCONSISTENT_SERVER_VARIABLES, .detail = detail};
}

struct server_verification cz_server_verification(const struct request *request) {
    bool at_hand = request->certificate.len > 0;
    struct bytes verify = request->verify;
    if (verify.len == 0)
        return (struct server_verification){.presented = at_hand};
    size_t prefix = sizeof PREFIX - 1;
    if (verify.len >= prefix && memcmp(verify.data, PREFIX, prefix) == 0)
        return failed((struct bytes){.data = verify.data + prefix, .len = verify.len - prefix},
                      at_hand);
    if (cz_bytes_equal(verify, CZ_BYTES("NONE")))
        return at_hand ? contradiction("SSL_CLIENT_VERIFY is NONE, yet there is a certificate")
                       : (struct server_verification){.presented = false};
    if (!cz_bytes_equal(verify, CZ_BYTES("SUCCESS")) &&
        !cz_bytes_equal(verify, CZ_BYTES("GENEROUS")))
        return contradiction("SSL_CLIENT_VERIFY has a value that no web server sets");
    return at_hand ? (struct server_verification){.presented = true}
                   : contradiction("SSL_CLIENT_VERIFY says that there is a certificate, and "
                                   "SSL_CLIENT_CERT is not set; see the web server's "
                                   "configuration");
}
