/* Who signed a CRL: the CA, the CA with another key, a delegate; and who may not. */
#include "revocation.h"

static void test_issuers(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL), *fresh = listing(S_NEW_M, 1, NULL);
    const struct question questions[] = {
        {.name = "the CA's other key",
         .lists = {LIST_R(), LIST_NEW()},
         .pool = {NEW_M},
         .expected = "good at 0: good, good"},
        {.name = "the CA's other key, revoked",
         .lists = {LIST_R(), LIST_NEW(.entries = client)},
         .pool = {NEW_M},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "both keys, revoked on the list of the one",
         .lists = {LIST_R(), LIST_NEW(), LIST_M(OLD, .entries = client)},
         .pool = {NEW_M},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "and of the other",
         .lists = {LIST_R(), LIST_NEW(OLD, .entries = client), LIST_M()},
         .pool = {NEW_M},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "revoked on a stale list of the own key, not on the other's fresh one",
         .lists = {LIST_R(), LIST_NEW(), LIST_M(PAST, .entries = client)},
         .pool = {NEW_M},
         .expected = "revoked at 0: revoked (keyCompromise, stale), good"},
        {.name = "a stale list of the own key, and the other's fresh one",
         .lists = {LIST_R(), LIST_NEW(), LIST_M(PAST)},
         .pool = {NEW_M},
         .expected = "good at 0: good, good"},
        {.name = "the other key's certificate is revoked",
         .lists = {LIST_R(.entries = fresh), LIST_NEW()},
         .pool = {NEW_M},
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "which does not count for the end certificate alone",
         .lists = {LIST_R(.entries = fresh), LIST_NEW()},
         .pool = {NEW_M},
         .extent = REVOCATION_END_CERTIFICATE,
         .expected = "good at 0: good"},
        {.name = "the other key's certificate has expired",
         .lists = {LIST_R(), LIST_NEW()},
         .pool = {NEW_M_EXPIRED},
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "the other key, certified by the first one",
         .lists = {LIST_R(), LIST_NEW(), LIST_M()},
         .pool = {NEW_M_OF_M},
         .expected = "good at 0: good, good"},
        {.name = "which cannot vouch for itself",
         .lists = {LIST_R(), LIST_NEW()},
         .pool = {NEW_M_OF_M},
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "the CA's name below another anchor",
         .lists = {LIST_R(), {.issuer = "m", .signer = KEY_OTHER_M}},
         .pool = {M_OF_OTHER},
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "even where all is well there",
         .lists = {LIST_R(),
                   {.issuer = "m", .signer = KEY_OTHER_M},
                   {.issuer = "r", .signer = KEY_OTHER_R}},
         .pool = {M_OF_OTHER},
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "a CA that is asked about cannot vouch for itself",
         .lists = {LIST_NEW()},
         .path = {NEW_M_OF_M, M, R},
         .pool = {NEW_M_OF_M},
         .extent = REVOCATION_END_CERTIFICATE,
         .expected = "unknown at 0: bad-signature"},
        {.name = "an issuer's certificate that the client sent",
         .lists = {LIST_R(), LIST_NEW()},
         .sent = {CRL, NEW_M},
         .expected = "good at 0: good, good"},
        {.name = "one of another name that has the key",
         .lists = {LIST_R(), {.issuer = "m", .signer = KEY_CRL}},
         .sent = {CRL},
         .expected = "unknown at 0: bad-signature, good"},
        {.name = "three delegates, each on the next one's list",
         .lists = {LIST_R(), LIST_D("d1", KEY_D1), LIST_D("d2", KEY_D2), LIST_D("d3", KEY_D3)},
         .path = {C_OF_D1, M, R},
         .pool = {D1, D2, D3_ON_ITS_OWN},
         .expected = "good at 0: good, good"},
        {.name = "four delegates",
         .lists = {LIST_R(), LIST_D("d1", KEY_D1), LIST_D("d2", KEY_D2), LIST_D("d3", KEY_D3),
                   LIST_D("d4", KEY_D4)},
         .path = {C_OF_D1, M, R},
         .pool = {D1, D2, D3, D4_ON_ITS_OWN},
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "the anchor's name with another key",
         .lists = {{.issuer = "r", .signer = KEY_OTHER_R}, LIST_M()},
         .expected = "unknown at 1: good, bad-signature"},
        {.name = "a delegate",
         .lists = {LIST_R(), LIST_CRL()},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL},
         .expected = "good at 0: good, good"},
        {.name = "a delegate that says revoked",
         .lists = {LIST_R(), LIST_CRL(.entries = listing(S_C, 4, "m"))},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL},
         .expected = "revoked at 0: revoked (superseded), good"},
        {.name = "of the same serial of another CA",
         .lists = {LIST_R(), LIST_CRL(.entries = listing(S_C, 4, "n"))},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL},
         .expected = "good at 0: good, good"},
        {.name = "of its own",
         .lists = {LIST_R(), LIST_CRL(.entries = client)},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL},
         .expected = "good at 0: good, good"},
        {.name = "a delegate that the certificate does not name",
         .lists = {LIST_R(), LIST_CRL()},
         .pool = {CRL},
         .expected = "unknown at 0: no-crl, good"},
        {.name = "a delegate that is revoked",
         .lists = {LIST_R(.entries = listing(S_CRL, 1, NULL)), LIST_CRL()},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL},
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "a delegate whose certificate is nowhere",
         .lists = {LIST_R(), LIST_CRL()},
         .path = {C_OF_DELEGATE, M, R},
         .expected = "unknown at 0: no-issuer, good"},
        {.name = "a delegate that may not sign",
         .lists = {LIST_R(), LIST_CRL()},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL_WITHOUT_CRL_SIGN},
         .expected = "unknown at 0: issuer-may-not-sign, good"},
        {.name = "a delegate of the CA, of which nothing is known",
         .lists = {LIST_R(), LIST_CRL()},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL_OF_M},
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "a delegate on the CA's list for delegates",
         .lists = {LIST_R(), LIST_CRL(), LIST_M(.point = PLACE)},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL_OF_M},
         .expected = "good at 0: good, good"},
        {.name = "a delegate that is revoked on it",
         .lists = {LIST_R(), LIST_CRL(),
                   LIST_M(.point = PLACE, .entries = listing(S_CRL, 1, NULL))},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL_OF_M},
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "a delegate that its CA lets speak for itself",
         .lists = {LIST_R(), LIST_CRL()},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL_ON_ITS_OWN},
         .expected = "good at 0: good, good"},
        {.name = "and that says of itself that it is revoked",
         .lists = {LIST_R(), LIST_CRL(.entries = listing(S_CRL, 1, "m"))},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL_ON_ITS_OWN},
         .expected = "unknown at 0: issuer-not-trusted, good"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

/* By the algorithm: strong enough, and known at all. */
static void test_algorithms(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL);
#define LIST_RSA(...)                                                                              \
    { .issuer = "m", .signer = FORGE_RSA, __VA_ARGS__ }
#define OF_RSA .path = {C_OF_RSA, M_RSA, R}
    const struct question questions[] = {
        {.name = "RSA",
         .lists = {LIST_R(), LIST_RSA()},
         OF_RSA,
         .expected = "good at 0: good, good"},
        {.name = "RSASSA-PSS",
         .lists = {LIST_R(), LIST_RSA(.pss = true, .entries = client)},
         OF_RSA,
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "RSASSA-PSS with a bad signature",
         .lists = {LIST_R(), LIST_RSA(.pss = true, .bad_signature = true, .entries = client)},
         OF_RSA,
         .expected = "unknown at 0: bad-signature, good"},
        {.name = "SHA-1",
         .lists = {LIST_R(), LIST_RSA(.sha1 = true, .entries = client)},
         OF_RSA,
         .expected = "unknown at 0: weak-signature, good"},
        {.name = "SHA-1 where anything goes",
         .lists = {LIST_R(), LIST_RSA(.sha1 = true, .entries = client)},
         OF_RSA,
         .strength = STRENGTH_NONE,
         .expected = "revoked at 0: revoked (keyCompromise), good"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

static void test_verified(void) {
    const struct forge_list of_root = LIST_R(), of_middle = LIST_M(.bad_signature = true);
    const struct question usual = {.name = ""};
    CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
    answer_add(&answer, &of_root);
    answer_add(&answer, &of_middle);
    answer.candidates[1].verified_spki = revocation_certificates[M]->spki;
    answer_check(&answer, &usual);
    tap_is(answer_text(&answer.result), "good at 0: good, good", "a list that was verified before");
    struct crl_signatures none = {.count = 0};
    struct certificate inherited = *revocation_certificates[M];
    inherited.public_key.algorithm = GNUTLS_PK_DSA;
    tap_is_int(cz_crl_signature_check(&none, &answer.candidates[1], &inherited), SIGNATURE_BAD,
               "a DSA key is not known by its octets, which may lack its parameters");
    answer.candidates[1].verified_spki = revocation_certificates[R]->spki;
    answer_check(&answer, &usual);
    tap_is(answer_text(&answer.result), "unknown at 0: bad-signature, good", "by another key");
}

static void test_limits_of_signatures(void) {
    static struct crl_signatures signatures;
    static struct crl lists[CZ_CRL_SIGNATURES_MAX + 1];
    struct crl_candidate candidate = {.crl = NULL};
    for (size_t i = 0; i < CZ_CRL_SIGNATURES_MAX; i++) {
        candidate.crl = &lists[i];
        if (cz_crl_signature_check(&signatures, &candidate, revocation_certificates[M]) !=
            SIGNATURE_BAD)
            support_die("an empty list has a good signature");
    }
    tap_is_int(cz_crl_signature_check(&signatures, &candidate, revocation_certificates[M]),
               SIGNATURE_BAD, "what has been verified is remembered");
    candidate.crl = &lists[CZ_CRL_SIGNATURES_MAX];
    tap_is_int(cz_crl_signature_check(&signatures, &candidate, revocation_certificates[M]),
               SIGNATURE_LIMIT, "and no more than 64 are");
    const struct forge_list of_root = LIST_R(), of_middle = LIST_M();
    CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
    answer_add(&answer, &of_root);
    answer_add(&answer, &of_middle);
    struct certificate *anchors[] = {revocation_certificates[R]};
    const struct trust trust = {.anchors = {.items = anchors, .count = 1}};
    static const struct requirements requirements = {.max_path_length = 8};
    const struct path path = {.certificates = {revocation_certificates[C],
                                               revocation_certificates[M],
                                               revocation_certificates[R]},
                              .count = 3};
    const struct crl_issuer_search search = {.path = &path,
                                             .trust = &trust,
                                             .requirements = &requirements,
                                             .crl_signatures = &signatures,
                                             .now = NOW};
    struct crl_issuer issuer;
    enum revocation_cause cause;
    tap_ok(!cz_crl_issuer_find(&search, &answer.candidates[1], &issuer, &cause), "nobody is found");
    tap_is(cz_revocation_cause_name(cause), "limit", "at the limit");
}

/* Memory that runs out never makes anything good. */
int main(void) {
    revocation_begin();
    test_issuers();
    test_algorithms();
    test_verified();
    test_limits_of_signatures();
    revocation_end();
    return tap_done();
}
