/* Revoked, good or unknown, and why, and for how long: whole paths against whole sets of CRLs. */
#include "revocation.h"

#include "faults.h"

static void test_simple(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL), *middle = listing(S_M, 2, NULL);
    const struct forge_entry *root = listing(S_R, 2, NULL), *held = listing(S_C, 6, NULL);
    const struct forge_entry *removed = listing(S_C, 8, NULL), *other = listing(S_CRL, 1, NULL);
    const struct question questions[] = {
        {.name = "none revoked",
         .lists = {LIST_R(), LIST_M()},
         .expected = "good at 0: good, good"},
        {.name = "others revoked",
         .lists = {LIST_R(.entries = other), LIST_M(.entries = other)},
         .expected = "good at 0: good, good"},
        {.name = "the client revoked",
         .lists = {LIST_R(), LIST_M(.entries = client)},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "the client on hold",
         .lists = {LIST_R(), LIST_M(.entries = held)},
         .expected = "revoked at 0: revoked (certificateHold), good"},
        {.name = "removed from a list that is no delta CRL",
         .lists = {LIST_R(), LIST_M(.entries = removed)},
         .expected = "revoked at 0: revoked (removeFromCRL), good"},
        {.name = "the CA revoked",
         .lists = {LIST_R(.entries = middle), LIST_M()},
         .expected = "revoked at 1: good, revoked (cACompromise)"},
        {.name = "both revoked, and the nearest to the anchor told of",
         .lists = {LIST_R(.entries = middle), LIST_M(.entries = client)},
         .expected = "revoked at 1: revoked (keyCompromise), revoked (cACompromise)"},
        {.name = "the CA's serial on the client's list",
         .lists = {LIST_R(), LIST_M(.entries = middle)},
         .expected = "good at 0: good, good"},
        {.name = "no list at all",
         .lists = {NONE_SUCH},
         .expected = "unknown at 1: no-crl, no-crl"},
        {.name = "none of the client's issuer",
         .lists = {LIST_R()},
         .expected = "unknown at 0: no-crl, good"},
        {.name = "revoked outweighs unknown",
         .lists = {LIST_M(.entries = client)},
         .expected = "revoked at 0: revoked (keyCompromise), no-crl"},
        {.name = "the end certificate alone",
         .lists = {LIST_M()},
         .extent = REVOCATION_END_CERTIFICATE,
         .expected = "good at 0: good"},
        {.name = "with the CA revoked, unseen",
         .lists = {LIST_M(), LIST_R(.entries = middle)},
         .extent = REVOCATION_END_CERTIFICATE,
         .expected = "good at 0: good"},
        {.name = "the root too",
         .lists = {LIST_M(), LIST_R()},
         .extent = REVOCATION_ENTIRE_CHAIN,
         .expected = "good at 0: good, good, good"},
        {.name = "the root on its own list",
         .lists = {LIST_M(), LIST_R(.entries = root)},
         .extent = REVOCATION_ENTIRE_CHAIN,
         .expected = "revoked at 2: good, good, revoked (cACompromise)"},
        {.name = "an extent that does not exist",
         .lists = {LIST_M()},
         .extent = (enum revocation_extent)9,
         .expected = "unknown at 2: good, no-crl, no-crl"},
        {.name = "a path of one",
         .lists = {LIST_R(.entries = root)},
         .path = {R},
         .extent = REVOCATION_ENTIRE_CHAIN,
         .expected = "good at 0:"},
        {.name = "a serial kept as negative",
         .lists = {LIST_R(), LIST_M(.entries = listing(TEXT("\xde"), 1, NULL))},
         .expected = "good at 0: good, good"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

static void test_unusable(void) {
    const struct bytes unknown[] = {support_extension(TEXT("\x2a\x03\x04"), true, TEXT("x")), {0}};
    const struct forge_entry *client = listing(S_C, 1, NULL);
    const struct question questions[] = {
        {.name = "an unknown critical extension",
         .lists = {LIST_R(), LIST_M(.more = unknown, .entries = client)},
         .expected = "unknown at 0: unusable, good"},
        {.name = "beside a good list",
         .lists = {LIST_R(), LIST_M(.more = unknown), LIST_M()},
         .expected = "good at 0: good, good"},
        {.name = "a bad signature",
         .lists = {LIST_R(), LIST_M(.bad_signature = true)},
         .expected = "unknown at 0: bad-signature, good"},
        {.name = "a bad signature, and revoked",
         .lists = {LIST_R(), LIST_M(.bad_signature = true, .entries = client)},
         .expected = "unknown at 0: bad-signature, good"},
        {.name = "of another key",
         .lists = {LIST_R(), LIST_NEW()},
         .expected = "unknown at 0: bad-signature, good"},
        {.name = "an issuer that may not sign",
         .lists = {LIST_R(), LIST_M()},
         .path = {C, M_WITHOUT_CRL_SIGN, R},
         .expected = "unknown at 0: issuer-may-not-sign, good"},
        {.name = "a scope that is not the client's",
         .lists = {LIST_R(), LIST_M(.point = TEXT("\x82\x01\xff"))},
         .expected = "unknown at 0: no-crl, good"},
        {.name = "a delta CRL alone",
         .lists = {LIST_R(), LIST_M(.number = 2, .base = 1)},
         .expected = "unknown at 0: no-crl, good"},
        {.name = "a strength that ECDSA with SHA-256 has",
         .lists = {LIST_R(), LIST_M()},
         .strength = STRENGTH_HIGH,
         .expected = "good at 0: good, good"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

static void test_freshness(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL);
    struct bytes none = TEXT("");
    const struct question questions[] = {
        {.name = "a stale list",
         .lists = {LIST_R(), LIST_M(PAST)},
         .expected = "unknown at 0: stale, good"},
        {.name = "a stale list that names the client",
         .lists = {LIST_R(), LIST_M(PAST, .entries = client)},
         .expected = "revoked at 0: revoked (keyCompromise, stale), good"},
        {.name = "a stale list beside a fresh one",
         .lists = {LIST_R(), LIST_M(PAST, .entries = client), LIST_M()},
         .expected = "good at 0: good, good"},
        {.name = "no nextUpdate",
         .lists = {LIST_R(), LIST_M(.parts = {[LIST_NEXT_UPDATE] = none})},
         .expected = "unknown at 0: stale, good"},
        {.name = "no nextUpdate, and revoked",
         .lists = {LIST_R(), LIST_M(.entries = client, .parts = {[LIST_NEXT_UPDATE] = none})},
         .expected = "revoked at 0: revoked (keyCompromise, stale), good"},
        {.name = "a list of tomorrow",
         .lists = {LIST_R(), LIST_M(.this_update = NOW + 1, .next_update = NOW + DAY)},
         .expected = "unknown at 0: stale, good"},
        {.name = "a list of tomorrow, and revoked",
         .lists = {LIST_R(), LIST_M(.entries = client, .this_update = NOW + 1)},
         .expected = "revoked at 0: revoked (keyCompromise, stale), good"},
        {.name = "a list of this second",
         .lists = {LIST_R(), LIST_M(.this_update = NOW)},
         .expected = "good at 0: good, good"},
        {.name = "a list that ends this second",
         .lists = {LIST_R(), LIST_M(.next_update = NOW)},
         .expected = "unknown at 0: stale, good"},
        {.name = "a list that ends in the next",
         .lists = {LIST_R(), LIST_M(.next_update = NOW + 1)},
         .expected = "good at 0: good, good"},
        {.name = "the newer of two fresh ones, revoked",
         .lists = {LIST_R(), LIST_M(OLD), LIST_M(.entries = client)},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "the newer of two fresh ones, not revoked any more",
         .lists = {LIST_R(), LIST_M(OLD, .entries = client), LIST_M()},
         .expected = "good at 0: good, good"},
        {.name = "of the same second the higher number",
         .lists = {LIST_R(), LIST_M(.number = 2, .entries = client), LIST_M(.number = 3)},
         .expected = "good at 0: good, good"},
        {.name = "a stale list that is newer than a fresh one, and names the client",
         .lists = {LIST_R(), LIST_M(OLD),
                   LIST_M(.this_update = NOW - 2 * DAY, .next_update = NOW - DAY,
                          .entries = client)},
         .expected = "revoked at 0: revoked (keyCompromise, stale), good"},
        {.name = "a stale list that is newer than a fresh one, and does not",
         .lists = {LIST_R(), LIST_M(OLD),
                   LIST_M(.this_update = NOW - 2 * DAY, .next_update = NOW - DAY)},
         .expected = "good at 0: good, good"},
        {.name = "the newest of two stale ones",
         .lists = {LIST_R(), LIST_M(PAST),
                   LIST_M(.entries = client, .this_update = NOW - 20 * DAY,
                          .next_update = NOW - 10 * DAY)},
         .expected = "unknown at 0: stale, good"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

static void test_reasons(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL);
    struct bytes some = TEXT("\x83\x02\x05\x60"), rest = TEXT("\x83\x03\x07\x1f\x80");
    const struct question questions[] = {
        {.name = "some reasons alone",
         .lists = {LIST_R(), LIST_M(.point = some)},
         .expected = "unknown at 0: no-crl, good"},
        {.name = "all reasons in two lists",
         .lists = {LIST_R(), LIST_M(.point = some), LIST_M(.point = rest)},
         .expected = "good at 0: good, good"},
        {.name = "revoked in the first",
         .lists = {LIST_R(), LIST_M(.point = some, .entries = client), LIST_M(.point = rest)},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "revoked in the second",
         .lists = {LIST_R(), LIST_M(.point = some), LIST_M(.point = rest, .entries = client)},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "revoked with the other missing",
         .lists = {LIST_R(), LIST_M(.point = some, .entries = client)},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "one of them stale",
         .lists = {LIST_R(), LIST_M(.point = some), LIST_M(.point = rest, PAST)},
         .expected = "unknown at 0: stale, good"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

static void test_deltas(void) {
    const struct forge_entry *client = listing(S_C, 6, NULL), *removed = listing(S_C, 8, NULL);
    const struct forge_entry *later = listing(S_C, 1, NULL);
    const struct bytes unknown[] = {support_extension(TEXT("\x2a\x03\x04"), true, TEXT("x")), {0}};
#define BASE(...) LIST_M(.number = 5, __VA_ARGS__)
#define DELTA(...) LIST_M(.number = 7, .base = 5, __VA_ARGS__)
    const struct question questions[] = {
        {.name = "a delta CRL with nothing new",
         .lists = {LIST_R(), BASE(), DELTA()},
         .expected = "good at 0: good, good"},
        {.name = "revoked since",
         .lists = {LIST_R(), BASE(), DELTA(.entries = later)},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "another reason since",
         .lists = {LIST_R(), BASE(.entries = client), DELTA(.entries = later)},
         .expected = "revoked at 0: revoked (keyCompromise), good"},
        {.name = "revoked before",
         .lists = {LIST_R(), BASE(.entries = client), DELTA()},
         .expected = "revoked at 0: revoked (certificateHold), good"},
        {.name = "on hold and then removed",
         .lists = {LIST_R(), BASE(.entries = client), DELTA(.entries = removed)},
         .expected = "good at 0: good, good"},
        {.name = "removed by a delta CRL that is stale",
         .lists = {LIST_R(), BASE(.entries = client), DELTA(.entries = removed, PAST)},
         .expected = "revoked at 0: revoked (certificateHold), good"},
        {.name = "revoked by a delta CRL that is stale",
         .lists = {LIST_R(), BASE(), DELTA(.entries = later, PAST)},
         .expected = "revoked at 0: revoked (keyCompromise, stale), good"},
        {.name = "nothing in a delta CRL that is stale",
         .lists = {LIST_R(), BASE(), DELTA(PAST)},
         .expected = "good at 0: good, good"},
        {.name = "a stale base and a fresh delta CRL",
         .lists = {LIST_R(), BASE(PAST), DELTA()},
         .expected = "unknown at 0: stale, good"},
        {.name = "the highest of two delta CRLs",
         .lists = {LIST_R(), BASE(), DELTA(.entries = later),
                   LIST_M(.number = 8, .base = 5, .entries = removed)},
         .expected = "good at 0: good, good"},
        {.name = "in either order",
         .lists = {LIST_R(), BASE(), LIST_M(.number = 8, .base = 5, .entries = removed),
                   DELTA(.entries = later)},
         .expected = "good at 0: good, good"},
        {.name = "a delta CRL to a later base",
         .lists = {LIST_R(), BASE(.entries = client),
                   LIST_M(.number = 8, .base = 6, .entries = removed)},
         .expected = "revoked at 0: revoked (certificateHold), good"},
        {.name = "a delta CRL that may not be used",
         .lists = {LIST_R(), BASE(.entries = client), DELTA(.entries = removed, .more = unknown)},
         .expected = "revoked at 0: revoked (certificateHold), good"},
        {.name = "a delta CRL with a bad signature",
         .lists = {LIST_R(), BASE(.entries = client),
                   DELTA(.entries = removed, .bad_signature = true)},
         .expected = "revoked at 0: revoked (certificateHold), good"},
        {.name = "a delta CRL of another key",
         .lists = {LIST_R(), BASE(.entries = client),
                   LIST_NEW(.number = 7, .base = 5, .entries = removed)},
         .pool = {NEW_M},
         .expected = "revoked at 0: revoked (certificateHold), good"},
    };
    ask_all(questions, CZ_COUNT(questions));
}

/* --- limits and failures --- */

static enum crl_lookup_result fail(const void *context, struct bytes issuer_canonical,
                                   struct bytes serial, struct crl_entry *entry) {
    (void)issuer_canonical;
    (void)serial;
    (void)entry;
    return *(const enum crl_lookup_result *)context;
}

static void test_failures(void) {
    static const enum crl_lookup_result results[] = {CRL_LOOKUP_FAILED, (enum crl_lookup_result)9};
    const struct question usual = {.name = ""};
    for (size_t i = 0; i < CZ_COUNT(results); i++) {
        CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
        const struct forge_list of_root = LIST_R(), of_middle = LIST_M();
        answer_add(&answer, &of_root);
        answer_add(&answer, &of_middle);
        answer.candidates[1].lookup = (struct crl_lookup){.find = fail, .context = &results[i]};
        answer_check(&answer, &usual);
        tap_is(answer_text(&answer.result), "unknown at 0: lookup-failed, good",
               "entries that cannot be read");
    }
    CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
    const struct forge_list of_root = LIST_R();
    answer_add(&answer, &of_root);
    for (int i = 0; i <= CZ_CRLS_OF_ONE_MAX; i++) {
        const struct forge_list list = LIST_M(.this_update = NOW - DAY - i);
        answer_add(&answer, &list);
    }
    answer_check(&answer, &usual);
    tap_is(answer_text(&answer.result), "unknown at 0: limit, good",
           "33 lists for one certificate");
    answer.candidates[1].verified_spki = TEXT("x");
    answer.count--;
    answer_check(&answer, &usual);
    tap_is(answer_text(&answer.result), "good at 0: good, good", "32 lists for one certificate");
    cz_crl_index_release(&answer.indexes[answer.count]);
    cz_crl_release(&answer.crls[answer.count]);
}

/* Lists verified when they were taken in are not verified again, unless it was another key. */
static void test_faults(void) {
    const struct forge_list of_root = LIST_R(),
                            of_middle = LIST_M(.entries = listing(S_C, 1, NULL));
    const struct question usual = {.name = ""};
    CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
    answer_add(&answer, &of_root);
    answer_add(&answer, &of_middle);
    long reached = 0, unsafe = 0;
    for (bool failed = true; failed && reached < 500;) {
        faults_begin(reached, true);
        answer_check(&answer, &usual);
        failed = faults_end();
        unsafe += answer.result.of[0].status == REVOCATION_GOOD;
        unsafe += failed && answer.result.status == REVOCATION_GOOD;
        reached += failed;
    }
    tap_ok(unsafe == 0 && reached >= 1, "never good at each of %ld allocations", reached);
    faults_begin(0, true);
    answer_check(&answer, &usual);
    faults_end();
    tap_is(answer_text(&answer.result), "unknown at 1: no-memory, no-memory", "without any memory");
}

static void test_texts(void) {
    size_t distinct = 0;
    for (int i = 0; i < REVOCATION_CAUSE_COUNT; i++) {
        enum revocation_cause cause = (enum revocation_cause)i;
        distinct += cz_revocation_cause_name(cause) != NULL &&
                    cz_revocation_cause_name(cause)[0] != '\0' &&
                    cz_revocation_cause_text(cause)[0] != '\0';
    }
    tap_is_int((long long)distinct, REVOCATION_CAUSE_COUNT, "each cause has a name and a text");
    tap_is(cz_revocation_cause_text((enum revocation_cause)99),
           "no CRL at hand covers it, or none for all reasons", "one that does not exist, too");
    tap_is(cz_revocation_status_name((enum revocation_status)99), "unknown",
           "and a status that does not exist is unknown");
}

int main(void) {
    revocation_begin();
    test_simple();
    test_unusable();
    test_freshness();
    test_reasons();
    test_deltas();
    test_failures();
    test_faults();
    test_texts();
    revocation_end();
    return tap_done();
}
