/* Clients that no rule lets in, roles that none names, and credentials that end. */
#include "ctl/lint.h"

#include "base/cleanup.h"
#include "base/numbers.h"

#include <stdlib.h>

struct client_lint {
    struct lint *lint;
    const struct clients *clients;
    const struct policy_places *places;
    bool everybody; /* some rule is for each client */
    bool *by_role;  /* owned; some rule names the role */
};

static void client_lint_release(struct client_lint *lint) {
    free(lint->by_role);
}

static void mark(bool *marks, const struct number_list *list) {
    for (size_t i = 0; i < list->count; i++)
        marks[list->numbers[i]] = true;
}

static void take_rule(struct client_lint *clients, const struct rule *rule) {
    if (rule->has_roles)
        mark(clients->by_role, &rule->roles);
    if (rule->action == ACTION_DENY || rule->report_only || rule->need == NEED_NONE)
        return;
    if (!rule->has_clients && !rule->has_roles)
        clients->everybody = true;
}

static bool rule_admits(const struct client_lint *clients, const struct rule *rule, size_t index) {
    const struct client *client = &clients->clients->items[index];
    bool has_client = !rule->has_clients, has_role = !rule->has_roles;
    if (rule->action == ACTION_DENY || rule->report_only || rule->need == NEED_NONE)
        return false;
    has_client |= cz_numbers_hold(rule->clients.numbers, rule->clients.count, (uint32_t)index);
    for (size_t i = 0; i < rule->roles.count; i++)
        for (size_t j = 0; j < client->role_count; j++)
            has_role |= rule->roles.numbers[i] == client->roles[j];
    return has_client && has_role;
}

static bool is_admitted(const struct client_lint *clients, size_t index) {
    const struct snapshot *snapshot = &clients->lint->setup->snapshot;
    for (size_t i = 0; i < snapshot->policy_count; i++)
        for (size_t j = 0; snapshot->policies[i].clients == clients->clients &&
                           j < snapshot->policies[i].rules.count;
             j++)
            if (rule_admits(clients, &snapshot->policies[i].rules.items[j], index))
                return true;
    return false;
}

static bool take_rules(struct client_lint *clients) {
    const struct snapshot *snapshot = &clients->lint->setup->snapshot;
    clients->by_role = calloc(clients->clients->roles.count + 1, sizeof *clients->by_role);
    if (clients->by_role == NULL)
        return false;
    for (size_t i = 0; i < snapshot->policy_count; i++)
        for (size_t j = 0; snapshot->policies[i].clients == clients->clients &&
                           j < snapshot->policies[i].rules.count;
             j++)
            take_rule(clients, &snapshot->policies[i].rules.items[j]);
    return true;
}

static void lint_admission(const struct client_lint *clients) {
    for (size_t i = 0; !clients->everybody && i < clients->clients->count; i++)
        if (!is_admitted(clients, i))
            cz_lint_warn(clients->lint, &clients->places->clients.items[i],
                         "client \"%s\": no rule names it or a role of it, or is for every client, "
                         "so it is let in nowhere; name it in a rule, or remove it",
                         clients->clients->items[i].id);
}

static void lint_roles(struct client_lint *clients) {
    for (size_t i = 0; i < clients->clients->count; i++) {
        const struct client *client = &clients->clients->items[i];
        for (size_t j = 0; j < client->role_count; j++) {
            uint32_t role = client->roles[j];
            if (clients->by_role[role])
                continue;
            clients->by_role[role] = true; /* each is told once, where it first stands */
            cz_lint_note(clients->lint, &clients->places->clients.items[i],
                         "role \"%s\": no rule names it; it only stands in the claims",
                         clients->clients->roles.names[role]);
        }
    }
}

/* The certificate of a pin, where it is among those that are trusted. */
static const struct certificate *find_pinned(const struct snapshot *snapshot, struct bytes sha256) {
    for (size_t i = 0; i < snapshot->trust_count; i++) {
        const struct certificate_pool *pool = &snapshot->trusts[i].anchors;
        for (size_t j = 0; j < pool->count; j++)
            if (memcmp(pool->items[j]->sha256, sha256.data, CZ_SHA256_SIZE) == 0)
                return pool->items[j];
    }
    return NULL;
}

static int64_t certificate_end(const struct lint *lint, const struct condition *condition) {
    const struct snapshot *snapshot = &lint->setup->snapshot;
    if (condition->kind != CONDITION_TERM)
        return INT64_MAX;
    struct bytes term = snapshot->vocabulary.terms[condition->term];
    if (cz_term_kind(term) != TERM_SHA256 || term.len != CZ_SHA256_SIZE + 2)
        return INT64_MAX;
    const struct certificate *certificate =
        find_pinned(snapshot, (struct bytes){.data = term.data + 2, .len = CZ_SHA256_SIZE});
    return certificate != NULL ? certificate->not_after : INT64_MAX;
}

static void lint_credential(const struct client_lint *clients, size_t index) {
    const struct credential *credential = &clients->clients->credentials[index];
    const struct place *place = &clients->places->credentials.items[index];
    const char *id = clients->clients->items[credential->client].id;
    CZ_CLEANUP(cz_buffer_release) struct buffer end = {0};
    int64_t known = certificate_end(clients->lint, &credential->condition);
    bool of_certificate = known < credential->active_until;
    if (cz_lint_end(clients->lint, of_certificate ? known : credential->active_until, &end))
        cz_lint_warn(clients->lint, place,
                     "client \"%s\": the %s %s %s; behind that it lets nobody in; add its "
                     "successor, or remove it",
                     id, of_certificate ? "certificate of the credential" : "credential",
                     credential->label, cz_buffer_text(&end));
    if (end.failed)
        cz_buffer_fail(&clients->lint->out);
    if (cz_lint_has_sha1(clients->lint, &credential->condition))
        cz_lint_warn(clients->lint, place,
                     "client \"%s\": the credential %s names a SHA-1 digest, and another "
                     "certificate with the same one can be made; write sha256, which certauthzctl "
                     "inspect prints",
                     id, credential->label);
}

void cz_lint_clients(struct lint *lint, size_t number) {
    CZ_CLEANUP(client_lint_release)
    struct client_lint clients = {.lint = lint,
                                  .clients = lint->setup->snapshot.policies[number].clients,
                                  .places = &lint->places->policies[number]};
    if (!take_rules(&clients)) {
        cz_buffer_fail(&lint->out);
        return;
    }
    lint_admission(&clients);
    lint_roles(&clients);
    for (size_t i = 0; i < clients.clients->credential_count; i++)
        lint_credential(&clients, i);
}
