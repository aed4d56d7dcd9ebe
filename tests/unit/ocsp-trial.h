/*
 * What the tests of OCSP share: certificates of responders, good ones and others, and one response
 * judged, as a line of text.
 */
#ifndef CERTAUTHZ_TESTS_UNIT_OCSP_TRIAL_H
#define CERTAUTHZ_TESTS_UNIT_OCSP_TRIAL_H

#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "revocation/ocsp_check.h"

enum { KEY_M = 1, KEY_O, KEY_OTHER };

enum trial_who {
    NOBODY,
    M,
    C,
    C_RESPONDER, /* the client again, with a certificate that makes it a responder */
    O,           /* a responder that "m" has made one, and that need not be checked itself */
    O_CHECKED,
    O_NO_PURPOSE,
    O_ANY_PURPOSE,
    O_OTHER_ISSUER,
    O_OTHER_KEY,
    O_NO_DIGITAL_SIGNATURE,
    O_NO_KEY_USAGE,
    O_EXPIRED,
    O_FUTURE,
    O_WEAK,
    O_CRITICAL,
    O_LATIN, /* its name in another string type and case */
    WHO_COUNT
};

/* Between these two. */
extern struct certificate *trial_certificates[WHO_COUNT];
void trial_begin(void);
void trial_end(void);

extern const struct requirements trial_requirements;

struct trial {
    const char *name, *expected;
    struct forge_response response; /* by default by "m", about the client, good */
    struct forge_status said;       /* in place of that */
    enum trial_who carried[3], configured[2], asked_about;
    struct bytes nonce;
    enum certificate_strength strength;
    bool (*is_good)(void *context, const struct certificate *responder);
};

/* The response of a trial, and the answer that it leads to. */
struct bytes trial_response(const struct trial *trial);
struct ocsp_answer trial_ask(const struct trial *trial, struct bytes der, int64_t now);
const char *trial_text(const struct ocsp_answer *answer);

#define BY(name, key) .response = {.responder = name, .signer = key}
#define BY_O BY("o", KEY_O)
#define NOT_ALLOWED "responder-not-authorized: "

#define NOT_NOW NOT_ALLOWED "the responder's certificate is not valid now"

#endif
