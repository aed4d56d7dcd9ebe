/* Which OCSP responses count, and which do not and why. */
#include "ocsp-trial.h"

static void try_all(const struct trial *trials, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct ocsp_answer answer = trial_ask(&trials[i], trial_response(&trials[i]), NOW);
        tap_is(trial_text(&answer), trials[i].expected, trials[i].name);
    }
}

static bool yes(void *context, const struct certificate *responder) {
    (void)context;
    return cz_bytes_equal(responder->der, trial_certificates[O_CHECKED]->der);
}

static bool no(void *context, const struct certificate *responder) {
    (void)context;
    (void)responder;
    return false;
}

static void test_content(void) {
    const struct bytes critical[] = {support_extension(TEXT("\x2a\x03"), true, TEXT("x")), {0}};
    const struct bytes harmless[] = {support_extension(TEXT("\x2a\x03"), false, TEXT("x")), {0}};
    const struct bytes nonce_twice[] = {
        support_extension(OID_OCSP_NONCE, true, DER(DER_OCTET_STRING, TEXT("n"))), {0}};
#define SAID(...) .said = {.issuer = "m", .issuer_key = KEY_M, .serial = TEXT("\x21"), __VA_ARGS__ }
#define WITH(...) .response = {.responder = "m", .signer = KEY_M, __VA_ARGS__}
#define ERROR_CODE(octet)                                                                          \
    .response = {                                                                                  \
        .parts = {                                                                                 \
            [RESPONSE_STATUS] = DER(DER_ENUMERATED, TEXT(octet)), [RESPONSE_BYTES] = TEXT("")}}
    const struct trial trials[] = {
        {.name = "good", .expected = "good"},
        {.name = "revoked",
         SAID(.verdict = SAYS_REVOKED, .reason = REASON(4)),
         .expected = "revoked (superseded)"},
        {.name = "revoked for no reason",
         SAID(.verdict = SAYS_REVOKED),
         .expected = "revoked (unspecified)"},
        {.name = "on hold",
         SAID(.verdict = SAYS_REVOKED, .reason = REASON(6)),
         .expected = "revoked (certificateHold)"},
        {.name = "a reason for delta CRLs alone",
         SAID(.verdict = SAYS_REVOKED, .reason = REASON(8)),
         .expected = "revoked (removeFromCRL)"},
        {.name = "a reason that is not known",
         SAID(.verdict = SAYS_REVOKED, .reason = REASON(42)),
         .expected = "revoked (other)"},
        {.name = "unknown", SAID(.verdict = SAYS_UNKNOWN), .expected = "not-known, heard"},
        {.name = "by SHA-256", SAID(.hash = 1), .expected = "good"},
        {.name = "malformed",
         WITH(.parts = {[RESPONSE_PRODUCED] = TEXT("")}),
         .expected = "unusable: producedAt is malformed"},
        {.name = "malformedRequest",
         ERROR_CODE("\1"),
         .expected = "response-error: the responder says malformedRequest"},
        {.name = "internalError",
         ERROR_CODE("\2"),
         .expected = "response-error: the responder says internalError"},
        {.name = "tryLater",
         ERROR_CODE("\3"),
         .expected = "response-error: the responder says tryLater"},
        {.name = "sigRequired",
         ERROR_CODE("\5"),
         .expected = "response-error: the responder says sigRequired"},
        {.name = "unauthorized",
         ERROR_CODE("\6"),
         .expected = "response-error: the responder says unauthorized"},
        {.name = "about another certificate",
         .said = {.issuer = "m", .issuer_key = KEY_M, .serial = TEXT("\x22")},
         .expected = "wrong-certificate"},
        {.name = "about the serial of another CA",
         .said = {.issuer = "x", .issuer_key = KEY_M, .serial = TEXT("\x21")},
         .expected = "wrong-certificate"},
        {.name = "about nobody",
         WITH(.parts = {[RESPONSE_SINGLES] = DER(DER_SEQUENCE, TEXT(""))}),
         .expected = "wrong-certificate"},
        {.name = "a critical extension that is not known",
         WITH(.more = critical),
         .expected = "unusable: a critical extension is not known"},
        {.name = "the same of the certificate's status",
         SAID(.more = critical),
         .expected = "unusable: a critical extension is not known"},
        {.name = "extensions that are not critical",
         WITH(.more = harmless),
         SAID(.more = harmless),
         .expected = "good"},
        {.name = "a nonce that nobody sent", WITH(.nonce = TEXT("n")), .expected = "good"},
        {.name = "a nonce that is critical", WITH(.more = nonce_twice), .expected = "good"},
        {.name = "the nonce that was sent",
         WITH(.nonce = TEXT("n")),
         .nonce = TEXT("n"),
         .expected = "good"},
        {.name = "another nonce",
         WITH(.nonce = TEXT("m")),
         .nonce = TEXT("n"),
         .expected = "unusable: it does not hold the nonce that was sent"},
        {.name = "no nonce",
         .nonce = TEXT("n"),
         .expected = "unusable: it does not hold the nonce that was sent"},
    };
    try_all(trials, CZ_COUNT(trials));
}

static void test_signers(void) {
    const struct trial trials[] = {
        {.name = "the issuer, told by its key", .response = {.signer = KEY_M}, .expected = "good"},
        {.name = "its signature broken",
         .response = {.responder = "m", .signer = KEY_M, .bad_signature = true},
         .expected = "bad-signature"},
        {.name = "broken, and revoked",
         .response = {.responder = "m", .signer = KEY_M, .bad_signature = true},
         .said =
             {.issuer = "m", .issuer_key = KEY_M, .serial = TEXT("\x21"), .verdict = SAYS_REVOKED},
         .expected = "bad-signature"},
        {.name = "another key under its name", BY("m", KEY_OTHER), .expected = "bad-signature"},
        {.name = "the issuer carried too", .carried = {M}, .expected = "good"},
        {.name = "another key under its name, with a certificate for it",
         BY("m", KEY_O),
         .carried = {O},
         .expected = "bad-signature"},
        {.name = "somebody without a certificate", BY_O, .expected = "no-issuer"},
        {.name = "a delegate", BY_O, .carried = {O}, .expected = "good"},
        {.name = "a delegate told by its key",
         .response = {.signer = KEY_O},
         .carried = {O},
         .expected = "good"},
        {.name = "a delegate by another key",
         BY("o", KEY_OTHER),
         .carried = {O},
         .expected = "bad-signature"},
        {.name = "a delegate behind others", BY_O, .carried = {M, C, O}, .expected = "good"},
        {.name = "a delegate behind one of its name that may not",
         BY_O,
         .carried = {O_NO_PURPOSE, O},
         .expected = "good"},
        {.name = "a delegate whose name is written in another way",
         BY_O,
         .carried = {O_LATIN},
         .expected = "good"},
        {.name = "a delegate without key usage",
         BY_O,
         .carried = {O_NO_KEY_USAGE},
         .expected = "good"},
        {.name = "a delegate that says \"revoked\"",
         BY_O,
         .carried = {O},
         .said =
             {.issuer = "m", .issuer_key = KEY_M, .serial = TEXT("\x21"), .verdict = SAYS_REVOKED},
         .expected = "revoked (unspecified)"},
        {.name = "others alone", BY_O, .carried = {M, C}, .expected = "no-issuer"},
    };
    try_all(trials, CZ_COUNT(trials));
}

#define NO_PURPOSE                                                                                 \
    NOT_ALLOWED "the extended key usage of the responder's certificate does not hold OCSPSigning"
#define OTHER_CA                                                                                   \
    NOT_ALLOWED "the responder's certificate is not issued by the CA of the certificate that was " \
                "asked about, with the same key"
#define UNSOUND                                                                                    \
    NOT_ALLOWED "the responder's certificate is too weak, or has a critical extension that is "    \
                "not known"
#define NO_SIGNING                                                                                 \
    NOT_ALLOWED "the key usage of the responder's certificate holds no digitalSignature"

static void test_delegation(void) {
    const struct trial trials[] = {
        {.name = "no OCSPSigning", BY_O, .carried = {O_NO_PURPOSE}, .expected = NO_PURPOSE},
        {.name = "any purpose", BY_O, .carried = {O_ANY_PURPOSE}, .expected = NO_PURPOSE},
        {.name = "another issuer", BY_O, .carried = {O_OTHER_ISSUER}, .expected = OTHER_CA},
        {.name = "another key of the issuer", BY_O, .carried = {O_OTHER_KEY}, .expected = OTHER_CA},
        {.name = "a key that may not sign",
         BY_O,
         .carried = {O_NO_DIGITAL_SIGNATURE},
         .expected = NO_SIGNING},
        {.name = "expired", BY_O, .carried = {O_EXPIRED}, .expected = NOT_NOW},
        {.name = "not yet valid", BY_O, .carried = {O_FUTURE}, .expected = NOT_NOW},
        {.name = "a weak key", BY("o", FORGE_RSA_1024), .carried = {O_WEAK}, .expected = UNSOUND},
        {.name = "a weak key where any is enough",
         BY("o", FORGE_RSA_1024),
         .carried = {O_WEAK},
         .strength = STRENGTH_NONE,
         .expected = "good"},
        {.name = "an unknown critical extension",
         BY_O,
         .carried = {O_CRITICAL},
         .expected = UNSOUND},
        {.name = "the certificate itself",
         BY("c", 0),
         .asked_about = C_RESPONDER,
         .carried = {C_RESPONDER},
         .expected = NOT_ALLOWED "the certificate vouches for itself"},
        {.name = "to be checked, and nobody does",
         BY_O,
         .carried = {O_CHECKED},
         .expected = "good"},
        {.name = "to be checked, and good",
         BY_O,
         .carried = {O_CHECKED},
         .is_good = yes,
         .expected = "good"},
        {.name = "to be checked, and not good",
         BY_O,
         .carried = {O_CHECKED},
         .is_good = no,
         .expected = NOT_ALLOWED "the responder's certificate lacks id-pkix-ocsp-nocheck, and no "
                                 "CRL says that it is not revoked"},
        {.name = "not to be checked", BY_O, .carried = {O}, .is_good = no, .expected = "good"},
    };
    try_all(trials, CZ_COUNT(trials));
}

static void test_configured(void) {
    const struct trial trials[] = {
        {.name = "configured", BY_O, .configured = {O}, .expected = "good"},
        {.name = "the second", BY_O, .configured = {C, O}, .expected = "good"},
        {.name = "of another CA and without a purpose",
         BY_O,
         .configured = {O_OTHER_ISSUER},
         .is_good = no,
         .expected = "good"},
        {.name = "configured, and another key signs",
         BY("o", KEY_OTHER),
         .configured = {O},
         .expected = "bad-signature"},
        {.name = "configured and expired", BY_O, .configured = {O_EXPIRED}, .expected = NOT_NOW},
        {.name = "configured and not to sign",
         BY_O,
         .configured = {O_NO_DIGITAL_SIGNATURE},
         .expected = NO_SIGNING},
        {.name = "configured and expired, and carried with another certificate",
         BY_O,
         .configured = {O_EXPIRED},
         .carried = {O},
         .expected = "good"},
    };
    try_all(trials, CZ_COUNT(trials));
}

static void test_strength(void) {
    struct certificate *rsa = forge_certificate(&(struct forge){
        .subject = "m", .issuer = "m", .key = FORGE_RSA, .signer = FORGE_RSA, .ca = true});
    struct certificate *elliptic = trial_certificates[M];
    trial_certificates[M] = rsa;
#define BY_RSA(...)                                                                                \
    .response = {.responder = "m", .signer = FORGE_RSA, __VA_ARGS__}, .said = {                    \
        .issuer = "m",                                                                             \
        .issuer_key = FORGE_RSA,                                                                   \
        .serial = TEXT("\x21")                                                                     \
    }
    const struct trial trials[] = {
        {.name = "RSA with SHA-256", BY_RSA(.sha1 = false), .expected = "good"},
        {.name = "RSASSA-PSS", BY_RSA(.pss = true), .expected = "good"},
        {.name = "SHA-1", BY_RSA(.sha1 = true), .expected = "weak-signature"},
        {.name = "SHA-1 where any is enough",
         BY_RSA(.sha1 = true),
         .strength = STRENGTH_NONE,
         .expected = "good"},
        {.name = "MD5",
         BY_RSA(.parts = {[RESPONSE_ALGORITHM] =
                              DER(DER_SEQUENCE,
                                  DER(DER_OID, TEXT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04")),
                                  DER(DER_NULL, TEXT("")))}),
         .strength = STRENGTH_NONE,
         .expected = "weak-signature"},
        {.name = "an algorithm that is not known",
         BY_RSA(.parts = {[RESPONSE_ALGORITHM] = DER(DER_SEQUENCE, DER(DER_OID, TEXT("\x2a")))}),
         .strength = STRENGTH_NONE,
         .expected = "weak-signature"},
    };
    try_all(trials, CZ_COUNT(trials));
    trial_certificates[M] = elliptic;
    cz_certificate_free(rsa);
}

static void test_carried_garbage(void) {
    const struct bytes garbage[] = {DER(DER_SEQUENCE, TEXT("")), trial_certificates[O]->der, {0}};
    const struct bytes alone[] = {DER(DER_SEQUENCE, TEXT("")), {0}};
    const struct trial trials[] = {
        {.name = "a certificate that is none, and then the delegate's",
         .response = {.responder = "o", .signer = KEY_O, .certificates = garbage},
         .expected = "good"},
        {.name = "a certificate that is none",
         .response = {.responder = "o", .signer = KEY_O, .certificates = alone},
         .expected = "no-issuer: a certificate that the OCSP response carries is malformed"},
    };
    try_all(trials, CZ_COUNT(trials));
}

int main(void) {
    trial_begin();
    test_content();
    test_signers();
    test_delegation();
    test_configured();
    test_strength();
    test_carried_garbage();
    trial_end();
    return tap_done();
}
