/* CRLs and OCSP responses together: who is asked first, who stands in, and for how long. */
#include "revocation.h"

#include "faults.h"

static void test_crl_first(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL);
    const struct question questions[] = {
        {.name = "a list that says \"good\" is not asked about",
         .lists = {LIST_R(), LIST_M()},
         .said = {{.about = C, .verdict = SAYS_REVOKED}},
         .expected = "good at 0: good, good"},
        {.name = "no list",
         .lists = {LIST_R()},
         .said = {{.about = C}},
         .expected = "good at 0: good by OCSP, good"},
        {.name = "no list, and revoked",
         .lists = {LIST_R()},
         .said = {{.about = C, .verdict = SAYS_REVOKED}},
         .expected = "revoked at 0: revoked (keyCompromise) by OCSP, good"},
        {.name = "no list of the CA's issuer",
         .lists = {LIST_M()},
         .said = {{.about = M}},
         .expected = "good at 0: good, good by OCSP"},
        {.name = "no list at all",
         .lists = {NONE_SUCH},
         .said = {{.about = M}, {.about = C}},
         .expected = "good at 0: good by OCSP, good by OCSP"},
        {.name = "the CA revoked",
         .lists = {LIST_M()},
         .said = {{.about = M, .verdict = SAYS_REVOKED}},
         .expected = "revoked at 1: good, revoked (keyCompromise) by OCSP"},
        {.name = "a stale list",
         .lists = {LIST_R(), LIST_M(PAST)},
         .said = {{.about = C}},
         .expected = "good at 0: good by OCSP, good"},
        {.name = "a stale list, and revoked there",
         .lists = {LIST_R(), LIST_M(PAST, .entries = client)},
         .said = {{.about = C}},
         .expected = "revoked at 0: revoked (keyCompromise, stale), good"},
        {.name = "a stale list, and revoked by a stale response",
         .lists = {LIST_R(), LIST_M(PAST)},
         .said = {{.about = C, .verdict = SAYS_REVOKED, .next_update = NOW - 1}},
         .expected = "revoked at 0: revoked (keyCompromise, stale) by OCSP, good"},
        {.name = "both stale",
         .lists = {LIST_R(), LIST_M(PAST)},
         .said = {{.about = C, .next_update = NOW - 1}},
         .expected = "unknown at 0: stale, good"},
        {.name = "neither", .lists = {LIST_R()}, .expected = "unknown at 0: no-crl, good"},
        {.name = "a response about another of the name",
         .lists = {LIST_R()},
         .said = {{.about = C, .about_another = true}},
         .expected = "unknown at 0: wrong-certificate by OCSP, good"},
        {.name = "the cause that comes nearer to an answer, the list's",
         .lists = {LIST_R(), LIST_M(PAST)},
         .said = {{.about = C, .bad_signature = true}},
         .expected = "unknown at 0: stale, good"},
        {.name = "and the response's",
         .lists = {LIST_R(), LIST_M(.bad_signature = true)},
         .said = {{.about = C, .next_update = NOW - 1}},
         .expected = "unknown at 0: stale by OCSP, good"},
        {.name = "a responder that does not know the certificate",
         .lists = {LIST_R(), LIST_M(PAST)},
         .said = {{.about = C, .verdict = SAYS_UNKNOWN}},
         .expected = "unknown at 0: not-known by OCSP, good"},
        {.name = "the root, by itself",
         .lists = {LIST_R(), LIST_M()},
         .extent = REVOCATION_ENTIRE_CHAIN,
         .said = {{.about = R, .verdict = SAYS_REVOKED}},
         .expected = "good at 0: good, good, good"},
        {.name = "an anchor that another issued, by itself",
         .path = {C, M},
         .lists = {LIST_M()},
         .extent = REVOCATION_ENTIRE_CHAIN,
         .said = {{.about = M, .issuer = M}},
         .expected = "unknown at 1: good, no-crl"},
        {.name = "the root, by itself, without a list",
         .lists = {LIST_M()},
         .extent = REVOCATION_ENTIRE_CHAIN,
         .said = {{.about = M}, {.about = R, .verdict = SAYS_REVOKED}},
         .expected = "revoked at 2: good, good by OCSP, revoked (keyCompromise) by OCSP"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

static void test_other_orders(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL);
    const struct question questions[] = {
        {.name = "a response that says \"good\" is not asked about",
         .order = REVOCATION_OCSP_FIRST,
         .lists = {LIST_R(), LIST_M(.entries = client)},
         .said = {{.about = C}},
         .expected = "good at 0: good by OCSP, good"},
        {.name = "no response",
         .order = REVOCATION_OCSP_FIRST,
         .lists = {LIST_R(), LIST_M(.entries = client)},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "a stale response",
         .order = REVOCATION_OCSP_FIRST,
         .lists = {LIST_R(), LIST_M()},
         .said = {{.about = C, .next_update = NOW - 1}},
         .expected = "good at 0: good, good"},
        {.name = "a stale response, and revoked",
         .order = REVOCATION_OCSP_FIRST,
         .lists = {LIST_R(), LIST_M()},
         .said = {{.about = C, .verdict = SAYS_REVOKED, .next_update = NOW - 1}},
         .expected = "revoked at 0: revoked (keyCompromise, stale) by OCSP, good"},
        {.name = "a responder that does not know the certificate",
         .order = REVOCATION_OCSP_FIRST,
         .lists = {LIST_R(), LIST_M()},
         .said = {{.about = C, .verdict = SAYS_UNKNOWN}},
         .expected = "good at 0: good, good"},
        {.name = "neither",
         .order = REVOCATION_OCSP_FIRST,
         .lists = {LIST_R()},
         .expected = "unknown at 0: no-crl, good"},
        {.name = "lists alone",
         .order = REVOCATION_CRL_ONLY,
         .lists = {LIST_R()},
         .said = {{.about = C}},
         .expected = "unknown at 0: no-crl, good"},
        {.name = "responses alone",
         .order = REVOCATION_OCSP_ONLY,
         .lists = {LIST_R(), LIST_M(.entries = client)},
         .said = {{.about = C}},
         .expected = "unknown at 1: good by OCSP, no-response"},
        {.name = "an order that does not exist",
         .order = (enum revocation_order)9,
         .lists = {LIST_R(), LIST_M()},
         .said = {{.about = C}, {.about = M}},
         .expected = "unknown at 1: no-crl, no-crl"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

/* A responder's certificate without id-pkix-ocsp-nocheck. */
static void test_responders(void) {
    const struct forge_entry *responder = listing(S_O, 1, NULL);
    struct bytes user_certificates = TEXT("\x82\x01\xff"); /* onlyContainsCACerts */
    const struct question questions[] = {
        {.name = "a delegate",
         .lists = {LIST_R()},
         .said = {{.about = C, .by = O}},
         .expected = "good at 0: good by OCSP, good"},
        {.name = "one to be checked, without a list",
         .lists = {LIST_R()},
         .said = {{.about = C, .by = O_CHECKED}},
         .expected = "unknown at 0: responder-not-authorized by OCSP, good"},
        {.name = "with a list",
         .order = REVOCATION_OCSP_FIRST,
         .lists = {LIST_R(), LIST_M()},
         .said = {{.about = C, .by = O_CHECKED}},
         .expected = "good at 0: good by OCSP, good"},
        {.name = "with a list, where OCSP alone counts",
         .order = REVOCATION_OCSP_ONLY,
         .lists = {LIST_R(), LIST_M()},
         .said = {{.about = C, .by = O_CHECKED}, {.about = M, .by = O_OF_R}},
         .expected = "good at 0: good by OCSP, good by OCSP"},
        {.name = "on the list",
         .order = REVOCATION_OCSP_ONLY,
         .lists = {LIST_R(), LIST_M(.entries = responder)},
         .said = {{.about = C, .by = O_CHECKED}, {.about = M}},
         .expected = "unknown at 0: responder-not-authorized by OCSP, good by OCSP"},
        {.name = "on the list of another",
         .order = REVOCATION_OCSP_ONLY,
         .lists = {LIST_R(.entries = responder), LIST_M()},
         .said = {{.about = C, .by = O_CHECKED}, {.about = M}},
         .expected = "good at 0: good by OCSP, good by OCSP"},
        {.name = "not to be checked, and on the list",
         .order = REVOCATION_OCSP_ONLY,
         .lists = {LIST_R(), LIST_M(.entries = responder)},
         .said = {{.about = C, .by = O}, {.about = M}},
         .expected = "good at 0: good by OCSP, good by OCSP"},
        {.name = "with a list that is stale",
         .order = REVOCATION_OCSP_ONLY,
         .lists = {LIST_R(), LIST_M(PAST)},
         .said = {{.about = C, .by = O_CHECKED}, {.about = M}},
         .expected = "unknown at 0: responder-not-authorized by OCSP, good by OCSP"},
        {.name = "with a list that is not about such as it",
         .order = REVOCATION_OCSP_ONLY,
         .lists = {LIST_R(), LIST_M(.point = user_certificates)},
         .said = {{.about = C, .by = O_CHECKED}, {.about = M}},
         .expected = "unknown at 0: responder-not-authorized by OCSP, good by OCSP"},
        {.name = "without a list, where the end certificate alone is checked",
         .extent = REVOCATION_END_CERTIFICATE,
         .lists = {NONE_SUCH},
         .said = {{.about = C, .by = O_CHECKED}},
         .expected = "good at 0: good by OCSP"},
        {.name = "a delegate of the anchor, for the client",
         .lists = {LIST_R()},
         .said = {{.about = C, .by = O_OF_R}},
         .expected = "unknown at 0: responder-not-authorized by OCSP, good"},
        {.name = "a delegate of the anchor, for the anchor",
         .extent = REVOCATION_ENTIRE_CHAIN,
         .order = REVOCATION_OCSP_FIRST,
         .lists = {LIST_R(), LIST_M()},
         .said = {{.about = R, .by = O_OF_R, .verdict = SAYS_REVOKED}},
         .expected = "revoked at 2: good, good, revoked (keyCompromise) by OCSP"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

static void test_grace(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL);
    const struct question questions[] = {
        {.name = "a list in the last second of grace",
         .stale_grace = 5,
         .lists = {LIST_R(), LIST_M(.next_update = NOW - 4)},
         .expected = "good at 0: good, good"},
        {.name = "a list past the grace",
         .stale_grace = 5,
         .lists = {LIST_R(), LIST_M(.next_update = NOW - 5)},
         .expected = "unknown at 0: stale, good"},
        {.name = "a list within the grace, and revoked",
         .stale_grace = 5,
         .lists = {LIST_R(), LIST_M(.next_update = NOW - 4, .entries = client)},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "a list of tomorrow",
         .stale_grace = 5 * DAY,
         .lists = {LIST_R(), LIST_M(.this_update = NOW + 1)},
         .expected = "unknown at 0: stale, good"},
        {.name = "a list without nextUpdate",
         .stale_grace = 5 * DAY,
         .lists = {LIST_R(), LIST_M(.parts = {[LIST_NEXT_UPDATE] = TEXT("")})},
         .expected = "unknown at 0: stale, good"},
        {.name = "a response in the last second of grace",
         .stale_grace = 5,
         .lists = {LIST_R()},
         .said = {{.about = C, .next_update = NOW - 5}},
         .expected = "good at 0: good by OCSP, good"},
        {.name = "a response past the grace",
         .stale_grace = 5,
         .lists = {LIST_R()},
         .said = {{.about = C, .next_update = NOW - 6}},
         .expected = "unknown at 0: stale by OCSP, good"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

/* --- what is told of a certificate, and for how long --- */

struct telling {
    struct question question;
    int64_t this_update, next_update, from, until;
};

static void ask_telling(const struct telling *telling) {
    const struct question *question = &telling->question;
    CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
    for (const struct forge_list *list = question->lists; list->issuer != NULL; list++)
        answer_add(&answer, list);
    answer_check(&answer, question);
    const char *now = answer_text(&answer.result);
    tap_is(now, question->expected, question->name);
    tap_is_int(answer.result.of[0].this_update, telling->this_update, "its thisUpdate");
    tap_is_int(answer.result.of[0].next_update, telling->next_update, "its nextUpdate");
    tap_is_int(answer.result.valid_from, telling->from, "from when");
    tap_is_int(answer.result.valid_until, telling->until, "until when");
    const int64_t edges[] = {answer.result.valid_from, answer.result.valid_until};
    for (size_t i = 0; i < CZ_COUNT(edges); i++) {
        if (edges[i] == INT64_MIN || edges[i] == INT64_MAX)
            continue;
        answer.now = edges[i];
        answer_check(&answer, question);
        tap_is(answer_text(&answer.result), now, i == 0 ? "the same then" : "and at the end");
    }
}

static void test_telling(void) {
#define FAR .next_update = NOW + 99 * DAY, .this_update = NOW - 9 * DAY
    const struct telling tellings[] = {
        {{.name = "by a list",
          .lists = {LIST_R(FAR), LIST_M(.this_update = NOW - 2, .next_update = NOW + 5)},
          .expected = "good at 0: good, good"},
         NOW - 2,
         NOW + 5,
         NOW - 2,
         NOW + 4},
        {{.name = "by the list that ends first",
          .lists = {LIST_R(FAR),
                    LIST_M(.point = TEXT("\x83\x02\x05\x60"), .this_update = NOW - 1,
                           .next_update = NOW + 9),
                    LIST_M(.point = TEXT("\x83\x03\x07\x1f\x80"), .this_update = NOW - 4,
                           .next_update = NOW + 6)},
          .expected = "good at 0: good, good"},
         NOW - 4,
         NOW + 6,
         NOW - 1,
         NOW + 5},
        {{.name = "by a list with grace",
          .stale_grace = 9,
          .lists = {LIST_R(FAR), LIST_M(.this_update = NOW - 2, .next_update = NOW + 5)},
          .expected = "good at 0: good, good"},
         NOW - 2,
         NOW + 5,
         NOW - 2,
         NOW + 13},
        {{.name = "by a response",
          .lists = {LIST_R(FAR)},
          .said = {{.about = C, .next_update = NOW + 5}},
          .expected = "good at 0: good by OCSP, good"},
         NOW - DAY,
         NOW + 5,
         NOW - DAY,
         NOW + 5},
        {{.name = "by a response, with a stale list beside it",
          .lists = {LIST_R(FAR), LIST_M(.next_update = NOW - 3)},
          .said = {{.about = C, .next_update = NOW + 5}},
          .expected = "good at 0: good by OCSP, good"},
         NOW - DAY,
         NOW + 5,
         NOW - 3,
         NOW + 5},
        {{.name = "by a response, with a list of tomorrow beside it",
          .lists = {LIST_R(FAR), LIST_M(.this_update = NOW + 3)},
          .said = {{.about = C, .next_update = NOW + 5}},
          .expected = "good at 0: good by OCSP, good"},
         NOW - DAY,
         NOW + 5,
         NOW - DAY,
         NOW + 2},
        {{.name = "by a responder, as long as its list",
          .order = REVOCATION_OCSP_FIRST,
          .lists = {LIST_R(FAR), LIST_M(.this_update = NOW - 3, .next_update = NOW + 4)},
          .said = {{.about = C, .by = O_CHECKED}},
          .expected = "good at 0: good by OCSP, good"},
         NOW - DAY,
         NOW + DAY,
         NOW - 3,
         NOW + 3},
        {{.name = "revoked by a response that is stale",
          .lists = {LIST_R(FAR)},
          .said = {{.about = C, .verdict = SAYS_REVOKED, .next_update = NOW - 3}},
          .expected = "revoked at 0: revoked (keyCompromise, stale) by OCSP, good"},
         NOW - DAY,
         NOW - 3,
         NOW - 2,
         NOW + 99 * DAY - 1},
        {{.name = "a stale response",
          .lists = {LIST_R(FAR)},
          .said = {{.about = C, .next_update = NOW - 3}},
          .expected = "unknown at 0: stale by OCSP, good"},
         NOW - DAY,
         NOW - 3,
         NOW - 2,
         NOW + 99 * DAY - 1},
        {{.name = "a response that is not heard",
          .lists = {LIST_R(FAR)},
          .said = {{.about = C, .bad_signature = true}},
          .expected = "unknown at 0: bad-signature by OCSP, good"},
         0,
         INT64_MAX,
         NOW - 9 * DAY,
         NOW + 99 * DAY - 1},
        {{.name = "nothing", .lists = {LIST_R(FAR)}, .expected = "unknown at 0: no-crl, good"},
         0,
         INT64_MAX,
         NOW - 9 * DAY,
         NOW + 99 * DAY - 1},
    };
    for (size_t i = 0; i < CZ_COUNT(tellings); i++)
        ask_telling(&tellings[i]);
}

/* What may change when a response does: LIST_R is for CAs alone here, so that "crl" has no list. */
static void test_asking(void) {
#define LIST_R_OF_CAS LIST_R(.point = TEXT("\x82\x01\xff"))
    const struct {
        struct question question;
        bool asks;
    } askings[] = {
        {{.name = "lists that know everything",
          .lists = {LIST_R(), LIST_M()},
          .expected = "good at 0: good, good"},
         false},
        {{.name = "a list whose signer has a list",
          .lists = {LIST_R(), LIST_CRL()},
          .path = {C_OF_DELEGATE, M, R},
          .pool = {CRL},
          .expected = "good at 0: good, good"},
         false},
        {{.name = "a list whose signer is good by a response",
          .lists = {LIST_R_OF_CAS, LIST_CRL()},
          .path = {C_OF_DELEGATE, M, R},
          .pool = {CRL},
          .said = {{.about = CRL}},
          .expected = "good at 0: good, good"},
         true},
        {{.name = "and revoked by one",
          .lists = {LIST_R_OF_CAS, LIST_CRL()},
          .path = {C_OF_DELEGATE, M, R},
          .pool = {CRL},
          .said = {{.about = CRL, .verdict = SAYS_REVOKED}},
          .expected = "unknown at 0: issuer-not-trusted, good"},
         true},
        {{.name = "no response where one is looked for",
          .lists = {LIST_R()},
          .expected = "unknown at 0: no-crl, good"},
         true},
    };
    for (size_t i = 0; i < CZ_COUNT(askings); i++) {
        const struct question *question = &askings[i].question;
        CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
        for (size_t k = 0; question->lists[k].issuer != NULL; k++)
            answer_add(&answer, &question->lists[k]);
        answer_check(&answer, question);
        tap_is(answer_text(&answer.result), question->expected, question->name);
        tap_ok(answer.result.asked_ocsp == askings[i].asks, "%s: OCSP is %sasked", question->name,
               askings[i].asks ? "" : "not ");
    }
}

static void test_faults(void) {
    const struct forge_list of_root = LIST_R(), of_middle = LIST_M();
    const struct question question = {
        .name = "",
        .order = REVOCATION_OCSP_ONLY,
        .said = {{.about = C, .by = O_CHECKED}, {.about = M, .by = O_OF_R}}};
    CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
    answer_add(&answer, &of_root);
    answer_add(&answer, &of_middle);
    answer_check(&answer, &question);
    tap_is(answer_text(&answer.result), "good at 0: good by OCSP, good by OCSP", "with memory");
    long reached = 0, unsafe = 0;
    for (bool failed = true; failed && reached < 500;) {
        faults_begin(reached, true);
        answer_check(&answer, &question);
        failed = faults_end();
        unsafe += failed && answer.result.status == REVOCATION_GOOD;
        reached += failed;
    }
    tap_ok(unsafe == 0 && reached >= 4, "never good at each of %ld allocations", reached);
}

int main(void) {
    revocation_begin();
    test_crl_first();
    test_other_orders();
    test_responders();
    test_grace();
    test_telling();
    test_asking();
    test_faults();
    revocation_end();
    return tap_done();
}
