/*
 * Where the rules, clients, credentials and CAs of a configuration stand, for messages about them.
 * The values that decisions are made with do not know: a line for each of 100,000 clients is for
 * those to keep who want to tell.
 */
#ifndef CERTAUTHZ_CONFIG_PLACES_H
#define CERTAUTHZ_CONFIG_PLACES_H

#include "base/error.h"
#include "config/source.h"

struct place {
    const char *file; /* borrowed from the source's names */
    unsigned line;
};

struct place_list {
    struct place *items; /* owned */
    size_t count, capacity;
};

struct policy_places {
    struct place group; /* of the policy; of the one without a name: the file */
    struct place_list rules;
    bool has_clients; /* of its own */
    struct place_list clients;
    struct place_list credentials; /* of all clients, in their order */
    bool has_revocation;           /* of its own */
    struct place revocation;
    bool has_actions;              /* its own `on` stands there */
    struct place_list authorities; /* of its own */
};

struct places {
    struct source source;
    struct policy_places *policies; /* owned; as in struct config */
    size_t policy_count;
};

/* Reads a file that cz_config_load found good. False where it cannot be read, or has changed into
 * something else since. The caller releases `places` in either case. */
bool cz_places_load(const char *file, struct places *places, struct error *error);
void cz_places_release(struct places *places);

#endif
