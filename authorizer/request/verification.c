#include "request/verification.h"

#include "base/cleanup.h"
#include "base/text.h"

#define PREFIX "FAILED:"

struct failure {
    unsigned code;    /* OpenSSL's X509_V_ERR_…, which is what lighttpd tells */
    const char *text; /* X509_verify_cert_error_string of 1.1 and of 3, which is what mod_ssl and
                         nginx tell */
    enum reason reason;
};

static const struct failure failures[] = {
    {7, "certificate signature failure", REASON_BAD_SIGNATURE},
    {9, "certificate is not yet valid", REASON_NOT_YET_VALID},
    {10, "certificate has expired", REASON_EXPIRED},
    {25, "path length constraint exceeded", REASON_PATH_TOO_LONG},
    {26, "unsupported certificate purpose", REASON_NOT_FOR_CLIENT_AUTHENTICATION},
    {26, "unsuitable certificate purpose", REASON_NOT_FOR_CLIENT_AUTHENTICATION},
    {32, "key usage does not include certificate signing", REASON_ISSUER_NOT_A_CA},
    {34, "unhandled critical extension", REASON_UNSUPPORTED_CRITICAL_EXTENSION},
    {66, "EE certificate key too weak", REASON_WEAK_KEY},
    {67, "CA certificate key too weak", REASON_WEAK_KEY},
    {68, "CA signature digest algorithm too weak", REASON_WEAK_SIGNATURE},
    {79, "invalid CA certificate", REASON_ISSUER_NOT_A_CA},
    /* the server lacks the issuer */
    {2, "unable to get issuer certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {18, "self-signed certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {18, "self signed certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {19, "self-signed certificate in certificate chain", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {19, "self signed certificate in certificate chain", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {20, "unable to get local issuer certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
    {21, "unable to verify the first certificate", REASON_NO_PATH_TO_TRUST_ANCHOR},
};

/* lighttpd passes the number through the text of a library error,
 * error:0000000A:lib(0)::reason(10), in which it is the hexadecimal part. 0 where it is none. */
static unsigned code_of(struct bytes text) {
    static const char prefix[] = "error:";
    size_t at = sizeof prefix - 1;
    unsigned code = 0;
    if (text.len <= at + 8 || memcmp(text.data, prefix, at) != 0 || text.data[at + 8] != ':')
        return 0;
    for (size_t i = at; i < at + 8; i++) {
        int digit = cz_hex_digit(text.data[i]);
        if (digit < 0)
            return 0;
        code = code << 4 | (unsigned)digit;
    }
    return code;
}

static enum reason reason_of(struct bytes text) {
    unsigned code = code_of(text);
    for (size_t i = 0; i < CZ_COUNT(failures); i++)
        if ((code != 0 && code == failures[i].code) ||
            cz_bytes_equal(text, cz_bytes_of(failures[i].text)))
            return failures[i].reason;
    return REASON_SERVER_VERIFICATION_FAILED;
}

/* Without the certificate it is the web server's own list of CAs that a reader has to look at. */
static const char *detail_of(enum reason reason, bool at_hand) {
    if (at_hand)
        return "the web server found fault with it (SSL_CLIENT_VERIFY)";
    if (reason == REASON_NO_PATH_TO_TRUST_ANCHOR)
        return "the web server knows no issuer of it (SSL_CLIENT_VERIFY) and did not hand it over; "
               "are roots and intermediates in its own file of CAs?";
    return "the web server found fault with it (SSL_CLIENT_VERIFY) and did not hand it over";
}

static struct server_verification failed(struct bytes text, bool at_hand) {
    enum reason reason = reason_of(text);
    if (at_hand && reason == REASON_NO_PATH_TO_TRUST_ANCHOR)
        return (struct server_verification){.presented = true};
    return (struct server_verification){
        .presented = true,
        .reason = at_hand ? REASON_SERVER_VERIFICATION_FAILED : reason,
        .detail = detail_of(reason, at_hand),
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
