#include "identity/clients.h"

#include "base/cleanup.h"

#include <stdlib.h>

bool cz_name_table_find(const struct name_table *table, const char *name, uint32_t *number) {
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->names[i], name) != 0)
            continue;
        *number = (uint32_t)i;
        return true;
    }
    return false;
}

bool cz_name_table_add(struct name_table *table, const char *name, uint32_t *number) {
    if (cz_name_table_find(table, name, number))
        return true;
    if (table->count == table->capacity) {
        size_t capacity = table->capacity > 0 ? table->capacity * 2 : 8;
        char **names = realloc(table->names, capacity * sizeof *names);
        if (names == NULL)
            return false;
        table->names = names;
        table->capacity = capacity;
    }
    table->names[table->count] = strdup(name);
    if (table->names[table->count] == NULL)
        return false;
    *number = (uint32_t)table->count++;
    return true;
}

/* On the way through the terms of credentials. */
struct indexing {
    struct clients *clients;
    uint32_t *weights; /* how many credentials mention the term */
    uint32_t credential;
};

static void weigh_term(void *context, uint32_t term) {
    struct indexing *indexing = context;
    indexing->weights[term]++;
}

static void count_entry(void *context, uint32_t term) {
    struct indexing *indexing = context;
    indexing->clients->starts[term + 1]++;
}

/* starts[term] moves on as entries are put; build_index moves all of them back. */
static void put_entry(void *context, uint32_t term) {
    struct indexing *indexing = context;
    indexing->clients->entries[indexing->clients->starts[term]++] = indexing->credential;
}

static bool no_trigger(const struct clients *clients, const struct credential *credential,
                       struct error *error) {
    return cz_error_set(error,
                        "client \"%s\": the credential %s names nothing that a certificate must "
                        "have, so it would fit strangers; put it into an \"all\" beside something "
                        "that does",
                        clients->items[credential->client].id, credential->label);
}

static bool build_index(struct clients *clients, size_t term_count, struct error *error) {
    CZ_CLEANUP(cz_free_ptr) uint32_t *weights = calloc(term_count + 1, sizeof *weights);
    struct indexing indexing = {.clients = clients, .weights = weights};
    clients->term_count = term_count;
    clients->starts = calloc(term_count + 2, sizeof *clients->starts);
    if (weights == NULL || clients->starts == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < clients->credential_count; i++)
        cz_condition_terms(&clients->credentials[i].condition, weigh_term, &indexing);
    for (size_t i = 0; i < clients->credential_count; i++)
        if (!cz_condition_triggers(&clients->credentials[i].condition, weights, count_entry,
                                   &indexing))
            return no_trigger(clients, &clients->credentials[i], error);
    for (size_t i = 0; i < term_count; i++)
        clients->starts[i + 1] += clients->starts[i];
    clients->entries = calloc(clients->starts[term_count] + (size_t)1, sizeof *clients->entries);
    if (clients->entries == NULL)
        return cz_error_set(error, "out of memory");
    for (; indexing.credential < clients->credential_count; indexing.credential++)
        cz_condition_triggers(&clients->credentials[indexing.credential].condition, weights,
                              put_entry, &indexing);
    memmove(clients->starts + 1, clients->starts, term_count * sizeof *clients->starts);
    clients->starts[0] = 0;
    return true;
}

/* A credential under the hash of its canonical form, to find those that are the same. */
struct hashed {
    uint64_t hash;
    uint32_t credential;
};

static int compare_hashed(const void *a, const void *b) {
    const struct hashed *left = a, *right = b;
    if (left->hash != right->hash)
        return left->hash < right->hash ? -1 : 1;
    return (left->credential > right->credential) - (left->credential < right->credential);
}

static bool told_twice(const struct clients *clients, const struct credential *first,
                       const struct credential *second, struct error *error) {
    const char *one = clients->items[first->client].id, *other = clients->items[second->client].id;
    if (first->client == second->client)
        return cz_error_set(error, "client \"%s\" has the credential %s twice", one, second->label);
    return cz_error_set(error,
                        "the clients \"%s\" and \"%s\" have the same credential, %s: nobody could "
                        "tell them apart",
                        one, other, second->label);
}

static bool compare_pair(const struct clients *clients, uint32_t first, uint32_t second,
                         struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer left = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer right = {0};
    cz_condition_canonical(&left, &clients->credentials[first].condition);
    cz_condition_canonical(&right, &clients->credentials[second].condition);
    if (left.failed || right.failed)
        return cz_error_set(error, "out of memory");
    return !cz_bytes_equal(cz_buffer_view(&left), cz_buffer_view(&right)) ||
           told_twice(clients, &clients->credentials[first], &clients->credentials[second], error);
}

static bool check_credentials_differ(const struct clients *clients, struct error *error) {
    size_t count = clients->credential_count;
    CZ_CLEANUP(cz_buffer_release) struct buffer form = {0};
    CZ_CLEANUP(cz_free_ptr) struct hashed *all = calloc(count + 1, sizeof *all);
    if (all == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < count; i++) {
        cz_buffer_clear(&form);
        cz_condition_canonical(&form, &clients->credentials[i].condition);
        if (form.failed)
            return cz_error_set(error, "out of memory");
        all[i] = (struct hashed){.hash = cz_hash(cz_buffer_view(&form)), .credential = (uint32_t)i};
    }
    qsort(all, count, sizeof *all, compare_hashed);
    for (size_t i = 1; i < count; i++)
        if (all[i].hash == all[i - 1].hash &&
            !compare_pair(clients, all[i - 1].credential, all[i].credential, error))
            return false;
    return true;
}

static int compare_ids(const void *a, const void *b, void *context) {
    const struct clients *clients = context;
    return strcmp(clients->items[*(const uint32_t *)a].id, clients->items[*(const uint32_t *)b].id);
}

static bool order_ids(struct clients *clients, struct error *error) {
    clients->by_id = calloc(clients->count + 1, sizeof *clients->by_id);
    if (clients->by_id == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < clients->count; i++)
        clients->by_id[i] = (uint32_t)i;
    qsort_r(clients->by_id, clients->count, sizeof *clients->by_id, compare_ids, clients);
    for (size_t i = 1; i < clients->count; i++)
        if (compare_ids(&clients->by_id[i - 1], &clients->by_id[i], clients) == 0)
            return cz_error_set(error, "two clients have the id \"%s\"",
                                clients->items[clients->by_id[i]].id);
    return true;
}

bool cz_clients_index(struct clients *clients, const struct vocabulary *vocabulary,
                      struct error *error) {
    return order_ids(clients, error) && build_index(clients, vocabulary->count, error) &&
           check_credentials_differ(clients, error);
}

const struct client *cz_clients_find(const struct clients *clients, const char *id) {
    size_t low = 0, high = clients->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct client *client = &clients->items[clients->by_id[middle]];
        int order = strcmp(id, client->id);
        if (order == 0)
            return client;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool add_once(struct credential_set *set, uint32_t index) {
    size_t at = set->count;
    while (at > 0 && set->indexes[at - 1] > index)
        at--;
    if (at > 0 && set->indexes[at - 1] == index)
        return true;
    if (set->count == set->capacity) {
        size_t capacity = set->capacity > 0 ? set->capacity * 2 : 4;
        uint32_t *indexes = realloc(set->indexes, capacity * sizeof *indexes);
        if (indexes == NULL)
            return false;
        set->indexes = indexes;
        set->capacity = capacity;
    }
    memmove(set->indexes + at + 1, set->indexes + at, (set->count - at) * sizeof *set->indexes);
    set->indexes[at] = index;
    set->count++;
    return true;
}

bool cz_clients_match(const struct clients *clients, const struct term_set *terms,
                      struct credential_set *set) {
    *set = (struct credential_set){0};
    for (size_t i = 0; i < terms->count && terms->numbers[i] < clients->term_count; i++) {
        uint32_t term = terms->numbers[i];
        for (size_t j = clients->starts[term]; j < clients->starts[term + 1]; j++) {
            uint32_t index = clients->entries[j];
            if (!cz_condition_holds(&clients->credentials[index].condition, terms) ||
                add_once(set, index))
                continue;
            cz_credential_set_release(set);
            return false;
        }
    }
    return true;
}

bool cz_credential_is_active(const struct credential *credential, int64_t now) {
    return now >= credential->active_from && now <= credential->active_until;
}

struct identification cz_clients_identify(const struct clients *clients,
                                          const struct credential_set *set, int64_t now) {
    struct identification found = {.reason = REASON_UNKNOWN_CLIENT};
    for (size_t i = 0; i < set->count; i++) {
        const struct credential *credential = &clients->credentials[set->indexes[i]];
        const struct client *client = &clients->items[credential->client];
        if (!cz_credential_is_active(credential, now)) {
            if (found.reason == REASON_UNKNOWN_CLIENT)
                found = (struct identification){.credential = credential,
                                                .reason = REASON_CREDENTIAL_NOT_ACTIVE};
            continue;
        }
        if (found.client != NULL && found.client != client)
            return (struct identification){.credential = credential,
                                           .reason = REASON_AMBIGUOUS_CLIENT};
        if (found.client == NULL)
            found = (struct identification){.client = client, .credential = credential};
    }
    return found;
}

void cz_credential_set_release(struct credential_set *set) {
    free(set->indexes);
    *set = (struct credential_set){0};
}

static void client_release(struct client *client) {
    free(client->id);
    free(client->roles);
    for (size_t i = 0; i < client->scope_count; i++)
        free(client->scopes[i]);
    free(client->scopes);
    for (size_t i = 0; i < client->claim_count; i++) {
        free(client->claims[i].name);
        free(client->claims[i].value);
    }
    free(client->claims);
}

void cz_clients_release(struct clients *clients) {
    for (size_t i = 0; i < clients->count; i++)
        client_release(&clients->items[i]);
    for (size_t i = 0; i < clients->credential_count; i++) {
        cz_condition_release(&clients->credentials[i].condition);
        free(clients->credentials[i].label);
    }
    for (size_t i = 0; i < clients->roles.count; i++)
        free(clients->roles.names[i]);
    free(clients->roles.names);
    free(clients->items);
    free(clients->credentials);
    free(clients->by_id);
    free(clients->starts);
    free(clients->entries);
    *clients = (struct clients){0};
}
