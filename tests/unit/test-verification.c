/* What the server says of the certificate, against what it handed over. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "request/verification.h"

struct verification_case {
    const char *verify;
    /* without a certificate at hand, and with one */
    bool presented[2];
    enum reason reason[2];
};

#define CONTRADICTION REASON_INCONSISTENT_SERVER_VARIABLES
#define FAILED REASON_SERVER_VERIFICATION_FAILED
#define NO_PATH REASON_NO_PATH_TO_TRUST_ANCHOR
#define FAULT(text, reason)                                                                        \
    {                                                                                              \
        "FAILED:" text, {true, true}, {                                                            \
            reason, FAILED                                                                         \
        }                                                                                          \
    }
#define ISSUER(text)                                                                               \
    {                                                                                              \
        "FAILED:" text, {true, true}, {                                                            \
            NO_PATH, REASON_UNDECIDED                                                              \
        }                                                                                          \
    }
#define STRANGE(text)                                                                              \
    {                                                                                              \
        text, {true, true}, {                                                                      \
            CONTRADICTION, CONTRADICTION                                                           \
        }                                                                                          \
    }

static const struct verification_case cases[] = {
    {NULL, {false, true}, {REASON_UNDECIDED, REASON_UNDECIDED}},
    {"", {false, true}, {REASON_UNDECIDED, REASON_UNDECIDED}},
    {"NONE", {false, true}, {REASON_UNDECIDED, CONTRADICTION}},
    {"SUCCESS", {true, true}, {CONTRADICTION, REASON_UNDECIDED}},
    {"GENEROUS", {true, true}, {CONTRADICTION, REASON_UNDECIDED}},
    STRANGE("none"),
    STRANGE("success"),
    STRANGE("SUCCESS "),
    STRANGE("SUCCESSFUL"),
    STRANGE("SUCCES"),
    STRANGE("FAILED"),
    STRANGE("FAIL"),
    STRANGE("failed:certificate has expired"),
    STRANGE(" FAILED:"),
    STRANGE("0"),
    STRANGE("NONE, SUCCESS"),
    /* the server only lacks the issuer: ours to judge */
    ISSUER("unable to get issuer certificate"),
    ISSUER("unable to get local issuer certificate"),
    ISSUER("unable to verify the first certificate"),
    ISSUER("self signed certificate"),
    ISSUER("self-signed certificate"),
    ISSUER("self signed certificate in certificate chain"),
    ISSUER("self-signed certificate in certificate chain"),
    FAULT("certificate has expired", REASON_EXPIRED),
    FAULT("certificate is not yet valid", REASON_NOT_YET_VALID),
    FAULT("unsupported certificate purpose", REASON_NOT_FOR_CLIENT_AUTHENTICATION),
    FAULT("unsuitable certificate purpose", REASON_NOT_FOR_CLIENT_AUTHENTICATION),
    FAULT("certificate signature failure", REASON_BAD_SIGNATURE),
    FAULT("EE certificate key too weak", REASON_WEAK_KEY),
    FAULT("CA certificate key too weak", REASON_WEAK_KEY),
    FAULT("CA signature digest algorithm too weak", REASON_WEAK_SIGNATURE),
    FAULT("path length constraint exceeded", REASON_PATH_TOO_LONG),
    FAULT("unhandled critical extension", REASON_UNSUPPORTED_CRITICAL_EXTENSION),
    FAULT("invalid CA certificate", REASON_ISSUER_NOT_A_CA),
    FAULT("certificate revoked", FAILED),
    FAULT("unable to get certificate CRL", FAILED),
    FAULT("", FAILED),
    FAULT("self-signed certificate ", FAILED),
    FAULT(" certificate has expired", FAILED),
    FAULT("unable to get local issuer certificate, certificate revoked", FAILED),
};

static void check(const struct verification_case *c, bool at_hand) {
    struct request request = {0};
    const char *verify = c->verify != NULL ? c->verify : "(not set)";
    if (c->verify != NULL)
        request.verify = support_keep(c->verify, strlen(c->verify));
    if (at_hand)
        request.certificate = TEXT("-");
    struct server_verification result = cz_server_verification(&request);
    const char *with = at_hand ? "with" : "without";
    tap_ok(result.presented == c->presented[at_hand], "%s %s a certificate: %s", verify, with,
           c->presented[at_hand] ? "presented" : "not presented");
    tap_is(cz_reason_info(result.reason)->slug, cz_reason_info(c->reason[at_hand])->slug,
           support_text("%s %s a certificate", verify, with));
    tap_ok((result.detail != NULL) == (result.reason != REASON_UNDECIDED),
           "and a detail exactly with a refusal");
}

static void test_details(void) {
    struct request request = {.verify = TEXT("NONE"), .certificate = TEXT("-")};
    tap_is(cz_server_verification(&request).detail,
           "SSL_CLIENT_VERIFY is NONE, yet there is a certificate", "NONE, and one at hand");
    request.verify = TEXT("maybe");
    tap_is(cz_server_verification(&request).detail,
           "SSL_CLIENT_VERIFY has a value that no web server sets", "a strange value");
    request.verify = TEXT("FAILED:certificate revoked");
    tap_is(cz_server_verification(&request).detail,
           "the web server found fault with it (SSL_CLIENT_VERIFY)", "a fault, and one at hand");
    request.certificate = TEXT("");
    tap_is(cz_server_verification(&request).detail,
           "the web server found fault with it (SSL_CLIENT_VERIFY) and did not hand it over",
           "a fault, and none at hand");
    request.verify = TEXT("FAILED:unable to get local issuer certificate");
    tap_is(cz_server_verification(&request).detail,
           "the web server knows no issuer of it (SSL_CLIENT_VERIFY) and did not hand it over; "
           "are roots and intermediates in its own file of CAs?",
           "no issuer, and none at hand");
    request.verify = TEXT("SUCCESS");
    tap_is(cz_server_verification(&request).detail,
           "SSL_CLIENT_VERIFY says that there is a certificate, and SSL_CLIENT_CERT is not set; "
           "see the web server's configuration",
           "SUCCESS, and an empty one");
}

int main(void) {
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        check(&cases[i], false);
        check(&cases[i], true);
    }
    test_details();
    return tap_done();
}
