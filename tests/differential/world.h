/*
 * A small world for judging revocation: a plan's certificates, the CRLs that are at hand, and what
 * was done to them. Every certificate of the path is covered by a fresh list, until a twist
 * changes that.
 */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_WORLD_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_WORLD_H

#include "plan.h"

#include "revocation/crl.h"
#include "revocation/settings.h"

#define WORLD_LISTS_MAX 24
#define WORLD_ENTRIES_MAX 6
#define WORLD_TWISTS_MAX 4
#define WORLD_NONE (-1)
/* The entity that signs indirect lists. */
#define WORLD_DELEGATE 21

struct world_entry {
    struct bytes serial;   /* the whole INTEGER */
    int reason;            /* WORLD_NONE: no reason code */
    int issuer;            /* entity of its certificateIssuer; WORLD_NONE: none */
    bool unknown_critical; /* an extension of its own */
};

enum world_key_id { KEY_ID_RIGHT = 0, KEY_ID_ABSENT, KEY_ID_WRONG };

struct world_list {
    unsigned issuer; /* entity */
    unsigned signer; /* key */
    enum forge_hash hash;
    int64_t this_update, next_update; /* 0: no nextUpdate */
    struct world_entry entries[WORLD_ENTRIES_MAX];
    size_t entry_count;
    int number, base;   /* WORLD_NONE: none; with a base it is a delta CRL */
    struct bytes point; /* content of the issuingDistributionPoint's SEQUENCE; data NULL: none */
    enum world_key_id key_id;
    bool unknown_critical, bad_signature;
    bool names_freshest; /* freshestCRL: there are deltas */
    struct bytes der;    /* made by world_sign */
};

struct world {
    struct plan plan;
    struct world_list lists[WORLD_LISTS_MAX];
    size_t list_count;
    bool whole_chain; /* else the end certificate alone */
    const struct twist *twists[WORLD_TWISTS_MAX];
    size_t twist_count;
};

struct twist {
    const char *name;
    void (*apply)(struct world *world, unsigned argument);
    unsigned argument;
};

extern const struct twist world_twists[];
extern const size_t world_twist_count;

/* A sound world in which everybody is good. */
void world_draw(struct world *world);
/* Makes the DER of all certificates and lists. */
void world_sign(struct world *world);
void world_sign_list(const struct world *world, struct world_list *list);
/* A twist of this name, or of one that begins so, was applied. */
bool world_has(const struct world *world, const char *name);

/* A new list, the copy of another; NULL where there is no more room. */
struct world_list *world_copy_list(struct world *world, const struct world_list *list);
/* Says that the certificate is revoked. Nothing happens where there is no more room. */
void world_revoke(struct world_list *list, const struct plan_certificate *certificate, int reason);
/* DistributionPointName with one URL */
struct bytes world_place(unsigned number);
/* The same with an entity's name */
struct bytes world_issuers_place(unsigned entity);
/* CRLDistributionPoints with one that names WORLD_DELEGATE as cRLIssuer, and no place */
struct bytes world_delegated_point(void);
/* ReasonFlags with a context tag: 1: keyCompromise to superseded; 2: cessationOfOperation to
 * aACompromise */
struct bytes world_reasons(uint8_t tag, unsigned half);
/* CRLDistributionPoints with two places, each for one half of the reasons if it names them */
struct bytes world_split_points(bool name_reasons);

#endif
