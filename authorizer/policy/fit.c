#include "policy/fit.h"

#include "base/numbers.h"

static bool holds_number(const struct number_list *list, uint32_t number) {
    return cz_numbers_hold(list->numbers, list->count, number);
}

static bool client_is_listed(const struct rule *rule, const struct clients *clients,
                             const struct client *client) {
    return client != NULL && holds_number(&rule->clients, (uint32_t)(client - clients->items));
}

static bool role_is_listed(const struct rule *rule, const struct client *client) {
    for (size_t i = 0; client != NULL && i < client->role_count; i++)
        if (holds_number(&rule->roles, client->roles[i]))
            return true;
    return false;
}

static bool holds_if_given(const struct condition *condition, const struct holder *holder) {
    return condition->kind == CONDITION_NONE || cz_condition_holds(condition, holder->terms);
}

static struct fit misfit(enum reason reason, const char *detail) {
    return (struct fit){.reason = reason, .detail = detail};
}

/* An unknown client will do only where the rule says so; one of two clients, or one whose
 * credential is not active, never does. */
static bool must_be_client(const struct rule *rule, const struct holder *holder) {
    return holder->clients != NULL && holder->identification.client == NULL &&
           (holder->identification.reason != REASON_UNKNOWN_CLIENT || !rule->allow_unknown_clients);
}

static const char *why_nobody(enum reason reason) {
    switch (reason) {
    case REASON_CREDENTIAL_NOT_ACTIVE:
        return "the credential is not active at this time";
    case REASON_AMBIGUOUS_CLIENT:
        return "credentials of two clients fit the certificate";
    default:
        return "no client has a credential that fits the certificate";
    }
}

struct fit cz_rule_fits(const struct rule *rule, const struct holder *holder) {
    if (!holder->known)
        return misfit(REASON_INTERNAL_ERROR, "nothing is known of the certificate");
    if (must_be_client(rule, holder))
        return misfit(holder->identification.reason, why_nobody(holder->identification.reason));
    const struct client *client = holder->identification.client;
    if (rule->has_clients && !client_is_listed(rule, holder->clients, client))
        return misfit(REASON_CLIENT_NOT_ALLOWED, "the client is not among the rule's clients");
    if (rule->has_roles && !role_is_listed(rule, client))
        return misfit(REASON_CLIENT_NOT_ALLOWED, "the client has none of the rule's roles");
    if (!holds_if_given(&rule->issuers, holder))
        return misfit(REASON_CLIENT_NOT_ALLOWED, "the issuer is not among the rule's issuers");
    if (!holds_if_given(&rule->condition, holder))
        return misfit(REASON_CLIENT_NOT_ALLOWED, "the rule's condition does not hold");
    return misfit(REASON_UNDECIDED, NULL);
}

/* Whether one of those whom the holder may be is a client that the rule names. */
static bool may_be_named(const struct rule *rule, const struct holder *holder) {
    if (!rule->has_clients && !rule->has_roles)
        return true;
    for (size_t i = 0; holder->known && holder->clients != NULL && i < holder->credentials->count;
         i++) {
        const struct credential *credential =
            &holder->clients->credentials[holder->credentials->indexes[i]];
        const struct client *client = &holder->clients->items[credential->client];
        if (cz_credential_is_active(credential, holder->now) &&
            (!rule->has_clients || client_is_listed(rule, holder->clients, client)) &&
            (!rule->has_roles || role_is_listed(rule, client)))
            return true;
    }
    return false;
}

bool cz_rule_denies(const struct rule *rule, const struct holder *holder) {
    static const struct term_set nothing = {0};
    static const struct holder unknown = {.terms = &nothing};
    const struct holder *judged = holder->known ? holder : &unknown;
    return may_be_named(rule, judged) && holds_if_given(&rule->issuers, judged) &&
           holds_if_given(&rule->condition, judged);
}
