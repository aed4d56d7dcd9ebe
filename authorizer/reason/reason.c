#include "reason/reason.h"

#define FORBIDDEN .status = 403, .phrase = "Forbidden"
#define FAILURE .status = 500, .phrase = "Internal Server Error"

static const struct reason_info table[REASON_COUNT] = {
    [REASON_UNDECIDED] = {.slug = "undecided",
                          FAILURE,
                          .sentence = "No decision was reached, so access is refused."},
    [REASON_GRANTED] = {.slug = "granted",
                        .status = 200,
                        .phrase = "OK",
                        .sentence = "Access is granted."},
    [REASON_NO_CERTIFICATE] = {.slug = "no-certificate",
                               FORBIDDEN,
                               .sentence = "This resource needs a client certificate, and "
                                           "none was presented."},
    [REASON_MALFORMED_CERTIFICATE] = {.slug = "malformed-certificate",
                                      FORBIDDEN,
                                      .sentence = "The client certificate cannot be read."},
    [REASON_CERTIFICATE_TYPE_NOT_ALLOWED] = {.slug = "certificate-type-not-allowed",
                                             FORBIDDEN,
                                             .sentence = "A client certificate of this type "
                                                         "(self-signed or issued by a CA) is "
                                                         "not accepted here."},
    [REASON_SELF_SIGNED_NOT_TRUSTED] = {.slug = "self-signed-not-trusted",
                                        FORBIDDEN,
                                        .sentence = "This self-signed client certificate is "
                                                    "not one of those that are trusted here."},
    [REASON_NOT_FOR_CLIENT_AUTHENTICATION] = {.slug = "not-for-client-authentication",
                                              FORBIDDEN,
                                              .sentence = "The certificate was not issued for "
                                                          "client authentication."},
    [REASON_PURPOSE_NOT_MATCHED] = {.slug = "purpose-not-matched",
                                    FORBIDDEN,
                                    .sentence = "The certificate was not issued for the "
                                                "purposes that are demanded here."},
    [REASON_NOT_YET_VALID] = {.slug = "not-yet-valid",
                              FORBIDDEN,
                              .sentence = "The client certificate, or one of its issuers, is "
                                          "not valid yet."},
    [REASON_EXPIRED] = {.slug = "expired",
                        FORBIDDEN,
                        .sentence = "The client certificate, or one of its issuers, has expired."},
    [REASON_WEAK_KEY] = {.slug = "weak-key",
                         FORBIDDEN,
                         .sentence = "A key in the certificate's path is too weak or of a kind "
                                     "that is not accepted."},
    [REASON_WEAK_SIGNATURE] = {.slug = "weak-signature",
                               FORBIDDEN,
                               .sentence = "A signature in the certificate's path uses an "
                                           "algorithm that is too weak or unknown."},
    [REASON_UNSUPPORTED_CRITICAL_EXTENSION] = {.slug = "unsupported-critical-extension",
                                               FORBIDDEN,
                                               .sentence = "The certificate's path holds an "
                                                           "extension that must be understood "
                                                           "and is not."},
    [REASON_NO_PATH_TO_TRUST_ANCHOR] = {.slug = "no-path-to-trust-anchor",
                                        FORBIDDEN,
                                        .sentence = "The client certificate was not issued by "
                                                    "an authority that is trusted here, or an "
                                                    "intermediate certificate is missing."},
    [REASON_BAD_SIGNATURE] = {.slug = "bad-signature",
                              FORBIDDEN,
                              .sentence = "A signature in the certificate's path is wrong."},
    [REASON_ISSUER_NOT_A_CA] = {.slug = "issuer-not-a-ca",
                                FORBIDDEN,
                                .sentence = "The certificate was issued by a certificate that "
                                            "may not issue certificates."},
    [REASON_PATH_TOO_LONG] = {.slug = "path-too-long",
                              FORBIDDEN,
                              .sentence = "The certificate's path holds more intermediate "
                                          "certificates than are allowed."},
    [REASON_NAME_CONSTRAINT_VIOLATED] = {.slug = "name-constraint-violated",
                                         FORBIDDEN,
                                         .sentence = "The certificate, or one of its issuers, "
                                                     "bears a name that its issuers may not "
                                                     "give."},
    [REASON_NAME_CONSTRAINT_LIMIT] = {.slug = "name-constraint-limit",
                                      FORBIDDEN,
                                      .sentence = "The certificate's path holds more names and "
                                                  "name constraints than are compared."},
    [REASON_POLICY_NOT_ACCEPTABLE] = {.slug = "policy-not-acceptable",
                                      FORBIDDEN,
                                      .sentence = "The certificate was not issued under a policy "
                                                  "that is accepted here."},
    [REASON_POLICY_LIMIT] = {.slug = "policy-limit",
                             FORBIDDEN,
                             .sentence = "The certificate's path holds more policies than are "
                                         "worked through."},
    [REASON_ISSUER_NOT_FOR_CLIENT_AUTHENTICATION] =
        {.slug = "issuer-not-for-client-authentication",
         FORBIDDEN,
         .sentence = "One of the certificate's issuers may not issue certificates for client "
                     "authentication."},
    [REASON_PATH_SEARCH_LIMIT] = {.slug = "path-search-limit",
                                  FORBIDDEN,
                                  .sentence = "The search for the certificate's path was given "
                                              "up because it took too many steps."},
    [REASON_ON_DENY_LIST] = {.slug = "on-deny-list",
                             FORBIDDEN,
                             .sentence = "The certificate, or one of its issuers, has been barred "
                                         "from this service."},
    [REASON_REVOKED] = {.slug = "revoked",
                        FORBIDDEN,
                        .sentence = "The certificate, or one of its issuers, has been revoked."},
    [REASON_REVOCATION_UNKNOWN] = {.slug = "revocation-unknown",
                                   FORBIDDEN,
                                   .sentence = "It is not known whether the certificate, or one of "
                                               "its issuers, has been revoked."},
    [REASON_REVOCATION_STALE] = {.slug = "revocation-stale",
                                 FORBIDDEN,
                                 .sentence = "What is known of the certificate's revocation, or of "
                                             "its issuers', is out of date."},
    [REASON_REVOCATION_NO_SOURCE] = {.slug = "revocation-no-source",
                                     FORBIDDEN,
                                     .sentence = "Nobody is known who could tell whether the "
                                                 "certificate, or one of its issuers, has been "
                                                 "revoked."},
    [REASON_REVOCATION_UNREACHABLE] = {.slug = "revocation-unreachable",
                                       FORBIDDEN,
                                       .sentence = "Whoever could tell whether the certificate, or "
                                                   "one of its issuers, has been revoked cannot be "
                                                   "reached."},
    [REASON_REVOCATION_BAD_SIGNATURE] =
        {.slug = "revocation-bad-signature",
         FORBIDDEN,
         .sentence = "What was said of the certificate's revocation, or of its issuers', is not "
                     "signed by somebody who may say so."},
    [REASON_UNKNOWN_CLIENT] = {.slug = "unknown-client",
                               FORBIDDEN,
                               .sentence = "The certificate is valid, but belongs to nobody who "
                                           "is known here."},
    [REASON_AMBIGUOUS_CLIENT] = {.slug = "ambiguous-client",
                                 FORBIDDEN,
                                 .sentence = "The certificate fits more than one client that is "
                                             "known here."},
    [REASON_CREDENTIAL_NOT_ACTIVE] = {.slug = "credential-not-active",
                                      FORBIDDEN,
                                      .sentence = "The certificate belongs to a known client, but "
                                                  "does not count for it at this time."},
    [REASON_CLIENT_NOT_ALLOWED] = {.slug = "client-not-allowed",
                                   FORBIDDEN,
                                   .sentence = "The holder of this certificate may not use this "
                                               "resource."},
    [REASON_DENIED_BY_RULE] = {.slug = "denied-by-rule",
                               FORBIDDEN,
                               .sentence = "A rule denies access to this resource."},
    [REASON_UNKNOWN_POLICY] = {.slug = "unknown-policy",
                               FORBIDDEN,
                               .sentence = "The web server asked for a policy that is not "
                                           "configured; its configuration needs attention."},
    [REASON_NO_RULE] = {.slug = "no-rule",
                        FORBIDDEN,
                        .sentence = "No rule allows access to this resource."},
    [REASON_METHOD_NOT_ALLOWED] = {.slug = "method-not-allowed",
                                   FORBIDDEN,
                                   .sentence = "No rule allows this method on this resource."},
    [REASON_AMBIGUOUS_PATH] = {.slug = "ambiguous-path",
                               FORBIDDEN,
                               .sentence = "The address of the request can be read in more than "
                                           "one way."},
    [REASON_MISSING_SERVER_VARIABLE] = {.slug = "missing-server-variable",
                                        FORBIDDEN,
                                        .sentence = "The web server did not say what was asked "
                                                    "for; its configuration needs attention."},
    [REASON_INCONSISTENT_SERVER_VARIABLES] = {.slug = "inconsistent-server-variables",
                                              FORBIDDEN,
                                              .sentence = "The web server's statements about "
                                                          "the client certificate contradict "
                                                          "each other."},
    [REASON_SERVER_VERIFICATION_FAILED] = {.slug = "server-verification-failed",
                                           FORBIDDEN,
                                           .sentence = "The web server found fault with the "
                                                       "client certificate."},
    [REASON_REQUEST_TOO_LARGE] = {.slug = "request-too-large",
                                  FORBIDDEN,
                                  .sentence = "The request, or its client certificate, is larger "
                                              "than is accepted here."},
    [REASON_LOG_UNAVAILABLE] = {.slug = "log-unavailable",
                                FAILURE,
                                .sentence = "The decision could not be put on record, so access "
                                            "is refused."},
    [REASON_INTERNAL_ERROR] = {.slug = "internal-error",
                               FAILURE,
                               .sentence = "The authorization service failed; access is refused."},
};

const struct reason_info *cz_reason_info(enum reason reason) {
    if ((int)reason < 0 || reason >= REASON_COUNT)
        reason = REASON_INTERNAL_ERROR;
    return &table[reason];
}
