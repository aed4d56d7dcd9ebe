/*
 * What the tests of revocation share: client "c" below "m" below the anchor "r", others of these
 * names, sets of CRLs, and the answer of one check as a line of text.
 */
#ifndef CERTAUTHZ_TESTS_UNIT_REVOCATION_H
#define CERTAUTHZ_TESTS_UNIT_REVOCATION_H

#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "revocation/check.h"
#include "revocation/ocsp.h"

#define LISTS_MAX 40

/* --- certificates: client "c" below "m" below the anchor "r" --- */

enum {
    KEY_R = 1,
    KEY_M,
    KEY_NEW_M,
    KEY_CRL,
    KEY_OTHER_R,
    KEY_OTHER_M,
    KEY_D1,
    KEY_D2,
    KEY_D3,
    KEY_D4,
    KEY_O
};

enum who {
    NOBODY,
    R,
    M,
    C,
    M_WITHOUT_CRL_SIGN,
    C_OF_DELEGATE, /* its distribution point names "crl" as cRLIssuer */
    R_OTHER,       /* another anchor */
    M_OF_OTHER,    /* "m" again, of that anchor */
    NEW_M,         /* "m" with another key, of the anchor */
    NEW_M_OF_M,    /* the same, of "m" itself */
    NEW_M_EXPIRED,
    NEW_M_LATER,    /* valid from NOW + 5 on */
    CRL,            /* "crl", which signs lists and nothing else; of the anchor */
    CRL_OF_M,       /* of "m" */
    CRL_ON_ITS_OWN, /* its distribution point names itself as cRLIssuer */
    CRL_WITHOUT_CRL_SIGN,
    M_RSA, /* "m" with an RSA key */
    C_OF_RSA,
    C_OF_D1, /* its cRLIssuer is "d1", and so on */
    D1,
    D2,
    D3,
    D3_ON_ITS_OWN,
    D4_ON_ITS_OWN,
    O,         /* an OCSP responder of "m", not to be checked itself */
    O_CHECKED, /* the same, to be checked */
    O_OF_R,    /* the same, of the anchor */
    O_LATER,   /* as O, valid from NOW + 5 on */
    WHO_COUNT
};

/* Between these two. */
extern struct certificate *revocation_certificates[WHO_COUNT];
void revocation_begin(void);
void revocation_end(void);

/* DistributionPointName: http://l/, where CRL_OF_M is listed */
#define PLACE                                                                                      \
    DER(DER_CONTEXT_CONSTRUCTED(0),                                                                \
        DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_CONTEXT(6), TEXT("http://l/"))))

#define S_R TEXT("\x01")
#define S_M TEXT("\x11")
#define S_C TEXT("\x21")
#define S_CRL TEXT("\x14")
#define S_NEW_M TEXT("\x12")
#define S_O TEXT("\x15")

/* An OCSP response at hand: by the issuer, fresh, and good where it says nothing else. */
struct said {
    enum who about;
    enum forge_verdict verdict;
    int64_t this_update, next_update; /* as of struct forge_status */
    enum who by;                      /* the delegate that signs it, and that it carries */
    enum who issuer;                  /* NOBODY: the one that the certificate has */
    bool bad_signature, about_another;
};

struct question {
    const char *name;
    struct forge_list lists[6]; /* ended by one without an issuer */
    enum who path[4];           /* client first; none: C, M, R */
    enum who pool[6], sent[2];  /* intermediates, and what the client sent */
    struct said said[3];        /* ended by one about nobody */
    enum revocation_extent extent;
    enum revocation_order order;
    int64_t stale_grace;
    enum certificate_strength strength;
    const struct deny_list *denied;
    const char *expected;
};

struct answer {
    struct crl crls[LISTS_MAX];
    struct crl_index indexes[LISTS_MAX];
    struct crl_candidate candidates[LISTS_MAX];
    size_t count;
    struct held {
        uint8_t key[CZ_OCSP_KEY_SIZE];
        struct bytes der;
    } held[3]; /* the OCSP responses, for the path of the question */
    size_t held_count;
    struct path path;
    struct path_revocation result;
    int64_t now;
};

void answer_add(struct answer *answer, const struct forge_list *list);
void answer_check(struct answer *answer, const struct question *question);
/* Each certificate that was checked, from the client up. */
const char *answer_text(const struct path_revocation *result);
void answer_release(struct answer *answer);

#define LIST_R(...)                                                                                \
    { .issuer = "r", .signer = KEY_R, __VA_ARGS__ }
#define LIST_M(...)                                                                                \
    { .issuer = "m", .signer = KEY_M, __VA_ARGS__ }
#define LIST_NEW(...)                                                                              \
    { .issuer = "m", .signer = KEY_NEW_M, __VA_ARGS__ }
#define LIST_CRL(...)                                                                              \
    { .issuer = "crl", .signer = KEY_CRL, .point = TEXT("\x84\x01\xff"), __VA_ARGS__ }
#define LIST_D(name, key_number)                                                                   \
    { .issuer = name, .signer = key_number, .point = TEXT("\x84\x01\xff") }
#define PAST .this_update = NOW - 9 * DAY, .next_update = NOW - DAY
#define OLD .this_update = NOW - 5 * DAY
#define NONE_SUCH                                                                                  \
    { .issuer = NULL }

/* Entries with this one alone. */
struct forge_entry *listing(struct bytes serial, int reason, const char *issuer);

__attribute__((unused)) static void ask_all(const struct question *questions, size_t count) {
    for (size_t i = 0; i < count; i++) {
        CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
        for (const struct forge_list *list = questions[i].lists; list->issuer != NULL; list++)
            answer_add(&answer, list);
        answer_check(&answer, &questions[i]);
        tap_is(answer_text(&answer.result), questions[i].expected, questions[i].name);
    }
}

#endif
