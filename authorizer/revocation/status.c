#include "revocation/status.h"

#include "base/cleanup.h"

static const char *const status_names[] = {
    [REVOCATION_UNKNOWN] = "unknown",
    [REVOCATION_GOOD] = "good",
    [REVOCATION_REVOKED] = "revoked",
};

struct cause {
    const char *name, *text;
};

static const struct cause causes[REVOCATION_CAUSE_COUNT] = {
    [REVOCATION_NO_CRL] = {"no-crl", "no CRL at hand covers it, or none for all reasons"},
    [REVOCATION_NO_RESPONSE] = {"no-response", "no OCSP response about it is at hand"},
    [REVOCATION_RESPONSE_ERROR] = {"response-error", "the OCSP responder answered with an error"},
    [REVOCATION_WRONG_CERTIFICATE] = {"wrong-certificate",
                                      "the OCSP response is about other certificates"},
    [REVOCATION_UNUSABLE] = {"unusable", "what the CRL or OCSP response holds forbids to use it"},
    [REVOCATION_NO_ISSUER] = {"no-issuer", "no certificate of whoever signed the CRL or OCSP "
                                           "response is at hand"},
    [REVOCATION_BAD_SIGNATURE] = {"bad-signature", "no certificate of whoever is named as the "
                                                   "signer of the CRL or OCSP response verifies "
                                                   "its signature"},
    [REVOCATION_RESPONDER_NOT_AUTHORIZED] = {"responder-not-authorized",
                                             "the certificate of the OCSP responder may not sign "
                                             "responses about it"},
    [REVOCATION_ISSUER_NOT_TRUSTED] = {"issuer-not-trusted",
                                       "no path whose certificates are valid and not revoked leads "
                                       "from the CRL's issuer to the same anchor"},
    [REVOCATION_ISSUER_MAY_NOT_SIGN] = {"issuer-may-not-sign",
                                        "the key usage of the CRL's issuer holds no cRLSign"},
    [REVOCATION_WEAK_SIGNATURE] = {"weak-signature",
                                   "the signature of the CRL or OCSP response uses an algorithm "
                                   "that is weaker than certificates.strength allows, or not "
                                   "known"},
    [REVOCATION_STALE] = {"stale", "the nextUpdate of the CRL or OCSP response has passed or is "
                                   "missing, or its thisUpdate lies ahead"},
    [REVOCATION_NOT_KNOWN] = {"not-known", "the OCSP responder does not know the certificate"},
    [REVOCATION_LOOKUP_FAILED] = {"lookup-failed", "the CRL's entries could not be read"},
    [REVOCATION_LIMIT] = {"limit",
                          "too many CRLs or OCSP responders, or too many signatures to verify"},
    [REVOCATION_NO_MEMORY] = {"no-memory", "out of memory"},
};

const char *cz_revocation_status_name(enum revocation_status status) {
    return status_names[(size_t)status < CZ_COUNT(status_names) ? status : REVOCATION_UNKNOWN];
}

static const struct cause *cause_of(enum revocation_cause cause) {
    return &causes[(size_t)cause < CZ_COUNT(causes) ? cause : REVOCATION_NO_CRL];
}

const char *cz_revocation_cause_name(enum revocation_cause cause) {
    return cause_of(cause)->name;
}

const char *cz_revocation_cause_text(enum revocation_cause cause) {
    return cause_of(cause)->text;
}
