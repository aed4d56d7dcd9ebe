/* Clients: looking them up by their triggers finds whom trying every credential finds. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "identity/clients.h"

#include <stdlib.h>

enum { TERMS = 12, CLIENTS = 8, CREDENTIALS = 3 };

static unsigned draw(unsigned below) {
    static uint64_t state = 11;
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

/* Conditions that always have triggers: a not stands only beside something else. */
static struct condition draw_condition(unsigned depth) {
    if (depth == 0 || (depth < 4 && draw(3) == 0))
        return (struct condition){.kind = CONDITION_TERM, .term = draw(TERMS)};
    bool is_all = draw(2) == 0;
    struct condition condition = {.kind = is_all ? CONDITION_ALL : CONDITION_ANY,
                                  .parts = calloc(3, sizeof condition)};
    if (condition.parts == NULL)
        support_die("out of memory");
    condition.parts[condition.count++] = draw_condition(depth - 1);
    condition.parts[condition.count++] = draw_condition(depth - 1);
    if (is_all && draw(2) == 0) {
        struct condition *not = &condition.parts[condition.count++];
        *not =
            (struct condition){.kind = CONDITION_NOT, .parts = calloc(1, sizeof *not ), .count = 1};
        not ->parts[0] = draw_condition(0);
    }
    return condition;
}

/* Room for as many clients, each with as many credentials. */
static struct clients make_clients(size_t count, size_t credentials) {
    struct clients clients = {.items = calloc(count, sizeof *clients.items),
                              .credentials =
                                  calloc(count * credentials, sizeof(struct credential))};
    for (size_t i = 0; i < count; i++) {
        clients.items[clients.count++] = (struct client){.id = strdup(support_text("c%zu", i)),
                                                         .first_credential = i * credentials,
                                                         .credential_count = credentials};
        for (size_t j = 0; j < credentials; j++)
            clients.credentials[clients.credential_count++] =
                (struct credential){.label = strdup(support_text("%zu.%zu", i, j)),
                                    .active_from = INT64_MIN,
                                    .active_until = INT64_MAX,
                                    .client = (uint32_t)i};
    }
    return clients;
}

static struct vocabulary make_vocabulary(void) {
    struct vocabulary vocabulary = {0};
    for (uint32_t i = 0, number; i < TERMS; i++)
        if (!cz_vocabulary_add(&vocabulary, support_keep((uint8_t[]){TERM_URI, 0, (uint8_t)i}, 3),
                               &number))
            support_die("out of memory");
    return vocabulary;
}

static unsigned disagreements(const struct clients *clients) {
    unsigned wrong = 0;
    for (unsigned bits = 0; bits < 1u << TERMS; bits++) {
        uint32_t numbers[TERMS];
        struct term_set terms = {.numbers = numbers};
        CZ_CLEANUP(cz_credential_set_release) struct credential_set set;
        for (uint32_t i = 0; i < TERMS; i++)
            if ((bits >> i & 1) != 0)
                numbers[terms.count++] = i;
        if (!cz_clients_match(clients, &terms, &set))
            support_die("out of memory");
        size_t at = 0;
        for (uint32_t i = 0; i < clients->credential_count; i++) {
            bool found = at < set.count && set.indexes[at] == i;
            at += found;
            wrong += found != cz_condition_holds(&clients->credentials[i].condition, &terms);
        }
        wrong += at != set.count;
    }
    return wrong;
}

static void test_match(void) {
    CZ_CLEANUP(cz_vocabulary_release) struct vocabulary vocabulary = make_vocabulary();
    unsigned wrong = 0, tried = 0;
    for (unsigned draws = 0; draws < 20; draws++) {
        CZ_CLEANUP(cz_clients_release) struct clients clients = make_clients(CLIENTS, CREDENTIALS);
        struct error error = {0};
        for (size_t i = 0; i < clients.credential_count; i++)
            clients.credentials[i].condition = draw_condition(4);
        if (!cz_clients_index(&clients, &vocabulary, &error)) {
            if (strstr(error.message, "the same credential") == NULL &&
                strstr(error.message, "twice") == NULL)
                support_die("%s", error.message);
            continue; /* drawn twice */
        }
        wrong += disagreements(&clients);
        tried++;
    }
    tap_ok(wrong == 0 && tried > 5,
           "%d random credentials in %u lists, every set of terms (%u wrong)",
           CLIENTS * CREDENTIALS, tried, wrong);
}

static void test_find(void) {
    CZ_CLEANUP(cz_vocabulary_release) struct vocabulary vocabulary = make_vocabulary();
    CZ_CLEANUP(cz_clients_release) struct clients clients = make_clients(TERMS, 1);
    struct error error = {0};
    bool all = true;
    for (uint32_t i = 0; i < TERMS; i++)
        clients.credentials[i].condition = (struct condition){.kind = CONDITION_TERM, .term = i};
    tap_ok(cz_clients_index(&clients, &vocabulary, &error), "clients are indexed (%s)",
           error.message);
    for (size_t i = 0; i < TERMS; i++)
        all &= cz_clients_find(&clients, support_text("c%zu", i)) == &clients.items[i];
    tap_ok(all, "each is found by its id");
    tap_ok(cz_clients_find(&clients, "c") == NULL && cz_clients_find(&clients, "c99") == NULL &&
               cz_clients_find(&clients, "") == NULL,
           "and no other");
    uint32_t later[] = {0, TERMS, TERMS + 7};
    CZ_CLEANUP(cz_credential_set_release) struct credential_set set;
    tap_ok(cz_clients_match(&clients, &(struct term_set){.numbers = later, .count = 3}, &set) &&
               set.count == 1,
           "terms that came after the clients are not theirs");
}

static struct identification identify(const struct clients *clients, uint32_t *indexes,
                                      size_t count, int64_t now) {
    return cz_clients_identify(clients,
                               &(struct credential_set){.indexes = indexes, .count = count}, now);
}

static void test_identify(void) {
    CZ_CLEANUP(cz_clients_release) struct clients clients = make_clients(3, 2);
    struct credential *credentials = clients.credentials;
    credentials[0].active_until = NOW;
    credentials[1].active_from = NOW + 1;
    credentials[2].active_from = NOW + 1;
    uint32_t first[] = {0, 1}, early[] = {2}, both[] = {0, 3}, three[] = {0, 2, 4};
    struct identification who = identify(&clients, NULL, 0, NOW);
    tap_ok(who.client == NULL && who.credential == NULL && who.reason == REASON_UNKNOWN_CLIENT,
           "no credential: unknown");
    who = identify(&clients, first, 2, NOW);
    tap_ok(who.client == &clients.items[0] && who.credential == &credentials[0] &&
               who.reason == REASON_UNDECIDED,
           "the old one in its last second");
    who = identify(&clients, first, 2, NOW + 1);
    tap_ok(who.client == &clients.items[0] && who.credential == &credentials[1],
           "the new one in its first");
    who = identify(&clients, early, 1, NOW);
    tap_ok(who.client == NULL && who.credential == &credentials[2] &&
               who.reason == REASON_CREDENTIAL_NOT_ACTIVE,
           "one that is not active is told, and is nobody");
    who = identify(&clients, both, 2, NOW);
    tap_ok(who.client == NULL && who.reason == REASON_AMBIGUOUS_CLIENT, "two clients: nobody");
    who = identify(&clients, both, 2, NOW + 1);
    tap_ok(who.client == &clients.items[1] && who.credential == &credentials[3],
           "of two the one that is active");
    who = identify(&clients, three, 3, NOW);
    tap_ok(who.client == NULL && who.reason == REASON_AMBIGUOUS_CLIENT,
           "an inactive one between two others changes nothing");
}

static void test_names(void) {
    struct name_table table = {0};
    uint32_t number = 9;
    bool good = true;
    for (uint32_t i = 0; i < 100; i++)
        good &= cz_name_table_add(&table, support_text("r%u", i % 50), &number) && number == i % 50;
    tap_ok(good && table.count == 50, "names have a number each");
    tap_ok(cz_name_table_find(&table, "r7", &number) && number == 7, "which is found again");
    tap_ok(!cz_name_table_find(&table, "r", &number) && number == 7, "and none is made up");
    for (size_t i = 0; i < table.count; i++)
        free(table.names[i]);
    free(table.names);
}

int main(void) {
    test_match();
    test_find();
    test_identify();
    test_names();
    return tap_done();
}
