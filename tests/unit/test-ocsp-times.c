/* For how long an OCSP response counts, and what judging it takes. */
#include "ocsp-trial.h"

#include "faults.h"

struct moment {
    const char *name;
    int64_t produced_at, this_update, next_update; /* relative to NOW; next 0: none */
    int64_t skew, grace, max_age;
    const char *expected;
    int64_t from, until;
};

static struct ocsp_answer ask_at(const struct moment *moment, enum forge_verdict verdict,
                                 int64_t now) {
    const struct forge_status statuses[] = {
        {.issuer = "m",
         .issuer_key = KEY_M,
         .serial = TEXT("\x21"),
         .verdict = verdict,
         .this_update = NOW + moment->this_update,
         .next_update = moment->next_update != 0 ? NOW + moment->next_update : -1},
        {.issuer = NULL}};
    const struct forge_response response = {
        .signer = KEY_M, .statuses = statuses, .produced_at = NOW + moment->produced_at};
    const struct revocation_settings settings = {
        .stale_grace = moment->grace, .ocsp_max_age = moment->max_age, .ocsp_skew = moment->skew};
    const struct ocsp_question question = {.certificate = trial_certificates[C],
                                           .issuer = trial_certificates[M],
                                           .settings = &settings,
                                           .requirements = &trial_requirements,
                                           .now = now};
    struct ocsp_answer answer;
    cz_ocsp_verify(&question, forge_ocsp(&response), &answer);
    return answer;
}

static void test_times(void) {
    const int64_t open_from = INT64_MIN, open_until = INT64_MAX;
    const struct moment moments[] = {
        {"in the middle", -5, -5, 5, 0, 0, 0, "good", NOW - 5, NOW + 5},
        {"no nextUpdate, in the last second", -5, -5, 0, 0, 0, 5, "good", NOW - 5, NOW},
        {"a second before nextUpdate", -9, -9, 1, 0, 0, 0, "good", NOW - 9, NOW + 1},
        {"nextUpdate has passed", -5, -5, -1, 0, 0, 0, "stale, heard", NOW, open_until},
        {"in the last second of grace", -5, -5, -3, 0, 3, 0, "good", NOW - 5, NOW},
        {"past the grace", -5, -5, -4, 0, 3, 0, "stale, heard", NOW, open_until},
        {"thisUpdate is now", 0, 0, 5, 0, 0, 0, "good", NOW, NOW + 5},
        {"thisUpdate lies ahead", 0, 1, 5, 0, 0, 0, "stale, heard", open_from, NOW},
        {"thisUpdate lies ahead within the skew", 0, 3, 5, 3, 0, 0, "good", NOW, NOW + 5},
        {"thisUpdate lies ahead beyond the skew", 0, 4, 5, 3, 0, 0, "stale, heard", open_from, NOW},
        {"producedAt lies ahead", 1, 0, 5, 0, 0, 0, "stale, heard", open_from, NOW},
        {"producedAt lies ahead within the skew", 2, 0, 5, 3, 0, 0, "good", NOW - 1, NOW + 5},
        {"no nextUpdate, and young", -5, -5, 0, 0, 0, 7, "good", NOW - 5, NOW + 2},
        {"no nextUpdate, and too old", -5, -5, 0, 0, 9, 4, "stale, heard", NOW, open_until},
        {"nextUpdate before thisUpdate", -2, -2, -3, 0, 0, 0, "stale, heard", NOW - 2, open_until},
        {"grace without end", -5, -5, -1, 0, INT64_MAX, 0, "good", NOW - 5, open_until},
    };
    for (size_t i = 0; i < CZ_COUNT(moments); i++) {
        struct ocsp_answer answer = ask_at(&moments[i], SAYS_GOOD, NOW);
        tap_is(trial_text(&answer), moments[i].expected, moments[i].name);
        tap_is_int(answer.valid_from, moments[i].from, "from when");
        tap_is_int(answer.valid_until, moments[i].until, "until when");
        tap_is_int(answer.next_update,
                   moments[i].next_update != 0 ? NOW + moments[i].next_update : INT64_MAX,
                   "with its nextUpdate");
        const int64_t edges[] = {answer.valid_from, answer.valid_until};
        for (size_t k = 0; k < CZ_COUNT(edges); k++) {
            if (edges[k] == INT64_MIN || edges[k] == INT64_MAX)
                continue;
            struct ocsp_answer same = ask_at(&moments[i], SAYS_GOOD, edges[k]);
            struct ocsp_answer other = ask_at(&moments[i], SAYS_GOOD, edges[k] + (k > 0 ? 1 : -1));
            tap_is(trial_text(&same), moments[i].expected, "the same then");
            tap_ok(other.valid_from > edges[k] || other.valid_until < edges[k],
                   "and judged anew a second beyond");
        }
        answer = ask_at(&moments[i], SAYS_REVOKED, NOW);
        bool stale = strcmp(moments[i].expected, "good") != 0;
        tap_is(trial_text(&answer),
               stale ? "revoked (unspecified, stale)" : "revoked (unspecified)",
               "revoked all the same");
    }
}

static void test_signer_times(void) {
    const struct trial trial = {.name = "", BY_O, .carried = {O}};
    const struct forge_status statuses[] = {
        {.issuer = "m", .issuer_key = KEY_M, .serial = TEXT("\x21"), .next_update = NOW + 9 * DAY},
        {.issuer = NULL}};
    struct trial with_times = trial;
    with_times.response.statuses = statuses;
    struct bytes der = trial_response(&with_times);
    struct ocsp_answer answer = trial_ask(&with_times, der, NOW);
    tap_is_int(answer.valid_until, NOW + 3 * DAY, "no longer than the responder's certificate");
    answer = trial_ask(&with_times, der, NOW + 3 * DAY);
    tap_is(trial_text(&answer), "good", "in its last second");
    answer = trial_ask(&with_times, der, NOW + 3 * DAY + 1);
    tap_is(trial_text(&answer), NOT_NOW, "and in the next");
}

/* --- what is used up and kept --- */

static void test_bounds(void) {
    const struct trial direct = {.name = ""}, delegated = {.name = "", BY_O, .carried = {C, O}};
    static struct crl_signatures signatures;
    CZ_CLEANUP(cz_ocsp_responders_release) struct ocsp_responders responders = {.count = 0};
    const struct revocation_settings settings = {.mode = REVOCATION_ONLINE};
    const struct ocsp_question question = {.certificate = trial_certificates[C],
                                           .issuer = trial_certificates[M],
                                           .settings = &settings,
                                           .requirements = &trial_requirements,
                                           .now = NOW,
                                           .signatures = &signatures,
                                           .responders = &responders};
    struct bytes by_issuer = trial_response(&direct), by_delegate = trial_response(&delegated);
    struct ocsp_answer answer;
    cz_ocsp_verify(&question, by_issuer, &answer);
    tap_is_int((long long)signatures.count, 1, "the issuer's signature is counted");
    cz_ocsp_verify(&question, by_delegate, &answer);
    tap_is_int((long long)signatures.count, 3, "the delegate's, and that of its certificate");
    tap_is_int((long long)responders.count, 2, "what was carried is kept");
    cz_ocsp_verify(&question, by_delegate, &answer);
    tap_ok(answer.status == REVOCATION_GOOD && responders.count == 2, "and read once");
    signatures.count = CZ_CRL_SIGNATURES_MAX;
    cz_ocsp_verify(&question, by_issuer, &answer);
    tap_is(trial_text(&answer), "limit", "no signature more than the limit");
    signatures.count = CZ_CRL_SIGNATURES_MAX - 1;
    cz_ocsp_verify(&question, by_delegate, &answer);
    tap_is(trial_text(&answer), "limit", "not half of a delegation either");
    signatures.count = 0;
    struct certificate *first = responders.items[0], *second = responders.items[1];
    for (size_t i = 0; i < CZ_OCSP_RESPONDERS_MAX; i++)
        responders.items[i] = trial_certificates[M];
    responders.count = CZ_OCSP_RESPONDERS_MAX;
    cz_ocsp_verify(&question, by_delegate, &answer);
    tap_is(trial_text(&answer), "limit", "no more certificates than the limit");
    responders.items[0] = first;
    responders.items[1] = second;
    responders.count = 2;
}

static void test_faults(void) {
    const struct trial trial = {.name = "", BY_O, .carried = {C, O}};
    struct bytes der = trial_response(&trial);
    long reached = 0, unsafe = 0;
    for (bool failed = true; failed && reached < 100;) {
        faults_begin(reached, true);
        struct ocsp_answer answer = trial_ask(&trial, der, NOW);
        failed = faults_end();
        unsafe += failed && (answer.heard || answer.cause != REVOCATION_NO_MEMORY);
        reached += failed;
    }
    tap_ok(unsafe == 0 && reached >= 3, "out of memory at each of %ld allocations", reached);
}

int main(void) {
    trial_begin();
    test_times();
    test_signer_times();
    test_bounds();
    test_faults();
    trial_end();
    return tap_done();
}
