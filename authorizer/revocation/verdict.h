/*
 * What the revocation of a path comes to: for each certificate what is known, the event that this
 * is, and the action that the settings name for it. Told without borrowing, so that a verdict may
 * outlive the lists that it rests on.
 */
#ifndef CERTAUTHZ_REVOCATION_VERDICT_H
#define CERTAUTHZ_REVOCATION_VERDICT_H

#include "revocation/check.h"

/* What the refresher could do about it. */
enum revocation_lack {
    REVOCATION_LACKS_NOTHING = 0,
    REVOCATION_LACKS_SOON, /* what it rests on has lived for more than half of its time */
    REVOCATION_LACKS_NOW,  /* a source that was never tried could tell what is unknown */
};

/* One certificate of the path. */
struct certificate_revocation {
    enum revocation_status status;
    enum revocation_event event; /* where it is not good, like the next three */
    enum revocation_action action;
    enum revocation_cause cause;
    const char *detail; /* static text, or NULL */
    enum revocation_witness by;
    int64_t this_update, next_update; /* of the list or response; INT64_MAX: it names none */
    enum crl_reason reason;           /* where it is revoked, like the next two */
    int64_t revoked_at;
    bool stale; /* by a list that is not fresh */
};

/* The zero value denies nothing and was not checked. */
struct revocation_verdict {
    bool checked;
    bool denies; /* the certificate at `depth` is the cause */
    bool warns;  /* one that was allowed with a warning; the first from the anchor down */
    size_t depth, warning_depth;
    size_t count; /* of[0] to of[count - 1] */
    struct certificate_revocation of[CZ_PATH_MAX];
    bool heeds_ocsp;                 /* another response might make it another verdict */
    int64_t valid_from, valid_until; /* the verdict holds from … to …, both inclusive */
    enum revocation_lack lacks;
};

/* What is allowed with a warning, or NULL where nothing is. */
const struct certificate_revocation *
cz_revocation_warning(const struct revocation_verdict *verdict);

/* Which row of the actions counts for the certificate at `depth`. */
enum revocation_place cz_revocation_place(const struct path *path, size_t depth);
/* The authority that counts for what `issuer` issued; NULL where none fits, and settings->on does.
 * A root is its own issuer. */
const struct revocation_authority *
cz_revocation_authority(const struct revocation_settings *settings,
                        const struct certificate *issuer);

/* Pure. The mode NONE checks nothing. */
void cz_revocation_judge(const struct revocation_check *check, const struct path *path,
                         struct revocation_verdict *verdict);

#endif
