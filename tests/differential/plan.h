/*
 * A case: certificates not yet signed, as parts that mutations may replace, and what is asked of
 * the three judges. Certificate 0 is the end; its path goes up to `anchor`; others are decoys and
 * alternatives.
 */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_PLAN_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_PLAN_H

#include "forge.h"

#define PLAN_CERTIFICATES_MAX 8
#define PLAN_EXTENSIONS_MAX 16
#define PLAN_NOW INT64_C(1893456000) /* 2030-01-01T00:00:00Z */
#define DAY INT64_C(86400)

struct plan_extension {
    struct bytes oid;      /* content */
    struct bytes critical; /* the whole BOOLEAN, or empty: absent */
    struct bytes value;
};

enum damage {
    DAMAGE_NONE = 0,
    DAMAGE_TBS_BIT,       /* a bit of the signed part, after signing */
    DAMAGE_SIGNATURE_BIT, /* a bit of the signature */
    DAMAGE_RESIGNED_BIT,  /* a bit of the signed part outside the key, before signing */
    DAMAGE_RESIGNED_BYTE, /* the same, a whole octet */
};

struct plan_certificate {
    unsigned subject_entity, issuer_entity; /* who it is about and from, however they are spelt */
    unsigned key, signer;
    bool is_ca, is_anchor;
    enum forge_hash hash;
    /* whole elements of the TBSCertificate; empty: left out */
    struct bytes version, serial, inner_algorithm, issuer, not_before, not_after, subject, spki;
    struct plan_extension extensions[PLAN_EXTENSIONS_MAX];
    size_t extension_count;
    struct bytes inside_trailing; /* behind the extensions, inside the TBSCertificate */
    /* around it */
    struct bytes outer_algorithm;
    struct bytes after_signature; /* inside the Certificate */
    struct bytes trailing;        /* behind the Certificate */
    uint8_t unused_bits;          /* of the signature */
    bool long_lengths;            /* the two outermost lengths are not minimal */
    bool indefinite;              /* the outermost length is BER's indefinite form */
    enum damage damage;
    uint64_t damage_at;
    struct bytes der; /* made by plan_sign */
};

struct plan {
    struct plan_certificate certificates[PLAN_CERTIFICATES_MAX];
    size_t count;
    size_t anchor;   /* index; those between 0 and it are the intermediates, from below */
    bool configured; /* the intermediates are configured, not sent */
    bool lenient_dates;
    unsigned order; /* seed of the order in which they are handed over */
    /* RFC 5280 6.1.1 (c), (e) to (g) */
    struct bytes initial_policies[3];
    size_t initial_policy_count;
    bool check_policies, require_explicit_policy, inhibit_policy_mapping, inhibit_any_policy;
};

/* Draws a sound path of two to four levels. */
void plan_draw(struct plan *plan);
/* No certificate says any more which key it was signed with. */
void plan_remove_hints(struct plan *plan);
/* Makes the DER of all. */
void plan_sign(struct plan *plan);

/* A new certificate, sound and signed by `issuer`; NULL where there is no more room. */
struct plan_certificate *plan_add(struct plan *plan, unsigned entity, unsigned issuer_entity,
                                  unsigned key, unsigned signer, bool is_ca);

/* The usual spelling of an entity's name: the whole Name. */
struct bytes plan_name(unsigned entity);
/* SET { SEQUENCE { type, value } } */
struct bytes plan_rdn(struct bytes type, uint8_t tag, struct bytes value);

/* The extension, or NULL. */
struct plan_extension *plan_find(struct plan_certificate *certificate, struct bytes oid);
/* Replaces the extension or adds it. */
void plan_set(struct plan_certificate *certificate, struct bytes oid, bool critical,
              struct bytes value);
/* Adds it, even where it is there already. */
void plan_append(struct plan_certificate *certificate, struct bytes oid, bool critical,
                 struct bytes value);
/* Where it is there. */
void plan_make_critical(struct plan_certificate *certificate, struct bytes oid);
void plan_remove(struct plan_certificate *certificate, struct bytes oid);

/* Any of the main path, one of its issuers, one of those and not the anchor where there is one. */
struct plan_certificate *plan_any(struct plan *plan);
struct plan_certificate *plan_issuer(struct plan *plan);
struct plan_certificate *plan_intermediate(struct plan *plan);

#endif
