/*
 * Clients: who may be told apart by a certificate. A client has credentials, each a condition on
 * the certificate, and carries roles, scopes and claims. Filled while loading, indexed once, then
 * unchanged and shared by all threads.
 */
#ifndef CERTAUTHZ_IDENTITY_CLIENTS_H
#define CERTAUTHZ_IDENTITY_CLIENTS_H

#include "base/error.h"
#include "reason/reason.h"
#include "selector/condition.h"

/* Times are in seconds since 1970, both ends inclusive. */
struct credential {
    struct condition condition; /* owned */
    char *label;                /* owned; as people wrote it, or its name, for the log */
    int64_t active_from, active_until;
    uint32_t client; /* its index */
};

struct client_claim {
    char *name, *value; /* owned */
};

struct client {
    char *id; /* owned */
    size_t first_credential, credential_count;
    uint32_t *roles; /* owned; numbers in the table of names */
    size_t role_count;
    char **scopes; /* owned, each too */
    size_t scope_count;
    struct client_claim *claims; /* owned, each too */
    size_t claim_count;
};

/* Texts under numbers, each once. */
struct name_table {
    char **names; /* owned, each too */
    size_t count, capacity;
};

struct clients {
    struct client *items; /* owned, like all that follow */
    size_t count, capacity;
    struct credential *credentials;
    size_t credential_count, credential_capacity;
    struct name_table roles;
    uint32_t *by_id; /* indexes of clients in the order of their ids */
    /* The credentials that term t triggers are entries[starts[t]] up to entries[starts[t + 1]]. */
    uint32_t *starts;
    size_t term_count;
    uint32_t *entries;
};

/* The credentials that a certificate has, rising; whether they are active is another question. */
struct credential_set {
    uint32_t *indexes; /* owned */
    size_t count, capacity;
};

/* Who a certificate's holder is at a time. */
struct identification {
    const struct client *client;         /* borrowed; NULL where it is nobody known */
    const struct credential *credential; /* the first that says so; or that would, were it active */
    enum reason reason;                  /* why nobody: unknown-client, ambiguous-client or
                                            credential-not-active; else REASON_UNDECIDED */
};

/* Numbers rise in the order of first use. False when out of memory. */
bool cz_name_table_add(struct name_table *table, const char *name, uint32_t *number);
bool cz_name_table_find(const struct name_table *table, const char *name, uint32_t *number);

/* To be called once, after the last credential. False, with `error` set, where a credential is no
 * good: it names nothing that a certificate must have, or another client has the same; or where
 * two clients have the same id. */
bool cz_clients_index(struct clients *clients, const struct vocabulary *vocabulary,
                      struct error *error);

/* NULL where there is none of this id. */
const struct client *cz_clients_find(const struct clients *clients, const char *id);

/* False when out of memory; then `set` is empty. The caller releases `set` in either case. */
bool cz_clients_match(const struct clients *clients, const struct term_set *terms,
                      struct credential_set *set);

/* Whether it counts at this time. */
bool cz_credential_is_active(const struct credential *credential, int64_t now);

/* Pure: the same certificate is another's, or nobody's, at another time. */
struct identification cz_clients_identify(const struct clients *clients,
                                          const struct credential_set *set, int64_t now);

void cz_credential_set_release(struct credential_set *set);
void cz_clients_release(struct clients *clients);

#endif
