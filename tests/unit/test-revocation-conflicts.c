/* Lists that contradict each other, and signers whom the operator denies. */
#include "revocation.h"

/* --- lists that are equally new --- */

static void test_ties(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL),
                             *released = listing(S_C, CRL_REASON_REMOVE_FROM_CRL, NULL);
#define REVOKED_BY(...)                                                                            \
    .lists = {LIST_R(), __VA_ARGS__}, .expected = "revoked at 0: revoked (keyCompromise), good"
#define GOOD_BY(...) .lists = {LIST_R(), __VA_ARGS__}, .expected = "good at 0: good, good"
#define OLDEST .this_update = NOW - 9 * DAY, .number = 1
    const struct bytes users = TEXT("\x81\x01\xff");
    const struct question questions[] = {
        {.name = "of two lists that are as new both are heard",
         REVOKED_BY(LIST_M(), LIST_M(.entries = client))},
        {.name = "without numbers, too",
         REVOKED_BY(LIST_M(.number = -1), LIST_M(.number = -1, .entries = client))},
        {.name = "that with the higher number is newer",
         GOOD_BY(LIST_M(.number = 2, .entries = client), LIST_M(.number = 3))},
        {.name = "a newer list with a lower number replaces nothing",
         REVOKED_BY(LIST_M(.number = 3, OLD, .entries = client), LIST_M(.number = 2))},
        {.name = "of two delta CRLs of one number both are heard",
         REVOKED_BY(LIST_M(), LIST_M(.number = 4, .base = 1),
                    LIST_M(.number = 4, .base = 1, .entries = client))},
        {.name = "that which releases does not hide that which revokes",
         REVOKED_BY(LIST_M(.entries = listing(S_C, CRL_REASON_CERTIFICATE_HOLD, NULL)),
                    LIST_M(.number = 4, .base = 1, .entries = released),
                    LIST_M(.number = 4, .base = 1, .entries = client))},
        {.name = "nor takes it back what another that is as new lets stand",
         .lists = {LIST_R(), LIST_M(.entries = listing(S_C, CRL_REASON_CERTIFICATE_HOLD, NULL)),
                   LIST_M(.number = 4, .base = 1, .entries = released),
                   LIST_M(.number = 4, .base = 1)},
         .expected = "revoked at 0: revoked (certificateHold), good"},
        {.name = "numbers of lists of two scopes are not compared",
         REVOKED_BY(LIST_M(.number = 2, .point = TEXT("\x81\x01\xff"), .entries = client),
                    LIST_M(.number = 3))},
        {.name = "their times are",
         GOOD_BY(LIST_M(.number = 9, OLD, .point = TEXT("\x81\x01\xff"), .entries = client),
                 LIST_M(.number = 3))},
        {.name = "a delta CRL that is not in force yet hides none that is",
         REVOKED_BY(LIST_M(), LIST_M(.number = 5, .base = 1, .this_update = NOW + 9),
                    LIST_M(.number = 4, .base = 1, .entries = client))},
        {.name = "a newer delta CRL replaces an older one",
         GOOD_BY(LIST_M(), LIST_M(.number = 4, .base = 1, OLD, .entries = client),
                 LIST_M(.number = 5, .base = 1, .entries = released))},
        {.name = "a delta CRL is newer than the list that replaced its own, of another scope",
         REVOKED_BY(LIST_M(OLDEST), LIST_M(.number = 2, OLD, .point = users),
                    LIST_M(.number = 3, .base = 1, .entries = client))},
        {.name = "or is older than that",
         GOOD_BY(LIST_M(OLDEST), LIST_M(.number = 2, .point = users),
                 LIST_M(.number = 3, .base = 1, OLD, .entries = client))},
        {.name = "or as new, in which case both are heard",
         REVOKED_BY(LIST_M(OLDEST), LIST_M(.number = 2, .point = users),
                    LIST_M(.number = 3, .base = 1, .entries = client))},
        {.name = "or newer and stale, and says revoked all the same",
         .lists = {LIST_R(), LIST_M(OLDEST), LIST_M(.number = 2, OLD, .point = users),
                   LIST_M(.number = 3, .base = 1, .entries = client, .next_update = NOW - 1)},
         .expected = "revoked at 0: revoked (keyCompromise, stale), good"},
        {.name = "or newer, and releases what the list that replaced its own revokes",
         REVOKED_BY(LIST_M(OLDEST), LIST_M(.number = 2, OLD, .point = users, .entries = client),
                    LIST_M(.number = 3, .base = 1, .entries = released))},
        {.name = "or newer, and silent",
         GOOD_BY(LIST_M(OLDEST, .entries = client), LIST_M(.number = 2, OLD, .point = users),
                 LIST_M(.number = 3, .base = 1))},
    };
    ask_all(questions, CZ_COUNT(questions));
    CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
    const struct forge_list of_root = LIST_R(), of_middle = LIST_M();
    answer_add(&answer, &of_root);
    answer_add(&answer, &of_middle);
    for (int i = 0; i <= CZ_CRLS_OF_ONE_MAX; i++) {
        const struct forge_list delta = LIST_M(.number = 2 + i, .base = 1);
        answer_add(&answer, &delta);
    }
    answer_check(&answer, &questions[0]);
    tap_is(answer_text(&answer.result), "unknown at 0: limit, good", "33 delta CRLs of one list");
}

/* --- signers that the operator denies --- */

static void test_denied(void) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list denied = {.count = 0};
    const enum who signers[] = {CRL, O};
    for (size_t i = 0; i < CZ_COUNT(signers); i++) {
        struct deny_entry entry = {
            .kind = DENY_PUBLIC_KEY, .text = strdup("it"), .reason = strdup("")};
        if (!cz_deny_digest(DENY_PUBLIC_KEY, revocation_certificates[signers[i]], entry.digest) ||
            !cz_deny_list_add(&denied, &entry))
            support_die("cz_deny_list_add");
    }
    const struct question questions[] = {
        {.name = "a CRL by one whom the deny list names",
         .lists = {LIST_R(), LIST_CRL()},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL},
         .denied = &denied,
         .expected = "unknown at 0: issuer-not-trusted, good"},
        {.name = "where its own status is not asked for, too",
         .lists = {LIST_CRL()},
         .path = {C_OF_DELEGATE, M, R},
         .pool = {CRL},
         .extent = REVOCATION_END_CERTIFICATE,
         .denied = &denied,
         .expected = "unknown at 0: issuer-not-trusted"},
        {.name = "an OCSP response by one whom the deny list names",
         .lists = {LIST_R()},
         .said = {{.about = C, .by = O}},
         .denied = &denied,
         .expected = "unknown at 0: responder-not-authorized by OCSP, good"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

int main(void) {
    revocation_begin();
    test_ties();
    test_denied();
    revocation_end();
    return tap_done();
}
