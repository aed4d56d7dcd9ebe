/* For how long what is known of a path's revocation holds. */
#include "revocation.h"

static void test_times(void) {
    const struct forge_entry *client = listing(S_C, 1, NULL);
    const struct {
        struct question question;
        int64_t from, until;
    } cases[] = {
        {{.name = "the newest thisUpdate, the earliest nextUpdate",
          .lists = {LIST_R(.this_update = NOW - 3, .next_update = NOW + 9),
                    LIST_M(.this_update = NOW - 2, .next_update = NOW + 5)}},
         NOW - 2,
         NOW + 4},
        {{.name = "with a delta CRL",
          .lists = {LIST_R(), LIST_M(.number = 5),
                    LIST_M(.number = 6, .base = 5, .this_update = NOW - 1,
                           .next_update = NOW + 2)}},
         NOW - 1,
         NOW + 1},
        {{.name = "revoked by a fresh list",
          .lists = {LIST_R(), LIST_M(.entries = client, .next_update = NOW + 7)}},
         NOW - DAY,
         NOW + 6},
        {{.name = "revoked by a stale list", .lists = {LIST_R(), LIST_M(PAST, .entries = client)}},
         NOW - DAY,
         NOW + DAY - 1},
        {{.name = "until a list begins", .lists = {LIST_R(), LIST_M(.this_update = NOW + 4)}},
         NOW - DAY,
         NOW + 3},
        {{.name = "nothing known at all", .lists = {NONE_SUCH}}, INT64_MIN, INT64_MAX},
        {{.name = "as long as the issuer's certificate is valid",
          .lists = {LIST_R(.next_update = NOW + 99 * DAY), LIST_CRL(.next_update = NOW + 99 * DAY)},
          .path = {C_OF_DELEGATE, M, R},
          .pool = {CRL}},
         NOW - DAY,
         NOW + 9 * DAY},
        {{.name = "until the certificate of whoever signed a list is valid",
          .lists = {LIST_R(), LIST_M(), LIST_NEW(.entries = client)},
          .pool = {NEW_M_LATER}},
         NOW - DAY,
         NOW + 4},
        {{.name = "and since it is no more",
          .lists = {LIST_R(.this_update = NOW - 9 * DAY), LIST_M(.this_update = NOW - 9 * DAY),
                    LIST_NEW(.entries = client)},
          .pool = {NEW_M_EXPIRED}},
         NOW - DAY + 1,
         NOW + DAY - 1},
        {{.name = "until an OCSP responder's certificate is valid",
          .lists = {LIST_R(), LIST_M()},
          .order = REVOCATION_OCSP_FIRST,
          .said = {{.about = C, .verdict = SAYS_REVOKED, .by = O_LATER}}},
         NOW - DAY,
         NOW + 4},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
        for (const struct forge_list *list = cases[i].question.lists; list->issuer != NULL; list++)
            answer_add(&answer, list);
        answer_check(&answer, &cases[i].question);
        const char *now = answer_text(&answer.result);
        tap_is_int(answer.result.valid_from, cases[i].from, cases[i].question.name);
        tap_is_int(answer.result.valid_until, cases[i].until, "until when");
        struct path_revocation first = answer.result;
        const int64_t others[] = {first.valid_from, first.valid_until};
        for (size_t k = 0; k < CZ_COUNT(others); k++) {
            answer.now = others[k];
            if (others[k] == INT64_MIN || others[k] == INT64_MAX)
                continue;
            answer_check(&answer, &cases[i].question);
            tap_is(answer_text(&answer.result), now,
                   k == 0 ? "and the same then" : "and at the end");
        }
    }
}

int main(void) {
    revocation_begin();
    test_times();
    revocation_end();
    return tap_done();
}
