/*
 * What the configuration demands of revocation: the group `revocation` of a policy as a value.
 * What happens is a table, not a flag: by event, by CA, and by the place of the certificate on
 * its path. The zero value checks on line, excludes the root, and denies in every event.
 */
#ifndef CERTAUTHZ_REVOCATION_SETTINGS_H
#define CERTAUTHZ_REVOCATION_SETTINGS_H

#include "certificate/certificate.h"
#include "revocation/status.h"

enum revocation_mode {
    REVOCATION_ONLINE = 0, /* the store, and the refresher for what it does not know yet */
    REVOCATION_OFFLINE,    /* the store alone */
    REVOCATION_NONE,       /* the deny list alone */
};

enum revocation_extent {
    REVOCATION_EXCLUDE_ROOT = 0,
    REVOCATION_END_CERTIFICATE, /* nor are the issuers of its CRLs asked for */
    REVOCATION_ENTIRE_CHAIN,
};

enum revocation_order {
    REVOCATION_CRL_FIRST = 0, /* OCSP where the CRLs do not know */
    REVOCATION_OCSP_FIRST,    /* and the reverse */
    REVOCATION_CRL_ONLY,
    REVOCATION_OCSP_ONLY,
};

/* What came out for one certificate, where it is not simply good. */
enum revocation_event {
    REVOCATION_EVENT_UNKNOWN = 0, /* none of those that follow */
    REVOCATION_EVENT_REVOKED,
    REVOCATION_EVENT_STALE,         /* what is known of it is out of date */
    REVOCATION_EVENT_NO_SOURCE,     /* nothing is configured, nor named by the certificate */
    REVOCATION_EVENT_UNREACHABLE,   /* there is a source, and nothing was ever got from it */
    REVOCATION_EVENT_BAD_SIGNATURE, /* what was got is not signed by whom it would have to be */
    REVOCATION_EVENT_COUNT
};

/* The zero value denies. */
enum revocation_action { REVOCATION_DENY = 0, REVOCATION_ALLOW, REVOCATION_WARN };

enum revocation_place {
    REVOCATION_PLACE_END = 0, /* the client's certificate */
    REVOCATION_PLACE_CA,      /* between it and the root */
    REVOCATION_PLACE_ROOT,    /* the trust anchor */
    REVOCATION_PLACE_COUNT
};

struct revocation_actions {
    enum revocation_action of[REVOCATION_PLACE_COUNT][REVOCATION_EVENT_COUNT];
};

/* What holds instead for the certificates that one CA issued. */
struct revocation_authority {
    struct bytes subject_canonical; /* owned; empty: any */
    struct bytes key_id;            /* owned; its subjectKeyIdentifier; empty: any */
    struct revocation_actions on;   /* complete: what it does not name is the policy's */
};

struct revocation_settings {
    enum revocation_mode mode;
    enum revocation_extent extent;
    enum revocation_order order;
    struct revocation_actions on;
    struct revocation_authority *authorities; /* owned; the first that fits counts */
    size_t authority_count;
    bool has_responders;  /* OCSP responders are configured: each certificate has a source */
    int64_t stale_grace;  /* seconds for which a list or response counts beyond nextUpdate */
    int64_t ocsp_max_age; /* seconds after thisUpdate, where an OCSP response has no nextUpdate */
    int64_t ocsp_skew;    /* seconds that a responder's clock may be ahead */
    /* Whose OCSP responses count for every certificate (RFC 6960 4.2.2.2, the first of three).
     * Borrowed, keys imported. */
    struct certificate *const *responders;
    size_t responder_count;
};

/* "revoked", "no_source" and so on, as the configuration spells them; never NULL. */
const char *cz_revocation_event_name(enum revocation_event event);

void cz_revocation_settings_release(struct revocation_settings *settings);

#endif
