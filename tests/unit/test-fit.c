/* Does a holder fit a rule: every reason and its detail, and who is denied. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"

#include "policy/fit.h"

static uint32_t terms_at_hand[] = {2};
static const struct term_set terms = {.numbers = terms_at_hand, .count = 1};
static const struct term_set no_terms = {0};

static uint32_t roles[] = {1, 4};
static struct client people[] = {{.roles = roles, .role_count = 2}, {.role_count = 0}};
static struct credential credentials[] = {
    {.client = 0, .active_from = INT64_MIN, .active_until = NOW},
    {.client = 1, .active_from = NOW, .active_until = INT64_MAX},
};
static const struct clients clients = {
    .items = people, .count = 2, .credentials = credentials, .credential_count = 2};

static uint32_t first[] = {0}, second[] = {1}, both[] = {0, 1};
#define SET(numbers)                                                                               \
    (&(const struct credential_set){.indexes = numbers, .count = CZ_COUNT(numbers)})

static struct holder holder_of(const struct credential_set *set, int64_t now) {
    struct holder holder = {
        .known = true, .terms = &terms, .clients = &clients, .credentials = set, .now = now};
    holder.identification = cz_clients_identify(&clients, set, now);
    return holder;
}

static void check(const char *name, const struct rule *rule, const struct holder *holder,
                  enum reason reason, const char *detail) {
    struct fit fit = cz_rule_fits(rule, holder);
    tap_ok(fit.reason == reason, "%s", name);
    tap_is(fit.detail != NULL ? fit.detail : "-", detail, "with this detail");
}

static uint32_t numbers[][1] = {{0}, {1}, {2}, {3}, {4}};
#define LIST(number)                                                                               \
    { .numbers = numbers[number], .count = 1 }
#define TERM(number)                                                                               \
    { .kind = CONDITION_TERM, .term = number }

static const struct rule anybody = {.path = NULL};
static const struct rule strangers = {.allow_unknown_clients = true};
static const struct rule for_first = {.has_clients = true, .clients = LIST(0)};
static const struct rule for_second = {.has_clients = true, .clients = LIST(1)};
static const struct rule for_role = {.has_roles = true, .roles = LIST(4)};
static const struct rule for_other_role = {.has_roles = true, .roles = LIST(3)};
static const struct rule for_nobody = {.has_clients = true, .has_roles = true};
static const struct rule by_issuer = {.issuers = TERM(2)}, by_other_issuer = {.issuers = TERM(1)};
static const struct rule by_term = {.condition = TERM(2)}, by_other = {.condition = TERM(1)};

static void test_fits(void) {
    const struct holder known = holder_of(SET(first), NOW), late = holder_of(SET(first), NOW + 1);
    const struct holder two = holder_of(SET(both), NOW);
    const struct holder stranger = holder_of(&(const struct credential_set){0}, NOW);
    const struct holder nobody = {.known = false, .terms = &terms};
    const struct holder without = {.known = true, .terms = &terms};
    check("a client", &anybody, &known, REASON_UNDECIDED, "-");
    check("nobody", &anybody, &nobody, REASON_INTERNAL_ERROR,
          "nothing is known of the certificate");
    check("a stranger", &anybody, &stranger, REASON_UNKNOWN_CLIENT,
          "no client has a credential that fits the certificate");
    check("one too late", &anybody, &late, REASON_CREDENTIAL_NOT_ACTIVE,
          "the credential is not active at this time");
    check("one of two", &anybody, &two, REASON_AMBIGUOUS_CLIENT,
          "credentials of two clients fit the certificate");
    check("a stranger who may", &strangers, &stranger, REASON_UNDECIDED, "-");
    check("one too late, where strangers may", &strangers, &late, REASON_CREDENTIAL_NOT_ACTIVE,
          "the credential is not active at this time");
    check("one of two, where strangers may", &strangers, &two, REASON_AMBIGUOUS_CLIENT,
          "credentials of two clients fit the certificate");
    check("somebody, where there are no clients", &anybody, &without, REASON_UNDECIDED, "-");
    check("a client that is listed", &for_first, &known, REASON_UNDECIDED, "-");
    check("one that is not", &for_second, &known, REASON_CLIENT_NOT_ALLOWED,
          "the client is not among the rule's clients");
    check("a list of nobody", &for_nobody, &known, REASON_CLIENT_NOT_ALLOWED,
          "the client is not among the rule's clients");
    check("somebody, where clients are listed and none are there", &for_first, &without,
          REASON_CLIENT_NOT_ALLOWED, "the client is not among the rule's clients");
    check("a role", &for_role, &known, REASON_UNDECIDED, "-");
    check("another role", &for_other_role, &known, REASON_CLIENT_NOT_ALLOWED,
          "the client has none of the rule's roles");
    check("an issuer", &by_issuer, &known, REASON_UNDECIDED, "-");
    check("another issuer", &by_other_issuer, &known, REASON_CLIENT_NOT_ALLOWED,
          "the issuer is not among the rule's issuers");
    check("a condition", &by_term, &known, REASON_UNDECIDED, "-");
    check("another condition", &by_other, &known, REASON_CLIENT_NOT_ALLOWED,
          "the rule's condition does not hold");
}

static void test_denies(void) {
    static struct condition part[] = {TERM(1)};
    const struct rule unless = {.condition = {.kind = CONDITION_NOT, .parts = part, .count = 1}};
    const struct holder known = holder_of(SET(first), NOW), late = holder_of(SET(first), NOW + 1);
    const struct holder two = holder_of(SET(both), NOW), other = holder_of(SET(second), NOW);
    /* terms of an invalid certificate, were there any, do not count */
    const struct holder nobody = {.known = false,
                                  .terms = &terms,
                                  .clients = &clients,
                                  .credentials = SET(first),
                                  .now = NOW};
    const struct holder bare = {.known = false, .terms = &no_terms};
    const struct {
        const char *name;
        const struct rule *rule;
        const struct holder *holder;
        bool denies;
    } cases[] = {
        {"everybody", &anybody, &nobody, true},
        {"a client", &for_first, &known, true},
        {"another client", &for_second, &known, false},
        {"a client whose credential is not active", &for_first, &late, false},
        {"one of two: the first", &for_first, &two, true},
        {"one of two: the second", &for_second, &two, true},
        {"one of two, by the role of one", &for_role, &two, true},
        {"one without a role", &for_role, &other, false},
        {"nobody, for a client", &for_first, &nobody, false},
        {"nobody, for a term", &by_term, &nobody, false},
        {"nobody, for an issuer", &by_issuer, &nobody, false},
        {"somebody, for a term", &by_term, &known, true},
        {"somebody, for another term", &by_other, &known, false},
        {"nobody, who does not show that he is an exception", &unless, &nobody, true},
        {"nobody without a certificate, the same", &unless, &bare, true},
        {"somebody, the same", &unless, &known, true},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_ok(cz_rule_denies(cases[i].rule, cases[i].holder) == cases[i].denies, "%s: %s",
               cases[i].name, cases[i].denies ? "denied" : "not denied");
}

int main(void) {
    test_fits();
    test_denies();
    return tap_done();
}
